package source

import (
	"bytes"
	"encoding/csv"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"heatmapgen/activity"
)

// The sports of some exports stand in a table beside the recordings, which do not say them.

// namedSports returns the sports that the tables of a tree name, by the paths of the recordings: those of Apple Health, Runkeeper and
// Samsung Health. Its error is a *ReadError.
func (t *tree) namedSports(limits Limits) (map[string]activity.Sport, error) {
	sports := map[string]activity.Sport{}
	if err := t.healthSports(sports, limits); err != nil {
		return nil, err
	}
	for i := range t.files {
		f := &t.files[i]
		var read func(table [][]string, folder string)
		switch base := path.Base(f.name); {
		case strings.EqualFold(base, "cardioActivities.csv"):
			read = func(table [][]string, folder string) { runkeeperSports(table, folder, sports) }
		case samsungTable.MatchString(base):
			read = func(table [][]string, folder string) { t.samsungSports(table, folder, sports) }
		default:
			continue
		}
		table, err := f.table()
		if err != nil {
			return nil, err
		}
		read(table, path.Dir(f.name))
	}
	return sports, nil
}

// table returns the rows of a CSV file as far as they can be read, none of a file that was refused. Its error is a *ReadError.
func (f *file) table() ([][]string, error) {
	if f.refuse != nil {
		return nil, nil
	}
	r, err := f.open()
	if isReadError(err) {
		return nil, err
	}
	if err != nil {
		return nil, nil
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if isReadError(err) {
		return nil, err
	}
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	c.FieldsPerRecord, c.LazyQuotes = -1, true
	var rows [][]string
	for {
		row, err := c.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			continue // the next row may be sound
		}
		rows = append(rows, row)
	}
}

// columnOf returns the index of the first heading that is one of those, or ends in it behind a dot; -1 where there is none.
func columnOf(headings []string, names ...string) int {
	for _, name := range names {
		for i, h := range headings {
			if h = strings.TrimSpace(h); strings.EqualFold(h, name) || strings.HasSuffix(h, "."+name) {
				return i
			}
		}
	}
	return -1
}

// cell returns a field of a row, "" where it has none.
func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

// runkeeperSports reads cardioActivities.csv of Runkeeper: a Type for each GPX File in the folder.
func runkeeperSports(table [][]string, folder string, sports map[string]activity.Sport) {
	if len(table) == 0 {
		return
	}
	kind, gpx := columnOf(table[0], "Type"), columnOf(table[0], "GPX File")
	for _, row := range table[1:] {
		if name, ok := cleanName(cell(row, gpx)); ok {
			if s := activity.SportNamed(cell(row, kind)); s != activity.SportUnknown {
				sports[path.Join(folder, name)] = s
			}
		}
	}
}

// Samsung Health's export has a table of exercises beside the folder jsons, in which each has its positions and its live data in
// files of their own. The table begins with a line on itself.
var samsungTable = regexp.MustCompile(`(?i)^com\.samsung\.s?health\.exercise(\.\d+)?\.csv$`)

const samsungPositions, samsungLive = "location_data", "live_data"

// samsungSports reads such a table, gives the files of positions their sports, and remembers whose live data belong to them.
func (t *tree) samsungSports(table [][]string, folder string, sports map[string]activity.Sport) {
	if len(table) < 2 {
		return
	}
	headings, rows := table[1], table[2:]
	if columnOf(table[0], "exercise_type") >= 0 {
		headings, rows = table[0], table[1:]
	}
	kind, id := columnOf(headings, "exercise_type"), columnOf(headings, "datauuid")
	positions, live := columnOf(headings, samsungPositions), columnOf(headings, samsungLive)
	if t.live == nil {
		t.live = map[string]string{}
	}
	files := t.samsungFiles(folder)
	for _, row := range rows {
		names := []string{cell(row, positions), cell(row, id) + ".com.samsung.health.exercise." + samsungPositions}
		for _, name := range names {
			where, ok := files[strings.TrimSuffix(name, ".json")]
			if !ok {
				continue
			}
			if n, err := strconv.Atoi(cell(row, kind)); err == nil {
				if sports[where] = samsungSportNames[n]; sports[where] == activity.SportUnknown {
					sports[where] = activity.SportOther
				}
			}
			if beside, ok := files[strings.TrimSuffix(cell(row, live), ".json")]; ok {
				t.live[where] = beside
			}
			break
		}
	}
}

// samsungFiles returns the paths of the JSON files below a folder by their names without .json.
func (t *tree) samsungFiles(folder string) map[string]string {
	files := map[string]string{}
	for i := range t.files {
		name := t.files[i].name
		if strings.EqualFold(path.Ext(name), ".json") && (folder == "." || strings.HasPrefix(name, folder+"/")) {
			files[strings.TrimSuffix(path.Base(name), path.Ext(name))] = name
		}
	}
	return files
}

// samsungSportNames are the exercises of Samsung Health by number ("Predefined Exercise Type" of its SDK), as far as they have a way.
var samsungSportNames = map[int]activity.Sport{
	1001: "Walk", 1002: "Run", 2001: "Baseball", 2002: "Softball", 2003: "Cricket", 3001: "Golf", 4001: "Hockey", 4002: "Rugby",
	4003: "Basketball", 4004: "Soccer", 4005: "Handball", 4006: "American Football", 11001: "Inline Skate", 11002: "Hang Gliding",
	11004: "Archery", 11005: "Horseback Riding", 11007: "Ride", 11008: "Disc Sports", 11009: "Inline Skate", 13001: "Hike",
	13002: "Rock Climbing", 13003: "Hike", 13004: "Mountain Bike Ride", 13005: "Orienteering", 14001: "Swim", 14003: "Canoeing",
	14004: "Sail", 14005: "Diving", 14006: "Snorkeling", 14007: "Kayaking", 14008: "Kitesurf", 14009: "Rafting", 14010: "Rowing",
	14011: "Windsurf", 14012: "Sail", 14013: "Water Skiing", 15003: "Indoor Ride", 15004: "Indoor Row", 15005: "Treadmill Run",
	15006: "Elliptical", 16001: "Nordic Ski", 16002: "Alpine Ski", 16004: "Ice Skate", 16006: "Ice Hockey", 16007: "Snowboard",
	16008: "Alpine Ski", 16009: "Snowshoe",
}

// withLive returns how to open the positions of an exercise with the heart rates of its live data behind them, where there are any
// and both are alike packed or not, and how many bytes that is.
func (t *tree) withLive(f *file) (open func() (io.ReadCloser, error), size int64) {
	name, ok := t.live[f.name]
	if !ok {
		name = strings.Replace(f.name, samsungPositions, samsungLive, 1)
	}
	i, there := t.byName[name]
	if !there || name == f.name || t.files[i].refuse != nil {
		return f.open, f.size
	}
	live := &t.files[i]
	return func() (io.ReadCloser, error) {
		a, err := f.open()
		if err != nil {
			return nil, err
		}
		b, err := live.open()
		if isReadError(err) {
			a.Close()
			return nil, err
		}
		if err != nil {
			return a, nil
		}
		var first [2][2]byte
		var ends [2]int
		for k, r := range []io.Reader{a, b} {
			n, err := io.ReadFull(r, first[k][:])
			if isReadError(err) {
				a.Close()
				b.Close()
				return nil, err
			}
			ends[k] = n
		}
		parts := []io.Reader{bytes.NewReader(first[0][:ends[0]]), a}
		if isGzip(first[0]) == isGzip(first[1]) {
			parts = append(parts, bytes.NewReader(first[1][:ends[1]]), b)
		}
		return &joined{io.MultiReader(parts...), []io.Closer{a, b}}, nil
	}, f.size + live.size
}

func isGzip(first [2]byte) bool { return first == [2]byte{0x1f, 0x8b} }

// joined are several files that are read as one.
type joined struct {
	io.Reader
	files []io.Closer
}

func (j *joined) Close() error {
	var first error
	for _, c := range j.files {
		if err := c.Close(); first == nil {
			first = err
		}
	}
	return first
}
