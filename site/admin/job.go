package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"heatmapgen/generator"
)

// A job is something that takes a while: a build, or reading the sources. There is one at a time. It hears of its progress
// as the [generator.Progress] of what it runs.
type job struct {
	cancel context.CancelFunc

	mu sync.Mutex
	progress
	changed chan struct{} // closed at the next change
	report  string
}

// progress is what the page is told of a job.
type progress struct {
	// Name is what the job does, Stage what it is at.
	Name  string `json:"name"`
	Stage string `json:"stage"`
	// Done of Total Units are done; Total is 0 where that is not known.
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	Unit  string `json:"unit"`
	Ended bool   `json:"ended"`
	// Result says what came of it in a sentence, Failed that this is not what was asked for.
	Result string `json:"result"`
	Failed bool   `json:"failed"`
	// Fewer is how many activities a site would show that was not built because it would lack too many of the present one; 0 where that is
	// not why.
	Fewer int `json:"fewer,omitempty"`
}

// Counts says how much is done: "12 of 80 cells".
func (p progress) Counts() string {
	switch {
	case p.Total == 0:
		return ""
	case p.Unit == "bytes":
		return fmt.Sprintf("%.1f of %.1f MB", float64(p.Done)/1e6, float64(p.Total)/1e6)
	}
	return fmt.Sprintf("%d of %d %s", p.Done, p.Total, p.Unit)
}

func (j *job) change(f func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	f()
	close(j.changed)
	j.changed = make(chan struct{})
}

// Stage, Add, Done and Log hear how far a build is.
func (j *job) Stage(name string, total int64, unit string) {
	j.change(func() { j.progress.Stage, j.progress.Done, j.Total, j.Unit = name, 0, total, unit })
}

func (j *job) Add(n int64) { j.change(func() { j.progress.Done += n }) }

func (j *job) Done() { j.change(func() { j.progress.Done = j.Total }) }

// Log is for those who watch a terminal.
func (j *job) Log(string, ...any) {}

// tell sets what came of the job; report, where there is one, has the details.
func (j *job) tell(result string, report *generator.Report) {
	var table strings.Builder
	if report != nil {
		_ = report.WriteTable(&table) // memory does not fail
	}
	j.change(func() { j.Result, j.report = result, table.String() })
}

// look returns the progress, the report, and a channel that is closed at the next change.
func (j *job) look() (progress, string, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.progress, j.report, j.changed
}

// errBusy says that there is a job already.
var errBusy = errors.New("something is running already: wait for it, or cancel it")

// start starts a job unless one runs.
func (a *admin) start(name string, work func(context.Context, *job) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.job != nil {
		if p, _, _ := a.job.look(); !p.Ended {
			return errBusy
		}
	}
	ctx, cancel := context.WithCancel(a.ctx)
	j := &job{cancel: cancel, progress: progress{Name: name}, changed: make(chan struct{})}
	a.job = j
	a.work.Go(func() {
		defer cancel()
		err := safely(func() error { return work(ctx, j) })
		var fewer *generator.FewerError
		j.change(func() {
			j.Ended = true
			switch {
			case err != nil && ctx.Err() != nil && j.Result != "":
				j.Result, j.Failed = j.Result+" Then it was cancelled: the list is as it was.", true
			case err != nil && ctx.Err() != nil:
				j.Result, j.Failed = "Cancelled. Everything is as it was.", true
			case errors.As(err, &fewer):
				j.Result, j.Failed, j.Fewer = "Not built: "+err.Error()+".", true, fewer.New
			case err != nil:
				j.Result, j.Failed = strings.TrimSpace(j.Result+" "+err.Error()), true
			}
		})
	})
	return nil
}

// safely turns a panic into an error: the page should outlive a broken build.
func safely(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("heatmapgen failed (%v); please report this", p)
		}
	}()
	return f()
}

// cancel answers a request to end the job that runs.
func (a *admin) cancel(w http.ResponseWriter, r *http.Request) {
	if j := a.current(); j != nil {
		j.cancel()
	}
	back(w, r, parseQuery(r.PostForm), nil)
}

// current returns the job that runs or ran last, or nil.
func (a *admin) current() *job {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.job
}

// updateEvery is how often the page is told of progress at most.
const updateEvery = 150 * time.Millisecond

// progress answers with server-sent events: the progress as JSON at every change, until the job has ended.
func (a *admin) progress(w http.ResponseWriter, r *http.Request) {
	j := a.current()
	if j == nil {
		w.WriteHeader(http.StatusNoContent) // which tells browsers not to ask again
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		p, _, changed := j.look()
		text, err := json.Marshal(struct {
			progress
			Counts string `json:"counts"`
		}{p, p.Counts()})
		if err == nil {
			_, err = fmt.Fprintf(w, "data: %s\n\n", text)
		}
		if err == nil {
			err = out.Flush()
		}
		if err != nil || p.Ended {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-changed:
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(updateEvery):
		}
	}
}
