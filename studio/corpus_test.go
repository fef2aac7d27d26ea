package studio_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
)

// What people have is dropped as it is, and the tab makes of it what the command does: with HEATMAPGEN_SHARED exports and recordings that nobody
// made for this.
func TestWhatPeopleHave(t *testing.T) {
	shared := os.Getenv("HEATMAPGEN_SHARED")
	if shared == "" {
		t.Skip("HEATMAPGEN_SHARED is not set")
	}
	loose := []string{
		"tormoder-fit/testdata/python-fitparse/garmin-edge-500-activitiy.fit", "tormoder-fit/testdata/me/activity-small-fenix2-run.fit",
		"python-tcxparser/tests/files/test.tcx", "togeojson/test/data/garmin_connect.tcx", "gpxgo/test_files/visnjan.gpx",
	}
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	for _, c := range []struct {
		name  string
		drop  []string
		given map[string]string // beside the configuration; the drop's own names where it has none
	}{
		{name: "strava", drop: []string{"data/export_50.zip"}},
		{name: "garmin", drop: []string{"cases/22-noise-hides-the-one-fault/40-garmin-monitoring/garmin.zip"}},
		{name: "apple", drop: []string{"cases/13-apple-health-localised/11-health-eksport/export.zip"}},
		{name: "virtual", drop: []string{"cases/07-virtual-on-the-map/01b-virtual-run-default/export.zip"}},
		{name: "folder", drop: []string{"corpus/gpxgo"}},
		{name: "loose"},
		{name: "two at once", drop: []string{"data/export_50.zip", "corpus/python-tcxparser"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.given = map[string]string{}
			var paths []string
			for _, d := range c.drop {
				path := filepath.Join(shared, d)
				paths = append(paths, path)
				c.given[filepath.Base(path)] = path
			}
			if c.name == "loose" {
				for _, f := range loose {
					path := filepath.Join(shared, "corpus", f)
					paths = append(paths, path)
					c.given["recordings/"+filepath.Base(f)] = path
				}
			}
			tab := open(t, chromium, host.url)
			if err := tab.DropFiles(600, 300, paths...); err != nil {
				t.Fatal(err)
			}
			until(t, tab, "!heatmapgen.state().busy && (heatmapgen.state().maps === 1 || heatmapgen.state().error)")
			s := await[state](t, tab, "heatmapgen.state()")
			if s.Error != nil && *s.Error == "nothing" {
				t.Logf("nothing to draw: %s", await[string](t, tab, `document.querySelector(".failed").innerText`))
				return
			}
			s = built(t, tab, 1)
			sameAsNative(t, tab, c.given)
			t.Logf("%d found, %d drawn", *s.Found, *s.Drawn)
		})
	}
}

// What cannot be read is told in words, and does not end the page.
func TestUnreadable(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	whole, err := os.ReadFile(stravaZip(t))
	if err != nil {
		t.Fatal(err)
	}
	var hostile bytes.Buffer
	z := zip.NewWriter(&hostile)
	for _, name := range []string{`<img src=x onerror=alert(1)>.gpx`, "../../outside.gpx", "/absolute.gpx", "a\u202egpx.exe.gpx", strings.Repeat("long", 60) + ".gpx"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte("<gpx"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file string
		content    []byte
		kind       string
		want       string
	}{
		{"a zip that was cut off", "export.zip", whole[:len(whole)/2], "", "export.zip"},
		{"no zip", "export.zip", []byte("<html>Sign in</html>"), "", "export.zip"},
		{"an empty zip", "export.zip", nil, "", "export.zip"},
		{"a picture", "photo.jpg", []byte("\xff\xd8\xff\xe0"), "nothing", "not a recording"},
		{"hostile names", "export.zip", hostile.Bytes(), "nothing", "<img"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			tab := open(t, chromium, host.url)
			choose(t, tab, path)
			kind, words := failed(t, tab)
			all := await[string](t, tab, `document.querySelector(".side").textContent`)
			if c.kind != "" && kind != c.kind || !strings.Contains(all, c.want) || strings.Contains(all, "/studio") {
				t.Errorf("%s: %q; the page says %q", kind, words, all)
			}
			t.Logf("%s: %s", kind, words)
			if n := await[int](t, tab, `document.querySelectorAll("img").length`); n != 0 {
				t.Errorf("%d elements came of a name", n)
			}
			// And goes on with what can be read.
			choose(t, tab, stravaZip(t))
			if s := built(t, tab, 1); *s.Drawn != 5 {
				t.Errorf("state %+v", s)
			}
		})
	}
}
