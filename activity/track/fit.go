package track

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/tormoder/fit"

	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
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

// decodeFIT reads a FIT file or several in a chain. The error is what first
// stopped or disturbed it; the samples that could be read are in c.
func decodeFIT(data []byte, c *columns, r *Result) error {
	var fault error
	for n := 1; len(data) > 0; n++ {
		if !looksLikeFIT(data) {
			return cmp.Or(fault, fmt.Errorf("%d bytes behind FIT file #%d that are none", len(data), n-1))
		}
		body, rest, cutErr := cutFIT(data)
		c.startNext = true
		c.beginPart(r)
		var sessions []fitSession
		narrower := fitNarrower{limits: c.limits, emit: func(file []byte, course bool) error {
			return readFIT(file, course, c, r, &sessions)
		}}
		from := len(c.lat)
		narrowErr := narrower.narrow(body)
		if errors.Is(narrowErr, ErrTooLarge) || errors.Is(narrowErr, ErrTooLong) {
			return narrowErr
		}
		c.timer(from, narrower.timer)
		if err := cmp.Or(cutErr, narrowErr); err != nil && fault == nil {
			fault = fmt.Errorf("FIT file #%d: %w", n, err)
		}
		if narrower.offsetMS != 0 {
			c.offsetMS = narrower.offsetMS
		}
		narrower.heart.fill(c, c.part.From)
		if len(sessions) == 0 {
			narrower.summary.stand(c, r)
		}
		if narrower.game {
			c.virtual(sessions)
		}
		if startsOf(sessions) > 1 {
			c.splitPart(sessions, n)
		} else if len(sessions) > 0 && c.part.open {
			c.part.Commute = sessions[0].Commute
		}
		data = rest
	}
	return fault
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
	// A checksum of 0 is none: some devices leave it to who reads.
	if data[end-2]|data[end-1] != 0 && fitChecksum(data[:end]) != 0 {
		err = errChecksum
	}
	return data[header : header+size], data[end:], err
}

// readFIT reads a narrowed file.
func readFIT(data []byte, course bool, c *columns, r *Result, sessions *[]fitSession) error {
	a, err := activityOfFIT(data)
	if a == nil {
		return err
	}
	for _, m := range a.Records {
		s := sampleOfFIT(m)
		if course {
			c.addPlanned(&s)
		} else {
			c.addRecord(&s)
		}
	}
	for _, m := range a.Sessions {
		s := fitSession{Part: Part{Sport: sportOfFIT(m.Sport, m.SubSport)}, startMS: activity.NoTime}
		if m.TotalDistance != math.MaxUint32 {
			s.DistanceM = float64(m.TotalDistance) / 100
		}
		if m.TotalTimerTime != math.MaxUint32 {
			s.MovingS = float64(m.TotalTimerTime) / 1000
		}
		if m.TotalAscent != math.MaxUint16 {
			s.AscentM = float64(m.TotalAscent)
		}
		if ms := m.StartTime.UnixMilli(); !fit.IsBaseTime(m.StartTime) && ms >= minTimeMS && ms <= maxTimeMS {
			s.startMS = ms
		}
		if m.SubSport == fit.SubSportCommuting {
			s.Commute, r.Commute = activity.Yes, activity.Yes
		}
		r.DistanceM += s.DistanceM
		r.MovingS += s.MovingS
		r.AscentM += s.AscentM
		c.credit(s.Sport, s.DistanceM)
		*sessions = append(*sessions, s)
	}
	return err
}

// startsOf sorts sessions by their starts and returns how many different ones there are, 0 where not all of them are known.
func startsOf(sessions []fitSession) int {
	sorting.StableFunc(sessions, func(a, b fitSession) int { return cmp.Compare(a.startMS, b.startMS) })
	n := 0
	for i := range sessions {
		if sessions[i].startMS == activity.NoTime {
			return 0
		}
		if i == 0 || sessions[i].startMS != sessions[i-1].startMS {
			n++
		}
	}
	return n
}

// activityOfFIT calls tormoder/fit, which returns what it decoded before an
// error and may panic at damaged files.
func activityOfFIT(data []byte) (a *fit.ActivityFile, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the decoder panicked: %v", p)
		}
	}()
	file, err := fit.Decode(bytes.NewReader(data))
	if file == nil {
		return nil, err
	}
	a, typeErr := file.Activity()
	return a, cmp.Or(err, typeErr)
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
	if m.Distance != math.MaxUint32 {
		s.odometer = float64(m.Distance) / 100
	}
	if m.HeartRate != math.MaxUint8 {
		s.hr = float64(m.HeartRate)
	}
	if m.Cadence != math.MaxUint8 {
		s.sensors[activity.Cadence] = float64(m.Cadence)
		if part := m.GetFractionalCadenceScaled(); finite(part) {
			s.sensors[activity.Cadence] += part
		}
	}
	if m.Power != math.MaxUint16 {
		s.sensors[activity.Power] = float64(m.Power)
	}
	if m.Temperature != math.MaxInt8 {
		s.sensors[activity.Temperature] = float64(m.Temperature)
	}
	return s
}
