package generator

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/archive/judge"
)

// TestConvertThereAndBack converts a built site into the other format and back: every tile of every field, the metadata and
// the lines must be the same, and in the end every byte.
func TestConvertThereAndBack(t *testing.T) {
	b := newSite(t)
	b.fill()
	b.cfg.Render.TileZoom = 15
	b.cfg.Privacy.PublishNames = true
	b.cfg.Title = `{"a": 1}` // looks like JSON, but is a title
	b.mustBuild(2)
	first := filepath.Join(b.cfg.Output, ArchiveName)
	dir := t.TempDir()
	middle, err := ConvertedPath(first)
	if err != nil || middle != filepath.Join(b.cfg.Output, MBTilesName) {
		t.Fatalf("the converted file is to be %s, %v", middle, err)
	}
	last := filepath.Join(dir, "back.pmtiles")
	for _, pair := range [][2]string{{first, middle}, {middle, last}, {last, filepath.Join(dir, "again.mbtiles")}} {
		if err := Convert(context.Background(), pair[0], pair[1], Options{}); err != nil {
			t.Fatal(err)
		}
		if findings, notes, err := VerifyWithNotes(context.Background(), pair[1], judge.PMTiles); err != nil || len(findings) > 0 || len(notes) > 0 {
			t.Errorf("%s: %q, %q, %v", pair[1], findings, notes, err)
		}
	}
	sameSites(t, first, middle)
	same := func(a, b string) {
		t.Helper()
		x, err := os.ReadFile(a)
		if err != nil {
			t.Fatal(err)
		}
		if y, err := os.ReadFile(b); err != nil || !bytes.Equal(x, y) {
			t.Errorf("%s and %s differ in their bytes (%v)", a, b, err)
		}
	}
	kept := filepath.Join(dir, "first.pmtiles")
	same(first, last)
	if err := os.Rename(last, kept); err != nil {
		t.Fatal(err)
	}
	same(middle, filepath.Join(dir, "again.mbtiles"))

	// A build in the other format makes the very file that the conversion does.
	built := filepath.Join(dir, "converted.mbtiles")
	if err := os.Rename(middle, built); err != nil {
		t.Fatal(err)
	}
	b.cfg.Format = "mbtiles"
	b.mustBuild(2)
	same(middle, built)

	// What the metadata say is the same but for the places.
	var said [2]*Metadata
	for i, path := range []string{kept, middle} {
		s, err := OpenSite(path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if s.Title != b.cfg.Title {
			t.Errorf("the title of %s is %q", path, s.Title)
		}
		for k := range s.Meta.Fields {
			s.Meta.Fields[k].lie(archive.Place{})
		}
		s.Meta.Lines.Offset, s.Meta.Lines.Length, s.Meta.Lines.Table = 0, 0, ""
		s.Meta.Squares.Offset, s.Meta.Squares.Length, s.Meta.Squares.Table = 0, 0, ""
		said[i] = s.Meta
	}
	if !reflect.DeepEqual(said[0], said[1]) {
		t.Errorf("the metadata differ:\n%+v\n%+v", said[0], said[1])
	}
}

func TestConvertRefuses(t *testing.T) {
	b := newSite(t)
	b.fill()
	b.cfg.Format = "mbtiles"
	b.mustBuild(2)
	good := filepath.Join(b.cfg.Output, MBTilesName)
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, sql, out, want string }{
		{"metadata of a later version", `UPDATE metadata SET value = '{"colour_blind":true,' || substr(value, 2) WHERE name = 'heatmapgen'`, "", "more than this version understands"},
		{"a row of another program", `INSERT INTO metadata VALUES ('legend', 'red is hot')`, "", "more than this version understands"},
		{"a tile missing", "DELETE FROM tiles_pace WHERE tile_id = (SELECT max(tile_id) FROM tiles_pace)", "", "pace has other tiles than the metadata tell"},
		{"a tile damaged", "UPDATE tiles_pace SET tile_data = zeroblob(100) WHERE tile_id = (SELECT max(tile_id) FROM tiles_pace)", "", "no signature"},
		{"a wrong id", "UPDATE tiles SET tile_id = tile_id + 1 WHERE tile_id = (SELECT max(tile_id) FROM tiles)", "", "reading the tiles of visits"},
		{"the format before", `UPDATE metadata SET value = replace(value, '"format":2', '"format":1') WHERE name = 'heatmapgen'`, "", "has format 1, but"},
		{"a later format of ours", `UPDATE metadata SET value = replace(value, '"format":2', '"format":3') WHERE name = 'heatmapgen'`, "", "has format 3, but"},
		{"no fields", `UPDATE metadata SET value = '{"format":2}' WHERE name = 'heatmapgen'`, "", "no fields"},
		{"not ours", "DELETE FROM metadata WHERE name = 'heatmapgen'", "", "made by another program"},
		{"the same file", "", "in.mbtiles", "already is in the format"},
		{"unknown extension", "", "out.tiles", "neither in .pmtiles nor in .mbtiles"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			in := filepath.Join(dir, "in.mbtiles")
			if err := os.WriteFile(in, data, 0o644); err != nil {
				t.Fatal(err)
			}
			spoilDatabase(t, in, tt.sql)
			out := filepath.Join(dir, "out.pmtiles")
			if err := os.WriteFile(out, []byte("the last good one"), 0o644); err != nil {
				t.Fatal(err)
			}
			if tt.out != "" {
				out = filepath.Join(dir, tt.out)
			}
			before, _ := os.ReadFile(out)
			err := Convert(context.Background(), in, out, Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if after, _ := os.ReadFile(out); !bytes.Equal(before, after) {
				t.Error("the file that was there has changed")
			}
			if files, _ := os.ReadDir(dir); len(files) != 2 {
				t.Errorf("left behind: %v", files)
			}
		})
	}

	// A link with the other extension is the same file.
	link := filepath.Join(t.TempDir(), "in.pmtiles")
	if err := os.Link(good, link); err != nil {
		t.Skip(err)
	}
	if err := Convert(context.Background(), good, link, Options{}); err == nil || !strings.Contains(err.Error(), "is the same file") {
		t.Errorf("a link to the same file: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Convert(ctx, good, filepath.Join(t.TempDir(), "x.pmtiles"), Options{}); err == nil {
		t.Error("cancelled, but done")
	}
}

// TestConvertWithoutADroppedField converts what a tool has left over.
func TestConvertWithoutADroppedField(t *testing.T) {
	b := newSite(t)
	b.fill()
	b.cfg.Format = "mbtiles"
	b.mustBuild(2)
	in := filepath.Join(b.cfg.Output, MBTilesName)
	spoilDatabase(t, in, "DROP TABLE tiles_pace; DROP TABLE lines")
	out := filepath.Join(t.TempDir(), "out.pmtiles")
	if err := Convert(context.Background(), in, out, Options{}); err != nil {
		t.Fatal(err)
	}
	if findings, notes, err := VerifyWithNotes(context.Background(), out, judge.PMTiles); err != nil || len(findings) > 0 || len(notes) > 0 {
		t.Errorf("%q, %q, %v", findings, notes, err)
	}
	s, err := OpenSite(out)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, f := range s.Meta.Fields {
		// None of the activities has a heart rate.
		if (f.ID == "pace" || f.ID == "heartrate") != (len(f.Zooms) == 0) {
			t.Errorf("%s has %d zooms", f.ID, len(f.Zooms))
		}
	}
	if tracks, err := s.Lines(); tracks != nil || err != nil || s.Meta.Lines != nil {
		t.Errorf("lines %v, %v, %v", tracks, s.Meta.Lines, err)
	}
}

// spoilDatabase changes a database as another program might.
func spoilDatabase(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

func TestWithin(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[1,{"c":"x"}]}`, `{"b":[1,{"c":"x","d":2}],"a":1}`, true},
		{`{"a":0,"b":"","c":false,"d":null,"e":[],"f":{}}`, `{}`, true},
		{`{"a":1}`, `{}`, false},
		{`{"a":{"b":true}}`, `{}`, false},
		{`[1,2]`, `[1]`, false},
		{`[{"a":1}]`, `[{"a":2}]`, false},
		{`{"a":"1"}`, `{"a":1}`, false},
	} {
		var a, b any
		if err := json.Unmarshal([]byte(tt.a), &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(tt.b), &b); err != nil {
			t.Fatal(err)
		}
		if got := within(a, b); got != tt.want {
			t.Errorf("%s within %s: %v", tt.a, tt.b, got)
		}
	}
}
