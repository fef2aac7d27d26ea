package lines

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

var update = flag.Bool("update", false, "write the golden files anew")

// walk makes a run of n samples a metre or so apart with some jitter, with everything known unless the flags say so.
func walk(r *rand.Rand, n int, lat float64, times, hearts, grades bool) layers.Run {
	const metre = 1 / 111_195.
	run := layers.Run{}
	la, lo, heading := lat, r.Float64()*340-170, r.Float64()*6
	for i := range n {
		run.Points = append(run.Points, raster.Project(la+r.NormFloat64()*1.5*metre, lo+r.NormFloat64()*1.5*metre))
		heading += r.NormFloat64() * 0.15
		la += math.Cos(heading) * 3 * metre
		lo += math.Sin(heading) * 3 * metre / math.Cos(lat*math.Pi/180)
		if i == 0 {
			continue
		}
		s := activity.Segment{DistM: float32(2 + 2*r.Float64()), Grade: float32(math.NaN())}
		if times {
			s.DurS, s.Moving = float32(1+r.IntN(2)), r.IntN(12) > 0
		}
		if hearts {
			s.HR = float32(120 + r.IntN(60))
		}
		if grades {
			s.Grade = float32(r.NormFloat64() * 0.05)
		}
		run.Segments = append(run.Segments, s)
	}
	return run
}

// distanceM is the distance of a sample from the line through decoded vertices a and b, in metres.
func distanceM(p raster.Point, ax, ay, bx, by float64) float64 {
	x, y := float64(p.X)/(1<<gridShift), float64(p.Y)/(1<<gridShift)
	dx, dy := bx-ax, by-ay
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, ((x-ax)*dx+(y-ay)*dy)/l))
	}
	return math.Hypot(x-ax-t*dx, y-ay-t*dy) * MetresPerUnit(int64(ay))
}

// encoded returns the blocks of lines by their tiles: zoom, x, y.
func encoded(t testing.TB, all ...*Line) map[[3]uint32][]byte {
	t.Helper()
	blocks, err := Gather(all)
	if err != nil {
		t.Fatal(err)
	}
	out := map[[3]uint32][]byte{}
	for i := range blocks {
		data, err := blocks[i].Encode()
		if err != nil {
			t.Fatal(err)
		}
		out[[3]uint32{uint32(blocks[i].Zoom), blocks[i].X, blocks[i].Y}] = data
	}
	if len(out) != len(blocks) {
		t.Fatalf("%d blocks in %d places", len(blocks), len(out))
	}
	return out
}

// contentsOf returns the blocks of a zoom, decoded.
func contentsOf(t testing.TB, zoom uint8, all ...*Line) []*Content {
	t.Helper()
	var contents []*Content
	for at, data := range encoded(t, all...) {
		if at[0] != uint32(zoom) {
			continue
		}
		c, err := Decode(data, zoom, at[1], at[2])
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, c)
	}
	return contents
}

// thereAndBack puts lines together again from their blocks at full detail.
func thereAndBack(t testing.TB, all ...*Line) *Tracks {
	t.Helper()
	contents := contentsOf(t, Zoom, all...)
	tracks, err := Assemble(contents, len(all))
	if err != nil {
		t.Fatal(err)
	}
	return tracks
}

func TestLinesKeepWhatTheyPromise(t *testing.T) {
	const minGrade = 0.025
	r := rand.New(rand.NewPCG(3, 9))
	for round := range 60 {
		var runs []layers.Run
		var altitudes []float32
		for range 1 + r.IntN(3) {
			runs = append(runs, walk(r, 2+r.IntN(900), r.Float64()*130-65, round%4 != 1, round%3 != 1, round%5 != 1))
			altitudes = append(altitudes, float32(r.IntN(3000)))
		}
		got := thereAndBack(t, Make(runs, altitudes, minGrade))
		v := 0
		for i := range runs {
			from := v
			for got.Joined[v] {
				v++
			}
			checkStretch(t, &runs[i], got, from, v, altitudes[i], minGrade)
			v++
		}
		if v != len(got.X) || got.First[1] != v {
			t.Fatalf("%d vertices in the runs' stretches, %d in all", v, len(got.X))
		}
	}
}

// checkStretch compares the vertices from..to with the run they stand for.
func checkStretch(t *testing.T, run *layers.Run, got *Tracks, from, to int, altitude, minGrade float32) {
	t.Helper()
	at := from
	for _, p := range run.Points {
		best := math.Inf(1)
		// Samples come in order, so the nearest segment is this one or one soon after it.
		for k := at; k < min(to, at+40); k++ {
			d := distanceM(p, float64(got.X[k]), float64(got.Y[k]), float64(got.X[k+1]), float64(got.Y[k+1]))
			if d < best {
				best = d
			}
			if best <= ToleranceM {
				at = k
				break
			}
		}
		if best > ToleranceM {
			t.Fatalf("a sample lies %.2f m from the line", best)
		}
	}
	var want, have sums
	graded := 0.0
	for _, s := range run.Segments {
		want.seconds += float64(s.DurS)
		if s.Moving || s.DurS == 0 {
			want.metres += float64(s.DistM)
		} else {
			want.stopped += float64(s.DurS)
		}
		if g := float64(s.Grade); g == g {
			graded += float64(s.DistM)
			want.rise += g * float64(s.DistM)
			want.steep += math.Abs(g) * float64(s.DistM)
			if s.Grade >= minGrade {
				want.hill += g * float64(s.DistM)
			}
		}
	}
	for k := from; k < to; k++ {
		have.seconds += float64(got.Seconds[k])
		have.stopped += float64(got.Seconds[k] - got.Moving[k])
		have.metres += float64(got.Metres[k])
		if r := float64(got.Rise[k]); r == r {
			have.rise += r
			have.steep += float64(got.Steep[k])
			have.hill += float64(got.Hill[k])
		}
		if got.Seconds[k] > longestS+2 || distanceM(raster.Point{X: int64(got.X[k+1]) << gridShift, Y: int64(got.Y[k+1]) << gridShift}, float64(got.X[k]), float64(got.Y[k]), float64(got.X[k]), float64(got.Y[k])) > longestM+1 {
			t.Errorf("a segment lasts %g s", got.Seconds[k])
		}
	}
	near := func(what string, a, b, by float64) {
		t.Helper()
		if math.Abs(a-b) > by {
			t.Errorf("%s: %g, want %g within %g", what, b, a, by)
		}
	}

	near("seconds", want.seconds, have.seconds, 0.26)
	near("stopped", want.stopped, have.stopped, 0.26)
	near("metres", want.metres, have.metres, 0.51)
	if graded > 0 {
		near("rise", want.rise, have.rise, 0.21) // it keeps below what steep was rounded to
		near("steep", want.steep, have.steep, 0.11)
		near("hill", want.hill, have.hill, 0.11)
		near("altitude", float64(altitude)+have.rise, float64(got.AltitudeM[to]), 0.2)
	}
}

// TestSumsKeepWithinAUnit has what rounding gets wrong when it forgets: many short stops, lasting odd times.
func TestSumsKeepWithinAUnit(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	for range 20 {
		// A jitter that stays in its place makes segments to and fro, of which those that stop have a line but no way.
		var run layers.Run
		var seconds, stopped, metres float64
		for i := range 3000 {
			run.Points = append(run.Points, raster.Project(47+r.NormFloat64()*4e-5, 8+r.NormFloat64()*6e-5))
			if i == 0 {
				continue
			}
			s := activity.Segment{DistM: float32(3 * r.Float64()), DurS: float32(0.1 + 1.3*r.Float64()), Moving: r.IntN(2) > 0, Grade: float32(math.NaN())}
			run.Segments = append(run.Segments, s)
			seconds += float64(s.DurS)
			if s.Moving {
				metres += float64(s.DistM)
			} else {
				stopped += float64(s.DurS)
			}
		}
		got := thereAndBack(t, Make([]layers.Run{run}, []float32{0}, 0.025))
		for i := range got.X {
			seconds -= float64(got.Seconds[i])
			stopped -= float64(got.Seconds[i] - got.Moving[i])
			metres -= float64(got.Metres[i])
		}
		if math.Abs(seconds) > 1.01/perSecond || math.Abs(stopped) > 1.01/perSecond || math.Abs(metres) > 1.01/perMetre {
			t.Fatalf("%d vertices lost %.2f s, %.2f s of stops and %.2f m", len(got.X), seconds, stopped, metres)
		}
	}
}

func TestHostileTracks(t *testing.T) {
	p := raster.Project(48, 8)
	still := layers.Run{Points: []raster.Point{p}}
	for range 200_000 {
		still.Points = append(still.Points, p)
		still.Segments = append(still.Segments, activity.Segment{Grade: float32(math.NaN())})
	}
	line := Make([]layers.Run{still}, []float32{float32(math.NaN())}, 0.025)
	if line.Vertices() > 1000 {
		t.Errorf("%d vertices for someone who stands still", line.Vertices())
	}
	wild := layers.Run{Points: []raster.Point{p, raster.Project(-48, -170)}, Segments: []activity.Segment{{DistM: 2e7, DurS: 1e9, HR: 255, Grade: 1000, Moving: true}}}
	for _, r := range []layers.Run{still, wild} {
		got := thereAndBack(t, Make(nil, nil, 0), Make([]layers.Run{r}, []float32{9000}, 0.025))
		if got.Activities() != 2 || got.First[1] != 0 {
			t.Errorf("first vertices %v", got.First)
		}
	}
}

func TestNothing(t *testing.T) {
	if got := thereAndBack(t); got.Activities() != 0 || len(got.X) != 0 {
		t.Errorf("%+v", got)
	}
}

// one returns the only block of a line at full detail, and that inflated.
func one(t testing.TB, n int) (b Block, data []byte) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	blocks, err := Gather([]*Line{Make([]layers.Run{walk(r, n, 47, true, true, true)}, []float32{400}, 0.025)})
	if err != nil || len(blocks) < len(Zooms) || blocks[1].Zoom == Zoom {
		t.Fatalf("%d blocks, %v", len(blocks), err)
	}
	return blocks[0], blocks[0].join()
}

func TestDamage(t *testing.T) {
	b, whole := one(t, 300)
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := Decode(data, b.Zoom, b.X, b.Y)
	if err != nil {
		t.Fatal(err)
	}
	// As text, in which what is not known is like what is not known.
	if c, err := b.Content(); err != nil || fmt.Sprint(*c) != fmt.Sprint(*read) {
		t.Errorf("the content is not what is read (%v)", err)
	}
	for n := range len(data) {
		if _, err := Decode(data[:n], b.Zoom, b.X, b.Y); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%d of %d bytes: %v", n, len(data), err)
		}
	}
	for n := range len(whole) {
		if _, err := decode(whole[:n], b.Zoom, b.X, b.Y); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%d of %d inflated bytes: %v", n, len(whole), err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	b, whole := one(f, 30)
	f.Add(whole)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := decode(data, b.Zoom, b.X, b.Y)
		if err == nil {
			if len(got.X) > len(data) {
				t.Errorf("%d vertices from %d bytes", len(got.X), len(data))
			}
			_, err = Assemble([]*Content{got, got}, 3)
		}
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Fatal(err)
		}
	})
}

// Every segment lies in the block that it is read from, and the blocks together have the ways that one block would have.
func TestCutsAtTheEdgesOfBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for round := range 40 {
		lat := []float64{0.001, 47, -75, 84.9}[round%4]
		run := walk(r, 200, lat, true, true, true)
		// Twenty times as large, so that many edges are crossed, the map's own among them.
		p0 := raster.Project(lat, 179.99)
		first := run.Points[0]
		for i, p := range run.Points {
			run.Points[i] = raster.Point{X: p0.X + 20*(p.X-first.X), Y: p0.Y + 20*(p.Y-first.Y)}
		}
		line := Make([]layers.Run{run}, []float32{400}, 0.025)
		var seconds float64
		pieces := 0
		for at, data := range encoded(t, line) {
			c, err := Decode(data, uint8(at[0]), at[1], at[2])
			if err != nil {
				t.Fatal(err)
			}
			side := int64(1) << (GridBits - at[0])
			for i := range c.X {
				dx, dy := int64(c.X[i])-int64(at[1])*side, int64(c.Y[i])-int64(at[2])*side
				if dx < 0 || dx > side || dy < 0 || dy > side {
					t.Fatalf("a vertex of block %v lies %d, %d units from its corner", at, dx, dy)
				}
				if at[0] == Zoom {
					seconds += float64(c.Seconds[i])
				}
			}
			if at[0] == Zoom {
				pieces += len(c.Order)
			}
		}
		got := thereAndBack(t, line)
		stretches := 0
		for i := range got.X {
			if !got.Joined[i] {
				stretches++
			} else if d := int64(got.X[i+1]) - int64(got.X[i]); d > 1<<(GridBits-Zoom) || d < -1<<(GridBits-Zoom) {
				t.Fatalf("a segment is %d units long", d)
			}
		}
		want := 0.0
		for _, s := range run.Segments {
			want += float64(s.DurS)
		}
		if pieces < 3 || stretches != 1 || math.Abs(seconds-want) > 0.26 {
			t.Errorf("%d pieces are %d stretches and last %.2f s, want %.2f", pieces, stretches, seconds, want)
		}
	}
}

// Blocks of less detail keep within a fraction of a pixel of the zooms that they serve, and have the same time, way and climb.
func TestLevelsOfDetail(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 14))
	for range 12 {
		run := walk(r, 3000, 47, true, true, true)
		line := Make([]layers.Run{run}, []float32{400}, 0.025)
		before := math.MaxInt
		var want sums
		for i, zoom := range Zooms {
			tracks, err := Assemble(contentsOf(t, zoom, line), 1)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(tracks.X); n >= before {
				t.Errorf("zoom %d has %d vertices, the finer one %d", zoom, n, before)
			} else {
				before = n
			}
			var got sums
			for v := range tracks.X {
				got.seconds += float64(tracks.Seconds[v])
				got.metres += float64(tracks.Metres[v])
				if rise := float64(tracks.Rise[v]); rise == rise {
					got.rise += rise
				}
			}
			if i == 0 {
				want = got
				continue
			}
			if math.Abs(got.seconds-want.seconds) > 0.6 || math.Abs(got.metres-want.metres) > 1.1 || math.Abs(got.rise-want.rise) > 0.5 {
				t.Errorf("zoom %d has %.1f s, %.1f m, %.1f m of climb, the finest %.1f, %.1f, %.1f", zoom, got.seconds, got.metres, got.rise, want.seconds, want.metres, want.rise)
			}
			// In units of the grid.
			limit := (tolerancePx + 0.1) * math.Ldexp(1, pixelShift(i))
			for _, p := range run.Points {
				best := math.Inf(1)
				for k := 0; k+1 < len(tracks.X); k++ {
					ax, ay := float64(tracks.X[k]), float64(tracks.Y[k])
					dx, dy := float64(tracks.X[k+1])-ax, float64(tracks.Y[k+1])-ay
					x, y := float64(p.X)/(1<<gridShift)-ax, float64(p.Y)/(1<<gridShift)-ay
					f := 0.0
					if l := dx*dx + dy*dy; l > 0 {
						f = math.Max(0, math.Min(1, (x*dx+y*dy)/l))
					}
					best = math.Min(best, math.Hypot(x-f*dx, y-f*dy))
				}
				if best > limit {
					t.Fatalf("zoom %d: a sample lies %.1f units from the line, at most %.1f", zoom, best, limit)
				}
			}
		}
	}
}

// What does not fit together is said, not drawn.
func TestPiecesThatDoNotFit(t *testing.T) {
	contents := func() []*Content {
		r := rand.New(rand.NewPCG(2, 2))
		return contentsOf(t, Zoom, Make([]layers.Run{walk(r, 4000, 47, true, true, true)}, []float32{400}, 0.025))
	}
	for want, change := range map[string]func(all []*Content) []*Content{
		"has no piece": func(all []*Content) []*Content { all[0].Order[0] += 100; return all },
		"there are 1":  func(all []*Content) []*Content { all[0].Activity[0]++; return all },
		"do not meet":  func(all []*Content) []*Content { c := all[0]; c.Y[0]++; c.Y[len(c.Y)-1]++; return all },
	} {
		if _, err := Assemble(change(contents()), 1); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestGolden holds the bytes that the page's decoder is tested with.
func TestGolden(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	nan := float32(math.NaN())
	far := walk(r, 60, 47.5, true, true, true) // across the map's edge and some blocks
	p0, first := raster.Project(47.5, 179.99), far.Points[0]
	for i, p := range far.Points {
		far.Points[i] = raster.Point{X: p0.X + 200*(first.X-p.X), Y: p0.Y + 200*(p.Y-first.Y)}
	}
	all := []*Line{
		Make([]layers.Run{walk(r, 60, 47.5, true, true, true), walk(r, 40, 47.5, true, false, true)}, []float32{412.3, nan}, 0.025),
		Make(nil, nil, 0.025),
		Make([]layers.Run{walk(r, 30, -33, false, true, false)}, []float32{nan}, 0.025),
		Make([]layers.Run{walk(r, 50, 60, true, true, true), far}, []float32{-3.4, 80}, 0.025),
	}
	type goldenBlock struct {
		Zoom uint8
		X, Y uint32
		Data []byte
	}
	blocks, err := Gather(all)
	if err != nil {
		t.Fatal(err)
	}
	var golden []goldenBlock
	for i := range blocks {
		golden = append(golden, goldenBlock{blocks[i].Zoom, blocks[i].X, blocks[i].Y, blocks[i].join()})
	}
	holdGolden(t, "lines_golden.json", map[string]any{"blocks": golden, "tracks": goldenOf(thereAndBack(t, all...))})
}

// holdGolden compares a value with the file of the page's tests that holds it, or writes that.
func holdGolden(t *testing.T, name string, value any) {
	t.Helper()
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	path := filepath.Join("..", "..", "templates", "viewer", "testdata", name)
	if *update {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, text) {
		t.Errorf("%s is not what the code makes (%v); run go test ./layers/lines -run Golden -update and look at the difference", path, err)
	}
}

// goldenOf has the columns as JSON can hold them: null for what is not known.
func goldenOf(t *Tracks) map[string]any {
	known := func(values []float32) []*float32 {
		out := make([]*float32, len(values))
		for i := range values {
			if values[i] == values[i] {
				out[i] = &values[i]
			}
		}
		return out
	}
	heart := make([]int, len(t.Heart))
	joined := make([]int, len(t.Joined))
	for i := range heart {
		heart[i] = int(t.Heart[i])
		if t.Joined[i] {
			joined[i] = 1
		}
	}
	return map[string]any{
		"first": t.First, "x": t.X, "y": t.Y, "joined": joined, "seconds": t.Seconds, "moving": t.Moving, "metres": t.Metres, "heart": heart,
		"rise": known(t.Rise), "steep": t.Steep, "hill": t.Hill, "altitude": known(t.AltitudeM),
	}
}

// TestLimits: a blob is refused before it is all in memory, and none is written that would be.
func TestLimits(t *testing.T) {
	packed := func(data []byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	many := binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint([]byte(magic), 0), 1), maxBlockVertices+1)
	for want, data := range map[string][]byte{
		"inflated, a block has more than the 67108864 bytes accepted": make([]byte, maxInflated+1),
		"has 4194305 vertices, more than the 4194304 accepted":        many,
	} {
		if _, err := Decode(packed(data), Zoom, 0, 0); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, err := Decode(make([]byte, maxBlock+1), Zoom, 0, 0); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "more than the 16777216 bytes") {
		t.Errorf("a large block: %v", err)
	}
	crowd := Block{pieces: []placed{{piece: &piece{vertices: maxBlockVertices}}, {piece: &piece{vertices: 1}}}}
	if _, err := crowd.Encode(); !errors.Is(err, ErrTooMany) {
		t.Errorf("writing one vertex too many: %v", err)
	}
	if _, err := Gather([]*Line{{vertices: maxVertices}, {vertices: 1}}); !errors.Is(err, ErrTooMany) {
		t.Errorf("writing one vertex too many: %v", err)
	}
}
