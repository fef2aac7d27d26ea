package stravacsv

import (
	"strings"

	"heatmapgen/activity"
)

// kindsByNumber are what the column Type says an outing was for: workout_type in Strava's API, of runs below 10, of rides from there on.
var kindsByNumber = map[float64]activity.Kind{
	0: activity.KindOrdinary, 1: activity.KindRace, 2: activity.KindLong, 3: activity.KindWorkout,
	10: activity.KindOrdinary, 11: activity.KindRace, 12: activity.KindWorkout,
}

// labels returns what a row says of gear, commute and kind. Since 2025 races and long runs have columns of their own.
func (b *builder) labels(f []string) activity.Labels {
	l := activity.Labels{Gear: activity.GearNamed(field(f, b.at[colGear])), Commute: answer(field(f, b.at[colCommute]))}
	if text := field(f, b.at[colKind]); text != "" && text[0] >= '0' && text[0] <= '9' {
		l.Kind = kindsByNumber[plainNumber(text)]
	}
	for _, c := range []struct {
		column column
		kind   activity.Kind
	}{{colRace, activity.KindRace}, {colLong, activity.KindLong}} {
		if answer(field(f, b.at[c.column])) == activity.Yes {
			l = l.FillIn(activity.Labels{Kind: c.kind})
		}
	}
	return l
}

// answer reads yes and no as the tables have them in every language: words of programs in the first column of a name, numbers in the second.
func answer(text string) activity.Answer {
	switch strings.ToLower(text) {
	case "true", "1", "1.0":
		return activity.Yes
	case "false", "0", "0.0":
		return activity.No
	}
	return activity.NotKnown
}
