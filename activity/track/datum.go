package track

import (
	"heatmapgen/activity"
	"heatmapgen/internal/timezones"
)

// shiftedZones are the time zones of mainland China, where GCJ-02 is the datum of maps. In Hong Kong, Macau and Taiwan it is not.
var shiftedZones = map[string]bool{"Asia/Shanghai": true, "Asia/Urumqi": true, "Asia/Chongqing": true, "Asia/Harbin": true, "Asia/Kashgar": true}

// FromGCJ02 returns the result of a file whose positions in mainland China are of the datum GCJ-02, with these in WGS 84. Each
// activity in it is in China where its first position is. A result in which none is comes back as it is; r is not changed.
func (r *Result) FromGCJ02() *Result {
	t := r.Track
	parts := r.Parts
	if len(parts) == 0 {
		parts = []Part{{From: 0, To: t.Len()}}
	}
	var moved *activity.Track
	for k := range parts {
		p := &parts[k]
		if p.From == p.To || !shiftedZones[timezones.At(t.Lat[p.From], t.Lon[p.From])] {
			continue
		}
		if moved == nil {
			copied := *t
			copied.Lat, copied.Lon = append([]float64(nil), t.Lat...), append([]float64(nil), t.Lon...)
			moved = &copied
		}
		for i := p.From; i < p.To; i++ {
			lat, lon := activity.FromGCJ02(t.Lat[i], t.Lon[i])
			moved.Lat[i], moved.Lon[i] = activity.RoundDeg(lat), activity.RoundDeg(lon)
		}
	}
	if moved == nil {
		return r
	}
	shifted := *r
	shifted.Track = moved
	return &shifted
}
