package source

import (
	"context"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// OpenFiles opens a folder, a zip or a single file as a source of plain
// recordings. Its entries are sorted by path; start and name are
// only known once the file is decoded and stay zero. Files that neither have
// the ending of a recording nor begin as one are counted in notes, those of a known kind
// with what to do. Zips inside the folder or zip are read like folders; one that cannot be is an entry with a Skip. The
// recordings of Apple Health, Runkeeper and Samsung Health have the sports of the tables beside them. The zones of Strava
// exports in it are listed as those of a Strava source are.
//
// Errors of type *[ReadError] say that nothing is known now of what is there.
func OpenFiles(where string, limits Limits) (Source, error) {
	info, err := statPath(where)
	if err != nil {
		return nil, err
	}
	packed := false
	if !info.IsDir() {
		if packed, err = isZip(where); err != nil {
			return nil, err
		}
	}
	var p *place
	if info.IsDir() || packed {
		p, err = openPlace(where, limits)
	} else {
		p = singleFile(where, info, limits)
	}
	if err != nil {
		return nil, err
	}
	return &filesSource{place: p, nest: nest{where: where, limits: limits}}, nil
}

type filesSource struct {
	place *place
	nest  nest
}

func (s *filesSource) Close() error {
	s.nest.close()
	return s.place.close()
}

func (s *filesSource) Check() error {
	if err := s.place.unchanged(); err != nil {
		return err
	}
	return s.nest.check()
}

func (s *filesSource) List(ctx context.Context) (*Listing, error) {
	t, err := s.place.list(ctx)
	if err != nil {
		return nil, err
	}
	l := &Listing{Notes: t.notes}
	if err := l.readZones(t, s.place.where); err != nil {
		return nil, err
	}
	table, isExport := t.findTable()
	isExport = isExport && t.hasActivities(table)
	var odd others
	plans := 0
	l.Entries = make([]Entry, 0, len(t.files))
	for i := range t.files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		f := &t.files[i]
		switch {
		case isExport && t.isPlan(table, f.name):
			plans++
		case isNested(f.name):
			if err := s.unpack(ctx, l, f, &odd); err != nil {
				return nil, err
			}
		default:
			l.recording(f, &odd)
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err := l.nameSports(t, s.nest.limits); err != nil {
		return nil, err
	}
	if err := l.tellGarmin(t, &odd); err != nil {
		return nil, err
	}
	if isExport {
		l.note(message.New("strava-as-files", s.place.where+` is a Strava export: with type = "strava" its activities keep their names and sports`, message.Args{"file": s.place.where}))
	}
	if plans > 0 {
		l.note(message.New("routes-left-out", words.Plural(plans, "route was", "routes were")+" left out: routes are plans, not activities", message.Args{"n": plans}))
	}
	odd.tell(l)
	return l, nil
}

// hasActivities tells whether there is a folder of activities beside a table, as in an export of Strava. The exporters of
// Garmin Connect have a table of the same name among the recordings.
func (t *tree) hasActivities(table int) bool {
	folder := exportRoot(t.files[table].name) + "activities/"
	return slices.ContainsFunc(t.files, func(f file) bool {
		return len(f.name) > len(folder) && strings.EqualFold(f.name[:len(folder)], folder)
	})
}

// unpack lists the zip f inside the source, and counts what of it is no recording. Its error ends the listing.
func (s *filesSource) unpack(ctx context.Context, l *Listing, f *file, odd *others) error {
	t, err := s.nest.unpack(f)
	if ends(err) {
		return err
	}
	if err != nil {
		l.Entries = append(l.Entries, f.entry("files", "files:"+f.name))
		l.Entries[len(l.Entries)-1].skip(ReasonNestedZip, err.Error())
		return nil
	}
	l.Notes = append(l.Notes, t.notes...)
	if err := l.readZones(t, s.place.where); err != nil {
		return err
	}
	for i := range t.files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		l.recording(&t.files[i], odd)
	}
	if len(l.Entries) > s.nest.limits.Files {
		return s.nest.limits.tooMany(s.place.where)
	}
	if err := l.nameSports(t, s.nest.limits); err != nil {
		return err
	}
	return l.tellGarmin(t, odd)
}

// nameSports gives the entries of a tree what the tables of their export say of them. Its error is a *ReadError.
func (l *Listing) nameSports(t *tree, limits Limits) error {
	sports, err := t.namedSports(limits)
	if err != nil {
		return err
	}
	for i := range l.Entries {
		e := &l.Entries[i]
		if s, ok := sports[e.Path]; ok {
			e.Activity.Sport = s
		}
		if k, ok := t.byName[e.Path]; ok && e.Open != nil && strings.Contains(path.Base(e.Path), samsungPositions) {
			e.Open, e.Size = t.withLive(&t.files[k])
		}
	}
	return nil
}

// recording adds the entry of a file, or counts it if it does not look like a recording. One that cannot be looked at may be one: that
// it cannot be read is told when it is opened, unless the user excludes it.
func (l *Listing) recording(f *file, odd *others) {
	if !isRecordingName(f.name) {
		if isZonesName(f.name) || isGarminTable(f.name) || l.slice(f) {
			return
		}
		if kind, err := f.sniff(); err == nil && kind.Format == "" {
			odd.add(f, kind)
			return
		}
	}
	l.Entries = append(l.Entries, f.entry("files", "files:"+f.name))
}

// isZip reports whether a file is to be opened as a zip: it is called one or
// begins as one. Its error is a *ReadError.
func isZip(where string) (bool, error) {
	if strings.EqualFold(filepath.Ext(where), ".zip") {
		return true, nil
	}
	f, err := os.Open(where)
	if err != nil {
		return false, &ReadError{Where: where, Err: err}
	}
	defer f.Close()
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, &ReadError{Where: where, Err: err}
	}
	return string(head[:n]) == "PK\x03\x04", nil
}

// singleFile returns the one file at where as a place.
func singleFile(where string, info os.FileInfo, limits Limits) *place {
	size := info.Size()
	t := &tree{files: []file{{
		name:   norm.NFC.String(filepath.Base(where)),
		size:   size,
		packed: size,
		refuse: limits.tooLarge(size, size),
		raw: func() (io.ReadCloser, error) {
			f, err := os.Open(where)
			if err != nil {
				return nil, &ReadError{Where: where, Err: err}
			}
			return openSteady(f, where, "", size)
		},
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
