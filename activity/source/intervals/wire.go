package intervals

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heatmapgen/activity"
)

// wireActivity is an element of the list of activities, of which the service gives some 180 fields. Every one may
// be missing or null. An activity that came from Strava has only id, start_date_local, source and _note.
type wireActivity struct {
	ID             wireID  `json:"id"`
	StartDate      string  `json:"start_date"`       // "2026-04-13T05:30:00Z"
	StartDateLocal string  `json:"start_date_local"` // "2026-04-13T07:30:00"
	Type           string  `json:"type"`             // "TrailRun"
	Name           string  `json:"name"`
	Distance       float64 `json:"distance"`             // metres
	MovingTime     float64 `json:"moving_time"`          // seconds
	ElapsedTime    float64 `json:"elapsed_time"`         // seconds
	ElevationGain  float64 `json:"total_elevation_gain"` // metres
	Source         string  `json:"source"`               // "GARMIN_CONNECT", "UPLOAD", "MANUAL", "STRAVA" and more
	FileType       string  `json:"file_type"`            // "fit", "gpx", "tcx"
	SyncDate       string  `json:"icu_sync_date"`        // when the service received it
	Note           string  `json:"_note"`                // "STRAVA activities are not available via the API"
	wireLabels
}

// wireLabels are what an activity is labelled with. Nothing hangs on them, so one of another form than here says nothing.
type wireLabels struct {
	Gear    loose[wireGear] `json:"gear"`
	Commute loose[*bool]    `json:"commute"`
	Race    loose[*bool]    `json:"race"`
	SubType loose[string]   `json:"sub_type"` // "NONE", "COMMUTE", "WARMUP", "COOLDOWN", "RACE"
}

// wireGear is a bike or a pair of shoes.
type wireGear struct {
	Name string `json:"name"`
}

// loose is a value that is its zero value where it has another form.
type loose[T any] struct{ v T }

func (l *loose[T]) UnmarshalJSON(text []byte) error {
	var v T
	if json.Unmarshal(text, &v) == nil {
		l.v = v
	}
	return nil
}

// subTypes are the kinds among the sub types.
var subTypes = map[string]activity.Kind{"RACE": activity.KindRace, "WARMUP": activity.KindWarmUp, "COOLDOWN": activity.KindCoolDown}

// labels returns what the activity is labelled with.
func (w *wireLabels) labels() activity.Labels {
	sub := strings.ToUpper(w.SubType.v)
	l := activity.Labels{Gear: activity.GearNamed(w.Gear.v.Name), Kind: subTypes[sub]}
	if race := w.Race.v; race != nil && *race {
		l.Kind = activity.KindRace
	}
	switch commute := w.Commute.v; {
	case sub == "COMMUTE":
		l.Commute = activity.Yes
	case commute != nil:
		l.Commute = activity.AnswerOf(*commute)
	}
	return l
}

// wireID is an id, which is text such as "i12345"; a number is taken as well.
type wireID string

func (id *wireID) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err == nil {
		*id = wireID(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	*id = wireID(n.String())
	return nil
}

// maxIDBytes is the length beyond which an id is not one.
const maxIDBytes = 200

// usable reports whether an id can stand in a request: "." and ".." would change the request's path.
func (id wireID) usable() bool {
	return id != "" && id != "." && id != ".." && len(id) <= maxIDBytes && utf8.ValidString(string(id)) &&
		strings.IndexFunc(string(id), unicode.IsControl) < 0
}

// errNotJSON says that an answer was no list of activities; errHTML that it was a web page.
var (
	errNotJSON = errors.New("the answer is not a list of activities")
	errHTML    = errors.New("the answer is a web page instead of data: is base_url in [intervals] right, or does your network ask you to log in?")
)

// readList reads a list of activities. Those that cannot be read or have no usable id are counted as odd. Errors
// never repeat what was read.
func readList(r io.Reader) (list []wireActivity, odd int, err error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, 0, err
	}
	if isHTML(text) {
		return nil, 0, errHTML
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(text, &elements); err != nil || elements == nil {
		return nil, 0, errNotJSON
	}
	for _, e := range elements {
		var a wireActivity
		if err := json.Unmarshal(e, &a); err != nil || !a.ID.usable() {
			odd++
			continue
		}
		list = append(list, a)
	}
	return list, odd, nil
}

// isHTML reports whether text begins as a web page does.
func isHTML(text []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(text[:min(len(text), 512)], []byte("\ufeff")), " \t\r\n"))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}

// fromStrava reports whether the service got the activity from Strava and may not pass it on.
func (a *wireActivity) fromStrava() bool {
	return strings.EqualFold(a.Source, "STRAVA") || a.Type == "" && strings.HasPrefix(strings.ToUpper(a.Note), "STRAVA ")
}

// entry returns what the index keeps of an activity, not fetched yet.
func (a *wireActivity) entry() *entry {
	e := &entry{
		ID: string(a.ID), Sport: activity.SportNamed(a.Type), Name: a.Name, Rev: a.revision(),
		DistanceM: plausible(a.Distance), MovingS: plausible(a.MovingTime), AscentM: plausible(a.ElevationGain), Labels: a.labels(),
	}
	if t, err := time.Parse(time.RFC3339, a.StartDate); err == nil && t.Year() >= 1970 && t.Year() < 2200 {
		e.Start = t.UTC()
	}
	if day, _, _ := strings.Cut(a.StartDateLocal, "T"); isDay(day) {
		e.Day = day
	} else if !e.Start.IsZero() {
		e.Day = e.Start.Format(time.DateOnly)
	}
	switch {
	case a.fromStrava():
		e.State = stateStrava
	case strings.EqualFold(a.Source, "MANUAL"):
		e.State = stateNoFile
	}
	return e
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// plausible returns a length or time, 0 where it cannot be one.
func plausible(x float64) float64 {
	if x < 0 || x > 1e9 {
		return 0
	}
	return x
}

// revision changes when the recording does: it was received anew, cropped or moved. A new name or another analysis
// leaves it as it is, since the service analyses everything anew whenever a threshold changes.
func (a *wireActivity) revision() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%.0f\n%.0f", a.SyncDate, a.FileType, a.StartDate, a.Distance, a.ElapsedTime))
	return hex.EncodeToString(sum[:8])
}

// compareEntries orders entries by day, then id.
func compareEntries(a, b *entry) int {
	return cmp.Or(strings.Compare(a.Day, b.Day), strings.Compare(a.ID, b.ID))
}
