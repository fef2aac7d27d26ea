package generator

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// A Survey is a build that paints nothing: it knows every activity of all sources, and what a build would do with each
// and why. It takes the steps of gather.go, but decodes also what a rule leaves out before that, so that there is
// something to show of it; and it keeps what it found, so that other overrides are judged without decoding anew. Use it
// from one goroutine at a time.
type Survey struct {
	cfg      *config.Config
	found    *gathering
	said     overrides.Overrides
	gatherer *gatherer
	findings []finding
	workers  int
	today    time.Time // the day of the map
}

// A finding is what is known of one candidate before the rules speak.
type finding struct {
	// row has what was measured; its reason, if any, is why nothing could be.
	row
	// visible tells that privacy and clipping leave something to draw, and thumbnail is a picture of that.
	visible   bool
	thumbnail Thumbnail
	// sightings are what the track tells about the privacy zones.
	sightings []sighting
}

// NewSurvey lists and reads everything that the sources of a configuration hold now; nothing is fetched. Close the survey
// after use: it keeps the sources open.
func NewSurvey(ctx context.Context, cfg *config.Config, opts Options) (*Survey, error) {
	s := &Survey{cfg: cfg, workers: opts.Workers}
	if s.workers <= 0 {
		s.workers = runtime.GOMAXPROCS(0)
	}
	progress := opts.Progress
	if progress == nil {
		progress = silent{}
	}
	// Who looks at a list needs no note on the cache: the next build has it.
	_, err := makeCache(cfg)
	if err != nil {
		return nil, err
	}
	if s.said, err = overrides.Load(overrides.Path(cfg.File)); err != nil {
		return nil, err
	}
	s.today = buildDay(cfg, opts.Now)
	if s.found, err = list(ctx, cfg, s.today, false); err != nil {
		return nil, err
	}
	s.found.apply(s.said)
	err = s.read(ctx, progress)
	if err == nil {
		err = s.found.check()
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close releases the sources.
func (s *Survey) Close() { s.found.close() }

// read examines every candidate.
func (s *Survey) read(ctx context.Context, progress Progress) error {
	// Without the cache it only takes longer.
	cache, _ := openCache(s.cfg.Cache)
	defer cache.close()
	var err error
	if s.gatherer, err = newGatherer(s.cfg, s.found, s.said, cache, true); err != nil {
		return err
	}
	ways, err := s.cfg.ReadSegments()
	if err != nil {
		return err
	}
	s.gatherer.today, s.gatherer.segments = activity.DayOf(s.today), publish(ways)
	if s.clips() {
		if err := s.gatherer.findHome(ctx, s.found, s.workers, progress); err != nil {
			return err
		}
	}
	s.findings = make([]finding, len(s.found.candidates))
	progress.Stage("Reading activities", int64(len(s.findings)), "files")
	defer progress.Done()
	err = s.examine(ctx, func(i int) int { return i }, len(s.findings), progress, true)
	if more := s.gatherer.further.take(); err == nil && len(more) > 0 {
		from := len(s.findings)
		s.found.candidates = append(s.found.candidates, more...)
		s.findings = append(s.findings, make([]finding, len(more))...)
		err = s.examine(ctx, func(k int) int { return from + k }, len(more), silent{}, true)
	}
	s.found.notes = append(s.found.notes, s.gatherer.further.notes()...)
	s.found.notes = append(s.found.notes, message.Plain(cache.takeNotes()...)...)
	return err
}

// clips tells that what is visible of a track hangs on where home is.
func (s *Survey) clips() bool { return s.cfg.Filter.TrackClipRadiusKM > 0 }

// examine fills in n findings, those that which names, in parallel. Where strict, a source that cannot be read ends it, unless it is about an
// activity that a build does not open either; else that is what is found.
func (s *Survey) examine(ctx context.Context, which func(int) int, n int, progress Progress, strict bool) error {
	derivers := make([]activity.Deriver, s.workers)
	s.gatherer.loader.begin()
	return each(ctx, s.workers, n, func(worker, k int) error {
		defer progress.Add(1)
		i := which(k)
		c, d := &s.found.candidates[i], &derivers[worker]
		d.AltitudeWindowM = s.cfg.Render.AltitudeSmoothingWindow
		f := finding{row: row{Record: activity.Record{Activity: c.Activity, Own: c.own}, path: c.path}}
		if c.skip == nil {
			err := s.look(&f, i, c, d)
			if err != nil && strict && !s.gatherer.spare(&row{}, c) {
				return err
			}
			if err != nil {
				f.reason, f.detail = reasonBroken, err.Error()
			}
		}
		s.findings[i] = f
		return nil
	})
}

// look decodes one candidate.
func (s *Survey) look(f *finding, i int, c *candidate, d *activity.Deriver) error {
	res, err := s.gatherer.read(&f.row, i, c)
	if res == nil || err != nil {
		return err
	}
	whole := clean(&f.row, res.Track)
	stretches := measure(&f.row, res.Track, whole, d)
	f.sightings = s.gatherer.zones.sightings(whole, f.Content, s.gatherer.zones.all())
	if t := s.gatherer.visible(&f.row, whole); t != whole {
		stretches = d.Stretches(t)
	}
	f.visible = len(stretches) > 0
	runs := projectRuns(stretches)
	f.thumbnail, f.along = thumbnailOf(runs), s.gatherer.segments.along(runs)
	return nil
}

// Apply judges everything anew by other overrides. Only activities whose sport they change are read again, through the
// parse cache.
func (s *Survey) Apply(ctx context.Context, said overrides.Overrides) error {
	var changed []int
	for i := range s.found.candidates {
		c := &s.found.candidates[i]
		before, set, own := c.Sport, c.set, c.own
		if c.apply(said); c.Sport != before || c.set != set || c.own != own {
			changed = append(changed, i)
		}
	}
	s.said = said
	s.gatherer.rules(said)
	if err := s.again(ctx, changed); err != nil {
		return err
	}
	if home := s.gatherer.home; s.clips() && s.home() != home {
		all := make([]int, len(s.findings))
		for i := range all {
			all[i] = i
		}
		return s.again(ctx, all)
	}
	return nil
}

// again examines some candidates anew.
func (s *Survey) again(ctx context.Context, which []int) error {
	if len(which) == 0 {
		return nil
	}
	cache, _ := openCache(s.cfg.Cache)
	defer cache.close()
	s.gatherer.loader.cache = cache
	// A file may have changed since it was listed, which "Read again" puts right.
	return s.examine(ctx, func(k int) int { return which[k] }, len(which), silent{}, false)
}

// home finds the home anew, as gatherer.findHome does, where a rule asks for it.
func (s *Survey) home() activity.LatLon {
	ga, f := s.gatherer, &s.cfg.Filter
	switch {
	case f.RadiusKM <= 0 && !s.clips():
	case s.cfg.Home != nil:
		ga.home = activity.LatLon{Lat: s.cfg.Home.Lat, Lon: s.cfg.Home.Lon}
	default:
		var starts []activity.LatLon
		for i := range s.findings {
			if r := &s.findings[i].row; r.Samples > 0 && ga.filter.Check(&r.Activity) == activity.Kept {
				starts = append(starts, r.Outline.Start)
			}
		}
		ga.home, _ = activity.Home(starts)
	}
	return ga.home
}

// judge applies the rules to a finding, in the order of a build.
func (s *Survey) judge(f *finding, c *candidate) (r row) {
	r = f.row
	problem, detail := f.reason, f.detail
	r.reason, r.detail = "", ""
	defer func() { r.Out = s.gatherer.outOf(&r, c) }()
	if s.gatherer.spare(&r, c) {
		return r
	}
	if problem != "" {
		r.reason, r.detail = problem, detail
		return r
	}
	if reason := s.gatherer.filter.Check(&r.Activity); reason != activity.Kept {
		s.gatherer.leaveOut(&r, reason)
		return r
	}
	if !s.gatherer.misplaced(&r) && !f.visible {
		r.reason = reasonTooFew
	}
	return r
}

// Notes are oddities of the sources, in words.
func (s *Survey) Notes() []message.Message { return s.found.notes }

// Warnings are what the user must not miss, as Options.Warn tells it in a build, and what would end one.
func (s *Survey) Warnings() []message.Message {
	warnings := append(slices.Clone(s.found.warnings), message.Plain(s.gatherer.unknownIDs(s.found, s.said)...)...)
	judged := s.judged()
	if len(judged.drawn) == 0 {
		if f, ok := s.gatherer.strayHome(judged.rows); ok {
			warnings = append(warnings, f.Message())
		}
		return warnings
	}
	zones := newZoneWatch(s.gatherer.zones.zones, s.gatherer.zones.hide)
	for i := range judged.rows {
		switch activity.Reason(judged.rows[i].reason) {
		case activity.Kept, activity.DuplicateOther, activity.ExcludedOuting, reasonTooFew:
			zones.note(s.findings[i].sightings, false)
		default:
			zones.note(s.findings[i].sightings, true)
		}
	}
	s.gatherer.zones = zones
	faults, unused := s.gatherer.unusedZones()
	for _, f := range faults {
		warnings = append(warnings, f.Message())
	}
	warnings = append(append(warnings, unused...), message.Plain(s.gatherer.unknownSports(sportsOf(judged.rows))...)...)
	_, left := s.gatherer.segments.shown(s.cfg, judged, s.gatherer.privacy.Zones)
	return append(append(warnings, message.Plain(left...)...), lateClock(s.cfg, s.today, judged)...)
}

// judged applies the rules to all findings.
func (s *Survey) judged() *selection {
	s.home()
	judged := &selection{rows: make([]row, len(s.findings))}
	for i := range s.findings {
		judged.rows[i] = s.judge(&s.findings[i], &s.found.candidates[i])
	}
	mendDates(judged.rows, s.gatherer.today)
	s.gatherer.outings(judged.rows)
	s.gatherer.sift(judged.rows)
	judged.order()
	return judged
}

// Rows returns the activities as the sources list them. The rows are the caller's.
func (s *Survey) Rows() []SurveyRow {
	judged := s.judged()
	rows := make([]SurveyRow, len(judged.rows))
	same, apart := s.said.Pairs()
	with := func(pairs []overrides.Pair) map[string][]string {
		others := map[string][]string{}
		for _, p := range pairs {
			others[p[0]], others[p[1]] = append(others[p[0]], p[1]), append(others[p[1]], p[0])
		}
		return others
	}
	sameAs, notSameAs := with(same), with(apart)
	for i := range rows {
		rows[i] = s.row(&judged.rows[i], i)
		rows[i].SameAs, rows[i].NotSameAs = sameAs[rows[i].ID], notSameAs[rows[i].ID]
	}
	return rows
}

func (s *Survey) row(r *row, i int) SurveyRow {
	a, c := &r.Activity, &s.found.candidates[i]
	out := SurveyRow{
		ID: a.ID, Source: a.Source, Path: r.path, Sport: a.Sport, SportFrom: SportFromFile, Start: a.Start, Name: a.Name, Labels: a.Labels, Own: r.Own,
		DistanceM: a.DistanceM, MovingS: a.MovingS, AscentM: a.AscentM,
		State: stateOf(r.reason), Reason: r.reason, Detail: cmp.Or(r.detail, r.warning),
		ExcludedBy: s.gatherer.excluded[a.ID], Link: s.link(a), Thumbnail: s.findings[i].thumbnail,
	}
	if r.cleaned != nil {
		out.Cleaned = r.cleaned.String()
	}
	switch {
	case c.set:
		out.SportFrom = SportFromOverride
	case r.guessed:
		out.SportFrom = SportFromGuess
	case c.listed != activity.SportUnknown:
		out.SportFrom = SportFromSource
	}
	if r.sportOf != nil {
		out.SportFrom, out.SportTwin = SportFromTwin, r.sportOf.ID
	}
	if r.twin != nil {
		out.Twin = r.twin.ID
		out.Detail = fmt.Sprintf("the same outing as %s", outingOf(&r.twin.Activity))
		if n := r.twin.Activity.Name; n != "" {
			out.Detail += fmt.Sprintf(", %q", words.OneLine(n))
		}
		switch activity.Reason(r.reason) {
		case activity.ExcludedOuting:
			out.Detail += ", which is excluded"
		case activity.OtherSport:
			out.Detail += fmt.Sprintf(", a %s as you say", words.OneLine(string(r.twin.Sport)))
		}
		out.Detail += ": " + r.why.String()
	}
	return out
}

// A SurveyRow is an activity in a Survey. What is not known is zero.
type SurveyRow struct {
	// ID names the activity in overrides and in [filter] exclude; Source is the kind of source in front of it.
	ID, Source string
	// Path is where the file lies in the source; "" when there is none.
	Path string
	// Sport is what the rules take it for, SportFrom one of the SportFrom constants.
	Sport     activity.Sport
	SportFrom string
	// SportTwin is the record of the same outing that the sport is from, with SportFromTwin.
	SportTwin string
	Start     time.Time // where it was, else UTC
	Name      string
	// Labels are those that a build goes by, Own what the user says of this record.
	Labels, Own activity.Labels
	// DistanceM and AscentM are in metres, MovingS in seconds.
	DistanceM, MovingS, AscentM float64
	// Cleaned says what was done to its samples before anything was measured, "" when nothing was.
	Cleaned string
	// State says what a build does with it, Reason why in the report's words ("" when it is drawn), Detail more about that.
	State          State
	Reason, Detail string
	// Twin is the id of the record of the same outing that is the reason: it is drawn in the place of a duplicate, or is excluded.
	Twin string
	// SameAs and NotSameAs are the ids of those that the user says are records of the same outing, and of others.
	SameAs, NotSameAs []string
	// ExcludedBy is ExcludedByConfig, ExcludedByOverrides or "".
	ExcludedBy string
	// Link is the activity's page at the service it comes from, "" when it has none.
	Link string
	// Thumbnail shows what the map would show of it, privacy zones cut; empty when there is nothing.
	Thumbnail Thumbnail
}

// What said which sport an activity is.
const (
	SportFromFile     = "file"
	SportFromGuess    = "guess" // nothing did: it looks like that
	SportFromSource   = "source"
	SportFromOverride = "override"
	SportFromTwin     = "twin" // another record of the outing
)
