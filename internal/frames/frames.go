// Package frames is how one process hands records to another, in a file or through a pipe: framed, with a checksum each, and with an end, so that what was
// cut off is told from what is complete. It knows nothing of what is in the records; package generator says that in wire.go.
//
// A stream is the magic "HMF1" and frames: a byte that says what kind of record follows, its length in bytes as an unsigned varint, the record, and the CRC-32C of all
// of these, four bytes, the lowest first. The last frame is of kind End and holds the number of those before it as an unsigned varint.
package frames

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// End is the kind of the last frame of a stream, which Close writes.
const End = 0

// MaxRecord is the size that a record has at most, in bytes.
const MaxRecord = 1 << 30

// First is the offset of the first frame of a stream.
const First = int64(len(magic))

const (
	magic = "HMF1"
	// maxHead is the size of a kind and a length.
	maxHead = 1 + binary.MaxVarintLen32
)

// ErrDamaged is what a Reader returns, for errors.Is, where a stream is none, was cut off, or is not what was written.
var ErrDamaged = errors.New("it is damaged or was cut off")

var table = crc32.MakeTable(crc32.Castagnoli)

// A Writer writes a stream. After an error every further call returns that error.
type Writer struct {
	w      *bufio.Writer
	at     int64
	frames uint64
	head   []byte
	err    error
}

// NewWriter begins a stream in w.
func NewWriter(w io.Writer) *Writer {
	f := &Writer{w: bufio.NewWriterSize(w, 1<<16)}
	f.write([]byte(magic))
	return f
}

// Write appends a record of a kind from 1 to 255 and returns the offset of its frame in the stream, for ReadAt.
func (f *Writer) Write(kind byte, record []byte) (offset int64, err error) {
	if len(record) > MaxRecord {
		return 0, fmt.Errorf("a record of %d bytes is more than %d", len(record), MaxRecord)
	}
	offset = f.at
	f.head = binary.AppendUvarint(append(f.head[:0], kind), uint64(len(record)))
	sum := crc32.Update(crc32.Update(0, table, f.head), table, record)
	f.write(f.head)
	f.write(record)
	f.write(binary.LittleEndian.AppendUint32(f.head[:0], sum))
	f.frames++
	return offset, f.err
}

// Close ends the stream, without which it is none.
func (f *Writer) Close() error {
	if _, err := f.Write(End, binary.AppendUvarint(nil, f.frames)); err != nil {
		return err
	}
	return f.w.Flush()
}

func (f *Writer) write(b []byte) {
	if f.err == nil {
		_, f.err = f.w.Write(b)
		f.at += int64(len(b))
	}
}

// A Reader reads a stream.
type Reader struct {
	r      *bufio.Reader
	at     int64
	frames uint64
	begun  bool
	record []byte
}

// NewReader returns a reader of the stream in r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 1<<16)} }

// Next returns the next record, which is valid until the next call, its kind and the offset of its frame. At the end of a complete stream the error is io.EOF; it is ErrDamaged,
// for errors.Is, where the stream is not what was written.
func (f *Reader) Next() (kind byte, record []byte, offset int64, err error) {
	if !f.begun {
		var got [len(magic)]byte
		if _, err := io.ReadFull(f.r, got[:]); err != nil || string(got[:]) != magic {
			return 0, nil, 0, broken(err)
		}
		f.begun, f.at = true, First
	}
	offset = f.at
	var n int
	if kind, f.record, n, err = next(f.r, f.record); err != nil {
		return 0, nil, 0, err
	}
	f.at += int64(n)
	if kind != End {
		f.frames++
		return kind, f.record, offset, nil
	}
	if count, m := binary.Uvarint(f.record); m != len(f.record) || count != f.frames {
		return 0, nil, 0, ErrDamaged
	}
	if _, err := f.r.ReadByte(); err != io.EOF {
		return 0, nil, 0, broken(err)
	}
	return 0, nil, 0, io.EOF
}

// Rest returns a reader of what follows the record that f read last, of a stream that r has from its beginning. It may be called again and again as long as f stays there.
func (f *Reader) Rest(r io.ReaderAt) *Reader {
	return &Reader{r: bufio.NewReaderSize(io.NewSectionReader(r, f.at, math.MaxInt64-f.at), 1<<16), at: f.at, frames: f.frames, begun: true}
}

// ReadAt returns the record of the frame at an offset that Write or Next returned, in the memory of buffer where it fits, and its kind. The error is ErrDamaged, for errors.Is, where there is no such frame.
func ReadAt(r io.ReaderAt, offset int64, buffer []byte) (kind byte, record []byte, err error) {
	kind, record, _, err = next(bufio.NewReaderSize(io.NewSectionReader(r, offset, maxHead+MaxRecord+4), 1<<12), buffer)
	return kind, record, err
}

// Size returns the size in bytes of the frame of a record of n bytes.
func Size(n int) int64 {
	var length [binary.MaxVarintLen64]byte
	return 1 + int64(binary.PutUvarint(length[:], uint64(n))) + int64(n) + 4
}

// next reads a frame of n bytes into the memory of record, where it fits.
func next(r *bufio.Reader, record []byte) (byte, []byte, int, error) {
	var head []byte
	for len(head) < 2 || head[len(head)-1] >= 0x80 && len(head) < maxHead {
		b, err := r.ReadByte()
		if err != nil {
			return 0, nil, 0, broken(err)
		}
		head = append(head, b)
	}
	length, m := binary.Uvarint(head[1:])
	if m <= 0 || length > MaxRecord {
		return 0, nil, 0, ErrDamaged
	}
	kind, sum := head[0], crc32.Update(0, table, head)
	// What is said to be long need not be there: memory grows with what is.
	record = record[:0]
	for left := int(length); left > 0; {
		part := min(left, max(cap(record)-len(record), 1<<20))
		at := len(record)
		record = append(record, make([]byte, part)...)
		if _, err := io.ReadFull(r, record[at:]); err != nil {
			return 0, nil, 0, broken(err)
		}
		left -= part
	}
	var stored [4]byte
	if _, err := io.ReadFull(r, stored[:]); err != nil {
		return 0, nil, 0, broken(err)
	}
	if crc32.Update(sum, table, record) != binary.LittleEndian.Uint32(stored[:]) {
		return 0, nil, 0, ErrDamaged
	}
	return kind, record, len(head) + len(record) + len(stored), nil
}

// broken is the error of a stream that ends early, or that could not be read.
func broken(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrDamaged
	}
	return err
}
