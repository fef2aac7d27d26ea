package track

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"heatmapgen/activity"
)

// sameResult reports the first difference between two Results, NaN being equal
// to NaN, "" for none.
func sameResult(a, b *Result) string {
	warning := func(r *Result) string {
		if r.Warning == nil {
			return ""
		}
		return fmt.Sprint(errors.Is(r.Warning, ErrTruncated), r.Warning.Error())
	}
	if warning(a) != warning(b) {
		return fmt.Sprintf("warning %q, %q", warning(a), warning(b))
	}
	x, y := *a, *b
	x.Warning, y.Warning, x.Track, y.Track = nil, nil, nil, nil
	if !reflect.DeepEqual(x, y) {
		return fmt.Sprintf("%+v, %+v", x, y)
	}
	return sameTrack(a.Track, b.Track)
}

func sameTrack(a, b *activity.Track) string {
	switch {
	case !reflect.DeepEqual(a.Starts, b.Starts):
		return fmt.Sprintf("starts %v, %v", a.Starts, b.Starts)
	case !reflect.DeepEqual(a.Idle, b.Idle):
		return fmt.Sprintf("idle %v, %v", a.Idle, b.Idle)
	case !reflect.DeepEqual(bits64(a.Lat), bits64(b.Lat)):
		return fmt.Sprintf("latitudes %v, %v", a.Lat, b.Lat)
	case !reflect.DeepEqual(bits64(a.Lon), bits64(b.Lon)):
		return fmt.Sprintf("longitudes %v, %v", a.Lon, b.Lon)
	case !reflect.DeepEqual(a.TimeMS, b.TimeMS):
		return fmt.Sprintf("times %v, %v", a.TimeMS, b.TimeMS)
	case !reflect.DeepEqual(bits32(a.AltM), bits32(b.AltM)):
		return fmt.Sprintf("altitudes %v, %v", a.AltM, b.AltM)
	case !reflect.DeepEqual(bits32(a.SpeedMS), bits32(b.SpeedMS)):
		return fmt.Sprintf("speeds %v, %v", a.SpeedMS, b.SpeedMS)
	case !reflect.DeepEqual(a.HR, b.HR):
		return fmt.Sprintf("heart rates %v, %v", a.HR, b.HR)
	case !reflect.DeepEqual(a.Readings, b.Readings):
		return fmt.Sprintf("readings %v, %v", a.Readings, b.Readings)
	}
	return ""
}

// bits64 and bits32 make columns comparable to the bit, with one kind of NaN.
func bits64(column []float64) (out []uint64) {
	for _, v := range column {
		out = append(out, math.Float64bits(v))
	}
	return out
}

func bits32(column []float32) (out []uint32) {
	for _, v := range column {
		if v != v {
			v = float32(math.NaN())
		}
		out = append(out, math.Float32bits(v))
	}
	return out
}

// checkColumns reports what is wrong with a decoded track, "" for nothing.
func checkColumns(t *activity.Track) string {
	n := t.Len()
	for name, length := range map[string]int{"Lon": len(t.Lon), "TimeMS": len(t.TimeMS), "AltM": len(t.AltM), "SpeedMS": len(t.SpeedMS), "HR": len(t.HR)} {
		if length != n && (length != 0 || name == "Lon") {
			return fmt.Sprintf("%d samples, but %d in %s", n, length, name)
		}
	}
	for _, s := range activity.AllSensors() {
		if column := t.Readings[s]; column != nil && (len(column) != n || slices.Max(column) > s.Most()) {
			return fmt.Sprintf("%d samples, but %d of %s, up to %d", n, len(column), s, slices.Max(column))
		}
	}
	for i := range n {
		switch {
		case !(t.Lat[i] >= -90 && t.Lat[i] <= 90), !(t.Lon[i] >= -180 && t.Lon[i] <= 180), t.Lat[i] == 0 && t.Lon[i] == 0:
			return fmt.Sprintf("position %v, %v", t.Lat[i], t.Lon[i])
		case activity.RoundDeg(t.Lat[i]) != t.Lat[i] || activity.RoundDeg(t.Lon[i]) != t.Lon[i]:
			return fmt.Sprintf("position %v, %v is not rounded", t.Lat[i], t.Lon[i])
		case t.Time(i) != activity.NoTime && (t.Time(i) < minTimeMS || t.Time(i) > maxTimeMS):
			return fmt.Sprintf("time %d", t.Time(i))
		case t.Alt(i) < minAltM || t.Alt(i) > maxAltM:
			return fmt.Sprintf("altitude %v", t.Alt(i))
		case t.Speed(i) < 0 || t.Speed(i) > maxSpeedMS:
			return fmt.Sprintf("speed %v", t.Speed(i))
		case t.HeartRate(i) > maxHR:
			return fmt.Sprintf("heart rate %d", t.HeartRate(i))
		}
	}
	last := 0
	for _, at := range t.Starts {
		if at <= last || at >= n {
			return fmt.Sprintf("starts %v of %d samples", t.Starts, n)
		}
		last = at
	}
	return ""
}

// randomResult makes a Result through the decoder's own cleaning, from samples
// anywhere on Earth and beyond what is believed.
func randomResult(rng *rand.Rand, n int) *Result {
	c := newColumns()
	defer c.free()
	r := &Result{
		Format: []string{formatFIT, formatGPX, formatTCX}[rng.IntN(3)], Sport: "Run", Name: "Über 10 km",
		DistanceM: rng.Float64() * 1e5, MovingS: rng.Float64() * 1e4, AscentM: float64(rng.IntN(2000)),
	}
	missing := [4]float64{rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64()}
	at := noSample
	at.lat, at.lon = rng.Float64()*180-90, rng.Float64()*360-180
	at.timeMS = rng.Int64N(maxTimeMS)
	at.alt, at.speed, at.hr = rng.Float64()*9500-500, rng.Float64()*160, rng.Float64()*256
	for range n {
		if rng.IntN(20) == 0 {
			c.beginSegment(rng.IntN(2) == 0)
		}
		at.lat += rng.NormFloat64() * 1e-5
		at.lon += rng.NormFloat64() * 1e-5
		at.timeMS += int64(rng.IntN(3000)) - 100
		at.alt += rng.NormFloat64()
		at.speed += rng.NormFloat64()
		at.hr += rng.NormFloat64()
		s := at
		for i, share := range missing {
			if rng.Float64() < share/2 {
				switch i {
				case 0:
					s.timeMS = activity.NoTime
				case 1:
					s.alt = math.NaN()
				case 2:
					s.speed = math.NaN()
				case 3:
					s.hr = math.NaN()
				}
			}
		}
		c.add(&s)
	}
	var warning error
	if rng.IntN(2) == 0 {
		warning = fmt.Errorf("GPX file: %w", ErrTruncated)
	}
	for from := 0; from+4 < len(c.lat); from += 1 + rng.IntN(9) {
		to := from + 1 + rng.IntN(3)
		c.idle = append(c.idle, activity.Part{From: from, To: to})
		from = to
	}
	r, _ = c.finish(r, warning)
	return r
}

func TestCodecRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		want := randomResult(rng, 1+rng.IntN(1+round))
		if fault := checkColumns(want.Track); fault != "" {
			t.Fatal(fault)
		}
		prefix := []byte("before")
		blob := Append(prefix, want)[len(prefix):]
		got, err := Parse(blob)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if fault := sameResult(want, got); fault != "" {
			t.Fatalf("round %d: %s", round, fault)
		}
	}
}

func TestCodecRoundTripOfEdges(t *testing.T) {
	nan := float32(math.NaN())
	cases := map[string]*Result{
		"nothing":      {Track: &activity.Track{}},
		"start and no": {Track: &activity.Track{}, Start: time.UnixMilli(minTimeMS).UTC(), Format: formatFIT, Counts: Counts{Points: 9}},
		"plan":         {Track: &activity.Track{Lat: []float64{1}, Lon: []float64{2}}, Plan: true, Warning: errors.New("odd")},
		"corners": {Track: &activity.Track{
			Lat: []float64{-90, 90, 0, 1e-7}, Lon: []float64{-180, 180, 1e-7, 0},
			TimeMS: []int64{activity.NoTime, minTimeMS, maxTimeMS, activity.NoTime},
			AltM:   []float32{minAltM, nan, maxAltM, 0}, SpeedMS: []float32{0, maxSpeedMS, nan, 0.001},
			HR: []uint8{0, 1, maxHR, 0}, Starts: []int{1, 3},
			Idle: []activity.Part{{From: 0, To: 1}, {From: 1, To: 3}},
		}},
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Parse(Append(nil, want))
			if err != nil {
				t.Fatal(err)
			}
			if fault := sameResult(want, got); fault != "" {
				t.Fatal(fault)
			}
		})
	}
}

// TestCodecKeepsEveryGridValue walks over all values that a column can hold on
// its grid, as floats, to prove that rounding there and back loses none.
func TestCodecKeepsEveryGridValue(t *testing.T) {
	for cm := minAltM * 100; cm <= maxAltM*100; cm++ {
		v := float32(float64(cm) / altPerM)
		if got := int(math.Round(float64(v) * altPerM)); got != cm {
			t.Fatalf("altitude of %d cm became %d", cm, got)
		}
		if got := float32(math.Round(float64(cm)/100*100) / 100); got != v {
			t.Fatalf("altitude of %d cm is cleaned to %v and stored as %v", cm, got, v)
		}
	}
	for mm := 0; mm <= maxSpeedMS*1000; mm++ {
		v := float32(float64(mm) / speedPerMS)
		if got := int(math.Round(float64(v) * speedPerMS)); got != mm {
			t.Fatalf("speed of %d mm/s became %d", mm, got)
		}
	}
}

func TestParseRefusesDamage(t *testing.T) {
	blob := Append(nil, randomResult(rand.New(rand.NewPCG(3, 4)), 200))
	for i := range blob {
		for bit := range 8 {
			damaged := append([]byte(nil), blob...)
			damaged[i] ^= 1 << bit
			if _, err := Parse(damaged); !errors.Is(err, ErrBlob) {
				t.Fatalf("bit %d of byte %d flipped: error %v", bit, i, err)
			}
		}
	}
	for n := range blob {
		if _, err := Parse(blob[:n]); !errors.Is(err, ErrBlob) {
			t.Fatalf("cut to %d bytes: error %v", n, err)
		}
	}
	if _, err := Parse(append(blob, 0)); !errors.Is(err, ErrBlob) {
		t.Fatalf("a byte too many: error %v", err)
	}
}

// reseal gives a blob the checksum of what it holds, so that Parse looks further.
func reseal(b []byte) []byte {
	if len(b) >= 5 {
		b[0] = codecVersion
		binary.LittleEndian.PutUint32(b[1:], crc32.Checksum(b[5:], castagnoli))
	}
	return b
}

func FuzzCodec(f *testing.F) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{1, 2, 10, 100} {
		f.Add(Append(nil, randomResult(rng, n)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Parse(reseal(append([]byte(nil), b...)))
		if err != nil {
			return
		}
		if r.Track.Len() > len(b) {
			t.Fatalf("%d samples from %d bytes", r.Track.Len(), len(b))
		}
		again, err := Parse(Append(nil, r))
		if err != nil {
			t.Fatal(err)
		}
		if fault := sameResult(r, again); fault != "" {
			t.Fatal(fault)
		}
	})
}

// hourOfRunning is an hour at 1 Hz with everything a watch records.
func hourOfRunning() *Result {
	c := newColumns()
	defer c.free()
	rng := rand.New(rand.NewPCG(7, 8))
	s := sample{lat: 47.9959, lon: 7.8494, timeMS: 1_700_000_000_000, alt: 270, speed: 3, hr: 150}
	for range 3600 {
		s.lat += rng.NormFloat64() * 3e-5
		s.lon += rng.NormFloat64() * 3e-5
		s.timeMS += 1000
		s.alt += rng.NormFloat64() * 0.3
		s.speed = 3 + rng.NormFloat64()*0.2
		s.hr += rng.NormFloat64()
		c.add(&s)
	}
	r, _ := c.finish(&Result{Format: formatFIT}, nil)
	return r
}

func TestCodecIsCompact(t *testing.T) {
	r := hourOfRunning()
	if size := float64(len(Append(nil, r))) / float64(r.Track.Len()); size > 12 {
		t.Errorf("%.1f bytes a sample, want at most 12", size)
	}
}

func BenchmarkCodec(b *testing.B) {
	r := hourOfRunning()
	blob := Append(nil, r)
	perSample := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(r.Track.Len()), "ns/sample")
		b.ReportMetric(float64(len(blob))/float64(r.Track.Len()), "B/sample")
	}
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			blob = Append(blob[:0], r)
		}
		perSample(b)
	})
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(blob); err != nil {
				b.Fatal(err)
			}
		}
		perSample(b)
	})
}
