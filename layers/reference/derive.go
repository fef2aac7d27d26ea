package reference

import (
	"math"

	"heatmapgen/activity"
)

// Limits of docs/layers.md, "Terms" and "Derived values".
const (
	earthRadiusM  = 6371008.8
	gapS          = 30
	jumpM         = 200
	untimedJumpM  = 2000
	shortestPairS = 1
	movingMS      = 0.3
	gradeWindowM  = 30
)

// A Sample is a sample of a track, NaN or 0 (heart rate) where something is missing.
type sample struct {
	lat, lon, timeS, alt, speed, hr float64
}

// Derive returns the segments of a track: consecutive samples without a break between them. speedLimit is that of the
// sport in m/s, window the number of samples altitudes are averaged over.
func Derive(t *activity.Track, speedLimit float64, window int) []Segment {
	var all []Segment
	for _, s := range stretches(t, speedLimit) {
		all = append(all, segments(s, window)...)
	}
	return all
}

// stretches cuts the track at its breaks; what is left alone is not drawn.
func stretches(t *activity.Track, speedLimit float64) [][]sample {
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
		if n := len(current); n > 0 && (starts[i] || broken(current[n-1], s, speedLimit)) {
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

func broken(a, b sample, speedLimit float64) bool {
	d := distanceM(a, b)
	dt := math.Abs(b.timeS - a.timeS)
	if math.IsNaN(dt) {
		return d > untimedJumpM
	}
	return dt > gapS && d > jumpM || d/math.Max(dt, shortestPairS) > speedLimit
}

// distanceM is the great-circle distance by way of the chord through the Earth.
func distanceM(a, b sample) float64 {
	rad := math.Pi / 180
	x := math.Cos(a.lat*rad)*math.Cos(a.lon*rad) - math.Cos(b.lat*rad)*math.Cos(b.lon*rad)
	y := math.Cos(a.lat*rad)*math.Sin(a.lon*rad) - math.Cos(b.lat*rad)*math.Sin(b.lon*rad)
	z := math.Sin(a.lat*rad) - math.Sin(b.lat*rad)
	return 2 * earthRadiusM * math.Asin(math.Sqrt(x*x+y*y+z*z)/2)
}

func segments(s []sample, window int) []Segment {
	path := make([]float64, len(s))
	for i := 1; i < len(s); i++ {
		path[i] = path[i-1] + distanceM(s[i-1], s[i])
	}
	grade := grades(s, path, window)
	var all []Segment
	for i := 0; i+1 < len(s); i++ {
		a, b := s[i], s[i+1]
		g := Segment{DistM: path[i+1] - path[i], HR: average(positive(a.hr), positive(b.hr)), Grade: average(grade[i], grade[i+1])}
		if math.IsNaN(g.HR) {
			g.HR = 0
		}
		if dt := b.timeS - a.timeS; dt > 0 {
			g.DurS = dt
			speed := g.DistM / dt
			if own := average(a.speed, b.speed); dt <= gapS && !math.IsNaN(own) {
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
func grades(s []sample, path []float64, window int) []float64 {
	n := len(s)
	smooth := make([]float64, n)
	for i := range smooth {
		var around []float64
		for j := max(0, i-window/2); j <= min(n-1, i+window/2); j++ {
			around = append(around, s[j].alt)
		}
		smooth[i] = average(around...)
	}
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

// project is Web Mercator, with the positions of a grid of 2^32 cells a side.
func project(lat, lon float64) (x, y float64) {
	lat = math.Max(-89.5, math.Min(89.5, lat))
	x = (lon + 180) / 360
	y = (1 - math.Asinh(math.Tan(lat*math.Pi/180))/math.Pi) / 2
	const grid = 1 << 32
	return math.Floor(x*grid) / grid, math.Floor(y*grid) / grid
}
