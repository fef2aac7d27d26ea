package generator

import (
	"encoding/json"
	"fmt"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/track"
	"heatmapgen/internal/plain"
	"heatmapgen/layers/segments"
)

// What the steps of a spread build hand to each other (dist.go), as records of package frames: numbers where there are many, JSON where there are few, and rows, which hold what JSON
// has no words for, as package plain has them. What stands in the file is what has a name here, so fields change together with jobVersion.

// jobVersion is that of the files of a spread build. Steps of different versions refuse each other's.
const jobVersion = 5

// The kinds of records.
const (
	recordHead    = 1 + iota // a jobHead
	recordPlan               // a planRecord
	recordRows               // some rowRecords
	recordTally              // a tally
	recordCell               // pieces of a cell, one after the other
	recordBlock              // the fragments of a block, one after the other
	recordIndex              // a fileIndex
	recordDraw               // a drawRecord
	recordWork               // a workRecord
	recordTile               // a tile, see appendTile
	recordCount              // a histogram, see appendHistogram
	recordLines              // a block, see appendBlock
	recordPart               // a partRecord
	recordSums               // what a slice of a cell adds up to, see sumUp
	recordSquares            // the squares of all activities, see writeSquares
)

// A jobHead begins every file: what it is, and of which job.
type jobHead struct {
	Version int
	Step    string
	// Job is the hash of the plan, of which the file is, or of what was gathered after it; see Job.of.
	Job [32]byte
	// Number is that of a shard or part.
	Number int
}

// encode returns v as a record in JSON.
func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // numbers, texts and lists can always be written
	}
	return text
}

// decode reads what encode wrote.
func decode(record []byte, v any) error {
	if err := json.Unmarshal(record, v); err != nil {
		return fmt.Errorf("a record makes no sense: %w", err)
	}
	return nil
}

func encodeRows(rows []rowRecord) []byte { return plain.Append(nil, rows) }

func decodeRows(record []byte) (rows []rowRecord, err error) {
	if err := plain.Read(record, &rows); err != nil {
		return nil, fmt.Errorf("rows make no sense: %w", err)
	}
	return rows, nil
}

// A rowRecord is a row on its way from whoever read the recording to whoever judges it.
type rowRecord struct {
	Record activity.Record
	// Zone is the name of the time zone that the start is in, since a moment keeps only how far that is from UTC.
	Zone                          string
	Path, Reason, Detail, Warning string
	Cleaned                       *activity.Cleaning
	Breaks, Guessed, OfFile       bool
	Shown                         *activity.Figures
	Box                           [4]int64 // west, north, east and south in world units
	Points, Vertices              int
	Squares                       []byte
	Along                         segments.Share
	Sensors                       activity.Sensors
	// Part and Whole are those of the candidate.
	Part  int
	Whole string
}

// recordOf returns the record of a row that was made of a candidate.
func recordOf(r *row, c *candidate) rowRecord {
	w := rowRecord{
		Record: r.Record, Path: r.path, Reason: r.reason, Detail: r.detail, Warning: r.warning, Cleaned: r.cleaned, Breaks: r.breaks, Guessed: r.guessed, OfFile: r.ofFile,
		Shown: r.shown, Box: [4]int64{r.bounds.x0, r.bounds.y0, r.bounds.x1, r.bounds.y1}, Points: r.points, Squares: r.squares, Along: r.along, Sensors: r.sensors, Part: c.part, Whole: c.whole,
	}
	if !r.Activity.Start.IsZero() {
		w.Zone = r.Activity.Start.Location().String()
	}
	if r.line != nil {
		w.Vertices = r.line.Vertices()
	}
	return w
}

// row returns the row of a record, but for its line.
func (w *rowRecord) row() row {
	r := row{
		Record: w.Record, path: w.Path, reason: w.Reason, detail: w.Detail, warning: w.Warning, cleaned: w.Cleaned, breaks: w.Breaks, guessed: w.Guessed, ofFile: w.OfFile,
		shown: w.Shown, bounds: box{w.Box[0], w.Box[1], w.Box[2], w.Box[3], w.Points > 0}, points: w.Points, squares: w.Squares, along: w.Along, sensors: w.Sensors,
	}
	if start := &r.Activity.Start; !start.IsZero() {
		*start = track.Local(*start, w.Zone)
	} else {
		*start = time.Time{}
	}
	return r
}

// share lets the texts of a row be those of its candidate where they are the same, and what few rows differ in be one of those that are known already: a million rows have a million copies otherwise.
func (r *row) share(c *candidate, known map[string]string) {
	for _, t := range []struct {
		text *string
		of   string
	}{{&r.ID, c.ID}, {&r.path, c.path}, {&r.Source, c.Source}, {&r.Athlete, c.Athlete}, {&r.Group, c.Group}, {&r.Activity.Name, c.Activity.Name}} {
		if *t.text == t.of {
			*t.text = t.of
		}
	}
	for _, text := range []*string{(*string)(&r.Sport), &r.reason, (*string)(&r.Out), &r.Gear, (*string)(&r.Kind)} {
		if _, ok := known[*text]; !ok {
			known[*text] = *text
		}
		*text = known[*text]
	}
}

// A tally is what a shard tells besides its rows.
type tally struct {
	Speed, Heart, Grade []int64 // see samples
	// Seen and LeftOut are those of zoneWatch.
	Seen, LeftOut [][slips]bool
	// Unread are words on excluded activities that cannot be read, Lives what was left out of which logs of a life.
	Unread []string
	Lives  map[string]string
	// Bytes and Points were read and decoded.
	Bytes, Points int64
}

func (ga *gatherer) tally(s *samples) tally {
	return tally{Speed: s.speed[:], Heart: s.heart[:], Grade: s.grade[:], Seen: ga.zones.seen, LeftOut: ga.zones.leftOut, Unread: ga.unread, Lives: ga.further.leftOut,
		Bytes: ga.loader.bytes.Load(), Points: ga.loader.points.Load()}
}

// count adds a tally to what is known.
func (ga *gatherer) count(t *tally, s *samples) error {
	own := samples{}
	if len(t.Speed) != len(own.speed) || len(t.Heart) != len(own.heart) || len(t.Grade) != len(own.grade) || len(t.Seen) != len(ga.zones.seen) || len(t.LeftOut) != len(ga.zones.leftOut) {
		return errForeign
	}
	copy(own.speed[:], t.Speed)
	copy(own.heart[:], t.Heart)
	copy(own.grade[:], t.Grade)
	s.add(&own)
	for zone := range t.Seen {
		for slip := range t.Seen[zone] {
			ga.zones.seen[zone][slip] = ga.zones.seen[zone][slip] || t.Seen[zone][slip]
			ga.zones.leftOut[zone][slip] = ga.zones.leftOut[zone][slip] || t.LeftOut[zone][slip]
		}
	}
	ga.unread = append(ga.unread, t.Unread...)
	for id, what := range t.Lives {
		ga.further.leave(id, what)
	}
	if err := ga.loader.worked(t.Bytes); err != nil {
		return err
	}
	return ga.loader.met(int(t.Points))
}
