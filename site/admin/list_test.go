package admin

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"heatmapgen/generator"
)

func TestListAndItsFilters(t *testing.T) {
	d := newDesk(t, "[filter]\nsports = [\"Run\"]\n", nil)
	for _, test := range []struct{ path, want string }{
		{"/", "ride.gpx sport, d.gpx kept, c.gpx kept, b.gpx kept, a.gpx kept, broken.gpx broken"},
		{"/?sort=date", "broken.gpx broken, a.gpx kept, b.gpx kept, c.gpx kept, d.gpx kept, ride.gpx sport"},
		{"/?sort=name&state=kept", "d.gpx kept, b.gpx kept, c.gpx kept, a.gpx kept"},
		{"/?sort=nonsense&page=77&state=kept", "d.gpx kept, c.gpx kept, b.gpx kept, a.gpx kept"},
		{"/?q=LAKE+evening", "c.gpx kept"},
		{"/?q=b.gpx", "b.gpx kept"},
		{"/?q=nowhere", ""},
		{"/?sport=Ride", "ride.gpx sport"},
		{"/?sport=none", "broken.gpx broken"},
		{"/?state=broken", "broken.gpx broken"},
		{"/?year=2024", "ride.gpx sport"},
		{"/?source=strava", ""},
		{"/?year=2023&sport=Run&q=morning", "a.gpx kept"},
	} {
		d.wantRows(test.path, test.want)
	}
	_, text := d.get("/")
	for _, want := range []string{`On the map <span class="number">4</span>`, `Broken <span class="number">1</span>`, "2023-04-01", "Test &amp; map",
		`<path d="M`, "1.8 km", "0:09:59", "cannot be read: "} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	// The years are of the walk: 90 days apart, the last in 2024.
	byLength := d.rows("/?sort=-distance")
	if len(byLength) != 6 || !strings.HasPrefix(byLength[5], "broken") {
		t.Errorf("by distance: %v", byLength)
	}
}

func TestNamesAreText(t *testing.T) {
	d := newDesk(t, "", nil)
	for _, path := range []string{"/", "/?q=" + url.QueryEscape(hostile), "/?sport=" + url.QueryEscape(hostile), "/?state=" + url.QueryEscape(hostile)} {
		_, text := d.get(path)
		if strings.Contains(text, "<script>d") || strings.Contains(text, "<img") || strings.Contains(text, `onerror="`) {
			t.Errorf("%s has the name as markup", path)
		}
		if !strings.Contains(text, "&lt;script&gt;") {
			t.Errorf("%s does not show the name", path)
		}
	}
}

// What a build would warn of or end with is seen before the list.
func TestRulesWithoutEffectStandAboveTheList(t *testing.T) {
	d := newDesk(t, "[filter]\nsports = [\"Run\", \"Rowing\"]\n[privacy]\nzones = [{ lat = 1.5, lon = 2.5, radius_m = 300 }]\n", nil)
	_, text := d.get("/")
	list := strings.Index(text, `id="list"`)
	for _, want := range []string{"no activity is a Rowing", "zone 1 of [privacy] hides nothing: no activity comes near 1.5, 2.5"} {
		if at := strings.Index(text, want); at < 0 || at > list {
			t.Errorf("%q stands at %d, the list at %d", want, at, list)
		}
	}
}

// manyRows makes up 20,000 activities.
func manyRows() []generator.SurveyRow {
	rows := make([]generator.SurveyRow, 20000)
	for i := range rows {
		rows[i] = generator.SurveyRow{ID: fmt.Sprintf("strava:%d", i), Source: "strava", Sport: "Run", State: generator.StateKept,
			Name: fmt.Sprintf("Run number %d", i), Start: time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Hour),
			DistanceM: float64(i), Thumbnail: generator.Thumbnail{{{0, 0}, {47, 47}}}}
	}
	return rows
}

// However much there is, a page is a page.
func TestTwentyThousandActivitiesArePaged(t *testing.T) {
	d := newDesk(t, "", nil)
	d.a.show(newList(manyRows(), nil, nil))
	status, text := d.get("/")
	if n := len(rowID.FindAllString(text, -1)); status != 200 || n != pageRows {
		t.Errorf("%d rows", n)
	}
	if len(text) > 1<<20 {
		t.Errorf("the page has %d bytes", len(text))
	}
	if !strings.Contains(text, "1–200 of 20000") || !strings.Contains(text, "/?page=2") {
		t.Error("the page does not lead on")
	}
	seen := map[string]bool{}
	for page := 1; page <= 100; page++ {
		for _, r := range d.rows(fmt.Sprintf("/?page=%d&sort=-distance", page)) {
			seen[r] = true
		}
	}
	if len(seen) != 20000 {
		t.Errorf("all pages together have %d activities", len(seen))
	}
	if got := d.rows("/?q=number+19999"); len(got) != 1 || got[0] != "strava:19999 kept" {
		t.Errorf("search finds %v", got)
	}
}

// BenchmarkTwentyThousand asks for a page of 20,000 activities, as a search that finds a tenth of them does.
func BenchmarkTwentyThousand(b *testing.B) {
	d := newDesk(b, "", nil)
	d.a.show(newList(manyRows(), nil, nil))
	for _, path := range []string{"/", "/?sort=-distance&page=50", "/?q=number+19"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				if status, _ := d.get(path); status != 200 {
					b.Fatal(status)
				}
			}
		})
	}
}
