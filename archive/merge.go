package archive

import (
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"iter"
)

// A Part is tiles that lie elsewhere in the order in which an archive has them: by field, and those of a field by tile id. A Writer reads them there, so they are not copied before.
type Part struct {
	// Counts and Sums are the number of the tiles of each field, and what stands for them.
	Counts []int
	Sums   []Sum
	// Tiles lists the tiles. A Writer asks twice, to learn how many bytes they have and to take these. Image data need be valid only until the next tile.
	Tiles func() iter.Seq2[Tile, error]
}

// AddPart takes the tiles of a part into the archive, which are read by Finish or Stage. It must not be called together with Add, AddBlock or itself.
func (w *Writer) AddPart(p Part) error {
	if len(p.Counts) > w.fields() || len(p.Sums) != len(p.Counts) {
		return fmt.Errorf("adding tiles to %s: they are of %d fields, of which there are %d", w.path, len(p.Counts), w.fields())
	}
	w.parts = append(w.parts, p)
	return nil
}

// items lists the tiles of a part as items.
func (w *Writer) items(p *Part) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		for t, err := range p.Tiles() {
			if err == nil {
				err = w.checkTile(&t)
			}
			if err != nil {
				yield(item{}, err)
				return
			}
			r := record{tileID: TileID(t.Zoom, t.X, t.Y), length: uint32(len(t.IDAT)), set: uint16(t.Field), maxIndex: t.MaxIndex}
			if !yield(item{r, t.IDAT}, nil) {
				return
			}
		}
	}
}

// An item is a tile or block on its way into the file. Its data are nil where they lie in the spool, and otherwise valid until the next item.
type item struct {
	record
	data []byte
}

var errDisorder = errors.New("tiles of a part are not in the order of their ids")

// merged lists all tiles and blocks by set and tile id, each once. The list ends after an error.
func (w *Writer) merged() iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		sources := w.spool.sorted()
		for i := range w.parts {
			sources = append(sources, w.items(&w.parts[i]))
		}
		var h runHeap
		for i, s := range sources {
			next, stop := iter.Pull2(s)
			defer stop()
			if it, err, ok := next(); err != nil {
				yield(item{}, err)
				return
			} else if ok {
				h = append(h, &openRun{it, next, i})
			}
		}
		heap.Init(&h)
		var last record
		for first := true; len(h) > 0; first = false {
			run := h[0]
			if !first {
				switch c := compareRecords(&run.item.record, &last); {
				case c < 0:
					yield(item{}, errDisorder)
					return
				case c == 0:
					z, x, y := TileAt(last.tileID)
					yield(item{}, fmt.Errorf("%s: %s %d/%d/%d was added twice", w.nameOf(int(last.set)), w.kindOf(int(last.set)).name, z, x, y))
					return
				}
			}
			last = run.item.record
			if !yield(run.item, nil) {
				return
			}
			it, err, ok := run.next()
			switch {
			case err != nil:
				yield(item{}, err)
				return
			case ok:
				run.item = it
				heap.Fix(&h, 0)
			default:
				heap.Pop(&h)
			}
		}
	}
}

// An openRun is a run that is being read: its first item and what comes after it.
type openRun struct {
	item   item
	next   func() (item, error, bool)
	number int
}

// A runHeap has the run first whose item comes first.
type runHeap []*openRun

func (h runHeap) Len() int { return len(h) }
func (h runHeap) Less(i, j int) bool {
	return cmp.Or(compareRecords(&h[i].item.record, &h[j].item.record), cmp.Compare(h[i].number, h[j].number)) < 0
}
func (h runHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)   { *h = append(*h, x.(*openRun)) }
func (h *runHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// A Sorter takes tiles in any order and makes a Part of them. It keeps them in a temporary file, and its memory does not grow with their number.
type Sorter struct{ spool *spool }

// NewSorter makes a Sorter of tiles of fields, whose file is in the folder dir. Call Close.
func NewSorter(dir string, fields int) (*Sorter, error) {
	s, err := newSpool(dir, "tiles", fields)
	if err != nil {
		return nil, fmt.Errorf("making a temporary file for tiles in %s: %w", dir, err)
	}
	return &Sorter{s}, nil
}

// Add takes a tile. It is safe for concurrent use, and t.IDAT may be reused afterwards.
func (s *Sorter) Add(t Tile) error {
	if err := t.check(len(s.spool.counts)); err != nil {
		return err
	}
	return s.spool.addTile(&t)
}

// Part ends the adding and returns the tiles, which can be read until Close.
func (s *Sorter) Part() (Part, error) {
	if err := s.spool.seal(); err != nil {
		return Part{}, err
	}
	w := &Writer{spool: s.spool}
	tiles := func(yield func(Tile, error) bool) {
		var data []byte
		for it, err := range w.merged() {
			if err == nil {
				data, err = s.spool.read(data[:0], &it.record)
			}
			if err != nil {
				yield(Tile{}, err)
				return
			}
			z, x, y := TileAt(it.tileID)
			if !yield(Tile{int(it.set), z, x, y, data, it.maxIndex}, nil) {
				return
			}
		}
	}
	return Part{s.spool.counts, s.spool.sums, func() iter.Seq2[Tile, error] { return tiles }}, nil
}

// Close removes the file.
func (s *Sorter) Close() { s.spool.remove() }
