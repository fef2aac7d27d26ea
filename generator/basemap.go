package generator

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/templates"
)

// The basemaps that are archives on this computer: a part of each goes into the site, beside the heat and named by the page.

// BasemapFile returns the name in a site of the archive of a basemap.
func BasemapFile(id string) string { return templates.BasemapPrefix + id + ".pmtiles" }

// CheckBasemaps returns a *config.Error where a build could not put a basemap into the site.
func CheckBasemaps(cfg *config.Config) error {
	var faults []config.Fault
	for i := range cfg.Page.Basemaps {
		if b := &cfg.Page.Basemaps[i]; b.Local() {
			m, _, err := openBasemap(b)
			if err != nil {
				faults = append(faults, cfg.FaultAt(fmt.Sprintf("page.basemap[%d].pmtiles", i), "%v", err))
				continue
			}
			m.Close()
		}
	}
	if len(faults) > 0 {
		return &config.Error{Faults: faults}
	}
	return nil
}

// openBasemap opens the archive of a basemap and returns the schema of its vectors, "" for pictures.
func openBasemap(b *config.Basemap) (m *archive.MapFile, schema string, err error) {
	m, err = archive.OpenMap(b.PMTiles)
	if errors.Is(err, os.ErrNotExist) {
		return nil, "", fmt.Errorf("there is no map %s; correct %q in [[page.basemap]], or make one as docs/viewer.md says", b.PMTiles, "pmtiles")
	}
	if err != nil {
		return nil, "", fmt.Errorf("the map of [[page.basemap]] cannot be used: %w", err)
	}
	if schema, err = schemaOf(m, b); err != nil {
		m.Close()
		return nil, "", fmt.Errorf("the map %s cannot be used: %w", b.PMTiles, err)
	}
	return m, schema, nil
}

// schemaOf returns the schema of a map, as the configuration has it or its layers tell, "" for pictures.
func schemaOf(m *archive.MapFile, b *config.Basemap) (string, error) {
	if !m.Vectors() {
		if b.Schema != "" {
			return "", errors.New("its tiles are pictures, which have no schema; remove \"schema\"")
		}
		return "", nil
	}
	if b.Schema != "" {
		return b.Schema, nil
	}
	text, err := m.Metadata()
	if err != nil {
		return "", err
	}
	var told struct {
		Layers []struct{ ID string } `json:"vector_layers"`
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return "", errors.New("its metadata are none of a map of vectors")
	}
	has := func(id string) bool {
		return slices.ContainsFunc(told.Layers, func(l struct{ ID string }) bool { return l.ID == id })
	}
	switch {
	case has("transportation"):
		return templates.SchemaOpenMapTiles, nil
	case has("roads") && has("places"):
		return templates.SchemaProtomaps, nil
	}
	return "", fmt.Errorf("its layers are of neither schema that can be drawn; give it the nearer one as schema = %q or %q", templates.SchemaProtomaps, templates.SchemaOpenMapTiles)
}

// stageBasemaps makes the archives of basemaps that go into the site whose heat is in the archive at path, and returns all basemaps of the page. The staged files
// are the caller's, also after an error.
func stageBasemaps(ctx context.Context, cfg *config.Config, path string) (staged []*atomicfile.Staged, all []templates.Basemap, err error) {
	var site *Site
	for i := range cfg.Page.Basemaps {
		b := &cfg.Page.Basemaps[i]
		shown := templates.Basemap{ID: b.ID, Title: b.Title, URL: b.URL, PMTiles: b.PMTiles, Schema: b.Schema, Names: b.Names, Attribution: b.Attribution, MaxZoom: b.MaxZoom}
		if b.Local() {
			if site == nil {
				if site, err = OpenSite(path); err != nil {
					return staged, nil, err
				}
				defer site.Close()
			}
			s, err := stageBasemap(ctx, cfg, b, site, &shown)
			if err != nil {
				return staged, nil, fmt.Errorf("copying the basemap %q: %w", b.ID, err)
			}
			staged = append(staged, s)
		}
		all = append(all, shown)
	}
	return staged, all, nil
}

// stageBasemap makes the archive of one basemap, and says in shown how the page finds it.
func stageBasemap(ctx context.Context, cfg *config.Config, b *config.Basemap, site *Site, shown *templates.Basemap) (*atomicfile.Staged, error) {
	m, schema, err := openBasemap(b)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	deepest := min(uint8(b.MaxZoom), m.MaxZoom())
	cut := archive.Cut{TempDir: cfg.Cache, Tiles: []archive.TileRange{archive.DownTo(deepest)}, Bounds: m.Bounds()}
	if b.Area != config.AreaWhole {
		if cut.Tiles, cut.Bounds, err = site.surroundings(deepest); err != nil {
			return nil, err
		}
	}
	if cut.Metadata, err = basemapMetadata(m); err != nil {
		return nil, err
	}
	s, err := atomicfile.Stage(filepath.Join(cfg.Output, BasemapFile(b.ID)), siteMode, func(f *os.File) error { return m.Cut(ctx, f, cut) })
	if errors.Is(err, archive.ErrNothingThere) {
		return nil, fmt.Errorf("%s has nothing where the heat is; take an extract of there", b.PMTiles)
	}
	if err != nil {
		return nil, err
	}
	version, err := versionOf(s)
	if err != nil {
		s.Discard()
		return nil, err
	}
	shown.PMTiles, shown.Schema, shown.MaxZoom = archiveAddress(BasemapFile(b.ID), version), schema, int(deepest)
	return s, nil
}

// basemapMetadata returns the metadata of a part of a map: what readers need of those of the map. Programs write the paths of files, and more that is nobody's
// business, into others.
func basemapMetadata(m *archive.MapFile) ([]byte, error) {
	text, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	var told map[string]json.RawMessage
	if err := json.Unmarshal(text, &told); err != nil {
		return nil, fmt.Errorf("reading its metadata: %w", err)
	}
	kept := map[string]json.RawMessage{}
	for _, key := range []string{"attribution", "vector_layers"} {
		if value, ok := told[key]; ok {
			kept[key] = value
		}
	}
	return json.Marshal(kept)
}

// CheckBasemap returns an error unless the basemap that a page names by an address (templates.BasemapAddresses) lies in the folder dir, is the one that is meant, and can
// be read.
func CheckBasemap(dir, address string) error {
	name := templates.FileOf(address)
	path := filepath.Join(dir, name)
	version, err := fileHash(path)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the basemap %s, which the page names, is not there", path)
	}
	if err != nil {
		return fmt.Errorf("reading the basemap %s: %w", path, err)
	}
	if !strings.Contains(address, version) {
		return fmt.Errorf("the basemap %s is not the one that the page means", path)
	}
	m, err := archive.OpenMap(path)
	if err != nil {
		return err
	}
	return m.Close()
}

// oldBasemaps returns the files in the folder dir of basemaps that the page there names, without those that are staged: they go with the old page.
func oldBasemaps(dir string, staged []*atomicfile.Staged) []string {
	page, err := readPage(dir)
	if err != nil {
		return nil
	}
	var old []string
	for _, address := range templates.BasemapAddresses(page) {
		name := templates.FileOf(address)
		stays := slices.ContainsFunc(staged, func(s *atomicfile.Staged) bool { return s.Name() == name })
		if !stays && !slices.Contains(old, name) && isFile(filepath.Join(dir, name)) {
			old = append(old, name)
		}
	}
	return old
}

// versionOf returns the version by which a page names a finished archive.
func versionOf(staged *atomicfile.Staged) (string, error) {
	sum, err := staged.Hash()
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(sum)[:VersionDigits], nil
}
