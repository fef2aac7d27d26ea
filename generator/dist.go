package generator

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/frames"
)

// A build can be spread over processes and machines that share a folder or a bucket, or whose files somebody moves (distfeed.go). Its steps are those of Build, with files between them, and the site is the same to the byte:
//
//	Plan     settles what holds for all: configuration, day, what is hidden, home, pinned scales (distplan.go)
//	Map      reads a shard of the recordings, as often as there are shards (distmap.go)
//	Gather   finds outings, judges, chooses scales (distgather.go), shares the cells out (distshare.go)
//	Paint    paints a part of the cells and makes a part of the blocks, as often as there are parts (distpaint.go)
//	Compose  paints the cells that were divided (distsums.go), puts archive and page in their places (distcompose.go)
//
// Each file is put in its place in one step, and says the same whoever writes it: a step that was cut off leaves nothing, one that runs twice changes nothing. Only Plan reads
// the clock, the secret and the present site's scales; what the others read besides the files of the job are the recordings.

// A Job is a spread build. Its files hold places that are to be hidden and uncut tracks, so they are for their owner alone, and should be removed with the build.
type Job struct {
	store JobStore // nil for a job of which only the plan is known
	plan  planRecord
	hash  [32]byte // of the record of the plan
	// drawn is the hash of the record of how all is drawn, once that is known.
	drawn [32]byte
	cfg   *config.Config
	opts  Options
	sizes workSizes
	// listed is what the sources list, kept from one step to the next where Options.Cached.
	listed *gathering
}

// errForeign says that a file of a job belongs to another one, or to another version of heatmapgen.
var errForeign = errors.New("it is of another job, or of another version of heatmapgen; begin with the plan")

// planName is the plan's file.
const planName = "plan"

// OpenJob opens the job that Plan has begun in a store. Of opts, Workers, Progress, Warn, ReplacePage and Fewer count; Version must be that of the plan.
func OpenJob(store JobStore, opts Options) (*Job, error) {
	file, err := store.Open(planName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no plan; \"heatmapgen dist plan\" makes one", store)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	j := &Job{store: store, opts: opts, sizes: usualSizes}
	return j, j.readPlan(file, file.Name())
}

// ReadJob reads the plan of a job, of which only MapTo can be called then. Of opts, Workers, Progress and Warn count; Version must be that of the plan.
func ReadJob(plan io.Reader, opts Options) (*Job, error) {
	j := &Job{opts: opts, sizes: usualSizes}
	return j, j.readPlan(plan, "the plan")
}

// readPlan reads the plan from a stream, which messages call name.
func (j *Job) readPlan(in io.Reader, name string) error {
	return j.readAll(in, name, "plan", 0, func(_ byte, record []byte, _ int64) error { return j.follow(record) })
}

// follow takes the record of the plan.
func (j *Job) follow(record []byte) (err error) {
	j.hash = sha256.Sum256(record)
	if err := decode(record, &j.plan); err != nil {
		return err
	}
	if j.plan.Program != j.opts.Version {
		return fmt.Errorf("the plan was made by heatmapgen %s, and this is %s: all steps must be of one version", j.plan.Program, j.opts.Version)
	}
	j.cfg, err = j.plan.config()
	return err
}

// Close releases what the job keeps from one step to the next.
func (j *Job) Close() {
	if j.listed != nil {
		j.listed.close()
		j.listed = nil
	}
}

// Config returns the configuration, as it was when the plan was made.
func (j *Job) Config() *config.Config { return j.cfg }

// build returns the build whose step is to be run.
func (j *Job) build() *build {
	b := newBuild(j.cfg, j.opts, j.plan.Today.UTC())
	b.said, b.pinned, b.unpinned, b.syncProblem = j.plan.Said, j.plan.Pinned, j.plan.Unpinned, j.plan.SyncProblem
	return b
}

// path names a file of the job in messages.
func (j *Job) path(name string) string {
	if dir, ok := j.store.(jobFolder); ok {
		return dir.path(name)
	}
	return j.store.String() + "/" + name
}

// shardName and partName are the files of a shard that was read and of a part, before and after it is painted. workName is what Gather hands to the painters.
func shardName(shard int) string { return fmt.Sprintf("map-%05d", shard) }
func workName(part int) string   { return fmt.Sprintf("work-%05d", part) }
func partName(part int) string   { return fmt.Sprintf("paint-%05d", part) }

// drawName is the file in which Gather says how all is drawn.
const drawName = "draw"

// write writes a file of the job whose records come from records, in its place in one step.
func (j *Job) write(name, step string, number int, records func(w *frames.Writer) error) error {
	return writeFile(j.store, name, j.head(step, number), records)
}

// head returns the head of a file of the job.
func (j *Job) head(step string, number int) jobHead {
	return jobHead{Version: jobVersion, Step: step, Job: j.of(step), Number: number}
}

func writeFile(store JobStore, name string, head jobHead, records func(w *frames.Writer) error) error {
	return store.Create(name, func(out io.Writer) error { return writeRecords(out, head, records) })
}

// writeRecords writes a file of a job to a stream.
func writeRecords(out io.Writer, head jobHead, records func(w *frames.Writer) error) error {
	w := frames.NewWriter(out)
	if _, err := w.Write(recordHead, encode(head)); err != nil {
		return err
	}
	if err := records(w); err != nil {
		return err
	}
	return w.Close()
}

// read gives f every record of a file of the job, but the head, with its place. A file that is not whole, or of another job, is an error, and one that is not there says which step is missing.
func (j *Job) read(name, step string, number int, f func(kind byte, record []byte, offset int64) error) error {
	file, err := j.open(name, step)
	if err != nil {
		return err
	}
	defer file.Close()
	return j.readAll(file, file.Name(), step, number, f)
}

// open opens a file of the job. One of a part is read at many offsets, so it is copied here where that would cost much.
func (j *Job) open(name, step string) (JobFile, error) {
	file, err := j.store.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not there: \"heatmapgen dist %s\" has still to make it", j.path(name), maker(step))
	}
	if err == nil && step == "paint" && !j.near() {
		return j.copyHere(file)
	}
	return file, err
}

// maker returns the command that makes the files of a step.
func maker(step string) string {
	if step == "work" {
		return "gather"
	}
	return step
}

// readAll is read for a file that is open, which messages call name.
func (j *Job) readAll(in io.Reader, name, step string, number int, f func(kind byte, record []byte, offset int64) error) error {
	r := frames.NewReader(in)
	for first := true; ; first = false {
		kind, record, offset, err := r.Next()
		switch {
		case err == io.EOF && !first:
			return nil
		case err == nil && first:
			err = j.check(kind, record, step, number)
		case err == nil:
			err = f(kind, record, offset)
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
	}
}

// of returns the hash that the head of a step's files has: that of the plan, or where they hang on what was gathered of that.
func (j *Job) of(step string) [32]byte {
	switch step {
	case "plan":
		return [32]byte{}
	case "work", "paint", "feed":
		return j.drawn
	}
	return j.hash
}

// check tells whether the first record of a file says that it is of the job and what it should be.
func (j *Job) check(kind byte, record []byte, step string, number int) error {
	var head jobHead
	if kind != recordHead {
		return errForeign
	}
	if err := decode(record, &head); err != nil {
		return err
	}
	if head.Version != jobVersion || head.Step != step || head.Number != number || head.Job != j.of(step) {
		return errForeign
	}
	return nil
}

// gatherer returns the rules of the plan, and what the sources hold, which must be what they held when it was made. Call release in the end.
func (j *Job) gatherer(ctx context.Context) (ga *gatherer, found *gathering, release func(), err error) {
	found, unlist, err := j.list(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	cache := j.cache()
	ga = gathererHiding(j.plan.Privacy, j.cfg, found, j.plan.Said, cache)
	ga.today, ga.home, ga.segments = activity.DayOf(j.plan.Today.UTC()), j.plan.Home, publish(j.plan.Segments)
	return ga, found, func() {
		cache.close()
		unlist()
	}, nil
}

// list returns what the sources hold, to be released in the end.
func (j *Job) list(ctx context.Context) (found *gathering, release func(), err error) {
	if found = j.listed; found == nil {
		if found, err = list(ctx, j.cfg, j.plan.Today.UTC(), true); err != nil {
			return nil, nil, err
		}
		found.apply(j.plan.Said)
		if found.hash() != j.plan.Sources {
			found.close()
			return nil, nil, errors.New("the sources do not hold what they held when the plan was made; begin with the plan")
		}
	}
	if !j.opts.Cached {
		return found, found.close, nil
	}
	j.listed = found
	own := *found // steps change the candidates
	own.candidates = slices.Clone(found.candidates)
	return &own, func() {}, nil
}

// cache returns the cache, nil where the job has none. Without it a step only takes longer.
func (j *Job) cache() *cache {
	if !j.opts.Cached {
		return nil
	}
	if _, err := makeCache(j.cfg); err != nil {
		return nil
	}
	c, _ := openCache(j.cfg.Cache)
	return c
}
