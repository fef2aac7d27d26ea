package deploy

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"heatmapgen/site/deploy/bucket"
	"heatmapgen/templates"
)

// A Place is where a site goes: a bucket, a folder of a bucket, or a folder of this computer.
type Place struct {
	target *bucket.Target
	store  store
}

// OpenPlace opens a place. Whether it is there and may be written shows in Plan. Call Close.
func OpenPlace(ctx context.Context, t *bucket.Target) (*Place, error) {
	s, err := openStore(ctx, t)
	if err != nil {
		return nil, t.Fault("opening", err)
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
	UploadBasemap = "upload basemap"
	UploadPage    = "upload page"
	RemoveArchive = "remove archive"
	RemoveBasemap = "remove basemap"
	// RemoveOld removes an old version that the bucket keeps of an archive or basemap.
	RemoveOld = "remove old version"
)

// A Step is one change to a place.
type Step struct {
	// Kind is one of the kinds above.
	Kind string
	// Name is that of the file in the place.
	Name string
	// Size is in bytes.
	Size int64
	// Why says what an archive or basemap that is removed shows beyond the new one, such as "it has the names of activities"; "" where that
	// was not looked at.
	Why string

	object object // of what is removed
	file   *file  // that is uploaded, but for the page
}

// A Plan is what has to be done, in this order, for a place to show a site. It is empty when all is there.
type Plan struct {
	Steps []Step
	// Stranger says that the place holds an index.html that heatmapgen did not make, which the plan replaces.
	Stranger bool
	// Kept are the old archives that stay for viewers whose page still names them. They show nothing that the new one does not.
	Kept []string
	// Notes are sentences about what could not be found out.
	Notes []string

	place *Place
	site  *Site
	shows *contents // what the site shows, once it is needed
	// versioned says that the place keeps old versions of files, as far as was seen.
	versioned bool
}

// Plan looks at the place and returns what is to be done there, changing nothing. Of the archives of earlier deploys up to
// keep stay, the one that the page there names and then the newest, if they show nothing that the site does not.
func (p *Place) Plan(ctx context.Context, site *Site, keep int) (*Plan, error) {
	plan := &Plan{place: p, site: site}
	if err := plan.make(ctx, keep); err != nil {
		return nil, p.target.Fault("looking at", err)
	}
	return plan, nil
}

func (p *Plan) make(ctx context.Context, keep int) error {
	if err := p.place.checkFolder(p.site); err != nil {
		return err
	}
	// Listing comes first: of all requests, its failure tells most about what is wrong.
	archives, err := p.place.store.list(ctx, "heatmap.")
	if err != nil {
		return err
	}
	there := false
	if has(archives, p.site.Name) {
		if there, err = p.fileThere(ctx, p.site.archive()); err != nil {
			return err
		}
	}
	if !there {
		p.Steps = append(p.Steps, Step{Kind: UploadArchive, Name: p.site.Name, Size: p.site.Size, file: p.site.archive()})
	}
	basemaps, err := p.place.store.list(ctx, templates.BasemapPrefix)
	if err != nil {
		return err
	}
	if err := p.planBasemaps(ctx, basemaps); err != nil {
		return err
	}
	pages, err := p.place.store.list(ctx, PageName)
	if err != nil {
		return err
	}
	same, page := false, []byte(nil)
	if has(pages, PageName) {
		if same, page, err = p.pageThere(ctx); err != nil {
			return err
		}
	}
	if !same {
		p.Steps = append(p.Steps, Step{Kind: UploadPage, Name: PageName, Size: int64(len(p.site.Page))})
	}
	// A page of somebody else's names none.
	named, _ := templates.ArchiveURL(page)
	if err := p.planRemovals(ctx, archives, named, keep); err != nil {
		return err
	}
	return p.planOldBasemaps(ctx, basemaps, templates.BasemapAddresses(page))
}

func has(files []object, name string) bool {
	return slices.ContainsFunc(files, func(o object) bool { return o.name == name })
}

// fileThere reports whether the file of a name in the place is the one that is to have it, whole, by all that the place tells of it.
func (p *Plan) fileThere(ctx context.Context, f *file) (bool, error) {
	s := p.place.store
	o, err := s.stat(ctx, f.name)
	return err == nil && o.size == f.size && o.version == f.version && (o.md5 == nil || bytes.Equal(o.md5, f.md5)) &&
		(!s.keepsHeaders() || o.headers == archiveHeaders(f.name)), err
}

// pageThere reports whether the page in the place is that of the site, and returns it.
func (p *Plan) pageThere(ctx context.Context) (same bool, page []byte, err error) {
	s := p.place.store
	o, err := s.stat(ctx, PageName)
	if err != nil {
		return false, nil, err
	}
	p.versioned = p.versioned || o.id != ""
	if page, err = s.read(ctx, PageName); err != nil {
		return false, nil, err
	}
	_, err = templates.ArchiveURL(page)
	if errors.Is(err, templates.ErrNotOurs) {
		p.Stranger = true
		return false, nil, nil
	}
	return bytes.Equal(page, p.site.Page) && (!s.keepsHeaders() || o.headers == pageHeaders), page, err
}
