package lines

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"heatmapgen/layers"
)

// Blocks that are joined from fragments, in whatever order these come, are those that are made of the lines.
func TestFragmentsMakeTheSameBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 3))
	var all []*Line
	parts := map[[3]uint32][]Part{}
	for a := range 12 {
		runs := []layers.Run{walk(r, 400, 47, true, a%2 == 0, true), walk(r, 30, 47, false, true, false)}
		l := Make(runs, []float32{400, 401}, 0.025)
		all = append(all, l)
		for f := range l.Fragments() {
			at := [3]uint32{uint32(f.Zoom), f.X, f.Y}
			parts[at] = append(parts[at], Part{Activity: a, Order: f.Order, Data: bytes.Clone(f.Data)})
		}
	}
	want := encoded(t, all...)
	if len(parts) != len(want) {
		t.Fatalf("fragments lie in %d blocks, lines in %d", len(parts), len(want))
	}
	for at, some := range parts {
		r.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		b, err := Join(uint8(at[0]), at[1], at[2], some)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Encode()
		if err != nil || !bytes.Equal(got, want[at]) {
			t.Fatalf("block %v is %d bytes, of lines %d; %v", at, len(got), len(want[at]), err)
		}
	}
}

// A fragment that is cut off or goes on is refused.
func TestDamagedFragments(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 4))
	l := Make([]layers.Run{walk(r, 60, 47, true, true, true)}, []float32{400}, 0.025)
	for f := range l.Fragments() {
		for n := range f.Data {
			if _, err := Join(f.Zoom, f.X, f.Y, []Part{{Data: f.Data[:n]}}); err == nil {
				t.Fatalf("the first %d of %d bytes pass for a fragment", n, len(f.Data))
			}
		}
		if _, err := Join(f.Zoom, f.X, f.Y, []Part{{Data: append(bytes.Clone(f.Data), 0)}}); err == nil {
			t.Fatal("a fragment with a byte more passes")
		}
	}
}
