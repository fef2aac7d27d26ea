// Package trim makes a program that Go compiled to WebAssembly a fourth smaller for transport, and somewhat faster: what it does stays the same.
//
// Tables for stack traces go: which line of which file an instruction is of, what was inlined where, where a function may be interrupted. A
// page shows none of them. What is left of Go's table of functions (".gopclntab") is laid side by side (functions.go). Names of functions
// stay, so a program that fails still tells where, and so does all that the garbage collector and panics need.
//
// Code loses detours that Go's compiler takes because it knows each function as a list of blocks without structure, and is written so that what is done again
// and again is written the same each time, which is what compression lives on (code.go).
//
// Both know the code and the tables of Go 1.26. A release that has others is told by [ErrUnknown].
package trim

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrUnknown says that a module is none of Go's, or of a release of Go whose tables look otherwise than those known here.
var ErrUnknown = errors.New("not a module of WebAssembly as Go compiles it")

// Section numbers of the binary format of WebAssembly.
const (
	customSection = 0
	codeSection   = 10
	dataSection   = 11
)

// hole is how many zeroes between two pieces of data are worth a new segment: packed, they take less than the head of one up to there.
const hole = 1 << 10

// A segment is memory that a module has from the start.
type segment struct {
	at   int // address
	data []byte
}

// Module returns a Go module of WebAssembly without what only debuggers and stack traces look at. It fails with ErrUnknown.
func Module(wasm []byte) ([]byte, error) {
	r := reader{data: wasm}
	out := append([]byte(nil), r.take(8)...) // magic number and version
	done := false
	for !r.bad && len(r.data) > 0 {
		id := r.byte()
		body := r.take(int(r.uleb()))
		switch id {
		case customSection: // names and the like
			continue
		case codeSection:
			var err error
			if body, err = trimCode(body); err != nil {
				return nil, err
			}
		case dataSection:
			segments, err := parseData(body)
			if err != nil {
				return nil, err
			}
			memory := newImage(segments)
			if err := trimFunctions(memory); err != nil {
				return nil, err
			}
			body, done = writeData(memory), true
		}
		out = append(out, id)
		out = binary.AppendUvarint(out, uint64(len(body)))
		out = append(out, body...)
	}
	if r.bad || !done {
		return nil, ErrUnknown
	}
	return out, nil
}

func parseData(body []byte) ([]segment, error) {
	const i32Const, end = 0x41, 0x0b
	r := reader{data: body}
	n := int(r.uleb())
	if n > len(body) {
		return nil, ErrUnknown
	}
	segments := make([]segment, 0, n)
	for range n {
		if r.uleb() != 0 || r.byte() != i32Const {
			return nil, fmt.Errorf("%w: a segment of data has no address of its own", ErrUnknown)
		}
		at := int(r.sleb())
		if r.byte() != end || at < 0 {
			return nil, fmt.Errorf("%w: a segment of data has no address of its own", ErrUnknown)
		}
		segments = append(segments, segment{at, r.take(int(r.uleb()))})
	}
	if r.bad || len(r.data) > 0 {
		return nil, fmt.Errorf("%w: its data are cut off", ErrUnknown)
	}
	return segments, nil
}

// writeData returns a section of what is not zero in a memory.
func writeData(memory image) []byte {
	var segments []segment
	for at := 0; at < len(memory); at++ {
		if memory[at] == 0 {
			continue
		}
		if k := len(segments) - 1; k >= 0 && at-segments[k].at-len(segments[k].data) < hole {
			segments[k].data = memory[segments[k].at : at+1]
		} else {
			segments = append(segments, segment{at, memory[at : at+1]})
		}
	}
	const i32Const, end = 0x41, 0x0b
	out := binary.AppendUvarint(nil, uint64(len(segments)))
	for _, s := range segments {
		out = append(out, 0, i32Const)
		out = appendSleb(out, int64(s.at))
		out = append(out, end)
		out = binary.AppendUvarint(out, uint64(len(s.data)))
		out = append(out, s.data...)
	}
	return out
}

// A reader reads a section. bad is set once there is less than was asked for.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.data) {
		r.bad = true
		r.data = nil
		return make([]byte, 0)
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) uleb() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 || v > 1<<31 {
		r.bad = true
		return 0
	}
	r.take(n)
	return v
}

func (r *reader) sleb() int64 {
	var v int64
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b&0x80 == 0 {
			if b&0x40 != 0 && shift+7 < 64 {
				v -= 1 << (shift + 7)
			}
			return v
		}
	}
	r.bad = true
	return 0
}

func appendSleb(out []byte, v int64) []byte {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}
