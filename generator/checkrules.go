package generator

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/message"
)

// A RulesReport says which rules of a configuration have no effect on the activities there are.
type RulesReport struct {
	// Faults would end a build.
	Faults []config.Fault
	// Warnings are what a build would say loudly beside them; those of single sources are not among them.
	Warnings []message.Message
}

// CheckRules finds rules without effect as a build does, but changes nothing, not even the cache. It reads recordings only
// until every rule has shown an effect, so it takes long only when one has none. Where a build looks closely at what only
// comes near to a zone, this says nothing; of segments it tells those that cannot be read, and those that lead through what is hidden for zones. Its error is that of a source, of the overrides, or of a cancelled ctx. now is
// the moment of the check.
func CheckRules(ctx context.Context, cfg *config.Config, now time.Time) (*RulesReport, error) {
	said, err := overrides.Load(overrides.Path(cfg.File))
	if err != nil {
		return nil, err
	}
	found, err := list(ctx, cfg, buildDay(cfg, now), false)
	if err != nil {
		return nil, err
	}
	defer found.close()
	return checkRules(ctx, cfg, found, said)
}

func checkRules(ctx context.Context, cfg *config.Config, found *gathering, said overrides.Overrides) (*RulesReport, error) {
	found.apply(said)
	ga := &gatherer{cfg: cfg, loader: &loader{limits: cfg.Limits}, zones: newZoneWatch(placedZones(cfg, found), nil)}
	ga.rules(said)
	report := &RulesReport{Warnings: message.Plain(ga.unknownIDs(found, said)...)}
	if err := report.segments(cfg, ga.zones.zones); err != nil {
		return nil, err
	}
	c := &ruleCheck{gatherer: ga, rows: make([]row, len(found.candidates)), sports: map[activity.Sport]int{}}
	for i := range found.candidates {
		c.sports[found.candidates[i].Sport]++
	}
	// What the rules want comes first; the rest only tells more of a zone that nothing of that came near.
	for _, spared := range []bool{false, true} {
		err := each(ctx, runtime.GOMAXPROCS(0), len(found.candidates), func(_, i int) error {
			c.look(i, &found.candidates[i], spared)
			return nil
		})
		if more := c.further.take(); err == nil && len(more) > 0 {
			from := len(found.candidates)
			found.candidates = append(found.candidates, more...)
			c.rows = append(c.rows, make([]row, len(more))...)
			for i := range more {
				c.sports[more[i].Sport]++
			}
			err = each(ctx, runtime.GOMAXPROCS(0), len(more), func(_, k int) error {
				c.look(from+k, &found.candidates[from+k], spared)
				return nil
			})
		}
		if err != nil {
			return nil, err
		}
	}
	if c.drawn == 0 {
		if f, ok := ga.strayHome(c.rows); ok {
			report.Faults = append(report.Faults, f)
		}
		return report, nil
	}
	faults, unused := ga.unusedZones()
	report.Faults = append(report.Faults, faults...)
	report.Warnings = append(append(report.Warnings, unused...), message.Plain(ga.unknownSports(c.sports)...)...)
	return report, nil
}

// segments looks at the segments to publish.
func (r *RulesReport) segments(cfg *config.Config, placed []placedZone) error {
	read, err := cfg.ReadSegments()
	var unreadable *config.Error
	if errors.As(err, &unreadable) {
		r.Faults = append(r.Faults, unreadable.Faults...)
		return nil
	}
	var zones []activity.Zone
	for _, z := range placed {
		zones = append(zones, z.Zone)
	}
	p := publish(read)
	if p == nil || err != nil {
		return err
	}
	if zones, err = Hidden(cfg, zones); err != nil {
		return err
	}
	for i := range p.all {
		if p.hidden(i, zones) {
			r.Warnings = append(r.Warnings, message.Message{Text: p.refusal(cfg, i)})
		}
	}
	return nil
}

// A ruleCheck is one run of CheckRules.
type ruleCheck struct {
	*gatherer
	rows []row

	mu     sync.Mutex
	sports map[activity.Sport]int
	// drawn counts the activities that the rules leave, as far as was looked.
	drawn int
}

// settled reports whether every rule has shown an effect.
func (c *ruleCheck) settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.cfg.Filter.Sports {
		if !hasSport(c.sports, activity.Sport(s)) {
			return false
		}
	}
	return c.drawn > 0 && len(c.gatherer.zones.unseen()) == 0
}

// look reads candidate number i: one that the rules want as far as its source tells, or one that they spare.
func (c *ruleCheck) look(i int, candidate *candidate, spared bool) {
	r := &c.rows[i]
	if !spared {
		r.Activity = candidate.Activity
		if c.spare(r, candidate) {
			return
		}
	} else if candidate.skip != nil || r.Samples > 0 || r.reason == "" || c.gatherer.zones.settled() {
		return
	}
	if c.settled() {
		return
	}
	if spared {
		if res, hash, err := c.load(candidate); err == nil {
			c.gatherer.zones.watch(res.Track, hash, true)
		}
		return
	}
	// What cannot be read now is for the build to tell.
	listed := candidate.Sport
	res, err := c.read(r, i, candidate)
	if res == nil || err != nil {
		return
	}
	if listed != r.Sport {
		c.mu.Lock()
		if c.sports[listed]--; c.sports[listed] == 0 {
			delete(c.sports, listed)
		}
		c.sports[r.Sport]++
		c.mu.Unlock()
	}
	if reason := c.filter.Check(&r.Activity); reason != activity.Kept {
		c.gatherer.zones.watch(res.Track, r.Content, true)
		c.leaveOut(r, reason)
		return
	}
	r.Outline.Start = activity.LatLon{Lat: res.Track.Lat[0], Lon: res.Track.Lon[0]}
	r.Samples = res.Track.Len()
	if c.far(r, res.Track) {
		return
	}
	c.gatherer.zones.watch(res.Track, r.Content, false)
	c.mu.Lock()
	c.drawn++
	c.mu.Unlock()
}

// far leaves out what is too far from a home that the user wrote.
func (c *ruleCheck) far(r *row, t *activity.Track) bool {
	h, f := c.cfg.Home, &c.cfg.Filter
	if h == nil {
		return false
	}
	home := activity.LatLon{Lat: h.Lat, Lon: h.Lon}
	if f.RadiusKM > 0 && home.DistanceM(r.Outline.Start) > f.RadiusKM*1000 {
		r.reason = string(activity.FarFromHome)
		c.gatherer.zones.watch(t, r.Content, true)
		return true
	}
	if box := boxOf(t); f.TrackClipRadiusKM > 0 && approachM(t, &box, home, f.TrackClipRadiusKM*1000) > f.TrackClipRadiusKM*1000 {
		r.reason = reasonTooFew
		return true
	}
	return false
}
