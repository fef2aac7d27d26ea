package intervals

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/source/intervals/icutest"
)

// trouble lets the first n requests that match go wrong, or all of them when n is negative.
func (b *bench) trouble(n int, match string, wrong http.HandlerFunc) *atomic.Int64 {
	met := new(atomic.Int64)
	b.server.Change(func() {
		b.server.Before = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, match) {
				return false
			}
			if k := met.Add(1); n >= 0 && k > int64(n) {
				return false
			}
			wrong(w, r)
			return true
		}
	})
	return met
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		// A server that shows what it was sent must not make us show it.
		icutest.Answer(w, code, fmt.Sprintf(`{"status":%d,"error":"%s %s"}`, code, r.URL, r.Header.Get("Authorization")))
	}
}

// cut answers with less than it promises.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write(icutest.FIT("[{"))
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		conn.Close()
	}
}

func webPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, "\n<!DOCTYPE html><html><body>Please log in</body></html>")
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) }
}

// What passes is tried again, after waits that grow or that the service asks for.
func TestTriesAgain(t *testing.T) {
	seconds := func(s ...float64) []time.Duration {
		var d []time.Duration
		for _, x := range s {
			d = append(d, time.Duration(x*float64(time.Second)))
		}
		return d
	}
	cases := []struct {
		name  string
		n     int
		wrong http.HandlerFunc
		waits []time.Duration // nil: as the HTTP library tries some by itself
	}{
		{"500", 3, status(500), seconds(0.75, 1.5, 3)},
		{"503", 1, status(503), seconds(0.75)},
		{"429 without a word", 1, status(429), seconds(0.75)},
		{"429 with seconds", 2, status(429, "Retry-After", "30"), seconds(30, 30)},
		{"503 with a date", 1, status(503, "Retry-After", "Mon, 01 Jun 2026 12:01:00 GMT"), seconds(60)},
		{"429 with a date that has passed", 1, status(429, "Retry-After", "Mon, 01 Jun 2020 12:01:00 GMT"), seconds(0.75)},
		{"429 with nonsense", 1, status(429, "Retry-After", "soon"), seconds(0.75)},
		{"cut off", 2, cut, seconds(0.75, 1.5)},
		{"hung up", 2, hangUp, nil},
	}
	for _, c := range cases {
		for _, where := range []string{"/activities", "/fit-file"} {
			t.Run(c.name+" "+where, func(t *testing.T) {
				b := newBench(t, run(20))
				b.trouble(c.n, where, c.wrong)
				r := b.mustSync()
				if r.New != 1 || len(r.Rows) != 0 || b.recordings() != "i120.fit" {
					t.Errorf("report %+v, files %s", r, b.recordings())
				}
				got := b.clock.waits()
				// A wait for a point in time is shorter by what has passed since the request.
				if c.waits != nil && !slices.EqualFunc(got, c.waits, func(a, b time.Duration) bool { return a <= b && a > b-5*time.Second }) {
					t.Errorf("waited %v, want %v", got, c.waits)
				}
			})
		}
	}
}

func TestWrongJSONIsTriedAgain(t *testing.T) {
	for _, answer := range []string{`[{"id":"i1"`, `{"error":"x"}`, `null`, ``, `"text"`, `[1,2`} {
		b := newBench(t, run(20))
		b.trouble(2, "/activities", text(answer))
		if r := b.mustSync(); r.New != 1 {
			t.Errorf("after %q: %+v", answer, r)
		}
	}
}

func TestOddElementsOfTheList(t *testing.T) {
	b := newBench(t, run(20))
	b.mustSync()
	b.trouble(1, "/activities", text(`[17, null, {"id":null}, {"id":{"a":1}}, {"id":"i9","distance":"far"}, [], "x",
		{"id": 4711, "start_date":"nonsense","start_date_local":null,"type":null,"name":null,"distance":-5,"moving_time":1e300,"extra":{"a":[1]}}]`))
	b.server.Change(func() {
		b.server.Activities = append(b.server.Activities, icutest.Activity{ID: "4711", FIT: icutest.FIT("numbered")})
	})
	b.o.Full = true
	r := b.mustSync()
	// What could not be understood may be i120: it stays.
	if r.New != 1 || r.Deleted != 0 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "7 activities that cannot") {
		t.Errorf("report %+v", r)
	}
	e := b.entries()[0].Activity
	if e.ID != "intervals:4711" || !e.Start.IsZero() || e.Sport != "" || e.DistanceM != 0 || e.MovingS != 0 {
		t.Errorf("entry %+v", e)
	}
}

// Labels are what the service says, and nothing where it says it in a form that is not known.
func TestLabels(t *testing.T) {
	for text, want := range map[string]activity.Labels{
		`"gear":{"id":"b1","name":" Gravel\n bike ","distance":7},"commute":false,"race":true,"sub_type":"NONE"`: {Gear: "Gravel bike", Commute: activity.No, Kind: activity.KindRace},
		`"gear":null,"commute":null,"race":false,"sub_type":"COMMUTE"`:                                           {Commute: activity.Yes},
		`"sub_type":"warmup"`: {Kind: activity.KindWarmUp},
		`"gear":"b1","commute":"yes","race":7,"sub_type":["RACE"]`: {},
	} {
		list, odd, err := readList(strings.NewReader(`[{"id":"i1",` + text + `}]`))
		if err != nil || odd != 0 || len(list) != 1 || list[0].entry().Labels != want {
			t.Errorf("%s: %+v, %d odd, %v; want %+v", text, list, odd, err, want)
		}
	}
}

// What does not pass ends the fetch at once, in words that help, and does no harm to what is there.
func TestEnds(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("another server was asked, with Authorization %q", r.Header.Get("Authorization"))
		_, _ = w.Write(icutest.FIT("stolen"))
	}))
	defer elsewhere.Close()
	redirect := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path+"?key="+icutest.Key, http.StatusFound)
	}
	cases := []struct {
		name, where string
		wrong       http.HandlerFunc
		requests    int64 // that went wrong; 0 is not counted
		want        string
	}{
		{"a wrong key", "/activities", status(401), 1, "does not accept the API key (401)"},
		{"a key that ends", "/fit-file", status(401), 0, "does not accept the API key (401)"},
		{"forbidden", "/activities", status(403), 1, "refuses to list the activities (403)"},
		{"no such athlete", "/activities", status(404), 1, "does not know the athlete"},
		{"always 500", "/activities", status(500), maxTries, "500 Internal Server Error"},
		{"always 429", "/activities", status(429, "Retry-After", "1"), maxTries, "less often (429)"},
		{"429 for an hour", "/activities", status(429, "Retry-After", "3600"), 1, "come back in 1h0m0s"},
		{"429 for an hour, for a file", "/fit-file", status(429, "Retry-After", "3600"), 0, "come back in 1h0m0s"},
		{"never JSON", "/activities", text("nonsense"), maxTries, "not a list of activities"},
		{"a web page for the list", "/activities", webPage, 1, "a web page instead of data"},
		{"to another server", "/activities", redirect, 1, "sends us on to another one"},
		{"to another server, for a file", "/fit-file", redirect, 0, "sends us on to another one"},
		{"teapot", "/activities", status(418), 1, "418"},
		{"round in circles", "/activities", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"/"+icutest.Key+"/activities", http.StatusFound)
		}, 0, "round in circles"},
		{"down for files", "/activity/", status(503), 0, "5 files in a row did not arrive"},
		{"a login page for files", "/activity/", webPage, 0, "5 files in a row did not arrive"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, run(1))
			b.mustSync()
			before := b.files()["i101.fit"]
			b.server.Change(func() {
				for day := 2; day < 30; day++ {
					b.server.Activities = append(b.server.Activities, run(day))
				}
			})
			met := b.trouble(-1, c.where, c.wrong)
			b.o.Full = true
			_, err := b.sync()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if n := met.Load(); c.requests > 0 && n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
			if b.files()["i101.fit"] != before || b.recordings() != "i101.fit" {
				t.Errorf("files afterwards: %s", b.recordings())
			}
			b.server.Change(func() { b.server.Before = nil })
			if r := b.mustSync(); r.Files != 29 {
				t.Errorf("when it was over: %+v", r)
			}
		})
	}
}

// One activity that cannot be had is a row, not the end.
func TestOneBadFile(t *testing.T) {
	endless := func(w http.ResponseWriter, _ *http.Request) {
		chunk := icutest.FIT(strings.Repeat("x", 1<<20))
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	cases := []struct {
		name  string
		wrong http.HandlerFunc
		want  string
		state string
	}{
		{"404", status(404), errNoFile.Error(), stateNoFile},
		{"410", status(410), errNoFile.Error(), stateNoFile},
		{"empty", text(""), errNoFile.Error(), stateNoFile},
		{"204", status(204), errNoFile.Error(), stateNoFile},
		{"400", status(400), "intervals.icu answers 400 Bad Request", stateRefused},
		{"403", status(403), "intervals.icu answers 403 Forbidden", stateRefused},
		{"422 for another reason", status(422), "intervals.icu answers 422 Unprocessable Entity", stateRefused},
		{"500", status(500), "intervals.icu answers 500 Internal Server Error", stateFailed},
		{"cut off", cut, "the connection failed: unexpected EOF", stateFailed},
		{"hung up", hangUp, "the connection failed: EOF", stateFailed},
		{"a web page", webPage, errWebPage.Error(), stateFailed},
		{"JSON", text(`{"a":1}`), errNotRecording.Error(), stateNoFile},
		{"a zip", text("PK\x03\x04 and more"), errNotRecording.Error(), stateNoFile},
		{"broken gzip", text("\x1f\x8b\x08\x00"), errNotRecording.Error(), stateNoFile},
		{"endless", endless, errTooLarge.Error(), stateNoFile},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, run(20), run(19), run(18))
			b.trouble(-1, "/i119/", c.wrong)
			r := b.mustSync()
			want := []Row{{"i119", "2026-05-19", c.want}}
			if r.New != 2 || !slices.Equal(r.Rows, want) {
				t.Errorf("report %+v, want the row %v", r, want)
			}
			if got := b.recordings(); got != "i118.fit i120.fit" {
				t.Errorf("files %s", got)
			}
			x, _, _ := must(openFolder(b.dir)).load()
			if got := x.byID["i119"].State; got != c.state {
				t.Errorf("state %q, want %q", got, c.state)
			}
			b.server.Change(func() { b.server.Before = nil })
			b.server.Requests()
			r = b.mustSync()
			if again := c.state == stateFailed; (r.New == 1) != again {
				t.Errorf("the next time: %+v, want it to be asked for again: %v", r, again)
			}
		})
	}
}

// A list that does not say so may still hold what came from Strava.
func TestStravaFoundOutLate(t *testing.T) {
	b := newBench(t, run(20))
	b.trouble(-1, "/i120/", func(w http.ResponseWriter, _ *http.Request) {
		icutest.Answer(w, 422, `{"status":422,"error":"Cannot read Strava activities via the API"}`)
	})
	if r := b.mustSync(); r.Strava != 1 || len(r.Rows) != 0 {
		t.Errorf("report %+v", r)
	}
}

func TestHugeList(t *testing.T) {
	b := newBench(t)
	b.trouble(-1, "/activities", func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte("[" + strings.Repeat(" ", 1<<20))
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	if _, err := b.sync(); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("error %v", err)
	}
}

// A redirect within the server is followed, with the key.
func TestRedirectWithinTheServer(t *testing.T) {
	b := newBench(t, run(20))
	b.trouble(1, "/fit-file", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path+"?power=true", http.StatusTemporaryRedirect)
	})
	if r := b.mustSync(); r.New != 1 {
		t.Errorf("report %+v", r)
	}
}

// A server that never answers is given up on; one that answers late is not.
func TestSlow(t *testing.T) {
	b := newBench(t, run(20))
	b.o.timeout = time.Second
	b.trouble(1, "/fit-file", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if r := b.mustSync(); r.New != 1 {
		t.Errorf("report %+v", r)
	}
	b = newBench(t, run(20))
	b.o.timeout = 50 * time.Millisecond
	b.trouble(-1, "/activities", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if _, err := b.sync(); err == nil || !strings.Contains(err.Error(), "no answer within 50ms") {
		t.Errorf("error %v", err)
	}
}

// Without a network a build must not be held up for long.
func TestOffline(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	b := newBench(t)
	b.o.BaseURL = "http://" + addr
	_, err = b.sync()
	if err == nil || !strings.Contains(err.Error(), "the connection failed") {
		t.Errorf("error %v", err)
	}
	if waits := b.clock.waits(); len(waits) != dialTries-1 {
		t.Errorf("waited %v", waits)
	}
}

func TestPace(t *testing.T) {
	var activities []icutest.Activity
	for day := 1; day <= 20; day++ {
		activities = append(activities, run(day))
	}
	b := newBench(t, activities...)
	begin := b.clock.now()
	b.mustSync()
	n := len(b.server.Requests())
	if took := b.clock.now().Sub(begin); took < time.Duration(n-1)*paceEvery {
		t.Errorf("%d requests took %v of the clock", n, took)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	b := newBench(t, run(20))
	b.o.clock = nil // the real one, which would wait for a minute
	ctx, cancel := context.WithCancel(context.Background())
	b.trouble(-1, "/activities", func(w http.ResponseWriter, r *http.Request) {
		status(429, "Retry-After", "60")(w, r)
		cancel()
	})
	if _, err := Sync(ctx, b.dir, b.o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "120": 2 * time.Minute, " 5 ": 5 * time.Second, "-5": 0, "1.5": 0, "99999999999999999999": 0,
		"Mon, 01 Jun 2026 12:00:30 GMT": 30 * time.Second, "Monday, 01-Jun-26 12:00:30 GMT": 30 * time.Second, "Mon, 01 Jun 2026 11:00:30 GMT": 0,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q is %v, want %v", value, got, want)
		}
	}
}

func TestBadAddress(t *testing.T) {
	for _, base := range []string{"", "intervals.icu", "ftp://intervals.icu", "http://", "://"} {
		if _, err := newClient(&Options{BaseURL: base}); err == nil {
			t.Errorf("%q is taken", base)
		}
	}
}
