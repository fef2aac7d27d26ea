package source

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"heatmapgen/internal/message"
	"heatmapgen/internal/sorting"
	"heatmapgen/internal/words"
)

// A place is an opened folder, zip or single file whose files can be listed.
type place struct {
	// where is the path as the user gave it.
	where string
	list  func(ctx context.Context) (*tree, error)
	// check tells, after everything was read, that the place is what it was when it was opened; its error is a *ReadError. A
	// folder has none, since each of its files is looked at when it is read.
	check func() error
	close func() error
}

// unchanged calls check where there is one.
func (p *place) unchanged() error {
	if p.check == nil {
		return nil
	}
	return p.check()
}

// A tree is a folder or a zip seen alike: its regular files, sorted by name.
type tree struct {
	files []file
	// notes are oddities met while listing, in words.
	notes []message.Message
	// unread are the files that were met and left out although their names say that they hold privacy zones, and why.
	unread []ZoneFault
	// byName and byFold find a file by its name and by its name in lower case.
	byName map[string]int
	byFold map[string]int
	// live are the files of live data of an export of Samsung Health, by the paths of the positions they belong to.
	live map[string]string
}

// A file is one regular file of a tree.
type file struct {
	// name is the slash path relative to the tree, in Unicode form NFC so that
	// it is the same from a Mac, from Linux and from a zip.
	name string
	size int64
	// packed is what the file takes where it lies; size unless it is compressed there.
	packed int64
	// refuse says why the file must not be opened; nil when it may.
	refuse *Skip
	// raw opens the file's bytes, not more than size of them. Errors of the system are of type *ReadError, when opening and when
	// reading; others say that these bytes make no sense.
	raw func() (io.ReadCloser, error)
	// zip opens a file that lies in a folder as a zip, in place; nil for others.
	zip func() (*steadyZip, error)
}

// open returns the bytes of the file, unless it was refused.
func (f *file) open() (io.ReadCloser, error) {
	if f.refuse != nil {
		return nil, fmt.Errorf("cannot open %s: %s: %s", f.name, f.refuse.Reason, f.refuse.Detail)
	}
	r, err := f.raw()
	switch {
	case isReadError(err):
		return nil, in(f.name, err)
	case err != nil:
		return nil, fmt.Errorf("cannot open %s: %w", f.name, err)
	}
	return r, nil
}

// onlyLarge tells that a file was refused for nothing but its size, and may be read through by who does not hold it.
func (f *file) onlyLarge(limits Limits) bool {
	return f.refuse != nil && f.refuse.Reason == ReasonTooLarge && f.size >= 0 && f.size <= limits.TotalBytes && !bomb(f.size, f.packed)
}

// openPlace opens the folder or zip at where.
func openPlace(where string, limits Limits) (*place, error) {
	info, err := statPath(where)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openFolder(where, limits)
	}
	return openZip(where, limits)
}

// openFolder opens the folder at where. Symbolic links in it are not followed:
// what they point to inside the folder is listed under its own name, and what
// lies outside of it was not asked for. os.Root holds that promise also while
// the files are opened.
func openFolder(where string, limits Limits) (*place, error) {
	root, err := os.OpenRoot(where)
	if err != nil {
		return nil, &ReadError{Where: where, Err: err}
	}
	list := func(ctx context.Context) (*tree, error) {
		w := walk{root: root, where: where, limits: limits}
		if err := w.folder(ctx, "."); err != nil {
			return nil, err
		}
		return w.tree(), nil
	}
	return &place{where: where, list: list, close: root.Close}, nil
}

// index sorts the files and makes them findable. Of files with equal names the
// first is kept.
func (t *tree) index() {
	sorting.StableFunc(t.files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(t.files); i++ {
		if t.files[i].name == t.files[i-1].name {
			t.leaveZones(t.files[i].name, "it is there more than once")
		}
	}
	n := len(t.files)
	t.files = slices.CompactFunc(t.files, func(a, b file) bool { return a.name == b.name })
	if n -= len(t.files); n > 0 {
		t.notes = append(t.notes, message.New("names-repeated", words.Plural(n, "name occurs", "names occur")+" more than once; the first of each was taken", message.Args{"n": n}))
	}
	t.byName = make(map[string]int, len(t.files))
	t.byFold = make(map[string]int, len(t.files))
	for i, f := range t.files {
		t.byName[f.name] = i
		if low := strings.ToLower(f.name); !has(t.byFold, low) {
			t.byFold[low] = i
		}
	}
}

// find returns the index of the file called name, in that case or another.
func (t *tree) find(name string) (int, bool) {
	name = norm.NFC.String(name)
	if i, ok := t.byName[name]; ok {
		return i, true
	}
	i, ok := t.byFold[strings.ToLower(name)]
	return i, ok
}

func (t *tree) note(format string, args ...any) {
	t.notes = append(t.notes, message.Message{Text: fmt.Sprintf(format, args...)})
}

// ignored reports whether a file is litter that systems leave behind: the
// resource forks and folder settings of a Mac, thumbnails, hidden files, and what lies at
// the top of a disk and is not for users.
func ignored(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
		switch part {
		case "__MACOSX", "System Volume Information", "$RECYCLE.BIN", "lost+found":
			return true
		}
	}
	switch strings.ToLower(path.Base(name)) {
	case "thumbs.db", "desktop.ini":
		return true
	}
	return false
}

// cleanName makes a slash path of a name as it stands in a zip or a table, and
// reports whether it is one that stays inside its folder.
func cleanName(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if name == "" || len(name) > maxNameBytes || strings.ContainsRune(name, 0) ||
		strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' {
		return name, false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return name, false
		}
	}
	name = path.Clean(name)
	return norm.NFC.String(name), filepath.IsLocal(name) && name != "."
}

func has[K comparable, V any](m map[K]V, k K) bool {
	_, ok := m[k]
	return ok
}
