package scratch

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// holdVar makes the test binary a process that makes a scratch file and folder in the folder that it names, says so, and
// waits until it is killed.
const holdVar = "HEATMAPGEN_TEST_HOLD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdVar); dir != "" {
		f, err := Create(dir, "file", 0o600)
		if err == nil {
			_, err = f.WriteString("half")
		}
		if err == nil {
			_, err = Unnamed(dir, "unnamed")
		}
		var folder *Folder
		if err == nil {
			folder, err = CreateFolder(dir, "folder")
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(folder.Path, "tile"), []byte("half"), 0o644)
		}
		fmt.Println("made", err)
		time.Sleep(time.Hour)
	}
	os.Exit(m.Run())
}

// names lists a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// TestSweepKnowsTheLivingFromTheDead sweeps beside a process that lives, and after it was killed.
func TestSweepKnowsTheLivingFromTheDead(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), holdVar+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "made <nil>\n" {
		t.Fatalf("the process says %q, %v", line, err)
	}

	before := names(t, dir)
	want := 3 // a file, a folder, its marker
	if runtime.GOOS == "windows" {
		want = 4
	}
	if len(before) != want {
		t.Errorf("in the folder: %q, want %d", before, want)
	}
	if n, bytes := Count(dir); n != want || bytes != 4 {
		t.Errorf("counted %d of %d bytes, want %d of 4", n, bytes, want)
	}
	Sweep(dir)
	if after := names(t, dir); !slices.Equal(before, after) {
		t.Errorf("of %q only %q is left, though the process lives", before, after)
	}

	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	journal := filepath.Join(dir, JournalName)
	if err := os.WriteFile(journal, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	Sweep(dir)
	if after := names(t, dir); len(after) != want+1 {
		t.Errorf("of %q only %q is left, though a journal may speak of it", before, after)
	}
	if err := os.Remove(journal); err != nil {
		t.Fatal(err)
	}
	Sweep(dir)
	if after := names(t, dir); len(after) != 0 {
		t.Errorf("%q is left of a dead process", after)
	}
}

func TestSweepTakesNothingElse(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * staleAfter)
	files := map[string]bool{ // name: stays
		".heatmap.pmtiles.heatmapgen-0123456789abcdef":   false,
		".größe & co.png.heatmapgen-0123456789abcdef":    false,
		".heatmap.pmtiles.heatmapgen-0123456789abcdef0":  true,
		".heatmap.pmtiles.heatmapgen-0123456789abcdeg":   true,
		"heatmap.pmtiles.heatmapgen-0123456789abcdef":    true,
		".heatmapgen-0123456789abcdef":                   true,
		".heatmap.pmtiles.heatmapgen-0123456789abcdef.x": true,
		"heatmap.pmtiles": true,
		"index.html":      true,
		// Of versions that held nothing: when they are old.
		".heatmap.pmtiles.tmp-0123456789abcdef":                 false,
		".heatmap.mbtiles.spool-0123456789abcdef":               false,
		".index.html.tmp-1234":                                  false,
		"heatmap.0123456789abcdef.pmtiles.18a0b1c2d3e4f506.tmp": false,
		"index.html.18a0b1c2d3e4f506.tmp":                       false,
		"index.html.tmp":                                        true,
		".index.html.tmp-12345":                                 true, // young
		".other.html.tmp-1234":                                  true,
		".heatmap.pmtiles.tmp-mine":                             true,
	}
	for name := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if name == ".index.html.tmp-12345" {
			continue
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	outside := t.TempDir()
	kept := filepath.Join(outside, "kept")
	if err := os.WriteFile(kept, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{".a.heatmapgen-0123456789abcdef": kept, ".b.heatmapgen-0123456789abcdef.d": outside} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
		files[name] = true
	}
	Sweep(dir)
	left := names(t, dir)
	for name, stays := range files {
		if slices.Contains(left, name) != stays {
			t.Errorf("%s: there afterwards: %t, want %t", name, !stays, stays)
		}
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("behind a link: %v", err)
	}
}

// TestFolderComesBack has a folder moved aside for another that never came.
func TestFolderComesBack(t *testing.T) {
	for name, arrived := range map[string]bool{"before the new one came": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			const stem = ".tiles.heatmapgen-0123456789abcdef"
			for _, folder := range []string{stem + ".d", stem + ".old"} {
				if err := os.MkdirAll(filepath.Join(dir, folder, "5"), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, folder, "which"), []byte(folder), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, stem), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			want := stem + ".old"
			if arrived {
				want = stem + ".d"
				if err := os.Rename(filepath.Join(dir, want), filepath.Join(dir, "tiles")); err != nil {
					t.Fatal(err)
				}
			}
			Sweep(dir)
			if left := names(t, dir); len(left) != 1 || left[0] != "tiles" {
				t.Errorf("left: %q", left)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "tiles", "which")); err != nil || string(got) != want {
				t.Errorf("the folder that is there was %q, %v; want %q", got, err, want)
			}
		})
	}
}

// TestCreateBesideSweeps makes files while others sweep: none may lose its name.
func TestCreateBesideSweeps(t *testing.T) {
	dir := t.TempDir()
	done := make(chan struct{})
	var sweepers sync.WaitGroup
	for range 2 {
		sweepers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					Sweep(dir)
				}
			}
		})
	}
	for range 300 {
		f, err := Create(dir, "x", 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(f.Name()); err != nil {
			t.Fatalf("a file that is held was swept: %v", err)
		}
		Discard(f)
		if _, err := os.Lstat(f.Name()); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("a discarded file: %v", err)
		}
	}
	close(done)
	sweepers.Wait()
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}
