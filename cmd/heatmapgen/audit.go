package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"heatmapgen/generator/config"
	"heatmapgen/site/audit"
)

func (a *app) auditCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "audit [site]",
		Short: "Tell what a stranger could infer from the site",
		Long: `Look at the finished site as a stranger would, and tell what it gives away: days,
sports and names, where most activities start and end, and the circles that cut-off
lines draw around a hidden place. Nothing but the site itself is used for that.

Then the guesses are compared with the privacy zones and [home] of heatmap.toml. When
zones are set and one of them can be placed within 200 m all the same, the exit code
is 5. Positions are printed rounded; the output is for you alone.`,
		Example: `  heatmapgen audit
  heatmapgen audit public --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "audit takes one site at a time, but was given %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := a.archivePath(args)
			if err != nil {
				return err
			}
			// Without a configuration there is an audit, only no verdict.
			var cfg *config.Config
			if _, err := os.Stat(a.config); a.config != configName || !errors.Is(err, fs.ErrNotExist) {
				if cfg, err = a.load(); err != nil {
					return err
				}
			}
			report, err := audit.Site(cmd.Context(), path, cfg)
			if err != nil {
				return err
			}
			if asJSON {
				encoder := json.NewEncoder(a.stdout)
				encoder.SetIndent("", "  ")
				err = encoder.Encode(report)
			} else {
				err = report.WriteText(a.stdout)
			}
			if err != nil {
				return fmt.Errorf("printing the audit: %w", err)
			}
			if report.Exposed() {
				return &exposedError{path + " gives away a place that the privacy zones are to hide"}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}
