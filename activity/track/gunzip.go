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
	maxUnpacked = 1 << 30
	bombFloor   = 64 << 20
	bombRatio   = 200
	// maxPooledBytes bounds a buffer that is kept between files.
	maxPooledBytes = 16 << 20
)

// An unpacker is a gzip reader with its output, reused from file to file.
type unpacker struct {
	in  bytes.Reader
	gz  gzip.Reader
	out []byte
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
	unpackers.Put(u)
}

// gunzip returns data unpacked, or data itself when it is not gzipped. The
// result is valid until the unpacker is freed. A stream that breaks off or whose
// checksum is wrong yields what could be unpacked and a warning.
func gunzip(data []byte) (plain []byte, u *unpacker, warning, err error) {
	if len(data) < 3 || data[0] != 0x1f || data[1] != 0x8b || data[2] != 8 {
		return data, nil, nil, nil
	}
	u = unpackers.Get().(*unpacker)
	u.in.Reset(data)
	if err := u.gz.Reset(&u.in); err != nil {
		u.free()
		return nil, nil, nil, fmt.Errorf("unpacking gzip: %w: %w", ErrCorrupt, err)
	}
	limit := max(bombFloor, min(maxUnpacked, len(data)*bombRatio))
	u.reserve(data, limit)
	u.out = u.out[:0]
	for {
		if len(u.out) == cap(u.out) {
			if len(u.out) > limit {
				u.free()
				return nil, nil, nil, fmt.Errorf("gzip of %d bytes unpacks to more than %d MB: %w", len(data), limit>>20, ErrTooLarge)
			}
			u.out = append(u.out, 0)[:len(u.out)]
		}
		n, err := u.gz.Read(u.out[len(u.out):cap(u.out)])
		u.out = u.out[:len(u.out)+n]
		if err == io.EOF {
			break
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			warning = fmt.Errorf("unpacking gzip: %w", ErrTruncated)
			break
		}
		if err != nil {
			warning = fmt.Errorf("unpacking gzip: %w", err)
			break
		}
	}
	if len(u.out) > limit {
		n := len(u.out)
		u.free()
		return nil, nil, nil, fmt.Errorf("gzip of %d bytes unpacks to %d MB: %w", len(data), n>>20, ErrTooLarge)
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
	}
}
