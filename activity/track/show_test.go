package track

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
)

// wantTrack decodes a file, which must be right in all, and compares its track as show renders it.
func wantTrack(t *testing.T, file []byte, want string) {
	t.Helper()
	r, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := show(r.Track); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if r.Warning != nil {
		t.Error(r.Warning)
	}
}

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
