package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

func (a *app) syncCommand() *cobra.Command {
	var full bool
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Fetch what is new at intervals.icu",
		Long: `Fetch the recordings of your account at intervals.icu into the cache folder, from
where builds take them; a build does the same before it begins. The last days are
compared, and everything once a month. Ctrl-C loses nothing: the next sync goes on
from there.

The API key is read from the environment or from a file .env beside heatmap.toml.`,
		Example: `  heatmapgen sync
  heatmapgen sync --full`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			return a.sync(cmd.Context(), cfg, full)
		},
	}
	cmd.Flags().BoolVar(&full, "full", false, "compare everything, and ask again for files that were missing")
	return cmd
}

// sync fetches and says what came, also when it was broken off.
func (a *app) sync(ctx context.Context, cfg *config.Config, full bool) error {
	report, err := generator.Sync(ctx, cfg, a.options(), full)
	if report != nil && !a.quiet && (err == nil || report.Changed()) {
		if err := report.WriteTable(a.stdout); err != nil {
			return fmt.Errorf("printing the report: %w", err)
		}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return &interruptedError{"interrupted; what was fetched is kept, and the next sync goes on from there"}
	case err != nil:
		return err
	}
	if !slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.Type == config.SourceIntervals }) {
		a.say("\nTo draw it, add to %s:\n\n  [[source]]\n  type = %q", a.config, config.SourceIntervals)
	}
	return nil
}
