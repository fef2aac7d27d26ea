package stravacsv

import (
	"slices"
	"testing"
	"time"
)

func lexiconOf(t *testing.T, name string) *lexicon {
	t.Helper()
	for _, x := range lexicons() {
		if x.name == name {
			return x
		}
	}
	t.Fatalf("no language %q", name)
	return nil
}

func TestDates(t *testing.T) {
	const nbsp, thin = "\u00a0", "\u202f"
	tests := []struct {
		language, text, want string
	}{
		{"English", "Apr 16, 2021, 10:58:25 PM", "2021-04-16T22:58:25Z"},
		{"English", "Apr 16, 2021, 10:58:25" + thin + "PM", "2021-04-16T22:58:25Z"},
		{"English", "Apr 6, 2021, 12:00:00 AM", "2021-04-06T00:00:00Z"},
		{"English", "Apr 6, 2021, 12:00:00 PM", "2021-04-06T12:00:00Z"},
		{"English", "16 Apr 2021, 22:58:25", "2021-04-16T22:58:25Z"},
		{"English", "September 16, 2021, 1:08:25 am", "2021-09-16T01:08:25Z"},
		{"English", "4/5/2024 6:07:08", "2024-04-05T06:07:08Z"},
		{"English (before 2019)", "2014-09-12 16:54:28", "2014-09-12T16:54:28Z"},
		{"English", "2014-09-12T16:54:28Z", "2014-09-12T16:54:28Z"},
		{"English", "2014-09-12T16:54:28.250+02:00", "2014-09-12T14:54:28Z"},
		{"English", "2014-09-12 16:54:28 -0730", "2014-09-13T00:24:28Z"},
		{"English", "2014-09-12 16:54:28 UTC", "2014-09-12T16:54:28Z"},
		{"German", "09.12.2022, 15:24:49", "2022-12-09T15:24:49Z"},
		{"German", "9. Dezember 2022 um 15:24:49", "2022-12-09T15:24:49Z"},
		{"German", "16. Mrz. 2022, 5:04", "2022-03-16T05:04:00Z"},
		{"German", "09.12.22 15:24", "2022-12-09T15:24:00Z"},
		{"Dutch", "8 jul 2017, 15:25:34", "2017-07-08T15:25:34Z"},
		{"Dutch", "6 mrt. 2024 14:23:15", "2024-03-06T14:23:15Z"},
		{"Dutch", "12-09-2022 14:23:15", "2022-09-12T14:23:15Z"},
		{"Spanish", "23 jun. 2017 15:52:12", "2017-06-23T15:52:12Z"},
		{"Spanish", "2 ago 2026, 12:20:32" + thin + "p.m.", "2026-08-02T12:20:32Z"},
		{"Spanish", "2 ago 2026, 12:20:32 a. m.", "2026-08-02T00:20:32Z"},
		{"Spanish", "2 de septiembre de 2026, 9:20:32 p." + nbsp + "m.", "2026-09-02T21:20:32Z"},
		{"French", "24 mai 2012 à 16:27:40", "2012-05-24T16:27:40Z"},
		{"French", "1 févr. 2023, 06:27:40", "2023-02-01T06:27:40Z"},
		{"French", "1 fe\u0301vr. 2023, 06:27:40", "2023-02-01T06:27:40Z"}, // decomposed
		{"French", "30 déc. 2023 à 06:27:40", "2023-12-30T06:27:40Z"},
		{"Italian", "16 ago 2023, 09:01:41", "2023-08-16T09:01:41Z"},
		{"Italian", "16 settembre 2023 09:01:41", "2023-09-16T09:01:41Z"},
		{"Portuguese", "5 de ago. de 2026, 20:45:59", "2026-08-05T20:45:59Z"},
		{"Portuguese", "1 de março de 2018 às 07:03:00", "2018-03-01T07:03:00Z"},
		{"Portuguese", "05/08/2026, 20:45:59", "2026-08-05T20:45:59Z"},
		{"Russian", "14 сент. 2026" + thin + "г., 02:23:39", "2026-09-14T02:23:39Z"},
		{"Russian", "5 авг. 2026 г., 06:07:59", "2026-08-05T06:07:59Z"},
		{"Russian", "5 Мая 2026 г., 6:07:59", "2026-05-05T06:07:59Z"},
		{"Russian", "05.02.2026, 06:07:59", "2026-02-05T06:07:59Z"},
		{"Japanese", "2026/06/29 20:14:15", "2026-06-29T20:14:15Z"},
		{"Japanese", "2026年6月29日 午後8:14:15", "2026-06-29T20:14:15Z"},
		{"Japanese", "2026年6月29日 午前0:14:15", "2026-06-29T00:14:15Z"},
		{"Chinese", "2026年8月16日 09:01:41", "2026-08-16T09:01:41Z"},
		{"Chinese", "2026年8月16日 下午3:01:41", "2026-08-16T15:01:41Z"},
		{"Chinese", "2026年8月16日 上午12:01:41", "2026-08-16T00:01:41Z"},
		{"Chinese", "2026/8/16 下午12:01:41", "2026-08-16T12:01:41Z"},
		{"Korean", "2026. 8. 16. 오전 9:01:41", "2026-08-16T09:01:41Z"},
		{"Korean", "2026년 8월 16일 오후 9:01:41", "2026-08-16T21:01:41Z"},
		{"Indonesian", "16 Agu 2026 09.01.41", "2026-08-16T09:01:41Z"},
		{"English", "16 août 2026 à 09:01:41", "2026-08-16T09:01:41Z"}, // another language's month
		{"", "16 дек. 2026 г., 09:01:41", "2026-12-16T09:01:41Z"},
		{"", "2026-08-16", "2026-08-16T00:00:00Z"},

		{"English", "", ""},
		{"English", "yesterday", ""},
		{"English", "Apr 31, 2021, 10:58:25 PM", ""},
		{"English", "Apr 0, 2021, 10:58:25 PM", ""},
		{"English", "2021-13-01 10:00:00", ""},
		{"English", "2021-12-01 25:00:00", ""},
		{"English", "16 heinäkuuta 2021 10:00:00", ""}, // a month that is not known must not become the hour
		{"English", "7600-01-01 10:00:00", ""},
		{"English", "1 2", ""},
		{"English", "44567.25", ""},
	}
	for _, tt := range tests {
		t.Run(tt.language+"/"+tt.text, func(t *testing.T) {
			var own *lexicon
			if tt.language != "" {
				own = lexiconOf(t, tt.language)
			}
			got, ok := newDateReader(own, slices.Values([]string{tt.text})).parse(tt.text)
			text := ""
			if ok {
				text = got.Format(time.RFC3339)
			}
			if text != tt.want {
				t.Errorf("got %q, want %q", text, tt.want)
			}
		})
	}
}

// Dates of numbers only are ambiguous one by one, but not as a column.
func TestDateOrder(t *testing.T) {
	tests := []struct {
		name, language string
		column         []string
		want           string // of the first date
	}{
		{"English puts the month first", "English", []string{"4/5/2024"}, "2024-04-05"},
		{"a day above 12 in front settles it", "English", []string{"4/5/2024", "13/5/2024"}, "2024-05-04"},
		{"others put the day first", "French", []string{"4/5/2024"}, "2024-05-04"},
		{"a day above 12 behind settles it", "French", []string{"4/5/2024", "4/13/2024"}, "2024-04-05"},
		{"a dot is always behind the day", "English", []string{"4.5.2024"}, "2024-05-04"},
		{"the year in front settles it", "English", []string{"2024/4/5", "13/5/2024"}, "2024-04-05"},
		{"an unknown language puts the day first", "", []string{"4/5/2024"}, "2024-05-04"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var own *lexicon
			if tt.language != "" {
				own = lexiconOf(t, tt.language)
			}
			got, ok := newDateReader(own, slices.Values(tt.column)).parse(tt.column[0])
			if !ok || got.Format(time.DateOnly) != tt.want {
				t.Errorf("got %v %v, want %s", got, ok, tt.want)
			}
		})
	}
}

// Every day of a year in every language's month names comes back as itself.
func TestMonthNames(t *testing.T) {
	for _, x := range lexicons() {
		d := newDateReader(x, slices.Values([]string(nil)))
		for m, names := range x.months {
			for _, name := range names {
				for _, text := range []string{"7 " + name + " 2023, 13:14:15", "7. " + name + ". 2023 13:14:15", name + " 7, 2023, 1:14:15 PM"} {
					got, ok := d.parse(text)
					if want := time.Date(2023, time.Month(m+1), 7, 13, 14, 15, 0, time.UTC); !ok || !got.Equal(want) {
						t.Errorf("%s: %q is %v %v, want %v", x.name, text, got, ok, want)
					}
				}
			}
		}
	}
}
