package lines

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/internal/benchmark/athlete"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// townRuns returns the first n activities of the made-up town: their runs, the altitudes that these begin at, and metres in all.
func townRuns(t *testing.T, n int) (all [][]layers.Run, altitudes [][]float32, metres float64) {
	t.Helper()
	town, err := athlete.ByName("town")
	if err != nil {
		t.Fatal(err)
	}
	maker := athlete.NewMaker(town)
	for i := range n {
		r := maker.Recording(i)
		track := &activity.Track{Lat: r.Lat, Lon: r.Lon, HR: r.HR}
		for k := range r.Lat {
			track.TimeMS = append(track.TimeMS, r.Start.UnixMilli()+r.MS[k])
			track.AltM = append(track.AltM, float32(r.AltM[k]))
		}
		track, _ = activity.Clean(track, activity.SportRun)
		deriver := activity.Deriver{AltitudeWindowM: 40}
		var runs []layers.Run
		var heights []float32
		for _, s := range deriver.Stretches(track) {
			run := layers.Run{Segments: s.Segments}
			for k := range s.Lat {
				run.Points = append(run.Points, raster.Project(s.Lat[k], s.Lon[k]))
			}
			for _, g := range s.Segments {
				metres += float64(g.DistM)
			}
			runs, heights = append(runs, run), append(heights, s.AltM)
		}
		all, altitudes = append(all, runs), append(altitudes, heights)
	}
	return all, altitudes, metres
}

// within appends to out the parts of a run whose segments touch a view.
func within(out []layers.Run, r layers.Run, v View) []layers.Run {
	touches := func(i int) bool {
		a, b := r.Points[i], r.Points[i+1]
		return max(a.X, b.X) >= v.West<<gridShift && min(a.X, b.X) <= v.East<<gridShift && max(a.Y, b.Y) >= v.North<<gridShift && min(a.Y, b.Y) <= v.South<<gridShift
	}
	for from := 0; from < len(r.Segments); from++ {
		if !touches(from) {
			continue
		}
		to := from + 1
		for to < len(r.Segments) && touches(to) {
			to++
		}
		out = append(out, layers.Run{Points: r.Points[from : to+1], Segments: r.Segments[from:to]})
		from = to
	}
	return out
}

// A picture has the indices of the fields in some tiles, nil where a field has none.
type picture [][layers.FieldCount][]byte

// paint paints tiles of a zoom; pieces returns what the activities bring to one.
func paint(t *testing.T, settings layers.Settings, cells []layers.Cell, pieces func(View) []layers.Piece) picture {
	t.Helper()
	painter := layers.NewPainter(settings)
	p := make(picture, len(cells))
	for i, cell := range cells {
		here := pieces(ViewOf(cell, settings.MarginPixels()))
		err := painter.Paint(cell, func(yield func(*layers.Piece) bool) {
			for k := range here {
				if !yield(&here[k]) {
					return
				}
			}
		}, func(tile layers.Tile) error {
			p[i][tile.Field] = slices.Clone(tile.Pix[:])
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// A difference says how a field of two pictures differs: the share of the pixels of either that are painted in one alone, and, of
// those in both, the shares that are off by more than each of offBy.
type difference struct {
	alone float64
	off   [len(offBy)]float64
}

// offBy are parts of the value; of a grade, of 50 %.
var offBy = [...]float64{0.02, 0.05, 0.1}

func (p picture) differs(o picture, field int, scale *layers.Scale) difference {
	var d difference
	either, both := 0.0, 0.0
	for i := range p {
		a, b := p[i][field], o[i][field]
		for k := range raster.TileSize * raster.TileSize {
			x, y := a != nil && a[k] > 0, b != nil && b[k] > 0
			switch {
			case x && y:
				both++
				v, w := float64(scale.Values[a[k]-1]), float64(scale.Values[b[k]-1])
				of := math.Abs(v)
				if field >= layers.Steepness && field <= layers.Hills {
					of = 50
				}
				for n, by := range offBy {
					if math.Abs(v-w) > by*of {
						d.off[n]++
					}
				}
			case x || y:
				d.alone++
			default:
				continue
			}
			either++
		}
	}
	d.alone /= max(1, either)
	for n := range d.off {
		d.off[n] /= max(1, both)
	}
	return d
}

// TestToleranceIsWorthItsBytes paints tiles of zoom 17 from samples and from lines of several tolerances. With HEATMAPGEN_PROOF=1 it takes the
// whole town, and with -v it prints the table of docs/benchmarks.md.
func TestToleranceIsWorthItsBytes(t *testing.T) {
	activities, places, tolerances := 60, 12, []float64{0.5, ToleranceM, 3}
	if os.Getenv("HEATMAPGEN_PROOF") != "" {
		activities, places, tolerances = 500, 80, []float64{0.5, 0.75, 1, 1.25, 1.5, 2}
	}
	const zoom, minGrade = 17, 0.025
	runs, altitudes, metres := townRuns(t, activities)
	var cells []layers.Cell
	for i := range places {
		p := runs[i*activities/places][0].Points
		at := p[len(p)*(1+i%5)/6]
		cells = append(cells, layers.Cell{Zoom: zoom, From: zoom, To: zoom, X: uint32(at.X >> (raster.WorldBits - zoom)), Y: uint32(at.Y >> (raster.WorldBits - zoom))})
	}
	// Finer than those of archives, so that it is the lines that are compared.
	even := func(lo, hi float32) layers.Scale {
		s := layers.Scale{Presence: []float32{1}}
		for i := range 255 {
			s.Values = append(s.Values, lo+(hi-lo)*float32(i)/254)
		}
		return s
	}
	settings := layers.Settings{BlurSigma: 2, HillBlurSigma: 4, HillMinGrade: minGrade, Scales: make([]layers.Scale, layers.FieldCount)}
	for i := range settings.Scales {
		settings.Scales[i] = layers.CountScale(activities)
	}
	settings.Scales[layers.Pace], settings.Scales[layers.HeartRate] = even(0.5, 5.5), even(60, 200)
	settings.Scales[layers.Steepness], settings.Scales[layers.Direction], settings.Scales[layers.Hills] = even(0, 30), even(-30, 30), even(0, 30)
	settings.Scales[layers.Recency] = even(19_900, 20_000)
	const day = 19_950
	want := paint(t, settings, cells, func(v View) []layers.Piece {
		var out []layers.Piece
		for _, all := range runs {
			var near []layers.Run
			for _, r := range all {
				near = within(near, r, v)
			}
			if near != nil {
				out = append(out, layers.Piece{Day: day, Runs: near})
			}
		}
		return out
	})

	var table strings.Builder
	bytesBefore := math.MaxInt
	for _, tolerance := range tolerances {
		all := make([]*Line, len(runs))
		for i := range runs {
			all[i] = makeWithin(tolerance, runs[i], altitudes[i], minGrade)
		}
		blocks := map[[2]uint32]*Content{}
		bytes, atZoom, vertices := 0, 0, 0
		for at, data := range encoded(t, all...) {
			bytes += len(data)
			if at[0] != Zoom {
				continue
			}
			c, err := Decode(data, Zoom, at[1], at[2])
			if err != nil {
				t.Fatal(err)
			}
			atZoom += len(data)
			vertices += len(c.X)
			blocks[[2]uint32{at[1], at[2]}] = c
		}
		got := paint(t, settings, cells, func(v View) []layers.Piece {
			outings, err := v.Outings(func(x, y uint32) (*Content, error) { return blocks[[2]uint32{x, y}], nil })
			if err != nil {
				t.Fatal(err)
			}
			var out []layers.Piece
			for _, o := range outings {
				out = append(out, layers.Piece{Day: day, Runs: o.Runs})
			}
			return out
		})
		km := metres / 1000
		pen := want.differs(got, layers.Visits, &settings.Scales[layers.Visits])
		fmt.Fprintf(&table, "| %g m | %.0f | %.0f B | %.0f B | %.1f %% |", tolerance, float64(vertices)/km, float64(atZoom)/km, float64(bytes)/km, 100*pen.alone)
		for _, f := range []int{layers.Pace, layers.HeartRate, layers.Steepness} {
			d := want.differs(got, f, &settings.Scales[f])
			fmt.Fprintf(&table, " %.1f, %.1f, %.1f %% |", 100*d.off[0], 100*d.off[1], 100*d.off[2])
			if tolerance <= ToleranceM && d.off[2] > 0.02 {
				t.Errorf("at %g m field %d is off by a tenth in %.1f %% of the pixels", tolerance, f, 100*d.off[2])
			}
		}
		table.WriteByte('\n')
		if tolerance <= ToleranceM && pen.alone > 0.08 {
			t.Errorf("at %g m %.1f %% of the pixels are painted from lines or from samples alone", tolerance, 100*pen.alone)
		}
		if bytes >= bytesBefore {
			t.Errorf("%d bytes at %g m, %d at the tolerance before", bytes, tolerance, bytesBefore)
		}
		bytesBefore = bytes
	}
	t.Logf("%d activities, %.0f km, %d tiles of zoom %d\n| tolerance | vertices a km | bytes a km at zoom %d | at all zooms | pen | pace | heart rate | steepness |\n%s", activities, metres/1000, places, zoom, Zoom, table.String())
}
