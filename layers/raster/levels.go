package raster

import (
	"math"
	"sort"
)

// lutShift leaves sign, exponent and eight bits of the mantissa of a float32:
// steps of 0.3 %, finer than any two levels.
const lutShift = 15

// Levels quantises numbers to the nearest of a list of values.
type Levels struct {
	values []float32
	// border[i] lies between values[i] and values[i+1].
	border []float32
	// Evenly spaced values are found by arithmetic ...
	even     bool
	lo, step float32
	// ... and positive ones by a table over the leading bits of the number: the level
	// of the smallest number that has those bits.
	base  uint32
	table []uint8
	// Other numbers are found by a table over evenly wide bins, perBin to the unit: the level of each bin's low end.
	bins   []uint8
	perBin float32
}

// linearBins is the number of bins that levels which are neither even nor meant by ratio are found by.
const linearBins = 1024

// NewLinearLevels is NewLevels for at least one and at most 255 ascending values that need be neither evenly spaced nor positive; the
// border between two neighbours is always their mean.
func NewLinearLevels(values []float32) *Levels {
	if len(values) < 3 || isEven(values) {
		return NewLevels(values)
	}
	l := &Levels{values: values, lo: values[0]}
	for i := 0; i+1 < len(values); i++ {
		l.border = append(l.border, values[i]+(values[i+1]-values[i])/2)
	}
	width := values[len(values)-1] - l.lo
	l.perBin = linearBins / width
	for i := range linearBins + 1 {
		l.bins = append(l.bins, uint8(l.search(l.lo+width*(float32(i)-0.5)/linearBins)))
	}
	return l
}

// isEven tells whether values are evenly spaced.
func isEven(values []float32) bool {
	n := len(values)
	step := (values[n-1] - values[0]) / float32(n-1)
	for i, v := range values {
		if !(math.Abs(float64(v-(values[0]+float32(i)*step))) <= 1e-3*float64(step)) {
			return false
		}
	}
	return true
}

// NewLevels returns the quantiser for at least one and at most 255 ascending values,
// either evenly spaced or all positive. The border between two neighbours is their mean; for
// positive, unevenly spaced ones the geometric mean.
func NewLevels(values []float32) *Levels {
	l := &Levels{values: values, even: true}
	n := len(values)
	if n > 1 {
		l.lo, l.step = values[0], (values[n-1]-values[0])/float32(n-1)
		l.even = isEven(values)
	}
	for i := 0; i+1 < n; i++ {
		if l.even {
			l.border = append(l.border, (values[i]+values[i+1])/2)
		} else {
			l.border = append(l.border, float32(math.Sqrt(float64(values[i])*float64(values[i+1]))))
		}
	}
	if n > 1 && !l.even {
		l.base = math.Float32bits(values[0]) >> lutShift
		top := math.Float32bits(values[n-1]) >> lutShift
		for b := l.base; b <= top; b++ {
			l.table = append(l.table, uint8(l.search(math.Float32frombits(b<<lutShift))))
		}
	}
	return l
}

// Len returns the number of levels.
func (l *Levels) Len() int { return len(l.values) }

// Value returns the number that level i stands for.
func (l *Levels) Value(i int) float32 { return l.values[i] }

func (l *Levels) search(v float32) int {
	return sort.Search(len(l.border), func(i int) bool { return l.border[i] > v })
}

// Of returns the level nearest to v; numbers beyond the ends take the end.
func (l *Levels) Of(v float32) int {
	n := len(l.values)
	if !(v > l.values[0]) {
		return 0
	}
	if v >= l.values[n-1] {
		return n - 1
	}
	if l.even {
		return int((v-l.lo)/l.step + 0.5)
	}
	var i int
	if l.bins != nil {
		i = int(l.bins[int((v-l.lo)*l.perBin)])
	} else {
		i = int(l.table[math.Float32bits(v)>>lutShift-l.base])
	}
	for i < len(l.border) && v >= l.border[i] {
		i++
	}
	return i
}
