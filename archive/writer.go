package archive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/scratch"
)

var (
	// ErrNoTiles is what Finish returns when the outer archive would be empty.
	ErrNoTiles = errors.New("there is no tile of the default field, so there is nothing to show")

	errFinished = errors.New("the archive is already finished or aborted")
)

// A Tile is a value tile on its way into an archive.
type Tile struct {
	// Field is 0 for the field of the outer archive, else the number of an inner
	// archive.
	Field int
	Zoom  uint8
	X, Y  uint32
	// IDAT and MaxIndex are what TileEncoder.Encode returned.
	IDAT     []byte
	MaxIndex uint8
}

// Options are the settings of a Writer; the zero value will do.
type Options struct {
	// TempDir is the folder for the spool of tiles, which grows to the size of the
	// archive; "" is the folder of the archive.
	TempDir string
	// Format is that of the file; "" is PMTiles.
	Format Format
	// FieldIDs are the names of the fields, as many as there are fields. The tables of
	// MBTiles are called after them; PMTiles needs none.
	FieldIDs []string
	// BlockSets are the names of the block sets, none if there are none. The tables of MBTiles are called so: a name is made
	// of small letters, digits and underscores, and no word of SQL.
	BlockSets []string
	// Mode are the permissions of the file, whatever the umask; 0 are those of any new file.
	Mode fs.FileMode
}

// A Writer collects tiles and blocks and makes an archive of them. The file under the
// archive's name is not touched before Finish has a complete new one to put in its
// place. The bytes of the archive depend on the tiles, the blocks and Contents alone,
// not on the order of the calls of Add and AddBlock.
type Writer struct {
	path  string // links not followed
	spool *spool
	parts []Part
	opts  Options
}

// Create starts an archive of fields fields, the first of them the outer one's,
// that will be the file path. It also removes what dead processes left beside it and
// in the folder of the spool. The folder must exist. Call Finish or Stage, and defer Abort.
func Create(path string, fields int, opts Options) (*Writer, error) {
	if fields < 1 {
		return nil, fmt.Errorf("starting the archive %s: %d fields, but it needs at least 1", path, fields)
	}
	if opts.Format == "" {
		opts.Format = PMTiles
	}
	err := opts.Format.Check()
	if err == nil && opts.Format == MBTiles {
		err = checkFieldIDs(opts.FieldIDs, fields)
	}
	if err != nil {
		return nil, fmt.Errorf("starting the archive %s: %w", path, err)
	}
	if err := checkBlockSets(opts.BlockSets); err != nil {
		return nil, fmt.Errorf("starting the archive %s: %w", path, err)
	}
	// A link stays one: the file that it points to is replaced.
	target, err := atomicfile.Target(path)
	if err != nil {
		return nil, fmt.Errorf("starting the archive %s: %w", path, err)
	}
	dir := filepath.Dir(target)
	scratch.Sweep(dir)
	if opts.TempDir != "" {
		scratch.Sweep(opts.TempDir)
		dir = opts.TempDir
	}
	s, err := newSpool(dir, filepath.Base(path), fields+len(opts.BlockSets))
	if err != nil {
		return nil, fmt.Errorf("starting the archive %s: %w", path, err)
	}
	return &Writer{path: path, spool: s, opts: opts}, nil
}

// Add takes a tile into the archive. It is safe for concurrent use, tiles may come
// in any order, and t.IDAT may be reused afterwards. An error means that the
// archive cannot be finished.
func (w *Writer) Add(t Tile) error {
	if err := w.checkTile(&t); err != nil {
		return err
	}
	return w.spool.addTile(&t)
}

// addTile takes a tile that was checked.
func (s *spool) addTile(t *Tile) error {
	return s.add(t.Field, record{tileID: TileID(t.Zoom, t.X, t.Y), maxIndex: t.MaxIndex}, t.IDAT, t.IDAT)
}

// AddPNG is Add for a tile that another archive has: png, the file of a value tile, is
// taken over byte by byte. It must be paletted in field 0 and grey in the others.
// Layout.MaxIndex does not take it into account.
func (w *Writer) AddPNG(field int, zoom uint8, x, y uint32, png []byte) error {
	t, err := parseTile(png)
	if err == nil {
		err = (&Tile{Field: field, Zoom: zoom, X: x, Y: y, IDAT: t.idat}).check(w.fields())
	}
	if err == nil && (t.colourType == colourPalette) != (field == 0) {
		err = fmt.Errorf("its colour type is %d", t.colourType)
	}
	if err == nil && len(png) > maxTileLen {
		err = fmt.Errorf("%d bytes are too many for a value tile", len(png))
	}
	if err != nil {
		return fmt.Errorf("adding tile %d/%d/%d of field %d to %s: %w", zoom, x, y, field, w.path, err)
	}
	return w.spool.add(field, record{tileID: TileID(zoom, x, y), whole: true}, png, t.idat)
}

// fields returns the number of fields. The sets of the spool behind them are the block sets.
func (w *Writer) fields() int { return len(w.spool.counts) - len(w.opts.BlockSets) }

// checkTile returns an error unless there may be such a tile.
func (w *Writer) checkTile(t *Tile) error {
	if err := t.check(w.fields()); err != nil {
		return fmt.Errorf("adding a tile to %s: %w", w.path, err)
	}
	return nil
}

// check returns an error unless a tile can be one of so many fields.
func (t *Tile) check(fields int) error {
	switch {
	case t.Field < 0 || t.Field >= fields:
		return fmt.Errorf("field %d is not one of its %d", t.Field, fields)
	case !validZXY(t.Zoom, t.X, t.Y):
		return fmt.Errorf("there is no tile %d/%d/%d", t.Zoom, t.X, t.Y)
	case len(t.IDAT) == 0 || len(t.IDAT) > maxIDATLen:
		return fmt.Errorf("the image data of tile %d/%d/%d of field %d have %d bytes and were not made by a TileEncoder", t.Zoom, t.X, t.Y, t.Field, len(t.IDAT))
	}
	return nil
}

// Abort removes the temporary files of an archive that is not to be finished, and
// does nothing after Finish. An older archive of the same name stays.
func (w *Writer) Abort() { w.spool.remove() }

// Finish writes the archive and puts it in the place of an older one of the same
// name. It returns where everything came to lie. After an error, and when ctx is
// cancelled in time, the older archive is still there, unchanged. Neither Add, AddBlock
// nor Finish or Stage may be called afterwards.
func (w *Writer) Finish(ctx context.Context, c Contents) (*Layout, error) {
	l, staged, err := w.Stage(ctx, c)
	if err != nil {
		return nil, err
	}
	return l, staged.Replace()
}

// Stage is Finish, but that the archive is not put in its place yet.
func (w *Writer) Stage(ctx context.Context, c Contents) (*Layout, *atomicfile.Staged, error) {
	defer w.spool.remove()
	l, staged, err := w.stage(ctx, c)
	if err != nil {
		return nil, nil, fmt.Errorf("writing the archive %s: %w", w.path, err)
	}
	return l, staged, nil
}

func (w *Writer) stage(ctx context.Context, c Contents) (*Layout, *atomicfile.Staged, error) {
	if err := w.spool.seal(); err != nil {
		return nil, nil, err
	}
	p, err := w.newPlan(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	staged, err := atomicfile.Stage(w.path, w.opts.Mode, func(f *os.File) error {
		if w.opts.Format == MBTiles {
			return w.writeMBTiles(ctx, f, p, c)
		}
		return w.writePMTiles(ctx, f, p, c)
	})
	if err != nil {
		return nil, nil, err
	}
	return &p.layout, staged, nil
}

// writePMTiles writes the sections of the file one after the other.
func (w *Writer) writePMTiles(ctx context.Context, f *os.File, p *plan, c Contents) error {
	size, err := w.layOut(p, c)
	if err != nil {
		return err
	}
	out := &emitter{ctx: ctx, w: bufio.NewWriterSize(f, spoolBuffer), total: size, progress: c.Progress}
	set := -1
	err = w.each(p, func(it *item, content []byte) error {
		if int(it.set) != set {
			set = int(it.set)
			a := &p.archives[set]
			for _, b := range [][]byte{a.header.encode(), a.root, a.metadata} {
				if _, err := out.Write(b); err != nil {
					return err
				}
			}
			if _, err := io.Copy(out, io.NewSectionReader(w.spool.file, a.leaves.Offset, a.leaves.Length)); err != nil {
				return err
			}
		}
		_, err := out.Write(content)
		return err
	})
	if err != nil {
		return err
	}
	if err := out.flush(); err != nil {
		return err
	}
	if out.written != size {
		return fmt.Errorf("%d bytes were written where %d were planned", out.written, size)
	}
	return nil
}

// each calls visit for all tiles and blocks by set and tile id, with the PNG file, or the block, which is valid until it returns.
func (w *Writer) each(p *plan, visit func(it *item, content []byte) error) error {
	var data, content []byte
	for it, err := range w.merged() {
		if err != nil {
			return err
		}
		if it.data == nil {
			if data, err = w.spool.read(data[:0], &it.record); err != nil {
				return err
			}
			it.data = data
		}
		content = p.content(content[:0], &it, it.data)
		if err := visit(&it, content); err != nil {
			return err
		}
	}
	return nil
}

// An emitter counts what it writes, reports progress and keeps the first error.
type emitter struct {
	ctx      context.Context
	w        *bufio.Writer
	total    int64
	written  int64
	told     int64
	progress func(done, total int64)
	err      error
}

// Write appends b. It looks for cancellation and reports progress about once in a
// mebibyte.
func (e *emitter) Write(b []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	if _, e.err = e.w.Write(b); e.err != nil {
		return 0, e.err
	}
	return len(b), e.count(len(b))
}

// count counts n bytes as written.
func (e *emitter) count(n int) error {
	e.written += int64(n)
	if e.written-e.told >= spoolBuffer {
		e.told = e.written
		e.err = e.ctx.Err()
		if e.progress != nil {
			e.progress(e.written, e.total)
		}
	}
	return e.err
}

func (e *emitter) flush() error {
	if e.err != nil {
		return e.err
	}
	if e.err = e.w.Flush(); e.err != nil {
		return e.err
	}
	return e.end()
}

// end looks for cancellation and reports that all is written.
func (e *emitter) end() error {
	if e.err = e.ctx.Err(); e.err == nil && e.progress != nil {
		e.progress(e.written, e.total)
	}
	return e.err
}
