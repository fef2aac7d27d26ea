package source

import (
	"fmt"
	"io"
)

// Limits bound the work that a source may cause; [limits] of heatmap.toml sets them.
type Limits struct {
	// FileBytes is the size in bytes of the largest file that is opened, as it is stored in a folder or unpacked from a zip;
	// above 0.
	FileBytes int64
	// TotalBytes is how much of zips inside a zip, and of a table that is read through, is unpacked at most; above 0.
	TotalBytes int64
	// Files is the largest number of files that a folder or zip may hold; above 0.
	Files int
}

// DefaultLimits are those of a configuration that sets none. No honest export comes near: the largest recordings seen (a
// day of power-meter TCX) are some 60 MB of XML.
var DefaultLimits = Limits{FileBytes: 512 << 20, TotalBytes: 100 << 30, Files: 2_000_000}

const (
	// maxRatio is the largest ratio of a zip member's size to its compressed
	// size, asked of members beyond ratioFloor. DEFLATE cannot exceed 1032;
	// gzip shrinks recordings 10 to 30 times.
	maxRatio   = 200
	ratioFloor = 1 << 20
	// maxNameBytes is the longest path of a file.
	maxNameBytes = 4096
)

// tooLarge says why a file of so many bytes is not opened, or returns nil. For
// files that are not compressed packed equals size.
func (l Limits) tooLarge(size, packed int64) *Skip {
	switch {
	case size < 0 || size > l.FileBytes:
		return &Skip{ReasonTooLarge, fmt.Sprintf("%d MB; the limit is %d MB, [limits] max_file_mb", uint64(size)>>20, l.FileBytes>>20)}
	case bomb(size, packed):
		return &Skip{ReasonTooLarge, fmt.Sprintf("%d MB packed into %d kB: this is a zip bomb or damaged", size>>20, packed>>10)}
	}
	return nil
}

// bomb tells that so few packed bytes cannot honestly be so many.
func bomb(size, packed int64) bool { return size > ratioFloor && size/maxRatio > packed }

// tooMany says that a source holds more files than is believed.
func (l Limits) tooMany(where string) error {
	return &LimitError{fmt.Sprintf("%s holds more than %d files", where, l.Files), "max_activities"}
}

// cappedReader yields at most left bytes of a zip's member and fails, rather than ends, when there are
// more: a size that lies must not let more in than was agreed.
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
	return n, in(c.name, err)
}

func (c *cappedReader) overrun() error {
	return fmt.Errorf("reading %s: it is longer than its zip says: it is damaged", c.name)
}
