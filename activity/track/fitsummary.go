package track

import (
	"github.com/tormoder/fit"

	"heatmapgen/activity"
)

// fitSportMessage is the sport message, which some devices write when a sport is chosen.
const fitSportMessage = 12

// Fields of the sport and lap messages (FIT SDK, Profile.xlsx).
const (
	fitSportSport, fitSportSub          = 0, 1
	fitLapSport, fitLapSub              = 25, 39
	fitLapTimer, fitLapWay, fitLapClimb = 8, 9, 21 // ms, cm, m
)

// A fitSummary gathers what stands in for a session where a FIT file has none, as when the battery ran out: the sport of its sport
// message or of its laps, and the sums of those.
type fitSummary struct {
	sport   activity.Sport
	commute activity.Answer
	laps    Part
}

// message reads a sport or lap message by its layout.
func (f *fitSummary) message(l *fitLayout, message []byte) {
	sportField, subField := byte(fitSportSport), byte(fitSportSub)
	if l.global == fit.MesgNumLap {
		sportField, subField = fitLapSport, fitLapSub
	}
	sport, sub := fit.SportInvalid, fit.SubSportInvalid
	for _, field := range l.fields {
		value := message[field.from:field.to]
		switch {
		case field.num == sportField && len(value) == 1:
			sport = fit.Sport(value[0])
		case field.num == subField && len(value) == 1:
			sub = fit.SubSport(value[0])
		case l.global != fit.MesgNumLap:
		case field.num == fitLapTimer && len(value) == 4:
			if v := l.order.Uint32(value); v != 0xFFFFFFFF {
				f.laps.MovingS += float64(v) / 1000
			}
		case field.num == fitLapWay && len(value) == 4:
			if v := l.order.Uint32(value); v != 0xFFFFFFFF {
				f.laps.DistanceM += float64(v) / 100
			}
		case field.num == fitLapClimb && len(value) == 2:
			if v := l.order.Uint16(value); v != 0xFFFF {
				f.laps.AscentM += float64(v)
			}
		}
	}
	if sub == fit.SubSportCommuting {
		f.commute = activity.Yes
	}
	if named := sportOfFIT(sport, sub); f.sport == activity.SportUnknown || f.sport == activity.SportOther && named != activity.SportUnknown {
		f.sport = named
	}
}

// stand enters the summary in the place of the session that is missing.
func (f *fitSummary) stand(c *columns, r *Result) {
	r.DistanceM += f.laps.DistanceM
	r.MovingS += f.laps.MovingS
	r.AscentM += f.laps.AscentM
	c.credit(f.sport, f.laps.DistanceM)
	if f.commute == activity.Yes {
		r.Commute = activity.Yes
	}
}
