package activity

import (
	"math"
	"slices"
)

// A Sensor is a measurement beside the heart rate that layers of the user's own may show, and nothing else does.
type Sensor uint8

// The sensors.
const (
	// Cadence is turns of the pedals a minute, or steps of both feet a minute in sports on foot. Nobody turning is none, as bike computers leave it out of their means.
	Cadence Sensor = iota
	// Power is watts; coasting is 0.
	Power
	// Temperature is degrees Celsius at the device.
	Temperature
	// SensorCount is their number.
	SensorCount = 3
)

// A Reading is what a sensor tells, in whole numbers: 0 where it tells nothing, else 1 more than the steps of the sensor above the least that is believed of it. So a mean of readings is
// the reading of the mean.
type Reading uint16

// sensors have for each its id, what is believed of it and the steps of its readings to the unit (docs/format.md, "Readings"). Track sprinters reach 2500 W; -60 and 60 °C are beyond what people were out in.
var sensors = [SensorCount]struct {
	id                   string
	least, most, perUnit float64
}{
	Cadence:     {"cadence", 0, 250, 2},
	Power:       {"power", 0, 3000, 1},
	Temperature: {"temperature", -60, 60, 10},
}

// String returns the sensor's id.
func (s Sensor) String() string { return sensors[s].id }

// Reading returns what a value in the sensor's unit reads as, 0 for one that is not believed, and for a cadence of nothing.
func (s Sensor) Reading(v float64) Reading {
	of := &sensors[s]
	if !(v >= of.least && v <= of.most) || s == Cadence && v < 0.5 {
		return 0
	}
	return Reading(math.Round((v-of.least)*of.perUnit)) + 1
}

// Value returns a reading, or a mean of readings, in the sensor's unit; NaN for 0.
func (s Sensor) Value(r float64) float64 {
	if r == 0 {
		return math.NaN()
	}
	return sensors[s].least + (r-1)/sensors[s].perUnit
}

// Most returns the greatest reading.
func (s Sensor) Most() Reading { return s.Reading(sensors[s].most) }

// AllSensors returns all sensors in their order.
func AllSensors() []Sensor { return []Sensor{Cadence, Power, Temperature} }

// SensorOf returns the sensor of that id; ok is false where there is none.
func SensorOf(id string) (s Sensor, ok bool) {
	i := slices.IndexFunc(AllSensors(), func(s Sensor) bool { return s.String() == id })
	return Sensor(max(0, i)), i >= 0
}

// Sensors is a set of sensors, a bit each.
type Sensors uint8

// Has tells whether the sensor is in the set.
func (set Sensors) Has(s Sensor) bool { return set>>s&1 == 1 }

// oneLeg is the cadence above which, as the median of a recording on foot, both feet were counted: one leg of a runner takes 75 to 100 steps a minute, both of a walker's 100 to 125.
const oneLeg = 100

// OnFoot tells whether the cadence of a sport is that of steps.
func (s Sport) OnFoot() bool {
	return s.Family() == FamilyRun || SportWalk.Covers(s) || SportHike.Covers(s) || s == "Indoor Walk" || s == "Snowshoe" || s == "Orienteering"
}

// InSteps returns the track of an activity on foot with the cadence of both feet, where files tell that of one leg; a cadence that was told of both already stays.
func (t *Track) InSteps() *Track {
	given := t.Readings[Cadence]
	var known []Reading
	for _, r := range given {
		if r > 0 {
			known = append(known, r)
		}
	}
	if len(known) == 0 {
		return t
	}
	slices.Sort(known)
	if Cadence.Value(float64(known[len(known)/2])) > oneLeg {
		return t
	}
	both := *t
	both.Readings[Cadence] = make([]Reading, len(given))
	for i, r := range given {
		if r > 0 {
			both.Readings[Cadence][i] = Cadence.Reading(2 * Cadence.Value(float64(r)))
		}
	}
	return &both
}
