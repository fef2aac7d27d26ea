package generator

import (
	"math/rand/v2"
	"slices"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// touches tells whether the segment comes into the square of a cell grown by margin on every side, all in
// world units.
func touches(p, q raster.Point, key cellKey, margin int64) bool {
	side := raster.World >> key.zoom
	x0, y0 := float64(int64(key.x)*side-margin), float64(int64(key.y)*side-margin)
	x1, y1 := x0+float64(side+2*margin), y0+float64(side+2*margin)
	// The part of the segment inside each of the four half-planes (Liang and Barsky).
	enter, leave := 0.0, 1.0
	dx, dy := float64(q.X-p.X), float64(q.Y-p.Y)
	for _, e := range [4][2]float64{{-dx, float64(p.X) - x0}, {dx, x1 - float64(p.X)}, {-dy, float64(p.Y) - y0}, {dy, y1 - float64(p.Y)}} {
		switch {
		case e[0] == 0 && e[1] < 0:
			return false
		case e[0] < 0:
			enter = max(enter, e[1]/e[0])
		case e[0] > 0:
			leave = min(leave, e[1]/e[0])
		}
	}
	return enter <= leave
}

// runsOf reads what an activity brings to a cell.
func runsOf(t *testing.T, b *bucket, ref pieceRef) []layers.Run {
	t.Helper()
	data := make([]byte, ref.length)
	if _, err := b.file.ReadAt(data, ref.offset); err != nil {
		t.Fatal(err)
	}
	var r pieceReader
	runs, err := r.read(data)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// A line is a segment's ends.
type line struct{ p, q raster.Point }

func (l line) turned(turns int64) line {
	l.p.X, l.q.X = l.p.X+turns*raster.World, l.q.X+turns*raster.World
	return l
}

// linesOf counts the segments of runs.
func linesOf(runs []layers.Run) map[line]int {
	all := map[line]int{}
	for _, r := range runs {
		for i := range r.Ways() {
			p, q := r.Ends(i)
			all[line{p, q}]++
		}
	}
	return all
}

// Every segment arrives once in every cell whose margin it touches, turned around the map to where the cell is, and
// no cell holds anything else.
func TestBucketGivesEveryCellItsSegments(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			c := &s.chain
			b := c.fill(t, upTo(len(c.outings)))
			for entry := range c.outings {
				checkPieces(t, b, c.settings.MarginPixels(), entry, c.runs(entry))
			}
		})
	}
	t.Run("flights around the world", func(t *testing.T) {
		rng := rand.New(rand.NewPCG(6, 2))
		s := testSettings(16, 16, false)
		for _, maxZoom := range []uint8{2, 4} {
			b, err := newBucket(t.TempDir(), maxZoom, 1_000_000, &s)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(b.close)
			for entry := range 20 {
				p := raster.Point{X: rng.Int64N(raster.World), Y: rng.Int64N(raster.World)}
				run := layers.Run{Points: []raster.Point{p}}
				course := rng.Int64N(raster.World/16) - raster.World/32
				for range 60 {
					p.X, p.Y = p.X+course+rng.Int64N(raster.World/32), p.Y+rng.Int64N(raster.World/16)-raster.World/32
					run.Points, run.Segments = append(run.Points, p), append(run.Segments, activity.Segment{DistM: 1e5, Grade: nan32})
				}
				if err := b.add(entry, []layers.Run{run}); err != nil {
					t.Fatal(err)
				}
				checkPieces(t, b, s.MarginPixels(), entry, []layers.Run{run})
			}
		}
	})
}

// checkPieces checks that the cells of all zooms have what they need of an activity's runs.
func checkPieces(t *testing.T, b *bucket, marginPx, entry int, runs []layers.Run) {
	t.Helper()
	for top := int(b.maxZoom); top >= 0; top -= cellZooms {
		runs = coarser(runs, uint8(top), b.minGrade, b.sigma)
		zoom, all := cellZoomOf(top), linesOf(runs)
		margin := int64(marginPx) << (raster.WorldBits - uint(min(zoom, layers.MeanZoom))) / raster.TileSize
		arrived := map[cellKey]map[line]int{}
		for key, refs := range b.cells {
			for _, ref := range refs {
				if key.zoom != zoom || int(ref.entry) != entry {
					continue
				}
				if arrived[key] != nil {
					t.Fatalf("cell %v has two pieces of activity %d", key, entry)
				}
				arrived[key] = linesOf(runsOf(t, b, ref))
			}
		}
		for key, lines := range arrived {
			for l, n := range lines {
				have := 0
				for turn := int64(-6); turn <= 6; turn++ {
					have = max(have, all[l.turned(turn)])
				}
				if have != n {
					t.Fatalf("cell %v has %d times what the activity has %d times", key, n, have)
				}
			}
		}
		cells := int64(1) << zoom
		for l, n := range all {
			for turn := int64(-6); turn <= 6; turn++ {
				l := l.turned(turn)
				x0, x1 := (min(l.p.X, l.q.X)-margin)*cells/raster.World-1, (max(l.p.X, l.q.X)+margin)*cells/raster.World+1
				y0, y1 := (min(l.p.Y, l.q.Y)-margin)*cells/raster.World-1, (max(l.p.Y, l.q.Y)+margin)*cells/raster.World+1
				for x := max(0, x0); x <= min(cells-1, x1); x++ {
					for y := max(0, y0); y <= min(cells-1, y1); y++ {
						key := cellKey{zoom, uint32(x), uint32(y)}
						if touches(l.p, l.q, key, margin) && arrived[key][l] != n {
							t.Fatalf("cell %v has the segment %v %d times, not %d", key, l, arrived[key][l], n)
						}
					}
				}
			}
		}
	}
}

func TestJobsCoverTheZoomsOnce(t *testing.T) {
	for _, maxZoom := range []uint8{0, 1, 2, 3, 10, 17, 20} {
		c := chain{scenes()[0].chain.outings[:2], testSettings(2, 4, false), maxZoom}
		b := c.fill(t, []int{0, 1})
		for _, minZoom := range []uint8{0, maxZoom / 2, maxZoom} {
			painted := map[uint8]map[cellKey]bool{}
			for _, job := range b.jobs(minZoom, []int{0, 1}, nil) {
				if job.cell.From < job.cell.Zoom || job.cell.From > job.cell.To {
					t.Fatalf("cell %+v", job.cell)
				}
				for z := job.cell.From; z <= job.cell.To; z++ {
					if painted[z] == nil {
						painted[z] = map[cellKey]bool{}
					}
					key := cellKey{job.cell.Zoom, job.cell.X, job.cell.Y}
					for other := range painted[z] {
						if other.zoom != key.zoom || other == key {
							t.Errorf("zoom %d is painted from cells %v and %v", z, other, key)
						}
					}
					painted[z][key] = true
				}
			}
			for z := range maxZoom + 1 {
				if (painted[z] != nil) != (z >= minZoom) {
					t.Errorf("zooms %d to %d: zoom %d painted: %v", minZoom, maxZoom, z, painted[z] != nil)
				}
			}
		}
	}
}

func TestJobsHangOnRankOnly(t *testing.T) {
	c := scenes()[0].chain
	n := len(c.outings)
	rank := []int{3, -1, 0, 7, 1, 2, 6, 5}
	orders := [][]int{upTo(n), {7, 6, 5, 4, 3, 2, 1, 0}, {3, 1, 4, 0, 5, 7, 2, 6}}
	type content struct {
		rank   int32
		length int32
	}
	var want [][]content
	var cells []layers.Cell
	for _, order := range orders {
		b := c.fill(t, order)
		var got [][]content
		var gotCells []layers.Cell
		for _, job := range b.jobs(5, rank, nil) {
			var list []content
			bytes := int64(0)
			for _, p := range job.pieces {
				list = append(list, content{p.entry, p.length})
				bytes += int64(p.length)
			}
			if bytes != job.bytes {
				t.Errorf("a job of %d bytes says %d", bytes, job.bytes)
			}
			if slices.ContainsFunc(list, func(c content) bool { return !slices.Contains(rank, int(c.rank)) || c.rank < 0 }) {
				t.Error("an activity without a rank is drawn")
			}
			if !slices.IsSortedFunc(list, func(a, b content) int { return int(a.rank - b.rank) }) {
				t.Error("the pieces are not in the order of their ranks")
			}
			got, gotCells = append(got, list), append(gotCells, job.cell)
		}
		if want == nil {
			want, cells = got, gotCells
		}
		if !slices.Equal(cells, gotCells) || !slices.EqualFunc(want, got, slices.Equal) {
			t.Errorf("adding in the order %v makes other jobs", order)
		}
	}
}

func BenchmarkBucketAdd(b *testing.B) {
	rng := rand.New(rand.NewPCG(6, 1))
	c := chain{around(rng, 1, 3600, 48, 7.85), testSettings(2, 4, false), 17}
	bucket, err := newBucket(b.TempDir(), c.maxZoom, 1_000_000, &c.settings)
	if err != nil {
		b.Fatal(err)
	}
	defer bucket.close()
	runs := c.runs(0)
	b.ReportAllocs()
	for b.Loop() {
		if err := bucket.add(0, runs); err != nil {
			b.Fatal(err)
		}
	}
}
