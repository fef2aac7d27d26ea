package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"heatmapgen/export"
	"heatmapgen/generator"
	"heatmapgen/layers"
)

// exportFormats are the values of --format and the ends of the names of what they write, none for a folder.
var exportFormats = []struct{ name, extension string }{
	{"mbtiles", ".mbtiles"}, {"pmtiles", ".pmtiles"}, {"sqlitedb", ".sqlitedb"}, {"xyz", ""}, {"png", ".png"},
}

// exportFlags are the flags of export.
type exportFlags struct {
	layer, format    string
	minZoom, maxZoom int
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export [file]",
		Short: "Write one layer for other programs",
		Long: `Write one layer of the site as coloured tiles for QGIS, JOSM, OsmAnd, Locus and others.

The formats are mbtiles, pmtiles, sqlitedb (for OsmAnd) and xyz, a folder of files
z/x/y.png. The file's name tells the format unless --format does; with neither it is
mbtiles. Nothing is replaced without a question or --yes.`,
		Example: `  heatmapgen export --layer pace pace.mbtiles
  heatmapgen export --layer all --format xyz tiles --max-zoom 15`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "export writes one file at a time, but was given %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := f.resolve(cmd, args)
			if err != nil {
				return err
			}
			return a.export(cmd, &f, out)
		},
	}
	cmd.Flags().StringVarP(&f.layer, "layer", "l", layers.DefaultLayer, "export the layer with this `id`")
	cmd.Flags().StringVarP(&f.format, "format", "f", "", "write mbtiles, pmtiles, sqlitedb, xyz or png")
	cmd.Flags().IntVar(&f.minZoom, "min-zoom", export.AllZooms, "leave out tiles of zooms below `zoom`")
	cmd.Flags().IntVar(&f.maxZoom, "max-zoom", export.AllZooms, "leave out tiles of zooms above `zoom`")
	return cmd
}

// resolve finds out the format and the name of the output, and refuses what makes no sense.
func (f *exportFlags) resolve(cmd *cobra.Command, args []string) (out string, err error) {
	if f.format == "" {
		f.format = "mbtiles"
		if len(args) > 0 {
			for _, known := range exportFormats {
				if known.extension != "" && strings.EqualFold(filepath.Ext(args[0]), known.extension) {
					f.format = known.name
				}
			}
		}
	}
	k := slices.IndexFunc(exportFormats, func(known struct{ name, extension string }) bool { return known.name == f.format })
	if k < 0 {
		return "", usage(cmd, "--format is %q, but must be mbtiles, pmtiles, sqlitedb, xyz or png", f.format)
	}
	if (cmd.Flags().Changed("min-zoom") && f.minZoom < 0) || (cmd.Flags().Changed("max-zoom") && f.maxZoom < 0) {
		return "", usage(cmd, "a zoom cannot be below 0")
	}
	if f.maxZoom != export.AllZooms && f.minZoom > f.maxZoom {
		return "", usage(cmd, "--min-zoom %d is above --max-zoom %d", f.minZoom, f.maxZoom)
	}
	if len(args) > 0 {
		return args[0], nil
	}
	return "heatmap-" + f.layer + exportFormats[k].extension, nil
}

// export opens the site and writes the output, unless the user would rather keep what is there.
func (a *app) export(cmd *cobra.Command, f *exportFlags, out string) error {
	path, err := a.archivePath(nil)
	if err != nil {
		return err
	}
	site, err := generator.OpenSite(path)
	if err != nil {
		return err
	}
	defer site.Close()
	ok, err := a.mayReplace(cmd, out)
	if err != nil {
		return err
	}
	if !ok {
		a.say("%s stays as it is.", out)
		return nil
	}
	if err := a.exportTiles(cmd.Context(), site, f, out); err != nil {
		if cmd.Context().Err() != nil {
			return &interruptedError{"interrupted; nothing was written"}
		}
		return err
	}
	return nil
}

func (a *app) exportTiles(ctx context.Context, site *generator.Site, f *exportFlags, out string) error {
	tiles, err := export.NewTileset(site, f.layer, f.minZoom, f.maxZoom)
	if err != nil {
		return err
	}
	write := map[string]func(context.Context, string, generator.Progress) error{
		"mbtiles": tiles.WriteMBTiles, "pmtiles": tiles.WritePMTiles, "sqlitedb": tiles.WriteSQLiteDB, "xyz": tiles.WriteXYZ,
	}[f.format]
	if err := write(ctx, out, a.progress()); err != nil {
		return err
	}
	a.say("Wrote %s: %s, zooms %d to %d, %s.", out, tiles.Name, tiles.MinZoom, tiles.MaxZoom, plural(tiles.Tiles, "tile"))
	return nil
}

// mayReplace asks whether what stands at path may be replaced. Where nobody could answer it takes --yes to
// do so: unlike a site, this could be anything.
func (a *app) mayReplace(cmd *cobra.Command, path string) (bool, error) {
	if !exists(path) {
		return true, nil
	}
	if !a.yes && !on(a.getenv("HEATMAP_YES")) && !isTerminal(a.stdin) {
		return false, usage(cmd, "%s is there already; name another file, or add --yes to replace it", path)
	}
	return a.confirm(cmd.Context(), fmt.Sprintf("Replace %s?", path))
}
