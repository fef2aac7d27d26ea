package generator

import (
	"context"
	"math"
	"reflect"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/track"
	"heatmapgen/archive"
)

// A row comes back from its record as it was, but for its line, which goes another way.
func TestRowsKeepEverything(t *testing.T) {
	s := newSite(t)
	s.odd()
	found, err := list(context.Background(), s.cfg, buildTime, false)
	if err != nil {
		t.Fatal(err)
	}
	defer found.close()
	privacy := activity.Privacy{Zones: []activity.Zone{{Center: activity.LatLon{Lat: 48.1, Lon: 9.2}, RadiusM: 500}}, TrimStartM: 100}
	ga := gathererHiding(privacy, s.cfg, found, nil, nil)
	settings := paintSettings(s.cfg)
	if ga.bucket, err = newBucket(t.TempDir(), 14, 1000, &settings); err != nil {
		t.Fatal(err)
	}
	defer ga.bucket.close()
	h, err := ga.harvest(context.Background(), found, 0, len(found.candidates), 1, silent{})
	if err != nil {
		t.Fatal(err)
	}
	// What the files above have not.
	rows := append(h.rows, row{path: "a", reason: "b", detail: "c", warning: "d", breaks: true, guessed: true, ofFile: true}, row{})
	far := row{shown: &activity.Figures{DistanceM: 1, MovingS: 2, AscentM: math.Inf(1)}, bounds: box{-5, 3, 1 << 40, 7, true}, points: 2}
	far.Record.Out, far.SportBy, far.Group, far.cleaned = activity.Excluded, activity.ByUser, "g", &activity.Cleaning{1: 7}
	far.Outline.AscentM = math.NaN()
	for _, zone := range []string{"Europe/Berlin", "Pacific/Kiritimati", "Asia/Kathmandu", "-03:30", "Etc/GMT+9", "UTC"} {
		far.Activity.Start = track.Local(time.Date(1997, 3, 30, 0, 59, 59, 123456789, time.UTC), zone)
		rows = append(rows, far)
	}
	hidden, parts := 0, 0
	var records []rowRecord
	for i := range rows {
		c := candidate{}
		if i >= len(found.candidates) && i < len(h.rows) {
			c = h.further[i-len(found.candidates)]
			parts += c.part
		}
		records = append(records, recordOf(&rows[i], &c))
		if rows[i].shown != nil {
			hidden++
		}
	}
	if hidden < 8 || parts == 0 {
		t.Fatalf("of %d rows %d have something hidden, %d are further parts", len(rows), hidden, parts)
	}
	got, err := decodeRows(encodeRows(records))
	if err != nil || len(got) != len(rows) {
		t.Fatalf("%d rows of %d come back; %v", len(got), len(rows), err)
	}
	for i := range rows {
		back, want := got[i].row(), rows[i]
		want.line = nil
		if !back.Activity.Start.Equal(want.Activity.Start) || back.Activity.Start.String() != want.Activity.Start.String() || back.Activity.Start.AddDate(0, 7, 0).String() != want.Activity.Start.AddDate(0, 7, 0).String() {
			t.Errorf("row %d starts %v, and comes back as %v", i, want.Activity.Start, back.Activity.Start)
		}
		back.Activity.Start = want.Activity.Start
		if a, b := back.Outline.AscentM, want.Outline.AscentM; a != a && b != b {
			back.Outline.AscentM, want.Outline.AscentM = 0, 0
		}
		if !reflect.DeepEqual(back, want) {
			t.Errorf("row %d comes back as %+v, and was %+v", i, back, want)
		}
	}
}

func TestPaintedRecordsKeepEverything(t *testing.T) {
	tile := archive.Tile{Field: 8, Zoom: 17, X: 1<<17 - 1, Y: 300, MaxIndex: 255, IDAT: []byte{0, 1, 2}}
	data := appendTile(nil, &tile)
	if got, err := parseTile(data); err != nil || !reflect.DeepEqual(got, tile) {
		t.Errorf("a tile comes back as %+v, %v", got, err)
	}
	block := blockRecord{14, 1 << 13, 5, [3]int{1 << 20, 7, 0}, true, []byte{9}}
	if got, err := parseBlock(appendBlock(nil, &block)); err != nil || !reflect.DeepEqual(got, block) {
		t.Errorf("a block comes back as %+v, %v", got, err)
	}
	var h histogram
	for i := range h[1:] {
		h[i+1] = int64(i) << (i % 50)
	}
	all := noHistograms(3)
	record := appendHistogram(nil, 2, 14, &h)
	for range 2 {
		if err := addHistogram(record, all); err != nil {
			t.Fatal(err)
		}
	}
	for i := range h {
		if all[2][14][i] != 2*h[i] {
			t.Fatalf("of index %d twice %d is %d", i, h[i], all[2][14][i])
		}
	}
	for n := range record {
		if addHistogram(record[:n], all) == nil {
			t.Errorf("the first %d bytes of a histogram pass", n)
		}
	}
	for n := range 4 {
		_, tileErr := parseTile(data[:n])
		_, blockErr := parseBlock(appendBlock(nil, &block)[:n])
		if tileErr == nil || blockErr == nil {
			t.Errorf("the first %d bytes of a tile or block pass", n)
		}
	}
}
