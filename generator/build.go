package generator

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
	"heatmapgen/layers"
	"heatmapgen/layers/segments"
)

// Build makes the site of the configuration: the archive and the page. Until both are complete the old site is not
// touched; then both take their places or neither, also when the process is killed meanwhile (commit.go). After an
// error or a cancelled ctx the site is as it was, unless the error is a *atomicfile.StandingError. The error is a *NothingError
// when there is nothing to draw, a *FewerError when much of the site that is there would go, a *config.Error when a rule of the configuration cannot be followed, a *ForeignPageError when somebody else's page is there, a *atomicfile.BusyError while another process is at
// work on the output or the cache.
func Build(ctx context.Context, cfg *config.Config, opts Options) (*Report, error) {
	b := newBuild(cfg, opts, buildDay(cfg, opts.Now))
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
	said     overrides.Overrides
	segments [][]segments.Segment // of the configuration, by [[segment]]
	// pinned are the scales of the present site, unpinned says why there are none where there should be.
	pinned   []layers.Scale
	unpinned string
	// syncProblem says why nothing new came from intervals.icu; "" when it did.
	syncProblem string
}

// newBuild returns a build of a day.
func newBuild(cfg *config.Config, opts Options, today time.Time) *build {
	b := &build{cfg: cfg, opts: opts, workers: opts.Workers, progress: opts.Progress, today: today, report: &Report{}, settings: paintSettings(cfg)}
	if b.workers <= 0 {
		b.workers = runtime.GOMAXPROCS(0)
	}
	if b.progress == nil {
		b.progress = silent{}
	}
	return b
}

func (b *build) run(ctx context.Context) error {
	cfg := b.cfg
	place, err := openWorkplace(cfg)
	if err != nil {
		return err
	}
	defer place.close()
	cache, err := openCache(cfg.Cache)
	if err != nil {
		b.report.note("Building without the cache: %v", err)
	}
	defer cache.close()
	ga, found, err := b.plan(ctx, place, cache)
	if err != nil {
		return err
	}
	defer found.close()
	found.sample(b.opts.Sample)

	b.report.clock("read")
	bucket, err := newBucket(cfg.Cache, uint8(cfg.StoredZoom()), cfg.Limits.MaxCells, &b.settings)
	if err != nil {
		return err
	}
	defer bucket.close()
	ga.bucket = bucket
	h, err := ga.harvest(ctx, found, 0, len(found.candidates), b.workers, b.progress)
	if err != nil {
		return err
	}
	sel, err := ga.choose(ctx, found, h, b.workers, b.progress)
	if err != nil {
		return err
	}
	b.report.Notes = append(b.report.Notes, message.Plain(cache.takeNotes()...)...)
	d, err := b.judge(ctx, ga, found, sel)
	if err != nil {
		return err
	}
	return b.draw(ctx, place, sel, d, cache)
}

// plan settles what holds for all of the build, whoever reads and paints which part of it: what must not show, where home is, the scales that are kept. It lists the
// sources, and asks intervals.icu for what is new. What it returns is to be closed.
func (b *build) plan(ctx context.Context, place *workplace, cache *cache) (*gatherer, *gathering, error) {
	cfg := b.cfg
	for _, note := range place.notes {
		b.report.note("%s", note)
	}
	if err := archive.Format(cfg.Format).Check(); err != nil {
		return nil, nil, err
	}
	if err := checkPage(cfg, &b.opts); err != nil {
		return nil, nil, err
	}
	if err := CheckBasemaps(cfg); err != nil {
		return nil, nil, err
	}
	var err error
	if b.said, err = overrides.Load(overrides.Path(cfg.File)); err != nil {
		return nil, nil, err
	}
	if b.segments, err = cfg.ReadSegments(); err != nil {
		return nil, nil, err
	}
	if err := b.sync(ctx); err != nil {
		return nil, nil, err
	}
	b.report.clock("list")
	found, err := list(ctx, cfg, b.today, b.opts.ForgetZones)
	if err != nil {
		return nil, nil, err
	}
	ga, err := b.rules(ctx, found, cache)
	if err != nil {
		found.close()
		return nil, nil, err
	}
	return ga, found, nil
}

// rules makes the gatherer of a plan for what the sources hold, and writes down what later builds must know of what is hidden.
func (b *build) rules(ctx context.Context, found *gathering, cache *cache) (*gatherer, error) {
	found.apply(b.said)
	b.report.Notes = append(b.report.Notes, found.notes...)
	b.warn(found.warnings)
	b.stravaNote(found)
	ga, err := newGatherer(b.cfg, found, b.said, cache, b.opts.NewSecret)
	if err != nil {
		return nil, err
	}
	ga.today, ga.segments = activity.DayOf(b.today), publish(b.segments)
	// Before anything is published that hangs on it.
	if ga.keep != nil {
		if err := ga.keep(); err != nil {
			return nil, err
		}
	}
	b.pinned, b.unpinned = pinnedScales(archivePath(b.cfg), otherPath(b.cfg), b.settings.Fields())
	return ga, ga.findHome(ctx, found, b.workers, b.progress)
}

// judge tells what became of the activities, ends the build where that must not be, and settles what is drawn.
func (b *build) judge(ctx context.Context, ga *gatherer, found *gathering, sel *selection) (*drawing, error) {
	cfg := b.cfg
	// What was read of a source that was written to meanwhile is of two sources.
	if err := found.check(); err != nil {
		return nil, err
	}
	b.report.Hides = !ga.privacy.Empty()
	b.report.selected(sel)
	b.report.Notes = append(b.report.Notes, ga.further.notes()...)
	b.warn(message.Plain(ga.unknownIDs(found, b.said)...))
	slices.Sort(ga.unread)
	b.warn(message.Plain(named(ga.unread, "other excluded that cannot be read", "others excluded that cannot be read")...))
	var faults []config.Fault
	if len(sel.drawn) > 0 {
		var unused []message.Message
		faults, unused = ga.unusedZones()
		b.warn(unused)
		b.warn(message.Plain(ga.unknownSports(sportsOf(sel.rows))...))
		b.warn(lateClock(cfg, b.today, sel))
		b.warn(message.Plain(idleRanges(cfg, &sel.samples)...))
		b.warn(message.Plain(b.emptyWindows(sel)...))
	}
	for _, p := range b.report.problems {
		b.progress.Log("%s: %s%s", words.OneLine(p.what), p.reason, detail(p.detail))
	}
	if b.opts.Found != nil {
		b.opts.Found(Found{foundRows(sel), slices.Clone(b.report.Notes), slices.Clone(b.report.Warnings)})
	}
	if err := b.report.writeFile(cfg.Cache); err != nil {
		return nil, err
	}
	if len(faults) > 0 && b.opts.Sample == 0 {
		return nil, &config.Error{Faults: faults}
	}
	if len(sel.drawn) == 0 {
		if f, ok := ga.strayHome(sel.rows); ok {
			return nil, &config.Error{Faults: []config.Fault{f}}
		}
		m := nothingMessage(cfg, sel, message.Texts(found.notes))
		if b.syncProblem != "" {
			m.Text += "; " + b.syncProblem
		}
		return nil, &NothingError{m.Text, m.Code, m.Args}
	}
	if text := b.tooFew(sel); text != "" {
		return nil, &NothingError{Message: text}
	}
	rules := rulesHash(cfg, b.said, found.zones)
	if err := b.askIfFewer(ctx, sel, rules); err != nil {
		return nil, err
	}
	d := b.drawingOf(sel, rules)
	var left []string
	d.Segments, left = ga.segments.shown(cfg, sel, ga.privacy.Zones)
	b.warn(message.Plain(left...))
	return d, b.report.writeFile(cfg.Cache)
}

// warn tells the user what must not be missed, in the report and at once.
func (b *build) warn(messages []message.Message) {
	for _, m := range messages {
		m = m.OneLine()
		b.report.Warnings = append(b.report.Warnings, m)
		if b.opts.Warn != nil {
			b.opts.Warn(m.Text)
		}
	}
}

// paintSettings returns what a configuration says of the painting; scales are chosen later.
func paintSettings(cfg *config.Config) layers.Settings {
	r := &cfg.Render
	return layers.Settings{
		BlurSigma: r.BlurSigmaPX, HillBlurSigma: r.HillBlurSigmaPX, HillMinGrade: r.HillMinGrade,
		Seconds: r.Frequency == config.FrequencyTime, Crowd: crowdOf(cfg),
	}
}

// draw paints what was selected and writes the site.
func (b *build) draw(ctx context.Context, place *workplace, sel *selection, d *drawing, cache *cache) error {
	cfg := b.cfg
	b.progress.Log("painting zooms %d to %d", d.MinZoom, d.Stored)
	b.report.clock("paint")
	options := archiveOptions(cfg, b.settings.Fields())
	w, err := archive.Create(archivePath(cfg), len(options.FieldIDs), options)
	if err != nil {
		return err
	}
	defer w.Abort()
	p := b.painting(d)
	p.source = func() pieceSource { return &chunk{bucket: sel.bucket, most: chunkBytes} }
	seen := newSeenTiles(d, cfg.Page.Tracks)
	p.add, p.cache = seen.watch(p.stored.watch(w.Add)), cache
	jobs := sel.bucket.jobs(d.MinZoom, sel.rank, d.Athletes)
	if err := p.paint(ctx, jobs, b.workers, b.progress); err != nil {
		return err
	}

	b.progress.Log("%d of %s as before", p.reused.Load(), words.Plural(len(jobs), "cell", "cells"))

	b.report.clock("lines")
	deep := deepRanges{}
	if cfg.Page.Tracks {
		blocks, err := blocksDrawn(sel, p.pieces)
		if err == nil {
			deep, err = b.addLines(ctx, w, p, blocks, d.Stored)
		}
		if err != nil {
			return fmt.Errorf("writing the lines: %w", err)
		}
	}
	if err := b.addSquares(w, squaresDrawn(sel)); err != nil {
		return err
	}
	cache.keepCells(jobs, deep.cells)
	cache.close()
	if notes := cache.takeNotes(); len(notes) > 0 || b.unpinned != "" {
		b.report.Notes = append(b.report.Notes, message.Plain(notes...)...)
		if err := b.report.writeFile(cfg.Cache); err != nil {
			return err
		}
	}

	return b.compose(ctx, place, w, d, p.histograms, seen, deep)
}

// compose completes the archive and puts the site in its place. seen has seen its tiles.
func (b *build) compose(ctx context.Context, place *workplace, w *archive.Writer, d *drawing, histograms [][]histogram, seen *seenTiles, deep deepRanges) error {
	b.report.clock("write")
	if err := seen.settle(b.cfg, d); err != nil {
		return err
	}
	meta := b.metadata(d)
	layout, staged, err := b.finish(ctx, w, histograms, meta, deep, d.days())
	if err != nil {
		return err
	}

	b.report.clock("page")
	if err := b.commit(ctx, place, staged, meta); err != nil {
		return err
	}
	b.report.wrote(archivePath(b.cfg), meta, layout)
	b.remember(d, meta)
	b.report.clock("")
	return nil
}

// finish completes the archive but for its name: ranges, palettes and metadata from the histograms of its tiles, by field and zoom, and those of deeper zooms. days are those of the
// activities, ascending.
func (b *build) finish(ctx context.Context, w *archive.Writer, histograms [][]histogram, meta *Metadata, deep deepRanges, days []int) (*archive.Layout, *atomicfile.Staged, error) {
	fields, scales := b.settings.Fields(), b.settings.Scales
	rg := ranges{pct: b.cfg.Ranges.AutoRangePct, config: b.cfg.Ranges, days: days}
	var layer *layers.Layer
	for i := range meta.Layers {
		if meta.Layers[i].ID == layers.DefaultLayer {
			layer = &meta.Layers[i]
		}
	}
	title := b.cfg.Title
	options := archiveOptions(b.cfg, fields)
	ids, sets := options.FieldIDs, options.BlockSets
	lon, lat, zoom := meta.center()
	contents := archive.Contents{
		Bounds:    meta.Bounds,
		CenterLon: lon, CenterLat: lat, CenterZoom: zoom,
		Palette: func(zoom uint8) [][4]uint8 {
			lo, hi := rg.of(layers.Visits, &fields[layers.Visits], scales[layers.Visits], &histograms[layers.Visits][zoom])
			return layer.Palette(fields[layers.Visits].Kind, scales[layers.Visits], lo, hi)
		},
		FieldMetadata: func(field int) []byte {
			return innerMetadata(title, ids[field])
		},
		BlocksMetadata: func(set int) []byte { return innerMetadata(title, sets[set]) },
		Metadata: func(l *archive.Layout) ([]byte, error) {
			for i, f := range fields {
				fm := FieldMetadata{ID: f.ID, Kind: f.Kind, Unit: f.Unit, Scale: scales[i], Zooms: []ZoomMetadata{}}
				fm.lie(l.Fields[i].Place)
				for _, z := range l.Fields[i].Zooms {
					lo, hi := rg.of(i, &fields[i], fm.Scale, &histograms[i][z.Zoom])
					fm.Zooms = append(fm.Zooms, ZoomMetadata{Zoom: z.Zoom, Lo: lo, Hi: hi, Tiles: z.Tiles, Bytes: z.Bytes})
				}
				fm.Zooms = append(fm.Zooms, deep.of(i, &fields[i], fm.Zooms)...)
				if deep.kept != nil {
					fm.Kept = keptTiles(&l.Fields[len(fields)+i])
				}
				meta.Fields = append(meta.Fields, fm)
			}
			meta.lieBlocks(sets, l, uint8(b.cfg.DeepestZoom()), deep.kept)
			if err := meta.check(); err != nil {
				return nil, err
			}
			meta.Digest = newDigest(&meta.Activities, l, meta.Fields, sets)
			all := envelope{
				Name: title, Description: "A heatmap of " + meta.Contents(),
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

// nothingMessage says what there is when the rules left nothing, and which setting to look at.
// notes are what the sources tell of what they hold.
func nothingMessage(cfg *config.Config, s *selection, notes []string) message.Message {
	total := len(s.rows)
	if total == 0 {
		told := ""
		for _, n := range notes {
			told += ". " + words.OneLine(n)
		}
		if hasSource(cfg, config.SourceIntervals) {
			return message.Message{Text: fmt.Sprintf("the sources hold no activities; check [[source]], and whether \"heatmapgen sync\" can fetch from intervals.icu (it needs %s)%s", cfg.Intervals.APIKeyEnv, told)}
		}
		return message.New("nothing-there", "the sources hold no activities; check [[source]]"+told, nil)
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
		return message.New("nothing-of-sports", fmt.Sprintf("no %s among %s: %s; set [filter] sports", strings.Join(cfg.Filter.Sports, " or "), words.Plural(total, "activity", "activities"), there),
			message.Args{"n": total, "sports": sports})
	case reasons[string(activity.VirtualReason)] == maxOf(reasons):
		virtual := reasons[string(activity.VirtualReason)]
		return message.New("nothing-but-virtual", fmt.Sprintf("%s of %s are virtual, with positions in the world of a game; [filter] sports = [\"Virtual\"] draws them",
			words.Plural(virtual, "activity", "activities"), count(total)), message.Args{"n": virtual, "of": total})
	case reasons[string(activity.OutsideDates)]+reasons[string(activity.NoDate)] == maxOf(reasons):
		return message.New("nothing-between-dates", fmt.Sprintf("none of %s lies between the dates; look at [filter] from and to", words.Plural(total, "activity", "activities")), message.Args{"n": total})
	}
	return message.New("nothing-left", fmt.Sprintf("none of %s (%s) is left to draw: %s; look at [filter], and at the report for each of them",
		words.Plural(total, "activity", "activities"), there, commonest(reasons)), message.Args{"n": total, "reasons": reasons})
}
