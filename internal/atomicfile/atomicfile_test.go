package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func onlyFile(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("in the folder: %v, want %s alone", entries, name)
	}
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "größe & co.html")
	for _, want := range []string{"first", "second, longer", ""} {
		if err := Write(path, 0o600, text(want)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, path); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	onlyFile(t, dir, filepath.Base(path))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestWriteThatFailsLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := Write(path, 0o644, text("old")); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	err := Write(path, 0o644, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return full
	})
	if !errors.Is(err, full) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	if got := read(t, path); got != "old" {
		t.Errorf("%q is left", got)
	}
	onlyFile(t, dir, "file")

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, 0o644, text("new")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	onlyFile(t, dir, "file")
}

// TestReplaceWhileOpen reads the old file to its end after the new one took its name, as a server does.
func TestReplaceWhileOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, replace := range map[string]func() error{
		"Write": func() error { return Write(path, 0o644, text("new")) },
		"ReplaceIn": func() error {
			if err := os.WriteFile(filepath.Join(dir, "temp"), []byte("new"), 0o644); err != nil {
				return err
			}
			return ReplaceIn(root, "temp", "file")
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			f, err := OpenShared(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := replace(); err != nil {
				t.Fatal(err)
			}
			old, err := io.ReadAll(f)
			if err != nil || string(old) != "old" {
				t.Errorf("the open file has %q, %v", old, err)
			}
			if got := read(t, path); got != "new" {
				t.Errorf("%q, want the new file", got)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			onlyFile(t, dir, "file")
		})
	}
}

// TestLinksStay writes through a link, and not where one leads nowhere.
func TestLinksStay(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	target, link := filepath.Join(elsewhere, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := Write(link, 0o644, text("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v", info, err)
	}
	if got := read(t, target); got != "new" {
		t.Errorf("behind the link: %q", got)
	}
	onlyFile(t, dir, "link")
	onlyFile(t, elsewhere, "target")

	if err := os.Remove(target); err != nil {
		t.Fatal(err)
	}
	err := Write(link, 0o644, text("new"))
	var dangling *DanglingError
	if !errors.As(err, &dangling) || dangling.Path != link || dangling.Target != target {
		t.Errorf("a link that leads nowhere: %v", err)
	}
	onlyFile(t, dir, "link")
}

func TestOpenSharedOfNothing(t *testing.T) {
	if _, err := OpenShared(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestPersist(t *testing.T) {
	busy, broken := errors.New("busy"), errors.New("broken")
	for _, c := range []struct {
		name       string
		answers    []error // the last one again and again
		want       error
		tries      int
		waitAtMost time.Duration
	}{
		{"at once", []error{nil}, nil, 1, 0},
		{"a scanner lets go", []error{busy, busy, nil}, nil, 3, 30 * time.Millisecond},
		{"another error is final", []error{busy, broken}, broken, 2, 10 * time.Millisecond},
		{"never", []error{busy}, busy, 12, patience + time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			tries, waited := 0, time.Duration(0)
			err := persist(func() error {
				tries++
				return c.answers[min(tries, len(c.answers))-1]
			}, func(err error) bool { return err == busy }, func(d time.Duration) { waited += d })
			if err != c.want || tries != c.tries || waited > c.waitAtMost {
				t.Errorf("%v after %d tries and %v, want %v after %d", err, tries, waited, c.want, c.tries)
			}
		})
	}
}
