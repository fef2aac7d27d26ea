package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
)

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify [archive]",
		Short: "Check that an archive is whole and sound",
		Long: `Check every section, directory, tile and number of an archive: the one of the site,
or the one named; that it still holds what it held when it was written; and that a
page beside it asks for this very archive. Prints one line for each fault and ends with exit code 4 if
there is any. Of a site with archives of both formats, the one that the page uses is
checked.`,
		Example: `  heatmapgen verify
  heatmapgen verify downloads/heatmap.pmtiles`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "verify takes one archive at a time, but was given %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"pmtiles", "mbtiles"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := a.archivePath(args)
			if err != nil {
				return err
			}
			findings, notes, err := generator.VerifyWithNotes(cmd.Context(), path, secondOpinion)
			if err != nil {
				return err
			}
			for _, finding := range findings {
				fmt.Fprintln(a.stdout, finding)
			}
			for _, note := range notes {
				a.say("Note: %s", note)
			}
			if n := len(findings); n > 0 {
				return &faultsError{fmt.Sprintf("%s has %s; build it anew", path, plural(n, "fault"))}
			}
			a.say("%s is sound.", path)
			return nil
		},
	}
}

// archivePath returns the archive that the arguments name, or the site's: of two that of
// which the page makes use.
func (a *app) archivePath(args []string) (string, error) {
	if len(args) == 0 {
		cfg, err := a.loadForSite()
		if err != nil {
			return "", err
		}
		return generator.FindArchive(cfg.Output)
	}
	if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
		return generator.FindArchive(args[0])
	}
	return args[0], nil
}
