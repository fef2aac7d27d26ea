package admin

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/generator"
	"heatmapgen/internal/message"
)

// A list is what a survey found, made ready to be searched. It does not change.
type list struct {
	rows  []entry
	byID  map[string]*entry
	notes []string
	// warnings are what must not be missed.
	warnings []string
	// What there is to filter by, each sorted.
	sources, sports, years []string
	// gears are all pieces of gear there are, sorted.
	gears []string
}

// An entry is a row with what it is searched and filtered by.
type entry struct {
	generator.SurveyRow
	text string // in lower case
	year string
	name string // in lower case, by which it is sorted
}

// noValue stands in a query for what is not known.
const noValue = "none"

// listOf makes a list of what a survey found.
func listOf(s *generator.Survey) *list {
	return newList(s.Rows(), message.Texts(s.Warnings()), message.Texts(s.Notes()))
}

func newList(rows []generator.SurveyRow, warnings, notes []string) *list {
	l := &list{rows: make([]entry, len(rows)), byID: make(map[string]*entry, len(rows)), warnings: warnings, notes: notes}
	sources, sports, years, gears := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, r := range rows {
		e := &l.rows[i]
		e.SurveyRow = r
		e.name = strings.ToLower(r.Name)
		e.text = strings.ToLower(strings.Join([]string{r.Name, r.ID, r.Path, string(r.Sport), r.Labels.Gear, string(r.Labels.Kind), r.Reason, r.Detail}, "\n"))
		e.year = noValue
		if !r.Start.IsZero() {
			e.year = strconv.Itoa(r.Start.Year())
		}
		l.byID[r.ID] = e
		if r.Labels.Commute == activity.Yes {
			e.text += "\ncommute"
		}
		if r.Labels.Gear != "" {
			gears[r.Labels.Gear] = true
		}
		sources[r.Source], sports[e.sport()], years[e.year] = true, true, true
	}
	l.sources, l.sports, l.years = slices.Sorted(maps.Keys(sources)), slices.Sorted(maps.Keys(sports)), slices.Sorted(maps.Keys(years))
	l.gears = slices.Sorted(maps.Keys(gears))
	slices.Reverse(l.years)
	return l
}

// sport is the sport as queries name it.
func (e *entry) sport() string { return cmp.Or(string(e.Sport), noValue) }

// A query says what to show of the list. It is all there is of a page's state, and stands in its address.
type query struct {
	Text                       string
	Source, Sport, State, Year string // "" is all of them
	Sort                       string // a key of orders
	Page                       int    // from 1
}

// defaultSort is the newest first.
const defaultSort = "-date"

// pageRows is how many rows a page has at most.
const pageRows = 200

// maxText bounds what is searched for, in bytes.
const maxText = 200

func parseQuery(v url.Values) query {
	q := query{Text: strings.TrimSpace(v.Get("q")), Source: v.Get("source"), Sport: v.Get("sport"), State: v.Get("state"),
		Year: v.Get("year"), Sort: v.Get("sort"), Page: 1}
	if len(q.Text) > maxText {
		q.Text = strings.ToValidUTF8(q.Text[:maxText], "")
	}
	if orders[q.Sort] == nil {
		q.Sort = defaultSort
	}
	if n, err := strconv.Atoi(v.Get("page")); err == nil && n > 1 {
		q.Page = n
	}
	return q
}

// values is the inverse of parseQuery, without what is as it is by default.
func (q query) values() url.Values {
	v := url.Values{}
	for _, p := range [][2]string{{"q", q.Text}, {"source", q.Source}, {"sport", q.Sport}, {"state", q.State}, {"year", q.Year}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	if q.Sort != defaultSort {
		v.Set("sort", q.Sort)
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

// orders are what the list can be sorted by; a minus in front turns it round.
var orders = func() map[string]func(a, b *entry) int {
	m := map[string]func(a, b *entry) int{
		"date":     func(a, b *entry) int { return a.Start.Compare(b.Start) },
		"name":     func(a, b *entry) int { return cmp.Compare(a.name, b.name) },
		"distance": func(a, b *entry) int { return cmp.Compare(a.DistanceM, b.DistanceM) },
		"time":     func(a, b *entry) int { return cmp.Compare(a.MovingS, b.MovingS) },
		"ascent":   func(a, b *entry) int { return cmp.Compare(a.AscentM, b.AscentM) },
	}
	for _, name := range slices.Collect(maps.Keys(m)) {
		f := m[name]
		m["-"+name] = func(a, b *entry) int { return f(b, a) }
	}
	return m
}()

// find returns the entries that a query asks for, sorted, all pages of them, and how many there are by state when the
// query's state is left out.
func (l *list) find(q query) (found []*entry, states map[generator.State]int) {
	states = map[generator.State]int{}
	words := strings.Fields(strings.ToLower(q.Text))
	for i := range l.rows {
		e := &l.rows[i]
		if !e.matches(q, words) {
			continue
		}
		states[e.State]++
		if q.State == "" || q.State == string(e.State) {
			found = append(found, e)
		}
	}
	order := orders[q.Sort]
	slices.SortFunc(found, func(a, b *entry) int { return cmp.Or(order(a, b), cmp.Compare(a.ID, b.ID)) })
	return found, states
}

// matches tells whether an entry is what a query asks for but for its state. All words must be in it.
func (e *entry) matches(q query, words []string) bool {
	if q.Source != "" && q.Source != e.Source || q.Sport != "" && q.Sport != e.sport() || q.Year != "" && q.Year != e.year {
		return false
	}
	for _, w := range words {
		if !strings.Contains(e.text, w) {
			return false
		}
	}
	return true
}
