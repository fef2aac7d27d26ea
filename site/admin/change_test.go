package admin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/generator/overrides"
)

func TestExcludeRebuildIncludeAgain(t *testing.T) {
	d := newDesk(t, "", nil)
	if p := d.rebuild(); p.Failed || !strings.HasPrefix(p.Result, "Built: 4 activities") {
		t.Fatalf("%+v", p)
	}
	if n := d.drawn(); n != 4 {
		t.Fatalf("the archive has %d activities", n)
	}
	status, to := d.post("/change", url.Values{"do": {"exclude"}, "id": {"files:c.gpx"}, "q": {"lake"}})
	if status != http.StatusSeeOther || to != "/?did=exclude&fixed=0&n=1&q=lake" {
		t.Fatalf("%d %s", status, to)
	}
	if _, text := d.get(to); !strings.Contains(text, "1 activity excluded.") || !strings.Contains(text, `id="unbuilt"`) {
		t.Error("the page does not say what was done")
	}
	if o := d.said(); len(o) != 1 || !o["files:c.gpx"].Exclude {
		t.Fatalf("overrides.json says %v", o)
	}
	d.wantRows("/?q=lake", "c.gpx excluded")
	if p := d.rebuild(); p.Failed {
		t.Fatalf("%+v", p)
	}
	if n := d.drawn(); n != 3 {
		t.Errorf("the archive has %d activities", n)
	}
	if _, text := d.get("/"); strings.Contains(text, `id="unbuilt"`) || !strings.Contains(text, "skipped: excluded") {
		t.Error("after the build, the page does not say so")
	}
	if status, _ := d.get("/site/"); status != 200 {
		t.Errorf("/site/ answers %d", status)
	}
	r, _ := http.NewRequest("GET", d.url+"/site/heatmap.pmtiles", nil)
	r.Header.Set("Range", "bytes=0-6")
	answer, err := d.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusPartialContent || string(text) != "PMTiles" {
		t.Errorf("a range of the archive: %d %q", answer.StatusCode, text)
	}

	if _, to := d.post("/change", url.Values{"one": {"include files:c.gpx"}}); !strings.Contains(to, "did=include") {
		t.Errorf("include leads to %s", to)
	}
	if o := d.said(); len(o) != 0 {
		t.Errorf("overrides.json says %v", o)
	}
	d.wantRows("/?q=lake", "c.gpx kept")
	d.rebuild()
	if n := d.drawn(); n != 4 {
		t.Errorf("the archive has %d activities", n)
	}
}

func TestManyAtOnce(t *testing.T) {
	d := newDesk(t, "", nil)
	d.post("/change", url.Values{"do": {"exclude"}, "id": {"files:a.gpx", "files:d.gpx"}})
	d.wantRows("/?state=excluded", "d.gpx excluded, a.gpx excluded")
	// All found are all that the query finds, not all there are.
	if _, to := d.post("/change", url.Values{"do": {"exclude"}, "all": {"1"}, "found": {"2"}, "sport": {"Run"}, "state": {"kept"}}); !strings.Contains(to, "n=2") {
		t.Errorf("leads to %s", to)
	}
	d.wantRows("/?state=kept", "")
	d.wantRows("/?sport=Ride", "ride.gpx sport")
	// A list that is no longer what the user saw is left alone.
	status, text := d.post("/change", url.Values{"do": {"include"}, "all": {"1"}, "found": {"3"}})
	if status != http.StatusConflict || !strings.Contains(text, "The list has changed: it is 6 activities now.") || len(d.said()) != 4 {
		t.Errorf("%d, %v", status, d.said())
	}
}

func TestSetSport(t *testing.T) {
	d := newDesk(t, "", nil)
	d.post("/change", url.Values{"do": {"sport"}, "set": {"Trail Run"}, "id": {"files:ride.gpx"}})
	if o := d.said(); !o["files:ride.gpx"].Equal(overrides.Override{Sport: "Trail Run"}) {
		t.Fatalf("overrides.json says %v", o)
	}
	d.wantRows("/?sport=Trail+Run", "ride.gpx kept")
	if _, text := d.get("/?sport=Trail+Run"); !strings.Contains(text, "set by you") {
		t.Error("the page does not say who set the sport")
	}
	d.rebuild()
	if n := d.drawn(); n != 5 {
		t.Errorf("the archive has %d activities", n)
	}
	d.post("/change", url.Values{"do": {"sport"}, "set": {"-"}, "id": {"files:ride.gpx"}})
	d.wantRows("/?sport=Ride", "ride.gpx sport")
	for _, set := range []string{"", "\x00", strings.Repeat("x", 100)} {
		if status, _ := d.post("/change", url.Values{"do": {"sport"}, "set": {set}, "id": {"files:a.gpx"}}); status != http.StatusBadRequest {
			t.Errorf("the sport %q: %d", set, status)
		}
	}
	if o := d.said(); len(o) != 0 {
		t.Errorf("overrides.json says %v", o)
	}
}

func TestSetLabels(t *testing.T) {
	d := newDesk(t, "", nil)
	post := func(do, value string, ids ...string) (int, string) {
		return d.post("/change", url.Values{"do": {do}, do: {value}, "id": ids})
	}
	post("gear", " City <b>bike</b> ", "files:a.gpx", "files:ride.gpx")
	post("commute", "no", "files:a.gpx")
	post("kind", "race", "files:a.gpx")
	if status, to := post("kind", "ordinary", "files:ride.gpx"); status != http.StatusSeeOther || !strings.Contains(to, "did=kind&fixed=0&n=1") {
		t.Errorf("%d %s", status, to)
	}
	want := overrides.Override{Labels: activity.Labels{Gear: "City <b>bike</b>", Commute: activity.No, Kind: activity.KindRace}}
	if o := d.said(); len(o) != 2 || !o["files:a.gpx"].Equal(want) || o["files:ride.gpx"].Labels.Kind != activity.KindOrdinary {
		t.Errorf("overrides.json says %v", o)
	}
	_, text := d.get("/?q=race")
	for _, part := range []string{"City &lt;b&gt;bike&lt;/b&gt; · no commute · race, set by you", `<option value="City &lt;b&gt;bike&lt;/b&gt;"></option>`} {
		if !strings.Contains(text, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	d.wantRows("/?q=city+race", "a.gpx kept")
	for _, bad := range [][2]string{{"commute", ""}, {"commute", "maybe"}, {"kind", ""}, {"kind", "Race"}} {
		if status, _ := post(bad[0], bad[1], "files:a.gpx"); status != http.StatusBadRequest {
			t.Errorf("%s %q: %d", bad[0], bad[1], status)
		}
	}
	post("gear", "", "files:a.gpx", "files:ride.gpx")
	post("commute", "-", "files:a.gpx")
	post("kind", "-", "files:a.gpx", "files:ride.gpx")
	if o := d.said(); len(o) != 0 {
		t.Errorf("overrides.json says %v", o)
	}
}

// Records are taken apart and joined, and left to the build again.
func TestSplitAndJoin(t *testing.T) {
	d := newDesk(t, "", nil)
	d.recording("a2.gpx", "Morning, by the phone", "running", 1)
	d.post("/read", url.Values{})
	d.events()
	d.wantRows("/?q=morning", "a.gpx kept, a2.gpx duplicate")
	if _, text := d.get("/?q=a2.gpx"); !strings.Contains(text, "the same outing as files:a.gpx of 2023-04-01, &#34;Morning&#34;: at the same time and place") {
		t.Errorf("the page does not say why: %s", text)
	}
	post := func(form url.Values, want string) {
		t.Helper()
		if _, to := d.post("/change", form); !strings.Contains(to, want) {
			t.Errorf("%v leads to %s", form, to)
		}
	}
	post(url.Values{"one": {"split files:a2.gpx"}}, "did=split&fixed=0&n=2")
	d.wantRows("/?q=morning", "a.gpx kept, a2.gpx kept")
	if _, text := d.get("/?q=a2.gpx"); !strings.Contains(text, "you say: another outing than files:a.gpx") || !strings.Contains(text, `value="forget files:a2.gpx"`) {
		t.Errorf("the page does not say what was said: %s", text)
	}
	if o := d.said(); !o["files:a2.gpx"].Equal(overrides.Override{NotSameAs: []string{"files:a.gpx"}}) || len(o) != 1 {
		t.Errorf("overrides.json says %v", o)
	}
	d.rebuild()
	if n := d.drawn(); n != 5 {
		t.Errorf("the archive has %d activities", n)
	}
	post(url.Values{"do": {"join"}, "id": {"files:a.gpx", "files:a2.gpx", "files:c.gpx"}}, "did=join&fixed=0&n=3")
	d.wantRows("/?state=duplicate", "c.gpx duplicate, a2.gpx duplicate")
	if _, text := d.get("/?q=c.gpx"); !strings.Contains(text, "you said so; you say: the same outing as files:a.gpx") {
		t.Errorf("the page does not say why: %s", text)
	}
	d.rebuild()
	if n := d.drawn(); n != 3 {
		t.Errorf("the archive has %d activities", n)
	}
	post(url.Values{"one": {"split files:c.gpx"}}, "did=split")
	d.wantRows("/?state=duplicate", "a2.gpx duplicate")
	post(url.Values{"do": {"forget"}, "all": {"1"}, "found": {"7"}}, "did=forget")
	if o := d.said(); len(o) != 0 {
		t.Errorf("overrides.json says %v", o)
	}
	d.wantRows("/?q=morning", "a.gpx kept, a2.gpx duplicate")

	// Excluding one record excludes the outing, and the list says so.
	post(url.Values{"one": {"exclude files:a2.gpx"}}, "did=exclude")
	d.wantRows("/?q=morning", "a.gpx excluded, a2.gpx excluded")
	if _, text := d.get("/?q=a.gpx"); !strings.Contains(text, "which is excluded: at the same time and place") || !strings.Contains(text, `value="split files:a.gpx"`) {
		t.Errorf("the page does not say why: %s", text)
	}
	post(url.Values{"one": {"split files:a.gpx"}}, "did=split")
	d.wantRows("/?q=morning", "a.gpx kept, a2.gpx excluded")

	before := fmt.Sprint(d.said())
	for _, form := range []url.Values{
		{"do": {"join"}, "id": {"files:b.gpx"}}, {"do": {"split"}, "id": {"files:b.gpx"}}, {"one": {"split files:b.gpx"}},
	} {
		if status, _ := d.post("/change", form); status != http.StatusBadRequest {
			t.Errorf("%v: %d", form, status)
		}
	}
	if after := fmt.Sprint(d.said()); after != before {
		t.Errorf("overrides.json says %s, not %s", after, before)
	}
}

func TestWhatTheConfigurationExcludesStaysSo(t *testing.T) {
	d := newDesk(t, "[filter]\nexclude = [\"files:a.gpx\"]\n", nil)
	_, text := d.get("/?q=a.gpx")
	if !strings.Contains(text, "in heatmap.toml, [filter] exclude") || strings.Contains(text, `value="include files:a.gpx"`) {
		t.Error("the page offers to include it, or does not say why not")
	}
	_, to := d.post("/change", url.Values{"do": {"include"}, "id": {"files:a.gpx"}})
	if _, text := d.get(to); !strings.Contains(text, "1 activity is excluded in heatmap.toml: take the id out of [filter] exclude there.") {
		t.Errorf("%s does not say why", to)
	}
	d.wantRows("/?q=a.gpx", "a.gpx excluded")
}

func TestUnknownActivitiesAndFormsChangeNothing(t *testing.T) {
	d := newDesk(t, "", nil)
	for _, form := range []url.Values{
		{"do": {"exclude"}},
		{"do": {"exclude"}, "id": {"files:a.gpx", "files:nothing.gpx"}},
		{"do": {"delete"}, "id": {"files:a.gpx"}},
		{"id": {"files:a.gpx"}},
		{"one": {"exclude"}},
		{"do": {"refetch"}, "id": {"files:a.gpx"}},
	} {
		if status, _ := d.post("/change", form); status < 400 {
			t.Errorf("%v: %d", form, status)
		}
	}
	if _, err := os.Stat(filepath.Join(d.dir, overrides.FileName)); !errors.Is(err, os.ErrNotExist) {
		t.Error("overrides.json was written")
	}
}

// A file that the user broke by hand is not overwritten, and said to be broken.
func TestBrokenOverridesAreLeftAlone(t *testing.T) {
	d := newDesk(t, "", nil)
	const broken = "{\"version\": 1,\n \"activities\": {\"files:a.gpx\": {\"exclude\": treu}}}"
	d.write(overrides.FileName, broken)
	status, text := d.post("/change", url.Values{"do": {"exclude"}, "id": {"files:b.gpx"}})
	if status != http.StatusConflict || !strings.Contains(text, overrides.FileName+":2: this is not JSON") {
		t.Errorf("%d\n%s", status, text)
	}
	if got, _ := os.ReadFile(filepath.Join(d.dir, overrides.FileName)); string(got) != broken {
		t.Errorf("the file is now %s", got)
	}
	if p := d.rebuild(); !p.Failed || !strings.Contains(p.Result, overrides.FileName+":2: ") {
		t.Errorf("%+v", p)
	}
	// What is edited well counts, and what else stands there is kept.
	d.write(overrides.FileName, `{"version": 1, "activities": {"files:a.gpx": {"exclude": true}}}`)
	d.post("/change", url.Values{"do": {"exclude"}, "id": {"files:b.gpx"}})
	d.wantRows("/?state=excluded", "b.gpx excluded, a.gpx excluded")
}
