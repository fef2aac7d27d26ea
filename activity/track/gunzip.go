package track

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// Limits of what is unpacked. Recordings shrink to a tenth to a thirtieth;
// beyond bombFloor a file that shrank to less than a 200th is a bomb.
const (
	bombFloor = 64 << 20
	bombRatio = 200
	// maxPooledBytes bounds a buffer that is kept between files.
	maxPooledBytes = 16 << 20
)

// An unpacker is a gzip reader with its output, reused from file to file.
type unpacker struct {
	in  bytes.Reader
	gz  gzip.Reader
	out []byte
	// large says that the unpacker holds largeTurn.
	large bool
}

// largeBytes is the size from which files are unpacked and decoded one at a time, whatever the number of workers: so many of them could
// fill the memory.
const largeBytes = 32 << 20

// largeTurn is held by who has unpacked more than largeBytes, until that is freed.
var largeTurn sync.Mutex

// grown takes the turn of large files when the output is one.
func (u *unpacker) grown() {
	if !u.large && cap(u.out) > largeBytes {
		largeTurn.Lock()
		u.large = true
	}
}

var unpackers = sync.Pool{New: func() any { return new(unpacker) }}

// free hands the unpacker back; its output must not be used any more. It may be
// called on nil.
func (u *unpacker) free() {
	if u == nil {
		return
	}
	u.in.Reset(nil)
	if cap(u.out) > maxPooledBytes {
		u.out = nil
	}
	if u.large {
		u.large = false
		largeTurn.Unlock()
	}
	unpackers.Put(u)
}

// gunzip returns data unpacked, or data itself when it is not gzipped. The
// result is valid until the unpacker is freed. A stream that breaks off or whose
// checksum is wrong yields what could be unpacked and a warning.
func gunzip(data []byte, limits *Limits) (plain []byte, u *unpacker, warning, err error) {
	if len(data) < 3 || data[0] != 0x1f || data[1] != 0x8b || data[2] != 8 {
		return data, nil, nil, nil
	}
	u = unpackers.Get().(*unpacker)
	defer func() {
		if err != nil {
			u.free()
			u = nil
		}
	}()
	u.in.Reset(data)
	if err := u.gz.Reset(&u.in); err != nil {
		return nil, u, nil, fmt.Errorf("unpacking gzip: %w: %w", ErrCorrupt, err)
	}
	limit := max(bombFloor, len(data)*bombRatio)
	tooMuch := func() error {
		return fmt.Errorf("gzip of %d bytes unpacks to more than %d MB, as no recording does: %w", len(data), limit>>20, ErrTooLarge)
	}
	if limits.Bytes > 0 && int64(limit) >= limits.Bytes {
		limit = int(limits.Bytes)
		tooMuch = limits.tooLarge
	}
	u.reserve(data, limit)
	u.out = u.out[:0]
	for told := 0; ; told = len(u.out) {
		if len(u.out) == cap(u.out) {
			if len(u.out) > limit {
				return nil, u, nil, tooMuch()
			}
			u.out = append(u.out, 0)[:len(u.out)]
			u.grown()
		}
		n, failed := u.gz.Read(u.out[len(u.out):cap(u.out)])
		u.out = u.out[:len(u.out)+n]
		if limits.Unpacked != nil {
			if err := limits.Unpacked(int64(len(u.out) - told)); err != nil {
				return nil, u, nil, err
			}
		}
		if failed == io.EOF {
			break
		}
		if errors.Is(failed, io.ErrUnexpectedEOF) {
			warning = fmt.Errorf("unpacking gzip: %w", ErrTruncated)
			break
		}
		if failed != nil {
			warning = fmt.Errorf("unpacking gzip: %w", failed)
			break
		}
	}
	if len(u.out) > limit {
		return nil, u, nil, tooMuch()
	}
	return u.out, u, warning, nil
}

// reserve makes room for the size that the stream's last four bytes promise
// (RFC 1952, ISIZE), as far as that can be true: deflate never shrinks to less
// than a 1032nd.
func (u *unpacker) reserve(data []byte, limit int) {
	promised := int(binary.LittleEndian.Uint32(data[max(0, len(data)-4):]))
	room := min(promised, len(data)*1032, limit) + 1
	if cap(u.out) < room {
		u.out = make([]byte, 0, room)
		u.grown()
	}
}
