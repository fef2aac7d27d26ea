package reference

import (
	"math"
	"slices"

	"heatmapgen/activity"
)

// Limits of docs/layers.md, "Terms" and "Derived values".
const (
	earthRadiusM = 6371008.8
	ownSpeedS    = 30
	movingMS     = 0.3
	gradeWindowM = 30
)

// A Sample is a sample of a track, NaN or 0 (heart rate) where something is missing.
type sample struct {
	lat, lon, timeS, alt, speed, hr float64
	idle                            bool // the way here from the sample before
}

// Derive returns the segments of a track that was cleaned: consecutive samples without a break between them. window is the
// way in metres altitudes are averaged over.
func Derive(t *activity.Track, window float64) []Segment {
	shorter := 1 / (1 + excess(t, window))
	var all []Segment
	for _, s := range stretches(t) {
		all = append(all, segments(s, window, shorter)...)
	}
	return all
}

// excess is the part by which the receiver's shaking makes the ways of a track longer.
func excess(t *activity.Track, window float64) float64 {
	var drops []float64
	steps, ways := 0.0, 0.0
	first := 0
	for _, s := range append(slices.Clone(t.Starts), len(t.Lat)) {
		part := stretches(&activity.Track{Lat: t.Lat[first:s], Lon: t.Lon[first:s], TimeMS: cut(t.TimeMS, first, s), SpeedMS: cut(t.SpeedMS, first, s), Idle: within(t.Idle, first, s)})
		for i := (4 - first%4) % 4; i+4 < s-first; i += 4 {
			all := part[0]
			if g := segments(all[i:i+5], window, 1); !g[0].Moving || !g[3].Moving {
				continue
			}
			one, two, four := through(all[i:i+5], 1), through(all[i:i+5], 2), through(all[i:i+5], 4)
			if one > 0 {
				drops = append(drops, ((one-two)-(two-four)/4)/one)
				steps += 4
				ways += one
			}
		}
		first = s
	}
	if len(drops) < 25 || ways/steps > 6 {
		return 0
	}
	slices.Sort(drops)
	middle := drops[len(drops)/2]
	sum, n := 0.0, 0.0
	for _, v := range drops {
		if math.Abs(v) <= 4*middle {
			sum += v
			n++
		}
	}
	if middle <= 0 || 1.42*sum/n < 0.002 {
		return 0
	}
	return min(1.42*sum/n, 0.15)
}

// through is the way through every nth sample.
func through(s []sample, n int) (metres float64) {
	for i := n; i < len(s); i += n {
		metres += distanceM(s[i-n], s[i])
	}
	return metres
}

func cut[T any](values []T, from, to int) []T {
	if values == nil {
		return nil
	}
	return values[from:to]
}

// within are the idle parts of the samples from on, counted from there.
func within(idle []activity.Part, from, to int) (parts []activity.Part) {
	for _, p := range idle {
		if p.From >= from && p.To < to {
			parts = append(parts, activity.Part{From: p.From - from, To: p.To - from})
		}
	}
	return parts
}

// stretches cuts the track at its breaks; what is left alone is not drawn.
func stretches(t *activity.Track) [][]sample {
	starts := map[int]bool{}
	for _, i := range t.Starts {
		starts[i] = true
	}
	var all [][]sample
	var current []sample
	for i := range t.Lat {
		s := sample{lat: t.Lat[i], lon: t.Lon[i], timeS: math.NaN(), alt: float64(t.Alt(i)), speed: float64(t.Speed(i)), hr: float64(t.HeartRate(i))}
		if t.Time(i) != activity.NoTime {
			s.timeS = float64(t.Time(i)) / 1000
		}
		for _, p := range t.Idle {
			s.idle = s.idle || i > p.From && i <= p.To
		}
		if len(current) > 0 && starts[i] {
			all = append(all, current)
			current = nil
		}
		current = append(current, s)
	}
	all = append(all, current)
	var drawn [][]sample
	for _, s := range all {
		if len(s) > 1 {
			drawn = append(drawn, s)
		}
	}
	return drawn
}

// distanceM is the great-circle distance by way of the chord through the Earth.
func distanceM(a, b sample) float64 {
	rad := math.Pi / 180
	x := math.Cos(a.lat*rad)*math.Cos(a.lon*rad) - math.Cos(b.lat*rad)*math.Cos(b.lon*rad)
	y := math.Cos(a.lat*rad)*math.Sin(a.lon*rad) - math.Cos(b.lat*rad)*math.Sin(b.lon*rad)
	z := math.Sin(a.lat*rad) - math.Sin(b.lat*rad)
	return 2 * earthRadiusM * math.Asin(math.Sqrt(x*x+y*y+z*z)/2)
}

// segments are those between the samples; shorter is what their ways are multiplied by.
func segments(s []sample, window, shorter float64) []Segment {
	path := make([]float64, len(s))
	for i := 1; i < len(s); i++ {
		path[i] = path[i-1] + distanceM(s[i-1], s[i])*shorter
	}
	grade := grades(s, path, window)
	var all []Segment
	for i := 0; i+1 < len(s); i++ {
		a, b := s[i], s[i+1]
		g := Segment{DistM: path[i+1] - path[i], HR: average(positive(a.hr), positive(b.hr)), Grade: average(grade[i], grade[i+1])}
		if math.IsNaN(g.HR) {
			g.HR = 0
		}
		if b.idle {
			g.HR, g.Grade = 0, math.NaN()
		} else if dt := b.timeS - a.timeS; dt > 0 {
			g.DurS = dt
			speed := g.DistM / shorter / dt
			if own := average(a.speed, b.speed); dt <= ownSpeedS && !math.IsNaN(own) {
				speed = own
			}
			g.Moving = speed >= movingMS
		}
		g.X0, g.Y0 = project(a.lat, a.lon)
		g.X1, g.Y1 = project(b.lat, b.lon)
		// The short way around.
		g.X1 += math.Round(g.X0 - g.X1)
		all = append(all, g)
	}
	return all
}

// average is that of the numbers that are known.
func average(values ...float64) float64 {
	sum, n := 0.0, 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / n
}

func positive(v float64) float64 {
	if v > 0 {
		return v
	}
	return math.NaN()
}

// grades returns rise over run at every sample, NaN where unknown.
func grades(s []sample, path []float64, window float64) []float64 {
	n := len(s)
	smooth := smoothed(s, path, window)
	all := make([]float64, n)
	for i := range all {
		a, b := i, i
		for a > 0 && path[i]-path[a] < gradeWindowM/2 {
			a--
		}
		for b < n-1 && path[b]-path[i] < gradeWindowM/2 {
			b++
		}
		// At the ends of a stretch the window reaches farther to the other side.
		for b < n-1 && path[b]-path[a] < gradeWindowM {
			b++
		}
		for a > 0 && path[b]-path[a] < gradeWindowM {
			a--
		}
		all[i] = math.NaN()
		if run := path[b] - path[a]; run >= gradeWindowM {
			all[i] = (smooth[b] - smooth[a]) / run
		}
	}
	return all
}

// smoothed returns the altitude at every sample as the mean over window metres of way around it, where altitude is linear between
// known samples that are neighbours or at most window apart.
func smoothed(s []sample, path []float64, window float64) []float64 {
	var known []int
	for i := range s {
		if !math.IsNaN(s[i].alt) {
			known = append(known, i)
		}
	}
	all := make([]float64, len(s))
	for i := range s {
		from, to := path[i]-window/2, path[i]+window/2
		area, length := 0.0, 0.0
		for k := 0; k+1 < len(known); k++ {
			a, b := known[k], known[k+1]
			way := path[b] - path[a]
			if b > a+1 && way > window {
				continue
			}
			lo, hi := math.Max(from, path[a]), math.Min(to, path[b])
			if hi <= lo {
				continue
			}
			at := func(p float64) float64 { return s[a].alt + (s[b].alt-s[a].alt)*(p-path[a])/way }
			area += (hi - lo) * (at(lo) + at(hi)) / 2
			length += hi - lo
		}
		all[i] = s[i].alt
		if length > 0.01 {
			all[i] = area / length
		}
	}
	return all
}

// project is Web Mercator, with the positions of a grid of 2^32 cells a side.
func project(lat, lon float64) (x, y float64) {
	lat = math.Max(-89.5, math.Min(89.5, lat))
	x = (lon + 180) / 360
	y = (1 - math.Asinh(math.Tan(lat*math.Pi/180))/math.Pi) / 2
	const grid = 1 << 32
	return math.Floor(x*grid) / grid, math.Floor(y*grid) / grid
}
