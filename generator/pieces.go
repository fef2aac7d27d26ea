package generator

import (
	"fmt"
	"io"
	"slices"

	"heatmapgen/internal/sorting"
)

// A pieceSource is where a painter has the pieces of cells from: the bucket of this process, or the files of others.
type pieceSource interface {
	// each calls f with every piece of a job in their order, and its bytes, which are valid until f returns; it ends with the first error.
	each(job *cellJob, f func(ref pieceRef, data []byte) error) error
}

// chunkBytes is how much of a cell's pieces is in memory at a time: all of most cells, a part of the largest.
const chunkBytes = 4 << 20

// A chunk reads the pieces of jobs from a bucket; those of a small cell once for all calls of each.
type chunk struct {
	bucket *bucket
	most   int // bytes at a time, but for a piece that is larger

	job      *cellJob
	from, to int // places in the job's pieces that are in data
	data     []byte
}

func (c *chunk) each(job *cellJob, f func(ref pieceRef, data []byte) error) error {
	for from := 0; from < len(job.pieces); from = c.to {
		if err := c.read(job, from); err != nil {
			return err
		}
		rest := c.data
		for _, ref := range job.pieces[c.from:c.to] {
			if err := f(ref, rest[:ref.length]); err != nil {
				return err
			}
			rest = rest[ref.length:]
		}
	}
	return nil
}

// read fills the chunk with the pieces of a job from one place on.
func (c *chunk) read(job *cellJob, from int) error {
	if c.job == job && c.from == from {
		return nil
	}
	c.job, c.from, c.to, c.data = job, from, from, c.data[:0]
	for ; c.to < len(job.pieces); c.to++ {
		ref := job.pieces[c.to]
		at, end := len(c.data), len(c.data)+int(ref.length)
		if c.to > from && end > c.most {
			break
		}
		c.data = slices.Grow(c.data, int(ref.length))[:end]
		if _, err := c.bucket.file.ReadAt(c.data[at:], ref.offset); err != nil && err != io.EOF {
			c.job = nil
			return fmt.Errorf("reading pieces of tracks back from the temporary file: %w", err)
		}
	}
	return nil
}

// filePieces gives the painter pieces from the files of shards.
type filePieces struct {
	shares shares
	record []byte
	// athletes are by rank, nil where they are not counted.
	athletes []int
	held     int64 // bytes of athletes' pieces that are in memory at a time
}

// each gives the pieces file by file. Where athletes are counted it goes through the files for some of them at a time, since the pieces of each come together; those of one who has more than may be held come as they lie.
func (p *filePieces) each(job *cellJob, f func(ref pieceRef, data []byte) error) error {
	if p.athletes == nil {
		return p.eachOfFile(job.from, f)
	}
	var refs []pieceRef
	var all []byte
	for _, some := range divide(job.from, p.held, p.athletes) {
		if some.bytes > p.held {
			if err := p.eachOfFile(some.from, f); err != nil {
				return err
			}
			continue
		}
		refs, all = refs[:0], all[:0]
		err := p.eachOfFile(some.from, func(ref pieceRef, data []byte) error {
			ref.offset = int64(len(all))
			all = append(all, data...)
			refs = append(refs, ref)
			return nil
		})
		if err != nil {
			return err
		}
		sorting.Func(refs, byAthlete(p.athletes))
		for _, ref := range refs {
			if err := f(ref, all[ref.offset:ref.offset+int64(ref.length)]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *filePieces) eachOfFile(parts []cellPart, f func(ref pieceRef, data []byte) error) error {
	for _, from := range parts {
		var err error
		if p.record, err = readShare(p.shares, from.File, from.Offset, recordCell, from.Lengths, p.record); err != nil {
			return err
		}
		rest := p.record
		for i, n := range from.Lengths {
			if rank := from.Ranks[i]; rank >= 0 {
				if err := f(pieceRef{entry: rank, length: n}, rest[:n]); err != nil {
					return err
				}
			}
			rest = rest[n:]
		}
	}
	return nil
}
