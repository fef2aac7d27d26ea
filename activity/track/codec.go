package track

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"heatmapgen/activity"
)

// A stored Result is
//
//	codecVersion                       1 byte
//	CRC-32C of everything behind it    4 bytes, little endian
//	flags                              1 byte
//	head: format, sport, name, zone, warning and what was left out (length, text), distance, moving time
//	  and ascent (float64), start (ms), the six counts
//	number of samples, number of starts, starts (differences), number of idle parts, their ends (differences)
//	columns, one after the other: latitude and longitude (1e-7 degrees), and as
//	  the flags say time (ms), altitude (cm), speed (mm/s), heart rate (bytes)
//	which sensors there are, a bit each, and their readings as differences
//	number of parts, and each of them
//
// Numbers are varints, signed ones in zigzag. Positions are differences from the
// sample before. Time is the difference of differences, altitude and speed are
// differences from the last known value, each plus one: 0 stands for missing.
const codecVersion = 5

const (
	hasTimeFlag = 1 << iota
	hasAltFlag
	hasSpeedFlag
	hasHRFlag
	hasStartFlag
	planFlag
	truncatedFlag
	commuteFlag
)

// ErrBlob is the error of Parse: the bytes are not what Append wrote.
var ErrBlob = errors.New("damaged or foreign cache entry")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Append appends r to dst in a compact binary form and returns the extended
// slice. Parse gives back an equal Result as long as r.Track keeps to the
// precision that activity.Track documents, which Decode takes care of; of
// Warning the text and whether it is ErrTruncated remain.
func Append(dst []byte, r *Result) []byte {
	start := len(dst)
	dst = append(dst, codecVersion, 0, 0, 0, 0)
	dst = append(dst, flagsOf(r))
	warning := ""
	if r.Warning != nil {
		warning = r.Warning.Error()
	}
	for _, text := range []string{r.Format, string(r.Sport), r.Name, r.Zone, warning, r.LeftOut} {
		dst = binary.AppendUvarint(dst, uint64(len(text)))
		dst = append(dst, text...)
	}
	dst = appendFloats(dst, r.DistanceM, r.MovingS, r.AscentM)
	if !r.Start.IsZero() {
		dst = binary.AppendVarint(dst, r.Start.UnixMilli())
	}
	n := &r.Counts
	for _, v := range []int{n.Points, n.WithPosition, n.WithTime, n.WithEle, n.WithHR, n.Segments} {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	t := r.Track
	dst = binary.AppendUvarint(dst, uint64(t.Len()))
	dst = binary.AppendUvarint(dst, uint64(len(t.Starts)))
	last := 0
	for _, at := range t.Starts {
		dst = binary.AppendUvarint(dst, uint64(at-last))
		last = at
	}
	dst = binary.AppendUvarint(dst, uint64(len(t.Idle)))
	last = 0
	for _, p := range t.Idle {
		dst = binary.AppendUvarint(dst, uint64(p.From-last))
		dst = binary.AppendUvarint(dst, uint64(p.To-p.From))
		last = p.To
	}
	dst = appendDegrees(dst, t.Lat)
	dst = appendDegrees(dst, t.Lon)
	if t.TimeMS != nil {
		dst = appendTimes(dst, t.TimeMS)
	}
	if t.AltM != nil {
		dst = appendMeasures(dst, t.AltM, altPerM)
	}
	if t.SpeedMS != nil {
		dst = appendMeasures(dst, t.SpeedMS, speedPerMS)
	}
	if t.HR != nil {
		dst = append(dst, t.HR...)
	}
	dst = appendReadings(dst, t)
	dst = appendParts(dst, r.Parts)
	binary.LittleEndian.PutUint32(dst[start+1:], crc32.Checksum(dst[start+5:], castagnoli))
	return dst
}

func appendFloats(dst []byte, values ...float64) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
	}
	return dst
}

// Units of the stored columns.
const (
	posPerDeg  = 1e7
	altPerM    = 100
	speedPerMS = 1000
)

func flagsOf(r *Result) (flags byte) {
	for i, set := range []bool{
		r.Track.TimeMS != nil, r.Track.AltM != nil, r.Track.SpeedMS != nil, r.Track.HR != nil,
		!r.Start.IsZero(), r.Plan, errors.Is(r.Warning, ErrTruncated), r.Commute == activity.Yes,
	} {
		if set {
			flags |= 1 << i
		}
	}
	return flags
}

func appendDegrees(dst []byte, column []float64) []byte {
	last := int64(0)
	for _, v := range column {
		u := int64(math.Round(v * posPerDeg))
		dst = binary.AppendVarint(dst, u-last)
		last = u
	}
	return dst
}

func appendTimes(dst []byte, column []int64) []byte {
	last, step := int64(0), int64(0)
	for _, v := range column {
		if v == activity.NoTime {
			dst = append(dst, 0)
			continue
		}
		dst = binary.AppendUvarint(dst, zigzag(v-last-step)+1)
		step, last = v-last, v
	}
	return dst
}

func appendMeasures(dst []byte, column []float32, perUnit float64) []byte {
	last := int64(0)
	for _, v := range column {
		if v != v {
			dst = append(dst, 0)
			continue
		}
		u := int64(math.Round(float64(v) * perUnit))
		dst = binary.AppendUvarint(dst, zigzag(u-last)+1)
		last = u
	}
	return dst
}

// A savedWarning is a Warning read back.
type savedWarning struct {
	text      string
	truncated bool
}

func (w *savedWarning) Error() string { return w.text }

func (w *savedWarning) Is(target error) bool { return w.truncated && target == ErrTruncated }

// Parse reads what Append wrote. Anything else is ErrBlob: the bytes are
// checked by checksum, length and range, and never trusted.
func Parse(b []byte) (*Result, error) {
	if len(b) < 6 || b[0] != codecVersion {
		return nil, fmt.Errorf("%w: not of version %d", ErrBlob, codecVersion)
	}
	if binary.LittleEndian.Uint32(b[1:]) != crc32.Checksum(b[5:], castagnoli) {
		return nil, fmt.Errorf("%w: wrong checksum", ErrBlob)
	}
	flags := b[5]
	p := blobReader{b: b[6:]}
	r := &Result{Track: &activity.Track{}, Plan: flags&planFlag != 0}
	r.Format, r.Sport, r.Name, r.Zone = p.text(), activity.Sport(p.text()), p.text(), p.text()
	if warning := p.text(); warning != "" {
		r.Warning = &savedWarning{warning, flags&truncatedFlag != 0}
	}
	if flags&commuteFlag != 0 {
		r.Commute = activity.Yes
	}
	r.LeftOut = p.text()
	r.DistanceM, r.MovingS, r.AscentM = p.float(), p.float(), p.float()
	if flags&hasStartFlag != 0 {
		ms := unzigzag(p.uvarint())
		p.bad = p.bad || ms < minTimeMS || ms > maxTimeMS
		r.Start = time.UnixMilli(ms).UTC()
	}
	n := &r.Counts
	for _, v := range []*int{&n.Points, &n.WithPosition, &n.WithTime, &n.WithEle, &n.WithHR, &n.Segments} {
		*v = p.count(math.MaxInt32)
	}
	p.track(r.Track, flags)
	if !p.bad {
		r.Parts = p.parts(r.Track.Len())
	}
	if p.bad || len(p.b) > 0 {
		return nil, fmt.Errorf("%w: its parts do not fit", ErrBlob)
	}
	return r, nil
}

// A blobReader takes values off the front of b. Once something is missing or
// wrong, bad is set and zeros follow.
type blobReader struct {
	b   []byte
	bad bool
}

func (p *blobReader) uvarint() uint64 {
	v, n := binary.Uvarint(p.b)
	if n <= 0 {
		p.bad = true
		return 0
	}
	p.b = p.b[n:]
	return v
}

// count returns a number that is at most limit.
func (p *blobReader) count(limit int) int {
	v := p.uvarint()
	if v > uint64(limit) {
		p.bad = true
		return 0
	}
	return int(v)
}

func (p *blobReader) bytes(n int) []byte {
	if n > len(p.b) {
		p.bad = true
		return nil
	}
	taken := p.b[:n]
	p.b = p.b[n:]
	return taken
}

func (p *blobReader) text() string { return string(p.bytes(p.count(len(p.b)))) }

// float returns a finite number that is not negative.
func (p *blobReader) float() float64 {
	b := p.bytes(8)
	if b == nil {
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(b))
	p.bad = p.bad || !(v >= 0 && finite(v))
	return v
}

func (p *blobReader) track(t *activity.Track, flags byte) {
	// Every sample takes a byte of every column, so that no number here makes
	// more memory than the blob is worth.
	n := p.count(len(p.b))
	starts := p.count(min(len(p.b), n))
	at := 0
	for range starts {
		at += p.count(n)
		if p.bad || at == 0 || at >= n || len(t.Starts) > 0 && at <= t.Starts[len(t.Starts)-1] {
			p.bad = true
			return
		}
		t.Starts = append(t.Starts, at)
	}
	at = 0
	for range p.count(min(len(p.b), n)) {
		from := at + p.count(n)
		at = from + p.count(n)
		if p.bad || from >= at || at >= n {
			p.bad = true
			return
		}
		t.Idle = append(t.Idle, activity.Part{From: from, To: at})
	}
	t.Lat = p.degrees(n, 90*posPerDeg)
	t.Lon = p.degrees(n, 180*posPerDeg)
	if flags&hasTimeFlag != 0 {
		t.TimeMS = p.times(n)
	}
	if flags&hasAltFlag != 0 {
		t.AltM = p.measures(n, minAltM*altPerM, maxAltM*altPerM, altPerM)
	}
	if flags&hasSpeedFlag != 0 {
		t.SpeedMS = p.measures(n, 0, maxSpeedMS*speedPerMS, speedPerMS)
	}
	if flags&hasHRFlag != 0 {
		t.HR = append([]uint8(nil), p.bytes(n)...)
	}
	p.allReadings(t, n)
}

func (p *blobReader) degrees(n int, limit int64) []float64 {
	if p.bad || n == 0 || n > len(p.b) {
		p.bad = p.bad || n > 0
		return nil
	}
	column := make([]float64, n)
	b, i, last := p.b, 0, int64(0)
	for k := range column {
		u, next := uvarintAt(b, i)
		i = next
		last += unzigzag(u)
		if i < 0 || last < -limit || last > limit {
			p.bad = true
			return nil
		}
		column[k] = float64(last) / posPerDeg
	}
	p.b = b[i:]
	return column
}

func (p *blobReader) times(n int) []int64 {
	if p.bad || n == 0 || n > len(p.b) {
		p.bad = p.bad || n > 0
		return nil
	}
	column := make([]int64, n)
	b, i, last, step := p.b, 0, int64(0), int64(0)
	for k := range column {
		u, next := uvarintAt(b, i)
		i = next
		if u == 0 && i >= 0 {
			column[k] = activity.NoTime
			continue
		}
		step += unzigzag(u - 1)
		last += step
		if i < 0 || last < minTimeMS || last > maxTimeMS {
			p.bad = true
			return nil
		}
		column[k] = last
	}
	p.b = b[i:]
	return column
}

func (p *blobReader) measures(n int, lo, hi int64, perUnit float64) []float32 {
	if p.bad || n == 0 || n > len(p.b) {
		p.bad = p.bad || n > 0
		return nil
	}
	column := make([]float32, n)
	b, i, last := p.b, 0, int64(0)
	for k := range column {
		u, next := uvarintAt(b, i)
		i = next
		if u == 0 && i >= 0 {
			column[k] = float32(math.NaN())
			continue
		}
		last += unzigzag(u - 1)
		if i < 0 || last < lo || last > hi {
			p.bad = true
			return nil
		}
		column[k] = float32(float64(last) / perUnit)
	}
	p.b = b[i:]
	return column
}
