// Package icutest is a stand-in for intervals.icu on loopback, for tests: it answers in the shapes of API v1 and
// misbehaves as it is told.
package icutest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// The account that a Server has.
const (
	Athlete = "i4711815"
	Key     = "5ecretkeyforthetests"
)

// An Activity is what the service holds.
type Activity struct {
	ID, Name, Type, Source string
	// StartLocal is such as "2026-05-31T07:30:00"; Start is the same in UTC, with a Z.
	StartLocal, Start string
	// Distance is in metres, MovingTime in seconds.
	Distance, MovingTime float64
	// SyncDate changes when the file does.
	SyncDate string
	// FIT and Original are the two files; nil where there is none.
	FIT, Original []byte
}

// A Server is the service. Its fields may be changed between requests with Change.
type Server struct {
	*httptest.Server
	// Activities are listed in this order.
	Activities []Activity
	// Before, when not nil, may answer a request itself: it reports whether it did.
	Before func(http.ResponseWriter, *http.Request) bool

	mu       sync.Mutex
	requests []string
}

// Start starts a server; Close ends it.
func Start(activities ...Activity) *Server {
	s := &Server{Activities: activities}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Change calls f while no request reads what it changes.
func (s *Server) Change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// Requests returns the escaped paths asked for since the last call.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests
	s.requests = nil
	return r
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	s.mu.Lock()
	s.requests = append(s.requests, path)
	before, activities := s.Before, slices.Clone(s.Activities)
	s.mu.Unlock()
	if before != nil && before(w, r) {
		return
	}
	if user, key, ok := r.BasicAuth(); !ok || user != "API_KEY" || key != Key {
		Answer(w, http.StatusUnauthorized, `{"status":401,"error":"Unauthorized"}`)
		return
	}
	parts := strings.Split(strings.TrimPrefix(path, "/api/v1/"), "/")
	switch {
	case len(parts) == 3 && parts[0] == "athlete" && parts[2] == "activities" && (parts[1] == Athlete || parts[1] == "0"):
		list(w, r, activities)
	case len(parts) == 3 && parts[0] == "activity":
		id, _ := url.PathUnescape(parts[1])
		file(w, id, parts[2], activities)
	default:
		Answer(w, http.StatusNotFound, `{"status":404,"error":"Not Found"}`)
	}
}

// Answer writes a JSON answer.
func Answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

func list(w http.ResponseWriter, r *http.Request, activities []Activity) {
	oldest, newest := r.URL.Query().Get("oldest"), r.URL.Query().Get("newest")
	if len(oldest) != len("2026-05-31") || len(newest) != len("2026-05-31") {
		Answer(w, http.StatusUnprocessableEntity, `{"status":422,"error":"oldest and newest are needed"}`)
		return
	}
	out := []any{}
	for i := range activities {
		a := &activities[i]
		if day, _, _ := strings.Cut(a.StartLocal, "T"); day < oldest || day > newest {
			continue
		}
		out = append(out, a.json())
	}
	text, _ := json.Marshal(out)
	Answer(w, http.StatusOK, string(text))
}

// json returns an activity as the list has it: a stub when it came from Strava.
func (a *Activity) json() map[string]any {
	if a.Source == "STRAVA" {
		return map[string]any{
			"id": a.ID, "icu_athlete_id": Athlete, "start_date_local": a.StartLocal, "source": "STRAVA",
			"_note": "STRAVA activities are not available via the API",
		}
	}
	return map[string]any{
		"id": a.ID, "icu_athlete_id": Athlete, "start_date_local": a.StartLocal, "start_date": a.Start, "type": a.Type, "name": a.Name,
		"source": a.Source, "distance": a.Distance, "moving_time": int(a.MovingTime), "elapsed_time": int(a.MovingTime) + 60,
		"total_elevation_gain": nil, "icu_sync_date": a.SyncDate, "file_type": "fit", "trainer": nil, "icu_training_load": 65,
		"icu_zone_times": []any{map[string]any{"id": "Z1", "secs": 77}}, "stream_types": []string{"time", "latlng"},
	}
}

func file(w http.ResponseWriter, id, kind string, activities []Activity) {
	i := slices.IndexFunc(activities, func(a Activity) bool { return a.ID == id })
	if i < 0 {
		Answer(w, http.StatusNotFound, `{"status":404,"error":"Activity not found"}`)
		return
	}
	a := &activities[i]
	content := a.Original
	if kind == "fit-file" {
		content = a.FIT
	}
	switch {
	case a.Source == "STRAVA":
		Answer(w, http.StatusUnprocessableEntity, `{"status":422,"error":"Cannot read Strava activities via the API"}`)
	case content == nil:
		Answer(w, http.StatusNotFound, `{"status":404,"error":"No file"}`)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(content)
	}
}

// FIT returns the beginning of a FIT file with some text behind it: enough to be taken for one, not to be decoded.
func FIT(text string) []byte {
	return append([]byte("\x0e\x10\x00\x00\x00\x00\x00\x00.FIT\x00\x00"), text...)
}
