package activity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
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

func outingsOf(records []Record, said Said) []Verdict {
	all := make([]*Record, len(records))
	for i := range records {
		all[i] = &records[i]
	}
	return Outings(all, said)
}

// verdictsOf writes verdicts: "." for what stays, else the id of what stands for it and why.
func verdictsOf(records []Record, said Said) []string {
	var got []string
	for _, v := range outingsOf(records, said) {
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
	// of says whose the records are.
	of := func(rs []Record, athletes ...string) []Record {
		for i := range rs {
			rs[i].Athlete = athletes[i]
		}
		return rs
	}
	copied := func(rs []Record) []Record {
		for i := range rs {
			rs[i].Content = [32]byte{1}
		}
		return rs
	}
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
		{"two athletes side by side", of(whole(run, watch, phone), "Ann", "Bob"), []string{".", "."}},
		{"two devices of an athlete", of(whole(run, watch, phone), "Ann", "Ann"), []string{".", "files:watch.fit" + sameTime}},
		{"an athlete and who knows whose", of(whole(run, watch, phone), "Ann", ""), []string{".", "files:watch.fit" + sameTime}},
		{"one file of two athletes", of(copied(whole(run, watch, phone)), "Ann", "Bob"), []string{".", "files:watch.fit: the same file"}},
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

// Of a crowd the records of others do not stand between two of one athlete, however many they are.
func TestOutingsOfCrowd(t *testing.T) {
	run := effort{start: evening, seconds: 1800, ms: 3, pace: 1, route: 1}
	ann := device{id: "ann.fit", source: "files", noiseM: 1, seed: 1}.records(run)
	late := device{id: "late.gpx", source: "files", noiseM: 2, seed: 2, off: 2 * time.Hour}.records(run)
	ann.Athlete, late.Athlete = "Ann", "Ann"
	records := []Record{ann}
	for i := range 2 * mostNeighbours {
		other := device{id: fmt.Sprintf("%03d.fit", i), source: "files", noiseM: 1, seed: 3, to: 60, off: time.Duration(i) * 10 * time.Second}.records(run)
		other.Athlete = other.ID
		records = append(records, other)
	}
	records = append(records, late)
	got := verdictsOf(records, Said{})
	if want := "files:ann.fit: the same way in the same seconds, by a clock 2 h off"; got[len(got)-1] != want || slices.ContainsFunc(got[:len(got)-1], func(v string) bool { return v != "." }) {
		t.Errorf("the late one is %q, want %q", got[len(got)-1], want)
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

// What is left out by the user takes along whatever shows it.
func TestOutingsExcluded(t *testing.T) {
	run := effort{start: evening, seconds: 1800, ms: 3, pace: 1, route: 1}
	out := func(r Record, why Reason, by Authority) Record { r.Out, r.SportBy = why, by; return r }
	with := func(id string, from, to int, off time.Duration) Record {
		return device{id: id, source: "files", noiseM: 2, seed: uint64(len(id)) + uint64(id[0]), from: from, to: to, off: off}.records(run)
	}
	listed := func(id string, start time.Time, seconds float64) Record {
		return Record{Activity: Activity{ID: id, Source: "strava", Start: start, MovingS: seconds}, Out: Excluded}
	}
	a, b := with("a.fit", 0, 0, 0), with("b.fit", 0, 0, 0)
	same := a
	same.ID, same.Content = "files:copy.fit", [32]byte{7}
	a.Content = same.Content
	hiddenBy := func(id, why string) string { return id + ": " + why + " (excluded with its outing)" }
	const together = "at the same time and place"
	tests := []struct {
		name    string
		records []Record
		said    Said
		want    []string
	}{
		{"its twin", []Record{out(a, Excluded, 0), b}, Said{}, []string{"excluded", hiddenBy("files:a.fit", together)}},
		{"its copy", []Record{same, out(a, Excluded, 0)}, Said{}, []string{hiddenBy("files:a.fit", "the same file"), "excluded"}},
		{"a part of it", []Record{out(a, Excluded, 0), with("b.fit", 900, 1000, 0)}, Said{}, []string{"excluded", hiddenBy("files:a.fit", together)}},
		{"what has a part of it", []Record{out(with("b.fit", 900, 1000, 0), Excluded, 0), a}, Said{}, []string{"excluded", hiddenBy("files:b.fit", together)}},
		{"what shares two minutes", []Record{out(with("a.fit", 0, 900, 0), Excluded, 0), with("b.fit", 780, 0, 0)}, Said{}, []string{"excluded", hiddenBy("files:a.fit", together)}},
		{"what follows", []Record{out(with("a.fit", 0, 900, 0), Excluded, 0), with("b.fit", 900, 0, 0)}, Said{}, []string{"excluded", "."}},
		{"by another clock", []Record{out(a, Excluded, 0), with("b.fit", 0, 0, 2*time.Hour)}, Said{}, []string{"excluded", hiddenBy("files:a.fit", "the same way in the same seconds, by a clock 2 h off")}},
		{"a copy of its twin", []Record{out(a, Excluded, 0), with("b.fit", 0, 0, 2*time.Hour), with("cc.fit", 0, 0, 2*time.Hour)}, Said{},
			[]string{"excluded", hiddenBy("files:a.fit", "the same way in the same seconds, by a clock 2 h off"), hiddenBy("files:a.fit", "the same way in the same seconds, by a clock 2 h off")}},
		{"the evening of a day on which the morning is excluded, with a record of the day", []Record{
			out(with("a.fit", 0, 600, 0), Excluded, 0), with("day.fit", 0, 0, 0), with("evening.fit", 1200, 0, 0),
		}, Said{}, []string{"excluded", hiddenBy("files:a.fit", together), "."}},
		{"one that cannot be read, but is listed", []Record{listed("strava:1", evening.Add(time.Minute), 1700), a}, Said{}, []string{"excluded", hiddenBy("strava:1", "at the same time, as listed")}},
		{"one that is listed at another time", []Record{listed("strava:1", evening.Add(time.Hour), 1700), a}, Said{}, []string{"excluded", "."}},
		{"two by the user's word", []Record{out(a, Excluded, 0), b}, Said{Apart: [][2]int{{0, 1}}}, []string{"excluded", "."}},
		{"a copy by the user's word another", []Record{out(a, Excluded, 0), same}, Said{Apart: [][2]int{{1, 0}}}, []string{"excluded", "."}},
		{"one by the user's word", []Record{out(a, Excluded, 0), with("b.fit", 0, 0, 31*time.Hour)}, Said{Same: [][2]int{{0, 1}}}, []string{"excluded", hiddenBy("files:a.fit", "you said so")}},
		{"of a sport that is not wanted by the user's word", []Record{out(a, OtherSport, ByUser), b}, Said{}, []string{"other sport", "files:a.fit: " + together + " (other sport)"}},
		{"of a wanted one by the user's word", []Record{out(a, OtherSport, ByUser), out(b, Kept, ByUser)}, Said{}, []string{"other sport", "."}},
		{"a part of what is not wanted", []Record{out(a, OtherSport, ByUser), with("b.fit", 900, 1200, 0)}, Said{}, []string{"other sport", "."}},
		{"a copy of what is not wanted, of a wanted sport by the user's word", []Record{out(a, OtherSport, ByUser), out(same, Kept, ByUser), b}, Said{},
			[]string{"other sport", "files:b.fit: " + together, "."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := verdictsOf(test.records, test.said); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// Of the records of an outing the better stays, and takes from the others only name and sport.
func TestOutingsKeepTheBetter(t *testing.T) {
	run := effort{start: evening, seconds: 1800, ms: 3, pace: 1, route: 1}
	record := func(d device, f func(*Record)) Record {
		d.noiseM = 1
		r := d.records(run)
		if f != nil {
			f(&r)
		}
		return r
	}
	named := func(name string, s Sport, by Authority) func(*Record) {
		return func(r *Record) { r.Name, r.Sport, r.SportBy = name, s, by }
	}
	tests := []struct {
		name    string
		records []Record
		keeps   int
		// title and sport are what the one that stays is called.
		title string
		sport Sport
	}{
		{"the longer", []Record{record(device{id: "a", source: "strava", seed: 1, from: 200}, nil), record(device{id: "b", source: "files", index: 1, seed: 2}, nil)}, 1, "", "Run"},
		{"with heart rate, although a little shorter", []Record{record(device{id: "a", source: "strava", seed: 1}, nil), record(device{id: "b", source: "files", index: 1, seed: 2, hr: true, from: 60}, nil)}, 1, "", "Run"},
		{"the finer", []Record{record(device{id: "a", source: "strava", seed: 1, every: 15}, nil), record(device{id: "b", source: "files", index: 1, seed: 2}, nil)}, 1, "", "Run"},
		{"Strava's of equals", []Record{record(device{id: "b", source: "files", seed: 2}, nil), record(device{id: "a", source: "strava", index: 1, seed: 1}, nil)}, 1, "", "Run"},
		{"that of the first source of equals", []Record{record(device{id: "a", source: "intervals", index: 1, seed: 2}, nil), record(device{id: "b", source: "files", seed: 1}, nil)}, 1, "", "Run"},
		{"the first by id of equals", []Record{record(device{id: "b", source: "files", seed: 2}, nil), record(device{id: "a", source: "files", seed: 1}, nil)}, 1, "", "Run"},
		{"the one that shakes less of equals", []Record{device{id: "a", source: "files", seed: 1, noiseM: 12}.records(run), record(device{id: "b", source: "files", seed: 1}, nil)}, 1, "", "Run"},
		{"with times", []Record{record(device{id: "a", source: "strava", seed: 1, untimed: true}, nil), record(device{id: "b", source: "files", index: 1, seed: 1}, nil)}, 1, "", "Run"},
		{"the name and sport of the service", []Record{
			record(device{id: "a", source: "strava", seed: 1, every: 15}, named("Round the lake", "Trail Run", ByService)),
			record(device{id: "b", source: "files", index: 1, seed: 2}, named("Activity 17", "Run", ByFile)),
		}, 1, "Round the lake", "Trail Run"},
		{"the user's sport", []Record{
			record(device{id: "a", source: "strava", seed: 1}, named("Round the lake", "Trail Run", ByService)),
			record(device{id: "b", source: "files", index: 1, seed: 2, every: 15}, named("Activity 17", "Walk", ByUser)),
		}, 0, "Round the lake", "Walk"},
		{"no guess", []Record{
			record(device{id: "a", source: "files", seed: 1}, named("", SportUnknown, ByFile)),
			record(device{id: "b", source: "files", seed: 2, every: 15}, named("Activity 17", "Walk", ByGuess)),
		}, 0, "Activity 17", SportUnknown},
		{"its own name among files", []Record{
			record(device{id: "a", source: "files", seed: 1, every: 15}, named("A", "Run", ByFile)),
			record(device{id: "b", source: "files", seed: 2}, named("B", "Walk", ByFile)),
		}, 1, "B", "Walk"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := outingsOf(test.records, Said{})
			v := got[test.keeps]
			if v.Of >= 0 || got[1-test.keeps].Of != test.keeps {
				t.Fatalf("%+v", got)
			}
			if title, sport := test.records[v.NameOf].Name, test.records[v.SportOf].Sport; title != test.title || sport != test.sport {
				t.Errorf("it is %q, a %s; want %q, a %s", title, sport, test.title, test.sport)
			}
		})
	}
}

// Records that only others join: the whole stays and not its parts, but where these are of several sports.
func TestOutingsOfPartsAndWhole(t *testing.T) {
	all := effort{start: evening, seconds: 3600, ms: 3, pace: 1, route: 1}
	part := func(id string, from, to int, s Sport) Record {
		return device{id: id, source: "files", noiseM: 1, seed: uint64(id[0]), from: from, to: to, sport: s}.records(all)
	}
	a, b, whole := part("a", 0, 1800, "Run"), part("b", 1810, 3600, "Run"), part("w", 0, 3600, "Run")
	if got, want := verdictsOf([]Record{a, b, whole}, Said{}), []string{"files:w" + sameTime, "files:w" + sameTime, "."}; !slices.Equal(got, want) {
		t.Errorf("halves: %q, want %q", got, want)
	}
	b.Sport = "Ride"
	if got, want := verdictsOf([]Record{a, b, whole}, Said{}), []string{".", ".", "files:a" + sameTime}; !slices.Equal(got, want) {
		t.Errorf("a duathlon: %q, want %q", got, want)
	}
	other := part("v", 5, 3600, "Workout")
	if got, want := verdictsOf([]Record{whole, other, a, b}, Said{}), []string{"files:a" + sameTime, "files:a" + sameTime, ".", "."}; !slices.Equal(got, want) {
		t.Errorf("a duathlon with two of the whole: %q, want %q", got, want)
	}
	short := part("b", 1810, 2800, "Ride")
	if got, want := verdictsOf([]Record{a, short, whole}, Said{}), []string{"files:w" + sameTime, "files:w" + sameTime, "."}; !slices.Equal(got, want) {
		t.Errorf("a part that breaks off: %q, want %q", got, want)
	}
	// A chain: a and c have nothing in common but what b has.
	a, b, c := part("a", 0, 1500, "Run"), part("b", 700, 2900, "Run"), part("c", 2000, 3600, "Run")
	if got, want := verdictsOf([]Record{a, b, c}, Said{}), []string{"files:b" + sameTime, ".", "files:b" + sameTime}; !slices.Equal(got, want) {
		t.Errorf("a chain: %q, want %q", got, want)
	}
	b = part("b", 800, 2100, "Run")
	if got, want := verdictsOf([]Record{a, b, c}, Said{}), []string{".", "files:a" + sameTime, "."}; !slices.Equal(got, want) {
		t.Errorf("a short link: %q, want %q", got, want)
	}
	// The user's word holds whatever the clocks say, and for all records of it.
	far := effort{start: evening.AddDate(0, 0, 3), seconds: 1200, ms: 3, pace: 4, route: 9}
	d := device{id: "d", source: "files", noiseM: 1, seed: 3}.records(far)
	e := device{id: "e", source: "files", noiseM: 1, seed: 4, to: 900}.records(far)
	got, want := verdictsOf([]Record{a, d, e}, Said{Same: [][2]int{{0, 2}}}), []string{".", "files:a" + sameTime, "files:a: you said so"}
	if !slices.Equal(got, want) {
		t.Errorf("joined: %q, want %q", got, want)
	}
}

// Other records of an outing are one with it however they are recorded, and honest efforts are never one, however near in time and pace.
// By a clock that is off, some records of a few minutes at a pace that hardly changes stay two.
func TestOutingsOfManyDays(t *testing.T) {
	lives := uint64(3)
	if os.Getenv("HEATMAPGEN_PROOF") != "" {
		lives = 40
	}
	records, off, strays := 0, 0, 0
	for seed := range lives {
		r, o, s := manyDays(t, seed)
		records, off, strays = records+r, off+o, strays+s
	}
	if off < 100 || strays*50 > off {
		t.Errorf("%d of %d records by a clock that is off are outings of their own", strays, off)
	}
	t.Logf("%d efforts, %d other records; of %d by a clock that is off %d are outings of their own", 120*lives, records, off, strays)
}

// manyDays makes a life of 120 efforts and their other records, and holds Outings to it. It counts the other records, those by a clock that is off,
// and how many of these are not found to be what they are.
func manyDays(t *testing.T, seed uint64) (others, clocks, strays int) {
	rng := rand.New(rand.NewPCG(8, seed))
	var records []Record
	outing, off := map[string]int{}, map[string]bool{}
	add := func(r Record, n int) {
		records = append(records, r)
		outing[r.ID] = n
	}
	start := time.Date(2025, 3, 1, 5, 0, 0, 0, time.UTC)
	for n := range 120 {
		e := effort{start: start, seconds: 900 + rng.IntN(4500), ms: 2.8 + 0.1*rng.Float64(), pace: 1 + uint64(n) + 1000*seed, route: uint64(rng.IntN(2)), out: rng.IntN(3) == 0}
		// The next begins minutes or a day later, many of them a whole number of quarters of an hour after this one did.
		wait := time.Duration(e.seconds+60+rng.IntN(30*3600)) * time.Second
		if rng.IntN(2) == 0 {
			wait = (wait/(15*time.Minute) + 1) * 15 * time.Minute
		}
		add(device{id: fmt.Sprintf("%d", n), source: "files", noiseM: 1, seed: uint64(n), hr: true}.records(e), n)
		for k := range rng.IntN(3) {
			d := device{id: fmt.Sprintf("%d.%d", n, k), source: "phone", index: 1, noiseM: 1 + rng.Float64()*2, seed: rng.Uint64(), every: 1 + rng.IntN(6), hr: rng.IntN(2) == 0}
			d.from = rng.IntN(e.seconds / 3)
			d.to = e.seconds - rng.IntN(e.seconds/3)
			d.off = time.Duration(rng.IntN(5)-2) * time.Second
			others++
			if by := time.Duration(rng.IntN(49)-24) * time.Hour / 2; rng.IntN(3) == 0 && d.to-d.from > 900 && by != 0 {
				d.off += by
				off["phone:"+d.id] = true
				clocks++
			}
			add(d.records(e), n)
		}
		start = start.Add(wait)
	}
	first := verdictsOf(records, Said{})
	for i, v := range outingsOf(records, Said{}) {
		stands := i
		if v.Of >= 0 {
			stands = v.Of
		}
		if outing[records[i].ID] != outing[records[stands].ID] {
			t.Errorf("life %d: %s is in %s", seed, records[i].ID, first[i])
		}
		if v.Of < 0 && records[i].Source == "phone" {
			if off[records[i].ID] {
				strays++
			} else {
				t.Errorf("life %d: %s is an outing of its own", seed, records[i].ID)
			}
		}
	}

	// In another order the same comes out.
	want := map[string]string{}
	for i, r := range records {
		want[r.ID] = first[i]
	}
	for range 3 {
		rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		for i, got := range verdictsOf(records, Said{}) {
			if got != want[records[i].ID] {
				t.Fatalf("in another order %s is %q, not %q", records[i].ID, got, want[records[i].ID])
			}
		}
	}
	return others, clocks, strays
}

func BenchmarkOutings(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 2))
	day := effort{start: evening, seconds: 3600, ms: 3, pace: 1, route: 1}
	watch, phone := device{id: "a", source: "strava", noiseM: 1, seed: 1}.records(day), device{id: "b", source: "files", index: 1, noiseM: 1, seed: 2}.records(day)
	later := func(r Record, n int) Record {
		s := *r.Sketch
		by := int64(n)*43200 + rng.Int64N(40)*900
		s.FirstMS, s.LastMS, s.From = s.FirstMS+by*1000, s.LastMS+by*1000, s.From+by/s.StepS
		r.Sketch, r.ID = &s, fmt.Sprintf("%s%d", r.ID, n)
		r.Activity.Start = r.Activity.Start.Add(time.Duration(by) * time.Second)
		return r
	}
	var all []Record
	for n := range 10000 { // two a day for 14 years, each by two devices
		all = append(all, later(watch, n), later(phone, n))
	}
	b.ReportAllocs()
	for b.Loop() {
		outingsOf(all, Said{})
	}
}
