package deploy

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"heatmapgen/templates"
)

// A Place is where a site goes: a bucket, a folder of a bucket, or a folder of this computer.
type Place struct {
	target *Target
	store  store
}

// OpenPlace opens a place. Whether it is there and may be written shows in Plan. Call Close.
func OpenPlace(ctx context.Context, t *Target) (*Place, error) {
	s, err := openStore(ctx, t)
	if err != nil {
		return nil, faultOf(t, "opening", err)
	}
	return &Place{target: t, store: s}, nil
}

// Close ends the connection.
func (p *Place) Close() error { return p.store.close() }

// String returns the address of the place without its settings.
func (p *Place) String() string { return p.target.String() }

// The kinds of step.
const (
	UploadArchive = "upload archive"
	UploadPage    = "upload page"
	RemoveArchive = "remove archive"
)

// A Step is one change to a place.
type Step struct {
	// Kind is UploadArchive, UploadPage or RemoveArchive.
	Kind string
	// Name is that of the file in the place.
	Name string
	// Size is in bytes.
	Size int64
}

// A Plan is what has to be done, in this order, for a place to show a site. It is empty when all is there.
type Plan struct {
	Steps []Step
	// Stranger says that the place holds an index.html that heatmapgen did not make, which the plan replaces.
	Stranger bool
	// Kept are the old archives that stay for viewers whose page still names them.
	Kept []string

	place *Place
	site  *Site
}

// Plan looks at the place and returns what is to be done there, changing nothing. Of the archives of earlier deploys,
// keep stay: the one that the page there names, then the newest.
func (p *Place) Plan(ctx context.Context, site *Site, keep int) (*Plan, error) {
	plan := &Plan{place: p, site: site}
	if err := plan.make(ctx, keep); err != nil {
		return nil, faultOf(p.target, "looking at", err)
	}
	return plan, nil
}

func (p *Plan) make(ctx context.Context, keep int) error {
	// Listing comes first: of all requests, its failure tells most about what is wrong.
	archives, err := p.place.store.list(ctx, "heatmap.")
	if err != nil {
		return err
	}
	there := false
	if has(archives, p.site.Name) {
		if there, err = p.archiveThere(ctx); err != nil {
			return err
		}
	}
	if !there {
		p.Steps = append(p.Steps, Step{UploadArchive, p.site.Name, p.site.Size})
	}
	pages, err := p.place.store.list(ctx, PageName)
	if err != nil {
		return err
	}
	same, named := false, ""
	if has(pages, PageName) {
		if same, named, err = p.pageThere(ctx); err != nil {
			return err
		}
	}
	if !same {
		p.Steps = append(p.Steps, Step{UploadPage, PageName, int64(len(p.site.Page))})
	}
	return p.remove(ctx, archives, named, keep)
}

func has(files []object, name string) bool {
	return slices.ContainsFunc(files, func(o object) bool { return o.name == name })
}

// archiveThere reports whether the file of the archive's name in the place is the archive of the site, whole, by all that
// the place tells of it.
func (p *Plan) archiveThere(ctx context.Context) (bool, error) {
	s := p.place.store
	o, err := s.stat(ctx, p.site.Name)
	return err == nil && o.size == p.site.Size && o.version == p.site.version && (o.md5 == nil || bytes.Equal(o.md5, p.site.md5)) &&
		(!s.keepsHeaders() || o.headers == archiveHeaders(p.site.Name)), err
}

// pageThere reports whether the page in the place is that of the site, and which archive it names.
func (p *Plan) pageThere(ctx context.Context) (same bool, named string, err error) {
	s := p.place.store
	o, err := s.stat(ctx, PageName)
	if err != nil {
		return false, "", err
	}
	page, err := s.read(ctx, PageName)
	if err != nil {
		return false, "", err
	}
	named, err = templates.ArchiveURL(page)
	if errors.Is(err, templates.ErrNotOurs) {
		p.Stranger = true
		return false, "", nil
	}
	return bytes.Equal(page, p.site.Page) && (!s.keepsHeaders() || o.headers == pageHeaders), named, err
}

// remove plans to remove the archives of earlier deploys among files. What is not surely the work of a deploy stays.
func (p *Plan) remove(ctx context.Context, files []object, named string, keep int) error {
	slices.SortFunc(files, func(a, b object) int {
		switch named {
		case a.name:
			return -1
		case b.name:
			return 1
		}
		return cmp.Or(b.modified.Compare(a.modified), cmp.Compare(a.name, b.name))
	})
	for _, f := range files {
		version := hostedVersion(f.name)
		if version == "" || f.name == p.site.Name {
			continue
		}
		o, err := p.place.store.stat(ctx, f.name)
		if err != nil {
			return err
		}
		if o.version != version {
			continue
		}
		if len(p.Kept) < keep {
			p.Kept = append(p.Kept, f.name)
			continue
		}
		p.Steps = append(p.Steps, Step{RemoveArchive, f.name, f.size})
	}
	return nil
}
