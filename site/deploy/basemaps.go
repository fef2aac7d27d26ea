package deploy

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"heatmapgen/generator"
	"heatmapgen/templates"
)

// A file goes up under a name that holds its hash: an archive, or a basemap that lies beside it.
type file struct {
	// path is where it lies here, name what it is called in a place.
	path, name string
	// size is in bytes.
	size int64

	version string // the digits in name
	md5     []byte // of the content
}

// archive returns the archive of the site.
func (s *Site) archive() *file { return &file{s.Archive, s.Name, s.Size, s.version, s.md5} }

// addBasemaps adds the basemaps that lie beside the built page, and has the page that goes up name them as they are called in a place.
func (s *Site) addBasemaps(folder string, built []byte) error {
	for _, address := range templates.BasemapAddresses(built) {
		name, version, ok := strings.Cut(address, "?v=")
		if !ok {
			return fmt.Errorf("the page looks for its basemap at %q, where a build does not put it; run \"heatmapgen html\" first", address)
		}
		if err := generator.CheckBasemap(folder, address); err != nil {
			return fmt.Errorf("%w; run \"heatmapgen html\" first", err)
		}
		b := &file{path: filepath.Join(folder, name), name: strings.TrimSuffix(name, ".pmtiles") + "." + version + ".pmtiles"}
		var err error
		if b.size, b.version, b.md5, err = measure(b.path); err != nil {
			return fmt.Errorf("reading a basemap: %w", err)
		}
		s.basemaps = append(s.basemaps, b)
		s.Page = templates.WithBasemap(s.Page, address, b.name)
	}
	return nil
}

// basemapName is the form of the names that basemaps have in a place, as archiveName is of archives.
var basemapName = regexp.MustCompile(`^basemap\.[a-z0-9_-]+(?:\.[0-9a-f]{16})?\.pmtiles$`)

// whyBasemap is what an old basemap shows.
const whyBasemap = "it tells around which places the heat of an earlier site was"

// planBasemaps plans to upload what is not there of the basemaps of the site.
func (p *Plan) planBasemaps(ctx context.Context, there []object) error {
	for _, b := range p.site.basemaps {
		if has(there, b.name) {
			whole, err := p.fileThere(ctx, b)
			if err != nil {
				return err
			}
			if whole {
				continue
			}
		}
		p.Steps = append(p.Steps, Step{Kind: UploadBasemap, Name: b.name, Size: b.size, file: b})
	}
	return nil
}

// planOldBasemaps plans to remove the other basemaps of deploys, and the one of a build that the page there names, also as old versions. An open page does without: it
// shows coastlines in their place.
func (p *Plan) planOldBasemaps(ctx context.Context, there []object, named []string) error {
	current := func(name string) bool {
		return slices.ContainsFunc(p.site.basemaps, func(b *file) bool { return b.name == name })
	}
	for _, f := range there {
		if !basemapName.MatchString(f.name) || current(f.name) {
			continue
		}
		o, err := p.place.store.stat(ctx, f.name)
		if err != nil {
			return err
		}
		p.versioned = p.versioned || o.id != ""
		if hasMark(o) || slices.ContainsFunc(named, func(address string) bool { return templates.FileOf(address) == o.name }) {
			p.Steps = append(p.Steps, Step{Kind: RemoveBasemap, Name: o.name, Size: o.size, Why: whyBasemap, object: o})
		}
	}
	older, err := p.older(ctx, templates.BasemapPrefix)
	for _, o := range older {
		if basemapName.MatchString(o.name) && !current(o.name) && hasMark(o) {
			p.Steps = append(p.Steps, Step{Kind: RemoveOld, Name: o.name, Size: o.size, Why: whyBasemap, object: o})
		}
	}
	return err
}

// hasMark reports whether a file carries the mark of a deploy.
func hasMark(o object) bool { return o.version != "" && o.version == hostedVersion(o.name) }
