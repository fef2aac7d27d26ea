package source

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rawZip writes members just as their headers say, whatever they hold.
func rawZip(t testing.TB, members ...zip.FileHeader) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, h := range members {
		m, err := w.CreateRaw(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Write(make([]byte, h.CompressedSize64)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return tempFile(t, "raw.zip", b.Bytes())
}

func TestHostileMembers(t *testing.T) {
	link := zip.FileHeader{Name: "link.gpx"}
	link.SetMode(0o777 | os.ModeSymlink)
	tests := []struct {
		name   string
		member zip.FileHeader
		want   []string
		note   string
	}{
		{"bomb", zip.FileHeader{Name: "a.gpx", Method: zip.Deflate, CompressedSize64: 2000, UncompressedSize64: 2 << 20}, []string{"files:a.gpx a.gpx [file too large]"}, ""},
		{"small and dense is fine", zip.FileHeader{Name: "a.gpx", Method: zip.Deflate, CompressedSize64: 500, UncompressedSize64: 1 << 20}, []string{"files:a.gpx a.gpx"}, ""},
		{"absurd size", zip.FileHeader{Name: "a.gpx", Method: zip.Deflate, CompressedSize64: 9, UncompressedSize64: 1 << 40}, []string{"files:a.gpx a.gpx [file too large]"}, ""},
		{"size beyond int64", zip.FileHeader{Name: "a.gpx", Method: zip.Deflate, CompressedSize64: 9, UncompressedSize64: 1<<64 - 2}, []string{"files:a.gpx a.gpx [file too large]"}, ""},
		{"encrypted", zip.FileHeader{Name: "a.gpx", Flags: 1, CompressedSize64: 9, UncompressedSize64: 9}, []string{"files:a.gpx a.gpx [file encrypted]"}, ""},
		{"method of Windows", zip.FileHeader{Name: "a.gpx", Method: 9, CompressedSize64: 9, UncompressedSize64: 9}, []string{"files:a.gpx a.gpx [compression unknown]"}, ""},
		{"parent folder", zip.FileHeader{Name: "x/../../a.gpx", CompressedSize64: 9, UncompressedSize64: 9}, nil, "names lead outside"},
		{"parent folder of Windows", zip.FileHeader{Name: `x\..\..\a.gpx`, CompressedSize64: 9, UncompressedSize64: 9}, nil, "names lead outside"},
		{"absolute", zip.FileHeader{Name: "/etc/a.gpx", CompressedSize64: 9, UncompressedSize64: 9}, nil, "names lead outside"},
		{"drive", zip.FileHeader{Name: `C:\a.gpx`, CompressedSize64: 9, UncompressedSize64: 9}, nil, "names lead outside"},
		{"long name", zip.FileHeader{Name: strings.Repeat("x/", 3000) + "a.gpx", CompressedSize64: 9, UncompressedSize64: 9}, nil, "names lead outside"},
		{"symbolic link", link, nil, "link was not followed"},
		{"folder of Windows", zip.FileHeader{Name: `x.gpx\`}, nil, ""},
		{"old code page", zip.FileHeader{Name: "\x81ber.gpx", NonUTF8: true, CompressedSize64: 1, UncompressedSize64: 1}, []string{"files:über.gpx über.gpx"}, ""},
		{"dots and doubled slashes", zip.FileHeader{Name: "./x//a.gpx", CompressedSize64: 9, UncompressedSize64: 9}, []string{"files:x/a.gpx x/a.gpx"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := list(t, OpenFiles, rawZip(t, tt.member))
			diff(t, lines(l), tt.want)
			if tt.note == "" {
				wantNotes(t, l)
			} else {
				wantNotes(t, l, tt.note)
			}
		})
	}
}

func TestDuplicateMembers(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, data := range []string{"first", "second"} {
		m, err := w.Create("a.gpx")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(m, data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	l := list(t, OpenFiles, tempFile(t, "twice.zip", b.Bytes()))
	diff(t, lines(l), []string{"files:a.gpx a.gpx"})
	wantNotes(t, l, "1 name occurs more than once")
	if got := content(t, &l.Entries[0]); got != "first" {
		t.Errorf("content %q", got)
	}
}

// A member that inflates to more than its directory entry admits is cut off with
// an error.
func TestLyingSize(t *testing.T) {
	data, err := os.ReadFile(fixture{"a.gpx": strings.Repeat("0123456789", 1000)}.zip(t))
	if err != nil {
		t.Fatal(err)
	}
	// The size stands 24 bytes into the central directory's header (APPNOTE 4.3.12).
	at := bytes.Index(data, []byte("PK\x01\x02")) + 24
	if binary.LittleEndian.Uint32(data[at:]) != 10_000 {
		t.Fatal("the size is not where it was expected")
	}
	binary.LittleEndian.PutUint32(data[at:], 100)
	l := list(t, OpenFiles, tempFile(t, "lie.zip", data))
	r, err := l.Entries[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err == nil || len(got) > 100 {
		t.Errorf("%d bytes and error %v, want at most 100 and an error", len(got), err)
	}
}

func TestCappedReader(t *testing.T) {
	for _, size := range []int{0, 1, 7, 8} {
		c := &cappedReader{io.NopCloser(strings.NewReader(strings.Repeat("x", size))), "a.gpx", 7}
		got, err := io.ReadAll(c)
		if len(got) != min(size, 7) || (err != nil) != (size > 7) {
			t.Errorf("of %d bytes %d were read, error %v", size, len(got), err)
		}
		if size > 7 {
			if n, err := c.Read(make([]byte, 5)); n != 0 || err == nil {
				t.Errorf("%d more bytes behind the error, %v", n, err)
			}
		}
	}
}

// A recording that is being written while the map is built.
func TestFileThatGrows(t *testing.T) {
	dir := fixture{"a.gpx": "short"}.folder(t)
	l := list(t, OpenFiles, dir)
	r, err := l.Entries[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := os.WriteFile(filepath.Join(dir, "a.gpx"), []byte("longer than before"), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	wantReadError(t, err, "a.gpx", "changed while it was read: it is longer than 5 bytes")
	if string(got) != "longe" {
		t.Errorf("read %q", got)
	}
	_, err = l.Entries[0].Open()
	wantReadError(t, err, "a.gpx", "it has 18 bytes and had 5")
}

func TestFolderLinks(t *testing.T) {
	outside := fixture{"secret.gpx": "x"}.folder(t)
	dir := fixture{"a.gpx": "x", "sub/b.gpx": "x"}.folder(t)
	for link, target := range map[string]string{
		"out.gpx":    filepath.Join(outside, "secret.gpx"),
		"out":        outside,
		"in.gpx":     "a.gpx",
		"loop":       ".",
		"sub/up.gpx": "../a.gpx",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("this system has no symbolic links: ", err)
		}
	}
	l := list(t, OpenFiles, dir)
	diff(t, lines(l), []string{"files:a.gpx a.gpx", "files:sub/b.gpx sub/b.gpx"})
	wantNotes(t, l, "5 links were not followed (symbolic links): in.gpx, loop, out, ...")

	// A file swapped for a link between listing and opening leads nowhere.
	if err := os.Remove(filepath.Join(dir, "a.gpx")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, "secret.gpx"), filepath.Join(dir, "a.gpx")); err != nil {
		t.Fatal(err)
	}
	if r, err := l.Entries[0].Open(); err == nil {
		r.Close()
		t.Error("a link out of the folder was followed")
	}
}

func TestReadAfterClose(t *testing.T) {
	l := list(t, OpenFiles, fixture{"a.gpx": strings.Repeat("x", 1000)}.zip(t))
	r, err := l.Entries[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Read(make([]byte, 10)); err == nil {
		t.Error("read after close")
	}
}

// FuzzZip: no zip makes listing and reading panic or return more than announced.
func FuzzZip(f *testing.F) {
	for _, files := range []fixture{stravaFixture(), {"a.gpx": "x"}} {
		data, err := os.ReadFile(files.zip(f))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		members, _, err := readZip(bytes.NewReader(data), int64(len(data)), "fuzz.zip", DefaultLimits)
		if err != nil {
			return
		}
		p := &place{where: "fuzz.zip", list: func(context.Context) (*tree, error) { return members, nil }}
		for _, s := range []Source{&stravaSource{p}, &filesSource{place: p}} {
			l, err := s.List(context.Background())
			if err != nil {
				continue
			}
			for _, e := range l.Entries {
				if e.Skip != nil {
					continue
				}
				r, err := e.Open()
				if err != nil {
					continue
				}
				if n, _ := io.Copy(io.Discard, r); n > e.Size {
					t.Errorf("%s: %d bytes, announced %d", e.Path, n, e.Size)
				}
				r.Close()
			}
		}
	})
}
