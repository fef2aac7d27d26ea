package source

import (
	"fmt"
	"io"
)

// Limits that no honest export comes near. The largest recordings seen (a day
// of power-meter TCX) are some 60 MB of XML, which gzip shrinks 10 to 30 times.
const (
	// maxFileBytes is the largest file opened, as stored or inflated from a zip.
	maxFileBytes = 512 << 20
	// maxRatio is the largest ratio of a zip member's size to its compressed
	// size, asked of members beyond ratioFloor. DEFLATE cannot exceed 1032.
	maxRatio   = 200
	ratioFloor = 1 << 20
	// maxFiles is the largest number of files in a folder or zip.
	maxFiles = 500_000
	// maxNameBytes is the longest path of a file.
	maxNameBytes = 4096
)

// tooLarge says why a file of so many bytes is not opened, or returns nil. For
// files that are not compressed packed equals size.
func tooLarge(size, packed int64) *Skip {
	switch {
	case size < 0 || size > maxFileBytes:
		return &Skip{ReasonTooLarge, fmt.Sprintf("%d MB; the limit is %d MB", uint64(size)>>20, maxFileBytes>>20)}
	case size > ratioFloor && size/maxRatio > packed:
		return &Skip{ReasonTooLarge, fmt.Sprintf("%d MB packed into %d kB: this is a zip bomb or damaged", size>>20, packed>>10)}
	}
	return nil
}

// cappedReader yields at most left bytes and fails, rather than ends, when the
// file holds more: a size that lies must not let more in than was agreed.
type cappedReader struct {
	io.ReadCloser
	name string
	left int64
}

func (c *cappedReader) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, c.overrun()
	}
	// One byte beyond the cap is asked for, to tell "full" from "more".
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.ReadCloser.Read(p)
	c.left -= int64(n)
	if c.left < 0 {
		return n - 1, c.overrun()
	}
	return n, err
}

func (c *cappedReader) overrun() error {
	return fmt.Errorf("reading %s: the file is longer than its folder says or than %d MB: it is damaged or still being written",
		c.name, maxFileBytes>>20)
}
