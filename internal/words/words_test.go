package words

import (
	"fmt"
	"strings"
	"testing"
)

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 runs", 1: "1 run", 2: "2 runs", 12345: "12345 runs"} {
		if got := Plural(n, "run", "runs"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestList(t *testing.T) {
	for n, want := range map[int]string{
		0: "",
		1: "\nRuns:\n  run 1\n",
		3: "\nRuns:\n  run 1\n  run 2\n  run 3\n",
		5: "\nRuns:\n  run 1\n  run 2\n  run 3\n  and 2 more\n",
	} {
		var b strings.Builder
		if err := List(&b, "Runs:", n, 3, func(i int) string { return fmt.Sprintf("run %d", i+1) }); err != nil || b.String() != want {
			t.Errorf("%d: %q, %v, want %q", n, b.String(), err, want)
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
