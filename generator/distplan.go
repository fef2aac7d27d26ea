package generator

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/frames"
	"heatmapgen/internal/message"
	"heatmapgen/layers"
	"heatmapgen/layers/segments"
)

// A planRecord is what holds for a whole build. No other step looks any of it up again.
type planRecord struct {
	// Program is the version of heatmapgen.
	Program string
	// Config is the text of the configuration that File holds, Output the folder of the site, which a flag may have set.
	Config       []byte
	File, Output string
	Said         overrides.Overrides
	Today        time.Time
	// Privacy is what must not show, Home where a rule asks for it.
	Privacy activity.Privacy
	Home    activity.LatLon
	// Segments are those of the configuration, which may lie in files.
	Segments [][]segments.Segment `json:",omitempty"`
	// Pinned and Unpinned are about the scales of the present site.
	Pinned   []layers.Scale
	Unpinned string
	// Sources is the hash of what the sources hold, Activities their number.
	Sources     [32]byte
	Activities  int
	Shards      int
	SyncProblem string
	// Notes and Warnings belong into the report.
	Notes, Warnings []message.Message
}

// config returns the configuration as it was when the plan was made.
func (p *planRecord) config() (*config.Config, error) {
	cfg, err := config.Parse(p.Config, p.File)
	if err != nil {
		return nil, err
	}
	return cfg, cfg.SetOutput(p.Output)
}

// Plan begins a spread build of the configuration in a store, which must not hold a job yet; a folder is made, for its owner alone. It settles what holds for the whole and shares
// the recordings out into shards, at least one. The configuration must come from a file; its paths must lead to the same files wherever a step runs. Errors are those of Build that come before anything is read.
func Plan(ctx context.Context, cfg *config.Config, store JobStore, shards int, opts Options) (*Report, error) {
	if shards < 1 {
		return nil, fmt.Errorf("%d shards: there must be at least one", shards)
	}
	p, err := planOf(cfg, opts)
	if err != nil {
		return nil, err
	}
	if err := begin(store); err != nil {
		return nil, err
	}
	if cfg, err = p.config(); err != nil {
		return nil, err
	}
	b := newBuild(cfg, opts, p.Today)
	before := lookAt(cfg.Output)
	place, err := openWorkplace(cfg)
	if err != nil {
		return nil, err
	}
	defer place.close()
	ga, found, err := b.plan(ctx, place, nil)
	if err != nil {
		return nil, explain(err, cfg, before)
	}
	defer found.close()
	if err := found.check(); err != nil {
		return nil, err
	}
	p.Said, p.Segments, p.Privacy, p.Home, p.Pinned, p.Unpinned, p.SyncProblem = b.said, b.segments, ga.privacy, ga.home, b.pinned, b.unpinned, b.syncProblem
	p.Sources, p.Activities, p.Shards = found.hash(), len(found.candidates), shards
	p.Notes, p.Warnings = b.report.Notes, b.report.Warnings
	b.report.Read = len(found.candidates)
	return b.report, writeFile(store, planName, jobHead{Version: jobVersion, Step: "plan"}, func(w *frames.Writer) error {
		_, err := w.Write(recordPlan, encode(p))
		return err
	})
}

// begin makes sure that a store can take a job.
func begin(store JobStore) error {
	if dir, ok := store.(jobFolder); ok {
		if err := os.MkdirAll(string(dir), 0o700); err != nil {
			return fmt.Errorf("making the folder of the job: %w", err)
		}
	}
	file, err := store.Open(planName)
	if err == nil {
		file.Close()
		return fmt.Errorf("%s holds a job already; \"heatmapgen dist remove\" removes it, or take another place", store)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// planOf returns what is known of a plan before the sources are asked.
func planOf(cfg *config.Config, opts Options) (*planRecord, error) {
	if cfg.File == "" {
		return nil, errors.New("a spread build needs a configuration in a file, as its steps may run elsewhere")
	}
	p := &planRecord{Program: opts.Version, Today: buildDay(cfg, opts.Now)}
	var err error
	if p.File, err = filepath.Abs(cfg.File); err != nil {
		return nil, err
	}
	if p.Output, err = filepath.Abs(cfg.Output); err != nil {
		return nil, err
	}
	if p.Config, err = os.ReadFile(p.File); err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return p, nil
}

// hash returns a hash of what the sources list, in their order.
func (g *gathering) hash() [32]byte {
	h := sha256.New()
	var b []byte
	for i := range g.candidates {
		c := &g.candidates[i]
		b = b[:0]
		for _, text := range [...]string{c.ID, c.path, string(c.listed), c.Start.Format(time.RFC3339Nano), c.Name} {
			b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
		}
		h.Write(strconv.AppendBool(b, c.skip != nil))
	}
	h.Write(encode(g.zones))
	return [32]byte(h.Sum(nil))
}

// shard returns the range of a shard: its first place in the listing, and the one after its last.
func (p *planRecord) shard(number int) (from, to int) {
	return number * p.Activities / p.Shards, (number + 1) * p.Activities / p.Shards
}
