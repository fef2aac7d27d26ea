package track

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/tormoder/fit"
	"github.com/tormoder/fit/dyncrc16"
)

var (
	errNoSize   = errors.New("the header lacks the size of the data")
	errChecksum = errors.New("wrong checksum")
)

// looksLikeFIT tells whether data begins with the header of a FIT file: its own
// size (12 or 14), version, profile, data size, ".FIT".
func looksLikeFIT(data []byte) bool {
	return len(data) >= fitHeaderSize && (data[0] == 12 || data[0] == 14) && string(data[8:12]) == ".FIT"
}

// decodeFIT reads a FIT file or several in a chain. The error is what stopped or
// disturbed it; the samples before are in c.
func decodeFIT(data []byte, c *columns, r *Result) error {
	var faults []error
	for n := 1; len(data) > 0; n++ {
		if !looksLikeFIT(data) {
			faults = append(faults, fmt.Errorf("FIT file: %d bytes behind its end that are no FIT file", len(data)))
			break
		}
		body, rest, err := cutFIT(data)
		narrow, narrowErr := narrowFIT(body)
		libErr := decodeOneFIT(narrow, c, r)
		if fault := errors.Join(err, narrowErr, libErr); fault != nil {
			faults = append(faults, fmt.Errorf("FIT file #%d: %w", n, fault))
		}
		data = rest
	}
	return errors.Join(faults...)
}

// cutFIT cuts the records of the first file off a chain. Where the header gives
// no size, or one beyond the end, the file is all there is.
func cutFIT(data []byte) (body, rest []byte, err error) {
	header := int(data[0])
	if len(data) < header {
		return nil, nil, ErrTruncated
	}
	size := int(binary.LittleEndian.Uint32(data[4:]))
	switch {
	case size == 0 && len(data) > header+fitCRCSize:
		return data[header : len(data)-fitCRCSize], nil, errNoSize
	case size > len(data)-header:
		return data[header:], nil, ErrTruncated
	case size > len(data)-header-fitCRCSize:
		return data[header : header+size], nil, ErrTruncated
	}
	end := header + size + fitCRCSize
	// Over a file and its checksum, the checksum is 0.
	if dyncrc16.Checksum(data[:end]) != 0 {
		err = errChecksum
	}
	return data[header : header+size], data[end:], err
}

// decodeOneFIT reads one narrowed file of a chain.
func decodeOneFIT(n narrowed, c *columns, r *Result) error {
	file, err := decodeFITFile(n.data)
	if file == nil {
		return err
	}
	a, typeErr := file.Activity()
	if typeErr != nil || a == nil {
		return errors.Join(err, typeErr)
	}
	c.startNext = true
	for _, m := range a.Records {
		s := sampleOfFIT(m)
		if n.course {
			c.planned++
		}
		c.add(&s)
	}
	for _, m := range a.Sessions {
		var distance float64
		if m.TotalDistance != math.MaxUint32 {
			distance = float64(m.TotalDistance) / 100
		}
		r.DistanceM += distance
		if m.TotalTimerTime != math.MaxUint32 {
			r.MovingS += float64(m.TotalTimerTime) / 1000
		}
		if m.TotalAscent != math.MaxUint16 {
			r.AscentM += float64(m.TotalAscent)
		}
		c.credit(sportOfFIT(m.Sport, m.SubSport), distance)
	}
	return err
}

// decodeFITFile calls tormoder/fit, which returns what it decoded before an
// error and may panic at damaged files.
func decodeFITFile(data []byte) (file *fit.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the decoder panicked: %v", p)
		}
	}()
	return fit.Decode(bytes.NewReader(data))
}

// sampleOfFIT turns a record into a sample. Of altitude and speed the decoder
// has put the better of the plain and the enhanced field into the latter.
func sampleOfFIT(m *fit.RecordMsg) sample {
	s := noSample
	s.lat, s.lon = m.PositionLat.Degrees(), m.PositionLong.Degrees()
	if !fit.IsBaseTime(m.Timestamp) {
		s.timeMS = m.Timestamp.UnixMilli()
	}
	s.alt = m.GetEnhancedAltitudeScaled()
	s.speed = m.GetEnhancedSpeedScaled()
	if m.HeartRate != math.MaxUint8 {
		s.hr = float64(m.HeartRate)
	}
	return s
}
