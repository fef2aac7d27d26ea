package generator

import (
	"context"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/layers"
)

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
