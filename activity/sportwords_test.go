package activity

import (
	"strings"
	"testing"
)

// A word that stood for two things in one language would be decided by the order of a map.
func TestWordsForSportsAreUnambiguous(t *testing.T) {
	for _, l := range sportLanguages {
		t.Run(l.name, func(t *testing.T) {
			sports := map[string]Sport{}
			for sport, words := range l.words {
				if !sport.Listed() {
					t.Errorf("sport %q is not in the table", sport)
				}
				for _, w := range words {
					key := foldWord(w)
					if was, ok := sports[key]; ok && was != sport {
						t.Errorf("%q is both %s and %s", w, was, sport)
					}
					sports[key] = sport
					if e := sportOfKey(key); e.name != "" && e.name != sport {
						t.Errorf("%q means %s, but is the name of %s", w, sport, e.name)
					}
				}
			}
		})
	}
}

// What a word means must not hang on which of the languages is asked first.
func TestLanguagesAgreeOnSports(t *testing.T) {
	sports := map[string]Sport{}
	for _, l := range sportLanguages {
		for sport, words := range l.words {
			for _, w := range words {
				if was, ok := sports[foldWord(w)]; ok && was != sport {
					t.Errorf("%q is %s in %s, but %s in another language", w, sport, l.name, was)
				}
				sports[foldWord(w)] = sport
			}
		}
	}
}

func TestTableOfSports(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range sportTable {
		key := e.name.Key()
		if seen[key] {
			t.Errorf("%q is there twice", e.name)
		}
		if e.of != "" && !seen[e.of.Key()] {
			t.Errorf("%q is a kind of %q, which does not stand before it", e.name, e.of)
		}
		seen[key] = true
		if got := SportNamed(string(e.name)); got != e.name {
			t.Errorf("%q is called %q by its own name", e.name, got)
		}
	}
}

func TestSportNamed(t *testing.T) {
	for word, want := range map[string]Sport{
		"": SportUnknown, " ": SportUnknown, "unknown": SportUnknown, "Other": SportOther, "generic": SportOther, "uncategorized": SportOther, "47": SportOther,
		"run": "Run", "TrailRun": "Trail Run", "ultra_run": "Run", "street_running": "Run", "Canoe": "Canoeing", "kayaking_v2": "Kayaking", "rowing_v2": "Rowing",
		"cross_country_skiing_ws": "Nordic Ski", "resort_skiing_snowboarding_ws": "Alpine Ski", "e_bike_mountain": "E-Mountain Bike Ride", "touringbicycle": "Ride",
		"racebike": "Ride", "e_mtb": "E-Mountain Bike Ride", "handcycling": "Handcycle", "bmx": "Ride", "off-trail-hiking": "Hike", "trail hiking": "Hike",
		"Radfahren": "Ride", "Fahrrad": "Ride", "Wandern": "Hike", "RANDONNÉE": "Hike", "Бег": "Run", "Löpning": "Run", "Jazda na rowerze": "Ride",
		"VirtualRide": "Virtual Ride", "virtual_run": "Virtual Run", "virtual_mountain_biking": "Virtual Ride", "virtual_activity": "Virtual",
		"EquestrianSports": "Horseback Riding", "horseback_riding": "Horseback Riding", "sky_diving_v2": "Sky Diving", "WheelchairRunPace": "Wheelchair",
		"underwater_basket_weaving": "Underwater Basket Weaving", "QUIDDITCH": "Quidditch", "MixedFooBar": "Mixed Foo Bar", "a\tb\x1b[31m": "A B[31m", "öl_bohren": "Öl Bohren",
		strings.Repeat("ü", 100): Sport("Ü" + strings.Repeat("ü", 29)), "EBikeRide": "E-Bike Ride", "StandUpPaddling": "Stand Up Paddling", "Cyclocross": "Ride",
		"transition_v2": "Transition", "OpenWaterSwim": "Swim", "treadmill_running": "Treadmill Run", "\x00": SportUnknown,
	} {
		if got := SportNamed(word); got != want {
			t.Errorf("%q is %q, want %q", word, got, want)
		}
	}
}

func TestAsVirtual(t *testing.T) {
	for s, want := range map[Sport]Sport{"Run": "Virtual Run", "Trail Run": "Virtual Run", "Indoor Ride": "Virtual Ride", "Virtual Ski": "Virtual Ski",
		"Rowing": "Virtual Row", "": "Virtual", "Walk": "Virtual Walk"} {
		if got := s.AsVirtual(); got != want || !got.Virtual() {
			t.Errorf("%q is virtually %q, want %q", s, got, want)
		}
	}
}
