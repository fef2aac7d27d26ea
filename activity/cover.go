package activity

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// What is really hidden for a zone is a larger circle around another place: the ends of hundreds of tracks give away the
// middle of any circle they were cut at, however far beyond it each was cut. The lengths, in metres:
const (
	// leastZoneM is the radius that smaller zones count as, so that a place near the nearest end is not the door.
	leastZoneM = 250
	// The middle is moved by this much, more than the 200 m that home must not be placed within and the error of a good guess.
	minShiftM, maxShiftM = 300, 500
	// A line keeps at least minMarginM off the zone, more than lines are simplified by, and as far as its glow reaches,
	// up to maxMarginM: what glows farther has pixels that tell little.
	minMarginM, maxMarginM = 20, 200
	// Zones whose centres are so near hide one place. With a middle each, the mean of the two would be nearer to it.
	sameZoneM = 500
)

// Cover returns the circles to hide so that every zone is hidden and its centre cannot be told from where tracks end.
// Each holds all of its zones with a margin for the glow of lines, which reaches glowM metres at the equator. The
// secret moves them: the same secret and centre make the same move, whatever the radius.
func Cover(zones []Zone, secret [32]byte, glowM float64) []Zone {
	zones = slices.Clone(zones)
	slices.SortFunc(zones, func(a, b Zone) int {
		return cmp.Or(cmp.Compare(b.RadiusM, a.RadiusM), cmp.Compare(a.Center.Lat, b.Center.Lat), cmp.Compare(a.Center.Lon, b.Center.Lon))
	})
	var covers []Zone
	for len(zones) > 0 {
		// The largest zone leads those that hide the same place.
		group, rest := zones[:1:1], []Zone(nil)
		for _, z := range zones[1:] {
			if slices.ContainsFunc(group, func(g Zone) bool { return g.Center.DistanceM(z.Center) <= sameZoneM }) {
				group = append(group, z)
			} else {
				rest = append(rest, z)
			}
		}
		c := Zone{Center: Move(group[0].Center, secret)}
		margin := min(maxMarginM, max(minMarginM, glowM*cosDeg(group[0].Center.Lat)))
		for _, z := range group {
			c.RadiusM = max(c.RadiusM, c.Center.DistanceM(z.Center)+max(z.RadiusM, leastZoneM)+margin)
		}
		covers = append(covers, c)
		zones = rest
	}
	return covers
}

// Move returns a place 300 to 500 m from p, in a direction that only who has the secret can tell.
func Move(p LatLon, secret [32]byte) LatLon {
	h := hmac.New(sha256.New, secret[:])
	// A centre that is set a little more precisely keeps its move, mostly.
	fmt.Fprintf(h, "zone %.3f %.3f", p.Lat, p.Lon)
	sum := h.Sum(nil)
	draw := func(at int) float64 { return float64(binary.LittleEndian.Uint64(sum[at:])>>11) / (1 << 53) }
	// Even over the area.
	far := math.Sqrt(minShiftM*minShiftM + (maxShiftM*maxShiftM-minShiftM*minShiftM)*draw(0))
	sin, cos := math.Sincos(2 * math.Pi * draw(8))
	const degreeM = EarthRadiusM * degToRad
	lat := p.Lat + far*sin/degreeM
	if lat > 90 || lat < -90 {
		lat = p.Lat - far*sin/degreeM
	}
	return LatLon{lat, WrapLon(p.Lon + far*cos/degreeM/max(cosDeg(p.Lat), 1e-4))}
}
