package generator

import (
	"net/url"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
)

// A State groups what a build does with activities. There are more reasons than states.
type State string

// The states.
const (
	StateKept         State = "kept"
	StateExcluded     State = "excluded"
	StateDuplicate    State = "duplicate"
	StateSport        State = "sport"
	StateDates        State = "dates"
	StateLabels       State = "labels" // other gear, kind or hours
	StateFar          State = "far"
	StateIndoor       State = "indoor"
	StateNoGPS        State = "no-gps"
	StateHidden       State = "hidden"
	StateNoFile       State = "no-file"
	StateNotRecording State = "not-a-recording"
	StateBroken       State = "broken"
)

// States are all of them, in the order in which to list them.
var States = []State{StateKept, StateExcluded, StateDuplicate, StateSport, StateDates, StateLabels, StateFar, StateIndoor, StateNoGPS,
	StateHidden, StateNoFile, StateNotRecording, StateBroken}

func stateOf(reason string) State {
	switch activity.Reason(reason) {
	case activity.Kept:
		return StateKept
	case activity.Excluded, activity.ExcludedOuting:
		return StateExcluded
	case activity.DuplicateOther:
		return StateDuplicate
	case activity.OtherSport, activity.VirtualReason:
		return StateSport
	case activity.OutsideDates, activity.NoDate:
		return StateDates
	case activity.FarFromHome:
		return StateFar
	case activity.IndoorReason:
		return StateIndoor
	}
	if activity.Reason(reason).OfLabels() {
		return StateLabels
	}
	switch reason {
	case reasonNoGPS:
		return StateNoGPS
	case reasonTooFew:
		return StateHidden
	case reasonPlan, reasonUnknown, source.ReasonNotRecording, source.ReasonNestedZip:
		return StateNotRecording
	case reasonBroken, reasonEmpty, reasonTooLong, source.ReasonBadRow, source.ReasonEncrypted, source.ReasonMethod, source.ReasonTooLarge,
		source.ReasonBadName:
		return StateBroken
	}
	return StateNoFile
}

// link returns an activity's page at the service it comes from, "" when it has none.
func (s *Survey) link(a *activity.Activity) string {
	kind, key, _ := strings.Cut(a.ID, ":")
	switch {
	case kind == "strava" && digits(key):
		return "https://www.strava.com/activities/" + key
	case kind == "intervals" && digits(strings.TrimPrefix(key, "i")):
		base, err := url.Parse(s.cfg.Intervals.BaseURL)
		if err == nil && (base.Scheme == "https" || base.Scheme == "http") {
			base.User = nil
			return base.JoinPath("activities", key).String()
		}
	}
	return ""
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
