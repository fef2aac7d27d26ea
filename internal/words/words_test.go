package words

import "testing"

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 runs", 1: "1 run", 2: "2 runs", 12345: "12345 runs"} {
		if got := Plural(n, "run", "runs"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"Morning run":           "Morning run",
		"two\nlines\tand a tab": "two lines and a tab",
		"\x1b[31mred\x1b[0m":    "[31mred[0m",
		"right\u202eto left":    "rightto left",
		"broken \xff\xfe bytes": "broken  bytes",
		"朝のラン 🏃":                "朝のラン 🏃",
	} {
		if got := OneLine(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
