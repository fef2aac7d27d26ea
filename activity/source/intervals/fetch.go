//go:build !js

package intervals

// The second half of a sync: the files. A few are asked for at a time; one goroutine takes over what arrives.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// What can be wrong with one activity, worded as rows show it. They end no fetch.
var (
	errNoFile       = errors.New("no file at intervals.icu")
	errFromStrava   = errors.New("from Strava, which forbids to pass it on")
	errNotRecording = errors.New("its file is not FIT, GPX or TCX")
	errTooLarge     = fmt.Errorf("its file is larger than %d MB", maxFileBytes>>20)
	errWebPage      = errors.New("a web page came instead of the file")
)

const (
	// fetchers is the number of files that are asked for at a time, however slowly the service makes them.
	fetchers = 3
	// saveEvery is the number of files after which the index is written.
	saveEvery = 20
	// maxFailures is how many files in a row may fail before the service counts as down.
	maxFailures = 5
)

// An arrival is what became of a request for a file.
type arrival struct {
	entry *entry
	file  stored
	err   error
}

// fetch asks for every file that is wanted and not here, the newest first.
func (s *syncer) fetch(ctx context.Context) error {
	var wanted []*entry
	for _, e := range s.index.sorted() {
		if e.State == statePending || e.State == stateFailed {
			wanted = append(wanted, e)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	slices.Reverse(wanted)
	s.progress.Stage("Fetching from intervals.icu", int64(len(wanted)), "files")
	defer s.progress.Done()

	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	jobs, arrivals := make(chan *entry), make(chan arrival)
	var wait sync.WaitGroup
	for range fetchers {
		wait.Go(func() {
			for e := range jobs {
				file, err := s.fetchOne(ctx, e)
				arrivals <- arrival{e, file, err}
			}
		})
	}
	go func() {
		defer close(arrivals)
		defer wait.Wait()
		defer close(jobs)
		for _, e := range wanted {
			select {
			case jobs <- e:
			case <-ctx.Done():
				return
			}
		}
	}()

	var ending error // why no more is asked for
	failures, unsaved := 0, 0
	for a := range arrivals {
		if err := s.arrived(a); err != nil {
			if ending == nil {
				ending = err
				cancel()
			}
			continue
		}
		s.progress.Add(1)
		failures++
		if a.entry.State != stateFailed {
			failures = 0
		} else if failures == maxFailures && ending == nil {
			ending = fmt.Errorf("%d files in a row did not arrive (%w); what did is kept: try again later", maxFailures, a.err)
			cancel()
		}
		if unsaved++; unsaved == saveEvery && ending == nil {
			unsaved = 0
			if ending = s.folder.save(s.index); ending != nil {
				cancel()
			}
		}
	}
	if ending == nil {
		ending = outer.Err()
	}
	return errors.Join(ending, s.folder.save(s.index))
}

// arrived takes over what became of a request. Its error ends the fetch.
func (s *syncer) arrived(a arrival) error {
	e := a.entry
	var status *statusError
	var later *laterError
	var again *temporaryError
	switch {
	case a.err == nil:
		old := e.File
		if old == "" {
			s.report.New++
		} else {
			s.report.Updated++
		}
		e.State, e.Why, e.stored = stateFile, "", a.file
		if old != "" && old != a.file.File {
			s.folder.remove(old)
		}
		return nil
	case errors.Is(a.err, context.Canceled), errors.Is(a.err, errKey), errors.Is(a.err, errElsewhere), errors.As(a.err, &later):
		return a.err
	case errors.Is(a.err, errFromStrava):
		e.State, e.Why = stateStrava, ""
		s.forget(e)
		return nil
	case errors.Is(a.err, errNoFile), errors.Is(a.err, errNotRecording), errors.Is(a.err, errTooLarge):
		e.State, e.Why = stateNoFile, a.err.Error()
		s.forget(e)
	case errors.As(a.err, &again), errors.Is(a.err, errWebPage):
		e.State, e.Why = stateFailed, a.err.Error()
	case errors.As(a.err, &status):
		e.State, e.Why = stateRefused, a.err.Error()
	default:
		return fmt.Errorf("keeping a file from intervals.icu: %w", a.err)
	}
	s.report.Rows = append(s.report.Rows, Row{e.ID, e.Day, e.Why})
	s.progress.Log("intervals.icu, activity %s: %s", shown(e.ID), e.Why)
	return nil
}

// fetchOne brings an activity's file into the folder: the service's FIT file, or what was uploaded where there is no FIT.
func (s *syncer) fetchOne(ctx context.Context, e *entry) (stored, error) {
	if e.File == "" {
		// An interrupted fetch may have got it, without coming to write the index.
		for _, ending := range []string{"fit", "gpx", "tcx", "fit.gz", "gpx.gz", "tcx.gz"} {
			name := stem(e.ID) + "." + ending
			if info, err := s.folder.root.Lstat(name); err == nil && info.Mode().IsRegular() {
				sum, err := s.folder.sum(name)
				return stored{name, info.Size(), sum}, err
			}
		}
	}
	file, err := s.download(ctx, e.ID, fitFile)
	if err == nil || !s.another(err) {
		return file, err
	}
	file, other := s.download(ctx, e.ID, originalFile)
	if errors.Is(other, errNoFile) {
		return stored{}, err // the first refusal says more
	}
	return file, other
}

// another reports whether an activity's other file may do where one failed: the answer was about the file, not about
// the service as a whole.
func (s *syncer) another(err error) bool {
	var status *statusError
	if errors.As(err, &status) {
		return status.code == 500 || status.code < 500 && status.code != 429
	}
	return errors.Is(err, errNoFile) || errors.Is(err, errNotRecording) || errors.Is(err, errTooLarge)
}

// download brings one file into the folder.
func (s *syncer) download(ctx context.Context, id, kind string) (stored, error) {
	temp, sum := "", ""
	err := s.client.file(ctx, id, kind, func(r io.Reader) (err error) {
		temp, sum, err = s.folder.write(r)
		return err
	})
	if err != nil {
		return stored{}, err
	}
	name, size, err := s.accept(temp, stem(id))
	if err != nil {
		s.folder.remove(temp)
		return stored{}, err
	}
	return stored{name, size, sum}, s.folder.rename(temp, name)
}

// accept looks at what arrived under a temporary name and returns the name it is to have.
func (s *syncer) accept(temp, stem string) (name string, size int64, err error) {
	info, err := s.folder.root.Lstat(temp)
	if err != nil {
		return "", 0, err
	}
	if info.Size() == 0 {
		return "", 0, errNoFile
	}
	ending, html, err := s.folder.kind(temp)
	switch {
	case err != nil:
		return "", 0, err
	case html:
		return "", 0, errWebPage
	case ending == "":
		return "", 0, errNotRecording
	}
	return stem + "." + ending, info.Size(), nil
}
