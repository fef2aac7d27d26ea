package generator

import (
	"fmt"
	"slices"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
	"heatmapgen/layers"
)

// A receiver that forgets how often the ten bits of the GPS week have gone round is rollover off (IS-GPS-200, 20.3.3.3.1.1).
const rollover = 1024 * 7 * 24 * time.Hour

// How a date is judged by those of the other activities: it is alone when no other lies within aloneFor, and they are company
// when there are leastCompany of them.
const (
	aloneFor     = 5 * 365 * 24 * time.Hour
	nearBy       = 365 * 24 * time.Hour
	leastCompany = 5
)

// mendDates looks at the starts of what is drawn. One that lies alone, but among the others when a round of GPS weeks is added or
// taken away, is moved there. One after the day that the map is of is no date: it stays, but takes no part in anything about days.
// Both are told in the row's warning.
func mendDates(rows []row, today int) {
	var starts []time.Time
	for i := range rows {
		if r := &rows[i]; r.reason == "" && !r.Activity.Start.IsZero() && activity.DayOf(r.Activity.Start) <= today+1 {
			starts = append(starts, r.Activity.Start)
		}
	}
	sorting.Func(starts, time.Time.Compare)
	for i := range rows {
		r := &rows[i]
		at := r.Activity.Start
		if r.reason != "" || at.IsZero() {
			continue
		}
		for _, off := range []time.Duration{rollover, -rollover} {
			if moved := at.Add(off); len(starts) > leastCompany && activity.DayOf(moved) <= today+1 && distance(starts, at) > aloneFor && distance(starts, moved) < nearBy {
				r.Activity.Start = moved
				r.odd(fmt.Sprintf("its date was %s, 1024 weeks off: it counts for %s, where the others are", at.Format(time.DateOnly), moved.Format(time.DateOnly)))
				break
			}
		}
		if at = r.Activity.Start; activity.DayOf(at) > today+1 {
			r.late = true
			r.odd(fmt.Sprintf("its date, %s, lies after the day of the map: it has no part in recency", at.Format(time.DateOnly)))
		}
	}
}

// odd adds something to say of a row that is drawn.
func (r *row) odd(text string) {
	if r.warning != "" {
		text = r.warning + "; " + text
	}
	r.warning = text
}

// distance returns how far the nearest of the sorted times is from at, at itself left aside; the longest duration where there is none.
func distance(times []time.Time, at time.Time) time.Duration {
	best := time.Duration(1<<63 - 1)
	i, _ := slices.BinarySearchFunc(times, at, time.Time.Compare)
	for k := max(0, i-1); k < len(times) && k <= i+1; k++ {
		if d := times[k].Sub(at).Abs(); d > 0 {
			best = min(best, d)
		}
	}
	return best
}

// day returns the day the row's activity counts for, layers.NoDay when that is not known.
func (r *row) day() int {
	if r.late {
		return layers.NoDay
	}
	return dayOf(r.Activity.Start)
}
