package activity

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// wander makes a track around p that goes through it again and again, with steps of up to longest metres.
func wander(rng *rand.Rand, p LatLon, n int, longest float64) *Track {
	t := &Track{}
	heading, north, east := rng.Float64()*2*math.Pi, 0.0, -800.0
	for i := range n {
		step := rng.Float64() * longest
		heading += rng.NormFloat64() * 0.5
		// Drawn back towards the middle.
		north, east = 0.98*north+step*math.Sin(heading), 0.98*east+step*math.Cos(heading)
		q := moved(p, north, east)
		t.Lat, t.Lon = append(t.Lat, RoundDeg(q.Lat)), append(t.Lon, RoundDeg(q.Lon))
		t.TimeMS = append(t.TimeMS, int64(i)*int64(1+longest/20)*1000)
	}
	return t
}

// fromLine is how near the line between two points comes to c, in metres, on a flat Earth.
func fromLine(c, a, b LatLon) float64 {
	m := math.Pi * EarthRadiusM / 180
	flat := func(p LatLon) (x, y float64) {
		return WrapLon(p.Lon-c.Lon) * m * cosDeg(c.Lat), (p.Lat - c.Lat) * m
	}
	ax, ay := flat(a)
	bx, by := flat(b)
	least := math.Inf(1)
	for i := range 201 {
		f := float64(i) / 200
		least = min(least, math.Hypot(ax+f*(bx-ax), ay+f*(by-ay)))
	}
	return least
}

func TestPrivacyZonesShowNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	shown := 0
	for k := range 150 {
		p := LatLon{[]float64{48, 0, -63.2, 70.5}[k%4], []float64{8, 179.9999, -180, 120}[k/4%4]}
		tr := wander(rng, p, 400, []float64{4, 30, 200}[k%3])
		privacy := Privacy{}
		for range 1 + rng.IntN(3) {
			center := moved(p, rng.NormFloat64()*300, rng.NormFloat64()*300)
			privacy.Zones = append(privacy.Zones, Zone{center, 40 + rng.Float64()*250})
		}
		got := privacy.Apply(tr, [32]byte{byte(k)})
		for i := range got.Lat {
			q := LatLon{got.Lat[i], got.Lon[i]}
			for _, z := range privacy.Zones {
				if d := z.Center.DistanceM(q); d <= z.RadiusM {
					t.Fatalf("a sample %.1f m from the centre of a zone of %.1f m shows", d, z.RadiusM)
				}
			}
		}
		d := Deriver{AltitudeWindowM: 15}
		for _, s := range d.Stretches(got) {
			for i := range s.Segments {
				shown++
				for _, z := range privacy.Zones {
					if d := fromLine(z.Center, LatLon{s.Lat[i], s.Lon[i]}, LatLon{s.Lat[i+1], s.Lon[i+1]}); d < z.RadiusM*0.999 {
						t.Fatalf("a line %.1f m from the centre of a zone of %.1f m shows", d, z.RadiusM)
					}
				}
			}
		}
	}
	if shown < 1000 {
		t.Errorf("only %d segments were left to look at", shown)
	}
}

// A line from outside to outside through the middle of the zone has no sample inside.
func TestPrivacyHidesLinesThroughAZone(t *testing.T) {
	home := LatLon{48, 8}
	tr := &Track{}
	for i := range 9 {
		p := moved(home, float64(i-4)*250+125, 20)
		tr.Lat, tr.Lon = append(tr.Lat, p.Lat), append(tr.Lon, p.Lon)
	}
	got := (&Privacy{Zones: []Zone{{home, 100}}}).Apply(tr, [32]byte{})
	if got.Len() != 7 || len(got.Starts) != 1 || got.Starts[0] != 3 {
		t.Errorf("%d samples left with starts %v, want 7 and a break before the fourth", got.Len(), got.Starts)
	}
}

// Many tracks that leave the same door must not all begin on one circle around it.
func TestPrivacyEndsDiffer(t *testing.T) {
	home := LatLon{48, 8}
	zone := Privacy{Zones: []Zone{{home, 200}}}
	var ends []float64
	for k := range 60 {
		tr := even(600, 1)
		got := zone.Apply(tr, [32]byte{byte(k), 3})
		again := zone.Apply(tr, [32]byte{byte(k), 3})
		if got.Len() == 0 || got.Len() != again.Len() {
			t.Fatalf("%d samples left, then %d", got.Len(), again.Len())
		}
		ends = append(ends, home.DistanceM(LatLon{got.Lat[0], got.Lon[0]}))
	}
	least, most := math.Inf(1), 0.0
	for _, d := range ends {
		least, most = min(least, d), max(most, d)
	}
	if least < 200+minBeyondM-1 || most > 200+maxBeyondM+2 || most-least < 100 {
		t.Errorf("tracks begin %.0f to %.0f m from home", least, most)
	}
}

// A zone that is set or taken away elsewhere moves no other cut: two copies of a site would show by how much.
func TestPrivacyCutsHangOnNoOtherZone(t *testing.T) {
	home, far := Zone{LatLon{48, 8}, 200}, Zone{LatLon{49, 8}, 200}
	for k := range 20 {
		tr, seed := even(600, 1), [32]byte{byte(k), 5}
		alone := (&Privacy{Zones: []Zone{home}}).Apply(tr, seed)
		if both := (&Privacy{Zones: []Zone{far, home}}).Apply(tr, seed); both.Len() != alone.Len() || both.Lat[0] != alone.Lat[0] {
			t.Fatalf("%d samples are left, with another zone %d", alone.Len(), both.Len())
		}
	}
}

func TestPrivacyTrimsEnds(t *testing.T) {
	tr := even(101, 10) // 1000 m
	cases := []struct {
		name           string
		start, end     float64
		first, samples int
	}{
		{"the start", 95, 0, 10, 91},
		{"the end", 0, 95, 0, 91},
		{"both", 195, 395, 20, 41},
		{"more than there is", 600, 600, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := (&Privacy{TrimStartM: c.start, TrimEndM: c.end}).Apply(tr, [32]byte{})
			if got.Len() != c.samples || c.samples > 0 && got.Lat[0] != tr.Lat[c.first] {
				t.Errorf("%d samples left, want %d", got.Len(), c.samples)
			}
		})
	}
}

func TestPrivacyOfNothing(t *testing.T) {
	tr := even(10, 5)
	if p := (&Privacy{}); !p.Empty() || p.Apply(tr, [32]byte{}) != tr {
		t.Error("without zones and trims a track is itself")
	}
	far := Privacy{Zones: []Zone{{LatLon{-48, 8}, 500}}}
	if far.Empty() || far.Apply(tr, [32]byte{}) != tr {
		t.Error("a track far from all zones is itself")
	}
	if got := far.Apply(&Track{}, [32]byte{}); got.Len() != 0 {
		t.Error("nothing stays nothing")
	}
}

// A receiver that starts with a wild fix must not use up the trimmed way.
func TestTrimDoesNotCountJumps(t *testing.T) {
	tr := &Track{Lat: []float64{48.01}, Lon: []float64{9}}
	for i := range 100 {
		tr.Lat, tr.Lon = append(tr.Lat, 48+float64(i)*0.0001), append(tr.Lon, 9)
	}
	p := Privacy{TrimStartM: 300}
	got := p.Apply(tr, [32]byte{})
	if got.Len() == 0 {
		t.Fatal("nothing is left")
	}
	start := LatLon{48, 9}
	if d := start.DistanceM(LatLon{got.Lat[0], got.Lon[0]}); d < 299 || d > 320 {
		t.Errorf("the track begins %.0f m from where it really began, want 300", d)
	}
}

// What the heart does after a cut would tell how long ago the runner set out.
func TestNoHeartRateAfterACut(t *testing.T) {
	warm := func(tr *Track) *Track {
		for range tr.Lat {
			tr.HR = append(tr.HR, 150)
			tr.Readings[Temperature] = append(tr.Readings[Temperature], 700)
		}
		return tr
	}
	first := func(tr *Track, from int) int {
		for i := range tr.Len() {
			if (tr.HR[i] == 0) != (tr.Reading(Temperature, i) == 0) {
				t.Fatalf("sample %d has a heart rate of %d and reads %d", i, tr.HR[i], tr.Reading(Temperature, i))
			}
		}
		for i := from; i < tr.Len(); i++ {
			if tr.HR[i] != 0 {
				return i
			}
		}
		return -1
	}
	tr := warm(even(2000, 3)) // 3 m and a second a sample
	p := Privacy{Zones: []Zone{{LatLon{48, 8}, 300}}}
	got := p.Apply(tr, [32]byte{1})
	if at := first(got, 0); at < 0 || got.TimeMS[at]-got.TimeMS[0] != quietS*1000 {
		t.Errorf("the heart rate begins with sample %d after the cut", at)
	}
	if slices.Contains(tr.HR, 0) || slices.Contains(tr.Readings[Temperature], 0) {
		t.Error("the track itself has changed")
	}
	// The same where the cut is in the middle, and before it all is there.
	mid := LatLon{tr.Lat[1000], tr.Lon[1000]}
	got = (&Privacy{Zones: []Zone{{mid, 300}}}).Apply(tr, [32]byte{1})
	if len(got.Starts) != 1 || slices.Contains(got.HR[:got.Starts[0]], 0) {
		t.Errorf("before the cut at %v the heart rate is gone", got.Starts)
	} else if at := first(got, got.Starts[0]); got.TimeMS[at]-got.TimeMS[got.Starts[0]] != quietS*1000 {
		t.Errorf("after the cut in the middle the heart rate begins %d ms later", got.TimeMS[at]-got.TimeMS[got.Starts[0]])
	}
	// Trimmed ends are cuts too; without times way counts.
	tr.TimeMS = nil
	got = (&Privacy{TrimStartM: 200}).Apply(tr, [32]byte{1})
	if at := first(got, 0); at < quietM/3-1 || at > quietM/3+2 {
		t.Errorf("without times the heart rate begins with sample %d", at)
	}
	if got := (&Privacy{TrimEndM: 200}).Apply(tr, [32]byte{1}); slices.Contains(got.HR, 0) {
		t.Error("a cut at the end takes heart rate from before it")
	}
}
