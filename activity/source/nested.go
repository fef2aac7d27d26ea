package source

import (
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"heatmapgen/internal/scratch"
)

// A nest holds the zips inside a folder or a zip open, as Garmin's export has them: all recordings in
// DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip and so on.
type nest struct {
	where  string // the source, for errors
	limits Limits
	open   []io.Closer
	steady []*steadyZip // those that are read in place
	used   int64        // bytes unpacked
}

// isNested tells whether a file of a tree is a zip by its name.
func isNested(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

// unpack lists the zip f of a tree. The names begin with that of the zip, as if it were a folder. A zip deeper inside
// is not opened. A *ReadError or *LimitError is about the source; another error says what is wrong with this zip.
func (n *nest) unpack(f *file) (*tree, error) {
	// It is never held, so that it is large is no reason against it.
	if f.refuse != nil && !f.onlyLarge(n.limits) {
		return nil, fmt.Errorf("%s: %s", f.refuse.Reason, f.refuse.Detail)
	}
	t, err := n.inside(f)
	if err != nil {
		return nil, err
	}
	for i := range t.files {
		t.files[i].name = f.name + "/" + t.files[i].name
	}
	t.index()
	for i := range t.unread {
		t.unread[i].File = f.name + "/" + t.unread[i].File
	}
	return t, nil
}

// inside lists the zip f: in place where it lies in a folder, else unpacked to the folder of temporary files.
func (n *nest) inside(f *file) (*tree, error) {
	if f.zip != nil {
		z, err := f.zip()
		if err != nil {
			return nil, err
		}
		n.open, n.steady = append(n.open, z), append(n.steady, z)
		return z.tree, nil
	}
	if n.used += f.size; n.used > n.limits.TotalBytes {
		return nil, &LimitError{fmt.Sprintf("%s holds more than %d GB of zips inside", n.where, n.limits.TotalBytes>>30), "max_total_gb"}
	}
	packed, err := f.raw()
	if err != nil {
		return nil, in(f.name, err)
	}
	defer packed.Close()
	failed := func(err error) error {
		return &ReadError{Where: n.where, Path: f.name, Err: fmt.Errorf("unpacking it to the folder of temporary files %s: %w", os.TempDir(), err),
			Remedy: "free some space there, or set TMPDIR to a folder on another disk"}
	}
	temp, err := scratch.Unnamed(os.TempDir(), "zip")
	if err != nil {
		return nil, failed(err)
	}
	n.open = append(n.open, &tempZip{temp})
	if _, err := io.Copy(scratchWriter{temp, failed}, packed); err != nil {
		return nil, err
	}
	t, _, err := readZip(temp, f.size, f.name, n.limits)
	return t, err
}

// A scratchWriter marks the errors of writing, to tell them from those of what is written.
type scratchWriter struct {
	w      io.Writer
	failed func(error) error
}

func (s scratchWriter) Write(p []byte) (int, error) {
	k, err := s.w.Write(p)
	if err != nil {
		err = s.failed(err)
	}
	return k, err
}

// check tells that the zips that are read in place are what they were.
func (n *nest) check() error {
	for _, z := range n.steady {
		if err := z.check(); err != nil {
			return err
		}
	}
	return nil
}

// close closes all zips. Their files cannot be opened after that.
func (n *nest) close() {
	for _, c := range n.open {
		c.Close()
	}
	n.open, n.steady = nil, nil
}

// A tempZip is a temporary file that goes when it is closed.
type tempZip struct{ file *os.File }

func (t *tempZip) Close() error {
	scratch.Discard(t.file)
	return nil
}
