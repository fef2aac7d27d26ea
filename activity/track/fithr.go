package track

import (
	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
)

// The hr message of FIT, in which chest straps hand over what they stored while they could not send, as under water (FIT SDK,
// "Plugin for heart rate"): a first one ties the strap's clock to the watch's, the others count on from it.
const (
	fitHRMessage = 132

	fitHRFraction = 0  // fractional_timestamp, 1/32768 s
	fitHRBeats    = 6  // filtered_bpm, one for each time
	fitHRTimes    = 9  // event_timestamp, 1/1024 s of the strap's clock
	fitHRTimes12  = 10 // event_timestamp_12: the low 12 bits of the same, eight in twelve bytes
)

// fitEpochMS is the beginning of FIT's time, 1989-12-31 UTC, in ms since 1970.
const fitEpochMS = 631065600000

// fitHRGapMS is how old a beat may be to count for a sample.
const fitHRGapMS = 5000

// A fitBeat is a heart rate at a moment.
type fitBeat struct {
	ms int64
	hr uint8
}

// A fitHeart gathers the beats of a FIT file.
type fitHeart struct {
	beats []fitBeat
	// watchMS is the watch's time, in ms since 1970, when the strap's clock stood at strap, in 1/1024 s; last is the strap's last time.
	watchMS     float64
	strap, last uint64
	tied        bool
}

// message reads an hr message by its layout.
func (h *fitHeart) message(l *fitLayout, message []byte) {
	var times []uint64
	var beats []byte
	stamp, fraction := uint32(0), uint16(0)
	for _, f := range l.fields {
		value := message[f.from:f.to]
		switch {
		case f.num == fitTimestampID && len(value) == 4:
			stamp = l.order.Uint32(value)
		case f.num == fitHRFraction && len(value) == 2:
			fraction = l.order.Uint16(value)
		case f.num == fitHRBeats:
			beats = value
		case f.num == fitHRTimes:
			for ; len(value) >= 4; value = value[4:] {
				times = append(times, uint64(l.order.Uint32(value)))
			}
		case f.num == fitHRTimes12:
			// The bits of each byte come lowest first, whatever the byte order.
			for ; len(value) >= 3; value = value[3:] {
				v := uint32(value[0]) | uint32(value[1])<<8 | uint32(value[2])<<16
				times = append(times, h.unwrap(uint64(v&0xFFF), len(times), times), 0)
				times[len(times)-1] = h.unwrap(uint64(v>>12), len(times)-1, times)
			}
		}
	}
	if stamp != 0 && stamp != 0xFFFFFFFF && len(times) > 0 {
		if fraction == 0xFFFF {
			fraction = 0
		}
		h.watchMS, h.strap, h.tied = fitEpochMS+float64(stamp)*1000+float64(fraction)*1000/32768, times[0], true
	}
	if !h.tied {
		return
	}
	for i, at := range times {
		h.last = at
		if i < len(beats) && beats[i] != 0xFF && beats[i] != 0 {
			h.beats = append(h.beats, fitBeat{int64(h.watchMS + float64(int64(at-h.strap))*1000/1024), beats[i]})
		}
	}
}

// unwrap returns the first time at or after the one before whose low 12 bits are those given.
func (h *fitHeart) unwrap(low uint64, n int, times []uint64) uint64 {
	before := h.last
	if n > 0 {
		before = times[n-1]
	}
	at := before&^0xFFF | low
	if at < before {
		at += 0x1000
	}
	return at
}

// fill gives the samples of the file that begin at from, and have no heart rate of their own, that of the last beat before.
func (h *fitHeart) fill(c *columns, from int) {
	if len(h.beats) == 0 {
		return
	}
	sorting.StableFunc(h.beats, func(a, b fitBeat) int { return int(min(max(a.ms-b.ms, -1), 1)) })
	k := 0
	for i := from; i < len(c.hr); i++ {
		at := c.timeMS[i]
		if at == activity.NoTime || c.hr[i] != 0 {
			continue
		}
		// The time of a record has whole seconds: a beat within its second is there.
		for k > 0 && h.beats[k-1].ms >= at+1000 {
			k--
		}
		for k < len(h.beats) && h.beats[k].ms < at+1000 {
			k++
		}
		if k > 0 && at-h.beats[k-1].ms <= fitHRGapMS && h.beats[k-1].hr <= maxHR {
			c.hr[i], c.hasHR = h.beats[k-1].hr, true
			c.counts.WithHR++
		}
	}
}
