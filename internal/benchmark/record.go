package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"heatmapgen/internal/benchmark/athlete"
)

// Facts are what is known of an athlete's recordings, in facts.json beside them.
type Facts struct {
	Activities, Samples int
	// Km is the way that the athlete went, DistinctKm that of it where each street counts once.
	Km, DistinctKm float64
}

const (
	factsName  = "facts.json"
	tracksName = "tracks"
	moreName   = "one-more.gpx.gz"
)

// made makes the recordings of an athlete in a folder unless they are there, and returns the facts. It does so in a process of its own: on Linux what a process is said to have had of
// memory at most begins with what its parent had, so the one that starts what is measured must stay small.
func made(a *athlete.Athlete, dir string) (*Facts, error) {
	known, err := readFacts(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return known, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.Command(self, "-"+makeFlag, a.Name, "-dir", dir)
	c.Stderr = os.Stderr
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("making the recordings: %w", err)
	}
	return readFacts(dir)
}

func readFacts(dir string) (*Facts, error) {
	text, err := os.ReadFile(filepath.Join(dir, factsName))
	if err != nil {
		return nil, err
	}
	var f Facts
	return &f, json.Unmarshal(text, &f)
}

// record makes all recordings of an athlete, and one more beside them. The facts come last, so that a folder with them is complete.
func record(a *athlete.Athlete, dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, tracksName), 0o755); err != nil {
		return err
	}
	facts := Facts{Activities: a.Activities}
	var streets athlete.Streets
	var next atomic.Int64
	var together sync.Mutex
	var wait sync.WaitGroup
	errs := make([]error, runtime.GOMAXPROCS(0))
	for worker := range errs {
		wait.Go(func() {
			m := athlete.NewMaker(a)
			for errs[worker] == nil {
				i := int(next.Add(1)) - 1
				if i > a.Activities {
					return
				}
				r := m.Recording(i)
				if i == a.Activities {
					errs[worker] = save(r, filepath.Join(dir, moreName))
					return
				}
				errs[worker] = save(r, filepath.Join(dir, tracksName, nameOf(a, r)))
				together.Lock()
				facts.Samples += len(r.Lat)
				streets.Add(r.Trace())
				together.Unlock()
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	facts.Km, facts.DistinctKm = streets.Metres()/1000, streets.DistinctMetres()/1000
	text, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, factsName), text, 0o644)
}

// nameOf returns the name of a recording's file. Those of a crowd lie in folders by person, for athlete_folders.
func nameOf(a *athlete.Athlete, r *athlete.Recording) string {
	if a.OfCrowd() {
		return filepath.Join(fmt.Sprintf("%05d", r.Person+1), fmt.Sprintf("%07d.gpx.gz", r.Number+1))
	}
	return fmt.Sprintf("%05d.gpx.gz", r.Number+1)
}

func save(r *athlete.Recording, path string) error {
	f, err := os.Create(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
			f, err = os.Create(path)
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(r.WriteGPX(f), f.Close())
}
