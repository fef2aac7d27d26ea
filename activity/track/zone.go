package track

import (
	"fmt"
	"sync"
	"time"

	"heatmapgen/internal/timezones"
)

// offsetZone names a zone by its offset from UTC in ms: "+02:00"; "" for none and for one that no clock on earth has (more than
// 14 hours, or no multiple of 15 minutes).
func offsetZone(ms int64) string {
	minutes := ms / 60_000
	if ms == 0 || ms%(15*60_000) != 0 || minutes > 14*60 || minutes < -14*60 {
		return ""
	}
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("%c%02d:%02d", sign, minutes/60, minutes%60)
}

// setZones fills in the zones of a result that has its track: the file's own, or those of the places where it starts.
func (r *Result) setZones(own string) {
	zone := func(i int) string {
		if own != "" {
			return own
		}
		return timezones.At(r.Track.Lat[i], r.Track.Lon[i])
	}
	r.Zone = own
	if r.Track.Len() > 0 && !r.Start.IsZero() {
		r.Zone = zone(0)
	}
	for k := range r.Parts {
		if p := &r.Parts[k]; p.To > p.From && !p.Start.IsZero() {
			p.Zone = zone(p.From)
		}
	}
}

// Local returns t in the zone of a Result or Part, UTC where that is "" or unknown here.
func Local(t time.Time, zone string) time.Time {
	l, ok := zones.Load(zone)
	if !ok {
		at := time.UTC
		if offset, err := time.Parse("-07:00", zone); err == nil {
			_, seconds := offset.Zone()
			at = time.FixedZone(zone, seconds)
		} else if named, err := time.LoadLocation(zone); err == nil && zone != "Local" {
			at = named
		}
		l, _ = zones.LoadOrStore(zone, at)
	}
	return t.In(l.(*time.Location))
}

var zones sync.Map
