// Package segments knows the ways from gate to gate that a map publishes: those of [[segment]] in heatmap.toml, which the page lists efforts over.
//
// In it are Parse and Segment.String, how links and archives write a segment; ReadGeoJSON, from a file of lines to segments; and Ways, which tells along which parts of segments an activity's
// lines lead, so that none is published that goes where the map shows nothing. docs/format.md, "Segments", describes the text; the page reads and writes it with
// viewer/src/explore/segments/segment.ts.
package segments

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"heatmapgen/activity"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// A Segment is a way from gate to gate; the gates stand across its two ends.
type Segment struct {
	// Name is one line of at most MaxName characters, "" for none.
	Name string
	// ToleranceM is how far from it an effort may be, in metres, out of Tolerances.
	ToleranceM int
	// X and Y are its places on the grid of lines (lines.GridBits), even numbers. X may lie beyond the map where the way crosses the antimeridian.
	X, Y []int64
}

// Tolerances are those to choose from, in metres; UsualTolerance is the one where nothing is said.
var Tolerances = []int{15, 25, 50}

// UsualTolerance is for a way that is a street.
const UsualTolerance = 25

// What a segment has at most and at least: characters of its name, places, metres of way.
const (
	MaxName   = 60
	MaxPlaces = 200
	ShortestM = 50
	LongestM  = 200_000
)

// Most is how many segments a map publishes at most.
const Most = 100

// step is what places are told in: two grid units, 0.8 m at 48 degrees.
const step = 2

const gridWidth = int64(1) << lines.GridBits

// digits are those of base64url, of five bits each; the sixth and highest says that the number goes on.
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// String writes a segment as links and archives have it: tolerance, places and name, with dots between.
func (s Segment) String() string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(s.ToleranceM))
	b.WriteByte('.')
	put := func(v int64) {
		n := uint64(v<<1) ^ uint64(v>>63)
		for ; n > 31; n >>= 5 {
			b.WriteByte(digits[n&31|32])
		}
		b.WriteByte(digits[n])
	}
	var x, y int64
	for i := range s.X {
		put((s.X[i] - x) / step)
		put((s.Y[i] - y) / step)
		x, y = s.X[i], s.Y[i]
	}
	if s.Name != "" {
		b.WriteString("." + s.Name)
	}
	return b.String()
}

// maxText is the length of a segment's text that is looked at, in bytes: more than MaxPlaces far apart need.
const maxText = 8192

// Parse reads what String writes. Its errors are about the text and do not repeat it.
func Parse(text string) (Segment, error) {
	if len(text) > maxText {
		return Segment{}, errors.New("it is too long")
	}
	tolerance, rest, dot := strings.Cut(text, ".")
	way, name, _ := strings.Cut(rest, ".")
	if !dot || way == "" {
		return Segment{}, errors.New(`it has no way; it begins with a tolerance, a dot and the way, as in "25.Xk...PQ.Name"`)
	}
	s := Segment{Name: oneLine(name)}
	if s.ToleranceM = toleranceOf(tolerance); s.ToleranceM == 0 {
		return Segment{}, fmt.Errorf("its tolerance is none of %v metres", Tolerances)
	}
	numbers, err := parseNumbers(way)
	if err != nil {
		return Segment{}, err
	}
	var x, y int64
	for i := 0; i < len(numbers); i += 2 {
		x, y = x+numbers[i]*step, y+numbers[i+1]*step
		s.X, s.Y = append(s.X, x), append(s.Y, y)
	}
	return s, s.check()
}

// toleranceOf returns the tolerance that a text says, 0 for another text.
func toleranceOf(text string) int {
	for _, t := range Tolerances {
		if strconv.Itoa(t) == text {
			return t
		}
	}
	return 0
}

// parseNumbers reads the signed numbers of a way, two a place.
func parseNumbers(way string) ([]int64, error) {
	broken := errors.New("its way is broken off or was changed; copy it as a whole")
	var numbers []int64
	var n uint64
	bits := 0
	for i := range len(way) {
		digit := strings.IndexByte(digits, way[i])
		if digit < 0 || bits > 35 {
			return nil, broken
		}
		n |= uint64(digit&31) << bits
		if bits += 5; digit > 31 {
			continue
		}
		numbers = append(numbers, int64(n>>1)^-int64(n&1))
		n, bits = 0, 0
	}
	if bits > 0 || len(numbers)%2 != 0 {
		return nil, broken
	}
	return numbers, nil
}

// check tells whether there are as many places as there may be, on the map, and the way is neither too short nor too long.
func (s *Segment) check() error {
	if n := len(s.X); n < 2 || n > MaxPlaces {
		return fmt.Errorf("it has %d places; it must have 2 to %d", n, MaxPlaces)
	}
	for i := range s.X {
		if x, y := s.X[i], s.Y[i]; x < -2*gridWidth || x > 2*gridWidth || y < 0 || y > gridWidth {
			return errors.New("it leads off the map")
		}
	}
	if m := s.LengthM(); m < ShortestM || m > LongestM {
		return fmt.Errorf("it is %.0f m long; it must be %d m to %d km", m, ShortestM, LongestM/1000)
	}
	return nil
}

// LengthM returns the way from end to end in metres.
func (s *Segment) LengthM() float64 {
	metres := 0.0
	for i := 1; i < len(s.X); i++ {
		metres += math.Hypot(float64(s.X[i]-s.X[i-1]), float64(s.Y[i]-s.Y[i-1])) * lines.MetresPerUnit(s.Y[i])
	}
	return metres
}

// oneLine makes a name of a text: on one line, without what does not show, MaxName characters at most.
func oneLine(text string) string {
	hidden := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.C, r) || r == unicode.ReplacementChar
	}
	name := []rune(strings.Join(strings.FieldsFunc(text, hidden), " "))
	return strings.TrimSpace(string(name[:min(len(name), MaxName)]))
}

// Named returns the segment under another name.
func (s Segment) Named(name string) Segment {
	s.Name = oneLine(name)
	return s
}

// PlaceM is how far apart the places of Places are at most, in metres.
const PlaceM = 10

// Places returns places along the way, its ends and corners among them, at most PlaceM apart.
func (s *Segment) Places() []activity.LatLon {
	places := make([]activity.LatLon, 0, len(s.X))
	for _, p := range s.points() {
		lat, lon := raster.Unproject(raster.Point{X: int64(p.x * gridToWorld), Y: int64(p.y * gridToWorld)})
		places = append(places, activity.LatLon{Lat: lat, Lon: activity.WrapLon(lon)})
	}
	return places
}

// gridToWorld is how many world units a grid unit has.
const gridToWorld = 1 << (raster.WorldBits - lines.GridBits)

// A point is a place in grid units.
type point struct{ x, y float64 }

// points returns the places of Places on the grid.
func (s *Segment) points() []point {
	all := []point{{float64(s.X[0]), float64(s.Y[0])}}
	for i := 1; i < len(s.X); i++ {
		from, to := all[len(all)-1], point{float64(s.X[i]), float64(s.Y[i])}
		// Of the two rows the one where a unit is more metres.
		widest := max(lines.MetresPerUnit(s.Y[i-1]), lines.MetresPerUnit(s.Y[i]))
		n := max(1, math.Ceil(math.Hypot(to.x-from.x, to.y-from.y)*widest/PlaceM))
		for k := 1.0; k <= n; k++ {
			all = append(all, point{from.x + (to.x-from.x)*k/n, from.y + (to.y-from.y)*k/n})
		}
	}
	return all
}

// Along makes a segment of a line in degrees, with as few places as tell its way.
func Along(line []activity.LatLon, name string, toleranceM int) (Segment, error) {
	if !slices.Contains(Tolerances, toleranceM) {
		return Segment{}, fmt.Errorf("its tolerance is none of %v metres", Tolerances)
	}
	points := make([]point, len(line))
	for i, p := range line {
		w := raster.Project(p.Lat, p.Lon)
		if i > 0 {
			w = raster.Unwrap(w, int64(points[i-1].x*gridToWorld))
		}
		points[i] = point{float64(w.X) / gridToWorld, float64(w.Y) / gridToWorld}
	}
	if len(points) < 2 {
		return Segment{}, fmt.Errorf("it has %d places; it must have 2 or more", len(points))
	}
	// A way too long for its places is told more roughly.
	for rough := simpleM; ; rough *= 1.5 {
		kept := simplified(points, rough/lines.MetresPerUnit(int64(points[0].y)))
		if len(kept) > MaxPlaces && rough < roughestM {
			continue
		}
		s := Segment{Name: oneLine(name), ToleranceM: toleranceM}
		for _, p := range kept {
			s.X, s.Y = append(s.X, round(p.x)), append(s.Y, round(p.y))
		}
		return s, s.check()
	}
}

// How far a segment may be from the line that it was taken from, in metres: where that leaves few enough places, and at most.
const simpleM, roughestM = 1.5, 100

// round takes a number to the nearest step.
func round(v float64) int64 { return int64(math.Round(v/step)) * step }

// simplified leaves out the places of a line that lie within a distance of what is left, both in grid units: those of the way between two that are kept, as long as one direction from the first of them passes all of them.
func simplified(line []point, tolerance float64) []point {
	kept := line[:1:1]
	anchor := 0
	for anchor < len(line)-1 {
		next := reach(line, anchor, tolerance)
		kept = append(kept, line[next])
		anchor = next
	}
	return kept
}

// reach returns the last place that a straight line from a place reaches so that it passes all between within tolerance, without turning back.
func reach(line []point, from int, tolerance float64) int {
	lo, hi, axis, farthest := math.Inf(-1), math.Inf(1), math.NaN(), 0.0
	for i := from + 1; i < len(line); i++ {
		dx, dy := line[i].x-line[from].x, line[i].y-line[from].y
		d := math.Hypot(dx, dy)
		if d > tolerance {
			if math.IsNaN(axis) {
				axis = math.Atan2(dy, dx)
			}
			angle := math.Remainder(math.Atan2(dy, dx)-axis, 2*math.Pi)
			if angle < lo || angle > hi || d < farthest {
				return max(from+1, i-1)
			}
			half := math.Asin(tolerance / d)
			lo, hi = max(lo, angle-half), min(hi, angle+half)
		} else if farthest > tolerance {
			return max(from+1, i-1)
		}
		farthest = max(farthest, d)
	}
	return len(line) - 1
}
