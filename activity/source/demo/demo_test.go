package demo

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"heatmapgen/activity"
)

var asOf = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)

// An entry is an activity with its track.
type entry struct {
	activity.Activity
	*activity.Track
}

var everything = sync.OnceValue(func() []entry {
	a := New(asOf)
	all := make([]entry, a.Len())
	for i := range all {
		all[i] = entry{a.Activity(i), a.Track(i)}
	}
	return all
})

// metresBetween is the haversine distance, written down once more so that the
// local plane is not its own judge.
func metresBetween(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	s, c := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	return 2 * 6371008.8 * math.Asin(math.Sqrt(s*s+math.Cos(lat1*rad)*math.Cos(lat2*rad)*c*c))
}

var third = 1.0 / 3 // a variable, so that the compiler cannot fold what follows

// fuses reports whether this build rounds x*y+z once instead of twice. Then the
// last bits differ, and with them which of two equally long ways is taken.
func fuses() bool {
	product := float64(third * third)
	return third*third-product != 0
}

// Golden values of Version "1" for asOf. When they change on purpose, Version
// changes with them.
const (
	goldenVersion = "1"
	goldenSum     = "e3a1969e2b0499d0"
)

func TestGolden(t *testing.T) {
	if runtime.GOARCH != "amd64" || fuses() {
		t.Skip("the golden sum holds for amd64 without fused multiply-add")
	}
	h := sha256.New()
	put := func(v any) {
		if err := binary.Write(h, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range everything() {
		for _, s := range []string{e.ID, e.Source, string(e.Sport), e.Name} {
			put([]byte(s))
		}
		put([]float64{e.DistanceM, e.MovingS, e.AscentM})
		put(e.Lat)
		put(e.Lon)
		put(e.TimeMS)
		put(e.AltM)
		put(e.HR)
		for _, s := range e.Starts {
			put(int64(s))
		}
	}
	if got := hex.EncodeToString(h.Sum(nil))[:16]; got != goldenSum || Version != goldenVersion {
		t.Errorf("version %s has the sum %s; want version %s with %s", Version, got, goldenVersion, goldenSum)
	}
}

func TestOnlyDatesHangOnTheDay(t *testing.T) {
	a := New(asOf)
	t.Run("same UTC day", func(t *testing.T) {
		late := time.Date(2026, 11, 21, 1, 0, 0, 0, time.FixedZone("", 3*3600))
		if b := New(late); b.Activity(0) != a.Activity(0) {
			t.Errorf("%v: %+v, want as at %v: %+v", late, b.Activity(0), asOf, a.Activity(0))
		}
	})
	for name, day := range map[string]time.Time{
		"leap day":    time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"a Sunday":    time.Date(2027, 3, 28, 23, 59, 59, 0, time.UTC),
		"before 1970": time.Date(1968, 5, 4, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			b := New(day)
			if a.Len() != b.Len() {
				t.Fatalf("%d activities, want %d", b.Len(), a.Len())
			}
			shift := b.Activity(0).Start.Sub(a.Activity(0).Start)
			if shift%(7*24*time.Hour) != 0 {
				t.Errorf("shifted by %v, want whole weeks", shift)
			}
			for i := 0; i < a.Len(); i += 40 {
				x, y := a.Activity(i), b.Activity(i)
				x.Start = x.Start.Add(shift)
				if x != y {
					t.Errorf("activity %d: %+v, want %+v", i, y, x)
				}
				tx, ty := a.Track(i), b.Track(i)
				for k := range tx.TimeMS {
					tx.TimeMS[k] += shift.Milliseconds()
				}
				if !reflect.DeepEqual(tx, ty) {
					t.Errorf("track %d differs in more than its dates", i)
				}
			}
			last := b.Activity(b.Len() - 1)
			if d := activity.DayOf(day) - last.Day(); d < 0 || d > 13 {
				t.Errorf("the last activity is %d days before the day asked for, want 0 to 13", d)
			}
		})
	}
}

func TestTracksFromManyGoroutines(t *testing.T) {
	all, a := everything(), New(asOf)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := w; i < len(all); i += 24 {
				if !reflect.DeepEqual(a.Track(i), all[i].Track) {
					t.Errorf("track %d differs when made beside others", i)
				}
			}
		})
	}
	wg.Wait()
}

func TestActivities(t *testing.T) {
	all := everything()
	if len(all) < 300 || len(all) > 360 {
		t.Errorf("%d activities, want some 330", len(all))
	}
	ids := map[string]bool{}
	for i, e := range all {
		if ids[e.ID] {
			t.Errorf("%s twice", e.ID)
		}
		ids[e.ID] = true
		if e.Source != "demo" || e.Name == "" || e.Start.Location() != time.UTC {
			t.Errorf("%s: source %q, name %q, start %v", e.ID, e.Source, e.Name, e.Start)
		}
		if i > 0 && e.Start.Before(all[i-1].Start.Add(time.Hour)) {
			t.Errorf("%s starts at %v, %s at %v", e.ID, e.Start, all[i-1].ID, all[i-1].Start)
		}
		lo, hi := 3000.0, 44000.0
		if e.Sport == activity.SportRide {
			lo, hi = 8000, 160000
		}
		if e.DistanceM < lo || e.DistanceM > hi {
			t.Errorf("%s %s %q: %.0f m, want %.0f to %.0f", e.ID, e.Sport, e.Name, e.DistanceM, lo, hi)
		}
		pace := map[activity.Sport][2]float64{
			activity.SportRun: {1.9, 3.8}, sportTrailRun: {1.7, 3.4}, activity.SportRide: {4, 9.5},
			activity.SportWalk: {1.2, 1.6}, activity.SportHike: {0.5, 1.5},
		}[e.Sport]
		if v := e.DistanceM / e.MovingS; v < pace[0] || v > pace[1] {
			t.Errorf("%s %s %q: %.2f m/s on average, want %v", e.ID, e.Sport, e.Name, v, pace)
		}
	}
}

func TestTracks(t *testing.T) {
	for _, e := range everything() {
		n := e.Len()
		if n < 300 {
			t.Errorf("%s: %d samples", e.ID, n)
		}
		for name, got := range map[string]int{"lon": len(e.Lon), "time": len(e.TimeMS), "altitude": len(e.AltM), "heart rate": len(e.HR)} {
			if missing := got == 0 && (name == "altitude" || name == "heart rate"); got != n && !missing {
				t.Errorf("%s: %d values of %s for %d samples", e.ID, got, name, n)
			}
		}
		if e.TimeMS[0] != e.Start.UnixMilli() {
			t.Errorf("%s: first sample at %d, start %v", e.ID, e.TimeMS[0], e.Start)
		}
		sum, fast, limit := 0.0, 0, e.Sport.SpeedLimitMS()
		for i := range n {
			if e.Lat[i] != activity.RoundDeg(e.Lat[i]) || e.Lon[i] != activity.RoundDeg(e.Lon[i]) {
				t.Fatalf("%s: sample %d at %v, %v is not rounded", e.ID, i, e.Lat[i], e.Lon[i])
			}
			if alt := e.Alt(i); e.AltM != nil && (alt != float32(math.Round(float64(alt)*100)/100) || alt < 385 || alt > 2600) {
				t.Fatalf("%s: sample %d at %v m", e.ID, i, alt)
			}
			if hr := e.HeartRate(i); e.HR != nil && (hr < 50 || hr > 199) {
				t.Fatalf("%s: sample %d at %d bpm", e.ID, i, hr)
			}
			if i == 0 {
				continue
			}
			if e.TimeMS[i] <= e.TimeMS[i-1] {
				t.Fatalf("%s: sample %d at %d ms, after %d", e.ID, i, e.TimeMS[i], e.TimeMS[i-1])
			}
			d := metresBetween(e.Lat[i-1], e.Lon[i-1], e.Lat[i], e.Lon[i])
			ferry := len(e.Starts) > 0 && i == e.Starts[0]
			if v := d / float64(e.TimeMS[i]-e.TimeMS[i-1]) * 1000; v > limit && !ferry {
				fast++
			}
			if !ferry {
				sum += d
			}
		}
		if fast != 0 && fast != 2 {
			t.Errorf("%s: %d pairs of samples beyond the speed limit, want none, or the two of one spike", e.ID, fast)
		}
		// GPS noise makes a track a little longer, smart recording shorter.
		if ratio := sum / e.DistanceM; fast == 0 && e.Name != "Treadmill" && (ratio < 0.94 || ratio > 1.06) {
			t.Errorf("%s %q: the track has %.0f m, the activity %.0f", e.ID, e.Name, sum, e.DistanceM)
		}
		if seconds := float64(e.TimeMS[n-1]-e.TimeMS[0]) / 1000; seconds < e.MovingS-8 {
			t.Errorf("%s: %.0f s from end to end, but moving for %.0f", e.ID, seconds, e.MovingS)
		}
	}
}

// cellsOf lists the cells of 30 m that a track passes.
func cellsOf(e entry) map[[2]int]bool {
	cells := map[[2]int]bool{}
	for i := range e.Lat {
		p := at(e.Lat[i], e.Lon[i])
		cells[[2]int{int(math.Floor(p.x / 30)), int(math.Floor(p.y / 30))}] = true
	}
	return cells
}

func isRun(e entry) bool { return activity.SportRun.Covers(e.Sport) }

// What every layer needs has to be in the runs alone: they are what the default
// configuration shows.
func TestEveryLayerHasSomethingToShow(t *testing.T) {
	today := activity.DayOf(asOf)
	visits, recent := map[[2]int]int{}, map[[2]int]int{}
	var runs, last365, last1095, older, withHR, withAlt int
	var slow, fast, calm, hard, up, down, flat int
	for _, e := range everything() {
		if !isRun(e) {
			continue
		}
		runs++
		for c := range cellsOf(e) {
			visits[c]++
			if today-e.Day() < 365 {
				recent[c]++
			}
		}
		switch age := today - e.Day(); {
		case age < 365:
			last365++
		case age < 1095:
			last1095++
		default:
			older++
		}
		if e.HR != nil {
			withHR++
		}
		if e.AltM != nil {
			withAlt++
		}
		const span = 20
		for i := span; i < e.Len(); i += span {
			d := metresBetween(e.Lat[i-span], e.Lon[i-span], e.Lat[i], e.Lon[i])
			switch v := d / float64(e.TimeMS[i]-e.TimeMS[i-span]) * 1000; {
			case v > 0.3 && v < 1.8:
				slow++
			case v > 3.6:
				fast++
			}
			switch hr := e.HeartRate(i); {
			case hr > 162:
				hard++
			case hr > 0 && hr < 135:
				calm++
			}
			if d > 20 && e.AltM != nil {
				switch grade := float64(e.Alt(i)-e.Alt(i-span)) / d; {
				case grade > 0.1:
					up++
				case grade < -0.1:
					down++
				case math.Abs(grade) < 0.01:
					flat++
				}
			}
		}
	}
	var once, often, most, forgotten int
	for c, n := range visits {
		most = max(most, n)
		switch {
		case n == 1:
			once++
		case n >= 20:
			often++
		}
		if recent[c] == 0 {
			forgotten++
		}
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"runs", runs, 240},
		{"visits to the favourite spot", most, 90},
		{"cells passed by twenty runs and more", often, 200},
		{"cells passed by just one", once, 2000},
		{"runs with heart rate", withHR, 240},
		{"runs with altitude", withAlt, 240},
		{"runs of the last 365 days", last365, 50},
		{"runs of the two years before", last1095, 80},
		{"runs older than 1095 days", older, 60},
		{"cells not passed for a year", forgotten, 2000},
		{"slow samples", slow, 500},
		{"fast samples", fast, 300},
		{"samples of an easy heart", calm, 5000},
		{"samples of a hard heart", hard, 1000},
		{"samples up more than 10 %", up, 3000},
		{"samples down more than 10 %", down, 2000},
		{"flat samples", flat, 10000},
	} {
		if c.got < c.want {
			t.Errorf("%d %s, want at least %d", c.got, c.what, c.want)
		}
	}
}

func TestExtent(t *testing.T) {
	for name, c := range map[string]struct {
		counts func(entry) bool
		km     float64
	}{
		"runs": {isRun, 25},
		"all":  {func(entry) bool { return true }, 80},
	} {
		t.Run(name, func(t *testing.T) {
			lo, hi := pt{math.Inf(1), math.Inf(1)}, pt{math.Inf(-1), math.Inf(-1)}
			for _, e := range everything() {
				if !c.counts(e) {
					continue
				}
				for i := range e.Lat {
					p := at(e.Lat[i], e.Lon[i])
					lo, hi = pt{min(lo.x, p.x), min(lo.y, p.y)}, pt{max(hi.x, p.x), max(hi.y, p.y)}
				}
			}
			if size := hi.sub(lo); max(size.x, size.y) > c.km*1000 {
				t.Errorf("%.0f by %.0f m, want no side above %.0f km", size.x, size.y, c.km)
			}
		})
	}
}

func TestOddities(t *testing.T) {
	counts := map[string]int{}
	starts, fromHome := map[[2]int]int{}, 0
	home := at(places["home"][0], places["home"][1])
	contents := map[[32]byte]string{}
	for _, e := range everything() {
		p := at(e.Lat[0], e.Lon[0])
		starts[[2]int{int(math.Floor(p.x / 500)), int(math.Floor(p.y / 500))}]++
		if p.dist(home) < 150 {
			fromHome++
		}
		lo, hi := pt{math.Inf(1), math.Inf(1)}, pt{math.Inf(-1), math.Inf(-1)}
		gap, jump, irregular := false, false, 0
		for i := range e.Lat {
			p := at(e.Lat[i], e.Lon[i])
			lo, hi = pt{min(lo.x, p.x), min(lo.y, p.y)}, pt{max(hi.x, p.x), max(hi.y, p.y)}
			if i == 0 {
				continue
			}
			d, dt := metresBetween(e.Lat[i-1], e.Lon[i-1], e.Lat[i], e.Lon[i]), e.TimeMS[i]-e.TimeMS[i-1]
			gap = gap || dt > 300000 && d < 200
			jump = jump || dt > 300000 && d > 200 && e.Starts == nil
			if dt > 1000 && dt <= 7000 {
				irregular++
			}
			if dt == 1000 && d > 500 {
				counts["spike"]++
			}
		}
		if size := hi.sub(lo); size.x < 30 && size.y < 30 {
			counts["on the spot"]++
		}
		for what, is := range map[string]bool{
			"pause": gap, "gap with a jump": jump, "smart recording": irregular > e.Len()/2,
			"no heart rate": e.HR == nil, "no altitude": e.AltM == nil, "segments": len(e.Starts) > 0,
		} {
			if is {
				counts[what]++
			}
		}
		h := sha256.New()
		if err := binary.Write(h, binary.LittleEndian, e.Lat); err != nil {
			t.Fatal(err)
		}
		if other, twice := contents[[32]byte(h.Sum(nil))]; twice {
			t.Errorf("%s has the very positions of %s", e.ID, other)
		}
		contents[[32]byte(h.Sum(nil))] = e.ID
	}
	for what, want := range map[string][2]int{
		"on the spot": {1, 1}, "no altitude": {1, 1}, "spike": {2, 2}, "gap with a jump": {1, 1},
		"pause": {10, 60}, "segments": {2, 6}, "smart recording": {15, 60}, "no heart rate": {10, 40},
	} {
		if got := counts[what]; got < want[0] || got > want[1] {
			t.Errorf("%d of %q, want %d to %d", got, what, want[0], want[1])
		}
	}
	if fromHome < len(everything())*6/10 || len(starts) < 8 {
		t.Errorf("%d starts at home, and starts in %d places, want six in ten and at least 8", fromHome, len(starts))
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		writeDiary(makeNetwork())
	}
}

// BenchmarkTracks makes all tracks, one after the other.
func BenchmarkTracks(b *testing.B) {
	a := New(asOf)
	b.ReportAllocs()
	samples := 0
	for b.Loop() {
		samples = 0
		for i := range a.Len() {
			samples += a.Track(i).Len()
		}
	}
	b.ReportMetric(float64(samples), "samples")
}
