package squares_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"heatmapgen/layers/squares"
)

// gathered returns the blocks of activities, and what Decode makes of them.
func gathered(t *testing.T, all [][]squares.Code) ([]squares.Block, []*squares.Content) {
	t.Helper()
	packed := make([][]byte, len(all))
	for i, codes := range all {
		packed[i] = squares.Pack(codes)
	}
	var blocks []squares.Block
	var contents []*squares.Content
	if err := squares.Gather(packed, func(b squares.Block) error {
		c, err := squares.Decode(b.Data, b.Zoom, b.X, b.Y)
		if err != nil {
			t.Fatalf("block %d/%d/%d: %v", b.Zoom, b.X, b.Y, err)
		}
		blocks, contents = append(blocks, b), append(contents, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return blocks, contents
}

func TestBlocksHoldAllSquares(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	all := make([][]squares.Code, 700)
	large := make([][]squares.Code, len(all))
	for a := range all {
		if a%7 == 3 {
			continue // has been nowhere
		}
		// Where two blocks of the first zoom meet, and now and then far away; most of them so crowded that blocks are divided.
		x, y := uint32(1<<16), uint32(1<<16-40)
		if a%50 == 0 {
			x, y = 0, 1<<17-700
		}
		n := 1200
		if a%50 == 0 {
			n = 3
		}
		for range n {
			all[a] = append(all[a], squares.CodeOf(x-uint32(min(int(x), r.IntN(20)))+uint32(r.IntN(250)), y+uint32(r.IntN(300))))
		}
		slices.Sort(all[a])
		all[a] = slices.Compact(all[a])
		for _, c := range all[a] {
			large[a] = append(large[a], c>>6)
		}
		large[a] = slices.Compact(large[a])
	}
	blocks, contents := gathered(t, all)
	zooms := map[uint8]int{}
	for _, b := range blocks {
		zooms[b.Zoom]++
		if len(b.Data) > 256<<10 {
			t.Errorf("block %d/%d/%d has %d bytes", b.Zoom, b.X, b.Y, len(b.Data))
		}
	}
	if zooms[4] == 0 || zooms[9] == 0 || zooms[10] == 0 {
		t.Errorf("blocks by zoom: %v", zooms)
	}
	for _, c := range []struct {
		zoom uint8
		want [][]squares.Code
	}{{squares.Small, all}, {squares.Large, large}} {
		got, err := squares.Assemble(contents, c.zoom, len(all))
		if err != nil {
			t.Fatal(err)
		}
		for a := range all {
			if !slices.Equal(got[a], c.want[a]) {
				t.Fatalf("activity %d has other squares of zoom %d", a, c.zoom)
			}
		}
	}
	if _, err := squares.Assemble(contents, squares.Small, len(all)-1); !errors.Is(err, squares.ErrDamaged) {
		t.Errorf("with an activity less: %v", err)
	}
	if _, err := squares.Assemble(append(contents, contents...), squares.Small, len(all)); !errors.Is(err, squares.ErrDamaged) {
		t.Errorf("every block twice: %v", err)
	}
}

func zipped(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(text)
	_ = z.Close()
	return b.Bytes()
}

// rawBlock writes a block of numbers as they are.
func rawBlock(squaresZoom, activities, count uint64, columns ...[]uint64) []byte {
	out := []byte("HMS1")
	for _, n := range []uint64{squaresZoom, activities, count} {
		out = binary.AppendUvarint(out, n)
	}
	for _, c := range columns {
		var column []byte
		for _, n := range c {
			column = binary.AppendUvarint(column, n)
		}
		out = binary.AppendUvarint(out, uint64(len(column)))
		out = append(out, column...)
	}
	return out
}

func TestHostileBlocksAreRefused(t *testing.T) {
	good := rawBlock(17, 2, 3, []uint64{4, 1}, []uint64{1, 0}, []uint64{7, 0, 65535})
	if c, err := squares.Decode(zipped(good), 9, 1, 0); err != nil || !slices.Equal(c.Activity, []int{4, 5}) || !slices.Equal(c.Codes, []squares.Code{65543, 65544, 131071}) {
		t.Fatalf("%+v, %v", c, err)
	}
	hostile := map[string]struct {
		data []byte
		zoom uint8
	}{
		"no gzip":               {[]byte("HMS1"), 9},
		"another block":         {zipped([]byte("HML1" + string(good[4:]))), 9},
		"cut off":               {zipped(good[:len(good)-1]), 9},
		"more behind":           {zipped(append(slices.Clone(good), 0)), 9},
		"of a zoom for large":   {zipped(good), 8},
		"of a zoom too deep":    {zipped(good), 17},
		"squares of no game":    {zipped(rawBlock(16, 1, 1, []uint64{0}, []uint64{0}, []uint64{0})), 9},
		"an activity twice":     {zipped(rawBlock(17, 2, 2, []uint64{4, 0}, []uint64{0, 0}, []uint64{0, 0})), 9},
		"outside of its tile":   {zipped(rawBlock(17, 1, 1, []uint64{0}, []uint64{0}, []uint64{65536})), 9},
		"runs out of its tile":  {zipped(rawBlock(17, 1, 2, []uint64{0}, []uint64{1}, []uint64{65535, 0})), 9},
		"fewer than it says":    {zipped(rawBlock(17, 1, 2, []uint64{0}, []uint64{0}, []uint64{1, 2})), 9},
		"more than it says":     {zipped(rawBlock(17, 1, 1, []uint64{0}, []uint64{1}, []uint64{1})), 9},
		"a column too long":     {zipped(rawBlock(17, 1, 1, []uint64{0, 1}, []uint64{0}, []uint64{1})), 9},
		"a number too long":     {zipped(rawBlock(17, 1, 1, []uint64{1 << 32}, []uint64{0}, []uint64{1})), 9},
		"a count beyond reason": {zipped(rawBlock(17, 1, 1<<31, []uint64{0}, []uint64{1<<31 - 1}, []uint64{1})), 9},
		"activities too many":   {zipped(rawBlock(17, 1<<31, 1, []uint64{0}, []uint64{0}, []uint64{1})), 9},
		"unfolds to much":       {zipped(make([]byte, 65<<20)), 9},
		"outside, and large":    {zipped(rawBlock(14, 1, 1, []uint64{0}, []uint64{0}, []uint64{1 << 20})), 4},
	}
	var verdicts []verdict
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		c := hostile[name]
		if got, err := squares.Decode(c.data, c.zoom, 1, 0); !errors.Is(err, squares.ErrDamaged) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if len(c.data) < 4096 {
			verdicts = append(verdicts, verdict{name, c.zoom, 1, 0, c.data, true})
		}
	}
	// The page's reader is held to the same verdicts, and to what is made of sound blocks (test/squares.test.ts).
	r := rand.New(rand.NewPCG(7, 8))
	all := make([][]squares.Code, 40)
	visited := map[squares.Code]bool{}
	for a := range all {
		if a%2 == 1 {
			all[a] = slices.Sorted(slices.Values(random(r, 1<<16-6, 1<<16-9, 13, 1)))
		}
		for _, c := range all[a] {
			visited[c] = true
		}
	}
	blocks, _ := gathered(t, all)
	for _, b := range blocks {
		verdicts = append(verdicts, verdict{"sound", b.Zoom, b.X, b.Y, b.Data, false})
	}
	l := squares.LookAt(squares.Small, slices.Collect(maps.Keys(visited)))
	missing := [][2]uint32{}
	for _, c := range l.Missing(2) {
		x, y := c.XY()
		missing = append(missing, [2]uint32{x, y})
	}
	slices.SortFunc(missing, func(a, b [2]uint32) int { return cmp.Or(cmp.Compare(a[1], b[1]), cmp.Compare(a[0], b[0])) })
	holdGolden(t, map[string]any{"activities": len(all), "blocks": verdicts, "count": l.Count, "side": l.Side, "west": l.West, "north": l.North, "cluster": len(l.Cluster), "missing": missing})
}

// A verdict is a block, and whether readers are to refuse it.
type verdict struct {
	Name    string
	Zoom    uint8
	X, Y    uint32
	Data    []byte
	Refused bool
}

var update = flag.Bool("update", false, "write the golden file anew")

// holdGolden compares what the page's reader is held to with what there is.
func holdGolden(t *testing.T, what any) {
	t.Helper()
	const path = "../../templates/viewer/testdata/squares_golden.json"
	text, err := json.MarshalIndent(what, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if old, err := os.ReadFile(path); !bytes.Equal(bytes.TrimSpace(old), text) {
		t.Errorf("%s is not what the code makes (%v); run go test ./layers/squares -run Hostile -update and look at the difference", path, err)
	}
}

func TestGatherRefusesWhatReadersWould(t *testing.T) {
	codes := make([]squares.Code, 1<<20)
	for i := range codes {
		codes[i] = squares.Code(i)
	}
	packed := squares.Pack(codes)
	err := squares.Gather(slices.Repeat([][]byte{packed}, 17), func(squares.Block) error { return nil })
	if !errors.Is(err, squares.ErrTooMany) {
		t.Errorf("17 million squares: %v", err)
	}
	if err := squares.Gather([][]byte{{0x80}}, nil); !errors.Is(err, squares.ErrDamaged) {
		t.Errorf("what is not packed: %v", err)
	}
	if err := squares.Gather([][]byte{{1}}, func(squares.Block) error { return io.ErrShortWrite }); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("an error of who takes them: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(rawBlock(17, 2, 3, []uint64{4, 1}, []uint64{1, 0}, []uint64{7, 0, 65535}))
	f.Add(rawBlock(14, 1, 1, []uint64{0}, []uint64{0}, []uint64{1}))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, zoom := range []uint8{4, 9} {
			if _, err := squares.Decode(zipped(data), zoom, 0, 0); err != nil && !strings.Contains(err.Error(), "damaged") {
				t.Error(err)
			}
		}
	})
}
