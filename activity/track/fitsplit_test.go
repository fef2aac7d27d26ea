package track

import (
	"testing"

	"github.com/tormoder/fit"
)

// TestFITSplitRecords reads samples that are two records of one time.
func TestFITSplitRecords(t *testing.T) {
	for name, c := range map[string]struct {
		write func(w *fitWriter, i uint32)
		want  string
	}{
		"position first": {func(w *fitWriter, i uint32) {
			w.message(1, noon+i, semi(48), semi(7.5))
			w.message(2, noon+i, uint8(120+i), uint16(3000), uint16(250))
		}, "48,7.5 12:00:00 3m/s 120bpm; 48,7.5 12:00:01 3m/s 121bpm; 48,7.5 12:00:02 3m/s 122bpm"},
		"heart first": {func(w *fitWriter, i uint32) {
			w.message(2, noon+i, uint8(120+i), uint16(3000), uint16(250))
			w.message(1, noon+i, semi(48), semi(7.5))
		}, "48,7.5 12:00:00 3m/s 120bpm; 48,7.5 12:00:01 3m/s 121bpm; 48,7.5 12:00:02 3m/s 122bpm"},
		"three records": {func(w *fitWriter, i uint32) {
			w.message(3, noon+i, uint16((100+500)*5))
			w.message(2, noon+i, uint8(120+i), uint16(3000), uint16(250))
			w.message(1, noon+i, semi(48), semi(7.5))
		}, "48,7.5 12:00:00 100m 3m/s 120bpm; 48,7.5 12:00:01 100m 3m/s 121bpm; 48,7.5 12:00:02 100m 3m/s 122bpm"},
		"of another time": {func(w *fitWriter, i uint32) {
			w.message(2, noon+10*i, uint8(120+i), uint16(3000), uint16(250))
			w.message(1, noon+10*i+1, semi(48), semi(7.5))
		}, "48,7.5 12:00:01; 48,7.5 12:00:11; 48,7.5 12:00:21"},
		"its own heart rate stays": {func(w *fitWriter, i uint32) {
			w.message(4, noon+i, semi(48), semi(7.5), uint8(90))
			w.message(2, noon+i, uint8(120+i), uint16(3000), uint16(250))
		}, "48,7.5 12:00:00 3m/s 90bpm; 48,7.5 12:00:01 3m/s 90bpm; 48,7.5 12:00:02 3m/s 90bpm"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFITWriter()
			w.fileID(fit.FileTypeActivity)
			w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
			w.define(2, fit.MesgNumRecord, []fitField{fitTime, fitHR, fitSpeed}, 2) // with power of a developer's
			w.define(3, fit.MesgNumRecord, []fitField{fitTime, fitAlt})
			w.define(4, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon, fitHR})
			for i := range uint32(3) {
				c.write(w, i)
			}
			r, err := Decode(w.file())
			if err != nil {
				t.Fatal(err)
			}
			if got := show(r.Track); got != c.want || r.Warning != nil {
				t.Errorf("got  %s (%v)\nwant %s", got, r.Warning, c.want)
			}
		})
	}
}

func TestFITWithoutSession(t *testing.T) {
	write := func(more func(w *fitWriter)) *Result {
		w := newFITWriter()
		w.fileID(fit.FileTypeActivity)
		w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
		w.message(1, noon, semi(48), semi(7.5))
		more(w)
		r, err := Decode(w.file())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	lap := []fitField{fitTime, {25, 1, fitEnum}, {39, 1, fitEnum}, {8, 4, fitUint32}, {9, 4, fitUint32}, {21, 2, fitUint16}}
	r := write(func(w *fitWriter) {
		w.define(2, fit.MesgNumLap, lap)
		w.message(2, noon, byte(fit.SportCycling), byte(fit.SubSportMountain), uint32(60_000), uint32(500_00), uint16(20))
		w.message(2, noon, byte(fit.SportCycling), byte(fit.SubSportMountain), uint32(30_500), uint32(250_00), uint16(0xffff))
	})
	if r.Sport != "Mountain Bike Ride" || r.MovingS != 90.5 || r.DistanceM != 750 || r.AscentM != 20 {
		t.Errorf("of laps: %+v", r)
	}
	r = write(func(w *fitWriter) {
		w.define(2, fitSportMessage, []fitField{{0, 1, fitEnum}, {1, 1, fitEnum}, {3, 4, 7}})
		w.message(2, byte(fit.SportRunning), byte(fit.SubSportTrail), [4]byte{'T', 'R', 0, 0})
	})
	if r.Sport != "Trail Run" {
		t.Errorf("of a sport message: %+v", r)
	}
	r = write(func(w *fitWriter) {
		w.define(2, fit.MesgNumLap, lap)
		w.message(2, noon, byte(fit.SportCycling), byte(fit.SubSportMountain), uint32(60_000), uint32(500_00), uint16(20))
		w.define(3, fit.MesgNumSession, []fitField{fitTime, {5, 1, fitEnum}, {9, 4, fitUint32}})
		w.message(3, noon, byte(fit.SportRunning), uint32(700_00))
	})
	if r.Sport != "Run" || r.DistanceM != 700 || r.MovingS != 0 {
		t.Errorf("beside a session: %+v", r)
	}
}

// TestFITWithoutChecksum leaves the checksum at 0, as some devices do; bytes behind the file are told, and lose nothing.
func TestFITWithoutChecksum(t *testing.T) {
	data := run(10, fit.SportRunning, fit.SubSportGeneric, 30)
	data[len(data)-2], data[len(data)-1] = 0, 0
	r, err := Decode(data)
	if err != nil || r.Warning != nil || r.Track.Len() != 10 {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = Decode(append(data, "trailing"...))
	if err != nil || r.Warning == nil || r.Track.Len() != 10 {
		t.Errorf("with bytes behind: %+v, %v", r, err)
	}
	data[len(data)-1] = 1
	if r, err = Decode(data); err != nil || r.Warning == nil {
		t.Errorf("a wrong one: %+v, %v", r, err)
	}
}
