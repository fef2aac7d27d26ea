package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
)

func (a *app) htmlCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "html",
		Short: "Write the page anew from the archive",
		Long: `Write index.html anew, from the archive that is already built and the settings of
the page (title, [page]). Takes well under a second, since no activity is read.`,
		Example:           `  heatmapgen html`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			if err := generator.HTML(cmd.Context(), cfg, a.options()); err != nil {
				return err
			}
			a.say("Wrote %s.", filepath.Join(cfg.Output, generator.PageName))
			return nil
		},
	}
}
