package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"heatmapgen/site/doctor"
)

func (a *app) doctorCommand() *cobra.Command {
	var asJSON, deep bool
	cmd := &cobra.Command{
		Use:   "doctor [URL]",
		Short: "Find out why a map does not show, here or on a host",
		Long: `Without an address, look at the settings, the sources, the cache and the site on this
computer. With the address of a published map, look at what its host does: whether it
sends parts of the archive as it is asked to, leaves them as they are, and has the
archive that belongs to the page. Each finding comes with its remedy. Nothing is changed.

Ends with exit code 6 if there is any fault; warnings are no faults.`,
		Example: `  heatmapgen doctor
  heatmapgen doctor https://example.org/map/
  heatmapgen doctor --deep https://example.org/map/`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "doctor takes one address at a time, but was given %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts := doctor.Options{Version: currentVersion(), Deep: deep, Now: time.Now(), Getenv: a.getenv}
			cfg, settingsErr := a.loadForSite()
			var report *doctor.Report
			var err error
			if len(args) == 0 {
				report, err = doctor.Here(cmd.Context(), cfg, settingsErr, opts)
			} else {
				if err := doctor.CheckAddress(args[0]); err != nil {
					return usage(cmd, "%v", err)
				}
				report, err = doctor.Visit(cmd.Context(), args[0], cfg, opts)
			}
			if err != nil {
				return err
			}
			if asJSON {
				encoder := json.NewEncoder(a.stdout)
				encoder.SetIndent("", "  ")
				encoder.SetEscapeHTML(false)
				err = encoder.Encode(report)
			} else {
				err = report.WriteText(a.stdout, doctor.Style{Symbols: a.symbols(), Quiet: a.quiet})
			}
			if err != nil {
				return fmt.Errorf("printing the findings: %w", err)
			}
			if n := report.Count(doctor.Fault); n > 0 {
				return &unhealthyError{"doctor found " + plural(n, "fault")}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	cmd.Flags().BoolVar(&deep, "deep", false, "also read every tile of the archive, or download it from the host")
	return cmd
}

// symbols reports whether results go to a terminal that shows more than ASCII.
func (a *app) symbols() bool {
	if !isTerminal(a.stdout) || a.getenv("TERM") == "dumb" {
		return false
	}
	if runtime.GOOS == "windows" {
		return os.Getenv("WT_SESSION") != ""
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := a.getenv(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}
