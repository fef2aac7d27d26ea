package generator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
)

// makeOlder makes the archive of the site one of the format before: with all its tiles stored, and a blob of lines that nobody reads any more.
func (s *site) makeOlder() {
	s.t.Helper()
	a := takeApart(s.t, archivePath(s.cfg))
	a.heat["format"] = 1
	a.blocks = nil
	delete(a.heat, "lines")
	a.heat["tracks"] = map[string]any{"offset": 0, "length": 9}
	delete(a.digest(), "lines")
	a.digest()["tracks"] = strings.Repeat("0", 64)
	for i := range a.fields {
		var stored []any
		for _, z := range a.field(i)["zooms"].([]any) {
			if z.(map[string]any)["tiles"] != 0. {
				stored = append(stored, z)
			}
		}
		a.field(i)["zooms"] = stored
	}
	a.knowing = true
	a.put(archivePath(s.cfg))
}

// Nothing shows an archive of the format before, and all say the same of it.
func TestAnOlderArchiveIsToBeBuiltAnew(t *testing.T) {
	const want = "it has format 1, but this version of heatmapgen reads format 2; build it anew"
	s := newRuns(t, 3)
	s.makeOlder()
	path := archivePath(s.cfg)
	before := s.both()
	_, open := OpenSite(path)
	findings, _, verify := VerifyArchive(context.Background(), path, judge.PMTiles)
	if verify == nil {
		verify = errors.New(strings.Join(findings, "\n"))
	}
	for name, err := range map[string]error{
		"opening":    open,
		"the page":   HTML(context.Background(), s.cfg, Options{}),
		"converting": Convert(context.Background(), path, filepath.Join(s.dir, "a.mbtiles"), Options{}),
		"verifying":  verify,
	} {
		if err == nil || !strings.HasSuffix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !bytes.Equal(before, s.both()) {
		t.Error("the site has changed")
	}
}

// A build over an archive of the format before keeps its scales, so that what is painted stays what it was.
func TestScalesOfAnOlderArchiveAreKept(t *testing.T) {
	for _, format := range []string{config.FormatPMTiles, config.FormatMBTiles} {
		s := newSite(t)
		s.cfg.Format = format
		s.cfg.Render.MaxZoom = 12
		s.run("a.gpx", 1, 48.1, 9.2, 300)
		s.run("b.gpx", 50, 48.1, 9.2, 300)
		s.mustBuild(2)
		first := s.read(archivePath(s.cfg))
		// Some weeks later, so that other scales would be chosen.
		s.run("c.gpx", 55, 48.1, 9.2, 300)
		s.mustBuild(2)
		kept := s.read(archivePath(s.cfg))
		os.Remove(archivePath(s.cfg))
		s.mustBuild(2)
		if bytes.Equal(kept, s.read(archivePath(s.cfg))) {
			t.Fatal("the scales of before make no difference")
		}
		os.Remove(filepath.Join(s.dir, "files", "c.gpx"))
		os.Remove(archivePath(s.cfg))
		s.mustBuild(2)
		if !bytes.Equal(first, s.read(archivePath(s.cfg))) {
			t.Fatal("the site of before is not back")
		}
		s.makeOlder()
		if scales, note := pinnedScales(archivePath(s.cfg), otherPath(s.cfg), layers.Fields(false)); len(scales) != layers.FieldCount || note != "" {
			t.Errorf("%d scales, %q", len(scales), note)
		}
		s.run("c.gpx", 55, 48.1, 9.2, 300)
		r := s.mustBuild(2)
		if !bytes.Equal(kept, s.read(archivePath(s.cfg))) {
			t.Errorf("%s: the archive is another than after one of this format; notes %q", format, r.Notes)
		}
	}
}

func (s *site) read(path string) []byte {
	s.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// What an archive of the format before shows is missed, too, and which rules it was made by is still known.
func TestFewerThanAnOlderArchive(t *testing.T) {
	s := newRuns(t, 20)
	s.makeOlder()
	s.empty(1, 20)
	s.wantFewer(20, 1, "not a recording 19")
	s.cfg.Filter.Exclude = []string{"files:run01.gpx"}
	s.wantFewer(20, 1, "not a recording 18")
}

// An archive of the format before tells whether there were zones.
func TestZonesOfAnOlderArchive(t *testing.T) {
	for _, zones := range []bool{false, true} {
		s := newRuns(t, 3)
		a := takeApart(t, archivePath(s.cfg))
		a.heat["zones"] = zones
		a.knowing = true
		a.put(archivePath(s.cfg))
		s.makeOlder()
		if had := hadZones(s.cfg); had != zones {
			t.Errorf("with zones %v it says %v", zones, had)
		}
		s.cfg.Privacy.Zones = []config.Zone{{Lat: 48.1, Lon: 9.2, RadiusM: 100}}
		s.cfg.Privacy.AllowUnusedZones = true
		_, err := s.build(2)
		if refused := err != nil && strings.Contains(err.Error(), "--new-secret"); refused != zones {
			t.Errorf("without its secret, with zones %v the build ends with %v", zones, err)
		}
	}
}

// Formats that there are not yet are refused, by a build too, and the page of none is rendered.
func TestLaterFormats(t *testing.T) {
	for format, want := range map[int]string{0: "build it anew", 1: "", 2: "", 3: "take a newer one"} {
		text, err := json.Marshal(envelope{Heatmapgen: &Metadata{Format: format}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = parseSince(oldestFormat, text)
		if got := err == nil; got != (want == "") || err != nil && !strings.HasSuffix(err.Error(), want) {
			t.Errorf("format %d: %v", format, err)
		}
	}
}
