package activity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// zone is where the made-up athlete lives: two hours ahead of UTC.
var zone = time.FixedZone("", 2*3600)

// An effort is one way of somebody over a route: a loop with bends, at a pace that changes from minute to minute as people's does, or
// evenly.
type effort struct {
	start   time.Time
	seconds int
	ms      float64 // m/s
	pace    uint64  // seed of the changes of pace; 0 is even
	route   uint64  // seed of the route
	out     bool    // there and back again rather than a loop
}

// at returns where the athlete is at every second, in metres to the east and to the north of home.
func (e effort) at() [][2]float64 {
	rng := rand.New(rand.NewPCG(e.route, 7))
	bends := [3]float64{rng.Float64() * 6, rng.Float64() * 6, rng.Float64() * 6}
	line := make([][2]float64, 1, 10+2*int(e.ms*float64(e.seconds))) // by the metre
	for m := range cap(line) - 1 {
		way := float64(m)
		heading := bends[0] + 0.9*math.Sin(way/300+bends[1]) + 0.4*math.Sin(way/70+bends[2])
		if !e.out {
			heading += way / 480 // a lap of 3 km
		}
		last := line[m]
		line = append(line, [2]float64{last[0] + math.Cos(heading), last[1] + math.Sin(heading)})
	}
	all := make([][2]float64, e.seconds)
	way, faster := 0.0, 0.0
	p := rand.New(rand.NewPCG(e.pace, 9))
	day := 1.0
	if e.pace > 0 {
		day += 0.03 * p.NormFloat64()
	}
	stop := 200 + p.IntN(300)
	for i := range all {
		at := way
		if half := e.ms * float64(e.seconds) / 2; e.out && way > half {
			at = max(0, 2*half-way)
		}
		m, share := math.Modf(at)
		a, b := line[int(m)], line[int(m)+1]
		all[i] = [2]float64{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
		if e.pace > 0 {
			faster += 0.004*p.NormFloat64() - 0.005*faster
			if i == stop { // a crossing
				stop += 300 + p.IntN(600)
			}
			if stop-i < 20 {
				continue
			}
		}
		way += e.ms * day * max(0.2, 1+faster)
	}
	return all
}

// A device records an effort.
type device struct {
	id, source  string
	index       int
	from, to    int // seconds of the effort; to 0 is its end
	every       int // seconds
	noiseM      float64
	seed        uint64
	off         time.Duration // how far its clock is ahead
	untimed, hr bool
	sport       Sport
}

// records returns what the device has of an effort, as a build sees it.
func (d device) records(e effort) Record {
	t := &Track{}
	rng := rand.New(rand.NewPCG(d.seed, 11))
	var wanderX, wanderY float64
	at := e.at()
	to := d.to
	if to == 0 {
		to = len(at)
	}
	for i := d.from; i < to; i++ {
		// The noise of a receiver wanders.
		wanderX += 0.2*d.noiseM*rng.NormFloat64() - 0.02*wanderX
		wanderY += 0.2*d.noiseM*rng.NormFloat64() - 0.02*wanderY
		if (i-d.from)%max(1, d.every) > 0 && i != to-1 {
			continue
		}
		p := moved(LatLon{47, 8}, at[i][1]+wanderY, at[i][0]+wanderX)
		t.Lat, t.Lon = append(t.Lat, RoundDeg(p.Lat)), append(t.Lon, RoundDeg(p.Lon))
		if !d.untimed {
			t.TimeMS = append(t.TimeMS, e.start.Add(d.off).UnixMilli()+int64(i)*1000)
		}
		if d.hr {
			t.HR = append(t.HR, 140)
		}
	}
	sport := d.sport
	if sport == "" {
		sport = "Run"
	}
	r := recordOf(t, sport)
	r.ID, r.Source, r.SourceIndex, r.Sport = d.source+":"+d.id, d.source, d.index, sport
	r.SportBy = ByFile
	if !d.untimed {
		r.Activity.Start = e.start.Add(d.off + time.Duration(d.from)*time.Second).In(zone)
	}
	return r
}

// recordOf measures a track.
func recordOf(t *Track, sport Sport) Record {
	clean, _ := Clean(t, sport)
	d := Deriver{AltitudeWindowM: 40}
	stretches := d.Stretches(clean)
	r := Record{Outline: d.OutlineOf(clean, stretches)}
	r.Sketch = SketchOf(t, clean)
	r.Activity.DistanceM, r.Activity.MovingS = r.Outline.DistanceM, r.Outline.MovingS
	return r
}

// verdictsOf writes verdicts: "." for what stays, else the id of what stands for it and why.
func verdictsOf(records []Record, said Said) []string {
	var got []string
	for _, v := range Outings(records, said) {
		text := "."
		if v.Of >= 0 {
			text = records[v.Of].ID + ": " + v.Evidence.String()
			if v.Reason != DuplicateOther {
				text += " (" + string(v.Reason) + ")"
			}
		} else if v.Reason != Kept {
			text = string(v.Reason)
		}
		got = append(got, text)
	}
	return got
}

var evening = time.Date(2026, 5, 4, 16, 0, 0, 0, time.UTC)

const sameTime = ": at the same time and place"

func TestOutings(t *testing.T) {
	run := effort{start: evening, seconds: 1800, ms: 3, pace: 1, route: 1}
	later := func(e effort, by time.Duration) effort { e.start = e.start.Add(by); return e }
	paced := func(e effort, seed uint64) effort { e.pace = seed; return e }
	watch := device{id: "watch.fit", source: "files", noiseM: 1, seed: 1, hr: true}
	phone := device{id: "phone.gpx", source: "files", noiseM: 2, seed: 2, every: 2}
	with := func(d device, f func(*device)) device { f(&d); return d }
	cut := func(d device, from, to int) device { d.from, d.to = from, to; return d }
	ahead := func(d device, off time.Duration) device { d.off = off; return d }
	whole := func(e effort, ds ...device) (rs []Record) {
		for _, d := range ds {
			rs = append(rs, d.records(e))
		}
		return rs
	}
	even := effort{start: evening, seconds: 1800, ms: 3, route: 1}
	tests := []struct {
		name    string
		records []Record
		want    []string
	}{
		{"none", nil, nil},
		{"alone", whole(run, watch), []string{"."}},
		{"two devices, one source", whole(run, watch, phone), []string{".", "files:watch.fit" + sameTime}},
		{"the second started later", whole(run, watch, cut(phone, 600, 0)), []string{".", "files:watch.fit" + sameTime}},
		{"the second started much later", whole(run, watch, cut(phone, 1500, 0)), []string{".", "files:watch.fit" + sameTime}},
		{"one is cropped on both sides", whole(run, cut(watch, 200, 1500), phone), []string{"files:phone.gpx" + sameTime, "."}},
		{"minutes apart by clocks that nobody sets", whole(run, watch, ahead(phone, 70*time.Second)), []string{".", "files:watch.fit" + sameTime}},
		{"a watch that died, and another that took over", whole(run, cut(watch, 0, 900), cut(phone, 900, 0)), []string{".", "."}},
		{"another that took over a little before", whole(run, cut(watch, 0, 900), cut(phone, 800, 0)), []string{".", "."}},
		{"the day after, at the very same pace", append(whole(even, watch), phone.records(later(even, 24*time.Hour))), []string{".", "."}},
		{"morning and evening, at the very same pace", append(whole(even, watch), phone.records(later(even, -11*time.Hour))), []string{".", "."}},
		{"an hour later, at the very same pace", append(whole(even, watch), phone.records(later(even, time.Hour))), []string{".", "."}},
		{"an hour later, nearly as fast", append(whole(run, watch), phone.records(later(paced(run, 2), time.Hour))), []string{".", "."}},
		{"two hours later, as the zone is, nearly as fast", append(whole(run, watch), phone.records(later(paced(run, 2), 2*time.Hour))), []string{".", "."}},
		{"a clock of local time", whole(run, watch, ahead(phone, 2*time.Hour)), []string{".", "files:watch.fit: the same way in the same seconds, by a clock 2 h off"}},
		{"a clock of local time at an even pace", whole(even, watch, ahead(phone, 2*time.Hour)), []string{".", "files:watch.fit: the same way in the same seconds, by a clock 2 h off"}},
		{"a clock that is an hour slow", whole(run, watch, ahead(phone, -time.Hour)), []string{".", "files:watch.fit: the same way in the same seconds, by a clock 1 h off"}},
		{"a clock of Kathmandu", whole(run, watch, ahead(phone, 5*time.Hour+45*time.Minute)), []string{".", "files:watch.fit: the same way in the same seconds, by a clock 5:45 h off"}},
		{"a clock off, and the second started later", whole(run, watch, ahead(cut(phone, 500, 0), 3*time.Hour)), []string{".", "files:watch.fit: the same way in the same seconds, by a clock 3 h off"}},
		{"a clock a round of GPS weeks off", whole(run, watch, ahead(phone, -1024*7*24*time.Hour)), []string{".", "files:watch.fit: the same way in the same seconds, by a clock 7168 days off"}},
		{"a clock that overlaps all the same", whole(effort{start: evening, seconds: 3 * 3600, ms: 3, pace: 3, route: 2}, watch, ahead(phone, 2*time.Hour)),
			[]string{".", "files:watch.fit: the same way in the same seconds, by a clock 2 h off"}},
		{"there and back again, with two devices", append(whole(effort{start: evening, seconds: 900, ms: 3, pace: 1, route: 1, out: true}, watch),
			phone.records(effort{start: evening.Add(time.Hour), seconds: 900, ms: 3, pace: 2, route: 1, out: true})), []string{".", "."}},
		{"left on at home while another runs", []Record{
			device{id: "on.fit", source: "files", noiseM: 1, seed: 1}.records(effort{start: evening, seconds: 1200, ms: 3, pace: 1, route: 1}),
			device{id: "run.gpx", source: "files", noiseM: 1, seed: 2}.records(effort{start: evening.Add(time.Hour), seconds: 1800, ms: 3, pace: 1, route: 4}),
			stillAt("files:still.fit", evening.Add(30*time.Minute), 2*3600),
		}, []string{".", ".", "."}},
		{"two that overlap elsewhere, as a clock is wrong", append(whole(run, watch), phone.records(effort{start: evening, seconds: 1800, ms: 3, pace: 1, route: 3, out: true})), []string{".", "."}},
		{"across midnight", whole(later(run, 7*time.Hour+45*time.Minute), watch, phone), []string{".", "files:watch.fit" + sameTime}},
		{"without times, the same positions", whole(run, watch, with(watch, func(d *device) { d.id, d.untimed = "copy.gpx", true })), []string{".", "files:watch.fit: the same positions"}},
		{"neither has times", whole(run, with(watch, func(d *device) { d.id, d.untimed = "a.gpx", true }), with(watch, func(d *device) { d.id, d.untimed = "b.gpx", true })),
			[]string{".", "files:a.gpx: the same positions"}},
		{"without times, another's positions", whole(run, watch, with(phone, func(d *device) { d.untimed, d.every = true, 1 })), []string{".", "."}},
		{"set to nothing, both from the same midnight", []Record{
			watch.records(effort{start: time.Date(2000, 1, 1, 0, 0, 10, 0, time.UTC), seconds: 1800, ms: 3, pace: 1, route: 1}),
			phone.records(effort{start: time.Date(2000, 1, 1, 0, 0, 40, 0, time.UTC), seconds: 1800, ms: 3.05, pace: 2, route: 1}),
		}, []string{".", "."}},
		{"two records of an outing at midnight of a year", whole(later(run, time.Date(2026, 1, 1, 0, 5, 0, 0, time.UTC).Sub(evening)), watch, phone), []string{".", "files:watch.fit" + sameTime}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := verdictsOf(test.records, Said{}); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// stillAt returns a record of somebody who stays at home, as a receiver in a pocket has it.
func stillAt(id string, start time.Time, seconds int) Record {
	rng := rand.New(rand.NewPCG(5, 5))
	t := &Track{}
	for i := range seconds {
		p := moved(LatLon{47, 8}, rng.NormFloat64()*3, rng.NormFloat64()*3)
		t.Lat, t.Lon, t.TimeMS = append(t.Lat, RoundDeg(p.Lat)), append(t.Lon, RoundDeg(p.Lon)), append(t.TimeMS, start.UnixMilli()+int64(i)*1000)
	}
	r := recordOf(t, "Run")
	r.ID, r.Source, r.Activity.Start = id, "files", start
	return r
}

var _ = fmt.Sprint
