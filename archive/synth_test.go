package archive

import (
	"math"
	"math/rand/v2"
)

// A synthetic tile resembles what the painter will make: activities that follow
// roads, drawn with a pen, softened, quantised on a logarithmic scale.

// synthScene names a kind of tile for tests and benchmarks.
type synthScene struct {
	name       string
	roads      int  // polylines through the tile
	activities int  // activities in all, spread unevenly over the roads
	mean       bool // a mean field with 4 presence levels, else a count
}

// synthScenes spans from a single road at the deepest zoom to a town seen from
// above.
var synthScenes = []synthScene{
	{"count/z17", 2, 12, false},
	{"count/z15", 6, 40, false},
	{"count/z13", 16, 120, false},
	{"mean/z17", 2, 12, true},
	{"mean/z15", 6, 40, true},
	{"mean/z13", 16, 120, true},
}

// synthTile draws tile number seed of a scene.
func synthTile(s synthScene, seed uint64) *[TilePixels]byte {
	rng := rand.New(rand.NewPCG(seed, uint64(len(s.name))))
	sum := make([]float64, TilePixels)    // count, or the sum of a mean
	weight := make([]float64, TilePixels) // of a mean
	for range s.roads {
		road := synthRoad(rng)
		// Few roads are favourites, many are run once.
		n := 1 + int(float64(s.activities)/float64(s.roads)*rng.ExpFloat64())
		for range n {
			dx, dy := rng.NormFloat64()*1.5, rng.NormFloat64()*1.5
			value := 3 + rng.NormFloat64()*0.3
			mask := make([]bool, TilePixels)
			drift := 0.0
			for i := range road {
				drift = 0.99*drift + 0.02*rng.NormFloat64()
				x, y := road[i][0]+dx, road[i][1]+dy
				r := 2.5
				if s.mean {
					r = 0.5
				}
				for py := int(y - r); py <= int(y+r); py++ {
					for px := int(x - r); px <= int(x+r); px++ {
						if px < 0 || py < 0 || px >= TileSize || py >= TileSize {
							continue
						}
						ex, ey := float64(px)+0.5-x, float64(py)+0.5-y
						if p := py*TileSize + px; ex*ex+ey*ey <= r*r || s.mean {
							if s.mean {
								weight[p]++
								sum[p] += value + drift
							} else if !mask[p] {
								mask[p] = true
								sum[p]++
							}
						}
					}
				}
			}
		}
	}
	pix := new([TilePixels]byte)
	if s.mean {
		sum, weight = synthBlur(sum, 2), synthBlur(weight, 2)
		for i := range pix {
			presence := int(math.Ceil(min(weight[i]*8, 4)))
			if weight[i] < 0.01 || presence < 1 {
				continue
			}
			v := int(math.Round((sum[i]/weight[i] - 1.5) / 3 * 62))
			pix[i] = byte(1 + (presence-1)*63 + min(max(v, 0), 62))
		}
		return pix
	}
	sum = synthBlur(sum, 1.4)
	for i := range pix {
		if v := sum[i]; v >= 0.05 {
			pix[i] = byte(1 + min(62, int(62*math.Log(v/0.05)/math.Log(500/0.05))))
		}
	}
	return pix
}

// synthRoad returns a random walk through the tile, in steps of half a pixel.
func synthRoad(rng *rand.Rand) [][2]float64 {
	x, y := rng.Float64()*TileSize, rng.Float64()*TileSize
	heading := rng.Float64() * 2 * math.Pi
	var road [][2]float64
	for range 600 {
		heading += rng.NormFloat64() * 0.05
		x += math.Cos(heading) / 2
		y += math.Sin(heading) / 2
		road = append(road, [2]float64{x, y})
	}
	return road
}

// synthBlur is a plain Gaussian blur of a tile.
func synthBlur(in []float64, sigma float64) []float64 {
	r := int(math.Ceil(3 * sigma))
	kernel := make([]float64, 2*r+1)
	total := 0.0
	for i := range kernel {
		kernel[i] = math.Exp(-float64((i-r)*(i-r)) / (2 * sigma * sigma))
		total += kernel[i]
	}
	pass := func(in []float64, dx, dy int) []float64 {
		out := make([]float64, len(in))
		for y := range TileSize {
			for x := range TileSize {
				for i, k := range kernel {
					px, py := x+dx*(i-r), y+dy*(i-r)
					if px >= 0 && py >= 0 && px < TileSize && py < TileSize {
						out[y*TileSize+x] += in[py*TileSize+px] * k / total
					}
				}
			}
		}
		return out
	}
	return pass(pass(in, 1, 0), 0, 1)
}
