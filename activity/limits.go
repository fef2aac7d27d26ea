package activity

// Limits say what a body or a vehicle of a sport can do. They are wide: a sample beyond them is wrong, one within them is
// not right for that.
type Limits struct {
	// PeakMS is the highest speed in m/s between two samples.
	PeakMS float64
	// SustainedMS is the speed in m/s that nobody keeps for half a minute without an engine; 0 where engines, slopes or
	// wind make that idle.
	SustainedMS float64
	// AccelMS2 is the largest change of velocity in m/s a second, turning back included.
	AccelMS2 float64
}

// The limits by kind of sport. On foot: 12.4 m/s is the fastest anybody ran (Graubner and Nixdorf, "Biomechanical
// analysis of the sprint", New Studies in Athletics 26, 2011), 7.7 m/s the mean of the record over 800 m. In water: 2.4 m/s
// is the record over 50 m of swimming, 6 m/s that of an eight over 2000 m; boats have 15 m/s for the kite and the sail. On
// skates 15 m/s are the record on ice. Rides: 36 m/s (130 km/h) is what descents of races reach, 22 m/s what none of them has for minutes. Snow: 40 m/s (144 km/h), short
// of speed skiing alone. What is not listed, or not known, has 60 m/s.
var (
	footLimits  = Limits{PeakMS: 12, SustainedMS: 7.7, AccelMS2: 4}
	swimLimits  = Limits{PeakMS: 10, SustainedMS: 3.5, AccelMS2: 1.5}
	waterLimits = Limits{PeakMS: 15, SustainedMS: 0, AccelMS2: 3}
	skateLimits = Limits{PeakMS: 20, SustainedMS: 15, AccelMS2: 4}
	rideLimits  = Limits{PeakMS: 36, SustainedMS: 22, AccelMS2: 6}
	snowLimits  = Limits{PeakMS: 40, SustainedMS: 0, AccelMS2: 8}
	otherLimits = Limits{PeakMS: 60, SustainedMS: 0, AccelMS2: 10}
)

var limits = map[string]Limits{
	"walk": footLimits, "hike": footLimits, "snowshoe": footLimits, "soccer": footLimits, "tennis": footLimits, "golf": footLimits,
	"wheelchair": skateLimits, "football": footLimits, "rugby": footLimits, "hiking": footLimits, "walking": footLimits,
	"track": footLimits, "orienteering": footLimits, "pickleball": footLimits, "badminton": footLimits, "cricket": footLimits,
	"basketball": footLimits, "mountaineering": footLimits, "nordicwalking": footLimits,

	"swim": swimLimits, "openwaterswim": swimLimits,
	"rowing": waterLimits, "kayaking": waterLimits, "canoeing": waterLimits, "standuppaddling": waterLimits, "surfing": waterLimits,

	"iceskate": skateLimits, "inlineskate": skateLimits, "rollerski": skateLimits, "skateboard": skateLimits,

	"alpineski": snowLimits, "snowboard": snowLimits, "nordicski": snowLimits, "backcountryski": snowLimits, "telemark": snowLimits,
	"downhillski": snowLimits,
}

// Limits returns what the sport can do.
func (s Sport) Limits() Limits {
	switch s.Family() {
	case FamilyRun:
		return footLimits
	case FamilyRide:
		return rideLimits
	}
	if l, ok := limits[s.Key()]; ok {
		return l
	}
	return otherLimits
}

// SpeedLimitMS returns the speed in m/s beyond which two samples are not joined.
func (s Sport) SpeedLimitMS() float64 { return s.Limits().PeakMS }

// liftSports go up by lifts.
var liftSports = map[string]bool{"alpineski": true, "snowboard": true, "telemark": true, "downhillski": true}

// MeasuredAs tells whether a recording is cleaned and measured as one of the other sport.
func (s Sport) MeasuredAs(o Sport) bool {
	return s.Limits() == o.Limits() && liftSports[s.Key()] == liftSports[o.Key()]
}
