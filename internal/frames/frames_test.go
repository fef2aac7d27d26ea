package frames

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

type frame struct {
	kind   byte
	record []byte
	offset int64
}

// stream writes frames of many sizes.
func stream(t *testing.T) ([]byte, []frame) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 1))
	var out bytes.Buffer
	w := NewWriter(&out)
	var all []frame
	for _, n := range []int{0, 1, 127, 128, 5000, 0, 1<<20 + 3, 70000} {
		record := make([]byte, n)
		for i := range record {
			record[i] = byte(rng.Uint32())
		}
		f := frame{kind: byte(1 + rng.IntN(255)), record: record}
		var err error
		if f.offset, err = w.Write(f.kind, record); err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), all
}

func TestStream(t *testing.T) {
	data, want := stream(t)
	r := NewReader(bytes.NewReader(data))
	at := First
	for i, f := range want {
		if f.offset != at {
			t.Fatalf("frame %d is at %d, not at %d", i, f.offset, at)
		}
		at += Size(len(f.record))
		kind, record, offset, err := r.Next()
		if err != nil || kind != f.kind || offset != f.offset || !bytes.Equal(record, f.record) {
			t.Fatalf("frame %d: kind %d at %d with %d bytes, %v; want kind %d at %d with %d", i, kind, offset, len(record), err, f.kind, f.offset, len(f.record))
		}
	}
	if _, _, _, err := r.Next(); err != io.EOF {
		t.Errorf("after the last frame comes %v", err)
	}
	var buffer []byte
	for i := len(want) - 1; i >= 0; i-- {
		kind, record, err := ReadAt(bytes.NewReader(data), want[i].offset, buffer)
		if err != nil || kind != want[i].kind || !bytes.Equal(record, want[i].record) {
			t.Fatalf("frame %d is read by its offset as kind %d with %d bytes, %v", i, kind, len(record), err)
		}
		buffer = record
	}
}

// Whoever stops at a frame can read what follows it, as often as he likes, to the end and with what it says of all.
func TestRest(t *testing.T) {
	data, want := stream(t)
	r := NewReader(bytes.NewReader(data))
	for at := range want {
		if _, _, _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			rest := r.Rest(bytes.NewReader(data))
			for _, f := range want[at+1:] {
				if kind, record, offset, err := rest.Next(); err != nil || kind != f.kind || offset != f.offset || !bytes.Equal(record, f.record) {
					t.Fatalf("after frame %d comes one of kind %d at %d, %v", at, kind, offset, err)
				}
			}
			if _, _, _, err := rest.Next(); err != io.EOF {
				t.Errorf("after the last frame comes %v", err)
			}
		}
		if _, _, _, err := r.Rest(bytes.NewReader(data[:len(data)-1])).Next(); at == len(want)-1 && !errors.Is(err, ErrDamaged) {
			t.Errorf("cut off: %v", err)
		}
	}
}

// read reads a stream to its end.
func read(data []byte) error {
	r := NewReader(bytes.NewReader(data))
	for {
		if _, _, _, err := r.Next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// A stream that is cut off anywhere, longer than it was, or of which any byte is another, is none.
func TestDamagedStream(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	for kind := byte(1); kind < 4; kind++ {
		if _, err := w.Write(kind, bytes.Repeat([]byte{kind}, int(kind)*40)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := out.Bytes()
	if err := read(data); err != nil {
		t.Fatal(err)
	}
	for n := range data {
		if err := read(data[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut off after %d bytes: %v", n, err)
		}
		for bit := range 8 {
			other := bytes.Clone(data)
			other[n] ^= 1 << bit
			if err := read(other); !errors.Is(err, ErrDamaged) {
				t.Fatalf("with byte %d changed: %v", n, err)
			}
		}
	}
	if err := read(append(bytes.Clone(data), 0)); !errors.Is(err, ErrDamaged) {
		t.Fatalf("with a byte more: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	var out bytes.Buffer
	w := NewWriter(&out)
	if _, err := w.Write(3, []byte("record")); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte(magic + "\x01\xff\xff\xff\xff\x03"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := read(data); err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
}

type failing struct{ left int }

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

func TestWriterKeepsItsError(t *testing.T) {
	w := NewWriter(&failing{left: 100_000})
	var err error
	for range 100 {
		if _, err = w.Write(1, make([]byte, 10_000)); err != nil {
			break
		}
	}
	if !errors.Is(err, io.ErrShortWrite) || !errors.Is(w.Close(), io.ErrShortWrite) {
		t.Errorf("a full disk is told as %v", err)
	}
}
