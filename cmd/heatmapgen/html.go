package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
)

func (a *app) htmlCommand() *cobra.Command {
	var replacePage bool
	cmd := &cobra.Command{
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
			opts := a.options()
			opts.ReplacePage = replacePage
			if err := generator.HTML(cmd.Context(), cfg, opts); err != nil {
				return err
			}
			a.say("Wrote %s.", filepath.Join(cfg.Output, generator.PageName))
			return nil
		},
	}
	addReplacePageFlag(cmd, &replacePage)
	return cmd
}
