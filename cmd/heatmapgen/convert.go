package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
)

func (a *app) convertCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "convert in [out]",
		Short: "Turn a PMTiles archive into MBTiles, or back",
		Long: `Write the archive anew in the other format, PMTiles or MBTiles, without building: as
the file out, whose extension says which format, or beside the old one. Nothing is
lost: all fields, the metadata and the lines of the activities are taken over.

To make the page of a site use it, set format in heatmap.toml and run
"heatmapgen html".`,
		Example: `  heatmapgen convert site/heatmap.pmtiles
  heatmapgen convert site/heatmap.mbtiles elsewhere/map.pmtiles`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usage(cmd, "convert takes an archive and the name of the new one, but was given %d arguments", len(args))
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"pmtiles", "mbtiles"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			in := args[0]
			var out string
			if len(args) > 1 {
				out = args[1]
			} else {
				var err error
				if out, err = generator.ConvertedPath(in); err != nil {
					return err
				}
			}
			if ok, err := a.mayReplace(cmd.Context(), out); !ok || err != nil {
				return err
			}
			err := generator.Convert(cmd.Context(), in, out, a.options())
			switch {
			case err != nil && cmd.Context().Err() != nil:
				return &interruptedError{fmt.Sprintf("interrupted; nothing was written to %s", out)}
			case err != nil:
				return err
			}
			a.say("Wrote %s.", out)
			return nil
		},
	}
}

// mayReplace asks whether a file that is there may be replaced. Where nobody can answer it must have been said beforehand: a
// name may be a slip.
func (a *app) mayReplace(ctx context.Context, path string) (bool, error) {
	if !exists(path) {
		return true, nil
	}
	if !a.answered() && !isTerminal(a.stdin) {
		return false, &usageError{message: fmt.Sprintf("%s is already there and stays as it is; give --yes to replace it", path)}
	}
	ok, err := a.confirm(ctx, fmt.Sprintf("Replace %s?", path))
	if err == nil && !ok {
		a.say("%s stays as it is.", path)
	}
	return ok, err
}
