package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/internal/message"
)

// The proof that nothing damaged in the cache gets onto the map: a small site with an excluded activity, whose cache is
// damaged in every way of a list, at random, and built twice after each. No byte of archive and page may differ from a
// build without any cache.

// proofDamages is how many damages TestDamagedCacheChangesNothing does with HEATMAPGEN_PROOF=1; otherwise it does each once.
const proofDamages = 1000

// cacheFiles are the contents of the cache's files by what their names end in after that of the database: "", "-wal", "-journal".
type cacheFiles map[string][]byte

// A damageSite is a small site, and caches of it to damage.
type damageSite struct {
	*site
	old []byte // the archive that is there before each build, whose scales are kept
	// want are the archive and the page of a build without a cache.
	want [2][]byte
	// caches are those of this site: of a build that ended, one that was killed and left its log, and one that was killed
	// and left a journal. fewer is that of a build before the last activity came.
	ended, killed, journal, fewer cacheFiles
	// other is the cache of another site.
	other cacheFiles
}

func newDamageSite(t *testing.T) *damageSite {
	t.Helper()
	d := &damageSite{site: newSite(t)}
	d.cfg.Render.MaxZoom = 13
	d.cfg.Filter.Exclude = []string{"files:secret.gpx"}
	for i := range 12 {
		d.run(fmt.Sprintf("run%d.gpx", i), uint64(i+1), 48.1+0.2*float64(i/3), 9.2, 250)
	}
	d.run("secret.gpx", 20, 48.12, 9.25, 150)
	d.file("broken.gpx", `<?xml version="1.0"?><gpx><trk><trkseg><trkpt lat="x"`)

	// An excluded activity is not even read where the source knows its sport, but it is in the cache if it was ever
	// drawn, as one that was excluded only now is.
	exclude := d.cfg.Filter.Exclude
	d.cfg.Filter.Exclude = nil
	d.mustBuild(1)
	d.cfg.Filter.Exclude = exclude
	d.mustBuild(1)
	d.old = d.archive()
	d.fewer = d.cache()
	d.run("new.gpx", 7, 48.1, 9.21, 150)
	d.mustBuild(1)
	d.ended = d.cache()
	d.killed = d.whileOpen("PRAGMA journal_mode = WAL", trackTable)
	d.journal = d.whileOpen("PRAGMA journal_mode = DELETE", cellTable)

	d.forgetCache()
	d.restore(nil)
	d.want = d.outcome("without a cache")

	// The other site has the same places, and so the same cells, but other activities: the excluded one among them.
	o := newSite(t)
	o.cfg.Render.MaxZoom = 13
	o.run("a.gpx", 20, 48.12, 9.25, 150)
	for i := range 12 {
		o.run(fmt.Sprintf("run%d.gpx", i), uint64(i+30), 48.1+0.2*float64(i/3), 9.2, 250)
	}
	o.mustBuild(1)
	d.other = o.cache()
	return d
}

// cache returns the files of the cache.
func (s *site) cache() cacheFiles {
	s.t.Helper()
	files := cacheFiles{}
	for _, suffix := range []string{"", "-wal", "-journal"} {
		b, err := os.ReadFile(filepath.Join(s.cfg.Cache, cacheFile+suffix))
		if err == nil {
			files[suffix] = b
		} else if suffix == "" {
			s.t.Fatal(err)
		}
	}
	return files
}

// whileOpen returns the files of the cache as a process leaves them that is killed while it writes every row of a table anew.
func (d *damageSite) whileOpen(mode, table string) cacheFiles {
	d.t.Helper()
	path := filepath.Join(d.cfg.Cache, cacheFile)
	db, err := openCacheFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var files cacheFiles
	for _, query := range []string{mode, "PRAGMA cache_size = 4", "PRAGMA wal_autocheckpoint = 0", "PRAGMA synchronous = FULL"} {
		if _, err := db.Exec(query); err != nil {
			d.t.Fatal(err)
		}
	}
	rewrite := func(commit bool) {
		tx, err := db.Begin()
		if err != nil {
			d.t.Fatal(err)
		}
		defer tx.Rollback()
		for _, query := range []string{"CREATE TEMP TABLE kept AS SELECT * FROM " + table, "DELETE FROM " + table,
			"INSERT INTO " + table + " SELECT * FROM kept ORDER BY id", "DROP TABLE kept"} {
			if _, err := tx.Exec(query); err != nil {
				d.t.Fatal(err)
			}
		}
		if commit {
			if err := tx.Commit(); err != nil {
				d.t.Fatal(err)
			}
		}
		files = d.cache()
	}
	rewrite(strings.HasSuffix(mode, "WAL"))
	if len(files) < 2 {
		d.t.Fatalf("%s leaves nothing beside the database", mode)
	}
	return files
}

// restore puts the old archive and a cache in place.
func (d *damageSite) restore(files cacheFiles) {
	d.t.Helper()
	d.write(filepath.Join(d.cfg.Output, ArchiveName), d.old)
	if err := os.Remove(filepath.Join(d.cfg.Output, PageName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.t.Fatal(err)
	}
	if err := os.MkdirAll(d.cfg.Cache, 0o700); err != nil {
		d.t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		path := filepath.Join(d.cfg.Cache, cacheFile+suffix)
		os.Remove(path)
		if b, ok := files[suffix]; ok {
			d.write(path, b)
		}
	}
}

// outcome builds and returns archive and page.
func (d *damageSite) outcome(what string) [2][]byte {
	d.t.Helper()
	if _, err := d.build(2); err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
	return d.made()
}

func (d *damageSite) made() [2][]byte {
	d.t.Helper()
	page, err := os.ReadFile(filepath.Join(d.cfg.Output, PageName))
	if err != nil {
		d.t.Fatal(err)
	}
	return [2][]byte{d.archive(), page}
}

func TestDamagedCacheChangesNothing(t *testing.T) {
	d := newDamageSite(t)
	count := len(damages)
	if os.Getenv("HEATMAPGEN_PROOF") == "1" {
		count = proofDamages
	}
	if plain, err := d.build(2); err != nil || plain.Skipped["excluded"] != 1 || plain.Drawn != 13 {
		t.Fatalf("the site is not as it should be: %+v, %v", plain, err)
	}
	noticed, tried := map[string]int{}, map[string]int{}
	builds := 0
	for i := range count {
		rng := rand.New(rand.NewPCG(uint64(i), 6))
		damage := damages[i%len(damages)]
		f := cacheFiles{}
		from := "the cache of the build before"
		f.become(d.ended)
		// Where the last activity is not in the cache yet, the build writes into what is damaged.
		if rng.IntN(2) == 0 {
			from = "the cache without the last activity"
			f.become(d.fewer)
		}
		damage.spoil(d, rng, f)
		what := fmt.Sprintf("damage %d, %s, to %s", i, damage.name, from)
		// Every tenth damage happens while the build runs.
		late := rng.IntN(10) == 0
		if late {
			what += ", as painting begins"
		}
		told := false
		for nth := range 2 {
			builds++
			progress := &spoiler{}
			if nth == 0 {
				d.restore(f)
				if late {
					d.restore(d.fewer)
					progress.spoil = func() { d.write(filepath.Join(d.cfg.Cache, cacheFile), f[""]) }
				}
			} else {
				// The archive of before again, so that the same scales are kept.
				d.write(filepath.Join(d.cfg.Output, ArchiveName), d.old)
			}
			r, err := Build(context.Background(), d.cfg, Options{Workers: 2, Version: "test", Progress: progress, Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Fatalf("%s: build %d: %v", what, nth+1, err)
			}
			if got := d.made(); !bytes.Equal(got[0], d.want[0]) || !bytes.Equal(got[1], d.want[1]) {
				t.Errorf("%s: build %d differs from one without a cache (%d activities drawn, notes %q)", what, nth+1, r.Drawn, r.Notes)
			}
			for _, note := range message.Texts(r.Notes) {
				told = told || strings.Contains(note, "made anew") || strings.Contains(note, "cannot be used")
				if report, err := os.ReadFile(r.File); err != nil || !bytes.Contains(report, []byte(note)) {
					t.Errorf("%s: build %d: the report file does not say %q (%v)", what, nth+1, note, err)
				}
				if strings.Contains(note, "once more") || strings.Contains(note, "could not be replaced") {
					t.Errorf("%s: build %d: %s", what, nth+1, note)
				}
			}
		}
		tried[damage.name]++
		if told {
			noticed[damage.name]++
		}
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(tried)) {
		t.Logf("%3d of %3d noticed: %s", noticed[name], tried[name], name)
		total += noticed[name]
	}
	t.Logf("%d damages, %d builds after them; %d of the damages were met with, and the cache made anew", count, builds, total)
	if total < count/3 {
		t.Errorf("only %d of %d damages were noticed: they hit too little for the test to say anything", total, count)
	}
}

// A spoiler does damage as painting begins.
type spoiler struct {
	silent
	spoil func()
}

func (s *spoiler) Stage(name string, _ int64, _ string) {
	if name == "Painting" && s.spoil != nil {
		s.spoil()
	}
}

// The doctor finds in the cache what a build would only meet with if it read it.
func TestCheckCache(t *testing.T) {
	d := newDamageSite(t)
	check := func(f cacheFiles) error {
		d.restore(f)
		return CheckCache(context.Background(), d.cfg.Cache)
	}
	for name, f := range map[string]cacheFiles{"of a build": d.ended, "of a killed build": d.killed, "of another site": d.other} {
		if err := check(f); err != nil {
			t.Errorf("the cache %s: %v", name, err)
		}
	}
	finds := map[string]string{
		"the data of two rows exchanged":          "it belongs elsewhere",
		"one row's data in all":                   "it belongs elsewhere",
		"rows of one table in the other":          "its checksum is wrong",
		"a bit of a row's data":                   "its checksum is wrong",
		"data of another type":                    "its checksum is wrong",
		"the roots of the tables swapped":         "its checksum is wrong",
		"one root for both tables":                "its tables are not those",
		"a list of unused pages that are in use":  "",
		"a trunk of unused pages that are in use": "",
		"pages of two caches mixed":               "",
		"cut off":                                 "",
		"no database":                             "",
		"an index":                                "its tables are not those",
		"another schema":                          "",
		"another version":                         "another version",
		"another application":                     "another program",
	}
	for _, damage := range damages {
		want, ok := finds[damage.name]
		if !ok {
			continue
		}
		delete(finds, damage.name)
		for i := range 5 {
			f := cacheFiles{}
			f.become(d.ended)
			damage.spoil(d, rand.New(rand.NewPCG(uint64(i), 7)), f)
			if err := check(f); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", damage.name, err, want)
			}
		}
	}
	if len(finds) > 0 {
		t.Errorf("there are no such damages: %v", finds)
	}
	missing := filepath.Join(t.TempDir(), "none")
	if err := CheckCache(context.Background(), missing); err != nil {
		t.Errorf("no cache at all: %v", err)
	}
}
