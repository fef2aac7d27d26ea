package admin

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/dustin/go-humanize"

	"heatmapgen/activity"
	"heatmapgen/generator"
)

var (
	//go:embed page.gohtml
	pageText string
	//go:embed admin.css
	stylesheet []byte
	//go:embed admin.js
	script []byte

	pageTemplate = template.Must(template.New("page").Parse(pageText))
)

// A view is what the template shows. Whatever comes from files is text in it, which html/template escapes.
type view struct {
	Title, Token string
	// Alert is what went wrong with a form, Done what it did.
	Alert, Done string
	Query       query
	// SiteBuilt tells that there is a site to look at, Unbuilt that it does not show what was changed.
	SiteBuilt, Unbuilt bool
	Job                *jobView
	// Ready tells that the activities are read; what follows is of them.
	Ready                         bool
	Total, Found                  int
	First, Last                   int // of the page, from 1
	Previous, Next                string
	States                        []choice
	Sources, Sports, Years, Sorts []choice
	SetSports, Gears              []string
	Kinds                         []activity.Kind
	Rows                          []rowView
	Warnings, Notes               []string
}

// A choice is one of several to filter or sort by.
type choice struct {
	Value, Label string
	Count        int
	URL          string
	Chosen       bool
}

// A jobView is the job that runs or ran last.
type jobView struct {
	progress
	Report string
}

// A rowView is an activity as it is shown.
type rowView struct {
	generator.SurveyRow
	Label, Day, Clock, Distance, Moving, Ascent string
	SportLabel, SportNote, StateLabel, Why      string
	Labelled                                    string // gear, commute and kind
	Shape                                       string // the thumbnail as an SVG path
	// Fixed tells that only heatmap.toml can include it again; Refetch that it can be fetched again; Pairs that something was said of it and
	// others being one outing or several.
	Fixed, Refetch, Pairs bool
}

// stateLabels name the states.
var stateLabels = map[generator.State]string{
	generator.StateKept: "On the map", generator.StateExcluded: "Excluded", generator.StateDuplicate: "Duplicate",
	generator.StateSport: "Other sport", generator.StateDates: "Outside dates", generator.StateLabels: "Other gear, kind or time", generator.StateFar: "Far from home",
	generator.StateIndoor: "Indoor", generator.StateNoGPS: "No GPS", generator.StateHidden: "Hidden",
	generator.StateNoFile: "No file", generator.StateNotRecording: "Not a recording", generator.StateBroken: "Broken",
}

var sortLabels = []choice{
	{Value: "-date", Label: "Newest first"}, {Value: "date", Label: "Oldest first"}, {Value: "name", Label: "Name"},
	{Value: "-name", Label: "Name, from the end"}, {Value: "-distance", Label: "Longest first"}, {Value: "distance", Label: "Shortest first"},
	{Value: "-time", Label: "Most time first"}, {Value: "time", Label: "Least time first"}, {Value: "-ascent", Label: "Most ascent first"},
	{Value: "ascent", Label: "Least ascent first"},
}

// usualSports are offered to be set besides those that are in the list.
var usualSports = []string{"Alpine Ski", "E-Bike Ride", "Gravel Ride", "Hike", "Inline Skate", "Kayaking", "Mountain Bike Ride", "Nordic Ski",
	"Ride", "Rowing", "Run", "Snowshoe", "Swim", "Trail Run", "Walk", "Workout"}

// page answers with the list.
func (a *admin) page(w http.ResponseWriter, r *http.Request) {
	v := r.URL.Query()
	a.answer(w, parseQuery(v), http.StatusOK, "", done(v))
}

// render answers with the list and what is wrong.
func (a *admin) render(w http.ResponseWriter, q query, status int, alert string) {
	a.answer(w, q, status, alert, "")
}

func (a *admin) answer(w http.ResponseWriter, q query, status int, alert, done string) {
	a.mu.Lock()
	cfg, l, j := a.cfg, a.list, a.job
	v := view{Title: cfg.Title, Token: a.token, Alert: alert, Done: done, Query: q, Unbuilt: a.saved != a.built}
	a.mu.Unlock()
	if j != nil {
		p, report, _ := j.look()
		v.Job = &jobView{p, report}
	}
	if _, err := os.Stat(filepath.Join(cfg.Output, generator.PageName)); err == nil {
		v.SiteBuilt = true
	}
	if l != nil {
		v.list(l, q, cfg.Filter.Sports)
	}
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, &v); err != nil {
		http.Error(w, "This page cannot be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // who went away needs no answer
}

// list fills in one page of what a query finds.
func (v *view) list(l *list, q query, wanted []string) {
	found, states := l.find(q)
	q.Page = min(q.Page, max(1, (len(found)+pageRows-1)/pageRows))
	from := (q.Page - 1) * pageRows
	to := min(from+pageRows, len(found))
	v.Ready, v.Query, v.Total, v.Found, v.First, v.Last, v.Warnings, v.Notes = true, q, len(l.rows), len(found), min(from+1, to), to, l.warnings, l.notes
	link := func(change func(*query)) string {
		q := q
		q.Page = 1
		change(&q)
		return "/?" + q.values().Encode()
	}
	if from > 0 {
		v.Previous = link(func(p *query) { p.Page = q.Page - 1 })
	}
	if to < len(found) {
		v.Next = link(func(p *query) { p.Page = q.Page + 1 })
	}

	all := 0
	for _, n := range states {
		all += n
	}
	v.States = []choice{{Label: "All", Count: all, URL: link(func(p *query) { p.State = "" }), Chosen: q.State == ""}}
	for _, s := range generator.States {
		if n := states[s]; n > 0 || q.State == string(s) {
			v.States = append(v.States, choice{string(s), stateLabels[s], n, link(func(p *query) { p.State = string(s) }), q.State == string(s)})
		}
	}
	v.Sources, v.Sports, v.Years = choices(l.sources, q.Source), choices(l.sports, q.Sport), choices(l.years, q.Year)
	v.Sorts = slices.Clone(sortLabels)
	for i := range v.Sorts {
		v.Sorts[i].Chosen = v.Sorts[i].Value == q.Sort
	}
	v.SetSports = slices.Concat(usualSports, wanted, l.sports)
	slices.Sort(v.SetSports)
	v.SetSports = slices.DeleteFunc(slices.Compact(v.SetSports), func(s string) bool { return s == noValue })
	v.Gears, v.Kinds = l.gears, activity.Kinds()
	for _, e := range found[from:to] {
		v.Rows = append(v.Rows, rowOf(e))
	}
}

// choices are values to filter by. One that is asked for and not there is offered too, or the page would lie.
func choices(values []string, chosen string) []choice {
	var out []choice
	if chosen != "" && !slices.Contains(values, chosen) {
		out = append(out, choice{Value: chosen, Label: plain(chosen), Chosen: true})
	}
	for _, s := range values {
		c := choice{Value: s, Label: plain(s), Chosen: s == chosen}
		if s == noValue {
			c.Label = "unknown"
		}
		out = append(out, c)
	}
	return out
}

// unknown stands where something is not known.
const unknown = "–"

func rowOf(e *entry) rowView {
	v := rowView{SurveyRow: e.SurveyRow, Label: plain(e.Name), Day: unknown, SportLabel: plain(string(e.Sport)),
		Distance: unknown, Moving: unknown, Ascent: unknown,
		Labelled: labelled(e), StateLabel: stateLabels[e.State], Shape: shape(e.Thumbnail),
		Fixed: e.ExcludedBy == generator.ExcludedByConfig, Refetch: e.Source == "intervals", Pairs: len(e.SameAs)+len(e.NotSameAs) > 0}
	if v.Label == "" {
		v.Label = "No name"
	}
	if v.SportLabel == "" {
		v.SportLabel = "Unknown sport"
	}
	if !e.Start.IsZero() {
		v.Day, v.Clock = e.Start.Format("2006-01-02"), e.Start.Format("15:04")
	}
	if e.DistanceM > 0 {
		v.Distance = fmt.Sprintf("%.1f km", e.DistanceM/1000)
	}
	if s := int(math.Round(e.MovingS)); s > 0 {
		v.Moving = fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	if e.AscentM > 0 {
		v.Ascent = humanize.Comma(int64(math.Round(e.AscentM))) + " m"
	}
	switch {
	case e.SportFrom == generator.SportFromOverride:
		v.SportNote = "set by you"
	case e.SportFrom == generator.SportFromGuess:
		v.SportNote = "guessed by its speed"
	case e.SportFrom == generator.SportFromTwin:
		v.SportNote = "as " + plain(e.SportTwin) + " has it"
	case e.SportFrom == generator.SportFromFile && e.Sport != "":
		v.SportNote = "from the file"
	}
	switch {
	case e.Twin != "":
		v.Why = plain(e.Detail)
	case v.Fixed && e.State == generator.StateExcluded:
		v.Why = "in heatmap.toml, [filter] exclude: it can be included again only there"
	case e.State == generator.StateExcluded:
		v.Why = "by you, in overrides.json"
	case e.State == generator.StateKept && e.Cleaned != "":
		v.Why = plain(e.Detail)
		if v.Why != "" {
			v.Why += "; "
		}
		v.Why += "cleaned: " + plain(e.Cleaned)
	case e.State == generator.StateKept:
		v.Why = plain(e.Detail)
	case e.Detail != "":
		v.Why = plain(e.Reason) + ": " + plain(e.Detail)
	case !strings.EqualFold(e.Reason, v.StateLabel):
		v.Why = plain(e.Reason)
	}
	for _, said := range []struct {
		text string
		ids  []string
	}{{"the same outing as ", e.SameAs}, {"another outing than ", e.NotSameAs}} {
		if len(said.ids) > 0 {
			if v.Why != "" {
				v.Why += "; "
			}
			v.Why += "you say: " + said.text + plain(strings.Join(said.ids, ", "))
		}
	}
	return v
}

// labelled says in words what is known of gear, commute and kind, and whether the user said any of it.
func labelled(e *entry) string {
	var says []string
	if e.Labels.Gear != "" {
		says = append(says, plain(e.Labels.Gear))
	}
	switch e.Labels.Commute {
	case activity.Yes:
		says = append(says, "commute")
	case activity.No:
		if e.Own.Commute == activity.No {
			says = append(says, "no commute")
		}
	}
	if k := e.Labels.Kind; k != activity.KindUnknown && (k != activity.KindOrdinary || e.Own.Kind == k) {
		says = append(says, plain(string(k)))
	}
	text := strings.Join(says, " · ")
	if e.Own != (activity.Labels{}) {
		text += ", set by you"
	}
	return text
}

// plain makes text from a file fit for a line: no control characters, nor those that turn the reading direction of what
// follows.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// shape writes a thumbnail as the d of an SVG path.
func shape(t generator.Thumbnail) string {
	var b []byte
	for _, line := range t {
		b = append(b, 'M')
		for i, p := range line {
			if i > 0 {
				b = append(b, ' ')
			}
			b = strconv.AppendInt(b, int64(p[0]), 10)
			b = append(b, ' ')
			b = strconv.AppendInt(b, int64(p[1]), 10)
		}
	}
	return string(b)
}
