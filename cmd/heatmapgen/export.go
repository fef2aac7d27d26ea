package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/layers"
	"heatmapgen/layers/squares"
	"heatmapgen/site/export"
)

// exportFormats are the values of --format and the ends of the names of what they write, none for a folder.
var exportFormats = []struct{ name, extension string }{
	{"mbtiles", ".mbtiles"}, {"pmtiles", ".pmtiles"}, {"sqlitedb", ".sqlitedb"}, {"xyz", ""}, {"png", ".png"},
}

// exportFlags are the flags of export.
type exportFlags struct {
	layer, format       string
	minZoom, maxZoom    int
	box                 string
	width, dpi          int
	paper               string
	portrait, landscape bool
	title, background   string
	squares             string
	zoom, within        int

	corners *[4]float64 // what box says
}

// tileOnly and pictureOnly are the flags that the other kind of output has no use for.
var (
	tileOnly    = []string{"min-zoom"}
	pictureOnly = []string{"box", "width", "paper", "dpi", "portrait", "landscape", "title", "background"}
)

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export [file]",
		Short: "Write one layer for other programs",
		Long: `Write one layer of the site as coloured tiles for QGIS, JOSM, OsmAnd, Locus and others,
or as one picture to print, with a title, a legend and a scale bar; without a basemap.

The formats are mbtiles, pmtiles, sqlitedb (for OsmAnd), xyz, a folder of files
z/x/y.png, and png, the picture. The file's name tells the format unless --format
does; with neither it is mbtiles. Nothing is replaced without a question or --yes.

With --squares missing it writes the squares of the map that are still to be visited
around the largest cluster of those that are, as gpx or kml for a device.`,
		Example: `  heatmapgen export --layer pace pace.mbtiles
  heatmapgen export --layer all --format xyz tiles --max-zoom 17
  heatmapgen export --layer all --paper a3 --title "My town" poster.png
  heatmapgen export --box 7.78,47.96,7.91,48.03 --width 4000 town.png
  heatmapgen export --squares missing --zoom 17 squares.gpx`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "export writes one file at a time, but was given %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.squares != "" {
				return a.exportSquares(cmd, &f, args)
			}
			for _, name := range squaresOnly {
				if cmd.Flags().Changed(name) {
					return usage(cmd, "--%s has no meaning without --squares", name)
				}
			}
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
	cmd.Flags().IntVar(&f.maxZoom, "max-zoom", export.AllZooms, "leave out tiles of zooms above `zoom`, or paint down to it beyond the stored ones; in a picture, lines are thicker then")
	cmd.Flags().StringVar(&f.box, "box", "", "picture, squares: show `west,south,east,north` in degrees instead of everything")
	cmd.Flags().IntVar(&f.width, "width", 0, "picture: make it so many `pixels` wide (default 3000)")
	cmd.Flags().StringVar(&f.paper, "paper", "", "picture: fill a `size` of paper instead: a4, a3, a2 or a1")
	cmd.Flags().IntVar(&f.dpi, "dpi", 0, "picture: so many `pixels` an inch of paper (default 300)")
	cmd.Flags().BoolVar(&f.portrait, "portrait", false, "picture: paper upright (default: what suits the box)")
	cmd.Flags().BoolVar(&f.landscape, "landscape", false, "picture: paper lying")
	cmd.Flags().StringVar(&f.title, "title", "", "picture: the `words` of the title (default: that of the site)")
	cmd.Flags().StringVar(&f.background, "background", string(export.Dark), "picture: dark, light or none")
	cmd.Flags().StringVar(&f.squares, "squares", "", "write squares instead: `missing` ones")
	cmd.Flags().IntVar(&f.zoom, "zoom", squares.Large, "squares: those of zoom `14 or 17`")
	cmd.Flags().IntVar(&f.within, "within", 3, "squares: those at most so many `squares` from the largest cluster; or those in a --box")
	// All zooms is no number worth showing as a default.
	for _, flag := range []string{"min-zoom", "max-zoom"} {
		cmd.Flags().Lookup(flag).DefValue = "0"
	}
	for flag, values := range map[string][]string{
		"format": {"mbtiles", "pmtiles", "sqlitedb", "xyz", "png"}, "paper": {"a4", "a3", "a2", "a1"}, "background": {"dark", "light", "none"},
		"squares": {"missing"}, "zoom": {"14", "17"},
	} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
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
	useless := pictureOnly
	if f.format == "png" {
		useless = tileOnly
	}
	for _, name := range useless {
		if cmd.Flags().Changed(name) {
			return "", usage(cmd, "--%s has no meaning with the format %s", name, f.format)
		}
	}
	if f.format == "png" {
		if err := f.checkPicture(cmd); err != nil {
			return "", err
		}
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

// defaultWidth is the width in pixels of a picture that neither has paper nor --width.
const defaultWidth = 3000

func (f *exportFlags) checkPicture(cmd *cobra.Command) error {
	switch {
	case f.paper != "" && f.width != 0:
		return usage(cmd, "--paper and --width exclude each other")
	case f.portrait && f.landscape:
		return usage(cmd, "--portrait and --landscape exclude each other")
	case f.paper == "" && (f.portrait || f.landscape):
		return usage(cmd, "--portrait and --landscape have no meaning without --paper")
	}
	if f.paper == "" && !cmd.Flags().Changed("width") {
		f.width = defaultWidth
	}
	return f.parseBox(cmd)
}

// parseBox reads --box.
func (f *exportFlags) parseBox(cmd *cobra.Command) error {
	if cmd.Flags().Changed("box") {
		parts := strings.Split(f.box, ",")
		if len(parts) != 4 {
			return usage(cmd, "--box takes four numbers, west,south,east,north, but was given %d", len(parts))
		}
		f.corners = new([4]float64)
		for i, part := range parts {
			var err error
			if f.corners[i], err = strconv.ParseFloat(strings.TrimSpace(part), 64); err != nil {
				return usage(cmd, "--box is west,south,east,north in degrees, but %q is not a number", part)
			}
		}
	}
	return nil
}

// export opens the site and writes the output, unless the user would rather keep what is there.
func (a *app) export(cmd *cobra.Command, f *exportFlags, out string) error {
	site, err := a.siteToExport(cmd, out)
	if err != nil {
		return err
	}
	defer site.Close()
	if ok, err := a.mayReplace(cmd.Context(), out); !ok || err != nil {
		return err
	}
	write := a.exportTiles
	if f.format == "png" {
		write = a.exportPicture
		if !cmd.Flags().Changed("title") {
			f.title = site.Title
		}
	}
	if err := write(cmd.Context(), site, f, out); err != nil {
		if cmd.Context().Err() != nil {
			return &interruptedError{"interrupted; nothing was written"}
		}
		return err
	}
	return nil
}

// siteToExport opens the site of the configuration, unless the output is to take the place of its own archive.
func (a *app) siteToExport(cmd *cobra.Command, out string) (*generator.Site, error) {
	path, err := a.archivePath(nil)
	if err != nil {
		return nil, err
	}
	if sameFile(path, out) {
		return nil, usage(cmd, "%s is the archive of the site itself; name another file", out)
	}
	return generator.OpenSite(path)
}

func (a *app) exportTiles(ctx context.Context, site *generator.Site, f *exportFlags, out string) error {
	tiles, err := export.NewTileset(site, f.layer, f.minZoom, f.maxZoom)
	if err != nil {
		return err
	}
	switch f.format {
	case "sqlitedb":
		err = tiles.WriteSQLiteDB(ctx, out, a.progress())
	case "xyz":
		err = tiles.WriteXYZ(ctx, out, a.progress())
	default:
		err = tiles.WriteArchive(ctx, out, archive.Format(f.format), a.progress())
	}
	if err != nil {
		return err
	}
	a.say("Wrote %s: %s, zooms %d to %d, %s.", out, tiles.Name, tiles.MinZoom, tiles.MaxZoom, plural(tiles.Tiles, "tile"))
	if f.maxZoom == export.AllZooms && site.MaxZoom() > tiles.MaxZoom {
		a.say("Deeper ones, down to zoom %d, are painted with --max-zoom.", site.MaxZoom())
	}
	return nil
}

func (a *app) exportPicture(ctx context.Context, site *generator.Site, f *exportFlags, out string) error {
	o := export.PosterOptions{
		Layer: f.layer, Box: f.corners, Width: f.width, Paper: f.paper, DPI: f.dpi, Title: f.title,
		Background: export.Background(f.background), MaxZoom: f.maxZoom,
	}
	switch {
	case f.portrait:
		o.Orientation = export.Portrait
	case f.landscape:
		o.Orientation = export.Landscape
	}
	poster, err := export.NewPoster(site, o)
	if err != nil {
		return err
	}
	if err := poster.WritePNG(ctx, out, a.progress()); err != nil {
		return err
	}
	a.say("Wrote %s: %d x %d pixels, drawn from the tiles of zoom %d.", out, poster.Width, poster.Height, poster.Zoom)
	return nil
}

// sameFile tells whether two paths name one file that is there.
func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}
