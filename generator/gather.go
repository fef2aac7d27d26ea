package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/activity/track"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/segments"
	"heatmapgen/layers/squares"
)

// Reasons for skipping that belong to no rule, worded as the report shows them.
const (
	reasonBroken  = "cannot be read"
	reasonNoGPS   = "no GPS"
	reasonEmpty   = "nothing in it"
	reasonPlan    = "planned route"
	reasonUnknown = "not a recording"
	reasonTooFew  = "nothing left to draw"
	reasonTooLong = "takes too long"
)

// A row is what became of one candidate.
type row struct {
	activity.Record
	path    string
	reason  string // "" when it is drawn
	twin    *row   // the row of the same outing that is the reason, and the evidence for that
	why     activity.Evidence
	detail  string
	warning string             // of a file that was drawn although it was odd
	cleaned *activity.Cleaning // nil where nothing was done
	late    bool               // its date lies after the day of the map
	breaks  bool               // the file breaks off
	guessed bool               // its sport is only what it looks like
	ofFile  bool               // its distance is what the file says, not the source
	// sportOf is the record of the same outing that the sport is from, nil where it is its own; ownSport is what it was before.
	sportOf  *row
	ownSport activity.Sport
	shown    *activity.Figures // where something was cut off: the figures of what is left
	bounds   box
	points   int
	line     *lines.Line      // nil where the archive is to have none
	squares  []byte           // what it has been in, packed; the same
	along    segments.Share   // what it shows of the segments to publish
	sensors  activity.Sensors // those that layers of the user's own show, of which it has readings
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
	zones   []activity.Zone // what is hidden for privacy zones
	again   map[int]bool    // rows that were read once more, as another sport
}

// A gatherer decodes candidates, applies the rules to them and fills the bucket.
type gatherer struct {
	cfg    *config.Config
	loader *loader
	today  int // the day that the map is of
	// said is what the user says of single activities, further what files hold besides the first activity.
	said    overrides.Overrides
	further splitter
	filter  activity.Filter
	// excluded says of the ids that the filter excludes where that stands.
	excluded map[string]string
	privacy  activity.Privacy
	// keep writes down what later builds must know of what is hidden; nil where that is known.
	keep func() error
	home activity.LatLon
	// zones watches which privacy zones have an effect.
	zones  *zoneWatch
	bucket *bucket
	// sensors are those that layers of the user's own show.
	sensors []activity.Sensor
	// segments are those to publish.
	segments *publishing
	// unread are words on excluded activities that cannot be read.
	blindly sync.Mutex
	unread  []string
}

// newGatherer returns a gatherer with the rules of a configuration and the user's overrides for what the sources hold. renew
// lets a lost secret be replaced.
func newGatherer(cfg *config.Config, found *gathering, o overrides.Overrides, cache *cache, renew bool) (*gatherer, error) {
	privacy, keep, err := hide(cfg, found.zones, listedExports(cfg, found.tables), renew)
	if err != nil {
		return nil, err
	}
	g := gathererHiding(privacy, cfg, found, o, cache)
	g.keep = keep
	return g, nil
}

// gathererHiding is newGatherer where it is known what must not show.
func gathererHiding(privacy activity.Privacy, cfg *config.Config, found *gathering, o overrides.Overrides, cache *cache) *gatherer {
	g := &gatherer{cfg: cfg, loader: &loader{cache: cache, limits: cfg.Limits}, privacy: privacy, sensors: sensorsShown(cfg)}
	g.rules(o)
	g.zones = newZoneWatch(placedZones(cfg, found), byZones(privacy))
	return g
}

// Where an activity may be excluded, as reports word it.
const (
	ExcludedByConfig    = "[filter] exclude"
	ExcludedByOverrides = overrides.FileName
)

// rules sets the filter. What either the configuration or the overrides exclude is excluded.
func (ga *gatherer) rules(o overrides.Overrides) {
	f := &ga.cfg.Filter
	ga.said = o
	ga.filter = activity.Filter{From: activity.DayPtr(f.From), To: activity.DayPtr(f.To), Exclude: map[string]bool{}}
	ga.excluded = map[string]string{}
	for _, s := range f.Sports {
		ga.filter.Sports = append(ga.filter.Sports, activity.Sport(s))
	}
	for id, v := range o {
		if v.Exclude {
			ga.filter.Exclude[id], ga.excluded[id] = true, ExcludedByOverrides
		}
	}
	for _, id := range f.Exclude {
		ga.filter.Exclude[id], ga.excluded[id] = true, ExcludedByConfig
	}
}

// A harvest is what was read of some of the candidates, before it is known what of that is drawn; the pieces are in the bucket.
type harvest struct {
	rows []row
	// further are the candidates of the rows behind those of the listing: what their files hold besides the first activity.
	further []candidate
	samples samples
}

// harvest reads the candidates from one place in the listing up to another, each by itself, and what else is in their files.
func (ga *gatherer) harvest(ctx context.Context, g *gathering, from, to, workers int, progress Progress) (*harvest, error) {
	ga.loader.begin()
	h := &harvest{rows: make([]row, to-from)}
	all := make([]samples, workers)
	progress.Stage("Reading activities", int64(to-from), "files")
	derivers := make([]activity.Deriver, workers)
	err := each(ctx, workers, to-from, func(worker, k int) error {
		defer progress.Add(1)
		return ga.one(&h.rows[k], k, &g.candidates[from+k], ga.deriver(&derivers[worker]), &all[worker])
	})
	if h.further = ga.further.take(); err == nil && len(h.further) > 0 {
		h.rows = append(h.rows, make([]row, len(h.further))...)
		err = each(ctx, workers, len(h.further), func(worker, k int) error {
			return ga.one(&h.rows[to-from+k], to-from+k, &h.further[k], ga.deriver(&derivers[worker]), &all[worker])
		})
	}
	progress.Done()
	if err != nil {
		return nil, err
	}
	for i := range all {
		h.samples.add(&all[i])
	}
	return h, nil
}

// deriver sets a deriver up as the configuration has it.
func (ga *gatherer) deriver(d *activity.Deriver) *activity.Deriver {
	d.AltitudeWindowM = ga.cfg.Render.AltitudeSmoothingWindow
	return d
}

// choose decides what of a harvest of all candidates is drawn: what hangs on more than one of them.
func (ga *gatherer) choose(ctx context.Context, g *gathering, h *harvest, workers int, progress Progress) (*selection, error) {
	g.candidates = append(g.candidates, h.further...)
	s := &selection{rows: h.rows, samples: h.samples, bucket: ga.bucket, zones: ga.privacy.Zones}
	mendDates(s.rows, ga.today)
	if err := ga.again(g, s, ga.outings(s.rows), ga.deriver(&activity.Deriver{})); err != nil {
		return nil, err
	}
	for i := range s.rows {
		s.rows[i].Sketch = nil // most of what is known of a row, and nobody asks any more
	}
	ga.sift(s.rows)
	s.order()
	return s, ga.watchLeftOut(ctx, g, s, workers, progress)
}

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

// complete fills in what the source did not know from the file, and tells whether the sport was guessed, as neither of them said
// any. set says that the sport is the user's own word.
func complete(a *activity.Activity, r *track.Result, set bool) (guessed bool) {
	a.Sport, guessed = sportOf(a.Sport, r, set)
	if a.Start.IsZero() {
		a.Start = r.Start
		if ms, ok := r.Track.BeganMS(); ok {
			a.Start = time.UnixMilli(ms).UTC()
		}
	}
	if !a.Start.IsZero() {
		a.Start = track.Local(a.Start, r.Zone)
	}
	if a.Name == "" {
		a.Name = r.Name
	}
	a.Labels = a.FillIn(activity.Labels{Commute: r.Commute})
	fillIn(a, r.DistanceM, r.MovingS, r.AscentM)
	return guessed
}

// sportOf decides what an activity was: what the user says, else the source, else the file, and only where nobody said
// anything what it looks like. What the file knows to be virtual is, by whatever name the source has it.
func sportOf(listed activity.Sport, r *track.Result, set bool) (s activity.Sport, guessed bool) {
	s = listed
	switch {
	case set:
	case s == activity.SportUnknown, s == activity.SportOther && r.Sport != activity.SportUnknown:
		s = r.Sport
	case r.Sport.Virtual():
		s = s.AsVirtual()
	}
	switch s {
	case activity.SportOther:
		return activity.SportUnknown, false
	case activity.SportUnknown:
		t, _ := activity.Clean(r.Track, activity.SportUnknown)
		s = activity.GuessSport(t)
		return s, s != activity.SportUnknown
	}
	return s, false
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
		// What a rule leaves out by what is known already starts nowhere.
		if ga.spare(&row{}, c) {
			return nil
		}
		res, _, err := ga.load(c)
		if ends(err) {
			return cannotRead(err, c)
		}
		if err != nil {
			return nil // told when it is read for drawing
		}
		starts[i] = ga.startsIn(c, res)
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
