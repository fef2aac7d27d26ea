package reference

import (
	"math"

	"heatmapgen/layers"
)

// sums are what a segment leaves along its line (docs/layers.md, "The layers").
type sums struct {
	movedM, movedS              float64 // while moving
	beats, heartS               float64 // heart rate x seconds, seconds with a heart rate
	steepM, riseM, hillM, gradM float64 // up and down together, up less down, of hill training; metres with a known grade
	allS                        float64 // moving or not
}

func sumsOf(g Segment, hillMinGrade float64) sums {
	switch {
	case g.Merged != nil:
		return sumsOfMerged(g.Merged)
	case g.Spot != nil:
		return sumsOfSpot(g.Spot)
	case g.Known != nil:
		return sums{}
	}
	s := sums{allS: g.DurS}
	if g.Moving {
		s.movedM, s.movedS = g.DistM, g.DurS
	}
	if g.HR != 0 {
		s.beats, s.heartS = g.HR*g.DurS, g.DurS
	}
	if !math.IsNaN(g.Grade) {
		s.steepM, s.riseM, s.gradM = math.Abs(g.Grade)*g.DistM, g.Grade*g.DistM, g.DistM
		if g.Grade >= hillMinGrade {
			s.hillM = s.riseM
		}
	}
	return s
}

// sumsOfMerged are the sums of many segments that a simplified line has one for, as they were added up. Its metres are those of moving, or all of
// the way where no times are known.
func sumsOfMerged(m *layers.Merged) sums {
	s := sums{allS: float64(m.SecondsS)}
	if m.MovingS > 0 {
		s.movedM, s.movedS = float64(m.MetresM), float64(m.MovingS)
	}
	if m.HR != 0 {
		s.beats, s.heartS = float64(m.HR)*float64(m.SecondsS), float64(m.SecondsS)
	}
	if !math.IsNaN(float64(m.RiseM)) {
		s.steepM, s.riseM, s.hillM, s.gradM = float64(m.SteepM), float64(m.RiseM), float64(m.HillM), float64(m.MetresM)
	}
	return s
}

// sumsOfSpot are the sums that are left on a pixel.
func sumsOfSpot(n *layers.Spot) sums {
	thousandth := func(i int) float64 { return float64(n[i]) / 1000 }
	s := sums{allS: thousandth(layers.SpotSeconds)}
	if n[layers.SpotMoved] > 0 {
		s.movedM, s.movedS = thousandth(layers.SpotMetres), thousandth(layers.SpotMoved)
	}
	if n[layers.SpotHeart] > 0 {
		s.beats, s.heartS = float64(n[layers.SpotBeats]), thousandth(layers.SpotHeart)
	}
	if n[layers.SpotGraded] > 0 {
		up, down := thousandth(layers.SpotUp), thousandth(layers.SpotDown)
		s.steepM, s.riseM, s.hillM, s.gradM = up+down, up-down, thousandth(layers.SpotHills), thousandth(layers.SpotGraded)
	}
	return s
}

// knows returns sums that are above 0 where something is known of a segment.
func knows(g Segment, hillMinGrade float64) sums {
	if g.Known == nil {
		return sumsOf(g, hillMinGrade)
	}
	bit := func(k layers.Known) float64 { return float64(*g.Known & k) }
	return sums{movedS: bit(layers.KnowsMoving), heartS: bit(layers.KnowsHeart), gradM: bit(layers.KnowsGrade)}
}
