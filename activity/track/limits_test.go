package track

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// points returns a GPX text of n points; an odd one is read by way of encoding/xml.
func gpxOf(n int, odd bool) []byte {
	text := oneSegment(strings.Repeat(`<trkpt lat="48.1" lon="9.2"><ele>400</ele></trkpt>`, n))
	if odd {
		text = "<!DOCTYPE gpx>" + text
	}
	return []byte(text)
}

// fitOf returns a FIT file of n records, with compressed time stamps or without.
func fitOf(n int, compressed bool) []byte {
	definition := []byte{fitDefinition, 0, 0, 20, 0, 3, fitTimestampID, 4, fitUint32, 0, 4, fitSint32, 1, 4, fitSint32}
	message := append([]byte{0}, make([]byte, 12)...)
	binary.LittleEndian.PutUint32(message[1:], 1_000_000_000)
	binary.LittleEndian.PutUint32(message[5:], 48<<23)
	binary.LittleEndian.PutUint32(message[9:], 9<<23)
	body := append(definition, message...)
	if compressed {
		body = append(body, fitDefinition, 0, 0, 20, 0, 2, 0, 4, fitSint32, 1, 4, fitSint32)
		message = append([]byte{fitCompressed}, message[5:]...)
	}
	body = append(body, bytes.Repeat(message, n-1)...)
	head := append([]byte{fitHeaderSize, 0x20, 0, 0, 0, 0, 0, 0}, ".FIT"...)
	binary.LittleEndian.PutUint32(head[4:], uint32(len(body)))
	file := append(head, body...)
	return binary.LittleEndian.AppendUint16(file, fitChecksum(file))
}

func TestPointLimit(t *testing.T) {
	const most = 10_000
	tcx := func(n int) []byte {
		return []byte(`<TrainingCenterDatabase><Activities><Activity><Lap><Track>` + strings.Repeat(trackpoint("10:00:00", 1, 2), n) + `</Track></Lap></Activity></Activities></TrainingCenterDatabase>`)
	}
	for name, file := range map[string]func(n int) []byte{
		"GPX":        func(n int) []byte { return gpxOf(n, false) },
		"GPX slowly": func(n int) []byte { return gpxOf(n, true) },
		"GPX of a plan": func(n int) []byte {
			return []byte(`<gpx version="1.1"><rte>` + strings.Repeat(`<rtept lat="1" lon="2"/>`, n) + `</rte></gpx>`)
		},
		"TCX":                 tcx,
		"TCX slowly":          func(n int) []byte { return append([]byte("<!DOCTYPE x>"), tcx(n)...) },
		"FIT":                 func(n int) []byte { return fitOf(n, false) },
		"FIT, compressed":     func(n int) []byte { return fitOf(n, true) },
		"GPX in gzip":         func(n int) []byte { return gzipped(t, gpxOf(n, false)) },
		"GPX without a place": func(n int) []byte { return []byte(oneSegment(strings.Repeat(`<trkpt/>`, n))) },
	} {
		limits := Limits{Points: most}
		r, err := DecodeWithin(file(most), limits)
		if errors.Is(err, ErrTooLarge) || r == nil || r.Counts.Points != most {
			t.Errorf("%s of %d points: %+v, %v", name, most, r, err)
		}
		r, err = DecodeWithin(file(most+1), limits)
		var limit *LimitError
		if r != nil || !errors.As(err, &limit) || !errors.Is(err, ErrTooLarge) || err.Error() != "it has more than 10000 points, the limit of [limits] max_file_points" {
			t.Errorf("%s of a point more: %+v, %v", name, r, err)
		}
	}
}

func TestByteLimit(t *testing.T) {
	text := bytes.Repeat([]byte("<!-- 0123456789abcdef -->"), 100_000)
	packed := gzipped(t, text)
	told := int64(0)
	limits := Limits{Bytes: int64(len(text)), Unpacked: func(n int64) error { told += n; return nil }}
	if _, err := DecodeWithin(packed, limits); !errors.Is(err, ErrUnknownFormat) || told != limits.Bytes {
		t.Errorf("at the limit: %v, %d bytes told", err, told)
	}
	limits.Bytes--
	if r, err := DecodeWithin(packed, limits); r != nil || !errors.Is(err, ErrTooLarge) || err.Error() != "it unpacks to more than 2 MB, the limit of [limits] max_file_mb" {
		t.Errorf("beyond it: %+v, %v", r, err)
	}
	enough := errors.New("enough")
	limits = Limits{Unpacked: func(int64) error { return enough }}
	if r, err := DecodeWithin(packed, limits); r != nil || err != enough {
		t.Errorf("stopped from outside: %+v, %v", r, err)
	}
}

// Whatever the decoder, it looks at the clock, and a nanosecond is over by then.
func TestTimeLimit(t *testing.T) {
	const n = 2 * pointsBetweenLooks
	empty := []byte(strings.Repeat("<x/>", n))
	for name, file := range map[string][]byte{
		"GPX":              gpxOf(n, false),
		"GPX slowly":       gpxOf(n, true),
		"TCX slowly":       fmt.Appendf(nil, `<!DOCTYPE x><TrainingCenterDatabase>%s</TrainingCenterDatabase>`, empty),
		"FIT":              fitOf(n, false),
		"FIT, compressed":  fitOf(n, true),
		"definitions only": append(append([]byte{fitHeaderSize, 0x20, 0, 0, 0, 0, 0, 0}, ".FIT"...), bytes.Repeat([]byte{fitDefinition, 0, 0, 20, 0, 0}, n)...),
	} {
		r, err := DecodeWithin(file, Limits{Time: time.Nanosecond})
		if r != nil || !errors.Is(err, ErrTooLong) || err.Error() != "decoding it took longer than 1ns, the limit of [limits] max_file_seconds" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// Files that are small as they lie and large in memory.
func TestFilesThatGrowInMemory(t *testing.T) {
	defer func(inPart int) { maxInPart = inPart }(maxInPart)
	maxInPart = 10_000
	utf16 := make([]byte, maxSlowBytes+2)
	for i := 0; i < len(utf16); i += 2 {
		utf16[i] = '<'
	}
	for name, file := range map[string][]byte{
		"UTF-16":                          utf16,
		"FIT with compressed time stamps": fitOf(maxInPart+1, true),
		"FIT of definitions":              append(append([]byte{fitHeaderSize, 0x20, 0, 0, 0, 0, 0, 0}, ".FIT"...), bytes.Repeat([]byte{fitDefinition, 0, 0, 20, 0, 0}, maxInPart+10)...),
	} {
		if r, err := Decode(file); r != nil || !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// Large files are unpacked one at a time, and each gives the turn back, whatever becomes of it.
func TestLargeFilesTakeTurns(t *testing.T) {
	large := gzipped(t, bytes.Repeat([]byte(" "), largeBytes+1))
	done := make(chan error)
	for range 4 {
		go func() {
			_, err := Decode(large)
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; !errors.Is(err, ErrUnknownFormat) {
			t.Error(err)
		}
	}
	if _, err := DecodeWithin(large, Limits{Bytes: 1}); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	if !largeTurn.TryLock() {
		t.Fatal("a turn was not given back")
	}
	largeTurn.Unlock()
}
