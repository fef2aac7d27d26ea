package generator

import (
	"fmt"
	"slices"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// One outing is drawn once, and one that is hidden not at all: which records are of the same outing is the business of activity.Outings;
// this file asks it, with what the user says, and does what comes out.

// outOf says why a candidate that became row r must not be drawn, whatever its other records are: the user excludes it, or says that it is
// of a sport that is not wanted. What a rule leaves out by what sources and files say is no reason against other records.
func (ga *gatherer) outOf(r *row, c *candidate) activity.Reason {
	switch {
	case ga.filter.Exclude[c.ID], c.whole != "" && ga.filter.Exclude[c.whole]:
		return activity.Excluded
	case c.set && (r.reason == string(activity.OtherSport) || r.reason == string(activity.VirtualReason)):
		return activity.OtherSport
	}
	return activity.Kept
}

// shadow reads candidate i, which a rule leaves out by what is known already, if its other records are to be left out with it. One that cannot
// be read ends nothing: the user may exclude it for that. Its source may still know when it was.
func (ga *gatherer) shadow(r *row, i int, c *candidate, d *activity.Deriver) error {
	if r.Out = ga.outOf(r, c); r.Out == activity.Kept || c.skip != nil {
		return nil
	}
	res, hash, err := ga.open(i, c)
	reason, detail := r.reason, r.detail
	r.Activity = c.Activity // one of several in the file, as it turned out
	if res != nil {
		complete(&r.Activity, res, c.set)
	}
	r.SportBy = c.sportBy(false)
	if err != nil {
		ga.blind(r, err)
		return nil
	}
	r.Content = hash
	ga.zones.watch(res.Track, hash, true)
	measure(r, res.Track, clean(r, res.Track), d)
	r.reason, r.detail = reason, detail
	return nil
}

// blind notes that an excluded activity cannot be read now, so that nobody can tell its other records. A broken file has no way in it that could be
// known from another.
func (ga *gatherer) blind(r *row, err error) {
	if _, _, known := r.Span(); known || !ends(err) || r.Out != activity.Excluded {
		return
	}
	ga.blindly.Lock()
	defer ga.blindly.Unlock()
	ga.unread = append(ga.unread, fmt.Sprintf("%s is excluded, and cannot be read (%s): should another source have the same outing, exclude that as well",
		words.OneLine(r.ID), words.OneLine(err.Error())))
}

// outings finds what of rows is the same outing, and says so in them. It returns the places of rows that stay and take the sport of
// another record.
func (ga *gatherer) outings(rows []row) (relabelled []int) {
	var records []*activity.Record
	var index []int
	for i := range rows {
		if r := &rows[i]; r.reason == "" || r.Out != activity.Kept {
			records = append(records, &r.Record)
			index = append(index, i)
		}
	}
	for k, v := range activity.Outings(records, ga.pairs(records)) {
		r := &rows[index[k]]
		switch {
		case v.Reason == activity.Kept && v.SportOf != k:
			r.sportOf = &rows[index[v.SportOf]]
			relabelled = append(relabelled, index[k])
		case v.Of >= 0:
			r.reason, r.twin, r.why = string(v.Reason), &rows[index[v.Of]], v.Evidence
		}
		if v.NameOf != k {
			r.Name = records[v.NameOf].Name
		}
		if v.Labels != nil {
			r.Labels = *v.Labels
		}
	}
	for _, i := range relabelled {
		rows[i].ownSport, rows[i].Sport = rows[i].Sport, rows[i].sportOf.Sport
	}
	return relabelled
}

// sift leaves out what is not wanted by what is known of an outing as a whole. A record of it that was left out as a duplicate stays so. A date that lies after
// the day of the map is none.
func (ga *gatherer) sift(rows []row) {
	f := ga.cfg.Filter.Labels()
	for i := range rows {
		if r := &rows[i]; r.reason == "" {
			a := r.Activity
			if r.late {
				a.Start = time.Time{}
			}
			r.reason = string(f.Check(&a))
		}
	}
}

// pairs returns what the user says of pairs of records. Of two outings the id of a file stands for all activities in it.
func (ga *gatherer) pairs(records []*activity.Record) (said activity.Said) {
	same, apart := ga.said.Pairs()
	if len(same)+len(apart) == 0 {
		return said
	}
	at, within := map[string]int{}, map[string][]int{}
	for k := range records {
		id := records[k].ID
		at[id] = k
		within[id] = append(within[id], k)
		if whole, n, ok := cutPartID(id); ok && n > 0 {
			within[whole] = append(within[whole], k)
		}
	}
	for _, p := range same {
		a, ok := at[p[0]]
		b, okay := at[p[1]]
		if ok && okay {
			said.Same = append(said.Same, [2]int{a, b})
		}
	}
	for _, p := range apart {
		for _, a := range within[p[0]] {
			for _, b := range within[p[1]] {
				said.Apart = append(said.Apart, [2]int{a, b})
			}
		}
	}
	return said
}

// again reads the rows anew whose sport is now another, where that changes what is believed of their samples.
func (ga *gatherer) again(g *gathering, s *selection, relabelled []int, d *activity.Deriver) error {
	relabelled = slices.DeleteFunc(relabelled, func(i int) bool {
		r, listed := &s.rows[i], s.rows[i].Sport
		was := r.ownSport
		return listed.MeasuredAs(was) && r.Outline.Indoor(ga.cfg.Filter.GPSSpreadMinM, was) == r.Outline.Indoor(ga.cfg.Filter.GPSSpreadMinM, listed)
	})
	if len(relabelled) == 0 {
		return nil
	}
	ga.bucket.forget(relabelled)
	s.again = make(map[int]bool, len(relabelled))
	ga.loader.begin()
	for _, i := range relabelled {
		s.again[i] = true
		old, c := s.rows[i], &g.candidates[i]
		c.Sport, c.set = old.Sport, true
		r := &s.rows[i]
		*r = row{}
		if err := ga.one(r, i, c, d, &samples{}); err != nil {
			return err
		}
		r.Name, r.Labels, r.Activity.Start, r.late, r.warning, r.sportOf, r.ownSport = old.Name, old.Labels, old.Activity.Start, old.late, old.warning, old.sportOf, old.ownSport
	}
	return nil
}

// merged says in words why a row is not drawn in the light of another.
func (r *row) merged() string {
	out, twin := outingOf(&r.Activity), outingOf(&r.twin.Activity)
	switch activity.Reason(r.reason) {
	case activity.ExcludedOuting:
		return fmt.Sprintf("%s shows what %s shows, which is excluded: %s", out, twin, r.why)
	case activity.OtherSport:
		return fmt.Sprintf("%s is in %s, which is a %s as you say: %s", out, twin, words.OneLine(string(r.twin.Sport)), r.why)
	}
	return fmt.Sprintf("%s is in %s: %s", out, twin, r.why)
}

// tellHidden notes which rows were left out as another record of their outing is excluded: whoever excluded that may not know of them.
func (r *Report) tellHidden(s *selection) {
	var texts []string
	for i := range s.rows {
		if row := &s.rows[i]; row.twin != nil && row.reason == string(activity.ExcludedOuting) {
			texts = append(texts, row.merged())
		}
	}
	if len(texts) == 0 {
		return
	}
	r.note("%s left out as well, showing an outing that is excluded. Whoever excluded one of two records only as the outing was there twice includes it again: one is drawn now. Say with \"heatmapgen admin\", or not_same_as in %s, what is another outing.",
		words.Plural(len(texts), "activity is", "activities are"), overrides.FileName)
	r.Notes = append(r.Notes, message.Plain(named(texts, "other", "others")...)...)
}
