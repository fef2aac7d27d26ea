package generator

import (
	"fmt"
	"io"
	"slices"
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
