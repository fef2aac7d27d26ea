package activity

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Labels are what athletes and services say of an activity beside its sport and name. What is not known is the zero value.
type Labels struct {
	// Gear is the name of the bike or the shoes, as GearNamed has it; "" is unknown.
	Gear string `json:"gear,omitempty"`
	// Commute tells whether it was a way to work or the like.
	Commute Answer `json:"commute,omitempty"`
	// Kind is what the outing was for.
	Kind Kind `json:"kind,omitempty"`
}

// An Answer is what is known of a question.
type Answer uint8

// The answers.
const (
	NotKnown Answer = iota
	No
	Yes
)

// AnswerOf is Yes or No.
func AnswerOf(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// A Kind is what an outing was for, in the words of the configuration and of archives.
type Kind string

// The kinds. KindOrdinary is known to be none of the others.
const (
	KindUnknown  Kind = ""
	KindOrdinary Kind = "ordinary"
	KindRace     Kind = "race"
	KindWorkout  Kind = "workout"
	KindLong     Kind = "long"
	KindWarmUp   Kind = "warm-up"
	KindCoolDown Kind = "cool-down"
)

// Kinds returns all kinds but KindUnknown, in the order that pages show.
func Kinds() []Kind {
	return []Kind{KindRace, KindWorkout, KindLong, KindWarmUp, KindCoolDown, KindOrdinary}
}

// fillIn sets what is not known of l to what o says.
func (l *Labels) fillIn(o Labels) {
	if l.Gear == "" {
		l.Gear = o.Gear
	}
	if l.Commute == NotKnown {
		l.Commute = o.Commute
	}
	// That it is nothing special says less than what it is.
	if l.Kind == KindUnknown || l.Kind == KindOrdinary && o.Kind != KindUnknown {
		l.Kind = o.Kind
	}
}

// Under returns l with what o says in its place: o is the user's word.
func (l Labels) Under(o Labels) Labels {
	if o.Gear != "" {
		l.Gear = o.Gear
	}
	if o.Commute != NotKnown {
		l.Commute = o.Commute
	}
	if o.Kind != KindUnknown {
		l.Kind = o.Kind
	}
	return l
}

// FillIn returns l with what is not known of it taken from o.
func (l Labels) FillIn(o Labels) Labels {
	l.fillIn(o)
	return l
}

// maxGear is how many characters of the name of a piece of gear are kept.
const maxGear = 80

// GearNamed returns the name of a piece of gear as it is kept: on one line, of visible characters, and no longer than a name.
func GearNamed(text string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	name := []rune(strings.Join(strings.Fields(visible), " "))
	return strings.TrimSpace(string(name[:min(len(name), maxGear)]))
}

// The reasons of a LabelFilter, worded as the report shows them.
const (
	OtherGear       Reason = "other gear"
	IsCommute       Reason = "commute"
	NoCommute       Reason = "not known for a commute"
	OtherKind       Reason = "other kind"
	OutsideHours    Reason = "outside the hours"
	OutsideWeekdays Reason = "outside the weekdays"
)

// OfLabels tells whether a reason is one of a LabelFilter alone.
func (r Reason) OfLabels() bool {
	switch r {
	case OtherGear, IsCommute, NoCommute, OtherKind, OutsideHours, OutsideWeekdays:
		return true
	}
	return false
}

// A LabelFilter is the rule on what is known of an outing as a whole: of two records of it, one may know the gear and the other the start. The
// zero value wants everything. What is not known is not wanted by a limit that asks for something, and stays where a limit only leaves something out.
type LabelFilter struct {
	// Gear are the names wanted, whatever their case; one with Without in front is left out. None wanted means all.
	Gear []string
	// Commute wants commutes alone (Yes), or all but those (No).
	Commute Answer
	// Kinds are those wanted; one with Without in front is left out.
	Kinds []string
	// Hours and Weekdays are the hours of the start, 0 to 23, and the days of the week wanted, where the activity was.
	Hours    []int
	Weekdays []time.Weekday
}

// Check returns why a is not wanted, or Kept.
func (f *LabelFilter) Check(a *Activity) Reason {
	switch {
	case !wanted(f.Gear, a.Gear, strings.EqualFold):
		return OtherGear
	case f.Commute == No && a.Commute == Yes:
		return IsCommute
	case f.Commute == Yes && a.Commute != Yes:
		return NoCommute
	case !wanted(f.Kinds, string(a.Kind), func(p, q string) bool { return p == q }):
		return OtherKind
	case len(f.Hours) == 0 && len(f.Weekdays) == 0:
		return Kept
	case a.Start.IsZero():
		return NoDate
	case len(f.Hours) > 0 && !slices.Contains(f.Hours, a.Start.Hour()):
		return OutsideHours
	case len(f.Weekdays) > 0 && !slices.Contains(f.Weekdays, a.Start.Weekday()):
		return OutsideWeekdays
	}
	return Kept
}

// wanted tells whether a list lets a value through, "" being unknown.
func wanted(list []string, value string, same func(p, q string) bool) bool {
	named, found := false, false
	for _, w := range list {
		if not, ok := strings.CutPrefix(w, Without); ok {
			if value != "" && same(not, value) {
				return false
			}
			continue
		}
		named = true
		found = found || value != "" && same(w, value)
	}
	return found || !named
}
