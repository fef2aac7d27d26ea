package activity

import (
	"math"
	"strings"
)

// A Travel tells how a track gets about, from its legs: the ways between points of it that are legM apart.
type Travel struct {
	// Legs is their number, WayM their length in metres.
	Legs int
	WayM float64
	// Straight is the mean cosine of the angle between one leg and the next: 1 straight on, 0 for a random walk, less for
	// points scattered around a place; 0 for fewer than two legs.
	Straight float64
	// Seconds is the time of the track; 0 when not known.
	Seconds float64
	// OwnM is the way in metres by the device's own speed; 0 where it measured none.
	OwnM float64
}

const (
	// legM is longer than the noise of a receiver and shorter than the side of a pitch.
	legM = 16
	// A box wider than this has been travelled through; no drift of a receiver indoors makes it.
	travelledM = 400
	// travelMS is the least speed over the legs: a drifting receiver makes 0.05 to 0.2 m/s of them.
	travelMS = 0.25
	// travelStraight is the least straightness: a lap of a stadium has 0.9, a drifting receiver up to 0.35, a random walk 0.
	travelStraight = 0.4
	// travelLegs is the least number of legs that says something about straightness.
	travelLegs = 8
	// travelFine is how many times legM the mean leg may be long for it to say something: samples far apart cut every corner.
	travelFine = 2
	// travelOwn is how many times the legs the way by the device's own speed may be. Around a small place legs cut corners.
	travelOwn = 4
)

// travelOf measures the legs of t.
func travelOf(t *Track) (w Travel) {
	n := t.Len()
	p := plane{lat: math.Inf(1)}
	at := 0
	var px, py float64
	sum, turns := 0.0, 0
	var lastKnown, first int64 = NoTime, NoTime
	for i := range n {
		if ms := t.Time(i); ms != NoTime {
			if first == NoTime {
				first = ms
			}
			if v := t.Speed(i); v == v && lastKnown != NoTime && ms-lastKnown > 0 && ms-lastKnown <= ownSpeedMS {
				w.OwnM += float64(v) * float64(ms-lastKnown) / 1000
			}
			lastKnown = ms
		}
		x, y := p.vector(t.Lat[at], t.Lon[at], t.Lat[i], t.Lon[i])
		d := math.Sqrt(x*x + y*y)
		if d < legM {
			continue
		}
		if w.Legs > 0 {
			sum += (x*px + y*py) / d
			turns++
		}
		w.Legs++
		w.WayM += d
		px, py, at = x/d, y/d, i
	}
	if turns > 0 {
		w.Straight = sum / float64(turns)
	}
	if first != NoTime {
		w.Seconds = float64(lastKnown-first) / 1000
	}
	return w
}

// Indoor tells whether nobody got about: a treadmill, a rowing machine, a forgotten watch. Boxes smaller than spreadM metres in both
// directions are; 0 turns the rule off altogether. In larger ones a receiver may still have drifted: then there are
// few legs for the time, or they lead nowhere, or the device's own speed speaks of a way several times as long.
// On a pitch the way leads nowhere either; there the sport says that it was one.
func (o Outline) Indoor(spreadM float64, sport Sport) bool {
	if spreadM <= 0 {
		return false
	}
	ns, we := o.SpreadM()
	wide := max(ns, we)
	if wide < spreadM {
		return true
	}
	if wide >= max(travelledM, spreadM) {
		return false
	}
	w := o.Travel
	switch {
	case w.Legs == 0:
		return true
	case w.WayM < travelMS*w.Seconds && w.WayM < 2*(ns+we), w.WayM < travelMS/2*w.Seconds:
		return true
	case inRooms(sport):
		return true
	case !pitchSports[sport.Key()] && w.Legs >= travelLegs && w.WayM < travelFine*legM*float64(w.Legs) && w.Straight < travelStraight:
		return true
	}
	return w.OwnM > travelOwn*w.WayM
}

// pitchSports are played to and fro on a small place.
var pitchSports = map[string]bool{
	"soccer": true, "football": true, "americanfootball": true, "rugby": true, "tennis": true, "padel": true, "hockey": true, "cricket": true,
	"basketball": true, "baseball": true, "softball": true, "lacrosse": true, "volleyball": true, "handball": true, "ultimate": true,
	"ultimatefrisbee": true, "frisbee": true, "badminton": true, "pickleball": true, "skateboard": true, "iceskate": true,
}

// inRooms tells whether a sport's name says that it takes place in a room.
func inRooms(s Sport) bool {
	key := s.Key()
	return strings.Contains(key, "indoor") || strings.Contains(key, "virtual") || strings.Contains(key, "treadmill") ||
		key == "elliptical" || key == "stairstepper" || key == "rowingmachine"
}
