package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"heatmapgen/activity"
	"heatmapgen/config"
	"heatmapgen/layers"
	"heatmapgen/lines"
	"heatmapgen/track"
)

// Reasons for skipping that belong to no rule, worded as the report shows them.
const (
	reasonBroken  = "cannot be read"
	reasonNoGPS   = "no GPS"
	reasonEmpty   = "nothing in it"
	reasonPlan    = "planned route"
	reasonUnknown = "not a recording"
	reasonTooFew  = "nothing left to draw"
)

// A row is what became of one candidate.
type row struct {
	activity.Record
	path    string
	reason  string // "" when it is drawn
	twin    *row   // the row that stays, where the reason is that this one is a duplicate
	detail  string
	warning string // of a file that was drawn although it was odd
	bounds  box
	points  int
	line    *lines.Line // nil where the archive is to have none
}

// A selection is what the rules left, sorted by cell in a bucket.
type selection struct {
	rows    []row
	rank    []int // per row: its place among those drawn by start, -1 when not drawn
	drawn   []int // rows by rank
	bucket  *bucket
	samples samples
	bounds  box
	points  int
}

// A gatherer decodes candidates, applies the rules to them and fills the bucket.
type gatherer struct {
	cfg     *config.Config
	loader  loader
	filter  activity.Filter
	privacy activity.Privacy
	home    activity.LatLon
	bucket  *bucket
}

// gather runs the whole of it over g with the given number of workers.
func (ga *gatherer) gather(ctx context.Context, g *gathering, workers int, progress Progress) (*selection, error) {
	if err := ga.findHome(ctx, g, workers, progress); err != nil {
		return nil, err
	}
	s := &selection{rows: make([]row, len(g.candidates)), bucket: ga.bucket}
	all := make([]samples, workers)
	progress.Stage("Reading activities", int64(len(g.candidates)), "files")
	derivers := make([]activity.Deriver, workers)
	err := each(ctx, workers, len(g.candidates), func(worker, i int) error {
		defer progress.Add(1)
		d := &derivers[worker]
		d.AltitudeWindow = ga.cfg.Render.AltitudeSmoothingWindow
		return ga.one(&s.rows[i], i, &g.candidates[i], d, &all[worker])
	})
	progress.Done()
	if err != nil {
		return nil, err
	}
	for i := range all {
		s.samples.add(&all[i])
	}
	s.dropDuplicates()
	s.order()
	return s, nil
}

// one decides about candidate c, row i, and puts what is drawn of it in the bucket.
func (ga *gatherer) one(r *row, i int, c *candidate, d *activity.Deriver, sample *samples) error {
	r.Activity, r.path = c.Activity, c.path
	if c.skip != nil {
		r.reason, r.detail = c.skip.Reason, c.skip.Detail
		return nil
	}
	// What the source knows already may spare the decoding.
	if c.Sport != activity.SportUnknown || len(ga.filter.Sports) == 0 {
		if reason := ga.filter.Check(&r.Activity); reason != activity.Kept && reason != activity.NoDate {
			r.reason = string(reason)
			return nil
		}
	}
	res, hash, err := ga.load(c)
	if err != nil {
		r.reason, r.detail = problemReason(err), err.Error()
		return nil
	}
	if res.Warning != nil {
		r.warning = res.Warning.Error()
	}
	r.Content = hash
	complete(&r.Activity, res)
	if reason := ga.filter.Check(&r.Activity); reason != activity.Kept {
		r.reason = string(reason)
		return nil
	}
	t := res.Track
	stretches := d.Stretches(t, r.Sport)
	r.Outline = d.OutlineOf(t, stretches)
	// What neither source nor file knew is measured from the samples.
	fillIn(&r.Activity, r.Outline.DistanceM, r.Outline.MovingS, r.Outline.AscentM)
	f := &ga.cfg.Filter
	if f.RadiusKM > 0 && ga.home.DistanceM(r.Outline.Start) > f.RadiusKM*1000 {
		r.reason = string(activity.FarFromHome)
		return nil
	}
	if r.Outline.Indoor(f.GPSSpreadMinM) {
		r.reason = string(activity.IndoorReason)
		return nil
	}
	t = ga.privacy.Apply(t, hash)
	if f.TrackClipRadiusKM > 0 {
		t = activity.Cut(t, func(p activity.LatLon) bool { return ga.home.DistanceM(p) <= f.TrackClipRadiusKM*1000 })
	}
	if t != res.Track {
		stretches = d.Stretches(t, r.Sport)
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
		r.line = lines.Make(runs, altitudes, ga.bucket.minGrade)
	}
	return ga.bucket.add(i, runs)
}

// load is c.load, with a panic of a library turned into an error about this one file.
func (ga *gatherer) load(c *candidate) (res *track.Result, hash [32]byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reading it made the decoder fail (%v); please report this with the file", p)
		}
	}()
	return c.load(&ga.loader)
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
	}
	return reasonBroken
}

// complete fills in what the source did not know from the file.
func complete(a *activity.Activity, r *track.Result) {
	if a.Sport == activity.SportUnknown {
		a.Sport = r.Sport
	}
	if a.Start.IsZero() {
		a.Start = r.Start
	}
	if a.Name == "" {
		a.Name = r.Name
	}
	fillIn(a, r.DistanceM, r.MovingS, r.AscentM)
}

// fillIn sets those of an activity's metres, seconds moving and metres climbed that are not known yet.
func fillIn(a *activity.Activity, distanceM, movingS, ascentM float64) {
	a.DistanceM = cmp.Or(a.DistanceM, distanceM)
	a.MovingS = cmp.Or(a.MovingS, movingS)
	a.AscentM = cmp.Or(a.AscentM, ascentM)
}

// findHome sets the home when a rule asks for it: the configured one, else where most of the
// wanted activities start. That takes a look at all of them first.
func (ga *gatherer) findHome(ctx context.Context, g *gathering, workers int, progress Progress) error {
	if ga.cfg.Filter.RadiusKM <= 0 && ga.cfg.Filter.TrackClipRadiusKM <= 0 {
		return nil
	}
	if h := ga.cfg.Home; h != nil {
		ga.home = activity.LatLon{Lat: h.Lat, Lon: h.Lon}
		return nil
	}
	starts := make([]*activity.LatLon, len(g.candidates))
	progress.Stage("Looking for home", int64(len(g.candidates)), "files")
	err := each(ctx, workers, len(g.candidates), func(_, i int) error {
		defer progress.Add(1)
		c := &g.candidates[i]
		a := c.Activity
		if c.skip != nil {
			return nil
		}
		res, _, err := ga.load(c)
		if err != nil {
			return nil // told when it is read for drawing
		}
		complete(&a, res)
		if ga.filter.Check(&a) == activity.Kept {
			starts[i] = &activity.LatLon{Lat: res.Track.Lat[0], Lon: res.Track.Lon[0]}
		}
		return nil
	})
	progress.Done()
	if err != nil {
		return err
	}
	var known []activity.LatLon
	for _, p := range starts {
		if p != nil {
			known = append(known, *p)
		}
	}
	ga.home, _ = activity.Home(known)
	return nil
}

// dropDuplicates marks rows that are another row's outing.
func (s *selection) dropDuplicates() {
	var records []activity.Record
	var index []int
	for i := range s.rows {
		if s.rows[i].reason == "" {
			records = append(records, s.rows[i].Record)
			index = append(index, i)
		}
	}
	for k, of := range activity.Duplicates(records) {
		if of >= 0 {
			r := &s.rows[index[k]]
			r.reason, r.twin = string(activity.DuplicateOther), &s.rows[index[of]]
		}
	}
}

// order ranks what is drawn by start, then id.
func (s *selection) order() {
	s.rank = make([]int, len(s.rows))
	for i := range s.rows {
		s.rank[i] = -1
		if s.rows[i].reason == "" {
			s.drawn = append(s.drawn, i)
			s.bounds.join(s.rows[i].bounds)
			s.points += s.rows[i].points
		}
	}
	sort.Slice(s.drawn, func(i, j int) bool {
		a, b := &s.rows[s.drawn[i]], &s.rows[s.drawn[j]]
		if !a.Activity.Start.Equal(b.Activity.Start) {
			return a.Activity.Start.Before(b.Activity.Start)
		}
		return a.ID < b.ID
	})
	for rank, i := range s.drawn {
		s.rank[i] = rank
	}
}

// each calls f for 0..n-1 from the given number of workers, numbered from 0, and returns the
// first error, after which no new calls are made.
func each(ctx context.Context, workers, n int, f func(worker, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range workers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := f(w, i); err != nil {
					cancel(err)
					return
				}
			}
		}()
	}
	wait.Wait()
	return context.Cause(ctx)
}

// dayOf returns the day an activity counts for, layers.NoDay when its start is not known.
func dayOf(t time.Time) int {
	if t.IsZero() {
		return layers.NoDay
	}
	return activity.DayOf(t)
}
