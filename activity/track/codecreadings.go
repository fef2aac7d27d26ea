package track

import (
	"encoding/binary"

	"heatmapgen/activity"
)

// appendReadings appends which sensors t has, and their columns.
func appendReadings(dst []byte, t *activity.Track) []byte {
	which := byte(0)
	for s, column := range t.Readings {
		if column != nil {
			which |= 1 << s
		}
	}
	dst = append(dst, which)
	for _, column := range t.Readings {
		last := int64(0)
		for _, r := range column {
			dst = binary.AppendUvarint(dst, zigzag(int64(r)-last))
			last = int64(r)
		}
	}
	return dst
}

// allReadings reads what appendReadings wrote of n samples.
func (p *blobReader) allReadings(t *activity.Track, n int) {
	which := p.count(1<<activity.SensorCount - 1)
	for _, s := range activity.AllSensors() {
		if which>>s&1 == 1 {
			t.Readings[s] = p.readings(n, s.Most())
		}
	}
}

// readings reads a column of n readings up to most.
func (p *blobReader) readings(n int, most activity.Reading) []activity.Reading {
	if p.bad || n == 0 || n > len(p.b) {
		p.bad = true
		return nil
	}
	column := make([]activity.Reading, n)
	last := int64(0)
	for k := range column {
		last += unzigzag(p.uvarint())
		if p.bad || last < 0 || last > int64(most) {
			p.bad = true
			return nil
		}
		column[k] = activity.Reading(last)
	}
	return column
}
