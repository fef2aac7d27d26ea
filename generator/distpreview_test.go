package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Coarse zooms can be looked at before the others are painted, and are those of the site; it is the same in the end, also where one process takes all steps
// and keeps what it knows, and a second time from the cache.
func TestPreview(t *testing.T) {
	ctx := context.Background()
	s := newSite(t)
	s.odd()
	cfg := configured(t, s.dir, strings.Replace(oddConfig, "[render]", "[render]\nmin_zoom = 2", 1))
	var alone, found Found
	whole, err := Build(ctx, cfg, Options{Workers: 2, Version: "test", Now: buildTime, Found: func(f Found) { alone = f }})
	if err != nil {
		t.Fatal(err)
	}
	want := siteFiles(t, cfg.Output)
	for _, sizes := range []workSizes{usualSizes, tinySizes} {
		if err := os.RemoveAll(cfg.Output); err != nil {
			t.Fatal(err)
		}
		store := JobFolder(filepath.Join(t.TempDir(), "job"))
		opts := Options{Workers: 2, Version: "test", Now: buildTime, Cached: true, Found: func(f Found) { found = f }}
		if _, err := Plan(ctx, cfg, store, 3, opts); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJob(store, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		j.sizes = sizes
		for i := range 3 {
			if err := j.Map(ctx, i); err != nil {
				t.Fatal(err)
			}
		}
		_, coarse, err := j.GatherCoarse(ctx, 2, 5)
		if err != nil || coarse != 2 {
			t.Fatalf("%d parts are coarse; %v", coarse, err)
		}
		if got, want := fmt.Sprint(found), fmt.Sprint(alone); got != want || len(found.Rows) != whole.Read || found.Rows[3].Path != "none.gpx" || found.Rows[3].State != StateBroken {
			t.Errorf("found %s, by a build in one %s", got, want)
		}
		early := filepath.Join(t.TempDir(), "early")
		for i := range 5 {
			if i == coarse {
				if _, err := j.Preview(ctx, early); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.Paint(ctx, i); err != nil {
				t.Fatal(err)
			}
		}
		report, err := j.Compose(ctx)
		if err != nil {
			t.Fatal(err)
		}
		sameSite(t, "after a preview", siteFiles(t, cfg.Output), want, report, whole)
		sameCoarseTiles(t, filepath.Join(early, filepath.Base(archivePath(cfg))), archivePath(cfg), 10)
	}
}

// A fieldTile names a tile of a field.
type fieldTile struct {
	field string
	zoom  uint8
	x, y  uint32
}

// sameCoarseTiles tells whether an archive has all tiles of another up to a zoom and none that is deeper.
func sameCoarseTiles(t *testing.T, path, of string, last uint8) {
	t.Helper()
	tiles := func(path string) map[fieldTile][]byte {
		site, err := OpenSite(path)
		if err != nil {
			t.Fatal(err)
		}
		defer site.Close()
		all := map[fieldTile][]byte{}
		for _, field := range site.Meta.Fields {
			for tile, err := range site.Tiles(field.ID) {
				if err != nil {
					t.Fatal(err)
				}
				if all[fieldTile{field.ID, tile.Zoom, tile.X, tile.Y}], err = tile.Read(); err != nil {
					t.Fatal(err)
				}
			}
		}
		return all
	}
	got, want := tiles(path), tiles(of)
	maps.DeleteFunc(want, func(tile fieldTile, _ []byte) bool { return tile.zoom > last })
	if len(got) == 0 || !maps.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%d tiles are not the %d up to zoom %d", len(got), len(want), last)
	}
}

// A map that ends before there are coarse zooms of their own, and one of a crowd, have nothing to look at before.
func TestNoPreview(t *testing.T) {
	ctx := context.Background()
	for name, more := range map[string]string{
		"deep alone": "[render]\nmin_zoom = 12\n",
		"a crowd":    "[privacy]\nmin_activities = 2\n",
		"no lines":   "[page]\ntracks = false\n",
	} {
		s := newSite(t)
		s.fill()
		cfg := configured(t, s.dir, "[filter]\nsports = []\n"+more)
		store := JobFolder(filepath.Join(t.TempDir(), "job"))
		if _, err := Plan(ctx, cfg, store, 1, s.options(1)); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJob(store, s.options(1))
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Map(ctx, 0); err != nil {
			t.Fatal(err)
		}
		if _, coarse, err := j.GatherCoarse(ctx, 1, 3); err != nil || coarse != 0 {
			t.Errorf("%s: %d parts are coarse; %v", name, coarse, err)
		}
		if _, err := j.Preview(ctx, filepath.Join(s.dir, "early")); !errors.Is(err, ErrNoPreview) {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := j.GatherCoarse(ctx, 1, 1); err == nil {
			t.Errorf("%s: all parts may be coarse", name)
		}
	}
}

// A sample is of activities from the whole list, and no zone that has nothing to hide among them ends it.
func TestSample(t *testing.T) {
	s := newSite(t)
	s.odd()
	cfg := configured(t, s.dir, oddConfig+"[[privacy.zones]]\nlat = 10.0\nlon = 10.0\nradius_m = 300\n")
	opts := Options{Workers: 2, Version: "test", Now: buildTime}
	if _, err := Build(t.Context(), cfg, opts); err == nil {
		t.Fatal("a zone that nobody was in is no error")
	}
	var found Found
	opts.Sample, opts.Found = 4, func(f Found) { found = f }
	if _, err := Build(t.Context(), cfg, opts); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, r := range found.Rows {
		paths = append(paths, r.Path)
	}
	if want := "again.gpx none.gpx run2.gpx run5.gpx"; strings.Join(paths, " ") != want {
		t.Errorf("the sample is %q, want %s", paths, want)
	}
}
