package generator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/templates"
)

// VersionDigits is the length of an archive's version: the first hex digits of its SHA-256, enough that no cache ever mixes two builds.
const VersionDigits = 16

// HTML renders the page of the configuration anew from its archive alone. The old page stays until the
// new one is complete. The error is a *ForeignPageError when somebody else's page is there.
func HTML(ctx context.Context, cfg *config.Config, opts Options) error {
	path := archivePath(cfg)
	if err := archiveThere(cfg); err != nil {
		return err
	}
	folder, err := takeFolder(cfg.Output)
	if err != nil {
		return fmt.Errorf("rendering the page: %w", err)
	}
	defer folder.Release()
	if err := archiveThere(cfg); err != nil {
		return err
	}
	if err := checkPage(cfg, &opts); err != nil {
		return err
	}
	if err := CheckBasemaps(cfg); err != nil {
		return err
	}
	e, err := readMetadata(path)
	if err != nil {
		return fmt.Errorf("rendering the page: %w", err)
	}
	version, err := fileHash(path)
	if err != nil {
		return fmt.Errorf("rendering the page: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return explainFull(commitPage(ctx, cfg, folder, version, e.Heatmapgen), cfg.Output)
}

// commitPage gives a page of an archive that is in its place its own, with the basemaps that lie in the site, all or none. Basemaps that the
// page does not use any more go with the old one.
func commitPage(ctx context.Context, cfg *config.Config, folder *atomicfile.Folder, version string, meta *Metadata) error {
	files, shown, err := stageBasemaps(ctx, cfg, archivePath(cfg))
	if err == nil {
		var page *atomicfile.Staged
		if page, err = stagePage(cfg, version, meta, shown); err == nil {
			return folder.Commit(append(files, page), oldBasemaps(cfg.Output, files))
		}
	}
	for _, f := range files {
		f.Discard()
	}
	return err
}

// archiveThere returns an error that says what to do where there is no archive to make a page for.
func archiveThere(cfg *config.Config) error {
	path := archivePath(cfg)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if other := otherPath(cfg); isFile(other) {
		return fmt.Errorf("rendering the page: there is no archive %s yet, only %s; set format accordingly, or run \"heatmapgen convert %s\" first", path, other, other)
	}
	return fmt.Errorf("rendering the page: there is no archive %s yet; run \"heatmapgen build\" first", path)
}

// stagePage renders the page of an archive of the given version, whose metadata is meta, and with basemaps of the user's own, to be put beside it.
func stagePage(cfg *config.Config, version string, meta *Metadata, basemaps []templates.Basemap) (*atomicfile.Staged, error) {
	page := templates.Page{
		Title:          cfg.Title,
		Description:    "A heatmap of " + meta.Contents(),
		URL:            cfg.Page.URL,
		Image:          cfg.Page.Image,
		ArchiveURL:     archiveAddress(ArchiveFile(cfg), version),
		DefaultLayer:   cfg.Page.DefaultLayer,
		DefaultBasemap: cfg.Page.DefaultBasemap,
		HeatOpacity:    cfg.Page.HeatOpacity,
		Basemaps:       basemaps,
	}
	if name := cfg.Page.StadiaAPIKeyEnv; name != "" {
		page.StadiaKey = os.Getenv(name)
	}
	return atomicfile.Stage(filepath.Join(cfg.Output, PageName), siteMode, func(f *os.File) error { return templates.Render(f, page) })
}

// fileHash returns the first digits of the SHA-256 of a file.
func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil))[:VersionDigits], nil
}
