// Package admin is "heatmapgen admin": pages on this computer that list every activity of all sources with what a build
// does with it and why, and let the user leave some out, say what sport one was, fetch one anew and rebuild the site.
//
// guard.go decides who is answered at all; list.go finds, sorts and pages; page.go and page.gohtml make the page of it;
// change.go writes what the user says to overrides.json; job.go runs builds and tells how far they are. Nothing here
// judges an activity: that is the Survey of package generator. The pages are made on the server and work without their
// script, which only saves reloading.
package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/words"
	"heatmapgen/site/serve"
)

// Options say what to administer.
type Options struct {
	// Load reads the configuration. It is called anew for every build, since the user may have edited it.
	Load func() (*config.Config, error)
	// Build are the options of builds; their Now and Progress are not used.
	Build generator.Options
}

// Run answers on server's port until ctx is cancelled, and returns nil then. A build under way is cancelled too.
func Run(ctx context.Context, server *serve.Server, cfg *config.Config, opts Options) error {
	ctx, cancel := context.WithCancel(ctx)
	a := newAdmin(ctx, server.Port(), cfg, opts)
	defer a.close()
	defer cancel() // before close, which waits for what runs
	if err := a.start("Reading activities", a.read); err != nil {
		return err
	}
	return server.ServeHandler(ctx, a.handler())
}

// An admin is the state behind the pages.
type admin struct {
	ctx   context.Context // of everything that goes on without a request
	opts  Options
	port  int
	token string // stands in every form: see guard.go
	work  sync.WaitGroup

	// changing is held while overrides.json or the survey change; mu only as long as it takes to look at what follows
	// it. Who needs both takes changing first.
	changing sync.Mutex
	survey   *generator.Survey // nil until the sources are read
	mu       sync.Mutex
	cfg      *config.Config
	list     *list // nil until the sources are read
	job      *job  // the one that runs or ran last
	// saved counts changes of overrides.json, built is what saved was when the site was built from it.
	saved, built int
}

func newAdmin(ctx context.Context, port int, cfg *config.Config, opts Options) *admin {
	a := &admin{ctx: ctx, opts: opts, port: port, token: rand.Text(), cfg: cfg}
	if newer(overrides.Path(cfg.File), filepath.Join(cfg.Output, generator.ArchiveName)) {
		a.saved++
	}
	return a
}

// newer reports whether both files are there and the first was written after the second.
func newer(path, than string) bool {
	a, err := os.Stat(path)
	if err != nil {
		return false
	}
	b, err := os.Stat(than)
	return err == nil && a.ModTime().After(b.ModTime())
}

// close waits for what runs; the admin's ctx must be cancelled.
func (a *admin) close() {
	a.work.Wait()
	a.changing.Lock()
	defer a.changing.Unlock()
	if a.survey != nil {
		a.survey.Close()
		a.survey = nil
	}
}

// config returns the configuration that was read last.
func (a *admin) config() *config.Config {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.cfg
}

// reload reads the configuration anew.
func (a *admin) reload() (*config.Config, error) {
	cfg, err := a.opts.Load()
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.cfg = cfg
	a.mu.Unlock()
	return cfg, nil
}

// options returns the options of something that reports to j.
func (a *admin) options(j *job) generator.Options {
	o := a.opts.Build
	o.Now, o.Progress = time.Now(), j
	return o
}

// read is the job that reads the sources and lists what is in them.
func (a *admin) read(ctx context.Context, j *job) error {
	cfg, err := a.reload()
	if err != nil {
		return err
	}
	fresh, err := generator.NewSurvey(ctx, cfg, a.options(j))
	if err != nil {
		return err
	}
	a.changing.Lock()
	defer a.changing.Unlock()
	// The user may have changed something while the survey was under way.
	said, err := overrides.Load(overrides.Path(cfg.File))
	if err == nil {
		err = fresh.Apply(ctx, said)
	}
	if err != nil {
		fresh.Close()
		return err
	}
	if a.survey != nil {
		a.survey.Close()
	}
	a.survey = fresh
	a.show(listOf(fresh))
	return nil
}

// show shows a list from now on.
func (a *admin) show(l *list) {
	a.mu.Lock()
	a.list = l
	a.mu.Unlock()
}

// build is the job that builds the site and then reads what the sources hold now. A site that would lack many activities of the present one is
// built only if it shows at least atLeast, which the user has been told and has allowed; 0 allows none.
func (a *admin) build(ctx context.Context, j *job, atLeast int) error {
	cfg, err := a.reload()
	if err != nil {
		return err
	}
	a.mu.Lock()
	saved := a.saved
	a.mu.Unlock()
	opts := a.options(j)
	opts.Fewer = func(_ context.Context, fewer generator.Fewer) (bool, error) {
		return atLeast > 0 && fewer.New >= atLeast, nil
	}
	report, err := generator.Build(ctx, cfg, opts)
	var nothing *generator.NothingError
	var fewer *generator.FewerError
	if err != nil && !errors.As(err, &nothing) && !errors.As(err, &fewer) {
		return err
	}
	if err == nil {
		a.mu.Lock()
		a.built = saved
		a.mu.Unlock()
		j.tell(fmt.Sprintf("Built: %s on the map.", words.Plural(report.Drawn, "activity", "activities")), report)
	}
	return errors.Join(err, a.read(ctx, j))
}

// refetch is the job that fetches one activity of intervals.icu anew.
func (a *admin) refetch(id string) func(context.Context, *job) error {
	return func(ctx context.Context, j *job) error {
		if err := generator.Refetch(ctx, a.config(), a.options(j), id); err != nil {
			return err
		}
		a.mu.Lock()
		a.saved++ // the map does not show it yet
		a.mu.Unlock()
		j.tell(id+" was fetched again. Rebuild to see it on the map.", nil)
		return a.read(ctx, j)
	}
}

// handler answers the requests.
func (a *admin) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.page)
	mux.HandleFunc("GET /admin.css", static("text/css; charset=utf-8", stylesheet))
	mux.HandleFunc("GET /admin.js", static("text/javascript; charset=utf-8", script))
	mux.HandleFunc("GET /progress", a.progress)
	mux.HandleFunc("POST /change", a.change)
	mux.HandleFunc("POST /rebuild", a.rebuild)
	mux.HandleFunc("POST /read", a.starter("Reading activities", a.read))
	mux.HandleFunc("POST /cancel", a.cancel)
	mux.Handle("GET /site", http.RedirectHandler("/site/", http.StatusMovedPermanently))
	guarded := a.guard(mux)
	// The site has a policy of its own in its page, and the guard of package serve.
	site := http.StripPrefix("/site", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve.Handler(a.config().Output, a.port).ServeHTTP(w, r)
	}))
	// A ServeMux would answer some requests itself, without a guard.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/site/") {
			site.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func static(contentType string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(content) // who went away needs no answer
	}
}

// rebuild answers a request to build the site, which says how few activities are allowed where it comes from the question about that.
func (a *admin) rebuild(w http.ResponseWriter, r *http.Request) {
	atLeast, err := strconv.Atoi(r.PostForm.Get("fewer"))
	if err != nil {
		atLeast = 0
	}
	a.starter("Building", func(ctx context.Context, j *job) error { return a.build(ctx, j, atLeast) })(w, r)
}

// starter answers a request to start a job.
func (a *admin) starter(name string, work func(context.Context, *job) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := parseQuery(r.PostForm)
		if err := a.start(name, work); err != nil {
			a.render(w, q, http.StatusConflict, err.Error())
			return
		}
		back(w, r, q, nil)
	}
}
