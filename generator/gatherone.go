package generator

import (
	"errors"
	"fmt"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/activity/track"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/squares"
)

// one decides about candidate c, row i, and puts what is drawn of it in the bucket. survey.go takes the same steps.
func (ga *gatherer) one(r *row, i int, c *candidate, d *activity.Deriver, sample *samples) error {
	r.Activity, r.Own, r.path = c.Activity, c.own, c.path
	if ga.spare(r, c) {
		return ga.shadow(r, i, c, d)
	}
	res, err := ga.read(r, i, c)
	if res == nil || err != nil {
		r.Out = ga.outOf(r, c)
		return err
	}
	if reason := ga.filter.Check(&r.Activity); reason != activity.Kept {
		ga.zones.watch(res.Track, r.Content, true)
		ga.leaveOut(r, reason)
		if r.Out = ga.outOf(r, c); r.Out != activity.Kept {
			measure(r, res.Track, clean(r, res.Track), d)
		}
		return nil
	}
	recorded := res.Track
	if r.Sport.OnFoot() && slices.Contains(ga.sensors, activity.Cadence) {
		recorded = recorded.InSteps()
	}
	whole := clean(r, recorded)
	stretches := measure(r, recorded, whole, d)
	misplaced := ga.misplaced(r)
	ga.zones.watch(whole, r.Content, misplaced)
	if misplaced {
		return nil
	}
	if t := ga.visible(r, whole); t != whole {
		stretches = d.Stretches(t)
		var part activity.Figures
		part.DistanceM, part.MovingS, part.AscentM = d.Shown(stretches)
		own := activity.Figures{DistanceM: r.Activity.DistanceM, MovingS: r.Activity.MovingS, AscentM: r.Activity.AscentM}
		all := activity.Figures{DistanceM: r.Outline.DistanceM, MovingS: r.Outline.MovingS, AscentM: r.Outline.AscentM}
		figures := activity.Shown(own, all, part, r.Content)
		r.shown = &figures
	}
	if len(stretches) == 0 {
		r.reason = reasonTooFew
		return nil
	}
	sample.measure(stretches)
	runs := projectRuns(stretches)
	for _, run := range runs {
		r.bounds.extend(run.Points)
		r.points += len(run.Points)
	}
	if ga.cfg.Page.Tracks {
		altitudes := make([]float32, len(stretches))
		for k := range stretches {
			altitudes[k] = stretches[k].AltM
		}
		r.line = lines.Make(runs, altitudes, ga.bucket.minGrade, ga.sensors...)
		r.sensors = sensorsOf(stretches, ga.sensors)
	}
	if ga.cfg.HasSquares() {
		r.squares = squares.Pack(squares.Cover(runs))
	}
	r.along = ga.segments.along(runs)
	return ga.bucket.add(i, runs)
}

// spare leaves out what needs no decoding to be left out, by what the source knows already.
func (ga *gatherer) spare(r *row, c *candidate) bool {
	if c.skip != nil {
		r.reason, r.detail = c.skip.Reason, c.skip.Detail
		return true
	}
	if c.whole != "" && ga.filter.Exclude[c.whole] {
		r.reason, r.detail = string(activity.Excluded), ga.excluded[c.whole]
		return true
	}
	unnamed := c.Sport == activity.SportUnknown || c.Sport == activity.SportOther
	if unnamed && len(ga.filter.Sports) > 0 && !ga.filter.Exclude[c.ID] {
		return false
	}
	if reason := ga.filter.Check(&c.Activity); reason != activity.Kept && reason != activity.NoDate && !(reason == activity.OutsideDates && ga.nearDates(&c.Activity)) {
		ga.leaveOut(r, reason)
		return true
	}
	return false
}

// nearDates tells that an activity outside of the dates may lie within them where it was: sources list UTC.
func (ga *gatherer) nearDates(a *activity.Activity) bool {
	near := func(bound *int) bool { return bound != nil && max(a.Day()-*bound, *bound-a.Day()) <= 1 }
	return near(ga.filter.From) || near(ga.filter.To)
}

// leaveOut notes that a rule does not want an activity.
func (ga *gatherer) leaveOut(r *row, reason activity.Reason) {
	r.reason = string(reason)
	if reason == activity.Excluded {
		r.detail = ga.excluded[r.ID]
	}
}

// read decodes a candidate and fills in what its source did not know. It returns nil when there is nothing to draw in
// it, and says why in the row. Its error is about the source or the build as a whole, and ends the build.
func (ga *gatherer) read(r *row, i int, c *candidate) (*track.Result, error) {
	res, hash, err := ga.open(i, c)
	if res != nil && err == nil {
		c.learn(res)
	}
	r.Activity, r.Own = c.Activity, c.own // one of several in the file, as it turned out
	if ends(err) {
		return nil, cannotRead(err, c)
	}
	if err != nil {
		r.reason, r.detail = problemReason(err), err.Error()
		return nil, nil
	}
	if err := ga.loader.met(res.Counts.Points); err != nil {
		return nil, err
	}
	if res.Warning != nil {
		r.warning, r.breaks = res.Warning.Error(), errors.Is(res.Warning, track.ErrTruncated)
	}
	r.Content = hash
	r.ofFile = c.DistanceM == 0 && res.DistanceM > 0
	r.guessed = complete(&r.Activity, res, c.set)
	r.SportBy = c.sportBy(r.guessed)
	return res, nil
}

// clean returns what is believed of a row's track, and notes in the row what was done.
func clean(r *row, t *activity.Track) *activity.Track {
	t, done := activity.Clean(t, r.Sport)
	r.cleaned = nil
	if done != (activity.Cleaning{}) {
		r.cleaned = &done
	}
	return t
}

// measure returns the stretches of a cleaned track and fills in the row's outline. What neither source nor file knew of the
// activity is measured from the samples.
func measure(r *row, recorded, t *activity.Track, d *activity.Deriver) []activity.Stretch {
	stretches := d.Stretches(t)
	r.Outline = d.OutlineOf(t, stretches)
	if o := &r.Outline; r.ofFile && far(r.Activity.DistanceM, o.DistanceM, doubtfulPart) && !far(r.Activity.MovingS, o.MovingS, sameTimePart) {
		r.Activity.DistanceM = o.DistanceM
	}
	r.Sketch = activity.SketchOf(recorded, t)
	fillIn(&r.Activity, r.Outline.DistanceM, r.Outline.MovingS, r.Outline.AscentM)
	return stretches
}

// A file's own distance is not believed where it is so many times what the positions make, or less by as much, although they
// were recorded for about the time that it says somebody moved: it has counted the jumps of a receiver.
const (
	doubtfulPart = 1.5
	sameTimePart = 1.25
)

// far tells that two numbers above 0 differ by more than the factor part.
func far(a, b, part float64) bool { return a <= 0 || b <= 0 || a > b*part || b > a*part }

// misplaced leaves out what is too far from home or does not move.
func (ga *gatherer) misplaced(r *row) bool {
	f := &ga.cfg.Filter
	switch {
	case f.RadiusKM > 0 && ga.home.DistanceM(r.Outline.Start) > f.RadiusKM*1000:
		r.reason = string(activity.FarFromHome)
	case r.Outline.Indoor(f.GPSSpreadMinM, r.Sport):
		r.reason = string(activity.IndoorReason)
	default:
		return false
	}
	return true
}

// visible returns what of a row's track may show.
func (ga *gatherer) visible(r *row, t *activity.Track) *activity.Track {
	t = ga.privacy.Apply(t, r.Content)
	if clip := ga.cfg.Filter.TrackClipRadiusKM; clip > 0 {
		center := clipCenter(ga.home, &ga.privacy)
		t = activity.Cut(t, func(p activity.LatLon) bool { return center.DistanceM(p) <= clip*1000 })
	}
	return t
}

// load is c.load, with a panic of a library turned into an error about this one file.
func (ga *gatherer) load(c *candidate) (res *track.Result, hash [32]byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reading it made the decoder fail (%v); please report this with the file", p)
		}
	}()
	return c.load(ga.loader)
}

func problemReason(err error) string {
	switch {
	case errors.Is(err, track.ErrNoPosition):
		return reasonNoGPS
	case errors.Is(err, track.ErrEmpty):
		return reasonEmpty
	case errors.Is(err, track.ErrPlan):
		return reasonPlan
	case errors.Is(err, track.ErrUnknownFormat):
		return reasonUnknown
	case errors.Is(err, track.ErrTooLarge):
		return source.ReasonTooLarge
	case errors.Is(err, track.ErrTooLong):
		return reasonTooLong
	}
	return reasonBroken
}
