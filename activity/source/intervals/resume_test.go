package intervals

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity/source/intervals/icutest"
)

// progress calls a function for each file that is done.
type progress struct {
	silent
	stage string
	add   func(stage string)
}

func (p *progress) Stage(name string, _ int64, _ string) { p.stage = name }
func (p *progress) Add(int64)                            { p.add(p.stage) }

func TestInterruptedAndResumed(t *testing.T) {
	var activities []icutest.Activity
	for day := 31; day > 0; day-- {
		activities = append(activities, run(day))
	}
	b := newBench(t, activities...)
	ctx, cancel := context.WithCancel(context.Background())
	done := 0
	o := b.o
	o.Progress = &progress{add: func(stage string) {
		if strings.HasPrefix(stage, "Fetching") {
			if done++; done == 7 {
				cancel()
			}
		}
	}}
	r, err := Sync(ctx, b.dir, o)
	if !errors.Is(err, context.Canceled) || r.New < 7 || r.New > 7+fetchers {
		t.Fatalf("interrupted: %v, %+v", err, r)
	}
	first := fileRequests(b.server.Requests())
	if names := strings.Fields(b.recordings()); len(names) < r.New || slices.ContainsFunc(names, func(n string) bool { return !strings.HasSuffix(n, ".fit") }) {
		t.Errorf("files %v", names)
	}
	if got := len(b.entries()); got != 31 {
		t.Errorf("%d entries, want all 31, of which some are not fetched", got)
	}
	again := b.mustSync()
	second := fileRequests(b.server.Requests())
	if r.New+again.New != 31 || again.Files != 31 {
		t.Errorf("%d and then %d files, %d in all", r.New, again.New, again.Files)
	}
	// A request that was under way when it ended may have been for nothing.
	if n := len(first) + len(second); n < 31 || n > 31+fetchers {
		t.Errorf("%d requests and then %d for 31 files", len(first), len(second))
	}
}

// A kill leaves files that the index does not know, and an unfinished one.
func TestKilled(t *testing.T) {
	b := newBench(t, run(20), run(21))
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(b.dir, ".00112233445566ff.tmp")
	for name, text := range map[string]string{old: "half", filepath.Join(b.dir, "i120.fit"): string(icutest.FIT("i120"))} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	os.Chtimes(old, time.Time{}, b.clock.t.Add(-25*time.Hour))
	r := b.mustSync()
	if got := fileRequests(b.server.Requests()); !slices.Equal(got, []string{"/api/v1/activity/i121/fit-file"}) || r.Files != 2 {
		t.Errorf("asked for %v, report %+v", got, r)
	}
	if got := b.recordings(); got != "i120.fit i121.fit" {
		t.Errorf("files %s", got)
	}
}
