package activity

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"sort"
)

// A Zone is a circle that must not show.
type Zone struct {
	Center  LatLon
	RadiusM float64
}

// The metres of way that are hidden beyond the border of a zone are random between these, so that
// the ends of many tracks do not draw the circle.
const (
	minBeyondM = 10
	maxBeyondM = 200
)

// Privacy is the last of the rules: what of a track must not show.
type Privacy struct {
	// Zones are what is hidden to the metre; see Cover.
	Zones []Zone
	// TrimStartM and TrimEndM are metres of path taken off both ends of what the zones leave.
	TrimStartM, TrimEndM float64
}

// Empty tells that nothing is hidden.
func (p *Privacy) Empty() bool {
	return len(p.Zones) == 0 && p.TrimStartM <= 0 && p.TrimEndM <= 0
}

// Apply returns t without what must not show. seed makes the random distances: the same for the same track, different between tracks. It must
// be a hash of the whole recording, what is hidden included: then nobody who sees only the rest can work it out, and every copy of a site is cut
// alike (docs/privacy.md, "Where lines are cut"). What remains is never joined across a hidden sample.
func (p *Privacy) Apply(t *Track, seed [32]byte) *Track {
	return p.apply(t, seed, boxesOf(t))
}

// apply is Apply with the boxes of t.
func (p *Privacy) apply(t *Track, seed [32]byte, boxes []sampleBox) *Track {
	n := t.Len()
	if p.Empty() || n == 0 {
		return t
	}
	path := make([]float64, n)
	for i := 1; i < n; i++ {
		path[i] = path[i-1] + DistanceM(t.Lat[i-1], t.Lon[i-1], t.Lat[i], t.Lon[i])
	}
	// What is hidden around the samples of a zone overlaps, all of it where somebody stood still for hours. So a range is noted by its ends,
	// and found by halving: to go through each would take as many steps as samples squared.
	change := make([]int32, n+1)
	hide := func(from, to int) {
		change[from]++
		change[to+1]--
	}
	for _, z := range p.Zones {
		inside := func(i int) bool { return z.Center.DistanceM(LatLon{t.Lat[i], t.Lon[i]}) <= z.RadiusM }
		for i := range z.comesNear(boxes) {
			// A pair may pass through the zone without a sample inside, so the
			// samples around a crossing are judged by the line between them.
			crosses := i+1 < n && !inside(i) && !inside(i+1) && z.passes(t, i)
			if !inside(i) && !crosses {
				continue
			}
			beyond := minBeyondM + (maxBeyondM-minBeyondM)*chance(seed, z.Center, i)
			last := i
			if crosses {
				last = i + 1
			}
			hide(sort.Search(i, func(j int) bool { return path[i]-path[j] <= beyond }),
				last+sort.Search(n-1-last, func(j int) bool { return path[last+1+j]-path[last] > beyond }))
		}
	}
	hidden := make([]bool, n)
	around := int32(0)
	for i := range hidden {
		around += change[i]
		hidden[i] = around > 0
	}
	p.trim(path, hidden)
	at := 0
	cut := Cut(t, func(LatLon) bool { at++; return !hidden[at-1] })
	if cut == t {
		return cut
	}
	quieten(cut, t, path, hidden)
	return cut
}

// After a cut the heart rate is left out for quietS seconds, or quietM metres of way where times are missing: a heart that begins to
// beat faster tells how long ago its runner set out, and so how far away the door is. By then it has warmed up, whatever was run
// before the cut: that is six times the time constant of its rise, 56 to 60 s on a treadmill (Hunt and Hunt, "Identification of
// heart rate dynamics during moderate-to-vigorous treadmill exercise", BioMedical Engineering OnLine 14, 2015). The time counts from
// the cut and not from the hidden start, which it would give away. What other sensors tell is left out with it: a thermometer that
// cools down tells as much.
const quietS, quietM = 360, 1000

// quieten takes heart rate and readings off the samples after a cut. shown has the samples of t which are not hidden; path is the
// way to each sample of t in metres.
func quieten(shown, t *Track, path []float64, hidden []bool) {
	silence := func(k int) {
		if shown.HR != nil {
			shown.HR[k] = 0
		}
		for _, column := range shown.Readings {
			if column != nil {
				column[k] = 0
			}
		}
	}
	k, cut := 0, -1
	for i := range hidden {
		if hidden[i] {
			cut = i + 1
			continue
		}
		if cut >= 0 {
			from, now := t.Time(cut), t.Time(i)
			if from == NoTime || now == NoTime {
				if path[i]-path[cut] < quietM {
					silence(k)
				}
			} else if now-from < quietS*1000 {
				silence(k)
			}
		}
		k++
	}
}

// trim hides the ends of what the zones leave, given the way to each sample. It counts from where a zone lets the track go:
// from the door, a long trim would draw a circle around the door outside the zone.
func (p *Privacy) trim(path []float64, hidden []bool) {
	first, last := 0, len(hidden)-1
	for first <= last && hidden[first] {
		first++
	}
	for last >= first && hidden[last] {
		last--
	}
	// A jump, as before the first good fix, uses up nothing of what is trimmed.
	step := func(i int) float64 {
		if d := path[i] - path[i-1]; d <= gapM {
			return d
		}
		return 0
	}
	for i, way := first, 0.0; i <= last && way < p.TrimStartM; i++ {
		hidden[i] = true
		if i < last {
			way += step(i + 1)
		}
	}
	for i, way := last, 0.0; i >= first && way < p.TrimEndM; i-- {
		hidden[i] = true
		if i > first {
			way += step(i)
		}
	}
}

// passes tells whether the line between samples i and i+1 comes within the
// radius. On the scale of a zone the Earth is flat.
func (z Zone) passes(t *Track, i int) bool {
	m := DistanceM(z.Center.Lat, z.Center.Lon, z.Center.Lat+0.01, z.Center.Lon) / 0.01
	k := m * cosDeg(z.Center.Lat)
	ax, ay := WrapLon(t.Lon[i]-z.Center.Lon)*k, (t.Lat[i]-z.Center.Lat)*m
	bx, by := WrapLon(t.Lon[i+1]-z.Center.Lon)*k, (t.Lat[i+1]-z.Center.Lat)*m
	dx, dy := bx-ax, by-ay
	u := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		u = max(0, min(1, -(ax*dx+ay*dy)/l))
	}
	x, y := ax+u*dx, ay+u*dy
	return x*x+y*y <= z.RadiusM*z.RadiusM
}

// chance returns a number in [0, 1) that hangs on the track, the zone's place and the sample only: not on which other zones there are.
func chance(seed [32]byte, center LatLon, sample int) float64 {
	h := fnv.New64a()
	h.Write(seed[:])
	var b [24]byte
	// To a billionth of a degree, as places are remembered.
	binary.LittleEndian.PutUint64(b[:], uint64(int64(math.Round(center.Lat*1e9))))
	binary.LittleEndian.PutUint64(b[8:], uint64(int64(math.Round(center.Lon*1e9))))
	// Neighbouring samples inside a zone share a draw, or the longest of many would always win.
	binary.LittleEndian.PutUint64(b[16:], uint64(sample/512))
	h.Write(b[:])
	return float64(h.Sum64()>>11) / (1 << 53)
}
