package deploy

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// archiveName is the form of the names that archives have in a place: as a deploy calls them, and as a build does, which is how they are
// called where the folder was once copied by hand.
var archiveName = regexp.MustCompile(`^heatmap(?:\.[0-9a-f]{16})?\.(?:pmtiles|mbtiles)$`)

// planRemovals plans to remove the archives of heatmapgen among files, and the old versions of such that the place keeps, but for those that may
// stay. named is the one that the page there names.
func (p *Plan) planRemovals(ctx context.Context, files []object, named string, keep int) error {
	named, _, _ = strings.Cut(named, "?")
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
		if !archiveName.MatchString(f.name) || f.name == p.site.Name {
			continue
		}
		o, err := p.place.store.stat(ctx, f.name)
		if err != nil {
			return err
		}
		p.versioned = p.versioned || o.id != ""
		ours, err := p.ours(ctx, o)
		if err != nil {
			return err
		}
		if !ours {
			continue
		}
		step := Step{Kind: RemoveArchive, Name: o.name, Size: o.size, object: o}
		if len(p.Kept) < keep {
			if step.Why, err = p.beyond(ctx, o); err != nil {
				return err
			}
			if step.Why == "" {
				p.Kept = append(p.Kept, o.name)
				continue
			}
		}
		p.Steps = append(p.Steps, step)
	}
	return p.planOld(ctx)
}

// planOld plans to remove the old versions of archives. No page reads them, so none stays.
func (p *Plan) planOld(ctx context.Context) error {
	older, err := p.older(ctx, "heatmap.")
	if err != nil {
		return err
	}
	for _, o := range older {
		if !archiveName.MatchString(o.name) || o.name == p.site.Name {
			continue
		}
		ours, err := p.ours(ctx, o)
		if err != nil {
			return err
		}
		if ours {
			p.Steps = append(p.Steps, Step{Kind: RemoveOld, Name: o.name, Size: o.size, object: o})
		}
	}
	return nil
}

// older lists the old versions of files whose names begin with prefix. Where that cannot be told there is a note. Its error is that of ctx.
func (p *Plan) older(ctx context.Context, prefix string) ([]object, error) {
	older, err := p.place.store.older(ctx, prefix)
	if err == nil {
		return older, nil
	}
	note := fmt.Sprintf("%s keeps old versions of files. Whether archives that were removed are among them could not be seen: %s; docs/deploy.md has the permissions for old versions.", p.place, p.place.target.Explain(err))
	if p.versioned && !slices.Contains(p.Notes, note) {
		p.Notes = append(p.Notes, note)
	}
	return nil, ctx.Err()
}

// ours reports whether an archive is one of heatmapgen's: by the mark that a deploy leaves with it, else by what is in it.
func (p *Plan) ours(ctx context.Context, o object) (bool, error) {
	if hasMark(o) {
		return true, nil
	}
	return p.place.isHeatmap(ctx, o)
}

// beyond says what an old archive shows beyond the site, "" for nothing. Where that cannot be found out, it says why. Its error is that of ctx.
func (p *Plan) beyond(ctx context.Context, o object) (string, error) {
	var err error
	if p.shows == nil {
		p.shows, err = p.site.contents()
	}
	var old *contents
	if err == nil {
		old, err = p.place.contentsAt(ctx, o)
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "whether it shows more cannot be told: " + p.place.target.Explain(err), nil
	}
	return old.beyond(p.shows), nil
}
