//go:build !js

package intervals

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"heatmapgen/internal/words"
)

const (
	// overlap is how far behind the newest known activity the service is asked again: devices deliver late, and
	// people edit what is recent.
	overlap = 7 * 24 * time.Hour
	// fullEvery is how often everything is compared, since nothing else notices that an old activity was edited or deleted.
	fullEvery = 30 * 24 * time.Hour
	// windowYears is how many years are listed in one request, back to firstYear; what is older comes in one go.
	windowYears = 4
	firstYear   = 2010
)

// Sync fetches what is new at the service into folder dir. Whatever ends it early - an error, a cancelled ctx, a
// power cut - what arrived stays, and the next Sync goes on from there. The report is complete as far as it got, even
// besides an error.
func Sync(ctx context.Context, dir string, o Options) (*Report, error) {
	s := &syncer{o: o, report: &Report{}, progress: o.Progress}
	if s.progress == nil {
		s.progress = silent{}
	}
	var err error
	if s.client, err = newClient(&o); err != nil {
		return s.report, err
	}
	defer s.client.close()
	if s.folder, err = makeFolder(dir); err != nil {
		return s.report, err
	}
	defer s.folder.close()
	err = s.run(ctx)
	s.count()
	return s.report, err
}

// A syncer is one run of Sync.
type syncer struct {
	o        Options
	client   *client
	folder   *folder
	index    *index
	report   *Report
	progress Progress
}

func (s *syncer) run(ctx context.Context) error {
	now := s.client.clock.now()
	s.folder.tidy(now)
	index, damaged, err := s.folder.load()
	if err != nil {
		return err
	}
	s.index = index
	if damaged {
		s.report.note("The index of the files was missing or damaged and is made anew; the files are kept.")
	}
	bad, err := s.folder.check(s.index)
	if err != nil {
		return err
	}
	damagedFiles, err := s.folder.checkContents(ctx, s.index)
	if err != nil {
		return err
	}
	if n := len(damagedFiles); n > 0 {
		s.report.note("%s in the cache folder had been damaged or changed since intervals.icu sent it, and will be fetched again.", words.Plural(n, "file", "files"))
	}
	for _, name := range append(bad, damagedFiles...) {
		s.folder.remove(name)
	}

	athlete := tag(s.o.Key.Athlete)
	since := now.Sub(s.index.Full)
	s.report.Full = s.o.Full || s.index.Full.IsZero() || since >= fullEvery || since < 0 || s.index.Athlete != athlete
	if s.index.Athlete != athlete {
		s.index.Full = time.Time{} // what was compared was another's
	}
	s.index.Athlete = athlete
	if err := s.compare(ctx, now); err != nil {
		return err
	}
	if err := s.fetch(ctx); err != nil {
		return err
	}
	if s.report.Full {
		s.folder.sweep(s.index)
	}
	return nil
}

// tag tells athletes apart without naming them.
func tag(athlete Secret) string {
	sum := sha256.Sum256([]byte("heatmapgen intervals.icu " + string(athlete)))
	return hex.EncodeToString(sum[:8])
}

// A window is a span of days, both ends included.
type window struct{ oldest, newest string }

// windows returns what is to be listed, the newest first.
func (s *syncer) windows(now time.Time) []window {
	// An activity's day is local, and may be tomorrow here.
	end := now.UTC().AddDate(0, 0, 1)
	tomorrow := end.Format(time.DateOnly)
	if !s.report.Full {
		newest := ""
		for _, e := range s.index.byID {
			// A device with a wrong clock may have recorded in the future.
			if e.Day > newest && e.Day <= tomorrow {
				newest = e.Day
			}
		}
		if day, err := time.Parse(time.DateOnly, newest); err == nil {
			return []window{{day.Add(-overlap).Format(time.DateOnly), tomorrow}}
		}
	}
	var all []window
	year := end.Year()
	for ; year >= firstYear; year -= windowYears {
		all = append(all, window{fmt.Sprintf("%d-01-01", year-windowYears+1), fmt.Sprintf("%d-12-31", year)})
	}
	return append(all, window{"1970-01-01", fmt.Sprintf("%d-12-31", year)})
}

// compare brings the index up to what the service lists.
func (s *syncer) compare(ctx context.Context, now time.Time) error {
	windows := s.windows(now)
	seen, odd := map[string]bool{}, 0
	s.progress.Stage("Listing intervals.icu", int64(len(windows)), "requests")
	defer s.progress.Done()
	for _, w := range windows {
		list, bad, err := s.client.list(ctx, w.oldest, w.newest)
		if err != nil {
			return errors.Join(err, s.folder.save(s.index))
		}
		odd += bad
		for i := range list {
			if id := string(list[i].ID); !seen[id] {
				seen[id] = true
				s.listed(&list[i])
			}
		}
		s.progress.Add(1)
	}
	if odd > 0 {
		s.report.note("intervals.icu lists %s that cannot be understood.", words.Plural(odd, "activity", "activities"))
	}
	switch {
	case odd > 0: // one of them may be what seems to be gone
	case s.report.Full && len(seen) == 0 && len(s.index.byID) > 0:
		s.report.note("intervals.icu lists no activity at all, although %s from it are here; nothing was deleted. If that is right, delete the folder %q in the cache folder.",
			words.Plural(len(s.index.byID), "activity", "activities"), FolderName)
	default:
		s.dropUnlisted(seen, windows)
	}
	if s.report.Full {
		s.index.Full = now.UTC()
	}
	return s.folder.save(s.index)
}

// listed takes over what the service says of an activity.
func (s *syncer) listed(a *wireActivity) {
	e := a.entry()
	old := s.index.byID[e.ID]
	s.index.put(e)
	if old == nil {
		return
	}
	fixed := e.State // by what the list says
	e.State, e.Why, e.stored = old.State, old.Why, old.stored
	moved := old.Rev != "" && old.Rev != e.Rev
	switch {
	case fixed == stateStrava:
		e.State, e.Why = stateStrava, ""
	case moved, old.State == stateStrava, s.o.Full && e.File == "":
		e.State, e.Why = fixed, ""
	case described(old) != described(e) && old.Rev != "" && e.File != "":
		s.report.Updated++
	}
	if e.State == stateStrava || e.State == stateNoFile {
		s.forget(e)
	}
}

// forget deletes the file of an entry that has none any more.
func (s *syncer) forget(e *entry) {
	if e.File != "" {
		s.folder.remove(e.File)
		e.stored = stored{}
	}
}

// described returns what the list says of an activity besides the recording.
func described(e *entry) entry {
	return entry{Day: e.Day, Start: e.Start.UTC(), Sport: e.Sport, Name: e.Name, DistanceM: e.DistanceM, MovingS: e.MovingS, AscentM: e.AscentM, Labels: e.Labels}
}

// dropUnlisted forgets activities that lie in the windows and were not listed.
func (s *syncer) dropUnlisted(seen map[string]bool, windows []window) {
	var gone []*entry
	for id, e := range s.index.byID {
		// The days at the ends are left alone: where a day ends depends on the time zone.
		inside := s.report.Full || e.Day > windows[0].oldest && e.Day < windows[0].newest
		if !seen[id] && inside {
			gone = append(gone, e)
			delete(s.index.byID, id)
		}
	}
	if len(gone) == 0 {
		return
	}
	s.report.Deleted += len(gone)
	// The index first: a file that it does not name does no harm, a name without a file does.
	if s.folder.save(s.index) == nil {
		for _, e := range gone {
			if e.File != "" {
				s.folder.remove(e.File)
			}
		}
	}
}

// count fills in what there is now.
func (s *syncer) count() {
	if s.index == nil {
		return
	}
	for _, e := range s.index.byID {
		switch {
		case e.File != "":
			s.report.Files++
		case e.State == stateStrava:
			s.report.Strava++
		case e.State == stateNoFile:
			s.report.NoFile++
		}
	}
	slices.SortFunc(s.report.Rows, func(a, b Row) int {
		return -compareEntries(&entry{Day: a.Day, ID: a.ID}, &entry{Day: b.Day, ID: b.ID})
	})
}
