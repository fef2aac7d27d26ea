package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"heatmapgen/activity/source/intervals"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/words"
)

// skipSyncVar is the environment variable that keeps a build from fetching.
const skipSyncVar = "HEATMAP_SKIP_SYNC"

// A NoKeyError says that there is no key for intervals.icu.
type NoKeyError struct {
	// Variable is the environment variable that should hold it.
	Variable string
}

func (e *NoKeyError) Error() string {
	return fmt.Sprintf("there is no API key for intervals.icu: put %s=... into the environment or into a file .env beside the configuration; "+
		"intervals.icu shows the key in its settings, under Developer", e.Variable)
}

// Sync fetches what is new at intervals.icu into the cache folder of the configuration, or, when full, compares everything.
// Its error is a *NoKeyError without a key, a *atomicfile.BusyError while another process is at work on the cache. What arrived before an error or a cancelled ctx is kept; the report, where
// there is one, tells of it.
func Sync(ctx context.Context, cfg *config.Config, opts Options, full bool) (*intervals.Report, error) {
	o, err := intervalsOptions(cfg, opts)
	if err != nil {
		return nil, err
	}
	o.Full = full
	cache, err := takeCache(cfg)
	if err != nil {
		return nil, err
	}
	defer cache.Release()
	return intervals.Sync(ctx, intervalsFolder(cfg), o)
}

// takeCache makes the cache folder and takes it for this process alone.
func takeCache(cfg *config.Config) (*atomicfile.Folder, error) {
	if _, err := makeCache(cfg); err != nil {
		return nil, err
	}
	return takeFolder(cfg.Cache)
}

// Refetch fetches one activity of intervals.icu anew; id is that of a SurveyRow. When that fails, what was there stays.
func Refetch(ctx context.Context, cfg *config.Config, opts Options, id string) error {
	key, ok := strings.CutPrefix(id, "intervals:")
	if !ok {
		return fmt.Errorf("%s does not come from intervals.icu", words.OneLine(id))
	}
	o, err := intervalsOptions(cfg, opts)
	if err != nil {
		return err
	}
	cache, err := takeCache(cfg)
	if err != nil {
		return err
	}
	defer cache.Release()
	return intervals.Refetch(ctx, intervalsFolder(cfg), key, o)
}

// intervalsOptions says how intervals.icu is to be asked. Its error is a *NoKeyError without a key.
func intervalsOptions(cfg *config.Config, opts Options) (o intervals.Options, err error) {
	getenv := opts.Getenv
	if getenv == nil {
		getenv = os.Getenv
	}
	key, err := intervals.FindKey(getenv, filepath.Dir(cfg.File), cfg.Intervals.AthleteIDEnv, cfg.Intervals.APIKeyEnv)
	if err != nil {
		return o, err
	}
	if key.API == "" {
		return o, &NoKeyError{cfg.Intervals.APIKeyEnv}
	}
	o = intervals.Options{BaseURL: cfg.Intervals.BaseURL, Key: key, Version: opts.Version}
	if opts.Progress != nil {
		o.Progress = opts.Progress
	}
	return o, nil
}

// intervalsFolder is where the recordings from intervals.icu are kept.
func intervalsFolder(cfg *config.Config) string {
	return filepath.Join(cfg.Cache, intervals.FolderName)
}

// hasSource reports whether the configuration has a source of a type.
func hasSource(cfg *config.Config, kind string) bool {
	return slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.Type == kind })
}

// sync is the first step of a build with a source of that type. A map can be built from what was fetched before, so
// only a cancelled ctx is an error; everything else is a note.
func (b *build) sync(ctx context.Context) error {
	getenv := b.opts.Getenv
	if getenv == nil {
		getenv = os.Getenv
	}
	if skip := getenv(skipSyncVar); !b.cfg.Intervals.Sync || !hasSource(b.cfg, config.SourceIntervals) || skip != "" && skip != "0" {
		return nil
	}
	b.report.clock("sync")
	o, err := intervalsOptions(b.cfg, b.opts)
	if _, ok := err.(*NoKeyError); ok {
		return nil
	}
	var report *intervals.Report
	if err == nil {
		report, err = intervals.Sync(ctx, intervalsFolder(b.cfg), o)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if report != nil {
		for _, n := range report.Notes {
			b.report.note("%s", n)
		}
		if report.Changed() {
			b.report.note("%s", report.Line())
		}
	}
	if err != nil {
		b.syncProblem = fmt.Sprintf("intervals.icu could not be asked for what is new, so the map has what was fetched before: %v", err)
		b.report.note("%s", b.syncProblem)
	}
	return nil
}

// stravaNote adds what to do about activities that only an export of Strava has, unless there is one.
func (b *build) stravaNote(found *gathering) {
	n := 0
	for i := range found.candidates {
		if s := found.candidates[i].skip; s != nil && s.Reason == intervals.ReasonStrava {
			n++
		}
	}
	if n > 0 && !hasSource(b.cfg, config.SourceStrava) {
		b.report.note("%s", intervals.StravaRemedy(n))
	}
}
