package track

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// The metres a device counted are its word on speed, where it says nothing else.
func TestSpeedFromOdometer(t *testing.T) {
	points := func(extension string) string {
		var b strings.Builder
		metres := 0.0
		for i := range 60 {
			if i < 20 || i >= 40 {
				metres += 3
			}
			fmt.Fprintf(&b, `<Trackpoint><Time>2024-05-01T08:00:%02dZ</Time><Position><LatitudeDegrees>%v</LatitudeDegrees><LongitudeDegrees>8</LongitudeDegrees></Position><DistanceMeters>%v</DistanceMeters>%s</Trackpoint>`,
				i, 48+float64(i)*1e-5, metres, extension)
		}
		return oneActivity("<Lap><Track>" + b.String() + "</Track></Lap>")
	}
	r, err := Decode([]byte(points("")))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int]float32{0: 3, 10: 3, 30: 0, 50: 3, 59: 3} {
		if v := r.Track.Speed(i); math.Abs(float64(v-want)) > 1e-3 {
			t.Errorf("sample %d: %g m/s, want %g", i, v, want)
		}
	}
	r, err = Decode([]byte(points(`<Extensions><TPX><Speed>2.5</Speed></TPX></Extensions>`)))
	if err != nil {
		t.Fatal(err)
	}
	if v := r.Track.Speed(30); v != 2.5 {
		t.Errorf("the device's own speed is %g, want 2.5", v)
	}
}
