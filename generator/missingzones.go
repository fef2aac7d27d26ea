package generator

import (
	"fmt"
	"path/filepath"
	"slices"

	"heatmapgen/generator/config"
	"heatmapgen/internal/words"
)

// The privacy zones of an export are a file in it like any other, which a sync client may take away, or which another export may lack. Without it
// all that it hid would show. So the secret's file remembers which exports listed zones (docs/privacy.md).

// exportName returns what the secret's file calls a source: its path from there, with slashes, so that both may move together.
func exportName(cfg *config.Config, s config.Source) string {
	path := s.Path
	if dir, err := filepath.Abs(filepath.Dir(SecretPath(cfg))); err == nil {
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
			if rel, err := filepath.Rel(dir, abs); err == nil {
				path = rel
			}
		}
	}
	return filepath.ToSlash(path)
}

// A listedExport is an export that listed zones when a site was built from it.
type listedExport struct {
	// config is the name of the configuration's file: several may lie in one folder, and share the secret.
	config string
	// source is what exportName returns.
	source string
}

func configName(cfg *config.Config) string {
	if cfg.File == "" {
		return ""
	}
	return filepath.Base(cfg.File)
}

// exportsOf returns the exports that listed zones at the last build of the configuration.
func (s *secret) exportsOf(cfg *config.Config) (own []listedExport) {
	for _, e := range s.exports {
		if e.config == configName(cfg) {
			own = append(own, e)
		}
	}
	return own
}

// listedExports returns the sources of these indices, in their order.
func listedExports(cfg *config.Config, tables map[int]bool) (listed []listedExport) {
	for i, s := range cfg.Sources {
		if e := (listedExport{configName(cfg), exportName(cfg, s)}); tables[i] && !slices.Contains(listed, e) {
			listed = append(listed, e)
		}
	}
	return listed
}

// MissingZones returns what is wrong with sources that listed privacy zones at the last build and list none any more, and with an export
// without zones that took the place of one with zones. tables tells which sources list zones now, by their index in the configuration. It returns
// nothing where such zones are not to be obeyed, and where nothing is remembered.
func MissingZones(cfg *config.Config, tables map[int]bool) []config.Fault {
	if !cfg.Privacy.UseStravaZones {
		return nil
	}
	s, _, err := loadSecret(cfg)
	if err != nil {
		return nil // who hides says so
	}
	remembered := s.exportsOf(cfg)
	gone := slices.Clone(remembered) // those that are no sources any more
	for _, source := range cfg.Sources {
		name := exportName(cfg, source)
		gone = slices.DeleteFunc(gone, func(e listedExport) bool { return e.source == name })
	}
	const out = "put it back (a sync client may have taken it away), or take a whole export; if you want to do without, build once with --forget-zones, and list your zones in [privacy]"
	var faults []config.Fault
	for i, source := range cfg.Sources {
		f := config.Fault{File: words.OneLine(source.Path)}
		switch {
		case tables[i]:
			continue
		case slices.Contains(remembered, listedExport{configName(cfg), exportName(cfg, source)}):
			f.Text = "the privacy zones that this export listed at the last build are gone: it has no privacy_zones.csv any more; " + out
		case source.Type == config.SourceStrava && len(gone) > 0:
			f.Text = fmt.Sprintf("this export has no privacy_zones.csv, and the one it seems to replace, %s, listed privacy zones at the last build; %s", words.OneLine(gone[0].source), out)
		default:
			continue
		}
		faults = append(faults, f)
	}
	return faults
}
