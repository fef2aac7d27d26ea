package sysfault

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// sqliteError has the code of an error of the SQLite driver.
type sqliteError int

func (e sqliteError) Error() string { return "database or disk is full" }
func (e sqliteError) Code() int     { return int(e) }

// The errors come from the system, not from a table.
func TestReasonOfRealErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	circle := filepath.Join(dir, "circle")
	if err := os.Symlink("circle", circle); err != nil {
		t.Skip("this system has no symbolic links: ", err)
	}
	read := func(path string) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.ReadAll(f)
		return err
	}
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"gone", read(filepath.Join(dir, "gone")), "it is gone ("},
		{"a folder", read(dir), "a folder stands in its place ("},
		{"a file for a folder", read(filepath.Join(file, "x")), "a file stands where a folder should be ("},
		{"a circle", read(circle), "links lead in a circle ("},
		{"wrapped", fmt.Errorf("opening: %w", read(filepath.Join(dir, "gone"))), "it is gone ("},
		{"of SQLite", fmt.Errorf("writing: %w", sqliteError(13)), "the disk is full ("},
		{"of SQLite, extended", sqliteError(10 | 3<<8), "the disk, or the connection to it, failed ("},
		{"another", errors.New("something else"), "something else"},
	} {
		if got := Reason(test.err); len(got) < len(test.want) || got[:len(test.want)] != test.want {
			t.Errorf("%s: %q, want it to begin with %q", test.name, got, test.want)
		}
	}
}

func TestExplain(t *testing.T) {
	full := fmt.Errorf("writing tiles: %w", sqliteError(13))
	explained := Explain(full)
	if got, want := explained.Error(), "writing tiles: database or disk is full: the disk is full; free some space, or use a folder on another disk"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !errors.Is(explained, full) {
		t.Error("the error is lost")
	}
	for _, err := range []error{nil, explained, io.EOF, os.ErrNotExist} {
		if got := Explain(err); got != err {
			t.Errorf("%v is explained as %v", err, got)
		}
	}
}

func TestLinkToNothing(t *testing.T) {
	dir := t.TempDir()
	for link, target := range map[string]string{"dangling": "nowhere/at all", "sound": "."} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("this system has no symbolic links: ", err)
		}
	}
	if target, ok := LinkToNothing(filepath.Join(dir, "dangling")); !ok || target != "nowhere/at all" {
		t.Errorf("the dangling link leads to %q, %v", target, ok)
	}
	for _, name := range []string{"sound", "missing", "."} {
		if _, ok := LinkToNothing(filepath.Join(dir, name)); ok {
			t.Errorf("%s is called a dangling link", name)
		}
	}
}
