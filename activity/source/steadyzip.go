package source

import (
	"archive/zip"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"heatmapgen/internal/sorting"
	"heatmapgen/internal/words"
)

// A steadyZip is an open zip that notices when it is written to while it is read. What the system cannot read of it is a
// *ReadError, and so is an end that comes too early; what does not make sense in it is an error of another type.
type steadyZip struct {
	file        *os.File
	where, path string // for errors
	opened      os.FileInfo
	tree        *tree
	members     []*zip.File
}

// openSteadyZip lists the zip in f, which lies at path in the source called where, or is that source itself when path is
// "". It closes f after an error.
func openSteadyZip(f *os.File, where, path string, limits Limits) (z *steadyZip, err error) {
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	z = &steadyZip{file: f, where: where, path: path}
	if z.opened, err = f.Stat(); err != nil {
		return nil, &ReadError{Where: where, Path: path, Err: err}
	}
	z.tree, z.members, err = readZip(z, z.opened.Size(), cmp.Or(path, where), limits)
	return z, err
}

func (z *steadyZip) Close() error { return z.file.Close() }

// ReadAt implements io.ReaderAt.
func (z *steadyZip) ReadAt(p []byte, offset int64) (int, error) {
	n, err := z.file.ReadAt(p, offset)
	switch {
	case err == nil:
	case err != io.EOF:
		err = &ReadError{Where: z.where, Path: z.path, Err: err}
	case offset+int64(len(p)) <= z.opened.Size():
		err = z.still()
		if err == nil {
			err = changed(z.where, z.path, "its end went and came again")
		}
	}
	return n, err
}

// still tells that the zip is of the size and time that it had when it was opened.
func (z *steadyZip) still() error {
	now, err := z.file.Stat()
	switch {
	case err != nil:
		return &ReadError{Where: z.where, Path: z.path, Err: err}
	case now.Size() != z.opened.Size():
		return changed(z.where, z.path, fmt.Sprintf("it has %d bytes and had %d", now.Size(), z.opened.Size()))
	case !now.ModTime().Equal(z.opened.ModTime()):
		return changed(z.where, z.path, "it was written to")
	}
	return nil
}

// check tells that the zip is what it was when it was opened: by its size, its time and its central directory, read again. A file that was put in its
// place under the same name does not count: what is open is still the old one, as a whole.
func (z *steadyZip) check() error {
	if err := z.still(); err != nil {
		return err
	}
	again, err := zip.NewReader(z, z.opened.Size())
	if isReadError(err) {
		return err
	}
	if err != nil || !slices.EqualFunc(z.members, again.File, sameMember) {
		return changed(z.where, z.path, "it lists other files")
	}
	return nil
}

// sameMember tells whether two members of the central directories of a zip are the same, as far as their bytes go.
func sameMember(a, b *zip.File) bool {
	return a.Name == b.Name && a.CRC32 == b.CRC32 && a.Method == b.Method && a.CompressedSize64 == b.CompressedSize64 &&
		a.UncompressedSize64 == b.UncompressedSize64 && a.Modified.Equal(b.Modified)
}

// errOverlap says that members of a zip share bytes.
var errOverlap = errors.New("no program that packs files does that; it is damaged or a zip bomb")

// checkOverlaps refuses a zip whose members share bytes of it. Honest zips have each member's bytes once; bombs without recursion
// let many members inflate from the same few (David Fifield, "A better zip bomb", WOOT '19).
func checkOverlaps(members []*zip.File, where string) error {
	type body struct {
		member   *zip.File
		from, to int64
	}
	bodies := make([]body, 0, len(members))
	for _, m := range members {
		from, err := m.DataOffset()
		switch {
		case isReadError(err):
			return err
		case err != nil || m.CompressedSize64 == 0:
			// What has no beginning cannot be opened, and is a broken member then.
			continue
		}
		// A size beyond all files ends at the end of them.
		to := from + int64(min(m.CompressedSize64, 1<<62))
		bodies = append(bodies, body{m, from, to})
	}
	sorting.Func(bodies, func(a, b body) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(bodies); i++ {
		if a, b := bodies[i-1], bodies[i]; b.from < a.to {
			return fmt.Errorf("%s is a broken zip: %s and %s share bytes of it; %w", where,
				words.OneLine(memberName(a.member)), words.OneLine(memberName(b.member)), errOverlap)
		}
	}
	return nil
}

// wholeFloor is the size from which a zip as a whole is asked for its ratio.
const wholeFloor = 1 << 30

// checkRatio refuses a zip of many small members that all unpack to far more than they are.
func checkRatio(members []*zip.File, size int64, where string) error {
	total := uint64(0)
	for _, m := range members {
		// What claims more is refused by itself.
		total += min(m.UncompressedSize64, ratioFloor)
	}
	if total > wholeFloor && total/maxRatio > uint64(size) {
		return fmt.Errorf("%s is a broken zip: it would unpack to %d GB from %d MB; it is damaged or a zip bomb", where, total>>30, size>>20)
	}
	return nil
}
