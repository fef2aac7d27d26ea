package generator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
	"heatmapgen/internal/scratch"
	"heatmapgen/templates"
)

// buildVar makes the test binary a process that builds by the configuration of that name.
const buildVar = "HEATMAPGEN_TEST_BUILD"

// proofVar, set to 1, has long tests run at their full length.
const proofVar = "HEATMAPGEN_PROOF"

func init() {
	file := os.Getenv(buildVar)
	if file == "" {
		stepMain()
		return
	}
	cfg, err := config.Load(file)
	if err == nil {
		_, err = Build(context.Background(), cfg, Options{Workers: 2, Version: "test", Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)})
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// An ordeal is a small site that is built again and again, each time under another title and by a process that does not get far.
type ordeal struct {
	t      *testing.T
	site   *site
	file   string
	random *rand.Rand
	format string
	// stands is the title of the build that stands, next that of the one that is on its way.
	stands, next string
	builds       int
}

func newOrdeal(t *testing.T, seed uint64) *ordeal {
	s := newSite(t)
	s.run("run.gpx", 1, 48.1, 9.2, 120)
	o := &ordeal{t: t, site: s, file: filepath.Join(s.dir, "heatmap.toml"), random: rand.New(rand.NewPCG(seed, 2)), format: config.FormatPMTiles}
	t.Setenv("TMPDIR", filepath.Join(s.dir, "tmp"))
	if err := os.Mkdir(filepath.Join(s.dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	return o
}

// process makes ready the next build, sometimes in the other format.
func (o *ordeal) process() *exec.Cmd {
	o.t.Helper()
	if o.random.IntN(4) == 0 {
		o.format = map[string]string{config.FormatPMTiles: config.FormatMBTiles, config.FormatMBTiles: config.FormatPMTiles}[o.format]
	}
	o.builds++
	o.next = fmt.Sprintf("Map %d", o.builds)
	text := fmt.Sprintf("title = %q\noutput = \"site\"\ncache = \"cache\"\nformat = %q\n[[source]]\ntype = \"files\"\npath = \"files\"\n[render]\nmax_zoom = 8\n", o.next, o.format)
	if err := os.WriteFile(o.file, []byte(text), 0o644); err != nil {
		o.t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		o.t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), buildVar+"="+o.file)
	return cmd
}

// look returns the title of the pair that is there, "" when page and archive are not of one build.
func (o *ordeal) look() string {
	o.t.Helper()
	page, err := os.ReadFile(filepath.Join(o.site.cfg.Output, PageName))
	if err != nil {
		o.t.Fatal(err)
	}
	address, err := templates.ArchiveURL(page)
	if err != nil {
		o.t.Fatal(err)
	}
	name, version, _ := strings.Cut(address, "?v=")
	path := filepath.Join(o.site.cfg.Output, name)
	if hash, err := fileHash(path); err != nil || hash != version {
		return ""
	}
	s, err := OpenSite(path)
	if err != nil {
		o.t.Fatal(err)
	}
	defer s.Close()
	if !strings.Contains(string(page), "<title>"+s.Title+"</title>") {
		return ""
	}
	return s.Title
}

// start is the next start of the program, after which there must be one whole site, the old or the new, and nothing else. A reader
// or a build starts.
func (o *ordeal) start(what string) {
	o.t.Helper()
	if o.random.IntN(2) == 0 {
		if path, err := FindArchive(o.site.cfg.Output); err != nil {
			o.t.Errorf("%s: %v", what, err)
		} else if findings, err := Verify(context.Background(), path, judge.PMTiles); err != nil || len(findings) > 0 {
			o.t.Errorf("%s: verify: %q, %v", what, findings, err)
		}
		if title := o.look(); title != o.stands && title != o.next {
			o.t.Errorf("%s, for a reader: the site is %q, before it was %q and was to be %q", what, title, o.stands, o.next)
		}
	}
	cfg, err := config.Load(o.file)
	if err != nil {
		o.t.Fatal(err)
	}
	place, err := openWorkplace(cfg)
	if err != nil {
		o.t.Fatalf("%s: %v", what, err)
	}
	place.close()
	title := o.look()
	if title != o.stands && title != o.next {
		o.t.Errorf("%s: the site is %q, before it was %q and was to be %q", what, title, o.stands, o.next)
	}
	o.stands = title
	path, err := FindArchive(o.site.cfg.Output)
	if err != nil {
		o.t.Fatalf("%s: %v", what, err)
	}
	if entries, err := os.ReadDir(o.site.cfg.Output); err != nil || len(entries) != 2 {
		o.t.Errorf("%s: the output has %v, %v, want %s and the page", what, entries, err, filepath.Base(path))
	}
	for _, dir := range []string{o.site.cfg.Cache, o.site.dir, filepath.Join(o.site.dir, "tmp")} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, e := range entries {
			if name := e.Name(); scratch.Ours(name) || strings.HasPrefix(name, ".") || strings.Contains(name, "tmp-") {
				o.t.Errorf("%s: left in %s: %s", what, dir, name)
			}
		}
	}
}

// whole is a build that is let be.
func (o *ordeal) whole() {
	o.t.Helper()
	if out, err := o.process().CombinedOutput(); err != nil {
		o.t.Fatalf("%v: %s", err, out)
	}
	o.start("a whole build")
	if o.stands != o.next {
		o.t.Errorf("after a whole build the site is %q, not %q", o.stands, o.next)
	}
}

// A part of a build: what comes before it makes its page, from there to its journal, and from there to its end.
type part int

const (
	building part = iota
	paging
	committing
)

// follow goes to the next part where a call begins it.
func (p *part) follow(path string) {
	if strings.Contains(path, "/."+PageName+".heatmapgen-") {
		*p = max(*p, paging)
	} else if strings.Contains(path, "/."+scratch.JournalName+".heatmapgen-") {
		*p = committing
	}
}

// lengths returns how many system calls a build has, and how many in each of its parts have to do with files.
func (o *ordeal) lengths() (all int, about [3]int) {
	var now part
	got := trace(o.t, o.process(), func(number uint64, path string) verdict {
		all++
		now.follow(path)
		if fileCalls[number] != "" {
			about[now]++
		}
		return verdict{}
	})
	if !got.status.Exited() || got.status.ExitStatus() != 0 || about[paging] < 10 || about[committing] < 20 {
		o.t.Fatalf("a traced build: %v, %s, %d calls about files", got.status, got.output, about)
	}
	o.start("a traced build")
	return all, about
}

// TestKilledBuilds kills builds before system calls: anywhere, and more often at those by which the new files get their names.
func TestKilledBuilds(t *testing.T) {
	const seed = 1
	kills := 40
	if os.Getenv(proofVar) == "1" {
		kills = 1000
	}
	o := newOrdeal(t, seed)
	o.whole()
	all, about := o.lengths()
	old, renewed, between, survived := 0, 0, 0, 0
	for k := 0; k < kills; k++ {
		in := part(o.random.IntN(3)) // building stands for anywhere
		at := 1 + o.random.IntN(all)
		if in != building {
			at = 1 + o.random.IntN(about[in])
		}
		n, now, last := 0, building, ""
		got := trace(t, o.process(), func(number uint64, path string) verdict {
			now.follow(path)
			if in == building || in == now && fileCalls[number] != "" {
				n++
			}
			last = fileCalls[number]
			return verdict{kill: n == at}
		})
		if !got.status.Signaled() {
			if survived++; survived > 2*kills {
				t.Fatalf("%d builds ended before they were killed", survived)
			}
			k--
			o.start("a build that ended before it was killed")
			continue // threads differ from run to run
		}
		if o.look() == "" {
			between++
		}
		stood := o.stands
		o.start(fmt.Sprintf("kill %d, before call %d (%s) of part %d, seed %d", k, at, last, in, seed))
		if o.stands == stood {
			old++
		} else {
			renewed++
		}
		if t.Failed() {
			t.FailNow()
		}
		if k%25 == 24 {
			o.whole()
		}
	}
	o.whole()
	t.Logf("%d kills (seed %d) of builds with %d system calls, about files %d before the page, %d before the journal, %d after: %d old pairs and %d new ones; %d were cut off between the two renames and put right; %d builds more ended before they were killed",
		kills, seed, all, about[building], about[paging], about[committing], old, renewed, between, survived)
	if old == 0 || renewed == 0 {
		t.Errorf("%d old pairs, %d new ones: the kills missed", old, renewed)
	}
}

// TestFailingCalls has one system call of a build fail, in each of three ways.
func TestFailingCalls(t *testing.T) {
	const seed = 3
	o := newOrdeal(t, seed)
	o.whole()
	_, about := o.lengths()
	type place struct {
		in part
		at int
	}
	var places []place
	for in, n := range about {
		if part(in) == building {
			for range 120 {
				places = append(places, place{building, 1 + o.random.IntN(n)})
			}
			continue
		}
		for at := range n {
			places = append(places, place{part(in), 1 + at})
		}
	}
	o.random.Shuffle(len(places), func(i, k int) { places[i], places[k] = places[k], places[i] })
	if os.Getenv(proofVar) != "1" {
		places = places[:6]
	}
	old, renewed, crashed, whole, missed := 0, 0, 0, 0, 0
	for _, p := range places {
		for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EPERM} {
			n, now, name := 0, building, ""
			got := trace(t, o.process(), func(number uint64, path string) verdict {
				now.follow(path)
				if fileCalls[number] == "" || now != p.in {
					return verdict{}
				}
				if n++; n != p.at {
					return verdict{}
				}
				name = fileCalls[number]
				return verdict{fail: errno}
			})
			what := fmt.Sprintf("call %d (%s) of part %d, seed %d, fails with %v", p.at, name, p.in, seed, errno)
			title, stood := o.look(), o.stands
			ended := got.status.Exited() && got.status.ExitStatus() == 0
			crash := strings.Contains(got.output, "fatal error:") || strings.Contains(got.output, "panic:")
			standing := strings.Contains(got.output, "the new files are in their places")
			switch {
			case crash: // as good as a kill: the runtime of Go needs some calls for itself
				crashed++
			case ended && title != o.next || !ended && !standing && title != stood || standing && title != o.next:
				t.Errorf("%s, the build says %q: the site is %q, before it was %q and was to be %q", what, got.output, title, stood, o.next)
			case name == "":
				missed++ // threads differ from run to run
			case ended:
				whole++
			}
			writes := slices.Contains([]string{"write", "pwrite64", "fsync"}, name)
			if writes && errno == syscall.ENOSPC && !ended && !crash && !standing && !strings.Contains(got.output, "the disk is full") {
				t.Errorf("%s, the build says %q", what, got.output)
			}
			o.start(what)
			if o.stands == stood {
				old++
			} else {
				renewed++
			}
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	o.whole()
	t.Logf("%d builds with a failing call (seed %d; %d ended before it): %d old pairs and %d new ones; %d builds did without the call, the runtime of Go could not %d times",
		3*len(places), seed, missed, old, renewed, whole, crashed)
}
