package activity

import "slices"

// How GuessSport looks: at the speed over guessSpanMS of time, where something moves.
const (
	guessSpanMS  = 20_000
	guessGapMS   = 60_000 // a pair farther apart in time is a pause
	guessStillMS = 0.5    // m/s
	guessLeast   = 6      // spans
	// Speeds in m/s: who is mostly slower than walkingMS walks; who now and then is faster than runningMS rides; who is
	// faster than ridingMS now and then is in no sport that is drawn by default.
	walkingMS, runningMS, ridingMS = 1.9, 6.0, 18.0
)

// GuessSport tells from its speeds whether a track looks like a Walk, a Run or a Ride; SportUnknown where it looks like none or
// has no times. It is for recordings that neither their source nor their file names a sport for.
func GuessSport(t *Track) Sport {
	var speeds []float64
	metres, span := 0.0, int64(0)
	for i := 1; i < t.Len(); i++ {
		t0, t1 := t.Time(i-1), t.Time(i)
		if t0 == NoTime || t1 == NoTime || t1 < t0 || t1-t0 > guessGapMS {
			metres, span = 0, 0
			continue
		}
		metres, span = metres+DistanceM(t.Lat[i-1], t.Lon[i-1], t.Lat[i], t.Lon[i]), span+t1-t0
		if span >= guessSpanMS {
			if speed := metres * 1000 / float64(span); speed >= guessStillMS {
				speeds = append(speeds, speed)
			}
			metres, span = 0, 0
		}
	}
	if len(speeds) < guessLeast {
		return SportUnknown
	}
	slices.Sort(speeds)
	middle, fast := speeds[len(speeds)/2], speeds[len(speeds)*9/10]
	switch {
	case fast > ridingMS:
		return SportUnknown
	case fast > runningMS:
		return SportRide
	case middle < walkingMS:
		return SportWalk
	}
	return SportRun
}
