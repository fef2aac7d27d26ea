// Benchmark measures what builds cost: it makes up athletes, builds their maps with heatmapgen as a user would, and prints Markdown tables of time,
// memory and bytes. scripts/benchmark builds both programs and runs this one; docs/benchmarks.md has what it printed.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"heatmapgen/internal/benchmark/athlete"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// makeFlag makes the program make an athlete's recordings and do nothing else: see made.
const makeFlag = "make"

func run(args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("benchmark", flag.ContinueOnError)
	flags.SetOutput(progress)
	program := flags.String("heatmapgen", "heatmapgen", "the program to measure")
	names := flags.String("athletes", "town,runner,cyclist,towns", "which athletes, of town, runner, cyclist, towns, club and park")
	count := flags.Int("count", 10_000, "how many activities a crowd has, which is only made, not measured")
	kinds := flags.String("variants", "default,stored", "which settings, of default, stored (tile_zoom = 17), painted (max_zoom = 14: no block keeps tiles), mbtiles and without (tracks = false)")
	runs := flags.Int("runs", 3, "how often each build is made; the tables have medians")
	dir := flags.String("dir", "", "a folder to keep the recordings in, for the next time; a temporary one otherwise")
	only := flags.String(makeFlag, "", "only make the recordings of one athlete, in -dir")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *only != "" {
		a, err := athlete.ByName(*only)
		if err != nil {
			return err
		}
		if *count < 1 {
			return fmt.Errorf("%d activities are no crowd", *count)
		}
		if a.OfCrowd() {
			a = athlete.Crowd(*count)
		}
		return record(a, *dir)
	}
	b, err := newBench(*program, *kinds, *runs, progress)
	if err != nil {
		return err
	}
	var all []*athlete.Athlete
	for _, name := range strings.Split(*names, ",") {
		a, err := athlete.ByName(name)
		if err != nil {
			return err
		}
		all = append(all, a)
	}
	if *dir == "" {
		temporary, err := os.MkdirTemp("", "heatmapgen-benchmark-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		*dir = temporary
	}
	for _, a := range all {
		if err := b.athlete(a, filepath.Join(*dir, a.Name)); err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
	}
	return b.write(out)
}

// median returns the middle of the values by a key; of two in the middle the lower.
func median[T any](values []T, key func(T) float64) float64 {
	keys := make([]float64, len(values))
	for i, v := range values {
		keys[i] = key(v)
	}
	slices.SortFunc(keys, cmp.Compare[float64])
	return keys[(len(keys)-1)/2]
}
