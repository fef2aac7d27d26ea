package activity

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLabelFilter(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 5, 30, hour, 59, 0, 0, time.FixedZone("", 7200)) } // a Saturday
	known := Activity{Start: at(23), Labels: Labels{Gear: "Red Shoes", Commute: Yes, Kind: KindRace}}
	unknown := Activity{}
	for _, tt := range []struct {
		name           string
		filter         LabelFilter
		known, unknown Reason
	}{
		{"nothing", LabelFilter{}, Kept, Kept},
		{"its gear, in another case", LabelFilter{Gear: []string{"a bike", "red shoes"}}, Kept, OtherGear},
		{"other gear", LabelFilter{Gear: []string{"a bike"}}, OtherGear, OtherGear},
		{"all but its gear", LabelFilter{Gear: []string{"!RED SHOES"}}, OtherGear, Kept},
		{"commutes", LabelFilter{Commute: Yes}, Kept, NoCommute},
		{"no commutes", LabelFilter{Commute: No}, IsCommute, Kept},
		{"races", LabelFilter{Kinds: []string{"race"}}, Kept, OtherKind},
		{"no races", LabelFilter{Kinds: []string{"!race"}}, OtherKind, Kept},
		{"its hour", LabelFilter{Hours: []int{22, 23, 0}}, Kept, NoDate},
		{"other hours", LabelFilter{Hours: []int{21, 22}}, OutsideHours, NoDate},
		{"its weekday", LabelFilter{Weekdays: []time.Weekday{time.Saturday}}, Kept, NoDate},
		{"other weekdays", LabelFilter{Weekdays: []time.Weekday{time.Sunday}}, OutsideWeekdays, NoDate},
	} {
		if got := tt.filter.Check(&known); got != tt.known {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.known)
		}
		if got := tt.filter.Check(&unknown); got != tt.unknown {
			t.Errorf("%s, of what is not known: %q, want %q", tt.name, got, tt.unknown)
		}
	}
}

func TestGearNamed(t *testing.T) {
	for text, want := range map[string]string{
		" Red\tshoes \u202e\n": "Red shoes", "": "", "\x00": "", "<b>&": "<b>&", strings.Repeat("ä", 90): strings.Repeat("ä", 80), "\xff": "",
	} {
		if got := GearNamed(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Two records of one outing know together what each of them knows, the better one before the other.
// TestOwnLabelsOfAnOuting: what the user says of any record counts for the outing, also that it is nothing special; what is said of the one that is drawn counts first.
func TestOwnLabelsOfAnOuting(t *testing.T) {
	drawn, other := Labels{Commute: No, Kind: KindOrdinary}, Labels{Gear: "Mine", Commute: Yes}
	records := []*Record{
		{Activity: Activity{ID: "strava:1", Source: "strava", Labels: Labels{Gear: "Red shoes", Kind: KindRace}.Under(drawn)}, Content: [32]byte{1}, Own: drawn},
		{Activity: Activity{ID: "files:a", Labels: Labels{Gear: "A bike", Kind: KindRace}.Under(other)}, Content: [32]byte{1}, Own: other},
	}
	want := Labels{Gear: "Mine", Commute: No, Kind: KindOrdinary}
	for range 2 {
		for i, v := range Outings(records, Said{}) {
			if v.Reason == Kept && (records[i].ID != "strava:1" || v.Labels == nil || *v.Labels != want) {
				t.Errorf("%s: %+v, want %+v", records[i].ID, v.Labels, want)
			}
		}
		slices.Reverse(records)
	}
}

func TestLabelsOfAnOuting(t *testing.T) {
	records := []*Record{
		{Activity: Activity{ID: "files:a", Labels: Labels{Commute: Yes, Kind: KindOrdinary}}, Content: [32]byte{1}},
		{Activity: Activity{ID: "strava:1", Source: "strava", Labels: Labels{Gear: "Red shoes", Kind: KindRace}}, Content: [32]byte{1}},
		{Activity: Activity{ID: "files:c", Labels: Labels{Gear: "A bike", Commute: No}}, Content: [32]byte{1}},
	}
	verdicts := Outings(records, Said{})
	if want := (Labels{Gear: "Red shoes", Commute: Yes, Kind: KindRace}); verdicts[1].Reason != Kept || verdicts[1].Labels == nil || *verdicts[1].Labels != want {
		t.Errorf("%+v with %+v, want %+v", verdicts[1], verdicts[1].Labels, want)
	}
}
