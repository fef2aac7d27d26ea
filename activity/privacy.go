package activity

import (
	"encoding/binary"
	"hash/fnv"
)

// A Zone is a circle that must not show.
type Zone struct {
	Center  LatLon
	RadiusM float64
}

// The way that is hidden beyond the border of a zone is a random part of its radius between these,
// so that the ends of many tracks do not draw the circle.
const (
	minBeyond = 0.1
	maxBeyond = 0.6
)

// Privacy is the last of the rules: what of a track must not show.
type Privacy struct {
	Zones []Zone
	// TrimStartM and TrimEndM are metres of path taken off both ends.
	TrimStartM, TrimEndM float64
}

// Empty tells that nothing is hidden.
func (p *Privacy) Empty() bool {
	return len(p.Zones) == 0 && p.TrimStartM <= 0 && p.TrimEndM <= 0
}

// Apply returns t without what must not show. seed makes the random distances: the same for the
// same track, different between tracks. What remains is never joined across a hidden sample.
func (p *Privacy) Apply(t *Track, seed [32]byte) *Track {
	n := t.Len()
	if p.Empty() || n == 0 {
		return t
	}
	path, way := make([]float64, n), make([]float64, n)
	for i := 1; i < n; i++ {
		d := DistanceM(t.Lat[i-1], t.Lon[i-1], t.Lat[i], t.Lon[i])
		path[i], way[i] = path[i-1]+d, way[i-1]
		// A jump, as before the first good fix, uses up nothing of what is trimmed.
		if d <= breakJumpM {
			way[i] += d
		}
	}
	hidden := make([]bool, n)
	for i := range hidden {
		hidden[i] = p.TrimStartM > 0 && way[i] < p.TrimStartM || p.TrimEndM > 0 && way[n-1]-way[i] < p.TrimEndM
	}
	for zi, z := range p.Zones {
		inside := func(i int) bool { return z.Center.DistanceM(LatLon{t.Lat[i], t.Lon[i]}) <= z.RadiusM }
		for i := 0; i < n; i++ {
			// A pair may pass through the zone without a sample inside, so the
			// samples around a crossing are judged by the line between them.
			crosses := i+1 < n && !inside(i) && !inside(i+1) && z.passes(t, i)
			if !inside(i) && !crosses {
				continue
			}
			beyond := z.RadiusM * (minBeyond + (maxBeyond-minBeyond)*chance(seed, zi, i))
			for j := i; j >= 0 && path[i]-path[j] <= beyond; j-- {
				hidden[j] = true
			}
			last := i
			if crosses {
				last = i + 1
			}
			for j := i; j < n && (j <= last || path[j]-path[last] <= beyond); j++ {
				hidden[j] = true
			}
		}
	}
	at := 0
	return Cut(t, func(LatLon) bool { at++; return !hidden[at-1] })
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

// chance returns a number in [0, 1) that hangs on the track, the zone and the sample only.
func chance(seed [32]byte, zone, sample int) float64 {
	h := fnv.New64a()
	h.Write(seed[:])
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], uint64(zone))
	// Neighbouring samples inside a zone share a draw, or the longest of many would always win.
	binary.LittleEndian.PutUint64(b[8:], uint64(sample/512))
	h.Write(b[:])
	return float64(h.Sum64()>>11) / (1 << 53)
}
