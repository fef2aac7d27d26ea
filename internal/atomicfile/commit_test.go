package atomicfile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"heatmapgen/internal/scratch"
)

// Variables that make the test binary a process that commits or settles and kills itself before a step.
const (
	dirVar    = "HEATMAPGEN_TEST_DIR"
	doVar     = "HEATMAPGEN_TEST_DO"
	killVar   = "HEATMAPGEN_TEST_KILL"
	noLinkVar = "HEATMAPGEN_TEST_NO_LINKS"
)

func TestMain(m *testing.M) {
	dir := os.Getenv(dirVar)
	if dir == "" {
		os.Exit(m.Run())
	}
	if os.Getenv(noLinkVar) != "" {
		link = noLinks
	}
	left, _ := strconv.Atoi(os.Getenv(killVar))
	step = func(string) error {
		if left--; left == 0 {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			time.Sleep(time.Hour)
		}
		return nil
	}
	var err error
	switch os.Getenv(doVar) {
	case "commit":
		err = commitNew(dir)
	case "settle":
		err = Settle(dir)
	case "hold":
		if _, err = Hold(dir); err == nil {
			fmt.Println("held")
			time.Sleep(time.Hour)
		}
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func noLinks(string, string) error { return syscall.EPERM }

// process runs the test binary as such a process and reports whether it came to its end.
func process(t *testing.T, dir, do string, killAt int, env ...string) (ended bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), dirVar+"="+dir, doVar+"="+do, killVar+"="+strconv.Itoa(killAt))
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if len(out) > 0 {
		t.Fatalf("%s, killed at step %d: %s", do, killAt, out)
	}
	return err == nil
}

// The files of a site, and the one of the other format.
var siteNames = []string{"archive", "other", "page"}

// commitNew puts a new archive and page in the place of the old ones, and removes the other archive if there is one.
func commitNew(dir string) error {
	f, err := Hold(dir)
	if err != nil {
		return err
	}
	defer f.Release()
	if err := f.Settle(); err != nil {
		return err
	}
	var staged []*Staged
	for _, name := range []string{"archive", "page"} {
		s, err := Stage(filepath.Join(dir, name), 0o644, func(f *os.File) error { return text("new " + name)(f) })
		if err != nil {
			return err
		}
		staged = append(staged, s)
	}
	var remove []string
	if exists(filepath.Join(dir, "other")) {
		remove = append(remove, "other")
	}
	return f.Commit(staged, remove)
}

// A ground is a kind of folder to commit in. make returns the folder, and all folders in which nothing may be left.
type ground struct {
	name string
	env  []string
	old  []string // the files there
	// twice is set where the process that settles is killed as well.
	twice bool
	make  func(t *testing.T, old []string) (dir string, all []string)
}

func plainGround(t *testing.T, old []string) (string, []string) {
	dir := t.TempDir()
	for _, name := range old {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("old "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, []string{dir}
}

func linkedGround(t *testing.T, old []string) (string, []string) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	for _, name := range old {
		path := filepath.Join(dir, name)
		if name == "archive" {
			link := path
			path = filepath.Join(elsewhere, name)
			if err := os.Symlink(path, link); err != nil {
				t.Skip("no symbolic links here:", err)
			}
		}
		if err := os.WriteFile(path, []byte("old "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, []string{dir, elsewhere}
}

var grounds = []ground{
	{"a site", nil, []string{"archive", "page"}, false, plainGround},
	{"a site of the other format", nil, []string{"other", "page"}, false, plainGround},
	{"both formats", nil, siteNames, true, plainGround},
	{"an empty folder", nil, nil, false, plainGround},
	{"no second names", []string{noLinkVar + "=1"}, siteNames, false, plainGround},
	{"an archive elsewhere", nil, siteNames, false, linkedGround},
}

// judge returns "old" or "new", after what the folders hold, and fails on anything else.
func judge(t *testing.T, dir string, all, old []string) string {
	t.Helper()
	var there []string
	for _, name := range siteNames {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			there = append(there, string(content))
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	var before []string
	for _, name := range old {
		before = append(before, "old "+name)
	}
	verdict := ""
	switch {
	case slices.Equal(there, before):
		verdict = "old"
	case slices.Equal(there, []string{"new archive", "new page"}):
		verdict = "new"
	default:
		t.Errorf("mixed: %q", there)
	}
	for _, dir := range all {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			// What is left of a lock means nothing, and goes with the next one.
			if name := e.Name(); !slices.Contains(siteNames, name) && name != LockName {
				t.Errorf("left in the folder: %s", name)
			}
		}
	}
	return verdict
}

// TestKilledAtEveryStep kills a process that commits before every step, then the one that settles that before each of its own:
// in one kind of folder, or, with HEATMAPGEN_PROOF=1, in all.
func TestKilledAtEveryStep(t *testing.T) {
	for _, g := range grounds {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			g.twice = g.twice || os.Getenv("HEATMAPGEN_PROOF") == "1"
			verdicts := map[string]int{}
			for at := 1; ; at++ {
				ended := false
				for again := 1; ; again++ {
					dir, all := g.make(t, g.old)
					ended = process(t, dir, "commit", at, g.env...)
					if !g.twice {
						again = 0
					}
					settled := process(t, dir, "settle", again, g.env...)
					if err := Settle(dir); err != nil {
						t.Fatalf("killed at step %d, then %d: %v", at, again, err)
					}
					// Before there is a journal, only the next writer sweeps.
					f, err := Hold(dir)
					if err != nil {
						t.Fatal(err)
					}
					if err := f.Settle(); err != nil {
						t.Fatal(err)
					}
					f.Release()
					verdict := judge(t, dir, all, g.old)
					if t.Failed() {
						t.Fatalf("killed at step %d, then %d", at, again)
					}
					verdicts[verdict]++
					if settled || !g.twice {
						break
					}
				}
				if ended {
					break
				}
			}
			t.Log(verdicts)
			if verdicts["old"] < 3 || verdicts["new"] < 5 {
				t.Errorf("%v: the steps were not all tried", verdicts)
			}
		})
	}
}

// failing makes the steps of the given numbers fail, counted from 1, and returns what was tried.
func failing(t *testing.T, at ...int) *[]string {
	tried := &[]string{}
	step = func(what string) error {
		*tried = append(*tried, what)
		if slices.Contains(at, len(*tried)) {
			return syscall.EIO
		}
		return nil
	}
	t.Cleanup(func() { step = func(string) error { return nil } })
	return tried
}

// TestFailsAtEveryStep has every step fail, alone and together with each later one.
func TestFailsAtEveryStep(t *testing.T) {
	for _, g := range grounds {
		t.Run(g.name, func(t *testing.T) {
			if g.env != nil {
				link = noLinks
				t.Cleanup(func() { link = os.Link })
			}
			for first := 1; ; first++ {
				steps := 0
				for second := first; ; second++ {
					dir, all := g.make(t, g.old)
					tried := failing(t, first, second)
					err := commitNew(dir)
					steps = len(*tried)
					failing(t)
					if second > first && steps < second {
						break // there is no such step
					}
					alone := second == first
					var standing *StandingError
					if alone && err != nil && !errors.As(err, &standing) {
						if verdict := judge(t, dir, all, g.old); verdict != "old" {
							t.Errorf("%s failed (%v): the files are %q", (*tried)[first-1], err, verdict)
						}
					}
					if err := Settle(dir); err != nil {
						t.Fatal(err)
					}
					f, holdErr := Hold(dir)
					if holdErr != nil {
						t.Fatal(holdErr)
					}
					if err := f.Settle(); err != nil {
						t.Fatal(err)
					}
					f.Release()
					verdict := judge(t, dir, all, g.old)
					if alone && (err == nil || standing != nil) != (verdict == "new") {
						t.Errorf("%q failed (%v): the files are %q", *tried, err, verdict)
					}
					if !alone && err != nil && !errors.As(err, &standing) && !strings.Contains(err.Error(), "next start") && verdict == "new" {
						t.Errorf("%q failed (%v): the files are new", *tried, err)
					}
					if t.Failed() {
						t.Fatalf("steps %d and %d of %q failed", first, second, *tried)
					}
				}
				if steps < first {
					break
				}
			}
		})
	}
}

// TestJournalThatCannotBeTrusted has journals that say nothing, or more than they may.
func TestJournalThatCannotBeTrusted(t *testing.T) {
	dir, all := plainGround(t, siteNames)
	if process(t, dir, "commit", 6) {
		t.Fatal("the process came to its end")
	}
	journal := filepath.Join(dir, scratch.JournalName)
	whole := read(t, journal)
	outside := filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(outside, []byte("old archive"), 0o644); err != nil {
		t.Fatal(err)
	}
	evil := signed(strings.ReplaceAll(whole[:strings.Index(whole, "\n")], `"name":"other"`, fmt.Sprintf(`"name":%q`, outside)))
	for name, text := range map[string]string{"empty": "", "cut": whole[:len(whole)/2], "a bit": strings.Replace(whole, `"size":`, `"sizf":`, 1), "another folder": evil} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(journal, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := Settle(dir); err != nil {
				t.Fatal(err)
			}
			if verdict := judge(t, dir, all, siteNames); verdict != "old" {
				t.Errorf("the files are %q", verdict)
			}
			if got := read(t, outside); got != "old archive" {
				t.Errorf("outside: %q", got)
			}
		})
	}
	t.Run("another version", func(t *testing.T) {
		if err := os.WriteFile(journal, []byte(signed(`{"version":2}`)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Settle(dir); err == nil || !strings.Contains(err.Error(), "another version of heatmapgen") {
			t.Errorf("error %v", err)
		}
	})
}

// TestFilesOfAnother settles a commit whose files somebody replaced since.
func TestFilesOfAnother(t *testing.T) {
	dir, _ := plainGround(t, []string{"archive", "page"})
	if process(t, dir, "commit", 7) { // the archive is the new one, the page not yet
		t.Fatal("the process came to its end")
	}
	if got := read(t, filepath.Join(dir, "archive")); got != "new archive" {
		t.Fatalf("the archive is %q", got)
	}
	temp, err := filepath.Glob(filepath.Join(dir, ".page.heatmapgen-*"))
	if err != nil || len(temp) != 1 {
		t.Fatalf("%q, %v", temp, err)
	}
	if err := os.WriteFile(temp[0], []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "page"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Settle(dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"archive": "old archive", "page": "mine"} {
		if got := read(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestSettleOfNothing settles where there is no commit, and no folder.
func TestSettleOfNothing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, file, filepath.Join(dir, "none")} {
		if err := Settle(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	onlyFile(t, dir, "file")
}

// TestSettleWaits settles while another process holds the folder, until that has done it.
func TestSettleWaits(t *testing.T) {
	dir, _ := plainGround(t, []string{"archive", "page"})
	if process(t, dir, "commit", 7) {
		t.Fatal("the process came to its end")
	}
	f, err := Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	settled := make(chan error)
	go func() { settled <- Settle(dir) }()
	select {
	case err := <-settled:
		t.Fatalf("did not wait: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	if err := f.Settle(); err != nil {
		t.Fatal(err)
	}
	f.Release()
	if err := <-settled; err != nil {
		t.Fatal(err)
	}
	judge(t, dir, []string{dir}, []string{"archive", "page"})
}

func TestHold(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), dirVar+"="+dir, doVar+"=hold")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	if _, err := out.Read(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	_, err = Hold(dir)
	var busy *BusyError
	if !errors.As(err, &busy) || !strings.Contains(err.Error(), "another heatmapgen") || busy.Process != "" && busy.Process != strconv.Itoa(cmd.Process.Pid) {
		t.Errorf("held by another process: %v", err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()

	f, err := Hold(dir)
	if err != nil {
		t.Fatalf("held by a dead process: %v", err)
	}
	if _, err := Hold(dir); !errors.As(err, &busy) {
		t.Errorf("held by this process: %v", err)
	}
	f.Release()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

// signed makes a journal of any text.
func signed(text string) string { return fmt.Sprintf("%s\n%x\n", text, sha256.Sum256([]byte(text))) }
