package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"heatmapgen/site/serve"
	"heatmapgen/studio"
)

// studioAddr is where the studio is shown: not at the map's address, whose page browsers may remember.
const studioAddr = "127.0.0.1:8090"

func (a *app) studioCommand() *cobra.Command {
	var addr string
	var show bool
	cmd := &cobra.Command{
		Use:   "studio [DIR]",
		Short: "Write the site that makes maps in a browser tab, without this program",
		Long: `Write the studio into a folder: a few files for any web host that make maps in the
browser of whoever opens them. They drop their export there and take home the two files
of their map; nothing they drop leaves their browser. The files are the same as those
that "heatmapgen build" makes.

Releases have all of it in themselves. A program built from source compiles the part for
browsers, with Go, inside the clone that it was built from.`,
		Example: `  heatmapgen studio public/studio
  heatmapgen studio --serve               show it to the browsers of this computer
  heatmapgen studio --serve --addr 127.0.0.1:0`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && !show {
				return usage(cmd, "name the folder that receives the studio, or say --serve to look at it")
			}
			if addr != "" && !show {
				return usage(cmd, "--addr is for --serve")
			}
			return a.studio(cmd.Context(), args, show, addr)
		},
	}
	cmd.Flags().BoolVar(&show, "serve", false, "show the studio on this computer until Ctrl-C")
	addAddrFlag(cmd, &addr)
	return cmd
}

// studio writes the studio into the folder that args may name, and may show it.
func (a *app) studio(ctx context.Context, args []string, show bool, addr string) error {
	var server *serve.Server
	if show {
		var err error
		if server, err = a.listen(studioAddr, addr); err != nil {
			return err
		}
		defer server.Close()
	}
	m, err := a.studioModule(ctx)
	if err != nil {
		return err
	}
	site, err := studio.New(m)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		if err := site.Write(args[0]); err != nil {
			return err
		}
		a.say("Wrote the studio to %s. Put its files on any web host: docs/studio.md.", folder(args[0]))
	}
	if !show {
		return nil
	}
	// Even when quiet: with port 0 there is no other way to learn the address.
	fmt.Fprintln(a.stdout, server.URL())
	a.say("The studio is at the address above, on this computer only. Ctrl-C ends it.")
	return server.ServeHandler(ctx, ownOnly(site, server.Port()))
}

// studioModule returns the generator for browsers: the program's own, or one that is compiled.
func (a *app) studioModule(ctx context.Context) (studio.Module, error) {
	if m, ok := studio.Embedded(); ok {
		return m, nil
	}
	a.say("Compiling the generator for browsers.")
	m, err := studio.Make(ctx, ".", currentVersion())
	if errors.Is(err, studio.ErrNoSource) {
		return m, errors.New("this program was built without the studio, and there is no Go with its source here to compile it; take a program of a release, " +
			"or run \"go run ./cmd/heatmapgen studio DIR\" in a clone of heatmapgen")
	}
	return m, err
}

// ownOnly serves what another handler does to browsers that reach it under a loopback name and the given port, and refuses what pages of other
// sites ask for.
func ownOnly(handler http.Handler, port int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve.SetHeaders(w.Header())
		switch {
		case !serve.OwnHost(r.Host, port):
			serve.RefuseHost(w)
		case serve.Foreign(r):
			serve.RefuseForeign(w)
		default:
			handler.ServeHTTP(w, r)
		}
	})
}
