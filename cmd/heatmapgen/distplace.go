package main

import (
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/site/deploy/bucket"
	"heatmapgen/site/jobbucket"
)

func addJobFlag(cmd *cobra.Command, place *string) {
	cmd.Flags().StringVar(place, "job", "", "the folder that the steps share, or the address of a bucket, as for deploy")
}

// openStore opens the place that the steps share: a folder, or what an address names. What it returns is to be called in the end.
func openStore(cmd *cobra.Command, place string) (generator.JobStore, func(), error) {
	if !strings.Contains(place, "://") {
		return generator.JobFolder(place), func() {}, nil
	}
	target, err := bucket.ParseTarget(place)
	if err != nil {
		return nil, nil, usage(cmd, "--job: %v", err)
	}
	if target.Folder != "" {
		return generator.JobFolder(target.Folder), func() {}, nil
	}
	store, err := jobbucket.Open(cmd.Context(), target)
	if err != nil {
		return nil, nil, err
	}
	return store, func() { _ = store.Close() }, nil
}

// openJob opens the job in a place. What it returns is to be called in the end.
func openJob(cmd *cobra.Command, place string, opts generator.Options) (*generator.Job, func(), error) {
	store, closeStore, err := openStore(cmd, place)
	if err != nil {
		return nil, nil, err
	}
	job, err := generator.OpenJob(store, opts)
	if err != nil {
		closeStore()
		return nil, nil, err
	}
	return job, closeStore, nil
}

// numberOf reads the number of a shard or part. Schedulers pad numbers with zeros.
func numberOf(cmd *cobra.Command, what, given string) (int, error) {
	number, err := strconv.Atoi(given)
	if err != nil {
		return 0, usage(cmd, "--%s %q is no number", what, given)
	}
	return number, nil
}

// from calls read with the stream of a name: that of a file, or "-" for the standard input.
func (a *app) from(name string, read func(in io.Reader) error) error {
	if name == "-" {
		return read(a.stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return read(file)
}

// to calls write with a stream for a name: of a file, which gets its place in one step, or "-" for the standard output, which then takes nothing else.
func (a *app) to(cmd *cobra.Command, name string, write func(out io.Writer) error) error {
	if name != "-" {
		return atomicfile.Write(name, 0o600, write)
	}
	if isTerminal(a.stdout) {
		return usage(cmd, "what comes would not be for a terminal; send it to a file or a program")
	}
	return write(a.stdout)
}
