package generator

import (
	"math"
	"sync"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
)

// A placedZone is a privacy zone and where it stands.
type placedZone struct {
	activity.Zone
	// typed is its place in [privacy] zones, -1 for one of an export, which stands in file at a line.
	typed int
	file  string
	line  int
}

// placedZones returns the zones that a build is to hide.
func placedZones(cfg *config.Config, found *gathering) []placedZone {
	var all []placedZone
	for i, z := range cfg.Privacy.Zones {
		all = append(all, placedZone{Zone: activity.Zone{Center: activity.LatLon{Lat: z.Lat, Lon: z.Lon}, RadiusM: z.RadiusM}, typed: i})
	}
	if cfg.Privacy.UseStravaZones {
		all = append(all, found.placed...)
	}
	return all
}

// A slip is a common mistake in typing a place.
type slip int

const (
	noSlip slip = iota
	swapped
	otherLon
	otherLat
	slips
)

// undo returns the place that was meant when p was typed with the slip; ok is false when there is none.
func (s slip) undo(p activity.LatLon) (meant activity.LatLon, ok bool) {
	switch s {
	case swapped:
		return activity.LatLon{Lat: p.Lon, Lon: p.Lat}, math.Abs(p.Lon) <= 90 && p.Lat != p.Lon
	case otherLon:
		return activity.LatLon{Lat: p.Lat, Lon: -p.Lon}, p.Lon != 0
	case otherLat:
		return activity.LatLon{Lat: -p.Lat, Lon: p.Lon}, p.Lat != 0
	}
	return p, true
}

// question asks the user whether it was that slip.
func (s slip) question() string {
	return [slips]string{"", "are lat and lon swapped?", "should lon have the other sign?", "should lat have the other sign?"}[s]
}

// A sighting is what one track tells about a zone.
type sighting struct {
	zone int
	// slip is noSlip when something of the track is hidden for the zone, else the slip without which the track would enter it.
	slip slip
}

// A zoneWatch looks at which zones have an effect. Those are told by the activities alone, not by how a zone is hidden: a
// zone has one when a track enters it, or when something is hidden of a track that comes near.
type zoneWatch struct {
	zones []placedZone
	// hide returns a track without what all zones hide of it, or itself. It is nil where that is not known; what only comes
	// near to a zone is taken to be hidden in part then.
	hide func(t *activity.Track, seed [32]byte) *activity.Track

	mu sync.Mutex
	// seen holds by zone and slip whether a track that could be shown tells so, leftOut the same of one that a rule
	// leaves out anyway.
	seen, leftOut [][slips]bool
}

// nearM is how far from the border of a zone something may be hidden for it: no hidden region is wider.
const nearM = 2600

func newZoneWatch(zones []placedZone, hide func(*activity.Track, [32]byte) *activity.Track) *zoneWatch {
	return &zoneWatch{zones: zones, hide: hide, seen: make([][slips]bool, len(zones)), leftOut: make([][slips]bool, len(zones))}
}

// byZones is what the zones alone hide.
func byZones(p activity.Privacy) func(*activity.Track, [32]byte) *activity.Track {
	p.TrimStartM, p.TrimEndM = 0, 0
	return p.Apply
}

// watch looks at a track that could be shown, or, if left out, at one that a rule wants elsewhere. It spares what is known.
func (w *zoneWatch) watch(t *activity.Track, seed [32]byte, out bool) {
	w.mu.Lock()
	var open []int
	for i := range w.zones {
		if !w.seen[i][noSlip] && !(out && w.leftOut[i][noSlip]) {
			open = append(open, i)
		}
	}
	w.mu.Unlock()
	w.note(w.sightings(t, seed, open), out)
}

func (w *zoneWatch) note(sightings []sighting, out bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range sightings {
		if out {
			w.leftOut[s.zone][s.slip] = true
		} else {
			w.seen[s.zone][s.slip] = true
		}
	}
}

// unseen returns the zones that no track which could be shown comes near, in their order.
func (w *zoneWatch) unseen() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	var zones []int
	for i := range w.zones {
		if !w.seen[i][noSlip] {
			zones = append(zones, i)
		}
	}
	return zones
}

// settled reports whether nothing more can be learned from tracks that are left out.
func (w *zoneWatch) settled() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.zones {
		if !w.seen[i][noSlip] && !w.leftOut[i][noSlip] {
			return false
		}
	}
	return true
}

// all are the indices of all zones.
func (w *zoneWatch) all() []int {
	zones := make([]int, len(w.zones))
	for i := range zones {
		zones[i] = i
	}
	return zones
}

// sightings returns what a track tells about some of the zones.
func (w *zoneWatch) sightings(t *activity.Track, seed [32]byte, zones []int) (all []sighting) {
	if len(zones) == 0 || t.Len() == 0 {
		return nil
	}
	box := boxOf(t)
	var near []int
	for _, i := range zones {
		z := &w.zones[i]
		switch d := approachM(t, &box, z.Center, z.RadiusM+nearM); {
		case d <= z.RadiusM, d <= z.RadiusM+nearM && w.hide == nil:
			all = append(all, sighting{i, noSlip})
			continue
		case d <= z.RadiusM+nearM:
			near = append(near, i)
		}
		for s := noSlip + 1; s < slips; s++ {
			if meant, ok := s.undo(z.Center); ok && approachM(t, &box, meant, z.RadiusM) <= z.RadiusM {
				all = append(all, sighting{i, s})
			}
		}
	}
	if len(near) == 0 {
		return all
	}
	hidden := w.hidden(t, seed)
	for _, i := range near {
		z := &w.zones[i]
		for _, p := range hidden {
			if z.Center.DistanceM(p) <= z.RadiusM+nearM {
				all = append(all, sighting{i, noSlip})
				break
			}
		}
	}
	return all
}

// hidden returns the places of a track that the zones hide.
func (w *zoneWatch) hidden(t *activity.Track, seed [32]byte) (places []activity.LatLon) {
	rest := w.hide(t, seed)
	if rest == t {
		return nil
	}
	shown := make(map[activity.LatLon]bool, rest.Len())
	for i := range rest.Len() {
		shown[activity.LatLon{Lat: rest.Lat[i], Lon: rest.Lon[i]}] = true
	}
	for i := range t.Len() {
		if p := (activity.LatLon{Lat: t.Lat[i], Lon: t.Lon[i]}); !shown[p] {
			places = append(places, p)
		}
	}
	return places
}

// A trackBox bounds a track in degrees.
type trackBox struct{ south, north, west, east float64 }

func boxOf(t *activity.Track) trackBox {
	b := trackBox{t.Lat[0], t.Lat[0], t.Lon[0], t.Lon[0]}
	for i := range t.Lat {
		b.south, b.north = min(b.south, t.Lat[i]), max(b.north, t.Lat[i])
		b.west, b.east = min(b.west, t.Lon[i]), max(b.east, t.Lon[i])
	}
	if b.east-b.west > 180 { // across the antimeridian
		b.west, b.east = -180, 180
	}
	return b
}

// beyond reports whether all of the box is surely farther than limitM from p.
func (b *trackBox) beyond(p activity.LatLon, limitM float64) bool {
	const degreeM = activity.EarthRadiusM * math.Pi / 180
	limit := limitM/degreeM + 0.01
	if p.Lat < b.south-limit || p.Lat > b.north+limit {
		return true
	}
	// A degree of longitude is shortest at the box's end that is nearer to a pole.
	farthest := max(math.Abs(b.south), math.Abs(b.north), math.Abs(p.Lat)) + limit
	if farthest > polarLat {
		return false
	}
	limit /= math.Cos(farthest * math.Pi / 180)
	for _, lon := range [3]float64{p.Lon - 360, p.Lon, p.Lon + 360} {
		if lon >= b.west-limit && lon <= b.east+limit {
			return false
		}
	}
	return true
}

// polarLat is the latitude in degrees from which longitudes tell little, as near as makes no difference to anybody's home.
const polarLat = 88

// approachM returns how near to p the line of a track comes, in metres, or +Inf where that is surely more than limitM. On
// the scale of a zone the Earth is flat; of what is far away only that it is far is right.
func approachM(t *activity.Track, box *trackBox, p activity.LatLon, limitM float64) float64 {
	if box.beyond(p, limitM) {
		return math.Inf(1)
	}
	if math.Abs(p.Lat) > polarLat {
		nearest := math.Inf(1)
		for i := range t.Lat {
			nearest = min(nearest, activity.DistanceM(p.Lat, p.Lon, t.Lat[i], t.Lon[i]))
		}
		return nearest
	}
	const degreeM = activity.EarthRadiusM * math.Pi / 180
	k := math.Cos(p.Lat*math.Pi/180) * degreeM
	nearest := math.Inf(1) // squared
	var ax, ay float64
	for i := range t.Lat {
		bx, by := activity.WrapLon(t.Lon[i]-p.Lon)*k, (t.Lat[i]-p.Lat)*degreeM
		if i == 0 || math.Abs(bx-ax) > 180*k { // or on the other side of the Earth
			ax, ay = bx, by
		}
		dx, dy := bx-ax, by-ay
		u := 0.0
		if l := dx*dx + dy*dy; l > 0 {
			u = max(0, min(1, -(ax*dx+ay*dy)/l))
		}
		x, y := ax+u*dx, ay+u*dy
		nearest = min(nearest, x*x+y*y)
		ax, ay = bx, by
	}
	return math.Sqrt(nearest)
}
