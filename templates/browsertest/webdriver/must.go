package webdriver

import (
	"os"
	"strings"
	"testing"
)

// Each runs a test in each of the browsers that HEATMAPGEN_BROWSERS names, with commas between them; without that variable the test is skipped.
func Each(t *testing.T, test func(t *testing.T, kind Kind)) {
	t.Helper()
	names := os.Getenv("HEATMAPGEN_BROWSERS")
	if names == "" {
		t.Skip("HEATMAPGEN_BROWSERS names no other browser")
	}
	for name := range strings.SplitSeq(names, ",") {
		t.Run(name, func(t *testing.T) { test(t, Kind(name)) })
	}
}

// MustStart is Start for a test, which the browser ends with.
func MustStart(t testing.TB, kind Kind, o Options) *Browser {
	t.Helper()
	b, err := Start(kind, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// MustOpen opens a tab and a page in it.
func (b *Browser) MustOpen(t testing.TB, url string) *Tab {
	t.Helper()
	tab, err := b.Open()
	if err == nil {
		err = tab.Load(url)
	}
	if err != nil {
		t.Fatalf("%v; console: %q", err, b.errors())
	}
	return tab
}
