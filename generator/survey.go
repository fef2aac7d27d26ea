package generator

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
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
	today := opts.Now
	if !cfg.Render.AsOf.IsZero() {
		today = cfg.Render.AsOf
	}
	if err := os.MkdirAll(cfg.Cache, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder %s: %w", cfg.Cache, err)
	}
	s.today = today
	var err error
	if s.said, err = overrides.Load(overrides.Path(cfg.File)); err != nil {
		return nil, err
	}
	if s.found, err = list(ctx, cfg, today); err != nil {
		return nil, err
	}
	s.found.apply(s.said)
	if err := s.read(ctx, progress); err != nil {
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
	if s.gatherer, err = newGatherer(s.cfg, s.found, s.said, cache); err != nil {
		return err
	}
	s.gatherer.today = activity.DayOf(s.today)
	if s.gatherer.moved != "" {
		s.found.notes = append(s.found.notes, s.gatherer.moved)
	}
	if s.clips() {
		if err := s.gatherer.findHome(ctx, s.found, s.workers, progress); err != nil {
			return err
		}
	}
	s.findings = make([]finding, len(s.found.candidates))
	progress.Stage("Reading activities", int64(len(s.findings)), "files")
	defer progress.Done()
	if err := s.examine(ctx, func(i int) int { return i }, len(s.findings), progress); err != nil {
		return err
	}
	from, more := len(s.findings), s.gatherer.further.take()
	s.found.candidates = append(s.found.candidates, more...)
	s.findings = append(s.findings, make([]finding, len(more))...)
	return s.examine(ctx, func(k int) int { return from + k }, len(more), silent{})
}

// clips tells that what is visible of a track hangs on where home is.
func (s *Survey) clips() bool { return s.cfg.Filter.TrackClipRadiusKM > 0 }

// examine fills in n findings, those that which names, in parallel.
func (s *Survey) examine(ctx context.Context, which func(int) int, n int, progress Progress) error {
	derivers := make([]activity.Deriver, s.workers)
	return each(ctx, s.workers, n, func(worker, k int) error {
		defer progress.Add(1)
		i := which(k)
		c, d := &s.found.candidates[i], &derivers[worker]
		d.AltitudeWindow = s.cfg.Render.AltitudeSmoothingWindow
		f := finding{row: row{Record: activity.Record{Activity: c.Activity}, path: c.path}}
		if c.skip == nil {
			s.look(&f, i, c, d)
		}
		s.findings[i] = f
		return nil
	})
}

// look decodes one candidate.
func (s *Survey) look(f *finding, i int, c *candidate, d *activity.Deriver) {
	res := s.gatherer.read(&f.row, i, c)
	if res == nil {
		return
	}
	stretches := measure(&f.row, res.Track, d)
	if t := s.gatherer.visible(&f.row, res.Track); t != res.Track {
		stretches = d.Stretches(t, f.Sport)
	}
	f.visible = len(stretches) > 0
	f.thumbnail = thumbnailOf(projectRuns(stretches))
}

// Apply judges everything anew by other overrides. Only activities whose sport they change are read again, through the
// parse cache.
func (s *Survey) Apply(ctx context.Context, said overrides.Overrides) error {
	var changed []int
	for i := range s.found.candidates {
		c := &s.found.candidates[i]
		before, set := c.Sport, c.set
		if c.apply(said); c.Sport != before || c.set != set {
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
	return s.examine(ctx, func(k int) int { return which[k] }, len(which), silent{})
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
func (s *Survey) judge(f *finding, c *candidate) row {
	r, problem, detail := f.row, f.reason, f.detail
	r.reason, r.detail = "", ""
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
func (s *Survey) Notes() []string { return s.found.notes }

// Rows returns the activities as the sources list them. The rows are the caller's.
func (s *Survey) Rows() []SurveyRow {
	s.home()
	judged := selection{rows: make([]row, len(s.findings))}
	for i := range s.findings {
		judged.rows[i] = s.judge(&s.findings[i], &s.found.candidates[i])
	}
	mendDates(judged.rows, s.gatherer.today)
	judged.dropDuplicates()
	rows := make([]SurveyRow, len(judged.rows))
	for i := range rows {
		rows[i] = s.row(&judged.rows[i], i)
	}
	return rows
}

func (s *Survey) row(r *row, i int) SurveyRow {
	a, c := &r.Activity, &s.found.candidates[i]
	out := SurveyRow{
		ID: a.ID, Source: a.Source, Path: r.path, Sport: a.Sport, SportFrom: SportFromFile, Start: a.Start, Name: a.Name,
		DistanceM: a.DistanceM, MovingS: a.MovingS, AscentM: a.AscentM,
		State: stateOf(r.reason), Reason: r.reason, Detail: cmp.Or(r.detail, r.warning),
		ExcludedBy: s.gatherer.excluded[a.ID], Link: s.link(a), Thumbnail: s.findings[i].thumbnail,
	}
	switch {
	case c.set:
		out.SportFrom = SportFromOverride
	case r.guessed:
		out.SportFrom = SportFromGuess
	case c.listed != activity.SportUnknown:
		out.SportFrom = SportFromSource
	}
	if r.twin != nil {
		out.Twin = r.twin.ID
		out.Detail = fmt.Sprintf("the same outing as %s", outingOf(&r.twin.Activity))
		if n := r.twin.Activity.Name; n != "" {
			out.Detail += fmt.Sprintf(", %q", words.OneLine(n))
		}
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
	Start     time.Time // where it was, else UTC
	Name      string
	// DistanceM and AscentM are in metres, MovingS in seconds.
	DistanceM, MovingS, AscentM float64
	// State says what a build does with it, Reason why in the report's words ("" when it is drawn), Detail more about that.
	State          State
	Reason, Detail string
	// Twin is the id of the activity that is drawn in the place of a duplicate.
	Twin string
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
)
