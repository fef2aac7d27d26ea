package archive

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// names lists a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func TestCreateRemovesStaleFiles(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * staleAfter)
	files := map[string]bool{ // name: stays
		".heatmap.pmtiles.tmp-0123456789abcdef":   false,
		".heatmap.pmtiles.spool-0123456789abcdef": false,
		".heatmap.pmtiles.tmp-mine":               true,
		".other.pmtiles.tmp-0123456789abcdef":     true,
		"heatmap.pmtiles.tmp-0123456789abcdef":    true,
		".heatmap.pmtiles.tmp-0123456789abcdef0":  true,
		".heatmap.pmtiles.tmp-1123456789abcdef":   true, // young
	}
	for name := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if name == ".heatmap.pmtiles.tmp-1123456789abcdef" {
			continue
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	w, err := Create(filepath.Join(dir, "heatmap.pmtiles"), 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	left := names(t, dir)
	for name, stays := range files {
		if slices.Contains(left, name) != stays {
			t.Errorf("%s: there afterwards: %t, want %t", name, !stays, stays)
		}
	}
}

// TestFileIsReadable checks that a web server under another account may read the
// archive, and that no temporary file is in the way.
func TestFileIsReadable(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such permissions")
	}
	path := writeTest(t, testTiles(), testContents())
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	want, err := os.Stat(plain)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Mode() != want.Mode() {
		t.Errorf("mode %v, an ordinary file has %v", got.Mode(), want.Mode())
	}
	if left := names(t, filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left in the folder: %q", left)
	}
}

func TestCreateTargets(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "real.pmtiles")
	link := filepath.Join(dir, "link.pmtiles")
	if err := os.WriteFile(real, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	w, err := Create(link, 3, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if err := w.Add(testTiles()[0].Tile); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(t.Context(), testContents()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v", info, err)
	}
	if r, err := Open(real); err != nil {
		t.Errorf("behind the link: %v", err)
	} else {
		r.Close()
	}

	if _, err := Create(dir, 3, Options{}); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("a folder as target: %v", err)
	}
	if _, err := Create(filepath.Join(dir, "no", "such.pmtiles"), 3, Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := Create(filepath.Join(dir, "x"), 0, Options{}); err == nil {
		t.Error("no fields: no error")
	}
}
