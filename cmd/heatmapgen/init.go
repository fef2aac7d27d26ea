package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"heatmapgen/generator/config"
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

// writeNew writes a file that must not exist yet.
func writeNew(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s is already there and stays as it is; remove it first, or name another file with --config", path)
	case err != nil:
		return fmt.Errorf("writing the settings: %w", err)
	}
	_, err = file.Write(data)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing the settings: %w", err)
	}
	return nil
}
