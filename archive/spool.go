package archive

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"heatmapgen/internal/scratch"
)

const (
	// spoolBuffer is how many bytes of tiles gather before they go to the file.
	spoolBuffer = 1 << 20
	// runRecords is how many records are in memory, at most, and in a run.
	runRecords = 1 << 16
	// runBuffer is how many bytes of a run are read at a time.
	runBuffer = 1 << 14
)

// A record says where in the spool the image data of a tile lies, or its whole
// PNG file, or a block.
type record struct {
	tileID   uint64
	offset   int64
	length   uint32
	set      uint16
	maxIndex uint8
	whole    bool
}

// recordLen is how many bytes a record has in a run.
const recordLen = 24

// compareRecords orders records by set and tile id.
func compareRecords(a, b *record) int {
	if a.set != b.set {
		return cmp.Compare(a.set, b.set)
	}
	return cmp.Compare(a.tileID, b.tileID)
}

func appendRecord(dst []byte, r *record) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, r.tileID)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.offset))
	dst = binary.LittleEndian.AppendUint32(dst, r.length)
	dst = binary.LittleEndian.AppendUint16(dst, r.set)
	whole := byte(0)
	if r.whole {
		whole = 1
	}
	return append(dst, r.maxIndex, whole)
}

func parseRecord(b *[recordLen]byte) record {
	return record{binary.LittleEndian.Uint64(b[:]), int64(binary.LittleEndian.Uint64(b[8:])), binary.LittleEndian.Uint32(b[16:]), binary.LittleEndian.Uint16(b[20:]), b[22], b[23] == 1}
}

// A spool keeps the image data of tiles, and blocks, in a temporary file, in the order
// of their arrival, and gives them back by set and tile id: they come in any
// order and an archive needs them in one. Records of where they lie gather in memory; when there are runRecords of them they are sorted and
// go to the file as well, as a run, and in the end runs are merged. So memory grows neither with the bytes nor with the number of tiles.
type spool struct {
	mu     sync.Mutex
	file   *os.File
	w      *bufio.Writer
	size   int64
	recent []record // those in no run
	runs   []int64  // where each begins
	counts []int    // of the tiles or blocks, by set: the fields, then the block sets
	sums   []Sum    // likewise
	err    error
}

// newSpool makes an empty spool for the given number of sets.
func newSpool(dir, base string, sets int) (*spool, error) {
	f, err := scratch.Unnamed(dir, base)
	if err != nil {
		return nil, err
	}
	return &spool{file: f, w: bufio.NewWriterSize(f, spoolBuffer), counts: make([]int, sets), sums: make([]Sum, sets)}, nil
}

// add appends the data of a tile or block of a set; it copies them and completes the record. summed is what of them goes into the
// sum. After an error every further call returns that error.
func (s *spool) add(set int, r record, data, summed []byte) error {
	sum := sumOf(r.tileID, summed)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if s.err = s.append(data); s.err != nil {
		return s.err
	}
	r.set, r.offset, r.length = uint16(set), s.size-int64(len(data)), uint32(len(data))
	s.recent = append(s.recent, r)
	s.counts[set]++
	s.sums[set].add(sum)
	if len(s.recent) == runRecords {
		s.err = s.endRun()
	}
	return s.err
}

// append appends bytes to the file.
func (s *spool) append(b []byte) error {
	if _, err := s.w.Write(b); err != nil {
		return fmt.Errorf("keeping tiles in a temporary file in %s: %w", filepath.Dir(s.file.Name()), err)
	}
	s.size += int64(len(b))
	return nil
}

// endRun makes a run of the recent records.
func (s *spool) endRun() error {
	s.sortRecent()
	s.runs = append(s.runs, s.size)
	var b []byte
	for some := range slices.Chunk(s.recent, 256) {
		b = b[:0]
		for i := range some {
			b = appendRecord(b, &some[i])
		}
		if err := s.append(b); err != nil {
			return err
		}
	}
	s.recent = s.recent[:0]
	return nil
}

func (s *spool) sortRecent() {
	slices.SortFunc(s.recent, func(a, b record) int { return compareRecords(&a, &b) })
}

// seal ends the adding, so that sorted and read may be called.
func (s *spool) seal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.sortRecent()
	s.err = s.flush()
	if s.err != nil {
		return s.err
	}
	s.err = errFinished
	return nil
}

// flush brings what was appended into the file.
func (s *spool) flush() error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("keeping tiles in a temporary file in %s: %w", filepath.Dir(s.file.Name()), err)
	}
	return nil
}

// sorted returns the runs, each of which lists its records by set and tile id.
func (s *spool) sorted() []iter.Seq2[item, error] {
	all := []iter.Seq2[item, error]{func(yield func(item, error) bool) {
		for _, r := range s.recent {
			if !yield(item{record: r}, nil) {
				return
			}
		}
	}}
	for _, at := range s.runs {
		all = append(all, func(yield func(item, error) bool) {
			in := bufio.NewReaderSize(io.NewSectionReader(s.file, at, runRecords*recordLen), runBuffer)
			var b [recordLen]byte
			for range runRecords {
				if _, err := io.ReadFull(in, b[:]); err != nil {
					yield(item{}, s.unread(err))
					return
				}
				if !yield(item{record: parseRecord(&b)}, nil) {
					return
				}
			}
		})
	}
	return all
}

// read appends the data of a record to dst.
func (s *spool) read(dst []byte, r *record) ([]byte, error) {
	n := len(dst)
	dst = slices.Grow(dst, int(r.length))[:n+int(r.length)]
	if _, err := s.file.ReadAt(dst[n:], r.offset); err != nil {
		return dst[:n], s.unread(err)
	}
	return dst, nil
}

// unread says what an error of reading the file means.
func (s *spool) unread(err error) error {
	return fmt.Errorf("reading tiles back from a temporary file in %s: %w", filepath.Dir(s.file.Name()), err)
}

// remove closes and deletes the file.
func (s *spool) remove() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = errFinished
	}
	scratch.Discard(s.file)
}
