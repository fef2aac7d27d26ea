package source

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// wantReadError checks that err is a *ReadError with these words in it.
func wantReadError(t testing.TB, err error, want ...string) {
	t.Helper()
	if !isReadError(err) {
		t.Errorf("the error is %v, want one of the source", err)
		return
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error is %q, want %q in it", err, w)
		}
	}
}

// read opens an entry and reads it through.
func read(e *Entry) ([]byte, error) {
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// What happens to a file of a folder between listing and reading is a fault of the source.
func TestFolderThatChanges(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(path string) error
		want   string
	}{
		{"removed", os.Remove, "it is gone"},
		{"emptied", func(path string) error { return os.Truncate(path, 0) }, "it has 0 bytes and had 10"},
		{"cut", func(path string) error { return os.Truncate(path, 7) }, "it has 7 bytes and had 10"},
		{"grown", func(path string) error { return os.WriteFile(path, make([]byte, 11), 0o600) }, "it has 11 bytes and had 10"},
		{"a folder in its place", func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }, "it is no file any more"},
		{"a circle of links in its place", func(path string) error { return errors.Join(os.Remove(path), os.Symlink("a.gpx", path)) }, "a.gpx in "},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := fixture{"sub/a.gpx": "0123456789", "b.gpx": "x"}.folder(t)
			l := list(t, OpenFiles, dir)
			if err := test.change(filepath.Join(dir, "sub", "a.gpx")); err != nil {
				t.Fatal(err)
			}
			_, err := read(&l.Entries[1])
			wantReadError(t, err, "cannot read sub/a.gpx in "+dir, test.want)
			if got := content(t, &l.Entries[0]); got != "x" {
				t.Errorf("the other file holds %q", got)
			}
		})
	}
}

// A file that changes while it is open is not two halves of two files.
func TestFileThatChangesUnderTheReader(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(path string) error
		want   string
	}{
		{"cut", func(path string) error { return os.Truncate(path, 7) }, "it ends after 7 of 10 bytes"},
		{"written anew", func(path string) error {
			return errors.Join(os.WriteFile(path, []byte("9876543210"), 0o600), os.Chtimes(path, time.Time{}, time.Now().Add(time.Second)))
		}, "it was written to"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := fixture{"a.gpx": "0123456789"}.folder(t)
			l := list(t, OpenFiles, dir)
			r, err := l.Entries[0].Open()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if _, err := io.ReadFull(r, make([]byte, 4)); err != nil {
				t.Fatal(err)
			}
			if err := test.change(filepath.Join(dir, "a.gpx")); err != nil {
				t.Fatal(err)
			}
			_, err = io.ReadAll(r)
			wantReadError(t, err, "a.gpx", test.want, "try again")
		})
	}
}

// The memory of a process cannot be read at address 0: a real input/output error, for root as well.
func TestInputOutputError(t *testing.T) {
	const memory = "/proc/self/mem"
	if _, err := os.Stat(memory); err != nil {
		t.Skip("this system has no ", memory)
	}
	run := filepath.Join(t.TempDir(), "run.gpx")
	if err := os.Symlink(memory, run); err != nil {
		t.Fatal(err)
	}
	_, err := OpenFiles(run, DefaultLimits)
	wantReadError(t, err, "cannot read "+run+": the disk, or the connection to it, failed (input/output error); check the disk and try again")
	export := filepath.Join(t.TempDir(), "export.zip")
	if err := os.Symlink(memory, export); err != nil {
		t.Fatal(err)
	}
	for _, open := range []func(string, Limits) (Source, error){OpenFiles, OpenStrava} {
		if _, err := open(export, DefaultLimits); err == nil || !strings.Contains(err.Error(), export) {
			t.Errorf("the error is %v", err)
		}
	}
	f, err := os.Open(memory)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	// As a zip whose directory could be listed, and whose disk fails then.
	z := &steadyZip{file: f, where: "export.zip", opened: info}
	_, err = z.ReadAt(make([]byte, 4), 0)
	wantReadError(t, err, "cannot read export.zip: the disk, or the connection to it, failed")
}

func TestSourceThatIsGone(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"tracks", "export.zip"} {
		path := filepath.Join(dir, name)
		_, err := OpenFiles(path, DefaultLimits)
		wantReadError(t, err, "cannot read "+path+": there is no file or folder of that name; check the path of the source")
		if err := os.Symlink("/mnt/stick/"+name, path); err != nil {
			t.Fatal(err)
		}
		_, err = OpenStrava(path, DefaultLimits)
		wantReadError(t, err, "it is a link to /mnt/stick/"+name+", which is not there; connect the disk")
	}
}

// deflated returns bytes that hardly shrink, so that they lie in several reads of a zip.
func deflated() string {
	var b strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&b, "%x", uint32(i)*2654435761)
	}
	return b.String()
}

func TestZipThatChanges(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(path string) error
		// reading is what reading says, "" when it cannot notice; check what the look at the end says.
		reading, check string
	}{
		{"left alone", func(string) error { return nil }, "", ""},
		{"cut", func(path string) error { return os.Truncate(path, 1000) }, "changed while it was read: it has 1000 bytes", "it has 1000 bytes and had"},
		{"grown", func(path string) error {
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.WriteString("x")
			return err
		}, "", "bytes and had"},
		{"touched", func(path string) error { return os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)) }, "", "it was written to"},
		{"another directory, and the time set back", func(path string) error {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			at := bytes.LastIndex(data, []byte("b.gpx"))
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			if _, err := f.WriteAt([]byte("c.gpx"), int64(at)); err != nil {
				return err
			}
			return os.Chtimes(path, time.Time{}, info.ModTime())
		}, "", "it lists other files"},
		{"another zip in its place", func(path string) error {
			return errors.Join(os.WriteFile(path+".new", []byte("PK"), 0o600), os.Rename(path+".new", path))
		}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := fixture{"a.gpx": deflated(), "b.gpx": "x"}.zip(t)
			s := opened(t, OpenFiles, path)
			l := listed(t, s)
			if err := test.change(path); err != nil {
				t.Fatal(err)
			}
			got, err := read(&l.Entries[0])
			if test.reading != "" {
				wantReadError(t, err, "cannot read a.gpx in "+path, test.reading)
			} else if err != nil || string(got) != deflated() {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if err = s.Check(); test.check != "" {
				wantReadError(t, err, path, test.check)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// A zip inside a folder is read in place, so it is looked at as well.
func TestNestedZipThatChanges(t *testing.T) {
	dir := fixture{"part.zip": fixture{"a.gpx": "x"}.zipText(t)}.folder(t)
	s := opened(t, OpenFiles, dir)
	if _, err := s.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "part.zip"), time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	wantReadError(t, s.Check(), "cannot read part.zip in "+dir, "it was written to")
}

// Bytes that make no sense are the fault of one file, in a zip as in a folder.
func TestBrokenMemberIsNoFaultOfTheSource(t *testing.T) {
	path := fixture{"a.gpx": deflated(), "b.gpx": "x"}.zip(t)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 64 {
		data[len(data)/2+i] ^= 0x55
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s := opened(t, OpenFiles, path)
	l := listed(t, s)
	if _, err := read(&l.Entries[0]); err == nil || isReadError(err) {
		t.Errorf("reading the damaged member: %v", err)
	}
	if got, err := read(&l.Entries[1]); err != nil || string(got) != "x" {
		t.Errorf("reading the sound member: %q, %v", got, err)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

// overlapping returns a zip after "A better zip bomb": all members are the same bytes, each with an entry in the directory.
func overlapping(t testing.TB, members int) string {
	t.Helper()
	kernel := make([]byte, 1<<20)
	data, err := os.ReadFile(fixture{"000000.gpx": string(kernel)}.zip(t))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("PK\x01\x02"))
	end := bytes.Index(data, []byte("PK\x05\x06"))
	entry := data[at:end]
	out := slices.Clone(data[:at])
	for i := range members {
		copy(entry[46:], fmt.Sprintf("%06d.gpx", i))
		out = append(out, entry...)
	}
	tail := slices.Clone(data[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(members))
	binary.LittleEndian.PutUint16(tail[10:], uint16(members))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(entry)*members))
	return tempFile(t, "bomb.zip", append(out, tail...))
}

func TestOverlappingMembers(t *testing.T) {
	path := overlapping(t, 20_000)
	if r, err := zip.OpenReader(path); err != nil || len(r.File) != 20_000 {
		t.Fatalf("the fixture is no zip: %v", err)
	}
	for _, open := range []func(string, Limits) (Source, error){OpenFiles, OpenStrava} {
		_, err := open(path, DefaultLimits)
		if err == nil || isReadError(err) || !strings.Contains(err.Error(), path+" is a broken zip: 000000.gpx and 000001.gpx share bytes of it") {
			t.Errorf("the error is %v", err)
		}
	}
	// Inside another source it is one file that is broken.
	bomb, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{fixture{"bomb.zip": string(bomb), "a.gpx": "x"}.folder(t), fixture{"bomb.zip": string(bomb), "a.gpx": "x"}.zip(t)} {
		diff(t, lines(list(t, OpenFiles, place)), []string{"files:a.gpx a.gpx", "files:bomb.zip bomb.zip [" + ReasonNestedZip + "]"})
	}
}

// A bomb of many members of which each is just small enough.
func TestManyDenseMembers(t *testing.T) {
	dense := func(n int) string {
		members := make([]zip.FileHeader, n)
		for i := range members {
			members[i] = zip.FileHeader{Name: fmt.Sprintf("%d.gpx", i), Method: zip.Deflate, CompressedSize64: 2000, UncompressedSize64: ratioFloor}
		}
		return rawZip(t, members...)
	}
	if _, err := OpenFiles(dense(wholeFloor/ratioFloor), DefaultLimits); err != nil {
		t.Error(err)
	}
	path := dense(wholeFloor/ratioFloor + 1)
	if _, err := OpenFiles(path, DefaultLimits); err == nil || !strings.Contains(err.Error(), path+" is a broken zip: it would unpack to 1 GB from 2 MB") {
		t.Errorf("the error is %v", err)
	}
}

// Names that are not UTF-8, as old systems left them, are read and can be written down.
func TestNamesThatAreNotUTF8(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"L\xe4ufe/fr\xfch.gpx": "early", "L\xe4ufe/sp\u00e4t.gpx": "late", "a.gpx": "plain"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Skip("this system has no such names: ", err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Skip("this system has no such names: ", err)
		}
	}
	l := list(t, OpenFiles, dir)
	diff(t, lines(l), []string{"files:L%E4ufe/fr%FCh.gpx L%E4ufe/fr%FCh.gpx", "files:L%E4ufe/sp\u00e4t.gpx L%E4ufe/sp\u00e4t.gpx", "files:a.gpx a.gpx"})
	for i, want := range []string{"early", "late", "plain"} {
		if got := content(t, &l.Entries[i]); got != want {
			t.Errorf("%s holds %q, want %q", l.Entries[i].Path, got, want)
		}
	}
	wantNotes(t, l, "2 names are not UTF-8: in ids and reports, %E4 stands for a byte E4")
}

func TestTooManyFiles(t *testing.T) {
	limits := DefaultLimits
	limits.Files = 2
	files := fixture{"a.gpx": "x", "b.gpx": "x", "c.gpx": "x"}
	for name, path := range map[string]string{"folder": files.folder(t), "zip": files.zip(t), "zips in a folder": fixture{
		"1.zip": fixture{"a.gpx": "x", "b.gpx": "x"}.zipText(t), "2.zip": fixture{"c.gpx": "x", "d.gpx": "x"}.zipText(t)}.folder(t)} {
		s, err := OpenFiles(path, limits)
		if err == nil {
			defer s.Close()
			_, err = s.List(context.Background())
		}
		var limit *LimitError
		if !errors.As(err, &limit) || !strings.Contains(err.Error(), "more than 2 files") || !strings.Contains(err.Error(), "raise [limits] max_activities") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFileLimit(t *testing.T) {
	limits := DefaultLimits
	limits.FileBytes = 3 << 20
	dir := fixture{"a.gpx": strings.Repeat("x", 3<<20), "b.gpx": strings.Repeat("x", 3<<20+1)}.folder(t)
	s, err := OpenFiles(dir, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l := listed(t, s)
	diff(t, lines(l), []string{"files:a.gpx a.gpx", "files:b.gpx b.gpx [file too large]"})
	if got := l.Entries[1].Skip.Detail; got != "3 MB; the limit is 3 MB, [limits] max_file_mb" {
		t.Errorf("detail %q", got)
	}
}

// A zip inside is read in place or unpacked to a disk: it may be larger than a file that is held.
func TestLargeNestedZip(t *testing.T) {
	part := fixture{"a.gpx": deflated(), "b.gpx": "x"}.zipText(t)
	limits := DefaultLimits
	limits.FileBytes = int64(len(part)) - 1
	files := fixture{"part.zip": part}
	for name, path := range map[string]string{"folder": files.folder(t), "zip": files.zip(t)} {
		s, err := OpenFiles(path, limits)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		l := listed(t, s)
		if len(l.Entries) != 2 || content(t, &l.Entries[1]) != "x" || l.Entries[0].Skip == nil {
			t.Errorf("%s: %v", name, lines(l))
		}
	}
}

// A zip of zips that unpacks to more than a build may work on.
func TestTotalOfNestedZips(t *testing.T) {
	limits := DefaultLimits
	limits.TotalBytes = 100
	part := fixture{"a.gpx": "x"}.zipText(t)
	s, err := OpenFiles(fixture{"1.zip": part, "2.zip": part}.zip(t), limits)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = s.List(t.Context())
	var limit *LimitError
	if !errors.As(err, &limit) || limit.Setting != "max_total_gb" {
		t.Errorf("the error is %v", err)
	}
}
