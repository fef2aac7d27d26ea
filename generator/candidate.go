package generator

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/activity/source/intervals"
	"heatmapgen/activity/track"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// A candidate is an activity that a source offers, before any rule has looked at it.
type candidate struct {
	activity.Activity
	path string       // for reports
	skip *source.Skip // why the source has nothing to load
	// listed is the sport that the source names, labels what else it says.
	listed activity.Sport
	labels activity.Labels
	// own are the labels that are the user's word.
	own activity.Labels
	// set says that the sport is the user's own word.
	set bool
	// part is which of the activities of its file the candidate is, from 1; 0 where it is the file. whole is then the id of the
	// file, and decoded the file itself as long as it is worth keeping.
	part    int
	whole   string
	decoded *track.Result
	hash    [32]byte
	// began is source.Entry.Began.
	began func(start time.Time) source.Told
	// load returns the decoded file and its hash. The result may be filled in besides the error.
	load func(*loader) (*track.Result, [32]byte, error)
}

// A gathering is what the sources of a configuration hold.
type gathering struct {
	candidates []candidate
	zones      []activity.Zone   // the athlete's own, from an export
	placed     []placedZone      // the same with where each stands
	zoneFaults []config.Fault    // why zones of an export are not known
	tables     map[int]bool      // the sources that list zones, by index
	warnings   []message.Message // about the zones of an export
	notes      []message.Message
	sources    []source.Source
}

func (g *gathering) close() {
	for _, s := range g.sources {
		s.Close()
	}
}

// sample leaves at most n of the candidates, evenly spread; all where n is 0.
func (g *gathering) sample(n int) {
	all := g.candidates
	if n == 0 || n >= len(all) {
		return
	}
	g.candidates = make([]candidate, n)
	for i := range g.candidates {
		g.candidates[i] = all[i*len(all)/n]
	}
}

// check tells that the sources are what they were when they were listed. Its error is a *source.ReadError.
func (g *gathering) check() error {
	for _, s := range g.sources {
		if err := s.Check(); err != nil {
			return err
		}
	}
	return nil
}

// list asks every source of the configuration for its activities. Its error is a *config.Error when zones that are to be
// hidden are not known. forget lets go of zones that an export lists no more.
func list(ctx context.Context, cfg *config.Config, today time.Time, forget bool) (*gathering, error) {
	g := &gathering{}
	for i, s := range cfg.Sources {
		if err := g.add(ctx, cfg, i, s, today); err != nil {
			g.close()
			return nil, err
		}
	}
	if !forget {
		g.zoneFaults = append(g.zoneFaults, MissingZones(cfg, g.tables)...)
	}
	if len(g.zoneFaults) > 0 {
		g.close()
		return nil, &config.Error{Faults: g.zoneFaults}
	}
	return g, nil
}

func (g *gathering) add(ctx context.Context, cfg *config.Config, index int, s config.Source, today time.Time) error {
	var src source.Source
	var err error
	switch s.Type {
	case config.SourceDemo:
		return g.addDemo(index, s, today)
	case config.SourceStrava:
		src, err = source.OpenStrava(s.Path, sourceLimits(&cfg.Limits))
	case config.SourceFiles:
		src, err = source.OpenFiles(s.Path, sourceLimits(&cfg.Limits))
	case config.SourceIntervals:
		src, err = intervals.Open(intervalsFolder(cfg))
	default:
		return fmt.Errorf("sources of type %q cannot be read", s.Type)
	}
	if err != nil {
		return err
	}
	g.sources = append(g.sources, src)
	listing, err := src.List(ctx)
	if err != nil {
		return err
	}
	g.candidates = slices.Grow(g.candidates, len(listing.Entries))
	for _, e := range listing.Entries {
		e.Activity.SourceIndex, e.Activity.Athlete = index, athleteOf(&s, e.Path)
		c := candidate{Activity: e.Activity, path: e.Path, skip: e.Skip, listed: e.Activity.Sport, labels: e.Activity.Labels, began: e.Began}
		if c.skip == nil {
			open, size := e.Open, e.Size
			c.load = func(l *loader) (*track.Result, [32]byte, error) { return l.file(open, size) }
			if s.Datum == config.DatumGCJ02 {
				c.load = inGCJ02(c.load)
			}
		}
		g.candidates = append(g.candidates, c)
	}
	if most := cfg.Limits.MaxActivities; len(g.candidates) > most {
		return &source.LimitError{Text: fmt.Sprintf("the sources hold more than %d activities", most), Setting: "max_activities"}
	}
	g.notes = append(g.notes, listing.Notes...)
	if cfg.Privacy.UseStravaZones {
		if listing.ZoneTables > 0 {
			if g.tables == nil {
				g.tables = map[int]bool{}
			}
			g.tables[index] = true
		}
		g.addZones(listing)
	}
	return nil
}

// inGCJ02 returns load for a file whose positions are of the datum GCJ-02. The cache has them as they are in the file, so that another
// word of the configuration needs no decoding.
func inGCJ02(load func(*loader) (*track.Result, [32]byte, error)) func(*loader) (*track.Result, [32]byte, error) {
	return func(l *loader) (*track.Result, [32]byte, error) {
		r, hash, err := load(l)
		if r != nil {
			r = r.FromGCJ02()
		}
		return r, hash, err
	}
}

// addZones adds the zones of an export. What is not known of them must not pass for nothing to hide.
func (g *gathering) addZones(listing *source.Listing) {
	for _, z := range listing.Zones {
		zone := activity.Zone{Center: activity.LatLon{Lat: z.Lat, Lon: z.Lon}, RadiusM: z.RadiusM}
		g.zones = append(g.zones, zone)
		g.placed = append(g.placed, placedZone{Zone: zone, typed: -1, file: z.File, line: z.Line})
	}
	g.warnings = append(g.warnings, listing.Warnings...)
	const instead = ", or set use_strava_zones = false in [privacy] and list your zones there"
	for _, f := range listing.ZoneFaults {
		file := words.OneLine(f.File)
		m := message.New("zone-row", fmt.Sprintf("the zone in this row cannot be hidden: %s; correct the row%s", words.OneLine(f.Text), instead), message.Args{"file": file, "line": f.Line})
		if f.Line == 0 {
			m = message.New("zone-table", fmt.Sprintf("the zones in this table cannot be hidden: %s; take a whole export%s", words.OneLine(f.Text), instead), message.Args{"file": file})
		}
		g.zoneFaults = append(g.zoneFaults, config.Fault{File: file, Line: f.Line, Text: m.Text, Code: m.Code, Args: m.Args})
	}
}

// apply gives the candidates the sports and labels that the user said. What only the filter needs to know is left to it.
func (g *gathering) apply(o overrides.Overrides) {
	for i := range g.candidates {
		g.candidates[i].apply(o)
	}
}

// sportBy says whose word the candidate's sport is.
func (c *candidate) sportBy(guessed bool) activity.Authority {
	switch {
	case c.set:
		return activity.ByUser
	case guessed:
		return activity.ByGuess
	case c.listed != activity.SportUnknown && c.listed != activity.SportOther:
		return activity.ByService
	}
	return activity.ByFile
}

// learn takes what a table of the source says of the activity in a decoded file. The name in the table is that of a person, and goes before that in a file.
func (c *candidate) learn(res *track.Result) {
	if c.began == nil {
		return
	}
	start := res.Start
	if ms, ok := res.Track.BeganMS(); ok && start.IsZero() {
		start = time.UnixMilli(ms)
	}
	told := c.began(start)
	c.Name, c.labels.Gear = cmp.Or(told.Name, c.Name), cmp.Or(told.Gear, c.labels.Gear)
	c.Labels = c.labels.Under(c.own)
	if told.Sport == activity.SportUnknown {
		return
	}
	if c.listed = told.Sport; !c.set {
		c.Sport = told.Sport
	}
}

// apply gives the candidate the sport and the labels of its override, or of its file's, or else of its source.
func (c *candidate) apply(o overrides.Overrides) {
	v := o[c.ID]
	if c.whole != "" {
		of := o[c.whole]
		v.Sport, v.Labels = cmp.Or(v.Sport, of.Sport), of.Labels.Under(v.Labels)
	}
	c.set = v.Sport != activity.SportUnknown
	c.Sport = cmp.Or(activity.SportNamed(string(v.Sport)), c.listed)
	c.own, c.Labels = v.Labels, c.labels.Under(v.Labels)
}
