package admin

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity/source/intervals/icutest"
)

func TestProgressGoesToTheEnd(t *testing.T) {
	d := newDesk(t, "", nil)
	if status, _ := d.post("/rebuild", url.Values{}); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	all := d.events()
	last := all[len(all)-1]
	if last.Failed || last.Result != "Built: 4 activities on the map." {
		t.Errorf("%+v", last)
	}
	for _, p := range all {
		if p.Name != "Building" || p.Total > 0 && p.Done > p.Total {
			t.Errorf("%+v", p)
		}
	}
	if _, text := d.get("/"); !strings.Contains(text, last.Result) || strings.Contains(text, "data-running") {
		t.Error("the page does not show the result")
	}
	if all := d.events(); len(all) != 1 {
		t.Errorf("who comes late hears %+v", all)
	}
}

// One at a time, and it can be ended.
func TestJobsRunAloneAndCanBeCancelled(t *testing.T) {
	d := newDesk(t, "", nil)
	if err := d.a.start("Waiting", func(ctx context.Context, j *job) error {
		j.Stage("Standing still", 10, "files")
		<-ctx.Done()
		return ctx.Err()
	}); err != nil {
		t.Fatal(err)
	}
	if status, text := d.post("/rebuild", url.Values{}); status != http.StatusConflict || !strings.Contains(text, "running already") {
		t.Errorf("%d", status)
	}
	_, text := d.get("/")
	for _, want := range []string{"data-running", `<noscript><meta http-equiv="refresh"`, ">Cancel<"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if status, _ := d.post("/cancel", url.Values{}); status != http.StatusSeeOther {
		t.Error(status)
	}
	all := d.events()
	if last := all[len(all)-1]; !last.Failed || !strings.HasPrefix(last.Result, "Cancelled.") {
		t.Errorf("%+v", last)
	}
	if p := d.rebuild(); p.Failed {
		t.Errorf("after that: %+v", p)
	}
}

func TestAFailureOfTheBuildIsNoneOfThePage(t *testing.T) {
	d := newDesk(t, "", nil)
	if err := d.a.start("Failing", func(context.Context, *job) error { panic("at the disco") }); err != nil {
		t.Fatal(err)
	}
	all := d.events()
	if last := all[len(all)-1]; !last.Failed || !strings.Contains(last.Result, "at the disco") {
		t.Errorf("%+v", last)
	}
}

func TestNothingToDrawIsSaidAndLeavesTheSite(t *testing.T) {
	d := newDesk(t, "", nil)
	d.rebuild()
	d.post("/change", url.Values{"do": {"exclude"}, "all": {"1"}, "found": {"6"}})
	p := d.rebuild()
	if !p.Failed || !strings.Contains(p.Result, "is left to draw") {
		t.Errorf("%+v", p)
	}
	if n := d.drawn(); n != 4 {
		t.Errorf("the archive has %d activities", n)
	}
}

// A rebuild that would take away most of the map says so and offers to do it, and what is allowed is what was said.
func TestFewerActivitiesAreAskedAbout(t *testing.T) {
	d := newDesk(t, "", nil)
	if p := d.rebuild(); p.Failed {
		t.Fatalf("%+v", p)
	}
	for _, name := range []string{"a.gpx", "b.gpx", "c.gpx"} {
		d.write("files/"+name, "")
	}
	p := d.rebuild()
	if !p.Failed || p.Fewer != 1 || !strings.Contains(p.Result, "shows 4 activities, and the new site would show 1: 3 fewer (not a recording 3)") {
		t.Fatalf("%+v", p)
	}
	if n := d.drawn(); n != 4 {
		t.Fatalf("the archive has %d activities", n)
	}
	_, text := d.get("/")
	if !strings.Contains(text, `<input type="hidden" name="fewer" value="1"><button id="fewer">Build all the same</button>`) {
		t.Error("the page does not offer to build")
	}
	d.wantRows("/?state=kept", "d.gpx kept")
	press := func(fewer string) progress {
		t.Helper()
		if status, text := d.post("/rebuild", url.Values{"fewer": {fewer}}); status != http.StatusSeeOther {
			t.Fatalf("rebuild: %d %s", status, text)
		}
		all := d.events()
		return all[len(all)-1]
	}
	// It was said of a site of two, and by now it would be one.
	for _, fewer := range []string{"2", "0", "-1", "x"} {
		if p := press(fewer); !p.Failed || d.drawn() != 4 {
			t.Errorf("allowing %s: %+v, and the archive has %d", fewer, p, d.drawn())
		}
	}
	if p := press("1"); p.Failed || d.drawn() != 1 {
		t.Errorf("allowing one: %+v, and the archive has %d", p, d.drawn())
	}
	if _, text := d.get("/"); strings.Contains(text, `name="fewer"`) {
		t.Error("the page still asks")
	}
}

// A source that cannot be read is said, and the list and the site stay.
func TestSourceThatCannotBeRead(t *testing.T) {
	d := newDesk(t, "", nil)
	if p := d.rebuild(); p.Failed {
		t.Fatalf("%+v", p)
	}
	if err := os.Rename(filepath.Join(d.dir, "files"), filepath.Join(d.dir, "away")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/rebuild", "/read"} {
		if status, text := d.post(path, url.Values{}); status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", path, status, text)
		}
		all := d.events()
		if p := all[len(all)-1]; !p.Failed || p.Fewer != 0 || !strings.Contains(p.Result, "there is no file or folder of that name") {
			t.Errorf("%s: %+v", path, p)
		}
		if d.drawn() != 4 {
			t.Errorf("after %s the archive has %d activities", path, d.drawn())
		}
	}
	d.wantRows("/?state=kept&sort=date", "a.gpx kept, b.gpx kept, c.gpx kept, d.gpx kept")
}

func TestFetchAgain(t *testing.T) {
	server := icutest.Start(icutest.Activity{ID: "i7", Name: "Before", Type: "Run", Source: "UPLOAD", Original: []byte(track("x", "running", 9)),
		Start: "2025-03-20T08:00:00Z", StartLocal: "2025-03-20T09:00:00"})
	defer server.Close()
	d := newDesk(t, "[[source]]\ntype = \"intervals\"\n[intervals]\nbase_url = \""+server.URL+"\"\n",
		map[string]string{"INTERVALS_ICU_ATHLETE_ID": icutest.Athlete, "INTERVALS_ICU_API_KEY": icutest.Key})
	if p := d.rebuild(); p.Failed || d.drawn() != 5 {
		t.Fatalf("%+v", p)
	}
	_, before := d.get("/?source=intervals")
	if !strings.Contains(before, server.URL+"/activities/i7") || !strings.Contains(before, "Before") {
		t.Error("the activity is not listed with its link")
	}
	server.Change(func() { server.Activities[0].Name = "After" })
	if status, _ := d.post("/change", url.Values{"one": {"refetch intervals:i7"}}); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	all := d.events()
	if last := all[len(all)-1]; last.Failed || !strings.HasPrefix(last.Result, "intervals:i7 was fetched again.") {
		t.Fatalf("%+v", last)
	}
	_, after := d.get("/?source=intervals")
	if !strings.Contains(after, "After") {
		t.Error("the new name is not listed")
	}
	server.Change(func() { server.Activities[0].Original = nil })
	d.post("/change", url.Values{"one": {"refetch intervals:i7"}})
	all = d.events()
	last := all[len(all)-1]
	if !last.Failed {
		t.Errorf("%+v", last)
	}
	for _, text := range []string{before, after, last.Result} {
		if strings.Contains(text, icutest.Key) || strings.Contains(text, icutest.Athlete) {
			t.Error("a page holds a secret")
		}
	}
}
