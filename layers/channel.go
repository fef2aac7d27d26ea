package layers

import (
	"math"

	"heatmapgen/activity"
	"heatmapgen/layers/raster"
)

// Channels of the sheet that thin lines are drawn on. Every channel is a sum
// over the segments, spread over the pixels they cross.
const (
	chMoveDist  = iota // metres while moving
	chMoveTime         // seconds while moving
	chHeartSum         // heart rate x seconds
	chHeartTime        // seconds with a heart rate
	chSteepSum         // |grade| x metres
	chGradeSum         // grade x metres
	chGradeDist        // metres with a known grade
	chClimb            // metres climbed where the grade is at least HillMinGrade
	chSeconds          // seconds, moving or not; the last
	thinChannels
)

// Channels of the sheet that pen strokes are pressed on.
const (
	penVisits  = iota // activities
	penFresh36        // the stamp counts in the first one, two or three of these
	penFresh12
	penFootprint // 1 where any pen was
	penMoving    // where it moved in a known time
	penHeart     // where a heart rate is known
	penGrade     // where a grade is known
	penDay       // newest day, counted from dayBase; 0 is none
	penChannels
)

// penWidthSigma and penSoftSigma make the pen: a line 2.5 sigma wide, softened by a
// Gaussian of 0.7 sigma, has the second moment of a Gaussian of sigma
// (2.5^2/12 + 0.7^2 = 1.01).
const (
	penWidthSigma = 2.5
	penSoftSigma  = 0.7
)

// penRidge is what remains on the ridge of a lone straight pen line after
// softening: erf(1.25 / (sqrt 2 * 0.7)) = 0.926. Dividing by it makes one visit 1.
var penRidge = float32(math.Erf(penWidthSigma / 2 / (math.Sqrt2 * penSoftSigma)))

// shares appends to dst what segment s leaves on the thin channels.
func shares(dst []raster.Share, s *activity.Segment, minGrade float32, seconds bool) []raster.Share {
	if s.Moving && s.DurS > 0 {
		dst = append(dst, raster.Share{Channel: chMoveDist, Amount: s.DistM}, raster.Share{Channel: chMoveTime, Amount: s.DurS})
	}
	if s.HR > 0 && s.DurS > 0 {
		dst = append(dst, raster.Share{Channel: chHeartSum, Amount: s.HR * s.DurS}, raster.Share{Channel: chHeartTime, Amount: s.DurS})
	}
	if g := s.Grade; g == g && s.DistM > 0 {
		rise := g * s.DistM
		steep := rise
		if steep < 0 {
			steep = -steep
		}
		dst = append(dst, raster.Share{Channel: chSteepSum, Amount: steep},
			raster.Share{Channel: chGradeSum, Amount: rise}, raster.Share{Channel: chGradeDist, Amount: s.DistM})
		if g >= minGrade {
			dst = append(dst, raster.Share{Channel: chClimb, Amount: rise})
		}
	}
	if seconds && s.DurS > 0 {
		dst = append(dst, raster.Share{Channel: chSeconds, Amount: s.DurS})
	}
	return dst
}

// shares appends to dst what m leaves on the thin channels.
func (m *Merged) shares(dst []raster.Share, seconds bool) []raster.Share {
	if m.MovingS > 0 {
		dst = append(dst, raster.Share{Channel: chMoveDist, Amount: m.MetresM}, raster.Share{Channel: chMoveTime, Amount: m.MovingS})
	}
	if m.HR > 0 && m.SecondsS > 0 {
		dst = append(dst, raster.Share{Channel: chHeartSum, Amount: m.HR * m.SecondsS}, raster.Share{Channel: chHeartTime, Amount: m.SecondsS})
	}
	if m.RiseM == m.RiseM && m.MetresM > 0 {
		dst = append(dst, raster.Share{Channel: chSteepSum, Amount: m.SteepM}, raster.Share{Channel: chGradeSum, Amount: m.RiseM},
			raster.Share{Channel: chGradeDist, Amount: m.MetresM}, raster.Share{Channel: chClimb, Amount: m.HillM})
	}
	if seconds && m.SecondsS > 0 {
		dst = append(dst, raster.Share{Channel: chSeconds, Amount: m.SecondsS})
	}
	return dst
}

// shares appends to dst what s leaves on the thin channels.
func (s *Spot) shares(dst []raster.Share, seconds bool) []raster.Share {
	share := func(channel int, amount int64, unit float32) {
		dst = append(dst, raster.Share{Channel: channel, Amount: float32(amount) / unit})
	}
	if s[SpotMoved] > 0 {
		share(chMoveDist, s[SpotMetres], 1000)
		share(chMoveTime, s[SpotMoved], 1000)
	}
	if s[SpotHeart] > 0 {
		share(chHeartSum, s[SpotBeats], 1)
		share(chHeartTime, s[SpotHeart], 1000)
	}
	if s[SpotGraded] > 0 {
		share(chSteepSum, s[SpotUp]+s[SpotDown], 1000)
		share(chGradeSum, s[SpotUp]-s[SpotDown], 1000)
		share(chGradeDist, s[SpotGraded], 1000)
		share(chClimb, s[SpotHills], 1000)
	}
	if seconds && s[SpotSeconds] > 0 {
		share(chSeconds, s[SpotSeconds], 1000)
	}
	return dst
}
