package generator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/layers"
)

// TestOwnLayersAreSettled: a layer is of the activities that its window wants, told by what nobody publishes, and nothing else of that is in the archive.
func TestOwnLayersAreSettled(t *testing.T) {
	s := labelled(t)
	yes := true
	day := func(text string) time.Time {
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	s.cfg.Layers = []config.Layer{
		{ID: "all-of-it", Title: "All", Field: "visits"},
		{ID: "trail", Title: `T"<i>`, Description: "d", Field: "pace", Gear: []string{"trail SHOES"}, Ramp: "magma"},
		{ID: "work", Title: "W", Field: "visits", Commute: &yes, Scale: "linear"},
		{ID: "races", Title: "R", Field: "recency", Kinds: []string{"race"}, Scale: "power"},
		{ID: "early", Title: "E", Field: "direction", Hours: []int{22, 9}, Weekdays: []string{"sunday"}, From: day("2023-01-22"), To: day("2023-02-05"), Colours: []string{"#ff0000", "#00ff0080", "#0000ff"}},
		{ID: "first", Title: "F", Field: "discovery", Ramp: "ice"},
		{ID: "trend", Title: "Tr", Field: "trend", Months: 12},
		{ID: "lost", Title: "L", Field: "hills", Gear: []string{"Trial shoes"}},
	}
	r := s.mustBuild(2)
	built, err := OpenSite(filepath.Join(s.cfg.Output, ArchiveName))
	if err != nil {
		t.Fatal(err)
	}
	defer built.Close()
	m := built.Meta
	if n := len(m.Activities.Day); n != 7 || len(m.OwnLayers) != 8 || len(m.Layers) != 10 {
		t.Fatalf("%d activities, %d layers and %d", n, len(m.OwnLayers), len(m.Layers))
	}
	// The seven are runs a week apart, of which the export labels six, and one of a file alone; by the clock there they start at nine, on Sundays from 8 January on.
	for i, want := range []string{"1111111", "0010100", "1000100", "0100000", "0011100", "1111111", "0000001", "0000000"} {
		if got := members(m.OwnLayers[i].Activities, 7); got != want {
			t.Errorf("%s is of %s, want %s", m.OwnLayers[i].ID, got, want)
		}
	}
	if l := m.OwnLayers[0]; l.Activities != nil || l.Group != ownGroup || l.Spread != layers.Log || l.From == nil || *l.From != 1 {
		t.Errorf("of all: %+v", l)
	}
	if l := m.OwnLayers[1]; l.Title != `T"<i>` || l.Unit != "m/s" || len(l.Ramp) != 7 || l.Spread != layers.Linear {
		t.Errorf("of trails: %+v", l)
	}
	if l := m.OwnLayers[2]; l.Spread != layers.Linear || l.From != nil {
		t.Errorf("of commutes: %+v", l)
	}
	if l := m.OwnLayers[3]; l.Spread != layers.Power || l.Gamma != 3 {
		t.Errorf("of races: %+v", l)
	}
	if l := m.OwnLayers[5]; l.Unit != "day" || l.Spread != layers.Power || l.Gamma != 3 || len(l.Ramp) != 5 {
		t.Errorf("of discovery: %+v", l)
	}
	if l := m.OwnLayers[6]; l.Unit != "s/km/y" || l.Spread != layers.Symmetric {
		t.Errorf("of the trend: %+v", l)
	}
	if want := (layers.Ramp{{T: 0, Color: layers.RGBA{R: 255, A: 255}}, {T: 0.5, Color: layers.RGBA{G: 255, A: 128}}, {T: 1, Color: layers.RGBA{B: 255, A: 255}}}); !reflect.DeepEqual(m.OwnLayers[4].Ramp, want) {
		t.Errorf("colours %v, want %v", m.OwnLayers[4].Ramp, want)
	}
	for _, word := range []string{"shoes", "SHOES", "gear", "commute"} {
		if bytes.Contains(built.text, []byte(word)) {
			t.Errorf("%q is published", word)
		}
	}
	if w := strings.Join(message.Texts(r.Warnings), "\n"); !strings.Contains(w, `[[layer]] "lost" is of none of the 7 activities of the map; none has the gear "Trial shoes", the nearest is "Trail shoes"`) || strings.Contains(w, "races") {
		t.Errorf("warnings %q", w)
	}
	if findings := built.CheckMetadata(); len(findings) > 0 {
		t.Errorf("they are not sound: %q", findings)
	}
	damaged := func(damage func(own []map[string]any)) []string {
		var all map[string]any
		if err := json.Unmarshal(built.text, &all); err != nil {
			t.Fatal(err)
		}
		heat := all["heatmapgen"].(map[string]any)
		delete(heat, "digest")
		var own []map[string]any
		for _, l := range heat["own_layers"].([]any) {
			own = append(own, l.(map[string]any))
		}
		damage(own)
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		findings, err := CheckMetadata(text)
		if err != nil {
			return []string{err.Error()}
		}
		return findings
	}
	for want, damage := range map[string]func(own []map[string]any){
		"the layer all is there twice":                                                      func(own []map[string]any) { own[0]["id"] = "all" },
		"the layer work looks at nothing, but there is no such field":                       func(own []map[string]any) { own[2]["field"] = "nothing" },
		"the layer work has no colours":                                                     func(own []map[string]any) { own[2]["ramp"] = []any{} },
		"the layer trail tells of 2 bytes of activities, but 7 activities take 1":           func(own []map[string]any) { own[1]["activities"] = "AAA=" },
		"the layer trail is of activities that there are not":                               func(own []map[string]any) { own[1]["activities"] = "gA==" },
		"its metadata cannot be read: illegal base64 data at input byte 0":                  func(own []map[string]any) { own[1]["activities"] = "<>" },
		"its metadata list 65 layers of the user's own, more than the 64 that are accepted": nil,
	} {
		if damage == nil {
			many := &Metadata{OwnLayers: make([]OwnLayer, 65)}
			if err := many.check(); err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		} else if got := damaged(damage); !slices.Equal(got, []string{want}) {
			t.Errorf("got %q, want %s", got, want)
		}
	}
}

// members writes bits as digits; nil is all.
func members(bits []byte, n int) string {
	var b strings.Builder
	for a := range n {
		if bits == nil || bits[a/8]>>(a%8)&1 == 1 {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	return b.String()
}

// TestNoOwnLayers: whoever has none pays nothing.
func TestNoOwnLayers(t *testing.T) {
	s := newSite(t)
	s.fill()
	for _, own := range []bool{false, true} {
		if own {
			s.cfg.Layers = []config.Layer{{ID: "a", Title: "A", Field: "visits"}}
		}
		s.mustBuild(2)
		built, err := OpenSite(filepath.Join(s.cfg.Output, ArchiveName))
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(built.text, []byte("own_layers")); got != own {
			t.Errorf("with layers of the user's own (%t) the archive tells of them: %t", own, got)
		}
		built.Close()
	}
}

// TestWindowOfMonths holds months to a calendar that is counted day by day: a day is in the last months if it comes after the day so many months before.
func TestWindowOfMonths(t *testing.T) {
	for _, today := range []string{"2024-03-31", "2024-02-29", "2023-03-30", "2026-01-01", "2026-12-31", "1970-01-01"} {
		at, err := time.Parse(time.DateOnly, today)
		if err != nil {
			t.Fatal(err)
		}
		for _, months := range []int{1, 2, 3, 11, 12, 13, 24, 1200} {
			// Counted back a month at a time from the first of this one, then as many days on as there are, at most.
			year, month := at.Year(), int(at.Month())
			for range months {
				if month--; month == 0 {
					year, month = year-1, 12
				}
			}
			day := at.Day()
			for ; ; day-- {
				if _, err := time.Parse(time.DateOnly, fmt.Sprintf("%04d-%02d-%02d", year, month, day)); err == nil {
					break
				}
			}
			before := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
			w := newWindow(&config.Layer{Months: months}, at)
			has := func(d time.Time) bool {
				return w.has(&row{Record: activity.Record{Activity: activity.Activity{Start: d, Sport: activity.SportRun}}})
			}
			for d := at.AddDate(0, -months, -5); !d.After(at.AddDate(0, 0, 2)); d = d.AddDate(0, 0, 1) {
				want := d.Format(time.DateOnly) > before && d.Format(time.DateOnly) <= today
				if got := has(d); got != want {
					t.Fatalf("%d months before %s: %s is in the window: %t", months, today, d.Format(time.DateOnly), got)
				}
			}
			if has(time.Time{}) {
				t.Fatal("an activity without a date is in a window of months")
			}
		}
	}
}

// TestWindowSports: without sports a window wants all that there are, and so it does where it only leaves some out.
func TestWindowSports(t *testing.T) {
	for _, tt := range []struct {
		sports []string
		want   string
	}{{nil, "Run,E-Bike Ride,Virtual Ride,,"}, {[]string{"!E-Bike Ride"}, "Run,Virtual Ride,,"}, {[]string{"Ride"}, "E-Bike Ride,"}, {[]string{"Run", "Virtual"}, "Run,Virtual Ride,"}, {[]string{"Other"}, ","}} {
		w, got := newWindow(&config.Layer{Sports: tt.sports}, time.Unix(0, 0)), ""
		for _, sport := range []activity.Sport{"Run", "E-Bike Ride", "Virtual Ride", ""} {
			if w.has(&row{Record: activity.Record{Activity: activity.Activity{Sport: sport}}}) {
				got += string(sport) + ","
			}
		}
		if got != tt.want {
			t.Errorf("%q wants %q, not %q", tt.sports, got, tt.want)
		}
	}
}
