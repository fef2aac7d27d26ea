package archive

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"heatmapgen/internal/sorting"
)

// A TileRange is tiles whose ids follow each other: from First on, up to but without End.
type TileRange struct{ First, End uint64 }

// DownTo returns the tiles of all zooms from 0 to the given one.
func DownTo(zoom uint8) TileRange { return TileRange{0, idsBefore(zoom + 1)} }

// Within returns the tiles of a zoom that lie in the tile that has an id, which is of that zoom or a coarser one. The curve that
// tells ids goes through one tile after the other, so they follow each other.
func Within(id uint64, zoom uint8) TileRange {
	from := zoomOf(id)
	deeper := 2 * (zoom - from)
	first := idsBefore(zoom) + (id-idsBefore(from))<<deeper
	return TileRange{first, first + 1<<deeper}
}

// JoinRanges returns the tiles of all ranges in as few as there can be, in the order of their ids.
func JoinRanges(ranges []TileRange) []TileRange {
	ranges = slices.Clone(ranges)
	sorting.Func(ranges, func(a, b TileRange) int { return cmp.Compare(a.First, b.First) })
	joined := ranges[:0]
	for _, r := range ranges {
		if n := len(joined); n > 0 && r.First <= joined[n-1].End {
			joined[n-1].End = max(joined[n-1].End, r.End)
		} else {
			joined = append(joined, r)
		}
	}
	return joined
}

// A Cut says what a part of a map has.
type Cut struct {
	// Tiles are those to keep, as JoinRanges returns them.
	Tiles []TileRange
	// Bounds are west, south, east and north of what is kept, in degrees.
	Bounds [4]float64
	// Metadata is a JSON object, those of the part.
	Metadata []byte
	// TempDir is the folder for temporary files.
	TempDir string
}

// ErrNothingThere says that a map has none of the tiles that were to be kept.
var ErrNothingThere = errors.New("the map has nothing there")

// Cut writes a part of the map as an archive of its own, whose bytes depend on the tiles and on c alone. Tiles with one content are stored once.
// The error is ErrNothingThere where it would be empty.
func (m *MapFile) Cut(ctx context.Context, w io.Writer, c Cut) error {
	p := cutting{at: map[entry]uint64{}}
	if err := m.entries(ctx, c.Tiles, p.add); err != nil {
		return err
	}
	if len(p.entries) == 0 {
		return ErrNothingThere
	}
	s, err := newSpool(c.TempDir, "basemap", 0)
	if err != nil {
		return err
	}
	defer s.remove()
	d := newDirectoryBuilder(s, len(p.entries), maxRootLen)
	for _, e := range p.entries {
		if err := d.add(e); err != nil {
			return err
		}
	}
	a := archivePlan{header: m.headerOf(&p, &c)}
	if a.root, a.leaves, err = d.finish(); err != nil {
		return err
	}
	a.header.root = headerSection{headerLen, uint64(len(a.root))}
	a.header.leaves.length = uint64(a.leaves.Length)
	if err := a.setMetadata(c.Metadata); err != nil {
		return err
	}
	return m.write(ctx, w, &a, s.file, p.pieces)
}

// write writes the sections of an archive one after the other: leaves out of the file spooled, tiles out of pieces of the map.
func (m *MapFile) write(ctx context.Context, w io.Writer, a *archivePlan, spooled *os.File, pieces []Section) error {
	out := &emitter{ctx: ctx, w: bufio.NewWriterSize(w, spoolBuffer)}
	for _, b := range [][]byte{a.header.encode(), a.root, a.metadata} {
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	if _, err := io.Copy(out, io.NewSectionReader(spooled, a.leaves.Offset, a.leaves.Length)); err != nil {
		return err
	}
	for _, p := range pieces {
		from, err := m.r.Section(p)
		if err != nil {
			return err
		}
		if _, err := io.Copy(out, from); err != nil {
			return err
		}
	}
	return out.flush()
}

// headerOf returns the header of a part, but for where its sections lie.
func (m *MapFile) headerOf(p *cutting, c *Cut) header {
	h := header{
		entries: uint64(len(p.entries)), contents: uint64(len(p.at)), clustered: true, internal: gzipCompression,
		compression: m.r.header.compression, tileType: m.r.header.tileType,
		minZoom: zoomOf(p.entries[0].id), maxZoom: zoomOf(p.entries[len(p.entries)-1].id),
		minLon: e7(c.Bounds[0]), minLat: e7(c.Bounds[1]), maxLon: e7(c.Bounds[2]), maxLat: e7(c.Bounds[3]),
		centerLon: e7((c.Bounds[0] + c.Bounds[2]) / 2), centerLat: e7((c.Bounds[1] + c.Bounds[3]) / 2),
	}
	h.centerZoom = h.minZoom
	for _, e := range p.entries {
		h.addressed += uint64(e.run)
	}
	h.tiles.length = p.end
	return h
}

// A cutting gathers the entries of a part, and which pieces of the map's tile data it has, in that order.
type cutting struct {
	entries []entry
	pieces  []Section
	end     uint64
	// at tells where content came to lie that was at an offset with a length.
	at map[entry]uint64
}

func (p *cutting) add(e entry) {
	content := entry{offset: e.offset, length: e.length}
	to, there := p.at[content]
	if !there {
		to = p.end
		p.at[content] = to
		p.end += uint64(e.length)
		if n := len(p.pieces); n > 0 && p.pieces[n-1].Offset+p.pieces[n-1].Length == int64(e.offset) {
			p.pieces[n-1].Length += int64(e.length)
		} else {
			p.pieces = append(p.pieces, Section{int64(e.offset), int64(e.length)})
		}
	}
	e.offset = to
	if n := len(p.entries); n > 0 {
		if last := &p.entries[n-1]; last.offset == to && last.length == e.length && last.id+uint64(last.run) == e.id && last.run+e.run > last.run {
			last.run += e.run
			return
		}
	}
	p.entries = append(p.entries, e)
}

// maxCutEntries bounds the entries of a part: what is more is no basemap of a page.
const maxCutEntries = 1 << 24

// entries calls visit for what the directories have of ranges of tiles, in the order of their ids. Leaf directories that have none of them are not read.
func (m *MapFile) entries(ctx context.Context, tiles []TileRange, visit func(entry)) error {
	var err error
	seen := 0
	wanted := func(first, end uint64) bool {
		for len(tiles) > 0 && tiles[0].End <= first {
			tiles = tiles[1:]
		}
		return err == nil && len(tiles) > 0 && tiles[0].First < end
	}
	walked := m.r.walk(wanted, func(e entry) bool {
		if uint64(e.length) > maxMapTile {
			err = errors.New("a tile in it is larger than any of a map")
		}
		for end := e.id + uint64(e.run); wanted(e.id, end); {
			part := e
			part.id = max(e.id, tiles[0].First)
			part.run = uint32(min(end, tiles[0].End) - part.id)
			visit(part)
			if seen++; seen > maxCutEntries {
				err = errors.New("it has too many tiles to be a basemap of a page; cut an extract out of it")
			} else if seen%runRecords == 0 {
				err = ctx.Err()
			}
			if tiles[0].End > end {
				break
			}
			tiles = tiles[1:]
		}
		return err == nil
	})
	return cmp.Or(err, walked)
}
