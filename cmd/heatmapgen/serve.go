package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"heatmapgen/generator/config"
	"heatmapgen/site/serve"
)

func (a *app) serveCommand() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the site on this computer",
		Long: `Serve the built site to the browsers of this computer, and to nobody else, until
Ctrl-C: the map, and every layer as tiles for JOSM, iD, QGIS and the like. The page
/tiles/ says which address goes where.`,
		Example: `  heatmapgen serve
  heatmapgen serve --addr 127.0.0.1:0     any free port
  heatmapgen serve --output downloads/site`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadForSite()
			if err != nil {
				return err
			}
			server, err := a.listen(cfg.Serve.Addr, addr)
			if err != nil {
				return err
			}
			return a.serve(cmd.Context(), server, cfg)
		},
	}
	addAddrFlag(cmd, &addr)
	return cmd
}

func addAddrFlag(cmd *cobra.Command, addr *string) {
	cmd.Flags().StringVar(addr, "addr", "", "listen on this `host:port` of this computer; port 0 is any free one")
}

// listen opens the address of the flag or, failing that, the one that the configuration has.
func (a *app) listen(addr, flag string) (*serve.Server, error) {
	if flag != "" {
		addr = flag
		if err := config.CheckLoopback(addr); err != nil {
			return nil, &usageError{message: fmt.Sprintf("--addr is %q; %v", addr, err)}
		}
	}
	server, err := serve.Listen(addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%w, perhaps by another heatmapgen; choose any free port with --addr 127.0.0.1:0", err)
	case err != nil:
		return nil, fmt.Errorf("%w; choose another address with --addr", err)
	}
	return server, nil
}

// serve shows the site until Ctrl-C, which is the way to end it and so no error.
func (a *app) serve(ctx context.Context, server *serve.Server, cfg *config.Config) error {
	dir := cfg.Output
	if err := serve.CheckSite(dir); err != nil {
		server.Close()
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no site in %s yet; run \"heatmapgen build\" first", folder(dir))
		}
		return err
	}
	// Even when quiet: with port 0 there is no other way to learn the address.
	fmt.Fprintln(a.stdout, server.URL())
	a.say("Showing %s at the address above, on this computer only. Ctrl-C ends it.", folder(dir))
	a.say("Tiles for JOSM, iD, QGIS and the like: %s", server.TilesURL())
	return server.Serve(ctx, serve.Options{Dir: dir, Editors: serve.Editors{
		Origins: cfg.Serve.AllowOrigins,
		Token:   serve.Token(filepath.Join(cfg.Cache, serve.TokenName)),
	}})
}
