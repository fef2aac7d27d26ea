package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
	"heatmapgen/site/admin"
)

func (a *app) adminCommand() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "admin",
		Short: "List every activity, leave some out, and rebuild, in a browser",
		Long: `Show the browsers of this computer, and nobody else, every activity of all sources with
what a build does with it and why, until Ctrl-C. What you leave out or set there is
written to overrides.json beside heatmap.toml, which builds obey.`,
		Example: `  heatmapgen admin
  heatmapgen admin --addr 127.0.0.1:0     any free port`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			server, err := a.listen(cfg.Admin.Addr, addr)
			if err != nil {
				return err
			}
			// Even when quiet: with port 0 there is no other way to learn the address.
			fmt.Fprintln(a.stdout, server.URL())
			a.say("The activities are listed at the address above, on this computer only. Ctrl-C ends it.")
			return admin.Run(cmd.Context(), server, cfg, admin.Options{
				Load:  a.load,
				Build: generator.Options{Version: currentVersion(), Getenv: a.getenv},
			})
		},
	}
	addAddrFlag(cmd, &addr)
	return cmd
}
