package intervals

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity/source/intervals/icutest"
)

func TestRefetch(t *testing.T) {
	server := icutest.Start(
		icutest.Activity{ID: "i1", Name: "Old", Type: "Run", Source: "UPLOAD", FIT: icutest.FIT("old"), Start: "2026-05-31T06:00:00Z", StartLocal: "2026-05-31T08:00:00"},
		icutest.Activity{ID: "i2", Name: "Other", Type: "Run", Source: "UPLOAD", FIT: icutest.FIT("other"), Start: "2026-05-31T16:00:00Z", StartLocal: "2026-05-31T18:00:00"},
		icutest.Activity{ID: "i3", Source: "STRAVA", StartLocal: "2026-05-31T19:00:00"},
	)
	defer server.Close()
	dir := filepath.Join(t.TempDir(), FolderName)
	o := Options{BaseURL: server.URL, Key: Key{Athlete: icutest.Athlete, API: icutest.Key}}
	ctx := context.Background()
	if _, err := Sync(ctx, dir, o); err != nil {
		t.Fatal(err)
	}
	content := func() string {
		text, err := os.ReadFile(filepath.Join(dir, "i1.fit"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}

	server.Change(func() { server.Activities[0].FIT, server.Activities[0].Name = icutest.FIT("new"), "New" })
	server.Requests()
	if err := Refetch(ctx, dir, "i1", o); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(content(), "new") {
		t.Errorf("the file is %q", content())
	}
	for _, path := range server.Requests() {
		if strings.Contains(path, "i2") {
			t.Errorf("another activity was asked for: %s", path)
		}
	}
	src, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	listing, err := src.List(ctx)
	if err != nil || len(listing.Entries) != 3 || listing.Entries[0].Activity.Name != "New" {
		t.Errorf("listed %+v, %v", listing, err)
	}

	// What fails leaves what is there.
	server.Change(func() { server.Activities[0].FIT = []byte("<html>an error page</html>") })
	if err := Refetch(ctx, dir, "i1", o); err == nil {
		t.Error("a web page was taken for a recording")
	}
	if !strings.HasSuffix(content(), "new") {
		t.Errorf("after a failure the file is %q", content())
	}
	for id, want := range map[string]string{"i3": "Strava", "i9": "not among those", "../../x": "not among those"} {
		if err := Refetch(ctx, dir, id, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", id, err)
		}
	}
}
