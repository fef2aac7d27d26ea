package demo

import (
	"math"

	"heatmapgen/internal/chance"
)

// ways lays the town's streets: a grid turned with the town and bent by smooth
// noise, with blocks missing here and there, cut to an uneven oval, and kept
// off the lake, the rivers and the steep.
func (t town) ways(seed int, off func(pt) bool) []way {
	sin, cos := math.Sincos(t.turned * math.Pi / 180)
	centre := at(t.lat, t.lon)
	tall := t.block * t.aspect
	nx, ny := int(t.long/tall)+1, int(t.wide/t.block)+1
	cols := 2*nx + 1
	corners := make([]pt, cols*(2*ny+1))
	there := make([]bool, len(corners))
	for j := -ny; j <= ny; j++ {
		for i := -nx; i <= nx; i++ {
			k := (j+ny)*cols + i + nx
			flat := pt{float64(i) * tall, float64(j) * t.block}
			jitter := pt{chance.Share(hash(seed, i, j, 1)) - 0.5, chance.Share(hash(seed, i, j, 2)) - 0.5}
			p := centre.add(flat.rotate(sin, cos)).add(jitter.mul(0.2 * t.block))
			p = p.add(wander(seed+10, p, 900, 0.65*t.block)).add(wander(seed+20, p, 330, 0.2*t.block))
			corners[k] = p
			there[k] = t.rim(p)+0.22*noise(seed+30, p.x/420, p.y/420) < 1 && !off(p)
		}
	}
	var out []way
	join := func(a, b, i, j, axis int) {
		if !there[a] || !there[b] || chance.Share(hash(seed, i, j, 3+axis)) > t.built {
			return
		}
		p, q := corners[a], corners[b]
		bend := (chance.Share(hash(seed, i, j, 5+axis)) - 0.5) * 0.10
		middle := p.lerp(q, 0.5).add(pt{p.y - q.y, q.x - p.x}.mul(bend))
		if off(middle) {
			return
		}
		out = append(out, way{t.kind, spline([]pt{p, middle, q}, 18)})
	}
	for j := -ny; j <= ny; j++ {
		for i := -nx; i <= nx; i++ {
			k := (j+ny)*cols + i + nx
			if i < nx {
				join(k, k+1, i, j, 0)
			}
			if j < ny {
				join(k, k+cols, i, j, 1)
			}
		}
	}
	return out
}

// rim tells how far out p lies: 0 in the middle of the town, 1 on its rim.
func (t town) rim(p pt) float64 {
	sin, cos := math.Sincos(-t.turned * math.Pi / 180)
	p = p.sub(at(t.lat, t.lon)).rotate(sin, cos)
	return math.Hypot(p.x/t.long, p.y/t.wide)
}

// track400 returns a running track: two straights of 84.39 m and two half
// circles of 36.8 m radius, which make 400 m on the line a runner takes (World
// Athletics, Track and Field Facilities Manual, 2.2.1.3). It ends where it starts.
func track400(centre pt, turned float64) []pt {
	const straight, radius, perHalf = 84.39, 36.8, 16
	sin, cos := math.Sincos(turned * math.Pi / 180)
	var line []pt
	for _, side := range [...]float64{1, -1} {
		for k := 0; k <= perHalf; k++ {
			a := math.Pi * (float64(k)/perHalf - 0.5)
			p := pt{straight/2 + radius*math.Cos(a), radius * math.Sin(a)}.mul(side)
			line = append(line, centre.add(p.rotate(sin, cos)))
		}
	}
	return append(line, line[0])
}
