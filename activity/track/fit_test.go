package track

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tormoder/fit"

	"heatmapgen/activity"
)

// A fitWriter writes the records of a FIT file.
type fitWriter struct {
	body  []byte
	order binary.ByteOrder
}

func newFITWriter() *fitWriter { return &fitWriter{order: binary.LittleEndian} }

// define writes a definition message. developer lists the sizes of developer fields.
func (w *fitWriter) define(local byte, global fit.MesgNum, fields []fitField, developer ...byte) {
	head := fitDefinition | local
	arch := byte(0)
	if w.order == binary.ByteOrder(binary.BigEndian) {
		arch = 1
	}
	if len(developer) > 0 {
		head |= fitDeveloper
	}
	var number [2]byte
	w.order.PutUint16(number[:], uint16(global))
	w.body = append(w.body, head, 0, arch, number[0], number[1], byte(len(fields)))
	for _, f := range fields {
		w.body = append(w.body, f.num, f.size, f.base)
	}
	if len(developer) > 0 {
		w.body = append(w.body, byte(len(developer)))
		for i, size := range developer {
			w.body = append(w.body, byte(i), size, 0)
		}
	}
}

// message writes a data message; the type of a value gives its size.
func (w *fitWriter) message(head byte, values ...any) {
	w.body = append(w.body, head)
	for _, v := range values {
		var out bytes.Buffer
		if err := binary.Write(&out, w.order, v); err != nil {
			panic(err)
		}
		w.body = append(w.body, out.Bytes()...)
	}
}

// file returns the whole file.
func (w *fitWriter) file() []byte {
	out := append([]byte{14, 0x20, 0, 0, 0, 0, 0, 0}, ".FIT\x00\x00"...)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(w.body)))
	out = append(out, w.body...)
	return binary.LittleEndian.AppendUint16(out, fitChecksum(out))
}

// The fields of the records below.
var (
	fitTime     = fitField{fitTimestampID, 4, fitUint32}
	fitLat      = fitField{0, 4, fitSint32}
	fitLon      = fitField{1, 4, fitSint32}
	fitAlt      = fitField{2, 2, fitUint16}
	fitHR       = fitField{3, 1, fitUint8}
	fitSpeed    = fitField{6, 2, fitUint16}
	fitEnhSpeed = fitField{73, 4, fitUint32}
	fitEnhAlt   = fitField{78, 4, fitUint32}
)

const (
	// noon is 2024-05-01T12:00:00Z in seconds of FIT.
	noon = uint32(1714564800 - 631065600)
	noS4 = int32(math.MaxInt32)
)

// semi converts degrees to the semicircles of FIT.
func semi(deg float64) int32 { return int32(math.Round(deg / 180 * (1 << 31))) }

func (w *fitWriter) fileID(kind fit.FileType) {
	w.define(0, fit.MesgNumFileId, []fitField{{0, 1, fitEnum}})
	w.message(0, byte(kind))
}

func TestFITRecords(t *testing.T) {
	position := []fitField{fitTime, fitLat, fitLon}
	record := fit.MesgNum(fit.MesgNumRecord)
	cases := map[string]struct {
		write func(w *fitWriter)
		want  string
	}{
		"plain": {func(w *fitWriter) {
			w.fileID(fit.FileTypeActivity)
			w.define(1, record, []fitField{fitTime, fitLat, fitLon, fitAlt, fitHR, fitSpeed})
			w.message(1, noon, semi(48), semi(7.5), uint16((270.2+500)*5), uint8(151), uint16(3250))
		}, "48,7.5 12:00:00 270.2m 3.25m/s 151bpm"},
		"big endian": {func(w *fitWriter) {
			w.order = binary.BigEndian
			w.fileID(fit.FileTypeActivity)
			w.define(1, record, []fitField{fitTime, fitLat, fitLon, fitAlt, fitHR, fitSpeed})
			w.message(1, noon, semi(-33.5), semi(151), uint16((12+500)*5), uint8(90), uint16(1000))
		}, "-33.5,151 12:00:00 12m 1m/s 90bpm"},
		"enhanced": {func(w *fitWriter) {
			w.fileID(fit.FileTypeActivity)
			w.define(1, record, []fitField{fitLat, fitLon, fitEnhSpeed, fitEnhAlt, fitAlt, fitSpeed})
			w.message(1, semi(48), semi(7.5), uint32(70000), uint32((270.2+500)*5), uint16(0xffff), uint16(0xffff))
		}, "48,7.5 270.2m 70m/s"},
		"invalid values": {func(w *fitWriter) {
			w.fileID(fit.FileTypeActivity)
			w.define(1, record, []fitField{fitTime, fitLat, fitLon, fitAlt, fitHR, fitSpeed, fitEnhSpeed, fitEnhAlt})
			w.message(1, uint32(math.MaxUint32), semi(48), semi(7.5), uint16(0xffff), uint8(0xff), uint16(0xffff), uint32(math.MaxUint32), uint32(math.MaxUint32))
		}, "48,7.5"},
		"before the first fix": {func(w *fitWriter) {
			w.fileID(fit.FileTypeActivity)
			w.define(1, record, position)
			w.message(1, noon, noS4, noS4)
			w.message(1, noon+1, semi(48), noS4)
			w.message(1, noon+2, semi(48), semi(7.5))
		}, "48,7.5 12:00:02"},
		"developer fields, fields of other types, unknown messages": {func(w *fitWriter) {
			w.fileID(fit.FileTypeActivity)
			w.define(2, 0xff01, []fitField{{1, 3, 0x0d}}, 2, 5)
			w.message(2, [3]byte{1, 2, 3}, [7]byte{})
			w.define(1, record, []fitField{{3, 2, fitUint16}, fitLat, {7, 2, fitUint16}, fitLon, {107, 9, 0x0d}}, 1, 4)
			w.message(1, uint16(151), semi(48), uint16(200), semi(7.5), [9]byte{}, [5]byte{})
			// tormoder/fit knows this field of a session as a single value.
			w.define(3, fit.MesgNumSession, []fitField{{124, 8, fitUint32}})
			w.message(3, uint64(7))
			w.message(1, uint16(151), semi(49), uint16(200), semi(7.5), [9]byte{}, [5]byte{})
		}, "48,7.5; 49,7.5"},
		"compressed time stamps": {func(w *fitWriter) {
			w.fileID(fit.FileTypeActivity)
			w.define(1, fit.MesgNumEvent, []fitField{fitTime})
			w.message(1, noon)
			w.define(2, record, []fitField{fitLat, fitLon})
			w.message(fitCompressed|2<<5|byte((noon+1)&31), semi(48), semi(7.5))
			w.define(3, fit.MesgNumHrv, []fitField{{0, 2, fitUint16}})
			w.message(fitCompressed|3<<5|byte((noon+20)&31), uint16(800))
			w.message(fitCompressed|2<<5|byte((noon+40)&31), semi(49), semi(7.5))
		}, "48,7.5 12:00:01; 49,7.5 12:00:40"},
		"no file_id": {func(w *fitWriter) {
			w.define(1, record, position)
			w.message(1, noon, semi(48), semi(7.5))
		}, "48,7.5 12:00:00"},
		"file type of a maker": {func(w *fitWriter) {
			w.fileID(0xf7)
			w.define(1, record, position)
			w.message(1, noon, semi(48), semi(7.5))
		}, "48,7.5 12:00:00"},
		"no clock": {func(w *fitWriter) {
			w.fileID(fit.FileTypeActivity)
			w.define(1, record, position)
			w.message(1, uint32(100), semi(48), semi(7.5))
		}, "48,7.5"},
		"clock of 1990": {func(w *fitWriter) {
			w.fileID(fit.FileTypeActivity)
			w.define(1, record, position)
			w.message(1, uint32(86400*200+7), semi(48), semi(7.5))
		}, "48,7.5 00:00:07"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newFITWriter()
			c.write(w)
			data := w.file()
			wantTrack(t, data, c.want)
			// The same without a size in the header, and twice in a chain.
			unsized := bytes.Clone(data)
			binary.LittleEndian.PutUint32(unsized[4:], 0)
			if r, err := Decode(unsized); err != nil || show(r.Track) != c.want || !errors.Is(r.Warning, errNoSize) {
				t.Errorf("without a size: %+v, %v", r, err)
			}
			if r, err := Decode(append(bytes.Clone(data), data...)); err != nil || show(r.Track) != c.want+"; / "+c.want || r.Warning != nil {
				t.Errorf("in a chain: %+v, %v", r, err)
			}
		})
	}
}

// run is a file of n records at 1 Hz with a session.
func run(n int, sport fit.Sport, sub fit.SubSport, distanceM float64) []byte {
	w := newFITWriter()
	w.fileID(fit.FileTypeActivity)
	w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon, fitEnhAlt, fitHR})
	for i := range n {
		w.message(1, noon+uint32(i), semi(48+float64(i)*1e-5), semi(7.5), uint32((270+500)*5+i), uint8(100+i%80))
	}
	w.define(2, fit.MesgNumSession, []fitField{fitTime, {5, 1, fitEnum}, {6, 1, fitEnum}, {8, 4, fitUint32}, {9, 4, fitUint32}, {22, 2, fitUint16}})
	w.message(2, noon+uint32(n), byte(sport), byte(sub), uint32(n*1000), uint32(distanceM*100), uint16(25))
	return w.file()
}

func TestFITSummary(t *testing.T) {
	data := append(run(10, fit.SportSwimming, fit.SubSportOpenWater, 500), run(20, fit.SportRunning, fit.SubSportTrail, 900)...)
	r, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if r.Sport != "Trail Run" || r.DistanceM != 1400 || r.MovingS != 30 || r.AscentM != 50 || r.Counts.Segments != 1 || len(r.Track.Starts) != 1 {
		t.Errorf("%+v", r)
	}
}

// TestFITCommute: a ride to work is called one, on its own, in a chain, and as it comes back from the cache.
func TestFITCommute(t *testing.T) {
	ride := run(20, fit.SportCycling, fit.SubSportCommuting, 900)
	for name, data := range map[string][]byte{"alone": ride, "in a chain": append(ride, run(10, fit.SportRunning, fit.SubSportTrail, 500)...)} {
		r, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		r, err = Parse(Append(nil, r))
		if err != nil || r.Commute != activity.Yes {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		if len(r.Parts) == 2 && (r.Part(0).Commute != activity.Yes || r.Part(1).Commute != activity.NotKnown) {
			t.Errorf("%s: %+v", name, r.Parts)
		}
	}
}

// TestFITCutOff cuts a file of many parts at places all over it.
func TestFITCutOff(t *testing.T) {
	const n = 9000
	data := run(n, fit.SportCycling, fit.SubSportGravelCycling, 1000)
	whole, err := Decode(data)
	if err != nil || whole.Track.Len() != n || whole.Warning != nil || whole.Sport != "Gravel Ride" {
		t.Fatalf("%+v, %v", whole, err)
	}
	const record = 1 + 4 + 4 + 4 + 4 + 1
	first := bytes.Index(data, binary.LittleEndian.AppendUint32(nil, noon)) - 1
	for cut := 12; cut < len(data); cut += 1 + cut%5003 {
		r, err := Decode(data[:cut])
		want := min(n, max(0, cut-first)/record)
		if want == 0 {
			if r != nil || !errors.Is(err, ErrTruncated) {
				t.Fatalf("cut to %d bytes: %v, %v", cut, r, err)
			}
			continue
		}
		if err != nil || r.Track.Len() != want || !errors.Is(r.Warning, ErrTruncated) {
			t.Fatalf("cut to %d bytes: %d samples, want %d: %v, %v", cut, r.Track.Len(), want, r.Warning, err)
		}
		if ms := r.Track.Time(want - 1); ms != whole.Track.Time(want-1) {
			t.Fatalf("cut to %d bytes: time %d", cut, ms)
		}
	}
}

// TestFITPartsKeepTime checks that compressed time stamps count on from a full
// one that was handed on in an earlier part.
func TestFITPartsKeepTime(t *testing.T) {
	w := newFITWriter()
	w.fileID(fit.FileTypeActivity)
	w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
	w.define(2, fit.MesgNumRecord, []fitField{fitLat, fitLon})
	for i := 0; 13*i < fitPart; i++ {
		w.message(1, noon, semi(48), semi(7.5))
	}
	w.message(fitCompressed|2<<5|byte((noon+9)&31), semi(49), semi(7.5))
	r, err := Decode(w.file())
	if err != nil {
		t.Fatal(err)
	}
	last := r.Track.Len() - 1
	if got, want := r.Track.Time(last)-r.Track.Time(0), int64(9000); got != want || r.Track.Lat[last] != 49 {
		t.Errorf("%d ms after the first, want %d", got, want)
	}
}

func TestFITDamage(t *testing.T) {
	data := run(100, fit.SportRunning, fit.SubSportGeneric, 300)
	wrong := bytes.Clone(data)
	wrong[len(wrong)-1] ^= 0xff
	if r, err := Decode(wrong); err != nil || r.Track.Len() != 100 || !errors.Is(r.Warning, errChecksum) {
		t.Errorf("wrong checksum: %+v, %v", r, err)
	}
	if r, err := Decode(append(bytes.Clone(data), "junk behind it"...)); err != nil || r.Track.Len() != 100 || r.Warning == nil {
		t.Errorf("junk behind: %+v, %v", r, err)
	}
	noData := append([]byte{14, 0x20, 0, 0, 0, 0, 0, 0}, ".FIT\x00\x00\x00\x00"...)
	if r, err := Decode(noData); r != nil || !errors.Is(err, ErrEmpty) && !errors.Is(err, ErrCorrupt) {
		t.Errorf("no data: %+v, %v", r, err)
	}
	course := newFITWriter()
	course.fileID(fit.FileTypeCourse)
	course.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
	course.message(1, noon, semi(48), semi(7.5))
	if r, err := Decode(course.file()); !errors.Is(err, ErrPlan) || r == nil || r.Counts.Points != 1 {
		t.Errorf("course: %+v, %v", r, err)
	}
	settings := newFITWriter()
	settings.fileID(fit.FileTypeSettings)
	if r, err := Decode(settings.file()); !errors.Is(err, ErrEmpty) || r != nil {
		t.Errorf("settings: %+v, %v", r, err)
	}
}

// TestFITAgreesWithLibrary compares what comes from narrowed files with what
// tormoder/fit makes of the files as they are, wherever it takes them.
func TestFITAgreesWithLibrary(t *testing.T) {
	dir := shared(t)
	compared := 0
	for _, row := range readOracle(t, dir) {
		if row.kind != formatFIT || strings.Contains(row.path, "chained") || row.want.WithPosition == 0 {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "corpus", row.path))
		if err != nil {
			t.Fatal(err)
		}
		a, err := activityOfFIT(data)
		if err != nil || a == nil {
			t.Logf("%s: not taken as it is: %v", row.path, err)
			continue
		}
		c := newColumns()
		for _, m := range a.Records {
			s := sampleOfFIT(m)
			c.add(&s)
		}
		c.timer(0, timerOf(a))
		want, _ := c.finish(&Result{Format: formatFIT}, nil)
		c.free()
		got, err := Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", row.path, err)
		}
		compared++
		if fault := sameSamples(got, want); fault != "" {
			t.Errorf("%s: %s", row.path, fault)
		}
	}
	if compared < 10 {
		t.Errorf("only %d files were taken both ways", compared)
	}
}

// timerOf returns the starts and stops of the timer that tormoder/fit finds.
func timerOf(a *fit.ActivityFile) (events []timerEvent) {
	for _, e := range a.Events {
		if e.Event != fit.EventTimer {
			continue
		}
		switch e.EventType {
		case fit.EventTypeStart:
			events = append(events, timerEvent{e.Timestamp.UnixMilli(), true})
		case fit.EventTypeStop, fit.EventTypeStopAll, fit.EventTypeStopDisable, fit.EventTypeStopDisableAll:
			events = append(events, timerEvent{e.Timestamp.UnixMilli(), false})
		}
	}
	return events
}

// TestDecodeConcurrently decodes files of all formats in many goroutines, among
// them FIT files with the fields that tormoder/fit sums up in global variables.
// It is for the race detector, and for scratch that would leak from one to another.
func TestDecodeConcurrently(t *testing.T) {
	w := newFITWriter()
	w.fileID(fit.FileTypeActivity)
	w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon, {8, 3, 0x0d}, {18, 1, fitUint8}, {28, 2, fitUint16}})
	for i := range 50 {
		w.message(1, noon+uint32(i), semi(48), semi(7.5), [3]byte{1, 2, 3}, uint8(i), uint16(i))
	}
	rng := rand.New(rand.NewPCG(17, 18))
	files := [][]byte{w.file(), run(3000, fit.SportRunning, fit.SubSportTrack, 9), gzipped(t, run(9, fit.SportRunning, fit.SubSportTrack, 9))}
	for range 20 {
		files = append(files, []byte(randomGPX(rng)), []byte(randomTCX(rng)), gzipped(t, []byte(randomGPX(rng))))
	}
	var want []*Result
	for _, data := range files {
		r, _ := Decode(data)
		want = append(want, r)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i, data := range files {
				r, _ := Decode(data)
				if r == nil || want[i] == nil {
					if r != want[i] {
						t.Errorf("file %d: %v, want %v", i, r, want[i])
					}
					continue
				}
				if fault := sameResult(r, want[i]); fault != "" {
					t.Errorf("file %d: %s", i, fault)
				}
			}
		})
	}
	group.Wait()
}

func FuzzFIT(f *testing.F) {
	w := newFITWriter()
	w.fileID(fit.FileTypeActivity)
	w.define(2, fit.MesgNumRecord, []fitField{fitLat, fitLon, fitHR}, 2)
	w.message(2, semi(48), semi(7.5), uint8(100), [2]byte{})
	w.message(fitCompressed|2<<5|7, semi(48), semi(7.5), uint8(100), [2]byte{})
	f.Add(w.file())
	f.Add(run(5, fit.SportRunning, fit.SubSportTrail, 12))
	f.Add(append(run(2, fit.SportRunning, fit.SubSportTrail, 12), run(3, fit.SportCycling, fit.SubSportTrail, 12)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkDecode(t, data)
		// The records alone, so that the fuzzer need not keep a header right.
		whole := fitWriter{body: data}
		checkDecode(t, whole.file())
	})
}
