package generator

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/layers"
	"heatmapgen/templates"
)

// ArchiveFile returns the name of the archive that the configuration asks for.
func ArchiveFile(cfg *config.Config) string {
	if cfg.Format == config.FormatMBTiles {
		return MBTilesName
	}
	return ArchiveName
}

// archivePath returns where the archive of the configuration is built.
func archivePath(cfg *config.Config) string { return filepath.Join(cfg.Output, ArchiveFile(cfg)) }

// otherPath returns where an archive of the format lies that the configuration does not ask for.
func otherPath(cfg *config.Config) string {
	if ArchiveFile(cfg) == ArchiveName {
		return filepath.Join(cfg.Output, MBTilesName)
	}
	return filepath.Join(cfg.Output, ArchiveName)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// archiveOptions are the settings of the writer of the configuration's archive.
func archiveOptions(cfg *config.Config, fields []layers.Field) archive.Options {
	opts := archive.Options{TempDir: cfg.Cache, Format: archive.Format(cfg.Format), Mode: siteMode}
	for _, f := range fields {
		opts.FieldIDs = append(opts.FieldIDs, f.ID)
	}
	if cfg.Page.Tracks {
		opts.FieldIDs = withKept(opts.FieldIDs)
		opts.BlockSets = blockSetsOf(cfg)
	}
	return opts
}

// FindArchive returns the path of the archive of the site in the folder dir, whatever a configuration says: the one there
// is; of two that of which the page makes use; where no page tells, the newer. What a build was cut off in is brought to its
// end first. The error wraps fs.ErrNotExist when there is none.
func FindArchive(dir string) (string, error) {
	if err := atomicfile.Settle(dir); err != nil {
		return "", err
	}
	var found []string
	var newest fs.FileInfo
	for _, name := range []string{ArchiveName, MBTilesName} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if newest == nil || info.ModTime().After(newest.ModTime()) {
			newest = info
		}
		found = append(found, name)
	}
	if len(found) == 0 {
		return "", fmt.Errorf("there is neither %s nor %s in %s; run \"heatmapgen build\" first: %w", ArchiveName, MBTilesName, dir, fs.ErrNotExist)
	}
	if len(found) > 1 {
		if page, err := os.ReadFile(filepath.Join(dir, PageName)); err == nil {
			if address, err := templates.ArchiveURL(page); err == nil {
				if name, _, _ := strings.Cut(address, "?"); slices.Contains(found, name) {
					return filepath.Join(dir, name), nil
				}
			}
		}
	}
	return filepath.Join(dir, newest.Name()), nil
}
