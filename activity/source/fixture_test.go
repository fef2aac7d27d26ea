package source

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A fixture is the files of a folder or zip by their names.
type fixture map[string]string

// folder writes the files to a new folder and returns its path.
func (f fixture) folder(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range f {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// zip writes the files to a new zip, in reverse order of their names so that
// nothing rests on the order in a zip, and returns its path.
func (f fixture) zip(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	names := slices.Sorted(maps.Keys(f))
	slices.Reverse(names)
	for _, name := range names {
		m, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(m, f[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return tempFile(t, "source.zip", b.Bytes())
}

func tempFile(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t testing.TB, data string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// opened opens a source until the test ends.
func opened(t testing.TB, open func(string, Limits) (Source, error), path string) Source {
	t.Helper()
	s, err := open(path, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// listed lists what a source has.
func listed(t testing.TB, s Source) *Listing {
	t.Helper()
	l, err := s.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// list opens a source and lists it; the source is closed with the test.
func list(t testing.TB, open func(string, Limits) (Source, error), path string) *Listing {
	t.Helper()
	return listed(t, opened(t, open, path))
}

// lines describes the entries one a line: ID, path, and the reason of a skip.
func lines(l *Listing) []string {
	var all []string
	for _, e := range l.Entries {
		s := e.Activity.ID
		if e.Path != "" {
			s += " " + e.Path
		}
		if e.Skip != nil {
			s += " [" + e.Skip.Reason + "]"
		}
		all = append(all, s)
	}
	return all
}

// content reads what the entry's Open returns.
func content(t testing.TB, e *Entry) string {
	t.Helper()
	r, err := e.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// diff reports where two lists of lines differ.
func diff(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// wantNotes checks that there is one note for each wanted text, and no other.
func wantNotes(t testing.TB, l *Listing, want ...string) {
	t.Helper()
	if len(l.Notes) != len(want) {
		t.Errorf("notes %q, want %q", l.Notes, want)
		return
	}
	for i, w := range want {
		if !strings.Contains(l.Notes[i].Text, w) {
			t.Errorf("note %q, want %q", l.Notes[i], w)
		}
	}
}

// Beginnings of recordings, enough to be told by.
var (
	fitHead = "\x0e\x20\x00\x00\x10\x00\x00\x00.FIT\x00\x00"
	gpxHead = "\ufeff<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<gpx version=\"1.1\"></gpx>"
	tcxHead = "          <?xml version=\"1.0\"?>\n<TrainingCenterDatabase></TrainingCenterDatabase>"
)
