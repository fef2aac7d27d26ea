package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Write a commented heatmap.toml to start from",
		Long: `Write heatmap.toml with every setting, explained and at its default. It runs as it
is, with a made-up athlete; change [[source]] for a map of your own.

A file that is already there is never overwritten.`,
		Example: `  heatmapgen init
  heatmapgen init --config maps/running.toml`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			if err := writeNew(a.config, config.Template); err != nil {
				return err
			}
			a.say("Wrote %s. Edit it, then run \"heatmapgen build\".", a.config)
			return nil
		},
	}
}

// writeNew writes a file that must not exist yet, whole or not at all.
func writeNew(path string, data []byte) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is already there and stays as it is; remove it first, or name another file with --config", path)
	}
	err := atomicfile.Write(path, atomicfile.Ordinary, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("the settings were not written: %w", err)
	}
	return nil
}
