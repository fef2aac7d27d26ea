package archive

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"heatmapgen/internal/scratch"
)

// spoolBuffer is how many bytes of tiles gather before they go to the file.
const spoolBuffer = 1 << 20

// A record says where in the spool the image data of a tile lies, or its whole
// PNG file, or a block.
type record struct {
	tileID   uint64
	offset   int64
	length   uint32
	maxIndex uint8
	whole    bool
}

// A spool keeps the image data of tiles, and blocks, in a temporary file, in the order
// of their arrival, and in memory no more than a record of each. They come in any
// order and an archive needs them in one: with the spool a build's memory does
// not grow with their bytes.
type spool struct {
	mu      sync.Mutex
	file    *os.File
	w       *bufio.Writer
	size    int64
	records [][]record // by set: the fields, then the block sets
	sums    []Sum      // of the tiles or blocks, by set
	err     error
}

// newSpool makes an empty spool for the given number of sets.
func newSpool(dir, base string, sets int) (*spool, error) {
	f, err := scratch.Unnamed(dir, base)
	if err != nil {
		return nil, err
	}
	return &spool{file: f, w: bufio.NewWriterSize(f, spoolBuffer), records: make([][]record, sets), sums: make([]Sum, sets)}, nil
}

// add appends the data of a tile or block; it copies them and completes the record. summed is what of them goes into the
// sum. After an error every further call returns that error.
func (s *spool) add(set int, r record, data, summed []byte) error {
	sum := sumOf(r.tileID, summed)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if _, err := s.w.Write(data); err != nil {
		s.err = fmt.Errorf("keeping tiles in a temporary file in %s: %w", filepath.Dir(s.file.Name()), err)
		return s.err
	}
	r.offset, r.length = s.size, uint32(len(data))
	s.records[set] = append(s.records[set], r)
	s.sums[set].add(sum)
	s.size += int64(len(data))
	return nil
}

// seal ends the adding, so that read may be called.
func (s *spool) seal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if err := s.w.Flush(); err != nil {
		s.err = fmt.Errorf("keeping tiles in a temporary file in %s: %w", filepath.Dir(s.file.Name()), err)
		return s.err
	}
	s.err = errFinished
	return nil
}

// read appends the data of a record to dst.
func (s *spool) read(dst []byte, r record) ([]byte, error) {
	n := len(dst)
	dst = append(dst, make([]byte, r.length)...)
	if _, err := s.file.ReadAt(dst[n:], r.offset); err != nil {
		return dst[:n], fmt.Errorf("reading tiles back from a temporary file in %s: %w", filepath.Dir(s.file.Name()), err)
	}
	return dst, nil
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
