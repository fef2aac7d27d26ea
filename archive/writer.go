package archive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
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
	opts  Options
}

// Create starts an archive of fields fields, the first of them the outer one's,
// that will be the file path. It also removes what dead processes left beside it and
// in the folder of the spool. The folder must exist. Call Finish or Stage, and defer Abort.
func Create(path string, fields int, opts Options) (*Writer, error) {
	if fields < 1 {
		return nil, fmt.Errorf("starting the archive %s: %d fields, but it needs at least 1", path, fields)
	}
	switch opts.Format {
	case "", PMTiles:
	case MBTiles:
		if err := checkFieldIDs(opts.FieldIDs, fields); err != nil {
			return nil, fmt.Errorf("starting the archive %s: %w", path, err)
		}
	default:
		return nil, fmt.Errorf("starting the archive %s: there is no format %q", path, opts.Format)
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
	if err := w.check(t.Field, t.Zoom, t.X, t.Y); err != nil {
		return err
	}
	if len(t.IDAT) == 0 || len(t.IDAT) > maxIDATLen {
		return fmt.Errorf("adding tile %d/%d/%d of field %d to %s: image data of %d bytes was not made by a TileEncoder", t.Zoom, t.X, t.Y, t.Field, w.path, len(t.IDAT))
	}
	return w.spool.add(t.Field, record{tileID: TileID(t.Zoom, t.X, t.Y), maxIndex: t.MaxIndex}, t.IDAT, t.IDAT)
}

// AddPNG is Add for a tile that another archive has: png, the file of a value tile, is
// taken over byte by byte. It must be paletted in field 0 and grey in the others.
// Layout.MaxIndex does not take it into account.
func (w *Writer) AddPNG(field int, zoom uint8, x, y uint32, png []byte) error {
	if err := w.check(field, zoom, x, y); err != nil {
		return err
	}
	t, err := parseTile(png)
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

// EachTile calls visit for every tile of a zoom that was added so far, of whichever field, with the bytes of its image data. No tile may be added meanwhile.
func (w *Writer) EachTile(zoom uint8, visit func(x, y uint32, bytes int64)) {
	for _, records := range w.spool.records[:w.fields()] {
		for _, r := range records {
			if z, x, y := TileAt(r.tileID); z == zoom {
				visit(x, y, int64(r.length))
			}
		}
	}
}

// fields returns the number of fields. The sets of the spool behind them are the block sets.
func (w *Writer) fields() int { return len(w.spool.records) - len(w.opts.BlockSets) }

// check returns an error unless there may be such a tile.
func (w *Writer) check(field int, zoom uint8, x, y uint32) error {
	switch {
	case field < 0 || field >= w.fields():
		return fmt.Errorf("adding a tile to %s: field %d is not one of its %d", w.path, field, w.fields())
	case !validZXY(zoom, x, y):
		return fmt.Errorf("adding a tile to %s: there is no tile %d/%d/%d", w.path, zoom, x, y)
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
	p, err := newPlan(w.spool.records, w.spool.sums, w.opts.BlockSets, c)
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
	file, err := p.layOut(c)
	if err != nil {
		return err
	}
	out := &emitter{ctx: ctx, w: bufio.NewWriterSize(f, spoolBuffer), total: file.size, progress: c.Progress}
	var data, content []byte
	for i, recs := range p.records {
		if len(recs) == 0 {
			continue
		}
		part := &file.parts[i]
		out.write(part.header.encode())
		out.write(part.root)
		out.write(part.metadata)
		out.write(part.leaves)
		for _, r := range recs {
			if data, err = w.spool.read(data[:0], r); err != nil {
				return err
			}
			content = p.content(content[:0], i, r, data)
			if err := out.write(content); err != nil {
				return err
			}
		}
	}
	if err := out.flush(); err != nil {
		return err
	}
	if out.written != file.size {
		return fmt.Errorf("%d bytes were written where %d were planned", out.written, file.size)
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

// write appends b. It looks for cancellation and reports progress about once in a
// mebibyte.
func (e *emitter) write(b []byte) error {
	if e.err != nil {
		return e.err
	}
	if _, e.err = e.w.Write(b); e.err != nil {
		return e.err
	}
	return e.count(len(b))
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
