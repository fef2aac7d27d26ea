package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"heatmapgen/archive"
	"heatmapgen/internal/benchmark/athlete"
)

// variants are the settings that maps are built with, by name: what heatmap.toml has beyond the source.
var variants = map[string]string{
	"default": "",
	"stored":  "tile_zoom = 17\n",
	"mbtiles": "", // a key of the table before, see configure
	"painted": "max_zoom = 14\n",
	"without": "[page]\ntracks = false\n",
}

// The steps of a run, in their order.
const (
	cold    = "cold: no cache, no site"
	warm    = "warm: nothing new"
	oneMore = "one activity more"
	pageNew = "`html`"
	proved  = "`verify`"
	turned  = "`convert`"
)

var stepNames = []string{cold, warm, oneMore, pageNew, proved, turned}

// A cost is what one process took.
type cost struct {
	cpu, wall time.Duration
	peakBytes int64 // of memory
}

// A result is what came of one athlete with one variant.
type result struct {
	athlete, variant string
	facts            *Facts
	// archiveBytes is the size of the archive, linesBytes that of the lines in it, 0 where there are none.
	archiveBytes, linesBytes int64
	costs                    map[string][]cost // by step, one for each run
}

type bench struct {
	program  string
	variants []string
	runs     int
	progress io.Writer
	results  []result
}

func newBench(program, kinds string, runs int, progress io.Writer) (*bench, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if runs < 1 {
		return nil, fmt.Errorf("%d runs measure nothing", runs)
	}
	b := &bench{program: path, variants: strings.Split(kinds, ","), runs: runs, progress: progress}
	for _, v := range b.variants {
		if _, ok := variants[v]; !ok {
			return nil, fmt.Errorf("there is no variant %q; there are default, stored, painted, mbtiles and without", v)
		}
	}
	return b, nil
}

// athlete measures all variants with an athlete.
func (b *bench) athlete(a *athlete.Athlete, dir string) error {
	fmt.Fprintf(b.progress, "%s: making the recordings\n", a.Name)
	facts, err := made(a, dir)
	if err != nil {
		return err
	}
	for _, v := range b.variants {
		r := result{athlete: a.Name, variant: v, facts: facts, costs: map[string][]cost{}}
		for i := range b.runs {
			fmt.Fprintf(b.progress, "%s, %s: run %d of %d\n", a.Name, v, i+1, b.runs)
			if err := b.run(&r, dir); err != nil {
				return fmt.Errorf("%s: %w", v, err)
			}
		}
		b.results = append(b.results, r)
	}
	return nil
}

// run makes one map from nothing, and all else that is measured of it.
func (b *bench) run(r *result, dir string) error {
	site, err := os.MkdirTemp(dir, "site-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(site)
	if err := configure(r.variant, site); err != nil {
		return err
	}
	format := "pmtiles"
	if r.variant == "mbtiles" {
		format = "mbtiles"
	}
	made := filepath.Join(site, "site", "heatmap."+format)
	measure := func(step string, args ...string) error {
		c, err := b.command(site, args...)
		if err != nil {
			return fmt.Errorf("heatmapgen %s: %w", strings.Join(args, " "), err)
		}
		r.costs[step] = append(r.costs[step], c)
		return nil
	}
	if err := measure(cold, "build", "--yes", "-q"); err != nil {
		return err
	}
	if r.archiveBytes, r.linesBytes, err = sizes(made); err != nil {
		return err
	}
	if err := measure(warm, "build", "--yes", "-q"); err != nil {
		return err
	}
	for _, c := range []struct{ step, command string }{{pageNew, "html"}, {proved, "verify"}, {turned, "convert"}} {
		args := []string{c.command}
		if c.step != pageNew {
			args = append(args, made)
		}
		if err := measure(c.step, args...); err != nil {
			return err
		}
	}
	added := filepath.Join(dir, tracksName, moreName)
	if err := copied(filepath.Join(dir, moreName), added); err != nil {
		return err
	}
	defer os.Remove(added)
	return measure(oneMore, "build", "--yes", "-q")
}

// configure writes a heatmap.toml beside whose folder the recordings are.
func configure(variant, site string) error {
	text := ""
	if variant == "mbtiles" {
		text = "format = \"mbtiles\"\n"
	}
	text += fmt.Sprintf("[[source]]\ntype = \"files\"\npath = \"../%s\"\n[filter]\nsports = []\n[render]\nas_of = %s\n%s",
		tracksName, athlete.AsOf.Format(time.DateOnly), variants[variant])
	return os.WriteFile(filepath.Join(site, "heatmap.toml"), []byte(text), 0o644)
}

// command runs heatmapgen in a folder. Its error has what the program said.
func (b *bench) command(site string, args ...string) (cost, error) {
	c := exec.Command(b.program, args...)
	c.Dir = site
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	begin := time.Now()
	if err := c.Run(); err != nil {
		return cost{}, fmt.Errorf("%w: %s", err, said.String())
	}
	wall := time.Since(begin)
	s := c.ProcessState
	return cost{cpu: s.UserTime() + s.SystemTime(), wall: wall, peakBytes: peakBytes(s)}, nil
}

// sizes returns the bytes of an archive and of the lines in it.
func sizes(path string) (all, lines int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	r, err := archive.OpenFile(path)
	if err != nil {
		return 0, 0, err
	}
	defer r.Close()
	var m struct {
		Heatmapgen struct {
			Lines struct {
				Zooms []struct{ Bytes int64 }
			}
		}
	}
	text, err := r.Metadata()
	if err != nil {
		return 0, 0, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return 0, 0, err
	}
	for _, z := range m.Heatmapgen.Lines.Zooms {
		lines += z.Bytes
	}
	return info.Size(), lines, nil
}

func copied(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}
