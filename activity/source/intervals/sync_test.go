package intervals

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heatmapgen/activity/source"
	"heatmapgen/activity/source/intervals/icutest"
)

// A testClock passes as fast as it is slept on, and keeps count of it.
type testClock struct {
	mu    sync.Mutex
	t     time.Time
	slept []time.Duration
}

func (c *testClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *testClock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	c.t = c.t.Add(d)
	return ctx.Err()
}

func (c *testClock) random() float64 { return 0.5 }

// waits returns the sleeps of at least a second: those after failures.
func (c *testClock) waits() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	long := slices.DeleteFunc(slices.Clone(c.slept), func(d time.Duration) bool { return d < 500*time.Millisecond })
	c.slept = nil
	return long
}

// A bench is a service, a cache folder and a clock.
type bench struct {
	t      *testing.T
	server *icutest.Server
	dir    string
	clock  *testClock
	o      Options
}

func newBench(t *testing.T, activities ...icutest.Activity) *bench {
	t.Helper()
	b := &bench{t: t, server: icutest.Start(activities...), dir: filepath.Join(t.TempDir(), FolderName),
		clock: &testClock{t: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}}
	t.Cleanup(b.server.Close)
	b.o = Options{BaseURL: b.server.URL, Key: Key{icutest.Athlete, icutest.Key}, Version: "test", clock: b.clock}
	return b
}

func (b *bench) sync() (*Report, error) {
	r, err := Sync(context.Background(), b.dir, b.o)
	b.noSecrets(fmt.Sprintf("%v %+v", err, r))
	return r, err
}

func (b *bench) mustSync() *Report {
	b.t.Helper()
	r, err := b.sync()
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// noSecrets looks for the key and the athlete in a text and in all files.
func (b *bench) noSecrets(text string) {
	b.t.Helper()
	secrets := []string{icutest.Key, icutest.Athlete, "QVBJX0tFWT" /* "API_KEY" in base 64 */}
	check := func(where, text string) {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				b.t.Errorf("%s shows %q", where, s)
			}
		}
	}
	check("the result "+text, text)
	for name, content := range b.files() {
		check("file "+name, name+content)
	}
}

// files returns the folder's files with their content.
func (b *bench) files() map[string]string {
	b.t.Helper()
	files := map[string]string{}
	entries, _ := os.ReadDir(b.dir)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(b.dir, e.Name()))
		if err != nil {
			b.t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

// recordings returns the names of the files but for the index, and complains of anything unfinished.
func (b *bench) recordings() string {
	b.t.Helper()
	var names []string
	for name := range b.files() {
		if name != indexName {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (b *bench) entries() []source.Entry {
	b.t.Helper()
	s, err := Open(b.dir)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { s.Close() })
	l, err := s.List(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return l.Entries
}

// fileRequests returns those of the requests that were about files.
func fileRequests(paths []string) []string {
	return slices.DeleteFunc(paths, func(p string) bool { return strings.HasPrefix(p, "/api/v1/athlete/") })
}

// run is an activity on a day of May 2026.
func run(day int, edit ...func(*icutest.Activity)) icutest.Activity {
	id := fmt.Sprintf("i%d", 100+day)
	a := icutest.Activity{ID: id, Name: "Run of " + id, Type: "TrailRun", Source: "GARMIN_CONNECT", Distance: 10000, MovingTime: 3000,
		StartLocal: fmt.Sprintf("2026-05-%02dT07:30:00", day), Start: fmt.Sprintf("2026-05-%02dT05:30:00Z", day),
		SyncDate: "2026-05-31T10:00:00.000+00:00", FIT: icutest.FIT(id), Original: icutest.FIT("original of " + id)}
	for _, f := range edit {
		f(&a)
	}
	return a
}

func withoutFIT(a *icutest.Activity)  { a.FIT = nil }
func withoutFile(a *icutest.Activity) { a.FIT, a.Original = nil, nil }
func fromStrava(a *icutest.Activity)  { a.ID, a.Source = "1645745665"+a.ID[1:], "STRAVA" }

func TestFirstSync(t *testing.T) {
	b := newBench(t,
		run(20), run(19, withoutFIT), run(18, withoutFile), run(17, fromStrava),
		run(16, func(a *icutest.Activity) { a.Source = "MANUAL" }),
		run(15, func(a *icutest.Activity) { a.FIT = []byte{}; a.Original = []byte("<?xml version='1.0'?><gpx></gpx>") }),
		run(14, func(a *icutest.Activity) { a.FIT = nil; a.Original = []byte(`{"a":"json"}`) }),
		run(13, func(a *icutest.Activity) { a.StartLocal = "1998-08-20T14:08:41"; a.Start = "1998-08-20T12:08:41Z" }),
	)
	r := b.mustSync()
	if r.New != 4 || r.Files != 4 || r.NoFile != 3 || r.Strava != 1 || r.Updated+r.Deleted != 0 || !r.Full {
		t.Errorf("report %+v", r)
	}
	want := []Row{{"i118", "2026-05-18", errNoFile.Error()}, {"i114", "2026-05-14", errNotRecording.Error()}}
	if !slices.Equal(r.Rows, want) {
		t.Errorf("rows %v, want %v", r.Rows, want)
	}
	if got, want := b.recordings(), "i113.fit i115.gpx i119.fit i120.fit"; got != want {
		t.Errorf("files %s, want %s", got, want)
	}
	if got := b.files()["i119.fit"]; got != string(icutest.FIT("original of i119")) {
		t.Errorf("the original is %q", got)
	}
	asked := fileRequests(b.server.Requests())
	for _, path := range asked {
		if strings.Contains(path, "1645745665") || strings.Contains(path, "i116") {
			t.Errorf("asked for %s, which cannot be there", path)
		}
	}

	entries := b.entries()
	if len(entries) != 8 {
		t.Fatalf("%d entries, want 8", len(entries))
	}
	e := entries[7]
	if e.Activity.ID != "intervals:i120" || e.Activity.Source != "intervals" || e.Activity.Sport != "Trail Run" || e.Activity.Name != "Run of i120" ||
		!e.Activity.Start.Equal(time.Date(2026, 5, 20, 5, 30, 0, 0, time.UTC)) || e.Activity.DistanceM != 10000 || e.Activity.MovingS != 3000 {
		t.Errorf("entry %+v", e.Activity)
	}
	f, err := e.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if text, _ := io.ReadAll(f); string(text) != string(icutest.FIT("i120")) || int64(len(text)) != e.Size {
		t.Errorf("the file holds %q", text)
	}
	reasons := map[string]int{}
	for _, e := range entries {
		if e.Skip != nil {
			reasons[e.Skip.Reason]++
		}
	}
	if reasons[ReasonStrava] != 1 || reasons[ReasonNoFile] != 3 || len(reasons) != 2 {
		t.Errorf("reasons %v", reasons)
	}
}

// The files hold where somebody lives.
func TestFilesAreForTheUserAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there the folder's own rights decide")
	}
	b := newBench(t, run(20))
	b.mustSync()
	for _, name := range []string{"", "i120.fit", indexName} {
		info, err := os.Stat(filepath.Join(b.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%q has mode %v", name, info.Mode())
		}
	}
}

func TestNextSyncAsksForTheLastDaysOnly(t *testing.T) {
	b := newBench(t, run(1), run(20))
	b.mustSync()
	b.server.Requests()
	var asked []string
	b.server.Change(func() {
		b.server.Activities = append(b.server.Activities, run(25))
		b.server.Before = func(_ http.ResponseWriter, r *http.Request) bool { asked = append(asked, r.URL.RawQuery); return false }
	})
	r := b.mustSync()
	if want := []string{"newest=2026-06-02&oldest=2026-05-13", ""}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
	if r.New != 1 || r.Files != 3 || r.Full || r.Deleted != 0 {
		t.Errorf("report %+v", r)
	}
	asked = nil
	if r := b.mustSync(); r.Changed() || len(asked) != 1 || !strings.Contains(asked[0], "oldest=2026-05-18") {
		t.Errorf("a sync with nothing new asked %q and reports %+v", asked, r)
	}
}

// A watch whose clock jumped ahead must not keep everything before that from being seen.
func TestActivityInTheFuture(t *testing.T) {
	b := newBench(t, run(20))
	b.mustSync()
	x, _, _ := must(openFolder(b.dir)).load()
	x.byID["i120"].Day = "2046-01-01"
	x.put(&entry{ID: "i101", Day: "2026-05-01"})
	if err := must(openFolder(b.dir)).save(x); err != nil {
		t.Fatal(err)
	}
	b.server.Change(func() { b.server.Activities = append(b.server.Activities, run(28), run(1)) })
	if r := b.mustSync(); r.New != 2 || r.Full {
		t.Errorf("report %+v", r)
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

func TestEditsAndDeletions(t *testing.T) {
	b := newBench(t, run(1), run(2), run(3), run(28), run(29), run(30))
	b.mustSync()
	b.server.Requests()
	edit := func(day int, f func(*icutest.Activity)) {
		b.server.Change(func() {
			i := slices.IndexFunc(b.server.Activities, func(a icutest.Activity) bool { return a.ID == fmt.Sprintf("i%d", 100+day) })
			f(&b.server.Activities[i])
		})
	}
	remove := func(day int) {
		b.server.Change(func() {
			b.server.Activities = slices.DeleteFunc(b.server.Activities, func(a icutest.Activity) bool { return a.ID == fmt.Sprintf("i%d", 100+day) })
		})
	}
	cropped := func(a *icutest.Activity) { a.Distance = 5000; a.FIT = icutest.FIT("cropped") }
	renamed := func(a *icutest.Activity) { a.Name = "Another name"; a.Type = "Ride" }
	for _, first := range []int{1, 28} { // old ones and recent ones
		edit(first, cropped)
		edit(first+1, renamed)
		remove(first + 2)
	}

	r := b.mustSync()
	if r.Updated != 2 || r.Deleted != 1 || r.New != 0 || r.Full {
		t.Errorf("recent days: %+v", r)
	}
	if got := fileRequests(b.server.Requests()); !slices.Equal(got, []string{"/api/v1/activity/i128/fit-file"}) {
		t.Errorf("recent days: asked for %v", got)
	}
	if files := b.files(); files["i128.fit"] != string(icutest.FIT("cropped")) || files["i130.fit"] != "" {
		t.Errorf("recent days: files %q", files)
	}

	b.clock.t = b.clock.t.Add(29 * 24 * time.Hour)
	if r := b.mustSync(); r.Changed() || r.Full {
		t.Errorf("a month later: %+v", r)
	}
	b.clock.t = b.clock.t.Add(24 * time.Hour)
	r = b.mustSync()
	if r.Updated != 2 || r.Deleted != 1 || r.New != 0 || !r.Full {
		t.Errorf("full: %+v", r)
	}
	if got, want := b.recordings(), "i101.fit i102.fit i128.fit i129.fit"; got != want {
		t.Errorf("files %s, want %s", got, want)
	}
	for _, e := range b.entries() {
		if wants := strings.HasSuffix(e.Activity.ID, "2") || strings.HasSuffix(e.Activity.ID, "9"); wants != (e.Activity.Sport == "Ride") {
			t.Errorf("%s is called %q, a %s", e.Activity.ID, e.Activity.Name, e.Activity.Sport)
		}
	}
	b.server.Requests()
	b.o.Full = true
	if r := b.mustSync(); r.Changed() || !r.Full || len(fileRequests(b.server.Requests())) != 0 {
		t.Errorf("full again: %+v", r)
	}
}

func TestFullAsksAgainForMissingFiles(t *testing.T) {
	b := newBench(t, run(20, withoutFile))
	b.mustSync()
	b.server.Requests()
	b.server.Change(func() { b.server.Activities[0].FIT = icutest.FIT("late") })
	if r := b.mustSync(); r.New != 0 || len(fileRequests(b.server.Requests())) != 0 {
		t.Errorf("asked again although nothing changed: %+v", r)
	}
	b.o.Full = true
	if r := b.mustSync(); r.New != 1 || r.Files != 1 {
		t.Errorf("full: %+v", r)
	}
}

func TestAnEmptyListDeletesNothing(t *testing.T) {
	b := newBench(t, run(20), run(21))
	b.mustSync()
	b.server.Change(func() { b.server.Activities = nil })
	b.o.Full = true
	r := b.mustSync()
	if r.Deleted != 0 || r.Files != 2 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "lists no activity") {
		t.Errorf("report %+v", r)
	}
}

func TestAnotherAthlete(t *testing.T) {
	b := newBench(t, run(20))
	b.mustSync()
	b.o.Key.Athlete = ownAthlete
	b.server.Change(func() { b.server.Activities = []icutest.Activity{run(3)} })
	if r := b.mustSync(); !r.Full || r.New != 1 || r.Deleted != 1 || b.recordings() != "i103.fit" {
		t.Errorf("report %+v, files %s", r, b.recordings())
	}
}

func TestDamagedIndex(t *testing.T) {
	damage := map[string]func(path string) error{
		"cut off":       func(path string) error { return os.Truncate(path, 40) },
		"missing":       os.Remove,
		"of the future": func(path string) error { return os.WriteFile(path, []byte(`{"version":3,"activities":[]}`), 0o600) },
		"not JSON":      func(path string) error { return os.WriteFile(path, []byte("\x00\x00"), 0o600) },
		"another id":    func(path string) error { return replaceIn(path, `"id":"i120"`, `"id":"i121"`) },
		"another file":  func(path string) error { return replaceIn(path, `"file":"i120.fit"`, `"file":"i118.fit"`) },
		"another sum":   func(path string) error { return replaceIn(path, `{"sum":"`, `{"sum":"0`) },
		"no sum":        func(path string) error { return replaceIn(path, `{"sum":`, `{"sun":`) },
	}
	for name, f := range damage {
		t.Run(name, func(t *testing.T) {
			odd := run(19, func(a *icutest.Activity) { a.ID = "i12345:77"; a.FIT = icutest.FIT("odd") })
			b := newBench(t, run(20), odd, run(18))
			b.mustSync()
			b.server.Requests()
			if err := f(filepath.Join(b.dir, indexName)); err != nil {
				t.Fatal(err)
			}
			if got := b.entries(); len(got) != 2 || got[0].Open == nil {
				t.Errorf("without the index there are %d entries, want the two whose names are ids", len(got))
			}
			r := b.mustSync()
			if asked := fileRequests(b.server.Requests()); len(asked) != 0 || r.Files != 3 || len(r.Notes) != 1 {
				t.Errorf("asked for %v, report %+v", asked, r)
			}
			if e := b.entries()[2]; e.Activity.Name != "Run of i120" {
				t.Errorf("the name is %q", e.Activity.Name)
			}
			if r := b.mustSync(); r.Changed() || r.Full || len(r.Notes) != 0 {
				t.Errorf("afterwards: %+v", r)
			}
		})
	}
}

func TestFileDeletedByHand(t *testing.T) {
	b := newBench(t, run(1), run(20))
	b.mustSync()
	b.server.Requests()
	os.Remove(filepath.Join(b.dir, "i101.fit"))
	os.Truncate(filepath.Join(b.dir, "i120.fit"), 3)
	if e := b.entries()[0]; e.Skip == nil || e.Skip.Reason != ReasonPending {
		t.Errorf("entry %+v", e)
	}
	r := b.mustSync()
	if r.Files != 2 || b.files()["i120.fit"] != string(icutest.FIT("i120")) || b.files()["i101.fit"] != string(icutest.FIT("i101")) {
		t.Errorf("report %+v, files %q", r, b.files())
	}
}

func replaceIn(path, old, replacement string) error {
	text, err := os.ReadFile(path)
	if err == nil && strings.Count(string(text), old) != 1 {
		err = fmt.Errorf("%s is there %d times", old, strings.Count(string(text), old))
	}
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.Replace(string(text), old, replacement, 1)), 0o600)
}

// A file that is not what was fetched is never read for what it was, and fetched again.
func TestDamagedFile(t *testing.T) {
	b := newBench(t, run(1), run(20))
	b.mustSync()
	b.server.Requests()
	name := filepath.Join(b.dir, "i120.fit")
	text := []byte(b.files()["i120.fit"])
	text[len(text)/2] ^= 1
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{nil, errDamaged} {
		f, err := b.entries()[i].Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(f); !errors.Is(err, want) {
			t.Errorf("entry %d: %v, want %v", i, err, want)
		}
		f.Close()
	}
	r := b.mustSync()
	if asked := fileRequests(b.server.Requests()); len(asked) != 1 || r.Files != 2 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "1 file in the cache folder had been damaged") {
		t.Errorf("asked for %v, report %+v", asked, r)
	}
	if b.files()["i120.fit"] != string(icutest.FIT("i120")) {
		t.Error("the file is not the right one again")
	}
	if r := b.mustSync(); r.Changed() || len(r.Notes) != 0 {
		t.Errorf("afterwards: %+v", r)
	}
}

// An index from before there were checksums is read, and completed.
func TestIndexWithoutSums(t *testing.T) {
	b := newBench(t, run(1), run(20))
	b.mustSync()
	path := filepath.Join(b.dir, indexName)
	text := b.files()[indexName]
	text = regexp.MustCompile(`"sum":"[0-9a-f]*",|,"sha256":"[0-9a-f]*"`).ReplaceAllString(text, "")
	text = strings.Replace(text, `"version":2`, `"version":1`, 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b.server.Requests()
	r := b.mustSync()
	if asked := fileRequests(b.server.Requests()); len(asked) != 0 || len(r.Notes) != 0 || r.Files != 2 {
		t.Errorf("asked for %v, report %+v", asked, r)
	}
	if text := b.files()[indexName]; strings.Count(text, `"sha256":"`) != 2 || !sumRight([]byte(text)) {
		t.Errorf("the index is %s", text)
	}
}
