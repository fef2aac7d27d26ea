package demo

import "math"

// lakeLevelM is the height of the lake and of the plain around it, metres.
const lakeLevelM = 397

// A crest is one vertex of a ridge: a height in metres and how far from the
// ridge line, in metres, its foot lies to the left and to the right of somebody
// who walks along the vertices.
type crest struct {
	lat, lon, top float64
	left, right   float64
}

// The hills: the real ones, told in a few numbers each.
var hills = [][]crest{
	{ // Pfänder
		{47.4917, 9.7583, 597, 500, 900}, {47.4975, 9.7720, 760, 1400, 1500},
		{47.5075, 9.7792, 1064, 1900, 2600}, {47.5160, 9.7880, 990, 2300, 2800},
		{47.5240, 9.7960, 1000, 2700, 3000}, {47.5350, 9.8080, 1069, 3500, 3000},
		{47.5500, 9.8120, 990, 3500, 3300}, {47.5670, 9.8170, 950, 3500, 3500},
		{47.5814, 9.8483, 830, 3500, 4000},
	},
	{ // Bildstein to Hochälpele
		{47.4500, 9.7720, 660, 1500, 1400}, {47.4470, 9.7960, 960, 2600, 2200},
		{47.4400, 9.8150, 1150, 3000, 2800}, {47.4180, 9.8120, 1150, 3000, 4000},
		{47.4030, 9.8150, 1464, 3000, 4200}, {47.3800, 9.8000, 1460, 3000, 3500},
	},
	{ // Karren
		{47.4010, 9.7490, 640, 900, 900}, {47.3930, 9.7540, 971, 1500, 1700},
		{47.3830, 9.7450, 1300, 1500, 1600}, {47.3650, 9.7400, 1550, 1800, 1900},
	},
	{ // Sulzberg
		{47.5150, 9.8350, 750, 3500, 2500}, {47.5218, 9.9135, 1010, 4000, 4000}, {47.5600, 9.9500, 1000, 5000, 5000},
	},
	{ // Bregenzerwald
		{47.5000, 9.9300, 700, 5000, 5000}, {47.4200, 9.9000, 640, 5000, 5000}, {47.3700, 9.9100, 700, 5000, 5000},
	},
	{ // the country behind Lindau
		{47.6200, 9.8000, 600, 5000, 5000}, {47.6000, 9.7400, 500, 4000, 4000}, {47.6100, 9.6600, 470, 4500, 4500},
		{47.6900, 9.4500, 470, 4000, 4000}, {47.7100, 9.2900, 490, 4500, 4500},
	},
	{ // Bodanrück
		{47.6850, 9.1600, 440, 1800, 1800}, {47.7250, 9.1100, 560, 2500, 2500}, {47.7600, 9.0500, 660, 3000, 3000},
	},
	{ // Appenzell
		{47.4500, 9.5930, 560, 1100, 1300}, {47.4350, 9.5800, 880, 2600, 2600}, {47.4200, 9.5300, 1110, 3800, 7000},
		{47.3900, 9.4900, 1240, 4500, 8000}, {47.3600, 9.4300, 900, 7000, 8000}, {47.3000, 9.4100, 950, 6000, 6000},
	},
	{ // Alpstein, south chain
		{47.2830, 9.4850, 1795, 3500, 1400}, {47.2660, 9.4660, 1900, 3500, 1300}, {47.2500, 9.4300, 2050, 3500, 1300},
		{47.2330, 9.3900, 2250, 3500, 1400},
	},
	{ // Alpstein, middle chain
		{47.2760, 9.4400, 1750, 1100, 1100}, {47.2580, 9.4080, 2050, 1200, 1200}, {47.2400, 9.3730, 2430, 1500, 1500},
	},
	{ // Alpstein, north chain
		{47.2840, 9.4110, 1640, 1200, 1500}, {47.2740, 9.3930, 1920, 1300, 2500}, {47.2494, 9.3433, 2500, 1600, 3500},
	},
}

// The valleys of the Bregenzer and the Dornbirner Ach, cut into the hills: the
// courses of the rivers and the heights of their beds in metres.
var gorges = [][]crest{
	{
		{lat: 47.4815, lon: 9.7440, top: 403}, {lat: 47.4778, lon: 9.7650, top: 412}, {lat: 47.4812, lon: 9.7800, top: 420},
		{lat: 47.4880, lon: 9.8000, top: 430}, {lat: 47.4900, lon: 9.8200, top: 440}, {lat: 47.4860, lon: 9.8500, top: 460},
		{lat: 47.4700, lon: 9.8800, top: 490}, {lat: 47.4350, lon: 9.8930, top: 550}, {lat: 47.3700, lon: 9.9000, top: 660},
	},
	{
		{lat: 47.4110, lon: 9.7450, top: 430}, {lat: 47.4040, lon: 9.7540, top: 455}, {lat: 47.3970, lon: 9.7640, top: 490},
		{lat: 47.3925, lon: 9.7720, top: 520}, {lat: 47.3800, lon: 9.7850, top: 640},
	},
}

// A slope is one leg of a ridge in the local plane.
type slope struct {
	ridge      int
	a, b       pt
	from, to   crest
	centre     pt
	reachesTo2 float64 // squared metres from the centre beyond which it is flat
}

func slopesOf(ridges ...[]crest) []slope {
	var out []slope
	for ridge, r := range ridges {
		for i := 1; i < len(r); i++ {
			s := slope{ridge: ridge, a: at(r[i-1].lat, r[i-1].lon), b: at(r[i].lat, r[i].lon), from: r[i-1], to: r[i]}
			s.centre = s.a.lerp(s.b, 0.5)
			reach := s.a.dist(s.b)/2 + max(s.from.left, s.from.right, s.to.left, s.to.right)
			s.reachesTo2 = reach * reach
			out = append(out, s)
		}
	}
	return out
}

var (
	hillSlopes  = slopesOf(hills...)
	gorgeSlopes = slopesOf(gorges...)
)

// height returns the height of the ground at p in metres above the sea: the
// ridges, blended, furrowed by noise in proportion to their height so that the
// plain stays flat, and the gorge cut into them.
func height(p pt) float64 {
	sum, up := 0.0, 0.0
	for i := range hillSlopes {
		up = max(up, hillSlopes[i].rise(p))
		if i == len(hillSlopes)-1 || hillSlopes[i].ridge != hillSlopes[i+1].ridge {
			sum += up * up * up * up
			up = 0
		}
	}
	up = math.Sqrt(math.Sqrt(sum))
	up += fractal(100, 5, p.x/1300, p.y/1300) * min(up*0.22, 90)
	h := lakeLevelM + 3 + up + 1.5*noise(120, p.x/400, p.y/400)
	const wide = 400 // metres, of a gorge; three times as far off nothing is left of it
	near, bed := float64(9*wide*wide), 0.0
	for i := range gorgeSlopes {
		s := &gorgeSlopes[i]
		if dx, dy := p.x-s.centre.x, p.y-s.centre.y; dx*dx+dy*dy > s.reachesTo2+near+2*math.Sqrt(s.reachesTo2*near) {
			continue
		}
		if t, d2 := nearest(p, s.a, s.b); d2 < near {
			near, bed = d2, s.from.top+(s.to.top-s.from.top)*t
		}
	}
	if bed > 0 && h > bed {
		h = bed + (h-bed)*(1-0.97*math.Exp(-near/(wide*wide)))
	}
	return h
}

// rise returns by how many metres the leg lifts the ground at p above the plain.
func (s *slope) rise(p pt) float64 {
	if dx, dy := p.x-s.centre.x, p.y-s.centre.y; dx*dx+dy*dy > s.reachesTo2 {
		return 0
	}
	t, d2 := nearest(p, s.a, s.b)
	near, far := s.from.right, s.to.right
	if s.b.sub(s.a).cross(p.sub(s.a)) > 0 {
		near, far = s.from.left, s.to.left
	}
	u := math.Sqrt(d2) / (near + (far-near)*t)
	if u >= 1 {
		return 0
	}
	// Half a cone, half a smooth step: steep flanks with a soft crest and foot.
	profile := 0.5*(1-u) + 0.5*(1-u*u*(3-2*u))
	return (s.from.top + (s.to.top-s.from.top)*t - lakeLevelM) * profile
}
