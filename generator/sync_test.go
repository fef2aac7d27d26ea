package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity/source/intervals"
	"heatmapgen/activity/source/intervals/icutest"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
)

// An athlete has a folder of files and an account at a stand-in for intervals.icu.
type athlete struct {
	*site
	server *icutest.Server
	env    map[string]string
	log    strings.Builder
}

func newAthlete(t *testing.T) *athlete {
	t.Helper()
	a := &athlete{site: newSite(t), server: icutest.Start()}
	t.Cleanup(a.server.Close)
	a.cfg.File = filepath.Join(a.dir, "heatmap.toml")
	a.cfg.Sources = append(a.cfg.Sources, config.Source{Type: config.SourceIntervals})
	a.cfg.Intervals.BaseURL = a.server.URL
	a.env = map[string]string{"INTERVALS_ICU_ATHLETE_ID": icutest.Athlete, "INTERVALS_ICU_API_KEY": icutest.Key}
	return a
}

// upload adds a recording, made as those of the folder are, to the account.
func (a *athlete) upload(id string, seed uint64, lat, lon float64, n int) {
	a.t.Helper()
	a.run("temp.gpx", seed, lat, lon, n)
	name := filepath.Join(a.dir, "files", "temp.gpx")
	text, err := os.ReadFile(name)
	if err != nil {
		a.t.Fatal(err)
	}
	os.Remove(name)
	start := time.Date(2023, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, int(seed)*7)
	a.server.Change(func() {
		a.server.Activities = append(a.server.Activities, icutest.Activity{
			ID: id, Name: "Evening", Type: "TrailRun", Source: "GARMIN_CONNECT", Original: text,
			Start: start.Format(time.RFC3339), StartLocal: start.Add(time.Hour).Format("2006-01-02T15:04:05"),
		})
	})
}

func (a *athlete) Stage(name string, _ int64, _ string) { fmt.Fprintln(&a.log, name) }
func (a *athlete) Add(int64)                            {}
func (a *athlete) Done()                                {}
func (a *athlete) Log(format string, args ...any)       { fmt.Fprintf(&a.log, format+"\n", args...) }

func (a *athlete) options() Options {
	return Options{Workers: 2, Version: "test", Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC), Progress: a,
		Getenv: func(name string) string { return a.env[name] }}
}

// build builds, and looks for the key in everything that comes of it.
func (a *athlete) build() (*Report, string) {
	a.t.Helper()
	a.server.Requests()
	a.log.Reset()
	r, err := Build(context.Background(), a.cfg, a.options())
	if err != nil {
		a.t.Fatal(err)
	}
	var table strings.Builder
	if err := r.WriteTable(&table); err != nil {
		a.t.Fatal(err)
	}
	a.noSecrets(table.String(), a.log.String(), fmt.Sprintf("%+v", r))
	return r, table.String()
}

func (a *athlete) noSecrets(texts ...string) {
	a.t.Helper()
	err := filepath.WalkDir(a.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".env" {
			return err
		}
		text, err := os.ReadFile(path)
		texts = append(texts, string(text))
		return err
	})
	if err != nil {
		a.t.Fatal(err)
	}
	for _, text := range texts {
		for _, secret := range []string{icutest.Key, icutest.Athlete, "QVBJX0tFWT"} {
			if strings.Contains(text, secret) {
				a.t.Errorf("%q is in %.200q", secret, text)
			}
		}
	}
}

func TestBuildFetchesFirst(t *testing.T) {
	a := newAthlete(t)
	a.run("one.gpx", 1, 48.1, 9.2, 900)
	a.upload("i1", 1, 48.1003, 9.2, 900) // the same outing, from another device
	a.upload("i2", 2, 48.1, 9.21, 900)
	a.server.Change(func() {
		a.server.Activities = append(a.server.Activities, icutest.Activity{ID: "77", Source: "STRAVA", StartLocal: "2023-03-01T08:00:00"})
	})

	r, table := a.build()
	if r.Drawn != 2 || r.Read != 4 {
		t.Errorf("read %d and drew %d, want 4 and 2", r.Read, r.Drawn)
	}
	want := Merge{Outing{"intervals", "intervals:i1", "2023-01-08"}, Outing{"files", "files:one.gpx", "2023-01-08"}, "at the same time and place"}
	if len(r.Merged) != 1 || r.Merged[0] != want {
		t.Errorf("merged %v, want %v", r.Merged, want)
	}
	for _, text := range []string{"merged: intervals into files", "intervals:i1 of 2023-01-08 into files:one.gpx of 2023-01-08: at the same time and place\n",
		"intervals.icu: 2 new", "1 activity came to intervals.icu from Strava", "skipped: " + intervals.ReasonStrava} {
		if !strings.Contains(table, text) {
			t.Errorf("the table lacks %q:\n%s", text, table)
		}
	}
	file, err := os.ReadFile(r.File)
	if err != nil || !bytes.Contains(file, []byte("intervals:i1 of 2023-01-08 is in files:one.gpx of 2023-01-08: at the same time and place\n")) {
		t.Errorf("%v, the report file:\n%s", err, file)
	}
	first := a.archive()

	still := func(name string, requests bool, change func()) (*Report, string) {
		t.Helper()
		change()
		r, table := a.build()
		if got := len(a.server.Requests()) > 0; got != requests || r.Drawn != 2 || !bytes.Equal(first, a.archive()) {
			t.Errorf("%s: asked the service: %v, want %v; drew %d", name, got, requests, r.Drawn)
		}
		return r, table
	}
	silent := func(name string, change func()) {
		t.Helper()
		if r, _ := still(name, false, change); len(r.Notes) != 1 { // that of Strava
			t.Errorf("%s: notes %q", name, r.Notes)
		}
	}
	silent("skipped once", func() { a.env["HEATMAP_SKIP_SYNC"] = "1" })
	silent("skipped by another word", func() { a.env["HEATMAP_SKIP_SYNC"] = "false" })
	still("not skipped", true, func() { a.env["HEATMAP_SKIP_SYNC"] = "0" })
	silent("sync = false", func() { a.cfg.Intervals.Sync = false })
	silent("no key", func() { a.cfg.Intervals.Sync = true; delete(a.env, "INTERVALS_ICU_API_KEY") })
	still("a key in .env", true, func() {
		if err := os.WriteFile(filepath.Join(a.dir, ".env"), []byte("INTERVALS_ICU_API_KEY="+icutest.Key), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	problem := func(name, want string, change func()) {
		t.Helper()
		if r, _ := still(name, true, change); !strings.Contains(strings.Join(message.Texts(r.Notes), "\n"), want) {
			t.Errorf("%s: notes %q", name, r.Notes)
		}
	}
	problem("a key that ended", "does not accept the API key", func() {
		a.server.Change(func() {
			a.server.Before = func(w http.ResponseWriter, r *http.Request) bool {
				icutest.Answer(w, 401, r.Header.Get("Authorization"))
				return true
			}
		})
	})
	problem("a hotel's login page", "a web page instead of data", func() {
		a.server.Change(func() {
			a.server.Before = func(w http.ResponseWriter, _ *http.Request) bool {
				_, _ = w.Write([]byte("<html>room number?"))
				return true
			}
		})
	})
	r, _ = still("offline", false, a.server.Close)
	if !strings.Contains(strings.Join(message.Texts(r.Notes), "\n"), "could not be asked for what is new") {
		t.Errorf("offline: notes %q", r.Notes)
	}
}

// An empty cache is explained by what keeps it empty.
func TestNothingFromIntervals(t *testing.T) {
	a := newAthlete(t)
	a.cfg.Sources = a.cfg.Sources[1:]
	var nothing *NothingError
	a.env = nil
	if _, err := Build(context.Background(), a.cfg, a.options()); !errors.As(err, &nothing) || !strings.Contains(err.Error(), "INTERVALS_ICU_API_KEY") {
		t.Errorf("without a key: %v", err)
	}
	if _, err := Sync(context.Background(), a.cfg, a.options(), false); err == nil || !strings.Contains(err.Error(), "INTERVALS_ICU_API_KEY=...") {
		t.Errorf("sync without a key: %v", err)
	}
	a.env = map[string]string{"INTERVALS_ICU_API_KEY": "wrong"}
	if _, err := Build(context.Background(), a.cfg, a.options()); !errors.As(err, &nothing) || !strings.Contains(err.Error(), "does not accept the API key") {
		t.Errorf("with a wrong key: %v", err)
	}
}

func TestBuildIsInterruptedWhileFetching(t *testing.T) {
	a := newAthlete(t)
	a.run("one.gpx", 1, 48.1, 9.2, 900)
	ctx, cancel := context.WithCancel(context.Background())
	a.server.Change(func() {
		a.server.Before = func(http.ResponseWriter, *http.Request) bool { cancel(); return false }
	})
	if _, err := Build(ctx, a.cfg, a.options()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(filepath.Join(a.cfg.Output, ArchiveName)); err == nil {
		t.Error("an interrupted build made an archive")
	}
}
