package deploy

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
	"heatmapgen/templates"
)

// shows is what a small real archive has to show.
type shows struct {
	format    archive.Format // PMTiles by default
	asOf      string         // makes another archive that shows the same
	title     string
	generator string
	blur      float64
	outings   []int // each on a day and a line of its own
	moved     float64
	names     []string
	summary   *generator.Summary
	noTracks  bool
	before    bool  // in the format of before, which is not read any more
	maxZoom   uint8 // 10 by default
	heartrate bool  // a second field
	power     bool  // readings of a sensor
	segments  []string
	hours     []int
}

// usual has three outings.
var usual = shows{title: "Map", generator: "heatmapgen 1", blur: 2, outings: []int{19000, 19001, 19002}}

func (s shows) line(day int) *lines.Line {
	run := layers.Run{}
	for k := range 20 {
		lat := 48 + float64(day%100)/1000 + s.moved
		run.Points = append(run.Points, raster.Project(lat+0.0005*float64(k%3), 8+0.001*float64(k)))
		if k > 0 {
			run.Segments = append(run.Segments, activity.Segment{DistM: 90, DurS: 30, HR: 140, Grade: 0.01, Moving: true, Readings: [activity.SensorCount]float32{activity.Power: 200}})
		}
	}
	var sensors []activity.Sensor
	if s.power {
		sensors = append(sensors, activity.Power)
	}
	return lines.Make([]layers.Run{run}, []float32{400}, 0.025, sensors...)
}

// heatmap writes an archive and the page that belongs to it, as they are when they go up.
func heatmap(t *testing.T, s shows) *Site {
	t.Helper()
	if s.format == "" {
		s.format = archive.PMTiles
	}
	if s.maxZoom == 0 {
		s.maxZoom = 10
	}
	ids := []string{"visits"}
	if s.heartrate {
		ids = append(ids, "heartrate")
	}
	path := filepath.Join(t.TempDir(), "heatmap."+string(s.format))
	w, err := archive.Create(path, len(ids), archive.Options{Format: s.format, FieldIDs: ids, BlockSets: []string{generator.LinesID}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	var encoder archive.TileEncoder
	idat, max := encoder.Encode(nil, &[archive.TilePixels]byte{1, 1, 1})
	for field := range ids {
		for zoom := uint8(9); zoom <= s.maxZoom; zoom++ {
			if err := w.Add(archive.Tile{Field: field, Zoom: zoom, X: 267 << (zoom - 9), Y: 177 << (zoom - 9), IDAT: bytes.Clone(idat), MaxIndex: max}); err != nil {
				t.Fatal(err)
			}
		}
	}
	meta := &generator.Metadata{Format: generator.FormatVersion, Generator: s.generator, AsOf: s.asOf, MinZoom: 9, MaxZoom: s.maxZoom, Bounds: [4]float64{8, 48, 8.1, 48.1},
		Painting:   &generator.PaintingMetadata{BlurSigmaPX: s.blur, HillBlurSigmaPX: 4},
		Activities: generator.ActivityColumns{Sports: []string{"Run"}, Name: s.names, Hour: s.hours}, Segments: s.segments}
	if s.before {
		meta.Format--
	}
	var all []*lines.Line
	for _, day := range s.outings {
		a := &meta.Activities
		a.Day, a.Sport = append(a.Day, day), append(a.Sport, 0)
		a.DistanceM, a.MovingS, a.AscentM = append(a.DistanceM, 1710), append(a.MovingS, 570), append(a.AscentM, 17)
		all = append(all, s.line(day))
	}
	if s.summary != nil {
		meta.Activities, meta.Summary = generator.ActivityColumns{}, s.summary
	}
	if !s.noTracks {
		blocks, err := lines.Gather(all)
		if err != nil {
			t.Fatal(err)
		}
		for i := range blocks {
			data, err := blocks[i].Encode()
			if err == nil {
				err = w.AddBlock(0, blocks[i].Zoom, blocks[i].X, blocks[i].Y, data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	_, err = w.Finish(t.Context(), archive.Contents{
		Bounds: meta.Bounds, CenterLon: 8, CenterLat: 48, CenterZoom: 9,
		BlocksMetadata: func(int) []byte { return []byte(`{"name":"lines"}`) },
		Palette:        func(uint8) [][4]uint8 { return make([][4]uint8, 2) },
		Metadata: func(l *archive.Layout) ([]byte, error) {
			for i, id := range ids {
				f := generator.FieldMetadata{ID: id, Kind: "count", Scale: layers.CountScale(3), Table: l.Fields[i].Table, Offset: l.Fields[i].Offset, Length: l.Fields[i].Length}
				for _, z := range l.Fields[i].Zooms {
					f.Zooms = append(f.Zooms, generator.ZoomMetadata{Zoom: z.Zoom, Tiles: z.Tiles, Bytes: z.Bytes})
				}
				meta.Fields = append(meta.Fields, f)
			}
			if b := l.Blocks[0]; b.Blocks > 0 {
				meta.Lines = &generator.LinesMetadata{Table: b.Table, Offset: b.Offset, Length: b.Length, MaxZoom: 20}
				for _, z := range b.Zooms {
					meta.Lines.Zooms = append(meta.Lines.Zooms, generator.BlocksOfZoom{Zoom: z.Zoom, Blocks: z.Tiles, Bytes: z.Bytes})
				}
			}
			return json.Marshal(map[string]any{"name": s.title, "heatmapgen": meta})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return siteOf(t, path)
}

// siteOf returns a site with the archive in a file.
func siteOf(t *testing.T, path string) *Site {
	t.Helper()
	size, version, sum, err := measure(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{Archive: path, Size: size, version: version, md5: sum}
	s.Name = "heatmap." + s.version + filepath.Ext(path)
	var page bytes.Buffer
	if err := templates.Render(&page, templates.Page{ArchiveURL: s.Name}); err != nil {
		t.Fatal(err)
	}
	s.Page = page.Bytes()
	return s
}

// made returns a site; with another label it is another one that shows the same.
func made(t *testing.T, label string) *Site {
	t.Helper()
	s := usual
	s.asOf = label
	return heatmap(t, s)
}

// raw returns a site with an archive of any content, as OpenSite would not from a folder.
func raw(t *testing.T, content []byte) *Site {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return siteOf(t, path)
}

// content returns the archive of a site.
func content(t *testing.T, s *Site) []byte {
	t.Helper()
	b, err := os.ReadFile(s.Archive)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
