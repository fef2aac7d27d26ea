package intervals

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity/source"
)

// wantReadError checks that err says that the source cannot be read now.
func wantReadError(t *testing.T, err error, want string) {
	t.Helper()
	var unreadable *source.ReadError
	if !errors.As(err, &unreadable) || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want one of the source with %q", err, want)
	}
}

// A folder that cannot be read now is none that holds nothing, and a fetch must not take it for one.
func TestFolderThatCannotBeRead(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(b *bench) error
		want   string
	}{
		{"the index is a folder", func(b *bench) error {
			index := filepath.Join(b.dir, indexName)
			return errors.Join(os.Remove(index), os.Mkdir(index, 0o700))
		}, "cannot read index.json in "},
		{"the index is a circle of links", func(b *bench) error {
			index := filepath.Join(b.dir, indexName)
			return errors.Join(os.Remove(index), os.Symlink(indexName, index))
		}, "cannot read index.json in "},
		{"the folder is a link to a disk that is not there", func(b *bench) error {
			return errors.Join(os.Rename(b.dir, b.dir+".elsewhere"), os.Symlink("/mnt/stick/intervals", b.dir))
		}, "it is a link to /mnt/stick/intervals, which is not there"},
		{"the folder is a file", func(b *bench) error {
			return errors.Join(os.Rename(b.dir, b.dir+".elsewhere"), os.WriteFile(b.dir, nil, 0o600))
		}, "intervals: not a directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, run(20), run(21))
			b.mustSync()
			if err := test.change(b); err != nil {
				t.Fatal(err)
			}
			s, err := Open(b.dir)
			if err == nil {
				defer s.Close()
				_, err = s.List(t.Context())
			}
			wantReadError(t, err, test.want)
			if _, err := Sync(t.Context(), b.dir, b.o); err == nil {
				t.Error("a fetch takes the folder for an empty one")
			}
		})
	}
}

// What happens to a recording between listing and reading is no fault of the recording.
func TestRecordingThatChanges(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(path string) error
		want   string
	}{
		{"removed", os.Remove, "it is gone"},
		{"emptied", func(path string) error { return os.Truncate(path, 0) }, "it has 0 bytes and had"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, run(20))
			b.mustSync()
			s, err := Open(b.dir)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			l, err := s.List(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := test.change(filepath.Join(b.dir, "i120.fit")); err != nil {
				t.Fatal(err)
			}
			r, err := l.Entries[0].Open()
			if err == nil {
				defer r.Close()
				_, err = io.ReadAll(r)
			}
			wantReadError(t, err, test.want)
		})
	}
}
