package generator

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
	"heatmapgen/layers/reference"
)

// An outing is an activity of these tests.
type outing struct {
	track *activity.Track
	sport activity.Sport
	start time.Time // zero: not known
}

// The day that all tests count freshness from.
var today = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

const oldestDay = 17000

func testSettings(sigma, hillSigma float64, seconds bool) layers.Settings {
	visits := layers.CountScale(64)
	if seconds {
		visits = layers.RatioScale(0.01, 4000)
	}
	counts := layers.CountScale(64)
	return layers.Settings{BlurSigma: sigma, HillBlurSigma: hillSigma, HillMinGrade: 0.025, Seconds: seconds, Scales: []layers.Scale{
		visits, layers.RatioScale(0.5, 15), layers.EvenScale(90, 180), layers.EvenScale(0, 60), layers.EvenScale(-60, 60),
		layers.EvenScale(0, 60), layers.EvenScale(oldestDay, float64(activity.DayOf(today)+90)), counts, counts,
	}}
}

type tileKey struct {
	field int
	zoom  uint8
	x, y  uint32
}

type tilePix = [raster.TileSize * raster.TileSize]byte

// chain is the way of the product from tracks to value tiles: derive, project, bucket, jobs, painter.
type chain struct {
	outings  []outing
	settings layers.Settings
	maxZoom  uint8
}

const altitudeWindow = 40

// runs are the stretches of outing i on the map.
func (c *chain) runs(i int) []layers.Run {
	d := activity.Deriver{AltitudeWindowM: altitudeWindow}
	return projectRuns(d.Stretches(c.outings[i].track))
}

// fill puts outings in a bucket, in the given order.
func (c *chain) fill(t *testing.T, order []int) *bucket {
	t.Helper()
	b, err := newBucket(t.TempDir(), c.maxZoom, 1_000_000, &c.settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	for _, i := range order {
		if err := b.add(i, c.runs(i)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// selection makes what gather would of the outings, ranked as they are listed.
func (c *chain) selection(b *bucket) *selection {
	s := &selection{bucket: b}
	for i, o := range c.outings {
		r := row{}
		r.Activity.Start = o.start
		s.rows = append(s.rows, r)
		s.rank = append(s.rank, i)
		s.drawn = append(s.drawn, i)
	}
	return s
}

// tiles paints everything.
func (c *chain) tiles(t *testing.T) map[tileKey]*tilePix {
	t.Helper()
	return c.paint(t, c.fill(t, upTo(len(c.outings))))
}

// paint paints what is in the bucket.
func (c *chain) paint(t *testing.T, b *bucket) map[tileKey]*tilePix {
	t.Helper()
	sel := c.selection(b)
	p := painting{pieces: piecesOf(sel.activityDays(), nil, activity.DayOf(today))}
	painter := layers.NewPainter(c.settings)
	tiles := map[tileKey]*tilePix{}
	for _, job := range b.jobs(0, sel.rank, nil) {
		h := hand{painting: &p, source: &chunk{bucket: b}} // reads one piece at a time
		var broken error
		err := painter.Paint(job.cell, h.read(t.Context(), &job, &broken), func(tile layers.Tile) error {
			key := tileKey{tile.Field, tile.Zoom, tile.X, tile.Y}
			if tiles[key] != nil {
				return fmt.Errorf("tile %v is painted twice", key)
			}
			if tile.X >= 1<<tile.Zoom || tile.Y >= 1<<tile.Zoom {
				return fmt.Errorf("tile %v is off the map", key)
			}
			pix := *tile.Pix
			tiles[key] = &pix
			return nil
		})
		if err = cmp.Or(err, broken); err != nil {
			t.Fatal(err)
		}
	}
	return tiles
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// brought hands the outings to the reference with the given segments.
func (c *chain) brought(segments func(i int) []reference.Segment) []reference.Outing {
	var all []reference.Outing
	for i, o := range c.outings {
		r := reference.Outing{Segments: segments(i)}
		if !o.start.IsZero() {
			r.Dated, r.Day = true, int(o.start.Unix()/86400)
			age := int(today.Unix()/86400) - r.Day
			r.Fresh12, r.Fresh36 = age >= 0 && age < 365, age >= 0 && age < 1095
		}
		all = append(all, r)
	}
	return all
}

// derived are the segments of outing i as the reference derives them from the track.
func (c *chain) derived(i int) []reference.Segment {
	segments := reference.Derive(c.outings[i].track, altitudeWindow)
	for k := range segments {
		segments[k] = stored(segments[k])
	}
	return segments
}

// top is the finest of the zooms that are painted from the same lines as zoom.
func (c *chain) top(zoom int) int { return zoom + (int(c.maxZoom)-zoom)%cellZooms }

// simplified are the segments of outing i as the product draws them at zooms up to top.
func (c *chain) simplified(i, top int) []reference.Segment {
	runs := c.runs(i)
	for z := int(c.maxZoom); z >= top; z -= cellZooms {
		runs = coarser(runs, uint8(z), float32(c.settings.HillMinGrade), c.settings.BlurSigma)
	}
	var all []reference.Segment
	for _, r := range runs {
		for k := range r.Ways() {
			p, q := r.Ends(k)
			w := float64(raster.World)
			g := reference.Segment{X0: float64(p.X) / w, Y0: float64(p.Y) / w, X1: float64(q.X) / w, Y1: float64(q.Y) / w}
			switch {
			case r.Spots != nil:
				g.Spot = &r.Spots[k]
			case r.Known != nil:
				g.Known = &r.Known[k]
			default:
				s := &r.Segments[k]
				g.DistM, g.DurS, g.HR, g.Grade, g.Moving = float64(s.DistM), float64(s.DurS), float64(s.HR), float64(s.Grade), s.Moving
				g = stored(g)
			}
			all = append(all, g)
		}
	}
	return all
}

// described hands the settings to the reference.
func (c *chain) described(s reference.Settings) reference.Settings {
	s.BlurSigma, s.HillBlurSigma, s.Seconds, s.OldestDay = c.settings.BlurSigma, c.settings.HillBlurSigma, c.settings.Seconds, oldestDay
	s.HillMinGrade = float64(float32(c.settings.HillMinGrade))
	return s
}

// stored rounds a segment to the resolution of docs/layers.md, "Stretches on the map".
func stored(s reference.Segment) reference.Segment {
	s.DistM = math.Round(s.DistM*1000) / 1000
	s.DurS = math.Round(s.DurS*1000) / 1000
	s.HR = math.Round(s.HR*8) / 8
	s.Grade = float64(float32(math.Round(s.Grade*1e5) / 1e5))
	return s
}

// window is the part of the map at a zoom that the outings and their glow reach.
func (c *chain) window(outings []reference.Outing, zoom uint8) reference.Window {
	width := 256 << zoom
	margin := c.settings.MarginPixels() + 2
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	middle := math.NaN()
	for _, o := range outings {
		for _, s := range o.Segments {
			if math.IsNaN(middle) {
				middle = s.X0
			}
			turn := math.Round(middle - s.X0)
			x0, x1 = min(x0, s.X0+turn, s.X1+turn), max(x1, s.X0+turn, s.X1+turn)
			y0, y1 = min(y0, s.Y0, s.Y1), max(y1, s.Y0, s.Y1)
		}
	}
	pixel := func(v float64, grow int) int { return int(math.Floor(v*float64(width))) + grow }
	w := reference.Window{Zoom: zoom, X0: pixel(x0, -margin), Y0: max(pixel(y0, -margin), -margin)}
	w.W, w.H = pixel(x1, margin+1)-w.X0, min(pixel(y1, margin+1), width+margin)-w.Y0
	if w.W >= width {
		w.X0, w.W = 0, width
	}
	return w
}

// judge compares the tiles of one zoom with the outings painted by the reference.
func (c *chain) judge(t *testing.T, tiles map[tileKey]*tilePix, zoom uint8, outings []reference.Outing, s reference.Settings, tol map[string]reference.Tolerance) {
	t.Helper()
	at := c.window(outings, zoom)
	if at.W*at.H > 1<<21 {
		t.Fatalf("the activities lie %d x %d pixels apart at zoom %d, too far for the reference", at.W, at.H, zoom)
	}
	pic := reference.Paint(outings, c.described(s), at)
	// There are no tiles beyond the northern and the southern edge.
	w, n := pic.Window, 1<<zoom
	top, bottom := max(0, -w.Y0), max(0, w.Y0+w.H-256*n)
	pic = pic.Crop(0, top, 0, bottom)
	w = pic.Window
	for f, field := range layers.Fields(c.settings.Seconds) {
		v := pic.Judge(field, c.settings.Scales[f], tol[field.ID], c.indices(t, tiles, f, w))
		if v.Count > 0 {
			t.Errorf("%s at zoom %d: %d of %d pixels are wrong: %q", field.ID, zoom, v.Count, v.Shown, v.Wrong)
		}
	}
}

// indices puts the tiles of a field together for the window. What they show must lie in it.
func (c *chain) indices(t *testing.T, tiles map[tileKey]*tilePix, field int, w reference.Window) []uint8 {
	t.Helper()
	index := make([]uint8, w.W*w.H)
	for key, pix := range tiles {
		if key.field != field || key.zoom != w.Zoom {
			continue
		}
		empty := true
		for i, v := range pix {
			if v == 0 {
				continue
			}
			empty = false
			// The window may begin west of the map's edge, or end east of it.
			width := 256 << w.Zoom
			x, y := int(key.x)*256+i%256-w.X0, int(key.y)*256+i/256-w.Y0
			x = ((x % width) + width) % width
			if x >= w.W || y < 0 || y >= w.H {
				t.Fatalf("tile %v shows something at (%d, %d), where no activity is near", key, i%256, i/256)
			}
			index[y*w.W+x] = v
		}
		if empty {
			t.Errorf("tile %v is empty", key)
		}
	}
	return index
}

// around makes n outings that start near a place.
func around(rng *rand.Rand, n, samples int, lat, lon float64) []outing {
	var all []outing
	for i := range n {
		day := today.AddDate(0, 0, -rng.IntN(1600))
		if i%5 == 4 {
			day = time.Time{}
		}
		at := walkStart(rng, lat, lon, 150)
		w := randomWalk(rng, at.Lat, at.Lon, samples)
		if i == 0 {
			w.heart, w.altitude, w.untimed = true, true, false
		}
		sport := activity.SportRun
		if w.speed > 5 {
			sport = activity.SportRide
		}
		all = append(all, outing{w.track(rng, day), sport, day})
	}
	return all
}

// walkStart is a place within some metres of another.
func walkStart(rng *rand.Rand, lat, lon, meters float64) activity.LatLon {
	k := meters / metersPerDegree
	return activity.LatLon{Lat: lat + (rng.Float64()*2-1)*k,
		Lon: activity.WrapLon(lon + (rng.Float64()*2-1)*k/math.Cos(lat*math.Pi/180))}
}

// A scene is a set of outings with the settings it is painted with.
type scene struct {
	name    string
	chain   chain
	zooms   []uint8 // judged
	coarser bool    // also judged from the tracks as they are where the product draws simplified ones
}

func scenes() []scene {
	rng := rand.New(rand.NewPCG(20, 26))
	everyZoom := func(top uint8) []uint8 {
		var all []uint8
		for z := range top + 1 {
			all = append(all, z)
		}
		return all
	}
	// Here the corners of four tiles, and of four cells, meet at every zoom from 3.
	home := around(rng, 8, 260, 40.979898, 45)
	near := around(rng, 3, 30, 40.979898, 45)
	fiji := append(around(rng, 3, 200, -17.2, 179.999), around(rng, 3, 200, -17.2, -179.999)...)
	north, south := around(rng, 4, 160, 85.0495, 20), around(rng, 3, 160, -85.05, -140)
	// 16.6 pixels of zoom 10 west of a corner of its cells.
	beside := walk{lat: 40.979898, lon: 45 - 16.6*360/(256<<10), heading: math.Pi / 2, speed: 4, samples: 200, everyS: 5}
	crowd := slices.Repeat([]outing{{beside.track(rng, today), activity.SportRun, today}}, 60)
	pacific := slices.Concat(around(rng, 2, 80, 10, 179.99), around(rng, 1, 80, 21, -158), around(rng, 1, 80, 43, 141))
	world := slices.Concat(pacific, around(rng, 2, 80, 51, 0), around(rng, 1, 80, -33, -70), around(rng, 1, 80, 84.9, -179.9))
	return []scene{
		{"around home", chain{home, testSettings(2, 4, false), 15}, everyZoom(15), true},
		{"fine zooms", chain{near, testSettings(2, 4, false), 18}, []uint8{18, 17, 15}, true},
		{"seconds, wide glow", chain{home[:4], testSettings(3.3, 2.5, true), 14}, []uint8{14, 13, 11, 8, 2, 0}, false},
		{"thin glow", chain{home[2:5], testSettings(0.5, 0.7, false), 13}, []uint8{13, 10}, true},
		// The pen reaches farther than either blur, and a crowd makes the last of its glow show.
		{"a crowd beside a cell", chain{crowd, testSettings(5, 1, false), 12}, []uint8{10}, false},
		{"wide pen, narrow hills", chain{home[:4], testSettings(5, 1, false), 12}, []uint8{12, 11, 10, 7}, false},
		{"across the antimeridian", chain{fiji, testSettings(2, 4, false), 14}, everyZoom(14), true},
		{"off the map in the north", chain{north, testSettings(2, 4, false), 13}, everyZoom(13), true},
		{"off the map in the south", chain{south, testSettings(2, 4, false), 12}, []uint8{12, 11, 9, 5, 1, 0}, false},
		{"around the world", chain{world, testSettings(2, 4, false), 4}, []uint8{0, 1}, false},
		{"both ends of the world in one cell", chain{pacific, testSettings(2, 4, false), 2}, []uint8{2}, false},
		{"around the world, widest glow", chain{world, testSettings(16, 16, false), 1}, []uint8{0, 1}, false},
	}
}

// The bounds of what simplifying may do to lines and values (see simplify), in pixels of a zoom: each group of
// zooms starts from what the finer one, 2^cellZooms times as fine, left.
const (
	allSlack = simplifyTolerancePx*8/7 + 0.01
	allSmear = simplifyLengthPx * 8. / 7
)

// From the tracks themselves, derived, projected and painted by the reference alone: where lines are not simplified as exactly as above,
// but for positions that round to the next of 2^32 cells of the map; at coarser zooms within what simplifying may do.
func TestChainMatchesTracks(t *testing.T) {
	for _, s := range scenes() {
		if !s.coarser {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			tiles := s.chain.tiles(t)
			outings := s.chain.brought(s.chain.derived)
			for _, zoom := range s.zooms {
				settings := reference.Settings{Slack: 0.01}
				if s.chain.top(int(zoom)) <= simplifiedZoom {
					settings = reference.Settings{Slack: allSlack, Smear: allSmear}
				}
				s.chain.judge(t, tiles, zoom, outings, settings, exactly)
			}
		})
	}
}

// exactly is the precision of sums in float32 of segments rounded to their stored resolution.
var exactly = map[string]reference.Tolerance{
	"visits": {Rel: 1e-5}, "fresh12": {Rel: 1e-5}, "fresh36": {Rel: 1e-5},
	"pace": {Rel: 1e-4}, "heartrate": {Rel: 1e-5}, "recency": {Abs: 0.01},
	"steepness": {Abs: 1e-3}, "direction": {Abs: 1e-3}, "hills": {Abs: 1e-3},
}

// From the same lines (those the product draws at a zoom) reference and product must paint the same: indices
// differ only where a number lies on the border of two levels, within the precision of float32 sums. That holds
// at every zoom, across cells, tiles, the antimeridian and the edges of the map.
func TestChainMatchesReference(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			tiles := s.chain.tiles(t)
			for _, zoom := range s.zooms {
				top := s.chain.top(int(zoom))
				outings := s.chain.brought(func(i int) []reference.Segment { return s.chain.simplified(i, top) })
				s.chain.judge(t, tiles, zoom, outings, reference.Settings{Slack: 1e-6}, exactly)
			}
		})
	}
}

// What simplifying does to values is less than a level of their scales, even where the glow is narrower than the
// segments it leaves (a sigma of 0.5 pixels).
func TestSimplifyingHardlyMovesValues(t *testing.T) {
	most := map[string]float64{"visits": 0.03, "fresh12": 0.03, "fresh36": 0.03, "recency": 6,
		"pace": 0.15, "heartrate": 1, "steepness": 0.6, "direction": 0.6, "hills": 0.1}
	for _, s := range scenes() {
		if !s.coarser {
			continue
		}
		asRecorded := s.chain.brought(s.chain.derived)
		for top := int(s.chain.maxZoom); top >= 0; top -= cellZooms {
			if top > simplifiedZoom {
				continue
			}
			asDrawn := s.chain.brought(func(i int) []reference.Segment { return s.chain.simplified(i, top) })
			settings, w := s.chain.described(reference.Settings{}), s.chain.window(asRecorded, uint8(top))
			if w.W*w.H > 1<<21 {
				t.Fatalf("%s is too wide for the reference", s.name)
			}
			drawn, recorded := reference.Paint(asDrawn, settings, w), reference.Paint(asRecorded, settings, w)
			for field, limit := range most {
				if d := drawn.Distance(recorded, field); d > limit {
					t.Errorf("%s: %s at zoom %d is %.3g off on average, more than %g", s.name, field, top, d, limit)
				}
			}
		}
	}
}

// stopAndGo is a run at one sample a second through a town: lights where it slows down, stands and starts, and strides of twice the pace.
func stopAndGo(seed uint64, lat, lon float64, seconds int) *activity.Track {
	rng := rand.New(rand.NewPCG(seed, 40))
	t := &activity.Track{}
	heading, speed := rng.Float64()*7, 3.0
	for i := range seconds {
		want := 3.0
		switch k := i % 240; {
		case k < 20:
			want = 0.05
		case k > 120 && k < 180:
			want = 5.5
		}
		speed += 0.25*(want-speed) + 0.05*rng.NormFloat64()
		if i%97 == 0 {
			heading += float64(rng.IntN(3)-1) * math.Pi / 2
		}
		heading += 0.01 * rng.NormFloat64()
		lat += max(0, speed) * math.Sin(heading) / metersPerDegree
		lon += max(0, speed) * math.Cos(heading) / metersPerDegree / math.Cos(lat*math.Pi/180)
		noise := func() float64 { return 0.2 * rng.NormFloat64() / metersPerDegree }
		t.Lat, t.Lon = append(t.Lat, activity.RoundDeg(lat+noise())), append(t.Lon, activity.RoundDeg(lon+noise()))
		t.TimeMS = append(t.TimeMS, today.UnixMilli()+int64(i)*1000)
	}
	return t
}

// On the ridge of a line pace is stored within 2 % of what the recorded segments say, at every zoom and not at the finest alone.
func TestPaceKeepsItsPrecision(t *testing.T) {
	all := scenes()
	town := chain{settings: testSettings(2, 4, false), maxZoom: 17}
	for i := range uint64(4) {
		town.outings = append(town.outings, outing{stopAndGo(i, 48, 11, 1500), activity.SportRun, today})
	}
	all = append(all, scene{name: "stop and go", chain: town, coarser: true})
	levels := raster.NewLevels(layers.RatioScale(0.5, 12).Values)
	for _, s := range all {
		// A glow of half a pixel is narrower than the pixels that a line falls into.
		if !s.coarser || s.chain.settings.BlurSigma < 1 {
			continue
		}
		recorded := s.chain.brought(s.chain.derived)
		for zoom := int(s.chain.maxZoom); zoom >= 0; zoom-- {
			top := s.chain.top(zoom)
			if top > simplifiedZoom {
				continue
			}
			settings, w := s.chain.described(reference.Settings{}), s.chain.window(recorded, uint8(zoom))
			if w.W*w.H > 1<<21 {
				t.Fatalf("%s is too wide for the reference", s.name)
			}
			drawn := reference.Paint(s.chain.brought(func(i int) []reference.Segment { return s.chain.simplified(i, top) }), settings, w)
			want := reference.Paint(recorded, settings, w)
			n, worst, worstStored := 0, 0., 0.
			for i := range want.Footprint {
				got, exact := drawn.Fields["pace"].Exact[i], want.Fields["pace"].Exact[i]
				if want.Footprint[i].Lo < 0.9 || math.IsNaN(got) || math.IsNaN(exact) {
					continue
				}
				n++
				worst = max(worst, math.Abs(got-exact)/exact)
				worstStored = max(worstStored, math.Abs(float64(levels.Value(levels.Of(float32(got))))-exact)/exact)
			}
			t.Logf("%s, zoom %d: %d pixels, off by up to %.2f %%, stored %.2f %%", s.name, zoom, n, 100*worst, 100*worstStored)
			if worst > 0.01 || worstStored > 0.02 {
				t.Errorf("%s: pace at zoom %d is up to %.2f %% off, and stored up to %.2f %% off", s.name, zoom, 100*worst, 100*worstStored)
			}
		}
	}
}

// Tiles are the same whatever the order in which workers hand tracks to the bucket.
func TestTilesDoNotHangOnTheOrder(t *testing.T) {
	c := scenes()[0].chain
	c.maxZoom = 13
	want := c.tiles(t)
	same := func(name string, got map[tileKey]*tilePix) {
		if len(got) != len(want) {
			t.Errorf("%s: %d tiles, not %d", name, len(got), len(want))
		}
		for key, pix := range want {
			if got[key] == nil || *got[key] != *pix {
				t.Fatalf("%s: tile %v differs", name, key)
			}
		}
	}
	backwards := upTo(len(c.outings))
	slices.Reverse(backwards)
	same("backwards", c.paint(t, c.fill(t, backwards)))

	b := c.fill(t, nil)
	var wait sync.WaitGroup
	for i := range c.outings {
		wait.Go(func() {
			if err := b.add(i, c.runs(i)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	same("at once", c.paint(t, b))
}
