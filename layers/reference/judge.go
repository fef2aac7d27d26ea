package reference

import (
	"fmt"
	"math"

	"heatmapgen/layers"
)

// A Tolerance is how far a value may be from what is expected: Abs in the field's unit, Rel as a part of the value.
type Tolerance struct{ Abs, Rel float64 }

// presenceStep is half the resolution that the softened footprint is rounded to before its nearest
// presence level is looked up.
const presenceStep = 1. / 128

// single is the relative error that sums in single precision may have gathered.
const single = 1e-5

// A Verdict is the outcome of judging one field.
type Verdict struct {
	Shown int      // pixels that show something
	Wrong []string // what is wrong with the first few pixels that are
	Count int      // number of wrong pixels
}

// Judge compares the indices of a field, by pixel of the window, with what is expected.
func (pic *Picture) Judge(f layers.Field, s layers.Scale, tol Tolerance, index []uint8) Verdict {
	var v Verdict
	want := pic.Fields[f.ID]
	for i, got := range index {
		if got > 0 {
			v.Shown++
		}
		if fault := pic.fault(want, f, s, tol, i, int(got)); fault != "" {
			v.Count++
			if len(v.Wrong) < 5 {
				v.Wrong = append(v.Wrong, fmt.Sprintf("z%d pixel (%d, %d): %s; expected %.6g..%.6g (exactly %.6g), footprint %.6g..%.6g",
					pic.Zoom, pic.X0+i%pic.W, pic.Y0+i/pic.W, fault, want.Values[i].Lo, want.Values[i].Hi, want.Exact[i],
					pic.Footprint[i].Lo, pic.Footprint[i].Hi))
			}
		}
	}
	return v
}

// Distance returns by how much two pictures of the same window differ in a field, as the mean over the pixels where a
// line surely is in both; 0 where there are none.
func (pic *Picture) Distance(other *Picture, field string) float64 {
	sum, n := 0.0, 0.0
	for i := range pic.Footprint {
		a, b := pic.Fields[field].Exact[i], other.Fields[field].Exact[i]
		if pic.Footprint[i].Lo < 0.5 || other.Footprint[i].Lo < 0.5 || math.IsNaN(a) || math.IsNaN(b) {
			continue
		}
		sum += math.Abs(a - b)
		n++
	}
	return sum / math.Max(1, n)
}

// fault says what is wrong with index got at pixel i, "" when nothing is.
func (pic *Picture) fault(want *Expected, f layers.Field, s layers.Scale, tol Tolerance, i, got int) string {
	may := want.Values[i]
	may.Lo -= tol.Abs + tol.Rel*math.Abs(may.Lo)
	may.Hi += tol.Abs + tol.Rel*math.Abs(may.Hi)
	level, presence := 0, 0
	if got > 0 {
		level, presence = (got-1)%len(s.Values), (got-1)/len(s.Values)
	}
	if got > s.MaxIndex() {
		return fmt.Sprintf("index %d is beyond the scale's %d", got, s.MaxIndex())
	}

	if f.Kind == layers.Count {
		least := float64(s.Values[0]) / 2
		switch {
		case got == 0 && may.Lo >= least:
			return "nothing"
		case got > 0 && may.Hi < least:
			return fmt.Sprintf("shows %g", s.Values[level])
		case got == 0:
			return ""
		}
	} else {
		foot := pic.Footprint[i]
		if want.Footprint != nil {
			foot = want.Footprint[i]
		}
		foot.Lo, foot.Hi = foot.Lo*(1-single)-presenceStep, foot.Hi*(1+single)+presenceStep
		least := float64(s.Presence[0]) / 2
		known := !math.IsNaN(may.Lo) && may.Lo <= may.Hi
		faint := want.Faint != nil && want.Faint[i]
		switch {
		case got == 0 && foot.Lo >= least && known && !faint:
			return "nothing"
		case got == 0:
			return ""
		case foot.Hi < least || !known && !faint:
			return fmt.Sprintf("shows %g with presence %g", s.Values[level], s.Presence[presence])
		case !nearest(s.Presence, presence, foot, arithmetic):
			return fmt.Sprintf("presence %g", s.Presence[presence])
		case faint:
			return ""
		}
	}
	between := arithmetic
	if ratioField(f) {
		between = geometric
	}
	if !nearest(s.Values, level, may, between) {
		return fmt.Sprintf("shows %g", s.Values[level])
	}
	return ""
}

// ratioField tells that the field's scale grows by ratios, in which the nearest level is meant.
func ratioField(f layers.Field) bool {
	return f.Kind == layers.Count || f.Kind == layers.Sum || f.ID == "pace"
}

func arithmetic(a, b float64) float64 { return (a + b) / 2 }
func geometric(a, b float64) float64  { return math.Sqrt(a * b) }

// nearest tells whether level k of the ascending values may be the nearest to some number of the range.
func nearest(values []float32, k int, r Range, between func(a, b float64) float64) bool {
	const rounding = 1e-6
	if k > 0 {
		if b := between(float64(values[k-1]), float64(values[k])); r.Hi < b-rounding*math.Abs(b) {
			return false
		}
	}
	if k+1 < len(values) {
		if b := between(float64(values[k]), float64(values[k+1])); r.Lo > b+rounding*math.Abs(b) {
			return false
		}
	}
	return true
}
