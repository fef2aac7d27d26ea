package generator

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
	"heatmapgen/layers"
)

// A rule without effect is a mistake in most cases: a zone whose coordinates are swapped, the id of an activity that is no
// more, a sport mistyped. This file finds such rules once all activities are known, for builds, the survey and the check of
// rules alike.

// maxNamed is how many rules of one kind without effect are named; the others are counted.
const maxNamed = 5

// named returns at most maxNamed texts, and one more that counts the others with the given words.
func named(texts []string, one, many string) []string {
	if more := len(texts) - maxNamed; more > 1 {
		return append(texts[:maxNamed:maxNamed], fmt.Sprintf("... and %s", words.Plural(more, one, many)))
	}
	return texts
}

// unknownIDs warns of what the configuration and the overrides say of activities that no source has.
func (ga *gatherer) unknownIDs(found *gathering, said overrides.Overrides) (warnings []string) {
	if len(ga.cfg.Filter.Exclude)+len(said) == 0 {
		return nil
	}
	known := make(map[string]bool, len(found.candidates))
	var ids []string
	for i := range found.candidates {
		c := &found.candidates[i]
		known[c.ID] = true
		if c.whole != "" {
			known[c.whole] = true // all activities of the file
		}
		ids = append(ids, c.ID)
	}
	isKnown := func(id string) bool {
		if known[id] {
			return true
		}
		// An activity of a file that was not opened, as it is left out.
		whole, n, ok := cutPartID(id)
		return ok && n > 0 && slices.ContainsFunc(found.candidates, func(c candidate) bool { return c.ID == whole && c.part == 0 })
	}
	var texts []string
	for i, id := range ga.cfg.Filter.Exclude {
		if !isKnown(id) {
			hint := ""
			if len(texts) < maxNamed {
				hint = nearestID(id, ids)
			}
			texts = append(texts, ga.cfg.FaultAt(fmt.Sprintf("filter.exclude[%d]", i), `"exclude" in [filter] names %q, which no source has%s`, words.OneLine(id), hint).String())
		}
	}
	warnings = named(texts, `other that "exclude" names`, `others that "exclude" names`)
	texts = nil
	file := overrides.Path(ga.cfg.File)
	unknown := func(id, where string) {
		if isKnown(id) {
			return
		}
		hint := ""
		if len(texts) < maxNamed {
			hint = nearestID(id, ids)
		}
		texts = append(texts, config.Fault{File: file, Text: fmt.Sprintf("%q%s is an activity that no source has%s", words.OneLine(id), where, hint)}.String())
	}
	for _, id := range slices.Sorted(maps.Keys(said)) {
		unknown(id, "")
		for _, other := range slices.Concat(said[id].SameAs, said[id].NotSameAs) {
			if _, own := said[other]; !own {
				unknown(other, fmt.Sprintf(" at %q", words.OneLine(id)))
			}
		}
	}
	return append(warnings, named(texts, "other in "+overrides.FileName, "others in "+overrides.FileName)...)
}

// nearestID names the activity that a mistyped id most likely means: the file of that name elsewhere, or the id that takes
// few mistakes. Ids of neighbouring days differ in few digits, so a word of comfort is not in it.
func nearestID(id string, ids []string) string {
	source, key, _ := strings.Cut(id, ":")
	near := ""
	if base := path.Base(key); strings.Contains(base, ".") {
		for _, other := range ids {
			if from, place, ok := strings.Cut(other, ":"); ok && from == source && strings.EqualFold(path.Base(place), base) {
				near = other
				break
			}
		}
	}
	if near == "" {
		near = config.Nearest(id, ids, max(1, len(key)/5))
	}
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; the nearest is %q", words.OneLine(near))
}

// unknownSports warns of sports that the filter asks for and no activity has. sports counts the activities of each.
func (ga *gatherer) unknownSports(sports map[activity.Sport]int) (warnings []string) {
	there := map[string]int{}
	for s, n := range sports {
		name := string(s)
		if s == activity.SportUnknown {
			name = "unknown sport"
		}
		there[name] += n
	}
	for i, want := range ga.cfg.Filter.Sports {
		if !hasSport(sports, activity.Sport(want)) {
			warnings = append(warnings, ga.cfg.FaultAt(fmt.Sprintf("filter.sports[%d]", i), `no activity is a %s, which "sports" in [filter] asks for; there are %s`,
				words.OneLine(want), commonest(there)).String())
		}
	}
	return warnings
}

// hasSport reports whether a filter that names want takes any of the sports. What is not wanted need not be there.
func hasSport(sports map[activity.Sport]int, want activity.Sport) bool {
	if strings.HasPrefix(string(want), activity.Without) {
		return true
	}
	for s := range sports {
		if want.Covers(s) {
			return true
		}
	}
	return false
}

// sportsOf counts the rows by their sport. Of those without a track the sport is what the source says.
func sportsOf(rows []row) map[activity.Sport]int {
	sports := map[activity.Sport]int{}
	for i := range rows {
		sports[rows[i].Sport]++
	}
	return sports
}

// watchLeftOut looks for zones that the user wrote and no activity came near at those that a rule left out without
// decoding: they tell whether the place is right.
func (ga *gatherer) watchLeftOut(ctx context.Context, g *gathering, s *selection, workers int, progress Progress) error {
	typed := func(i int) bool { return ga.zones.zones[i].typed >= 0 }
	if ga.cfg.Privacy.AllowUnusedZones || len(s.drawn) == 0 || !slices.ContainsFunc(ga.zones.unseen(), typed) {
		return nil
	}
	progress.Stage("Looking near privacy zones", int64(len(g.candidates)), "files")
	defer progress.Done()
	return each(ctx, workers, len(g.candidates), func(_, i int) error {
		defer progress.Add(1)
		c := &g.candidates[i]
		if s.rows[i].Samples > 0 || s.rows[i].reason == "" || c.skip != nil || ga.zones.settled() {
			return nil
		}
		if res, hash, err := ga.load(c); err == nil {
			ga.zones.watch(res.Track, hash, true)
		}
		return nil
	})
}

// unusedZones tells of zones that no activity comes near. What the user wrote is likely to be wrong then, and a fault; so is
// a zone of an export with latitude and longitude the wrong way round. Others of an export may lie where nobody ran.
func (ga *gatherer) unusedZones() (faults []config.Fault, warnings []message.Message) {
	w := ga.zones
	var quiet []string
	for _, i := range w.unseen() {
		z := &w.zones[i]
		slip := noSlip
		for s := slips - 1; s > noSlip; s-- {
			if w.seen[i][s] || w.leftOut[i][s] {
				slip = s
			}
		}
		f := ga.unusedZone(z, slip, w.leftOut[i][noSlip])
		switch {
		case w.leftOut[i][noSlip]:
			warnings = append(warnings, f.Message())
		case !ga.cfg.Privacy.AllowUnusedZones && (z.typed >= 0 || slip == swapped):
			faults = append(faults, f)
		case z.typed >= 0 || slip == swapped:
			warnings = append(warnings, f.Message())
		default:
			quiet = append(quiet, f.String())
		}
	}
	return faults, append(warnings, message.Plain(named(quiet, "other zone that hides nothing", "other zones that hide nothing")...)...)
}

// unusedZone says that a zone hides nothing. Its place is rounded to some 10 km, as logs may be public.
func (ga *gatherer) unusedZone(z *placedZone, slip slip, leftOut bool) config.Fault {
	why := fmt.Sprintf("no activity comes near %s", about(z.Center))
	if leftOut {
		why = fmt.Sprintf("only activities that [filter] leaves out come near %s", about(z.Center))
	} else if meant, ok := slip.undo(z.Center); ok && slip != noSlip {
		why += fmt.Sprintf(", but near %s: %s", about(meant), slip.question())
	}
	if z.typed < 0 {
		m := message.New("export-zone-idle", "this zone hides nothing: "+why, message.Args{"file": z.file, "line": z.line})
		return config.Fault{File: words.OneLine(z.file), Line: z.line, Text: m.Text, Code: m.Code, Args: m.Args}
	}
	remedy := ""
	if !leftOut && !ga.cfg.Privacy.AllowUnusedZones {
		remedy = "; correct the zone, remove it, or set allow_unused_zones = true"
	}
	m := message.New("zone-idle", fmt.Sprintf("zone %d of [privacy] hides nothing: %s%s", z.typed+1, why, remedy), message.Args{"zone": z.typed + 1, "leftOut": leftOut})
	f := ga.cfg.FaultAt(fmt.Sprintf("privacy.zones[%d]", z.typed), "%s", m.Text)
	f.Code, f.Args = m.Code, m.Args
	return f
}

// about writes a place to a tenth of a degree.
func about(p activity.LatLon) string { return fmt.Sprintf("%.1f, %.1f", p.Lat, p.Lon) }

// strayHome tells of a [home] that no activity is near, so that the rules about it leave nothing.
func (ga *gatherer) strayHome(rows []row) (fault config.Fault, ok bool) {
	f, h := &ga.cfg.Filter, ga.cfg.Home
	if h == nil {
		return fault, false
	}
	radiusKM, rule, at := f.RadiusKM, `starts within`, "filter.radius_km"
	far, near := byReason(rows, activity.FarFromHome), byReason(rows, activity.Kept, activity.IndoorReason, activity.DuplicateOther, reasonTooFew)
	home := activity.LatLon{Lat: h.Lat, Lon: h.Lon}
	if radiusKM <= 0 || len(far) == 0 {
		radiusKM, rule, at = f.TrackClipRadiusKM, `comes within`, "filter.track_clip_radius_km"
		far, near = byReason(rows, reasonTooFew), byReason(rows, activity.Kept, activity.DuplicateOther)
		for _, r := range far {
			if home.DistanceM(r.Outline.Start) <= radiusKM*1000 {
				near = append(near, r) // a privacy zone hides it
			}
		}
	}
	if radiusKM <= 0 || len(far) == 0 || len(near) > 0 {
		return fault, false
	}
	_, key, _ := strings.Cut(at, ".")
	why := fmt.Sprintf("%q in [filter] leaves nothing, as none of %s %s %v km of [home] at %s", key, words.Plural(len(far), "activity", "activities"), rule, radiusKM, about(home))
	for s := noSlip + 1; s < slips; s++ {
		meant, ok := s.undo(home)
		if ok && slices.ContainsFunc(far, func(r *row) bool { return meant.DistanceM(r.Outline.Start) <= radiusKM*1000 }) {
			why += fmt.Sprintf(", but of %s: %s", about(meant), s.question())
			break
		}
	}
	return ga.cfg.FaultAt("home.lat", "%s", why), true
}

// byReason returns the rows with a track that have one of the reasons.
func byReason(rows []row, reasons ...activity.Reason) (some []*row) {
	for i := range rows {
		if r := &rows[i]; r.Samples > 0 && slices.Contains(reasons, activity.Reason(r.reason)) {
			some = append(some, r)
		}
	}
	return some
}

// lateClock warns when today, which nobody set, is a year or more before the newest activity drawn.
func lateClock(cfg *config.Config, today time.Time, s *selection) []message.Message {
	if !cfg.Render.AsOf.IsZero() {
		return nil
	}
	var newest *row
	for _, i := range s.drawn {
		if r := &s.rows[i]; !r.Activity.Start.IsZero() && (newest == nil || r.Activity.Start.After(newest.Activity.Start)) {
			newest = r
		}
	}
	if newest == nil || newest.Activity.Start.Before(today.AddDate(1, 0, 0)) {
		return nil
	}
	return []message.Message{message.New("clock-late", fmt.Sprintf("the clock of this computer says that it is %s, a year or more before %s, so what is recent is shown wrong: set the clock, or as_of in [render]; "+
		"if the date of that activity is wrong, exclude it", today.Format(time.DateOnly), outingOf(&newest.Activity)), message.Args{"today": today.Format(time.DateOnly), "activity": newest.Activity.ID, "day": outingOf(&newest.Activity).Day})}
}

// idleRanges warns of a fixed end of a range that all values lie on one side of, so that the layer has one colour.
func idleRanges(cfg *config.Config, s *samples) (warnings []string) {
	need := s.needs(1, nil, false)
	check := func(bins []int64, field int, unit, loKey string, lo *float64, hiKey string, hi *float64) {
		if _, ok := percentile(bins, 1); !ok {
			return
		}
		n := &need[field]
		if lo != nil && *lo >= n.hi {
			warnings = append(warnings, cfg.FaultAt("ranges."+loKey, "%q in [ranges] is %v, above what there is (%.1f to %.1f %s), so its layer has one colour", loKey, *lo, n.lo, n.hi, unit).String())
		}
		if hi != nil && *hi <= n.lo {
			warnings = append(warnings, cfg.FaultAt("ranges."+hiKey, "%q in [ranges] is %v, below what there is (%.1f to %.1f %s), so its layer has one colour", hiKey, *hi, n.lo, n.hi, unit).String())
		}
	}
	r := &cfg.Ranges
	check(s.speed[:], layers.Pace, "m/s", "speed_min_ms", r.SpeedMinMS, "speed_max_ms", r.SpeedMaxMS)
	check(s.heart[:], layers.HeartRate, "bpm", "hr_min_bpm", r.HRMinBPM, "hr_max_bpm", r.HRMaxBPM)
	return warnings
}
