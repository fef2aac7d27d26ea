package source

import (
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"heatmapgen/internal/scratch"
)

// maxNestedBytes is how much of all zips inside a zip is unpacked at most, in bytes. A Garmin export has one for some
// thousand files.
const maxNestedBytes = 8 << 30

// A nest holds the zips inside a folder or a zip open, as Garmin's export has them: all recordings in
// DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip and so on.
type nest struct {
	open []io.Closer
	used int64 // bytes unpacked
}

// isNested tells whether a file of a tree is a zip by its name.
func isNested(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

// unpack lists the zip f of a tree. The names begin with that of the zip, as if it were a folder. A zip deeper inside
// is not opened.
func (n *nest) unpack(f *file) (*tree, error) {
	if f.refuse != nil {
		return nil, fmt.Errorf("%s: %s", f.refuse.Reason, f.refuse.Detail)
	}
	r, err := n.readerAt(f)
	if err != nil {
		return nil, err
	}
	t, err := readZip(r, f.size, f.name)
	if err != nil {
		return nil, err
	}
	for i := range t.files {
		t.files[i].name = f.name + "/" + t.files[i].name
	}
	return t, nil
}

// readerAt makes a file readable in any order: in place where it lies in a folder, else unpacked to the folder of temporary files.
func (n *nest) readerAt(f *file) (io.ReaderAt, error) {
	raw, err := f.raw()
	if err != nil {
		return nil, err
	}
	if r, ok := raw.(io.ReaderAt); ok {
		n.open = append(n.open, raw)
		return r, nil
	}
	raw.Close()
	if n.used += f.size; n.used > maxNestedBytes {
		return nil, fmt.Errorf("more than %d GB of zips inside the zip: unpack it, and point the source at the folder", maxNestedBytes>>30)
	}
	in, err := f.open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	temp, err := scratch.Unnamed(os.TempDir(), "zip")
	if err != nil {
		return nil, err
	}
	n.open = append(n.open, &tempZip{temp})
	if _, err := io.Copy(temp, in); err != nil {
		return nil, err
	}
	return temp, nil
}

// close closes all zips. Their files cannot be opened after that.
func (n *nest) close() {
	for _, c := range n.open {
		c.Close()
	}
	n.open = nil
}

// A tempZip is a temporary file that goes when it is closed.
type tempZip struct{ file *os.File }

func (t *tempZip) Close() error {
	scratch.Discard(t.file)
	return nil
}
