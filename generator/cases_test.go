package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/generator/config"
)

// A situation is a folder of recordings somebody had trouble with, and what a build of it must be.
type situation struct {
	folder string
	// sports are those of [filter] where they are not the folder's own.
	sports []string
	// drawn has a line for each activity on the map: sport, day, kilometres.
	drawn []string
	// bounds are those of the map; "" is not judged.
	bounds string
	// report has patterns of what the report says.
	report []string
	// fault is what is wrong with the configuration.
	fault string
}

// caseFolder copies a folder of the situations that lie outside this repository.
func caseFolder(t *testing.T, folder string) string {
	t.Helper()
	shared := os.Getenv("HEATMAPGEN_SHARED")
	if shared == "" {
		t.Skip("HEATMAPGEN_SHARED is not set: the recordings are not part of this repository")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(shared, "cases", filepath.FromSlash(folder)))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// situationTime is when the situations are built.
var situationTime = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// file returns the configuration of a copy of the situation: its own, or one for its folder.
func (c *situation) file(t *testing.T) string {
	t.Helper()
	dir := caseFolder(t, c.folder)
	file := filepath.Join(dir, "heatmap.toml")
	if _, err := os.Stat(file); err != nil || c.sports != nil {
		kind := "files"
		if _, err := os.Stat(filepath.Join(dir, "activities.csv")); err == nil {
			kind = "strava"
		}
		text := fmt.Sprintf("[[source]]\ntype = %q\npath = %q\n[filter]\nsports = %s\n[render]\nmax_zoom = 15\nas_of = \"2026-11-20\"\n", kind, dir, quoted(c.sports))
		file = filepath.Join(t.TempDir(), "heatmap.toml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

// quoted writes texts as TOML has a list of them.
func quoted(texts []string) string {
	var all []string
	for _, text := range texts {
		all = append(all, fmt.Sprintf("%q", text))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func (c *situation) config(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Load(c.file(t))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestSituationsOfOthers(t *testing.T) {
	for _, c := range situations {
		t.Run(strings.ReplaceAll(c.folder, "/", "_"), func(t *testing.T) {
			if c.fault != "" {
				if _, err := config.Load(c.file(t)); err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Errorf("the error is %v, want %q", err, c.fault)
				}
				return
			}
			cfg := c.config(t)
			report, err := Build(context.Background(), cfg, Options{Workers: 2, Now: situationTime, Version: "test"})
			if err != nil {
				t.Fatal(err)
			}
			m, err := readMetadata(archivePath(cfg))
			if err != nil {
				t.Fatal(err)
			}
			var drawn []string
			a := &m.Heatmapgen.Activities
			for i := range a.Sport {
				day := "no day"
				if a.Day[i] != 0 {
					day = time.Unix(int64(a.Day[i])*86400, 0).UTC().Format(time.DateOnly)
				}
				drawn = append(drawn, fmt.Sprintf("%s %s %.1f", a.Sports[a.Sport[i]], day, float64(a.DistanceM[i])/1000))
			}
			slices.Sort(drawn)
			want := slices.Clone(c.drawn)
			slices.Sort(want)
			if !slices.Equal(drawn, want) {
				t.Errorf("drawn %q, want %q", drawn, want)
			}
			if got := fmt.Sprintf("%.3f", m.Heatmapgen.Bounds); c.bounds != "" && got != c.bounds {
				t.Errorf("the map has the bounds %s, want %s", got, c.bounds)
			}
			var b strings.Builder
			if err := report.WriteTable(&b); err != nil {
				t.Fatal(err)
			}
			for _, text := range c.report {
				if !regexp.MustCompile(text).MatchString(b.String()) {
					t.Errorf("the report says nothing of %q:\n%s", text, b.String())
				}
			}
		})
	}
}

// What is right is told by the EXPECTED.md of each folder.
var situations = []situation{
	{folder: "01-different-outings-merged/20-daily-loop-two-sources", drawn: []string{"Run 2026-05-04 5.4", "Run 2026-05-05 5.4"}},
	{folder: "01-different-outings-merged/20b-morning-evening", drawn: []string{"Run 2026-05-04 5.4", "Run 2026-05-04 5.4"}},
	{folder: "01-different-outings-merged/20c-walk-and-run", drawn: []string{"Walk 2026-05-04 5.0", "Run 2026-05-04 5.0"}},
	{folder: "02-several-activities-in-one-file/06-gpx-many-tracks", drawn: []string{"Run 2026-05-01 2.7", "Run 2026-05-02 2.7", "Run 2026-05-03 2.7", "Run 2026-05-04 2.7", "Run 2026-05-05 2.7", "Run 2026-05-06 2.7", "Run 2026-05-07 2.7", "Run 2026-05-08 2.7", "Run 2026-05-09 2.7", "Run 2026-05-10 2.7"}},
	{folder: "02-several-activities-in-one-file/06b-gpx-tracks-of-sports", drawn: []string{"Run 2026-05-01 2.7"}, report: []string{`skipped: other sport +1`}},
	{folder: "02-several-activities-in-one-file/07-tcx-many-activities", drawn: []string{"Run 2026-05-01 2.7", "Run 2026-05-02 2.7", "Run 2026-05-03 2.7", "Run 2026-05-04 2.7", "Run 2026-05-05 2.7", "Run 2026-05-06 2.7", "Run 2026-05-07 2.7", "Run 2026-05-08 2.7", "Run 2026-05-09 2.7", "Run 2026-05-10 2.7"}},
	{folder: "02-several-activities-in-one-file/08-fit-chain", drawn: []string{"Run 2026-05-01 2.7", "Run 2026-05-02 2.7"}},
	{folder: "02-several-activities-in-one-file/05-multisport-fit", sports: []string{}, drawn: []string{"Swim 2026-06-01 0.9", "Ride 2026-06-01 12.0", "Run 2026-06-01 4.0"}},
	{folder: "02-several-activities-in-one-file/05-multisport-fit", sports: []string{"Run"}, drawn: []string{"Run 2026-06-01 4.0"}},
	{folder: "02-several-activities-in-one-file/05b-multisport-tcx", sports: []string{}, drawn: []string{" 2026-06-01 0.9", "Ride 2026-06-01 12.0", "Run 2026-06-01 4.0"}},
	{folder: "04-named-sport-guessed-away/16-named-sports", drawn: []string{"Run 2026-05-13 2.7"}},
	{folder: "05-position-held-then-jump/66-held-fix-run", drawn: []string{"Run 2026-05-21 5.4"}},
	{folder: "05-position-held-then-jump/66b-held-fix-ride", drawn: []string{"Ride 2026-05-21 14.3"}},
	{folder: "05-position-held-then-jump/66c-held-fix-swim", drawn: []string{"Swim 2026-05-21 1.5"}},
	{folder: "05-position-held-then-jump/66e-held-fix-walk", drawn: []string{"Walk 2026-05-21 2.5"}},
	{folder: "07-virtual-on-the-map/01-virtual-ride", drawn: []string{"Ride 2026-05-01 7.2"}, report: []string{`skipped: virtual +1`}},
	{folder: "07-virtual-on-the-map/01b-virtual-run-default", drawn: []string{"Run 2026-05-01 2.7"}, bounds: "[7.993 46.996 8.029 47.023]", report: []string{`skipped: virtual +1`}},
	{folder: "07-virtual-on-the-map/02-virtual-fit", drawn: []string{"Ride 2026-05-01 7.2"}, report: []string{`skipped: virtual +1`}},
	{folder: "08-one-wrong-date-blinds-recency/23-future-date", drawn: []string{"Run 2026-01-04 2.7", "Run 2026-02-04 2.7", "Run 2026-03-04 2.7", "Run 2026-04-04 2.7", "Run 2026-05-04 2.7", "Run no day 2.7"}, report: []string{`future.gpx.*2098-05-04`}},
	{folder: "08-one-wrong-date-blinds-recency/24-rollover-2001", drawn: []string{"Run 2026-01-04 2.7", "Run 2026-02-04 2.7", "Run 2026-03-04 2.7", "Run 2026-04-04 2.7", "Run 2026-05-04 2.7", "Run 2026-05-04 2.7"}, report: []string{`roll.gpx.*2006-09-18`}},
	{folder: "10-stray-samples-drawn-and-believed/09-stale-first-fix", drawn: []string{"Run 2026-05-01 2.7"}, bounds: "[7.993 46.996 8.029 47.023]"},
	{folder: "10-stray-samples-drawn-and-believed/10-spike-mid", drawn: []string{"Run 2026-05-01 2.7"}, bounds: "[7.993 46.996 8.029 47.023]"},
	{folder: "10-stray-samples-drawn-and-believed/09c-stale-radius", drawn: []string{"Run 2026-05-01 2.7", "Run 2026-05-02 2.7", "Run 2026-05-03 2.7"}},
	{folder: "10-stray-samples-drawn-and-believed/56-near-null-island", drawn: []string{"Run 2026-05-21 2.7"}},
	{folder: "10-stray-samples-drawn-and-believed/56b-lat-zero", drawn: []string{"Run 2026-05-21 2.7"}},
	{folder: "11-small-places-called-indoor/14-stadium", drawn: []string{"Run 2026-05-01 10.0", "Run 2026-05-02 2.7"}},
	{folder: "11-small-places-called-indoor/14b-small-places", drawn: []string{"Soccer 2026-05-01 14.5", "Run 2026-05-02 2.7", "Swim 2026-05-03 1.6"}},
	{folder: "13-apple-health-localised/11-health-exportar", drawn: []string{"Ride 2026-05-01 3.6"}},
	{folder: "13-apple-health-localised/11-health-eksport", drawn: []string{"Ride 2026-05-01 3.6"}},
	{folder: "14-device-speed-zero-believed/27-speed-zero", drawn: []string{"Run 2026-05-01 2.7"}},
	{folder: "14-device-speed-zero-believed/27b-speed-zero-fit", drawn: []string{"Run 2026-05-01 2.7"}},
	{folder: "14-device-speed-zero-believed/59-speed-zero-some", drawn: []string{"Walk 2026-05-21 4.3"}},
	{folder: "16-words-for-sports/22-words", drawn: []string{"E-Mountain Bike Ride 2026-05-01 4.5", "Kayaking 2026-05-02 2.0", "Rowing 2026-05-03 3.6", "Nordic Ski 2026-05-04 4.0", "Alpine Ski 2026-05-05 10.8", "Run 2026-05-06 1.4", "Ride 2026-05-07 4.9", "Handcycle 2026-05-08 4.5", "Ride 2026-05-09 4.5", "Hike 2026-05-10 1.0", "Hike 2026-05-11 1.0"}},
	{folder: "17-sixty-metres-a-second-for-walks/10b-spike-walk", drawn: []string{"Walk 2026-05-01 1.3"}},
	{folder: "17-sixty-metres-a-second-for-walks/31b-train-walk", drawn: []string{"Walk 2026-05-01 1.7"}},
	{folder: "17-sixty-metres-a-second-for-walks/57-open-water-swim", drawn: []string{"Swim 2026-05-21 1.4"}},
	{folder: "22-noise-hides-the-one-fault/40-garmin-monitoring", drawn: []string{"Run 2026-05-01 2.7", "Run 2026-05-02 2.7", "Run 2026-05-09 1.7"}, report: []string{`worth a look:\n +files:.*x_4.fit: .*breaks off\n`}},
	{folder: "22-noise-hides-the-one-fault/92-fit-trailing-bytes", drawn: []string{"Run 2026-05-01 2.7", "Run 2026-05-02 2.7", "Run 2026-05-03 2.7", "Run 2026-05-04 2.7", "Run 2026-05-05 2.7", "Run 2026-05-06 2.7", "Run 2026-05-07 2.7", "Run 2026-05-08 2.7", "Run 2026-05-09 2.7", "Run 2026-05-10 2.7", "Run 2026-05-11 2.7", "Run 2026-05-12 2.7", "Run 2026-05-13 2.7", "Run 2026-05-14 2.7", "Run 2026-05-15 2.7", "Run 2026-05-16 2.7", "Run 2026-05-17 2.7", "Run 2026-05-18 2.7", "Run 2026-05-19 2.7", "Run 2026-05-20 2.7", "Run 2026-05-21 1.7"}, report: []string{`worth a look:\n +files:zz.fit: .*breaks off\n`}},
	{folder: "23-same-source-duplicates/18-two-devices-one-source", drawn: []string{"Run 2026-05-01 5.4"}},
	{folder: "23-same-source-duplicates/63-fit-and-gpx-of-one", drawn: []string{"Run 2026-05-21 5.4"}},
	{folder: "23-same-source-duplicates/89-fit-and-its-gz", drawn: []string{"Run 2026-05-21 5.4"}},
	{folder: "25-many-samples-in-one-second/55-one-timestamp", drawn: []string{"Run 2026-05-21 4.5"}},
	{folder: "25-many-samples-in-one-second/55b-minute-times", drawn: []string{"Ride 2026-05-21 12.0"}},
	{folder: "25-many-samples-in-one-second/77-gopro-10hz", drawn: []string{"Ride 2026-05-21 7.2"}},
	{folder: "26-unknown-word-in-sports/53-sport-typo", fault: `"Cycling", which is not the name of a sport; did you mean "Ride"?`},
	{folder: "28-heart-rate-messages/71-hr-messages", drawn: []string{"Swim 2026-05-21 1.3"}},
	{folder: "29-ski-lifts/70-ski-lift", drawn: []string{"Alpine Ski 2026-02-01 12.0"}},
	{folder: "36-zone", drawn: []string{"Run 2025-06-01 1.9"}},
}
