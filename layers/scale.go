package layers

import (
	"math"

	"heatmapgen/layers/raster"
)

// A Scale says which values the levels of a field stand for. Values ascend;
// Presence lists the presences, 1 only for counts. len(Values)*len(Presence) <= 255.
type Scale struct {
	Values   []float32 `json:"values"`
	Presence []float32 `json:"presence"`
}

// MaxIndex is the largest index a tile of this scale may hold.
func (s Scale) MaxIndex() int { return len(s.Values) * len(s.Presence) }

// The precision that scales are made for (docs/layers.md, "Stored precision").
const (
	countRatio = 1.1  // nearest of steps of 10 % is within 5 %
	speedRatio = 1.04 // within 2 %
	meanLevels = 63   // times 4 presences, 252 of the 255 indices
)

// presences returns n presence levels, evenly spaced up to 1.
func presences(n int) []float32 {
	p := make([]float32, n)
	for i := range p {
		p[i] = float32(i+1) / float32(n)
	}
	return p
}

// CountScale returns the scale of counts up to at least top activities: a few
// levels below 1 for the rim of the glow, halves up to 8 so that whole numbers are
// exact, and then steps of 10 %.
func CountScale(top int) Scale {
	s := Scale{Values: []float32{0.08, 0.2, 0.35, 0.5, 0.65, 0.8}, Presence: presences(1)}
	for v := float32(1); v <= 8; v += 0.5 {
		s.Values = append(s.Values, v)
	}
	for v := 8.0; v < float64(top) && len(s.Values) < 255; {
		v *= countRatio
		s.Values = append(s.Values, float32(v))
	}
	return s
}

// EvenScale returns a scale of evenly spaced values from lo to hi with presences.
func EvenScale(lo, hi float64) Scale {
	s := Scale{Presence: presences(4)}
	for i := 0; i < meanLevels; i++ {
		s.Values = append(s.Values, float32(lo+(hi-lo)*float64(i)/(meanLevels-1)))
	}
	return s
}

// RatioScale returns a scale of values from lo to hi, both above 0, that grow by equal
// ratios. Where hi/lo asks for it to be precise, it has more levels and fewer presences.
func RatioScale(lo, hi float64) Scale {
	levels, shares := meanLevels, 4
	for shares > 2 && math.Pow(hi/lo, 1/float64(levels-1)) > speedRatio {
		shares--
		levels = 255 / shares
	}
	s := Scale{Presence: presences(shares)}
	for i := range levels {
		s.Values = append(s.Values, float32(lo*math.Pow(hi/lo, float64(i)/float64(levels-1))))
	}
	return s
}

// Fits tells whether a scale pinned by an earlier build still serves values from lo to
// hi: they lie within it, and it is not more than four times as wide as they need.
func (s Scale) Fits(lo, hi float64, ratio bool) bool {
	n := len(s.Values)
	if n < 2 || len(s.Presence) == 0 || s.MaxIndex() > 255 {
		return false
	}
	a, b := float64(s.Values[0]), float64(s.Values[n-1])
	if lo < a || hi > b {
		return false
	}
	if ratio {
		return math.Log(b/a) <= 4*math.Max(math.Log(hi/lo), math.Log(2))
	}
	return b-a <= 4*(hi-lo)
}

// quantiser turns values and presences of one field into indices.
type quantiser struct {
	value    *raster.Levels
	levels   int
	presence []uint8 // by 1/64 of presence from 0 to 64: 1 + presence level, 0 for none
	least    float32 // smallest count that is shown
}

// presenceSteps is the resolution of the table from presence to its level.
const presenceSteps = 64

func newQuantiser(s Scale) quantiser {
	q := quantiser{value: raster.NewLevels(s.Values), levels: len(s.Values), least: s.Values[0] / 2}
	q.presence = make([]uint8, presenceSteps+1)
	for i := range q.presence {
		p := float32(i) / presenceSteps
		best, gap := 0, p // nothing is a presence of 0
		for k, v := range s.Presence {
			if d := float32(math.Abs(float64(v - p))); d <= gap {
				best, gap = k+1, d
			}
		}
		q.presence[i] = uint8(best)
	}
	return q
}

// presenceOf returns 1 + the presence level nearest to p, 0 where that is nothing.
func (q *quantiser) presenceOf(p float32) uint8 {
	if p >= 1 {
		p = 1
	}
	return q.presence[int(p*presenceSteps+0.5)]
}

// index returns the index of value v with the presence that presenceOf gave.
func (q *quantiser) index(v float32, presence uint8) uint8 {
	return uint8(int(presence-1)*q.levels + q.value.Of(v) + 1)
}
