package generator

import (
	"math"
	"math/rand/v2"
	"time"

	"heatmapgen/activity"
)

// A walk describes a made-up recording for tests: a way that bends at random, as devices record it.
type walk struct {
	lat, lon float64
	heading  float64 // radians, 0 is east, counted to the north
	bend     float64 // radians a sample, standard deviation
	speed    float64 // m/s
	samples  int
	everyS   float64 // seconds between samples; 0 is smart recording, 1 to 8 s
	noise    float64 // metres of GPS noise
	stops    bool    // stands still, pauses, loses the signal, starts new segments
	laps     int     // how often the way is gone, end joined to start by a break or not
	untimed  bool
	heart    bool
	altitude bool
	device   bool // knows its own speed
	gaps     bool // single samples miss heart rate or altitude
}

const metersPerDegree = math.Pi * activity.EarthRadiusM / 180

// track records the walk.
func (w walk) track(rng *rand.Rand, start time.Time) *activity.Track {
	type fix struct{ lat, lon, s, alt, speed float64 }
	var way []fix
	lat, lon, at, alt, heading := w.lat, w.lon, 0.0, 300+rng.Float64()*100, w.heading
	climb := 0.0
	for i := range w.samples {
		dt := w.everyS
		if dt == 0 {
			dt = float64(1 + rng.IntN(8))
		}
		speed := w.speed * (0.7 + 0.6*rng.Float64())
		if w.stops && i%97 > 85 {
			speed = 0.1
		}
		heading += rng.NormFloat64() * w.bend
		lat += speed * dt * math.Sin(heading) / metersPerDegree
		lon += speed * dt * math.Cos(heading) / metersPerDegree / math.Cos(lat*math.Pi/180)
		climb = 0.97*climb + 0.03*rng.NormFloat64()*0.8
		alt += climb * speed * dt
		at += dt
		if w.stops && i%150 == 149 {
			at += 45
			lat += 0.003 // 330 m while nothing was recorded: a break, below
		}
		way = append(way, fix{lat, lon, at, alt, speed})
	}
	t := &activity.Track{}
	for lap := range max(1, w.laps) {
		for i, f := range way {
			k := t.Len()
			noise := func() float64 { return rng.NormFloat64() * w.noise / metersPerDegree }
			t.Lat = append(t.Lat, activity.RoundDeg(f.lat+noise()))
			t.Lon = append(t.Lon, activity.RoundDeg(activity.WrapLon(f.lon+noise()/math.Cos(f.lat*math.Pi/180))))
			if !w.untimed {
				t.TimeMS = append(t.TimeMS, start.UnixMilli()+int64((float64(lap)*(way[len(way)-1].s+5)+f.s)*1000))
			}
			if w.altitude {
				t.AltM = append(t.AltM, float32(math.Round(f.alt*100)/100))
				if w.gaps && k%23 < 2 {
					t.AltM[k] = float32(math.NaN())
				}
			}
			if w.device {
				t.SpeedMS = append(t.SpeedMS, float32(math.Round(f.speed*1000)/1000))
				if w.gaps && k%11 == 3 {
					t.SpeedMS[k] = float32(math.NaN())
				}
			}
			if w.heart {
				t.HR = append(t.HR, uint8(130+30*math.Sin(float64(k)/40)+rng.Float64()*5))
				if w.gaps && k%31 < 4 {
					t.HR[k] = 0
				}
			}
			if w.stops && (i%200 == 120 || i%150 == 149) || i == 0 && lap > 0 {
				t.Starts = append(t.Starts, k)
			}
			if w.stops && i%150 == 60 && i+4 < len(way) { // a lift, or the timer stands
				t.Idle = append(t.Idle, activity.Part{From: k, To: k + 1 + i%4})
			}
		}
	}
	return t
}

// randomWalk varies everything about a recording but where it starts.
func randomWalk(rng *rand.Rand, lat, lon float64, samples int) walk {
	yes := func(in int) bool { return rng.IntN(in) == 0 }
	w := walk{
		lat: lat, lon: lon, heading: rng.Float64() * 2 * math.Pi, bend: 0.02 + 0.2*rng.Float64(), speed: 2 + 2*rng.Float64(),
		samples: samples/2 + rng.IntN(samples), everyS: 1, noise: rng.Float64() * 1.5,
		stops: yes(2), heart: !yes(3), altitude: !yes(3), device: yes(2), gaps: yes(2), untimed: yes(6),
	}
	if yes(3) {
		w.everyS = 0
		w.samples /= 4
	}
	if yes(3) {
		w.laps = 3
		w.samples /= 3
	}
	if yes(4) {
		w.speed = 9
		w.samples /= 3
	}
	return w
}
