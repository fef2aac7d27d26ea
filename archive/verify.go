package archive

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/scratch"
	"heatmapgen/internal/sorting"
)

// Claims are what an archive's metadata say of its parts, as far as Verify can
// compare it with the bytes.
type Claims struct {
	// Outer is the field of the outer archive; its Section is not looked at.
	Outer FieldClaim
	// Inner are the other fields. One with a zero Place is said to have no tiles.
	Inner []FieldClaim
	// Blocks are the block sets, in the order of Options.BlockSets. One with a zero Place is said to have no blocks.
	Blocks []BlocksClaim
	// Contents is what an archive of these metadata is written with, so that headers, rows and palettes can be held to
	// it; nil if the metadata do not tell. Bounds and centre are required; Palette, FieldMetadata and BlocksMetadata may be nil.
	Contents *Contents
}

// A FieldClaim is what the metadata say of one field.
type FieldClaim struct {
	// ID is the name that findings use.
	ID string
	Place
	// MaxIndex is the largest index that the field's scale gives a meaning to.
	MaxIndex uint8
	// Zooms are the zooms that have tiles, in ascending order; nil if the metadata
	// do not tell.
	Zooms []ZoomCount
	// Sum stands for the tiles; nil if the metadata do not tell.
	Sum *Sum
}

// A BlocksClaim is what the metadata say of one block set.
type BlocksClaim struct {
	// ID is the name that findings use, and that of the set's table in MBTiles.
	ID string
	Place
	// Zooms are the zooms that have blocks, in ascending order; nil if the metadata
	// do not tell.
	Zooms []ZoomCount
	// Sum stands for the blocks; nil if the metadata do not tell.
	Sum *Sum
	// Check returns what is wrong with a block, nil if nothing is. It is called from many
	// goroutines at a time, and must not keep data. A nil function finds every block good.
	Check func(z uint8, x, y uint32, data []byte) error
}

// VerifyOptions are the settings of Verify.
type VerifyOptions struct {
	// Claims reads the outer metadata, which are a JSON object. It is required; its
	// error is a finding.
	Claims func(metadata []byte) (Claims, error)
	// Judge, unless nil, is a second opinion on PMTiles: it returns what is wrong with the archive in a file, as sentences. It is given the absolute path of the outer archive and of a copy of each inner one, unless
	// header or directories of that cannot be read.
	Judge func(path string) (findings []string)
	// TempDir is the folder into which inner archives are copied one by one, for
	// Judge to look at; "" is the system's.
	TempDir string
	// Progress, unless nil, is called now and then, from one goroutine at a time,
	// with the numbers of tiles and blocks checked and of those known so far.
	Progress func(done, total int)
}

// A Report is what Verify found.
type Report struct {
	// Findings are sentences about what is wrong. An archive without any is good.
	Findings []string
	// Notes are sentences about what is allowed but worth knowing: fields and block sets
	// that a tool has dropped, tables that nothing names.
	Notes []string
	// Archives are the outer archive and the inner ones that could be read.
	Archives []ArchiveReport
}

// An ArchiveReport tells what one archive, outer or inner, really has.
type ArchiveReport struct {
	ID    string
	Bytes int64 // length of the archive; for the outer one of the whole file; of MBTiles' further tables that of the tiles
	Tiles int   // or blocks
	Zooms []ZoomCount
}

// OK reports whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Verify checks the archive in the file path, every byte of it: that every tile is a
// value tile whose indices have a colour (outer) and a meaning (inner and outer);
// that every block is what Claims.Blocks makes of it; that the metadata are true. In PMTiles, that the headers of the outer archive and of each
// inner one are true, and that their sections, tiles and blocks follow each other without gap,
// overlap or rest. In MBTiles, that SQLite finds the database good, that tables and
// indices are those of docs/format.md, and that the ids of tiles and blocks agree with their
// zooms, columns and rows. It returns an error only if the file cannot be read or ctx
// is cancelled; all else is a finding.
func Verify(ctx context.Context, path string, opts VerifyOptions) (*Report, error) {
	f, err := atomicfile.OpenShared(path)
	if err != nil {
		return nil, fmt.Errorf("verifying the archive: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return nil, fmt.Errorf("verifying the archive %s: %w", path, err)
	}
	format, err := FormatOf(path)
	if err != nil {
		return nil, fmt.Errorf("verifying the archive %s: %w", path, err)
	}
	if opts.TempDir == "" {
		opts.TempDir = os.TempDir()
	}
	scratch.Sweep(opts.TempDir)
	v := &verifier{opts: opts, report: &Report{}}
	if format == MBTiles {
		err = v.database(ctx, f, info.Size(), path)
	} else {
		err = v.file(ctx, f, info.Size(), path)
	}
	if err != nil {
		return nil, fmt.Errorf("verifying the archive %s: %w", path, err)
	}
	return v.report, nil
}

// A verifier gathers a report.
type verifier struct {
	opts   VerifyOptions
	report *Report
	done   int // tiles and blocks checked in archives that are behind us
	// base is the header that Claims.Contents asks for, and palette its Palette; nil where it is not told.
	base    *header
	palette func(zoom uint8) [][4]uint8
}

func (v *verifier) find(format string, args ...any) {
	v.report.Findings = append(v.report.Findings, fmt.Sprintf(format, args...))
}

// file checks the whole file.
func (v *verifier) file(ctx context.Context, f *os.File, size int64, path string) error {
	outer, ok := v.open("outer archive", f, size, tileKind)
	if !ok {
		return nil
	}
	text, ok := v.metadata("outer archive", outer)
	if !ok {
		return nil
	}
	claims, err := v.opts.Claims(text)
	if err != nil {
		v.find("outer archive: its metadata do not make sense: %v", err)
		return nil
	}
	v.expect(&claims)
	claims.Outer.Place = Place{}
	tilesEnd, ok, err := v.archive(ctx, outer, v.fieldClaim(claims.Outer, colourPalette))
	if err != nil {
		return err
	}
	if ok {
		v.judge(claims.Outer.ID, path)
		v.header(claims.Outer.ID, outer)
	}

	parts := []part{}
	if ok {
		parts = append(parts, part{"the tiles of " + claims.Outer.ID, Section{0, tilesEnd}})
	}
	for i, c := range claims.Inner {
		var text []byte
		if claims.Contents != nil {
			text = claims.Contents.fieldMetadata(i + 1)
		}
		if parts, err = v.inner(ctx, outer, c.Section, v.fieldClaim(c, colourGrey), text, parts); err != nil {
			return err
		}
	}
	for i, c := range claims.Blocks {
		var text []byte
		if claims.Contents != nil {
			text = claims.Contents.blocksMetadata(i)
		}
		if parts, err = v.inner(ctx, outer, c.Section, blocksClaim(c), text, parts); err != nil {
			return err
		}
	}
	if ok {
		v.tiling(parts, int64(outer.header.tiles.length))
	}
	return nil
}

// inner checks what is claimed to be at a place in the outer archive, and adds it to the parts of that. The metadata of the inner
// archive should be want unless that is nil.
func (v *verifier) inner(ctx context.Context, outer *Reader, at Section, c setClaim, want []byte, parts []part) ([]part, error) {
	if at == (Section{}) {
		v.compareZooms(c, nil)
		v.compareSum(c, Sum{})
		return parts, nil
	}
	r, err := outer.Section(at)
	if err != nil {
		v.report.Notes = append(v.report.Notes, fmt.Sprintf("%s: the metadata place it at byte %d with a length of %d, beyond the tile data (%d bytes); readers ignore %s", c.id, at.Offset, at.Length, outer.header.tiles.length, c.ignored))
		return parts, nil
	}
	return append(parts, part{"the archive of " + c.id, at}), v.nested(ctx, r, c, want)
}

// nested checks one inner archive.
func (v *verifier) nested(ctx context.Context, r *io.SectionReader, c setClaim, want []byte) error {
	a, ok := v.open(c.id, r, r.Size(), c.kind)
	if !ok {
		return nil
	}
	if text, ok := v.metadata(c.id, a); ok && want != nil && !bytes.Equal(text, want) {
		v.find("%s: the metadata of its archive are not those that were written", c.id)
	}
	v.header(c.id, a)
	end, ok, err := v.archive(ctx, a, c)
	if err != nil || !ok {
		return err
	}
	v.tiling([]part{{"the " + c.kind.name + "s of " + c.id, Section{0, end}}}, int64(a.header.tiles.length))
	if v.opts.Judge == nil {
		return nil
	}

	f, err := scratch.Create(v.opts.TempDir, "verify.pmtiles", 0o600)
	if err != nil {
		return fmt.Errorf("copying the archive of %s: %w", c.id, err)
	}
	defer scratch.Discard(f)
	if _, err := io.Copy(f, io.NewSectionReader(r, 0, r.Size())); err != nil {
		return fmt.Errorf("copying the archive of %s: %w", c.id, err)
	}
	v.judge(c.id, f.Name())
	return nil
}

// open reads header and root directory and checks what the header says.
func (v *verifier) open(id string, r io.ReaderAt, size int64, k *kind) (*Reader, bool) {
	a, err := newReader(r, size, k)
	if err != nil {
		v.find("%s: %v", id, err)
		return nil, false
	}
	h := a.header
	end := uint64(headerLen)
	for i, s := range h.sections() {
		if s.offset != end {
			v.find("%s: the %s begins at byte %d, not at %d where the section before it ends", id, headerSections[i], s.offset, end)
		}
		end = s.end()
	}
	if end != uint64(size) {
		v.find("%s: it ends at byte %d by its header, but has %d bytes", id, end, size)
	}
	if h.root.length > maxRootLen {
		v.find("%s: header and root directory have %d bytes, more than the 16384 that clients fetch first", id, headerLen+h.root.length)
	}
	if !h.clustered || h.internal != gzipCompression || h.compression != k.compression || h.tileType != k.tileType {
		v.find("%s: the header should say clustered, gzip, %s, but says %t %d %d %d", id, k.header, h.clustered, h.internal, h.compression, h.tileType)
	}
	return a, true
}

// metadata reads an archive's metadata, which must be a JSON object.
func (v *verifier) metadata(id string, a *Reader) ([]byte, bool) {
	text, err := a.Metadata()
	if err != nil {
		v.find("%s: %v", id, err)
		return nil, false
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		v.find("%s: its metadata are not a JSON object: %v", id, err)
		return nil, false
	}
	return text, true
}

// archive checks directories and tiles, or blocks, of one archive. It returns where in the
// tile data the tiles end, and whether the directories could be read.
func (v *verifier) archive(ctx context.Context, a *Reader, c setClaim) (tilesEnd int64, ok bool, err error) {
	var entries []Entry
	report := ArchiveReport{ID: c.id, Bytes: a.size}
	var end uint64
	misplaced := 0
	bad := func(format string, args ...any) {
		if misplaced++; misplaced <= maxTileFindings {
			v.find(format, args...)
		}
	}
	walkErr := a.walk(everything, func(e entry) bool {
		if report.Tiles == maxTiles {
			v.find("%s: the directories list more than the %d %ss accepted", c.id, maxTiles, c.kind.name)
			return false
		}
		zoom, x, y := TileAt(e.id)
		name := fmt.Sprintf("%s: %s %d/%d/%d", c.id, c.kind.name, zoom, x, y)
		if e.run != 1 {
			bad("%s stands for a run of %d tiles; every %s should have its own entry", name, e.run, c.kind.name)
		}
		switch after := e.end(); {
		case after > a.header.tiles.length:
			bad("%s ends at byte %d of the tile data, which has %d", name, after, a.header.tiles.length)
			return true
		case e.offset < end:
			bad("%s begins at byte %d of the tile data, but the %s before it ends at %d: they overlap or stand in a wrong order", name, e.offset, c.kind.name, end)
		case e.offset > end:
			bad("%s begins at byte %d of the tile data, leaving a gap after byte %d where the %s before it ends", name, e.offset, end, c.kind.name)
		}
		end = max(end, e.end())
		if k := len(report.Zooms); k == 0 || report.Zooms[k-1].Zoom != zoom {
			report.Zooms = append(report.Zooms, ZoomCount{Zoom: zoom})
		}
		z := &report.Zooms[len(report.Zooms)-1]
		z.Tiles++
		z.Bytes += int64(e.length)
		report.Tiles++
		entries = append(entries, Entry{e.id, zoom, x, y, Section{int64(e.offset), int64(e.length)}})
		return true
	})
	if walkErr != nil {
		v.find("%s: %v", c.id, walkErr)
		return 0, false, nil
	}
	v.counts(c, &a.header, &report)
	if misplaced > maxTileFindings {
		v.find("%s: %d more %ss are misplaced", c.id, misplaced-maxTileFindings, c.kind.name)
	}
	findings, sum, err := v.contents(ctx, a, entries, c)
	if err != nil {
		return 0, false, err
	}
	for _, f := range findings {
		v.find("%s: %s", c.id, f)
	}
	v.compareZooms(c, report.Zooms)
	v.compareSum(c, sum)
	v.report.Archives = append(v.report.Archives, report)
	return int64(end), true, nil
}

// compareZooms compares the counts that the metadata claim with the real ones.
func (v *verifier) compareZooms(c setClaim, real []ZoomCount) {
	if c.zooms == nil || slices.Equal(c.zooms, real) {
		return
	}
	byZoom := map[uint8][2]ZoomCount{}
	for i, zooms := range [][]ZoomCount{c.zooms, real} {
		for _, z := range zooms {
			pair := byZoom[z.Zoom]
			pair[i] = z
			byZoom[z.Zoom] = pair
		}
	}
	for zoom := range 256 {
		if p := byZoom[uint8(zoom)]; p[0].Tiles != p[1].Tiles || p[0].Bytes != p[1].Bytes {
			v.find("%s: the metadata tell of %d %ss with %d bytes at zoom %d, but there are %d with %d bytes", c.id, p[0].Tiles, c.kind.name, p[0].Bytes, zoom, p[1].Tiles, p[1].Bytes)
		}
	}
}

// A part is a named stretch of tile data.
type part struct {
	name string
	Section
}

// tiling checks that the parts cover the length bytes of a tile-data section without gap or overlap.
func (v *verifier) tiling(parts []part, length int64) {
	sorting.StableFunc(parts, func(a, b part) int { return cmp.Compare(a.Offset, b.Offset) })
	var end int64
	last := "the start of the tile data"
	for _, p := range parts {
		if p.Offset > end {
			v.find("%d bytes that belong to nothing lie between %s and %s, at byte %d of the tile data", p.Offset-end, last, p.name, end)
		} else if p.Offset < end {
			v.find("%s begins at byte %d of the tile data, but %s ends at %d: they overlap", p.name, p.Offset, last, end)
		}
		end, last = max(end, p.Offset+p.Length), p.name
	}
	if end < length {
		v.find("%d bytes that belong to nothing follow %s, at byte %d of the tile data", length-end, last, end)
	}
}

// judge has Judge look at an archive whose header and directories we could read.
func (v *verifier) judge(id, path string) {
	if v.opts.Judge == nil {
		return
	}
	for _, f := range v.opts.Judge(path) {
		v.find("%s: %s", id, f)
	}
}
