package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"heatmapgen/internal/sorting"
	"heatmapgen/internal/words"
)

// A walk lists the regular files of a folder and of the folders in it. It goes through os.Root and not through package
// io/fs, which has no way to a file whose name is not UTF-8.
type walk struct {
	root   *os.Root
	where  string
	limits Limits

	files []file
	// links are the names of symbolic links, odd counts names that are not UTF-8.
	links []string
	odd   int
}

// folder lists the folder called name, "." for the whole. Whatever cannot be listed ends it, with a *ReadError: files that are
// not seen now would vanish from the map.
func (w *walk) folder(ctx context.Context, name string) error {
	// Looking at a file from the top takes a step for each folder above it.
	folder, entries, err := w.open(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	for _, entry := range entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		inside := entry.Name()
		if name != "." {
			inside = name + "/" + inside
		}
		shown := nameOf(inside)
		switch kind := entry.Type(); {
		case ignored(shown):
		case kind&fs.ModeSymlink != 0:
			w.links = append(w.links, shown)
		case kind.IsDir():
			if err := w.folder(ctx, inside); err != nil {
				return err
			}
		case kind.IsRegular():
			if err := w.file(folder, entry.Name(), inside, shown); err != nil {
				return err
			}
		}
	}
	return nil
}

// open opens a folder and returns what it holds, sorted by name.
func (w *walk) open(name string) (*os.Root, []fs.DirEntry, error) {
	failed := func(err error) (*os.Root, []fs.DirEntry, error) {
		e := &ReadError{Where: w.where, Err: err}
		if name != "." {
			e.Path = nameOf(name)
			if errors.Is(err, fs.ErrPermission) {
				e.Remedy = "give it to the user who runs heatmapgen, or move that folder elsewhere"
			}
		}
		return nil, nil, e
	}
	dir, err := w.root.Open(name)
	if err != nil {
		return failed(err)
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return failed(err)
	}
	folder, err := w.root.OpenRoot(name)
	if err != nil {
		return failed(err)
	}
	sorting.Func(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return folder, entries, nil
}

// file adds the file called base in a folder. From the top it is called name, and shown under another name.
func (w *walk) file(folder *os.Root, base, name, shown string) error {
	if len(w.files) == w.limits.Files {
		return w.limits.tooMany(w.where)
	}
	info, err := folder.Lstat(base)
	if err != nil {
		return &ReadError{Where: w.where, Path: shown, Err: err}
	}
	if !utf8.ValidString(name) {
		w.odd++
	}
	size := info.Size()
	found := file{
		name:   shown,
		size:   size,
		packed: size,
		refuse: w.limits.tooLarge(size, size),
		raw:    func() (io.ReadCloser, error) { return openIn(w.root, w.where, name, shown, size) },
	}
	if isNested(shown) {
		found.zip = func() (*steadyZip, error) {
			f, err := w.root.Open(name)
			if err != nil {
				return nil, &ReadError{Where: w.where, Path: shown, Err: err}
			}
			return openSteadyZip(f, w.where, shown, w.limits)
		}
	}
	w.files = append(w.files, found)
	return nil
}

// tree returns what was found.
func (w *walk) tree() *tree {
	t := &tree{files: w.files}
	for _, name := range w.links {
		t.leaveZones(name, "it is a link, and links are not followed")
	}
	if n := len(w.links); n > 0 {
		const most = 3
		names := words.OneLine(strings.Join(w.links[:min(n, most)], ", "))
		if n > most {
			names += ", ..."
		}
		t.note("%s not followed (symbolic links): %s; make a source of what they lead to", words.Plural(n, "link was", "links were"), names)
	}
	if w.odd > 0 {
		t.note("%s not UTF-8: in ids and reports, %%E4 stands for a byte E4 of them", words.Plural(w.odd, "name is", "names are"))
	}
	t.index()
	return t
}

// nameOf returns the name by which a file is known here: in Unicode form NFC, and with bytes that are not UTF-8
// written as %E4, so that the name can be shown, and typed into a configuration.
func nameOf(name string) string {
	if utf8.ValidString(name) {
		return norm.NFC.String(name)
	}
	var b strings.Builder
	for len(name) > 0 {
		r, size := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, "%%%02X", name[0])
		} else {
			b.WriteString(name[:size])
		}
		name = name[size:]
	}
	return norm.NFC.String(b.String())
}
