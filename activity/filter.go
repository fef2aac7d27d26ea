package activity

import (
	"slices"
	"strings"
	"time"
)

// A Filter is the first of the rules: which activities are wanted at all.
type Filter struct {
	// Sports lists the sports wanted; "Run" takes "Trail Run" along, and one with Without in front is left out with its kinds. None
	// wanted means all that are not virtual.
	Sports []Sport
	// From and To are the first and last day wanted, as DayOf counts them; nil is open.
	From, To *int
	// Exclude holds ids of activities not wanted.
	Exclude map[string]bool
}

// Reason says why an activity is not drawn; Kept says that it is.
type Reason string

// The reasons of the rules in this package, worded as the report shows them.
const (
	Kept           Reason = ""
	OtherSport     Reason = "other sport"
	VirtualReason  Reason = "virtual"
	OutsideDates   Reason = "outside the dates"
	NoDate         Reason = "no date, and the filter asks for one"
	Excluded       Reason = "excluded"
	FarFromHome    Reason = "starts too far from home"
	IndoorReason   Reason = "indoor or no movement"
	DuplicateOther Reason = "duplicate"
	// ExcludedOuting is of a record that shows what another shows that is excluded.
	ExcludedOuting Reason = "excluded with its outing"
)

// Check returns why a is not wanted, or Kept. An unknown start passes unless
// the filter names dates.
func (f *Filter) Check(a *Activity) Reason {
	if f.Exclude[a.ID] {
		return Excluded
	}
	if !f.wants(a.Sport) {
		if a.Sport.Virtual() {
			return VirtualReason
		}
		return OtherSport
	}
	if f.From == nil && f.To == nil {
		return Kept
	}
	if a.Start.IsZero() {
		return NoDate
	}
	if f.From != nil && a.Day() < *f.From || f.To != nil && a.Day() > *f.To {
		return OutsideDates
	}
	return Kept
}

// wants tells whether the sports of the filter let one through.
func (f *Filter) wants(s Sport) bool {
	named, wanted := false, false
	for _, w := range f.Sports {
		if not, ok := strings.CutPrefix(string(w), Without); ok {
			if Sport(not).Covers(s) {
				return false
			}
			continue
		}
		named = true
		wanted = wanted || w.Covers(s)
	}
	return wanted || !named && !s.Virtual()
}

// DayPtr returns the day of t for a Filter's From or To, nil for the zero time.
func DayPtr(t time.Time) *int {
	if t.IsZero() {
		return nil
	}
	d := DayOf(t)
	return &d
}

// Cut returns t without the samples that keep refuses. What remains is never
// joined across a removed sample. t itself is returned when all stay.
func Cut(t *Track, keep func(LatLon) bool) *Track {
	n := t.Len()
	kept := make([]int, 0, n)
	for i := 0; i < n; i++ {
		if keep(LatLon{t.Lat[i], t.Lon[i]}) {
			kept = append(kept, i)
		}
	}
	if len(kept) == n {
		return t
	}
	c := &Track{}
	for _, p := range t.Idle {
		from, _ := slices.BinarySearch(kept, p.From)
		to, _ := slices.BinarySearch(kept, p.To+1)
		if to-1 > from {
			c.Idle = append(c.Idle, Part{from, to - 1})
		}
	}
	starts := t.Starts
	for k, i := range kept {
		crossed := k > 0 && kept[k-1] != i-1
		for len(starts) > 0 && starts[0] <= i {
			crossed = true
			starts = starts[1:]
		}
		if crossed && k > 0 {
			c.Starts = append(c.Starts, k)
		}
		c.Lat, c.Lon = append(c.Lat, t.Lat[i]), append(c.Lon, t.Lon[i])
		if t.TimeMS != nil {
			c.TimeMS = append(c.TimeMS, t.TimeMS[i])
		}
		if t.AltM != nil {
			c.AltM = append(c.AltM, t.AltM[i])
		}
		if t.SpeedMS != nil {
			c.SpeedMS = append(c.SpeedMS, t.SpeedMS[i])
		}
		if t.HR != nil {
			c.HR = append(c.HR, t.HR[i])
		}
		for s, column := range t.Readings {
			if column != nil {
				c.Readings[s] = append(c.Readings[s], column[i])
			}
		}
	}
	return c
}
