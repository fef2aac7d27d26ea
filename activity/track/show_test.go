package track

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"heatmapgen/activity"
)

// show renders the samples of a track in one line each, "/" before a sample that
// begins a stretch: position, time of day, altitude, speed, heart rate.
func show(t *activity.Track) string {
	var out strings.Builder
	for i := range t.Len() {
		if slices.Contains(t.Starts, i) {
			out.WriteString("/ ")
		}
		fmt.Fprintf(&out, "%v,%v", t.Lat[i], t.Lon[i])
		if ms := t.Time(i); ms != activity.NoTime {
			fmt.Fprintf(&out, " %s", time.UnixMilli(ms).UTC().Format("15:04:05.999"))
		}
		if v := t.Alt(i); v == v {
			fmt.Fprintf(&out, " %vm", v)
		}
		if v := t.Speed(i); v == v {
			fmt.Fprintf(&out, " %vm/s", v)
		}
		if v := t.HeartRate(i); v > 0 {
			fmt.Fprintf(&out, " %dbpm", v)
		}
		out.WriteString("; ")
	}
	return strings.TrimSuffix(out.String(), "; ")
}
