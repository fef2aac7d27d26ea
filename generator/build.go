package generator

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/words"
	"heatmapgen/layers"
)

// Build makes the site of the configuration: the archive and the page. Until both are complete the old site is not
// touched; then both take their places or neither, also when the process is killed meanwhile (commit.go). After an
// error or a cancelled ctx the site is as it was, unless the error is a *atomicfile.StandingError. The error is a *NothingError
// when there is nothing to draw, a *FewerError when much of the site that is there would go, a *config.Error when a rule of the configuration cannot be followed, a *ForeignPageError when somebody else's page is there, a *atomicfile.BusyError while another process is at
// work on the output or the cache.
func Build(ctx context.Context, cfg *config.Config, opts Options) (*Report, error) {
	b := &build{cfg: cfg, opts: opts, workers: opts.Workers, progress: opts.Progress, report: &Report{}}
	if b.workers <= 0 {
		b.workers = runtime.GOMAXPROCS(0)
	}
	if b.progress == nil {
		b.progress = silent{}
	}
	b.today = buildDay(cfg, opts.Now)
	before := lookAt(cfg.Output)
	if err := b.run(ctx); err != nil {
		if full := explainFull(err, cfg.Output); full != err {
			return nil, full
		}
		return nil, explain(err, cfg, before)
	}
	return b.report, nil
}

// A build is one run of Build.
type build struct {
	cfg      *config.Config
	opts     Options
	workers  int
	progress Progress
	today    time.Time
	report   *Report
	settings layers.Settings
	// syncProblem says why nothing new came from intervals.icu; "" when it did.
	syncProblem string
}

func (b *build) run(ctx context.Context) error {
	cfg := b.cfg
	place, err := openWorkplace(cfg)
	if err != nil {
		return err
	}
	defer place.close()
	for _, note := range place.notes {
		b.report.note("%s", note)
	}
	if err := checkPage(cfg, &b.opts); err != nil {
		return err
	}
	b.settings = paintSettings(cfg)

	said, err := overrides.Load(overrides.Path(cfg.File))
	if err != nil {
		return err
	}
	if err := b.sync(ctx); err != nil {
		return err
	}
	b.report.clock("list")
	found, err := list(ctx, cfg, b.today, b.opts.ForgetZones)
	if err != nil {
		return err
	}
	defer found.close()
	found.apply(said)
	for _, note := range found.notes {
		b.report.note("%s", note)
	}
	b.warn(found.warnings)
	b.stravaNote(found)

	b.report.clock("read")
	bucket, err := newBucket(cfg.Cache, uint8(cfg.StoredZoom()), cfg.Limits.MaxCells, &b.settings)
	if err != nil {
		return err
	}
	defer bucket.close()
	cache, err := openCache(cfg.Cache)
	if err != nil {
		b.report.note("Building without the cache: %v", err)
	}
	defer cache.close()
	gatherer, err := newGatherer(cfg, found, said, cache, b.opts.NewSecret)
	if err != nil {
		return err
	}
	gatherer.today = activity.DayOf(b.today)
	b.report.Hides = !gatherer.privacy.Empty()
	// Before anything is published that hangs on it.
	if gatherer.keep != nil {
		if err := gatherer.keep(); err != nil {
			return err
		}
	}
	gatherer.bucket = bucket
	sel, err := gatherer.gather(ctx, found, b.workers, b.progress)
	if err != nil {
		return err
	}
	// What was read of a source that was written to meanwhile is of two sources.
	if err := found.check(); err != nil {
		return err
	}
	b.report.selected(sel)
	b.report.Notes = append(b.report.Notes, gatherer.further.notes()...)
	b.report.Notes = append(b.report.Notes, cache.takeNotes()...)
	b.warn(gatherer.unknownIDs(found, said))
	slices.Sort(gatherer.unread)
	b.warn(named(gatherer.unread, "other excluded that cannot be read", "others excluded that cannot be read"))
	var faults []config.Fault
	if len(sel.drawn) > 0 {
		var unused []string
		faults, unused = gatherer.unusedZones()
		b.warn(unused)
		b.warn(gatherer.unknownSports(sportsOf(sel.rows)))
		b.warn(lateClock(cfg, b.today, sel))
		b.warn(idleRanges(cfg, &sel.samples))
	}
	for _, p := range b.report.problems {
		b.progress.Log("%s: %s%s", words.OneLine(p.what), p.reason, detail(p.detail))
	}
	if err := b.report.writeFile(cfg.Cache); err != nil {
		return err
	}
	if len(faults) > 0 {
		return &config.Error{Faults: faults}
	}
	if len(sel.drawn) == 0 {
		if f, ok := gatherer.strayHome(sel.rows); ok {
			return &config.Error{Faults: []config.Fault{f}}
		}
		message := nothingMessage(cfg, sel, found.notes)
		if b.syncProblem != "" {
			message += "; " + b.syncProblem
		}
		return &NothingError{message}
	}
	rules := rulesHash(cfg, said, found.zones)
	if err := b.askIfFewer(ctx, sel, rules); err != nil {
		return err
	}
	return b.draw(ctx, place, sel, cache, rules)
}

// warn tells the user what must not be missed, in the report and at once.
func (b *build) warn(texts []string) {
	for _, text := range texts {
		text = words.OneLine(text)
		b.report.Warnings = append(b.report.Warnings, text)
		if b.opts.Warn != nil {
			b.opts.Warn(text)
		}
	}
}

// paintSettings returns what a configuration says of the painting; scales are chosen later.
func paintSettings(cfg *config.Config) layers.Settings {
	r := &cfg.Render
	return layers.Settings{
		BlurSigma: r.BlurSigmaPX, HillBlurSigma: r.HillBlurSigmaPX, HillMinGrade: r.HillMinGrade,
		Seconds: r.Frequency == config.FrequencyTime,
	}
}

// draw paints what was selected, by rules with that hash, and writes the site.
func (b *build) draw(ctx context.Context, place *workplace, sel *selection, cache *cache, rules string) error {
	cfg := b.cfg
	fields := layers.Fields(b.settings.Seconds)
	path := archivePath(cfg)
	days := sel.days()
	need := sel.samples.needs(len(sel.drawn), days, b.settings.Seconds)
	pinned, unpinned := pinnedScales(path, otherPath(cfg), fields)
	if unpinned != "" {
		b.report.note("%s", unpinned)
	}
	b.settings.Scales = chooseScales(need, pinned)

	maxZoom := uint8(cfg.StoredZoom())
	painted := sel.bounds.padded(cfg.Render.PaddingM)
	minZoom := painted.minZoom(cfg.Render.MinZoomTargetPX, maxZoom)
	if cfg.Render.MinZoom >= 0 {
		minZoom = min(uint8(cfg.Render.MinZoom), maxZoom)
	}

	b.progress.Log("painting zooms %d to %d", minZoom, maxZoom)

	b.report.clock("paint")
	options := archiveOptions(cfg, fields)
	w, err := archive.Create(path, len(options.FieldIDs), options)
	if err != nil {
		return err
	}
	defer w.Abort()
	p := &painting{settings: b.settings, fields: fields, writer: w, cache: cache,
		settingsHash: settingsHash(b.opts.Version, &b.settings)}
	jobs := sel.bucket.jobs(minZoom, sel.rank)
	pieces := piecesOf(sel, activity.DayOf(b.today))
	if err := p.paint(ctx, sel, jobs, pieces, b.workers, b.progress); err != nil {
		return err
	}

	b.progress.Log("%d of %s as before", p.reused.Load(), words.Plural(len(jobs), "cell", "cells"))

	b.report.clock("lines")
	deep := deepRanges{}
	if cfg.Page.Tracks {
		if deep, err = b.addLines(ctx, p, sel, pieces, maxZoom); err != nil {
			return fmt.Errorf("writing the lines: %w", err)
		}
	}
	cache.keepCells(jobs, deep.cells)
	cache.close()
	if notes := cache.takeNotes(); len(notes) > 0 || unpinned != "" {
		b.report.Notes = append(b.report.Notes, notes...)
		if err := b.report.writeFile(cfg.Cache); err != nil {
			return err
		}
	}

	b.report.clock("write")
	zones := len(sel.zones) > 0
	meta := &Metadata{
		Format: FormatVersion, Generator: b.opts.generator(), AsOf: b.today.Format(time.DateOnly), Days: DaysLocal,
		MinZoom: minZoom, MaxZoom: maxZoom, Bounds: painted.degrees(), DefaultLayer: cfg.Page.DefaultLayer,
		Layers:     layers.Layers(cfg.Ranges.RecencyGamma, b.settings.Seconds),
		Activities: columns(sel, cfg.Privacy.PublishNames),
		Zones:      &zones,
		Painting:   &PaintingMetadata{BlurSigmaPX: b.settings.BlurSigma, HillBlurSigmaPX: b.settings.HillBlurSigma},
	}
	layout, staged, err := b.finish(ctx, w, p, meta, deep, days)
	if err != nil {
		return err
	}

	b.report.clock("page")
	if err := b.commit(place, staged, meta); err != nil {
		return err
	}
	b.report.wrote(path, meta, layout)
	b.remember(sel, meta, rules)
	b.report.clock("")
	return nil
}

// finish completes the archive but for its name: ranges, palettes and metadata from the painting's histograms, and those of deeper zooms. days are those of the
// activities, ascending.
func (b *build) finish(ctx context.Context, w *archive.Writer, p *painting, meta *Metadata, deep deepRanges, days []int) (*archive.Layout, *atomicfile.Staged, error) {
	rg := ranges{pct: b.cfg.Ranges.AutoRangePct, config: b.cfg.Ranges, days: days}
	var layer *layers.Layer
	for i := range meta.Layers {
		if meta.Layers[i].ID == layers.DefaultLayer {
			layer = &meta.Layers[i]
		}
	}
	title := b.cfg.Title
	ids := archiveOptions(b.cfg, p.fields).FieldIDs
	lon, lat, zoom := meta.center()
	contents := archive.Contents{
		Bounds:    meta.Bounds,
		CenterLon: lon, CenterLat: lat, CenterZoom: zoom,
		Palette: func(zoom uint8) [][4]uint8 {
			lo, hi := rg.of(layers.Visits, &p.fields[layers.Visits], p.settings.Scales[layers.Visits], &p.histograms[layers.Visits][zoom])
			return layer.Palette(p.fields[layers.Visits].Kind, p.settings.Scales[layers.Visits], lo, hi)
		},
		FieldMetadata: func(field int) []byte {
			return innerMetadata(title, ids[field])
		},
		BlocksMetadata: func(int) []byte { return innerMetadata(title, LinesID) },
		Metadata: func(l *archive.Layout) ([]byte, error) {
			for i, f := range p.fields {
				fm := FieldMetadata{ID: f.ID, Kind: f.Kind, Unit: f.Unit, Scale: p.settings.Scales[i], Zooms: []ZoomMetadata{}}
				fm.lie(l.Fields[i].Place)
				for _, z := range l.Fields[i].Zooms {
					lo, hi := rg.of(i, &p.fields[i], fm.Scale, &p.histograms[i][z.Zoom])
					fm.Zooms = append(fm.Zooms, ZoomMetadata{Zoom: z.Zoom, Lo: lo, Hi: hi, Tiles: z.Tiles, Bytes: z.Bytes})
				}
				fm.Zooms = append(fm.Zooms, deep.of(i, &p.fields[i], fm.Zooms)...)
				if deep.kept != nil {
					fm.Kept = keptTiles(&l.Fields[len(p.fields)+i])
				}
				meta.Fields = append(meta.Fields, fm)
			}
			for i := range l.Blocks {
				meta.Lines = linesAt(&l.Blocks[i], uint8(b.cfg.DeepestZoom()), deep.kept)
			}
			if err := meta.check(); err != nil {
				return nil, err
			}
			meta.Digest = newDigest(&meta.Activities, l, meta.Fields)
			all := envelope{
				Name: title, Description: "A heatmap of " + words.Plural(len(meta.Activities.Day), "activity", "activities"),
				Attribution: attribution, Type: "overlay", Version: "1", Heatmapgen: meta,
			}
			return all.sealed()
		},
	}
	var ended func()
	contents.Progress, ended = writing(b.progress)
	layout, staged, err := w.Stage(ctx, contents)
	ended()
	return layout, staged, err
}

// attribution is what viewers of the archive are asked to show.
const attribution = "heatmapgen"

// days returns the different days of what is drawn, ascending, as far as they are known.
func (s *selection) days() []int {
	var days []int
	for _, i := range s.drawn {
		if d := s.rows[i].day(); d != layers.NoDay {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// columns makes the metadata's table of what is drawn.
func columns(s *selection, names bool) ActivityColumns {
	c := ActivityColumns{Day: []int{}, Sport: []int{}, DistanceM: []int{}, MovingS: []int{}, AscentM: []int{}, Sports: []string{}}
	place := map[activity.Sport]int{}
	for _, i := range s.drawn {
		a := &s.rows[i].Activity
		k, ok := place[a.Sport]
		if !ok {
			k = len(c.Sports)
			place[a.Sport] = k
			c.Sports = append(c.Sports, string(a.Sport))
		}
		day := 0
		if d := s.rows[i].day(); d != layers.NoDay {
			day = d
		}
		c.Day, c.Sport = append(c.Day, day), append(c.Sport, k)
		distance, moving, ascent := a.DistanceM, a.MovingS, a.AscentM
		if cut := s.rows[i].shown; cut != nil {
			distance, moving, ascent = cut.DistanceM, cut.MovingS, cut.AscentM
		}
		c.DistanceM = append(c.DistanceM, int(math.Round(distance)))
		c.MovingS = append(c.MovingS, int(math.Round(moving)))
		c.AscentM = append(c.AscentM, int(math.Round(ascent)))
		if names {
			c.Name = append(c.Name, a.Name)
		}
	}
	return c
}

// nothingMessage says what there is when the rules left nothing, and which setting to look at.
// notes are what the sources tell of what they hold.
func nothingMessage(cfg *config.Config, s *selection, notes []string) string {
	total := len(s.rows)
	if total == 0 {
		told := ""
		for _, n := range notes {
			told += ". " + words.OneLine(n)
		}
		if hasSource(cfg, config.SourceIntervals) {
			return fmt.Sprintf("the sources hold no activities; check [[source]], and whether \"heatmapgen sync\" can fetch from intervals.icu (it needs %s)%s", cfg.Intervals.APIKeyEnv, told)
		}
		return "the sources hold no activities; check [[source]]" + told
	}
	sports, reasons := map[string]int{}, map[string]int{}
	for i := range s.rows {
		r := &s.rows[i]
		name := string(r.Sport)
		if name == "" {
			name = "unknown sport"
		}
		sports[name]++
		reasons[r.reason]++
	}
	there := commonest(sports)
	switch {
	case reasons[string(activity.OtherSport)]*2 >= total || reasons[string(activity.OtherSport)] == maxOf(reasons):
		return fmt.Sprintf("no %s among %s: %s; set [filter] sports", strings.Join(cfg.Filter.Sports, " or "), words.Plural(total, "activity", "activities"), there)
	case reasons[string(activity.VirtualReason)] == maxOf(reasons):
		return fmt.Sprintf("%s of %s are virtual, with positions in the world of a game; [filter] sports = [\"Virtual\"] draws them",
			words.Plural(reasons[string(activity.VirtualReason)], "activity", "activities"), count(total))
	case reasons[string(activity.OutsideDates)]+reasons[string(activity.NoDate)] == maxOf(reasons):
		return fmt.Sprintf("none of %s lies between the dates; look at [filter] from and to", words.Plural(total, "activity", "activities"))
	}
	return fmt.Sprintf("none of %s (%s) is left to draw: %s; look at [filter], and at the report for each of them",
		words.Plural(total, "activity", "activities"), there, commonest(reasons))
}
