package admin

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity/source/intervals/icutest"
	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/site/serve"
)

// hostile is a name that must come out as text.
const hostile = `<script>document.title='taken'</script>"><img src=x onerror="document.title='taken'">`

// A desk is an admin that runs on loopback over a folder of recordings.
type desk struct {
	t    testing.TB
	dir  string
	url  string
	port int
	http *http.Client
	a    *admin
}

// newDesk starts an admin over four runs, one of them with a hostile name, a ride and a broken file; more is added to the
// configuration.
func newDesk(t testing.TB, more string, env map[string]string) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir()}
	d.recording("a.gpx", "Morning", "running", 1)
	d.recording("b.gpx", hostile, "running", 2)
	d.recording("c.gpx", "Evening at the lake", "running", 3)
	d.recording("d.gpx", "", "running", 4)
	d.recording("ride.gpx", "Far", "cycling", 5)
	d.write("files/broken.gpx", `<?xml version="1.0"?><gpx><trk><trkseg><trkpt lat="x"`)
	d.write("heatmap.toml", "title = \"Test & map\"\n[render]\nmax_zoom = 12\nas_of = 2024-06-01\n[[source]]\ntype = \"files\"\npath = \"files\"\n"+more)
	load := func() (*config.Config, error) { return config.Load(filepath.Join(d.dir, "heatmap.toml")) }
	cfg, err := load()
	if err != nil {
		t.Fatal(err)
	}
	server, err := serve.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.url, d.port = strings.TrimSuffix(server.URL(), "/"), server.Port()
	d.a = newAdmin(ctx, server.Port(), cfg, Options{Load: load,
		Build: generator.Options{Workers: 2, Version: "test", Getenv: func(name string) string { return env[name] }}})
	if err := d.a.start("Reading activities", d.a.read); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- server.ServeHandler(ctx, d.a.handler()) }()
	d.http = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		d.http.CloseIdleConnections()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		d.a.close()
	})
	d.events()
	return d
}

func (d *desk) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// track returns a GPX file of a random walk of ten minutes.
func track(name, kind string, seed uint64) string {
	var b strings.Builder
	r := rand.New(rand.NewPCG(seed, 1))
	lat, lon, heading := 48.1, 9.2, r.Float64()*2*math.Pi
	start := time.Date(2023, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, int(seed)*90)
	for i := range 600 {
		heading += r.NormFloat64() * 0.1
		lat += 3 * math.Cos(heading) / 111320
		lon += 3 * math.Sin(heading) / (111320 * math.Cos(lat*math.Pi/180))
		fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><time>%s</time></trkpt>`, lat, lon, start.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
	}
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(name)
	return `<?xml version="1.0"?><gpx version="1.1"><trk><name>` + escaped + `</name><type>` + kind + `</type><trkseg>` + b.String() + "</trkseg></trk></gpx>"
}

func (d *desk) recording(file, name, kind string, seed uint64) {
	d.write("files/"+file, track(name, kind, seed))
}

// get returns the status and the text of a page.
func (d *desk) get(path string) (int, string) {
	d.t.Helper()
	r, err := d.http.Get(d.url + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

// post sends a form as our own page does, and returns the status and where it leads or what it says.
func (d *desk) post(path string, form url.Values) (int, string) {
	d.t.Helper()
	form.Set("token", d.a.token)
	return d.send(path, form, map[string]string{"Origin": d.url, "Sec-Fetch-Site": "same-origin"})
}

func (d *desk) send(path string, form url.Values, header map[string]string) (int, string) {
	d.t.Helper()
	r, _ := http.NewRequest("POST", d.url+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range header {
		r.Header.Set(name, value)
	}
	if host := header["Host"]; host != "" {
		r.Host = host
	}
	answer, err := d.http.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if to := answer.Header.Get("Location"); to != "" {
		return answer.StatusCode, to
	}
	return answer.StatusCode, string(text)
}

// events listens to the progress until the job that runs has ended, and returns all of it.
func (d *desk) events() []progress {
	d.t.Helper()
	r, err := d.http.Get(d.url + "/progress")
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Body.Close()
	if got := r.Header.Get("Content-Type"); got != "text/event-stream" {
		d.t.Fatalf("the progress is %q", got)
	}
	var all []progress
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var p progress
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			d.t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) == 0 || !all[len(all)-1].Ended {
		d.t.Fatalf("the progress does not end: %+v", all)
	}
	return all
}

// rebuild presses the button and returns what came of it.
func (d *desk) rebuild() progress {
	d.t.Helper()
	if status, text := d.post("/rebuild", url.Values{}); status != http.StatusSeeOther {
		d.t.Fatalf("rebuild: %d %s", status, text)
	}
	all := d.events()
	return all[len(all)-1]
}

var rowID = regexp.MustCompile(`<li [^>]*data-state="([^"]*)" data-id="([^"]*)"`)

// rows returns the rows of a page as "id state", in their order.
func (d *desk) rows(path string) []string {
	d.t.Helper()
	status, text := d.get(path)
	if status != 200 {
		d.t.Fatalf("%s: %d", path, status)
	}
	var out []string
	for _, m := range rowID.FindAllStringSubmatch(text, -1) {
		out = append(out, strings.TrimPrefix(m[2], "files:")+" "+m[1])
	}
	return out
}

func (d *desk) wantRows(path, want string) {
	d.t.Helper()
	if got := strings.Join(d.rows(path), ", "); got != want {
		d.t.Errorf("%s lists\n%s\nwant\n%s", path, got, want)
	}
}

func (d *desk) said() overrides.Overrides {
	d.t.Helper()
	o, err := overrides.Load(filepath.Join(d.dir, overrides.FileName))
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// drawn returns how many activities the site's archive has.
func (d *desk) drawn() int {
	d.t.Helper()
	r, err := archive.Open(filepath.Join(d.dir, "site", generator.ArchiveName))
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Close()
	text, err := r.Metadata()
	if err != nil {
		d.t.Fatal(err)
	}
	var meta struct {
		Heatmapgen struct{ Activities struct{ Day []int } }
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		d.t.Fatal(err)
	}
	return len(meta.Heatmapgen.Activities.Day)
}

func TestListAndItsFilters(t *testing.T) {
	d := newDesk(t, "[filter]\nsports = [\"Run\"]\n", nil)
	for _, test := range []struct{ path, want string }{
		{"/", "ride.gpx sport, d.gpx kept, c.gpx kept, b.gpx kept, a.gpx kept, broken.gpx broken"},
		{"/?sort=date", "broken.gpx broken, a.gpx kept, b.gpx kept, c.gpx kept, d.gpx kept, ride.gpx sport"},
		{"/?sort=name&state=kept", "d.gpx kept, b.gpx kept, c.gpx kept, a.gpx kept"},
		{"/?sort=nonsense&page=77&state=kept", "d.gpx kept, c.gpx kept, b.gpx kept, a.gpx kept"},
		{"/?q=LAKE+evening", "c.gpx kept"},
		{"/?q=b.gpx", "b.gpx kept"},
		{"/?q=nowhere", ""},
		{"/?sport=Ride", "ride.gpx sport"},
		{"/?sport=none", "broken.gpx broken"},
		{"/?state=broken", "broken.gpx broken"},
		{"/?year=2024", "ride.gpx sport"},
		{"/?source=strava", ""},
		{"/?year=2023&sport=Run&q=morning", "a.gpx kept"},
	} {
		d.wantRows(test.path, test.want)
	}
	_, text := d.get("/")
	for _, want := range []string{`On the map <span class="number">4</span>`, `Broken <span class="number">1</span>`, "2023-04-01", "Test &amp; map",
		`<path d="M`, "1.8 km", "0:09:59", "cannot be read: "} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	// The years are of the walk: 90 days apart, the last in 2024.
	byLength := d.rows("/?sort=-distance")
	if len(byLength) != 6 || !strings.HasPrefix(byLength[5], "broken") {
		t.Errorf("by distance: %v", byLength)
	}
}

func TestNamesAreText(t *testing.T) {
	d := newDesk(t, "", nil)
	for _, path := range []string{"/", "/?q=" + url.QueryEscape(hostile), "/?sport=" + url.QueryEscape(hostile), "/?state=" + url.QueryEscape(hostile)} {
		_, text := d.get(path)
		if strings.Contains(text, "<script>d") || strings.Contains(text, "<img") || strings.Contains(text, `onerror="`) {
			t.Errorf("%s has the name as markup", path)
		}
		if !strings.Contains(text, "&lt;script&gt;") {
			t.Errorf("%s does not show the name", path)
		}
	}
}

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

// Who is not a page of ours must not change anything.
func TestForeignRequestsAreRefused(t *testing.T) {
	d := newDesk(t, "", nil)
	own := map[string]string{"Origin": d.url, "Sec-Fetch-Site": "same-origin"}
	with := func(name, value string) map[string]string {
		h := map[string]string{name: value}
		for k, v := range own {
			if h[k] == "" {
				h[k] = v
			}
		}
		return h
	}
	for _, test := range []struct {
		name   string
		token  string
		header map[string]string
		want   int
	}{
		{"no token", "", own, 403},
		{"wrong token", strings.Repeat("A", len(d.a.token)), own, 403},
		{"token and more", d.a.token + "A", own, 403},
		{"another origin", d.a.token, with("Origin", "http://evil.example"), 403},
		{"opaque origin", d.a.token, with("Origin", "null"), 403},
		{"another port", d.a.token, with("Origin", fmt.Sprintf("http://127.0.0.1:%d", d.port+1)), 403},
		{"https", d.a.token, with("Origin", fmt.Sprintf("https://127.0.0.1:%d", d.port)), 403},
		{"cross-site", d.a.token, with("Sec-Fetch-Site", "cross-site"), 403},
		{"same site", d.a.token, with("Sec-Fetch-Site", "same-site"), 403},
		{"cross-site without an origin", d.a.token, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"rebound name", d.a.token, map[string]string{"Host": fmt.Sprintf("evil.example:%d", d.port), "Origin": fmt.Sprintf("http://evil.example:%d", d.port)}, 421},
		{"another port of ours", d.a.token, with("Host", fmt.Sprintf("127.0.0.1:%d", d.port+1)), 421},
	} {
		for _, path := range []string{"/change", "/rebuild", "/read", "/cancel"} {
			form := url.Values{"token": {test.token}, "do": {"exclude"}, "id": {"files:a.gpx"}}
			if status, text := d.send(path, form, test.header); status != test.want || strings.Contains(text, d.a.token) {
				t.Errorf("%s, %s: %d %s", test.name, path, status, text)
			}
		}
	}
	// The token counts in the form only: addresses are kept and passed on.
	if status, _ := d.send("/change?token="+d.a.token, url.Values{"do": {"exclude"}, "id": {"files:a.gpx"}}, own); status != 403 {
		t.Errorf("a token in the address: %d", status)
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		r, _ := http.NewRequest(method, d.url+"/change", nil)
		answer, err := d.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode < 400 {
			t.Errorf("%s /change: %d", method, answer.StatusCode)
		}
	}
	if o := d.said(); len(o) != 0 {
		t.Errorf("overrides.json says %v", o)
	}
}

func TestPagesAreForThisComputerOnly(t *testing.T) {
	d := newDesk(t, "", nil)
	for _, path := range []string{"/", "/progress", "/admin.js", "/site/"} {
		for _, test := range []struct {
			header map[string]string
			want   int
		}{
			{map[string]string{"Host": fmt.Sprintf("evil.example:%d", d.port)}, 421},
			{map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403},
			{map[string]string{"Origin": "http://evil.example"}, 403},
		} {
			r, _ := http.NewRequest("GET", d.url+path, nil)
			for k, v := range test.header {
				r.Header.Set(k, v)
			}
			if h := test.header["Host"]; h != "" {
				r.Host = h
			}
			answer, err := d.http.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.StatusCode != test.want || strings.Contains(string(text), d.a.token) {
				t.Errorf("%s with %v: %d", path, test.header, answer.StatusCode)
			}
		}
	}
	r, err := d.http.Get(d.url)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": policy,
		"X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Access-Control-Allow-Origin": ""} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
			t.Errorf("the policy is %s", policy)
		}
	}
}

// TestEveryAnswerHasItsHeaders: pages, files, the map and everything that goes wrong.
func TestEveryAnswerHasItsHeaders(t *testing.T) {
	d := newDesk(t, "", nil)
	d.rebuild()
	d.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	own := fmt.Sprintf("127.0.0.1:%d", d.port)
	for _, test := range []struct {
		method, path, host string
		header             map[string]string
		want               int
	}{
		{"GET", "/", own, nil, 200},
		{"GET", "/admin.js", own, nil, 200},
		{"GET", "/progress", own, nil, 200},
		{"GET", "/nothing", own, nil, 404},
		{"GET", "//admin.js", own, nil, 307},
		{"GET", "/site/../admin.js", own, nil, 404},
		{"GET", "/change", own, nil, 405},
		{"POST", "/change", own, nil, 403},
		{"OPTIONS", "*", own, nil, 403},
		{"GET", "/", "evil.example", nil, 421},
		{"GET", "//admin.js", "evil.example", nil, 421},
		{"GET", "/site", "evil.example", nil, 421},
		{"GET", "/", own, map[string]string{"Origin": "http://evil.example"}, 403},
		{"GET", "/site", own, nil, 301},
		{"GET", "/site/", own, nil, 200},
		{"GET", "/site/heatmap.pmtiles", own, map[string]string{"Range": "bytes=0-9"}, 206},
		{"GET", "/site/heatmap.toml", own, nil, 404},
		{"POST", "/site/", own, nil, 405},
		{"GET", "/site/", "evil.example", nil, 421},
		{"GET", "/site/", own, map[string]string{"Origin": "http://evil.example"}, 403},
	} {
		r, err := http.NewRequest(test.method, d.url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Path, r.Host = test.path, test.host
		if test.path == "*" {
			r.URL.Opaque = test.path
		}
		for k, v := range test.header {
			r.Header.Set(k, v)
		}
		answer, err := d.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != test.want {
			t.Errorf("%s %s for %s: %d, want %d", test.method, test.path, test.host, answer.StatusCode, test.want)
		}
		for name, want := range map[string]string{"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s %s for %s: %s is %q", test.method, test.path, test.host, name, got)
			}
		}
		if got := answer.Header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'none'") {
			t.Errorf("%s %s for %s: the policy is %q", test.method, test.path, test.host, got)
		}
		if answer.Header.Get("Referrer-Policy") == "" || answer.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %s for %s: %v", test.method, test.path, test.host, answer.Header)
		}
	}
}

func TestListOnLoopbackOnly(t *testing.T) {
	for _, addr := range []string{":8001", "0.0.0.0:0", "[::]:0"} {
		if s, err := serve.Listen(addr); err == nil {
			s.Close()
			t.Errorf("listens on %s", addr)
		}
	}
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

// One at a time, and it can be ended.
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

// However much there is, a page is a page.
// manyRows makes up 20,000 activities.
func manyRows() []generator.SurveyRow {
	rows := make([]generator.SurveyRow, 20000)
	for i := range rows {
		rows[i] = generator.SurveyRow{ID: fmt.Sprintf("strava:%d", i), Source: "strava", Sport: "Run", State: generator.StateKept,
			Name: fmt.Sprintf("Run number %d", i), Start: time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Hour),
			DistanceM: float64(i), Thumbnail: generator.Thumbnail{{{0, 0}, {47, 47}}}}
	}
	return rows
}

func TestTwentyThousandActivitiesArePaged(t *testing.T) {
	d := newDesk(t, "", nil)
	d.a.show(newList(manyRows(), nil, nil))
	status, text := d.get("/")
	if n := len(rowID.FindAllString(text, -1)); status != 200 || n != pageRows {
		t.Errorf("%d rows", n)
	}
	if len(text) > 1<<20 {
		t.Errorf("the page has %d bytes", len(text))
	}
	if !strings.Contains(text, "1–200 of 20000") || !strings.Contains(text, "/?page=2") {
		t.Error("the page does not lead on")
	}
	seen := map[string]bool{}
	for page := 1; page <= 100; page++ {
		for _, r := range d.rows(fmt.Sprintf("/?page=%d&sort=-distance", page)) {
			seen[r] = true
		}
	}
	if len(seen) != 20000 {
		t.Errorf("all pages together have %d activities", len(seen))
	}
	if got := d.rows("/?q=number+19999"); len(got) != 1 || got[0] != "strava:19999 kept" {
		t.Errorf("search finds %v", got)
	}
}

// BenchmarkTwentyThousand asks for a page of 20,000 activities, as a search that finds a tenth of them does.
func BenchmarkTwentyThousand(b *testing.B) {
	d := newDesk(b, "", nil)
	d.a.show(newList(manyRows(), nil, nil))
	for _, path := range []string{"/", "/?sort=-distance&page=50", "/?q=number+19"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				if status, _ := d.get(path); status != 200 {
					b.Fatal(status)
				}
			}
		})
	}
}

// What a build would warn of or end with is seen before the list.
func TestRulesWithoutEffectStandAboveTheList(t *testing.T) {
	d := newDesk(t, "[filter]\nsports = [\"Run\", \"Rowing\"]\n[privacy]\nzones = [{ lat = 1.5, lon = 2.5, radius_m = 300 }]\n", nil)
	_, text := d.get("/")
	list := strings.Index(text, `id="list"`)
	for _, want := range []string{"no activity is a Rowing", "zone 1 of [privacy] hides nothing: no activity comes near 1.5, 2.5"} {
		if at := strings.Index(text, want); at < 0 || at > list {
			t.Errorf("%q stands at %d, the list at %d", want, at, list)
		}
	}
}
