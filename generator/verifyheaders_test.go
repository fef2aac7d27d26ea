package generator

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/layers"
)

// TestVerifyHeaders changes numbers that no tile and no key of the metadata hang on.
func TestVerifyHeaders(t *testing.T) {
	paths := bothFormats(t)
	text, err := os.ReadFile(paths[archive.PMTiles])
	if err != nil {
		t.Fatal(err)
	}
	meta := takeApart(t, paths[archive.PMTiles]).all.Heatmapgen
	data := int(binary.LittleEndian.Uint64(text[56:])) // the tile data of the outer archive
	pace := data + int(meta.Fields[1].Offset)
	// Where the header has its numbers: PMTiles v3, section 3.
	patches := []struct {
		name string
		at   int
		want string
	}{
		{"west", 102, "visits: the header has the bounds"},
		{"south", 106, "visits: the header has the bounds"},
		{"east", 110, "visits: the header has the bounds"},
		{"north", 114, "visits: the header has the bounds"},
		{"zoom of the centre", 118, "visits: the header has its centre at zoom"},
		{"longitude of the centre", 119, "visits: the header has the centre"},
		{"latitude of the centre", 123, "visits: the header has the centre"},
		{"least zoom", 100, "MinZoom"},
		{"largest zoom", 101, "MaxZoom"},
		{"count of tiles", 72, "AddressedTilesCount"},
		{"west of a further field", pace + 102, "pace: the header has the bounds"},
		{"longitude of the centre of a further field", pace + 119, "pace: the header has the centre"},
		{"largest zoom of a further field", pace + 101, "pace: go-pmtiles says"},
	}
	for _, p := range patches {
		t.Run("pmtiles/"+p.name, func(t *testing.T) {
			b := bytes.Clone(text)
			b[p.at] ^= 1
			path := filepath.Join(t.TempDir(), "b.pmtiles")
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			checkFindings(t, path, p.want)
		})
	}

	for _, q := range []struct{ name, query, want string }{
		{"nothing", "SELECT 1", ""},
		{"a row that heatmapgen does not know", "INSERT INTO metadata VALUES ('json', '{}')", ""},
		{"format", "UPDATE metadata SET value = 'jpg' WHERE name = 'format'", `"format" of metadata should say "png"`},
		{"bounds", "UPDATE metadata SET value = '1,2,3,4' WHERE name = 'bounds'", `"bounds" of metadata should say`},
		{"no bounds", "DELETE FROM metadata WHERE name = 'bounds'", `"bounds" of metadata should say`},
		{"center", "UPDATE metadata SET value = '1,2,3' WHERE name = 'center'", `"center" of metadata should say`},
		{"minzoom", "UPDATE metadata SET value = '2' WHERE name = 'minzoom'", `"minzoom" of metadata should say`},
		{"maxzoom", "UPDATE metadata SET value = '22' WHERE name = 'maxzoom'", `"maxzoom" of metadata should say`},
		{"name", "UPDATE metadata SET value = 'x' WHERE name = 'name'", "the metadata are not those"},
		{"no name", "DELETE FROM metadata WHERE name = 'name'", "metadata have no name"},
		{"description", "UPDATE metadata SET value = 'x' WHERE name = 'description'", "the metadata are not those"},
		{"no attribution", "DELETE FROM metadata WHERE name = 'attribution'", "the metadata are not those"},
		{"type", "UPDATE metadata SET value = 'baselayer' WHERE name = 'type'", "the metadata are not those"},
		{"version", "UPDATE metadata SET value = '2' WHERE name = 'version'", "the metadata are not those"},
		{"days", `UPDATE metadata SET value = json_set(value, '$.activities.day', json('[0,0,0,0,0,0,0]')) WHERE name = 'heatmapgen'`, "7 different days, but lists 0"},
		{"one digit", "UPDATE metadata SET value = replace(value, '\"gamma\":', '\"gamma\":1') WHERE name = 'heatmapgen'", "the metadata are not those"},
		{"another table", "UPDATE metadata SET value = replace(value, 'tiles_pace', 'tiles_paca') WHERE name = 'heatmapgen'", `pace: the metadata place it in the table "tiles_paca"`},
		{"tables swapped", "ALTER TABLE tiles_pace RENAME TO t; ALTER TABLE tiles_steepness RENAME TO tiles_pace; ALTER TABLE t RENAME TO tiles_steepness", "pace: its tiles are not those"},
		{"a tile gone", "DELETE FROM tiles_pace WHERE tile_id = (SELECT max(tile_id) FROM tiles_pace)", "pace: its tiles are not those"},
		{"two tiles swapped", "CREATE TEMP TABLE t AS SELECT tile_id, tile_data FROM tiles_pace ORDER BY tile_id DESC LIMIT 2; UPDATE tiles_pace SET tile_data = (SELECT tile_data FROM t WHERE t.tile_id <> tiles_pace.tile_id) WHERE tile_id IN (SELECT tile_id FROM t)",
			"pace: its tiles are not those"},
	} {
		t.Run("mbtiles/"+q.name, func(t *testing.T) {
			b, err := os.ReadFile(paths[archive.MBTiles])
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "b.mbtiles")
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			change(t, path, q.query)
			findings, err := Verify(context.Background(), path, judge.PMTiles)
			if err != nil {
				t.Fatal(err)
			}
			found := strings.Join(findings, "\n")
			if q.want == "" && found != "" || !strings.Contains(found, q.want) {
				t.Errorf("verify finds %q, want %q", found, q.want)
			}
		})
	}
}

// change has SQLite change an archive, and leave no unused page.
func change(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, q := range []string{query, "VACUUM"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// A page that was made for another archive shows nothing, or what the browser kept of it.
func TestVerifyThePage(t *testing.T) {
	for _, format := range []string{config.FormatPMTiles, config.FormatMBTiles} {
		s := newSite(t)
		s.cfg.Format = format
		s.cfg.Render.MaxZoom = 12
		s.run("a.gpx", 1, 48.1, 9.2, 300)
		s.mustBuild(2)
		path, page := archivePath(s.cfg), filepath.Join(s.cfg.Output, PageName)
		checkFindings(t, path, "")
		old, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		s.run("b.gpx", 2, 48.1, 9.2, 300)
		s.mustBuild(2)
		checkFindings(t, path, "")
		s.write(page, old)
		checkFindings(t, path, "index.html beside it is of another build")
		// What is not the page of this archive is none of its business.
		s.write(page, []byte(pageOf(t, "https://example.org/heatmap.pmtiles?v=0123456789abcdef")))
		checkFindings(t, path, "")
		s.write(page, []byte("<p>Something else</p>"))
		checkFindings(t, path, "")
	}
}

// An archive from before there was a digest is sound as far as can be told, and that is said.
func TestVerifyWithoutDigest(t *testing.T) {
	paths := bothFormats(t)
	for format, from := range paths {
		a := takeApart(t, from)
		delete(a.heat, "digest")
		path := filepath.Join(t.TempDir(), "b."+string(format))
		a.put(path)
		findings, notes, err := VerifyWithNotes(context.Background(), path, judge.PMTiles)
		if err != nil || len(findings) > 0 || !slices.Equal(notes, []string{noDigest}) {
			t.Errorf("%s: findings %q, notes %q, %v", format, findings, notes, err)
		}
		other, err := ConvertedPath(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := Convert(context.Background(), path, other, Options{}); err != nil {
			t.Errorf("it cannot be converted: %v", err)
		}
	}
}

// Converting must not make an archive look sound again.
func TestConvertKeepsTheDigest(t *testing.T) {
	paths := bothFormats(t)
	digest := func(path string) Digest {
		t.Helper()
		e, err := readMetadata(path)
		if err != nil {
			t.Fatal(err)
		}
		return *e.Heatmapgen.Digest
	}
	one, two := digest(paths[archive.PMTiles]), digest(paths[archive.MBTiles])
	if fmt.Sprint(one) != fmt.Sprint(two) || one.Activities != 7 || one.Days != 7 || len(one.Tiles) != 8 {
		t.Errorf("the digests are %v and %v", one, two)
	}
	refused := map[string]string{
		"all days lost":              "the metadata are not those",
		"one pixel, knowing":         "visits has other tiles",
		"two tiles swapped, knowing": "pace has other tiles",
		"other lines, knowing":       "the lines are not those",
	}
	for _, tt := range tamperings {
		want, ok := refused[tt.name]
		if !ok {
			continue
		}
		delete(refused, tt.name)
		for format, from := range paths {
			a := takeApart(t, from)
			tt.with(a)
			path := filepath.Join(t.TempDir(), "b."+string(format))
			a.put(path)
			other, err := ConvertedPath(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := Convert(context.Background(), path, other, Options{}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %s: %v, want %q", format, tt.name, err, want)
			}
			if _, err := os.Stat(other); err == nil {
				t.Errorf("%s, %s: there is a converted file", format, tt.name)
			}
		}
	}
	if len(refused) > 0 {
		t.Errorf("there are no such tamperings: %v", refused)
	}
}

// A damaged archive of before must not have its say in the next one unnoticed.
func TestScalesOfADamagedArchive(t *testing.T) {
	s := newSite(t)
	s.cfg.Format = config.FormatMBTiles
	s.cfg.Render.MaxZoom = 12
	s.run("a.gpx", 1, 48.1, 9.2, 300)
	s.run("b.gpx", 50, 48.1, 9.2, 300)
	s.mustBuild(2)
	path := archivePath(s.cfg)
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// One activity more, some weeks later, and the scales of before are kept: that of dates has room.
	s.run("c.gpx", 55, 48.1, 9.2, 300)
	s.mustBuild(2)
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(path)
	s.mustBuild(2)
	anew, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(kept, anew) {
		t.Fatal("the scales of before make no difference")
	}
	s.write(path, first)
	change(t, path, `UPDATE metadata SET value = json_set(value, '$.fields[1].scale.values[0]', 0.7, '$.fields[1].scale.values[62]', 6.5) WHERE name = 'heatmapgen'`)
	r := s.mustBuild(2)
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, anew) {
		t.Error("the archive is not the one that is built without one of before")
	}
	if notes := strings.Join(message.Texts(r.Notes), "\n"); !strings.Contains(notes, "scales of the site are chosen anew") {
		t.Errorf("notes %q", notes)
	}
	if text, err := os.ReadFile(r.File); err != nil || !strings.Contains(string(text), "scales of the site are chosen anew") {
		t.Errorf("the report file says nothing of it: %s, %v", text, err)
	}
}

func TestUsableScales(t *testing.T) {
	for _, s := range []layers.Scale{layers.CountScale(100), layers.EvenScale(20000, 20090), layers.EvenScale(-62, 62), layers.RatioScale(0.01, 1e9)} {
		if !usable(s) {
			t.Errorf("%v is not usable", s)
		}
	}
	whole := []float32{1}
	for _, s := range []layers.Scale{{}, {Values: []float32{1, 2}}, {Presence: whole}, {Values: []float32{2, 1}, Presence: whole}, {Values: []float32{1, 1}, Presence: whole},
		{Values: []float32{1, 2}, Presence: []float32{0, 1}}, {Values: []float32{1, 2}, Presence: []float32{2}}, {Values: make([]float32, 256), Presence: whole}} {
		if usable(s) {
			t.Errorf("%v is usable", s)
		}
	}
}
