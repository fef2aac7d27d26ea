package sumspack_test

import (
	"bytes"
	"testing"

	"heatmapgen/internal/sumspack"
)

// Sums come back, one after the other, behind what stood there; what was cut off does not. studio/bundle runs this in node, too.
func TestBack(t *testing.T) {
	p, err := sumspack.NewPacker()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	u, err := sumspack.NewUnpacker()
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	long := make([]byte, 3<<20)
	for i := range long {
		long[i] = byte(i * i >> 8)
	}
	head := []byte("head")
	for _, sums := range [][]byte{{}, {7}, bytes.Repeat([]byte{0, 1}, 5000), long, {1, 2, 3}} {
		packed := p.Pack(bytes.Clone(head), sums)
		if !bytes.HasPrefix(packed, head) || len(packed) > len(head)+len(sums)+len(sums)/1000+100 {
			t.Errorf("%d bytes become %d, after %q", len(sums), len(packed), packed[:min(len(packed), 4)])
		}
		got, err := u.Unpack(bytes.Clone(head), packed[len(head):])
		if err != nil || !bytes.Equal(got, append(bytes.Clone(head), sums...)) {
			t.Errorf("%d bytes do not come back: %d, %v", len(sums), len(got), err)
		}
		if _, err := u.Unpack(nil, packed[len(head):len(packed)-1]); len(sums) > 0 && err == nil {
			t.Errorf("%d bytes come back of what was cut off", len(sums))
		}
	}
}
