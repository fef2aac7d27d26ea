package archive

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
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

func TestCreateSweeps(t *testing.T) {
	dir, temp := t.TempDir(), t.TempDir()
	for _, path := range []string{
		filepath.Join(dir, ".heatmap.pmtiles.heatmapgen-0123456789abcdef"),
		filepath.Join(temp, ".heatmap.pmtiles.heatmapgen-123456789abcdef0"),
	} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, err := Create(filepath.Join(dir, "heatmap.pmtiles"), 1, Options{TempDir: temp})
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if left := append(names(t, dir), names(t, temp)...); len(left) != 0 {
		t.Errorf("left of dead processes: %q", left)
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

	path = filepath.Join(t.TempDir(), "heatmap.pmtiles")
	w, err := Create(path, 3, Options{Mode: 0o604})
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
	if got, err := os.Stat(path); err != nil || got.Mode() != 0o604 {
		t.Errorf("mode %v, %v, asked for 0604", got.Mode(), err)
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

	if err := os.Remove(real); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(link, 3, Options{}); err == nil || !strings.Contains(err.Error(), link+" is a link to "+real+", where there is nothing") {
		t.Errorf("a link that leads nowhere: %v", err)
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
