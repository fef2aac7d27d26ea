package source

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"

	"heatmapgen/activity"
)

// OpenFiles opens a folder, a zip or a single file as a source of plain FIT,
// GPX and TCX files. Its entries are sorted by path; start and name are
// only known once the file is decoded and stay zero. Files that neither have
// the ending of a recording nor begin as one are counted in a note. Zips
// inside the folder or zip are read like folders; one that cannot be is an entry with a Skip. The
// routes of an export of Apple Health have their sports.
func OpenFiles(where string) (Source, error) {
	info, err := statPath(where)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !isZip(where) {
		return &filesSource{place: singleFile(where, info)}, nil
	}
	p, err := openPlace(where)
	if err != nil {
		return nil, err
	}
	return &filesSource{place: p}, nil
}

type filesSource struct {
	place *place
	nest  nest
}

func (s *filesSource) Close() error {
	s.nest.close()
	return s.place.close()
}

func (s *filesSource) List(ctx context.Context) (*Listing, error) {
	t, err := s.place.list(ctx)
	if err != nil {
		return nil, err
	}
	l := &Listing{Notes: t.notes}
	table, isExport := t.findTable()
	others, plans := 0, 0
	for i := range t.files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		f := &t.files[i]
		switch {
		case isExport && t.isPlan(table, f.name):
			plans++
		case isNested(f.name):
			others += s.unpack(ctx, l, f)
		case !l.recording(f):
			others++
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	l.nameRoutes(t)
	if isExport {
		l.note(`%s is a Strava export: with type = "strava" its activities keep their names and sports`, s.place.where)
	}
	if plans > 0 {
		l.note("%s left out: routes are plans, not activities", count(plans, "route was", "routes were"))
	}
	if others > 0 {
		l.note("%s not a recording (FIT, GPX, TCX)", count(others, "file is", "files are"))
	}
	return l, nil
}

// unpack lists the zip f inside the source, and returns how many of its files are no recordings.
func (s *filesSource) unpack(ctx context.Context, l *Listing, f *file) (others int) {
	t, err := s.nest.unpack(f)
	if err != nil {
		l.Entries = append(l.Entries, f.entry("files", "files:"+f.name))
		l.Entries[len(l.Entries)-1].skip(ReasonNestedZip, err.Error())
		return 0
	}
	l.Notes = append(l.Notes, t.notes...)
	for i := range t.files {
		if ctx.Err() != nil {
			return others
		}
		if !l.recording(&t.files[i]) {
			others++
		}
	}
	l.nameRoutes(t)
	return others
}

// nameRoutes gives the entries of a tree that are routes of Apple Health their sports.
func (l *Listing) nameRoutes(t *tree) {
	sports := t.routeSports()
	for i := range l.Entries {
		if s, ok := sports[l.Entries[i].Path]; ok {
			l.Entries[i].Activity.Sport = s
		}
	}
}

// recording adds the entry of a file, unless it does not look like a recording.
func (l *Listing) recording(f *file) bool {
	if !isRecordingName(f.name) && !f.sniff() {
		return false
	}
	l.Entries = append(l.Entries, f.entry("files", "files:"+f.name))
	return true
}

// isZip reports whether a file is to be opened as a zip: it is called one or
// begins as one.
func isZip(where string) bool {
	if strings.EqualFold(filepath.Ext(where), ".zip") {
		return true
	}
	f, err := os.Open(where)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4)
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == "PK\x03\x04"
}

// singleFile returns the one file at where as a place.
func singleFile(where string, info os.FileInfo) *place {
	t := &tree{files: []file{{
		name:   norm.NFC.String(filepath.Base(where)),
		size:   info.Size(),
		refuse: tooLarge(info.Size(), info.Size()),
		raw:    func() (io.ReadCloser, error) { return os.Open(where) },
	}}}
	t.index()
	return &place{
		where: where,
		list:  func(context.Context) (*tree, error) { return t, nil },
		close: func() error { return nil },
	}
}

// entry returns the entry of a file, skipped when the file must not be opened.
func (f *file) entry(kind, id string) Entry {
	e := Entry{
		Activity: activity.Activity{ID: id, Source: kind},
		Path:     f.name,
		Open:     f.open,
		Size:     f.size,
	}
	if f.refuse != nil {
		e.skip(f.refuse.Reason, f.refuse.Detail)
	}
	return e
}

// skip marks the entry as one that cannot be drawn.
func (e *Entry) skip(reason, detail string) {
	e.Skip = &Skip{reason, detail}
	e.Open = nil
}
