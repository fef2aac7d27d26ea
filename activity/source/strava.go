package source

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"heatmapgen/activity/source/stravacsv"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// OpenStrava opens a Strava export: the zip as downloaded, or the folder it
// unpacks to. Entries come in the order of activities.csv, then those of files
// that no row names, sorted by name.
// Errors of type *[ReadError] say that nothing is known now of what is there.
func OpenStrava(where string, limits Limits) (Source, error) {
	p, err := openPlace(where, limits)
	if err != nil {
		return nil, err
	}
	return &stravaSource{p}, nil
}

type stravaSource struct{ place *place }

func (s *stravaSource) Close() error { return s.place.close() }

func (s *stravaSource) Check() error { return s.place.unchanged() }

func (s *stravaSource) List(ctx context.Context) (*Listing, error) {
	t, err := s.place.list(ctx)
	if err != nil {
		return nil, err
	}
	table, ok := t.findTable()
	if !ok {
		return nil, s.noTable(t)
	}
	rows, err := readTable(&t.files[table])
	if isReadError(err) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.place.where, err)
	}
	j := join{
		tree:    t,
		root:    exportRoot(t.files[table].name),
		claimed: make(map[int]bool),
		ids:     make(map[string]bool),
	}
	j.Notes = append(append(j.Notes, t.notes...), rows.Notes...)
	for i := range rows.Rows {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		j.row(&rows.Rows[i])
	}
	j.orphans()
	if err := j.readZones(t, s.place.where); err != nil {
		return nil, err
	}
	if len(j.Zones) == 0 && len(j.ZoneFaults) == 0 && !t.hasZones() {
		j.Warnings = append(j.Warnings, message.New("no-strava-zones", fmt.Sprintf("%s has no %s, so the zones you set at Strava are not known: "+
			"take a whole export, or set use_strava_zones = false in [privacy] and list your zones there", s.place.where, zonesName), message.Args{"file": s.place.where, "table": zonesName}))
	}
	return &j.Listing, nil
}

// findTable returns the index of the export's activities.csv: the one at the
// top, or in the only folder that has one.
func (t *tree) findTable() (int, bool) {
	if i, ok := t.find(tableName); ok {
		return i, true
	}
	found, n := 0, 0
	for i, f := range t.files {
		if strings.EqualFold(path.Base(f.name), tableName) && strings.Count(f.name, "/") <= 2 {
			found = i
			n++
		}
	}
	return found, n == 1
}

const tableName = "activities.csv"

// exportRoot returns the folder of the export, "" or one that ends in a slash.
func exportRoot(table string) string { return table[:strings.LastIndex(table, "/")+1] }

// isPlan reports whether a file lies in the routes folder beside activities.csv.
func (t *tree) isPlan(table int, name string) bool {
	root := exportRoot(t.files[table].name)
	rest, ok := strings.CutPrefix(name, root)
	return ok && strings.HasPrefix(strings.ToLower(rest), "routes/")
}

// noTable says why there is no activities.csv to read, and what might help.
func (s *stravaSource) noTable(t *tree) error {
	recordings, tables, zip := 0, []string(nil), ""
	for _, f := range t.files {
		switch {
		case isRecordingName(f.name):
			recordings++
		case strings.EqualFold(path.Base(f.name), tableName):
			tables = append(tables, f.name)
		case zip == "" && strings.EqualFold(path.Ext(f.name), ".zip"):
			zip = f.name
		}
	}
	switch {
	case len(tables) > 1:
		return fmt.Errorf("%s holds several Strava exports (%s): list each as a source of its own",
			s.place.where, strings.Join(tables[:min(len(tables), 3)], ", "))
	case recordings > 0:
		return fmt.Errorf("%s has no %s, so it is no Strava export, but it holds %s: set type = \"files\" for this source",
			s.place.where, tableName, words.Plural(recordings, "FIT, GPX or TCX file", "FIT, GPX or TCX files"))
	case zip != "":
		return fmt.Errorf("%s has no %s, but it holds the zip %s: point the source at that zip", s.place.where, tableName, zip)
	}
	return fmt.Errorf("%s has no %s, neither at its top nor in a folder of it: point the source at the zip that Strava sent or at the folder it unpacks to",
		s.place.where, tableName)
}

// readTable reads activities.csv.
func readTable(f *file) (*stravacsv.Table, error) {
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return stravacsv.Read(sized{r, int(f.size)})
}

// A sized reader tells how much there is to read.
type sized struct {
	io.Reader
	n int
}

func (s sized) Len() int { return s.n }
