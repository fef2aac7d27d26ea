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
	"heatmapgen/site/audit/streets"
)

func (a *app) auditCommand() *cobra.Command {
	var asJSON bool
	var mapFile string
	cmd := &cobra.Command{
		Use:   "audit [site]",
		Short: "Tell what a stranger could infer from the site",
		Long: `Look at the finished site as a stranger would, and tell what it gives away: days,
sports and names, where most activities start and end, and the circles that cut-off
lines draw around a hidden place. Nothing but the site itself is used for that, and,
with --map, the streets around what is hidden: an extract of OpenStreetMap (.osm.pbf,
such as those of Geofabrik) or streets as GeoJSON. Only what is near is kept of it.

Then the guesses are compared with the privacy zones and [home] of heatmap.toml. When
zones are set and one of them can be placed within 200 m all the same, the exit code
is 5. Positions are printed rounded; the output is for you alone.`,
		Example: `  heatmapgen audit
  heatmapgen audit public --json
  heatmapgen audit --map germany-latest.osm.pbf`,
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
			report, err := audit.Site(cmd.Context(), path, cfg, mapFile)
			var format *streets.FormatError
			if errors.As(err, &format) {
				return usage(cmd, "%v", err)
			}
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
	cmd.Flags().StringVar(&mapFile, "map", "", "attack with the streets of this map, too (.osm.pbf or .geojson)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}
