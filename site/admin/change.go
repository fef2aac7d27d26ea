package admin

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/generator"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/words"
)

// What can be done with activities, as forms name it.
const (
	doExclude = "exclude"
	doInclude = "include"
	doSport   = "sport"
	doGear    = "gear"
	doCommute = "commute"
	doKind    = "kind"
	doRefetch = "refetch"
	// What records are to each other: of one outing, of several, or as a build finds.
	doJoin   = "join"
	doSplit  = "split"
	doForget = "forget"
)

// asListed as the sport to set gives an activity back the one that its source or file says.
const asListed = "-"

// change answers a form that changes something about activities: those that are ticked, all that the form's query finds,
// or the one whose own button was pressed.
func (a *admin) change(w http.ResponseWriter, r *http.Request) {
	q, form := parseQuery(r.PostForm), r.PostForm
	do, ids := form.Get("do"), form["id"]
	if one := form.Get("one"); one != "" {
		var id string
		do, id, _ = strings.Cut(one, " ")
		ids = []string{id}
	}
	a.mu.Lock()
	l := a.list
	a.mu.Unlock()
	refuse := func(status int, format string, args ...any) { a.render(w, q, status, fmt.Sprintf(format, args...)) }
	if l == nil {
		refuse(http.StatusConflict, "The activities are not read yet.")
		return
	}
	if form.Get("one") == "" && form.Get("all") != "" {
		found, _ := l.find(q)
		if form.Get("found") != strconv.Itoa(len(found)) {
			refuse(http.StatusConflict, "The list has changed: it is %s now. Nothing was done; look again.", words.Plural(len(found), "activity", "activities"))
			return
		}
		ids = nil
		for _, e := range found {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		refuse(http.StatusBadRequest, "Tick the activities first.")
		return
	}
	for _, id := range ids {
		if l.byID[id] == nil {
			refuse(http.StatusNotFound, "There is no activity %s in the list. Nothing was done.", id)
			return
		}
	}

	switch do {
	case doExclude:
		a.save(w, r, q, do, ids, each(ids, func(v *overrides.Override) { v.Exclude = true }))
	case doInclude:
		a.save(w, r, q, do, ids, each(ids, func(v *overrides.Override) { v.Exclude = false }))
	case doJoin:
		if len(ids) < 2 {
			refuse(http.StatusBadRequest, "Tick the records that are of one outing, two at least.")
			return
		}
		a.save(w, r, q, do, ids, func(said overrides.Overrides) int { return said.Join(ids) })
	case doSplit:
		if len(ids) == 1 {
			twin := l.byID[ids[0]].Twin
			if twin == "" {
				refuse(http.StatusBadRequest, "Tick the records that are of several outings, two at least.")
				return
			}
			ids = []string{twin, ids[0]}
		}
		if len(ids) > maxSplit {
			refuse(http.StatusBadRequest, "That is too many at once: tick %d at most.", maxSplit)
			return
		}
		a.save(w, r, q, do, ids, func(said overrides.Overrides) int { return said.Split(ids) })
	case doForget:
		a.save(w, r, q, do, ids, func(said overrides.Overrides) (changed int) {
			for _, id := range ids {
				if said.Forget(id) {
					changed++
				}
			}
			return changed
		})
	case doSport:
		sport := form.Get("set")
		if sport == asListed {
			sport = ""
		} else if err := overrides.CheckSport(sport); err != nil {
			refuse(http.StatusBadRequest, "Choose a sport first.")
			return
		}
		a.save(w, r, q, do, ids, each(ids, func(v *overrides.Override) { v.Sport = activity.Sport(sport) }))
	case doGear, doCommute, doKind:
		set, problem := labelOf(do, form)
		if set == nil {
			refuse(http.StatusBadRequest, "%s", problem)
			return
		}
		a.save(w, r, q, do, ids, each(ids, func(v *overrides.Override) { set(&v.Labels) }))
	case doRefetch:
		if len(ids) != 1 || l.byID[ids[0]].Source != "intervals" {
			refuse(http.StatusBadRequest, "Only one activity at a time, from intervals.icu, can be fetched again.")
			return
		}
		if err := a.start("Fetching "+ids[0], a.refetch(ids[0])); err != nil {
			refuse(http.StatusConflict, "%v", err)
			return
		}
		back(w, r, q, nil)
	default:
		refuse(http.StatusBadRequest, "This form asks for something unknown.")
	}
}

// labelOf returns the change of a label that a form asks for, or nil and a sentence for the user.
func labelOf(do string, form url.Values) (set func(*activity.Labels), problem string) {
	value := form.Get(do)
	if value == asListed {
		value = ""
	} else if value == "" && do != doGear {
		return nil, fmt.Sprintf("Choose the %s first.", do)
	}
	switch do {
	case doGear:
		// An empty field stands for what the source says.
		gear := activity.GearNamed(value)
		return func(l *activity.Labels) { l.Gear = gear }, ""
	case doCommute:
		answers := map[string]activity.Answer{"": activity.NotKnown, "yes": activity.Yes, "no": activity.No}
		answer, ok := answers[value]
		if !ok {
			return nil, "A commute is yes or no."
		}
		return func(l *activity.Labels) { l.Commute = answer }, ""
	}
	if value != "" && overrides.CheckKind(value) != nil {
		return nil, "Choose the kind first."
	}
	return func(l *activity.Labels) { l.Kind = activity.Kind(value) }, ""
}

// maxSplit is how many activities can be said to be outings of their own at once: each two of them are written down.
const maxSplit = 50

// each returns a change that does f to the override of each of ids.
func each(ids []string, f func(*overrides.Override)) func(overrides.Overrides) int {
	return func(said overrides.Overrides) (changed int) {
		for _, id := range ids {
			v := said[id]
			f(&v)
			if !v.Equal(said[id]) {
				said[id] = v
				changed++
			}
		}
		return changed
	}
}

// save changes what overrides.json says, which f does and counts, and judges the list by it.
func (a *admin) save(w http.ResponseWriter, r *http.Request, q query, do string, ids []string, f func(overrides.Overrides) int) {
	// The file and the list must not part because a browser went away.
	changed, fixed, err := a.override(context.WithoutCancel(r.Context()), do, ids, f)
	if err != nil {
		a.render(w, q, http.StatusConflict, err.Error())
		return
	}
	back(w, r, q, url.Values{"did": {do}, "n": {strconv.Itoa(changed)}, "fixed": {strconv.Itoa(fixed)}})
}

// override applies f to the overrides, and returns how many it changed and how many of ids stay excluded by heatmap.toml.
func (a *admin) override(ctx context.Context, do string, ids []string, f func(overrides.Overrides) int) (changed, fixed int, err error) {
	a.changing.Lock()
	defer a.changing.Unlock()
	path := overrides.Path(a.config().File)
	// Read anew each time: the user may have edited it by hand.
	said, err := overrides.Load(path)
	if err != nil {
		return 0, 0, err
	}
	a.mu.Lock()
	l := a.list
	a.mu.Unlock()
	changed = f(said)
	for _, id := range ids {
		if e := l.byID[id]; do == doInclude && e != nil && e.ExcludedBy == generator.ExcludedByConfig {
			fixed++
		}
	}
	if changed > 0 {
		if err := said.Save(path); err != nil {
			return 0, 0, err
		}
	}
	a.mu.Lock()
	if changed > 0 {
		a.saved++
	}
	a.mu.Unlock()
	if a.survey != nil {
		if err := a.survey.Apply(ctx, said); err != nil {
			return 0, 0, err
		}
		a.show(listOf(a.survey))
	}
	return changed, fixed, nil
}

// back leads the browser from a form to the list that it was on, which says what was done.
func back(w http.ResponseWriter, r *http.Request, q query, did url.Values) {
	v := q.values()
	for name := range did {
		v.Set(name, did.Get(name))
	}
	to := "/"
	if len(v) > 0 {
		to += "?" + v.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// done says in words what the address says was done.
func done(v url.Values) string {
	n, _ := strconv.Atoi(v.Get("n"))
	fixed, _ := strconv.Atoi(v.Get("fixed"))
	what := words.Plural(n, "activity", "activities")
	var text string
	switch v.Get("did") {
	case doExclude:
		text = what + " excluded."
	case doInclude:
		text = what + " included again."
	case doSport:
		text = "Sport set for " + what + "."
	case doGear:
		text = "Gear set for " + what + "."
	case doCommute:
		text = "Commute set for " + what + "."
	case doKind:
		text = "Kind set for " + what + "."
	case doJoin:
		text = what + " joined: one outing, of which the best record is drawn."
	case doSplit:
		text = what + " taken apart: outings of their own."
	case doForget:
		text = what + " left to the build again."
	default:
		return ""
	}
	if n == 0 {
		text = "Nothing to change."
	}
	if fixed > 0 {
		text += fmt.Sprintf(" %s excluded in heatmap.toml: take the id out of [filter] exclude there.", words.Plural(fixed, "activity is", "activities are"))
	}
	return text
}
