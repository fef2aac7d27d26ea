package admin

import (
	"bufio"
	"context"
	"encoding/json"
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
