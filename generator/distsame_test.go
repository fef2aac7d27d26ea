package generator

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// jobFiles returns the bytes of the files of a job, and fails the test where anything lies beside them.
func jobFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := siteFiles(t, dir)
	for name := range files {
		if strings.HasPrefix(name, ".") {
			t.Errorf("%s is left in the folder", name)
		}
	}
	return files
}

// A step has files of the same bytes however often it runs, alone or beside itself, and with however many workers: so a name stands for its content, and whichever attempt comes last changes nothing.
func TestAttemptsAreTheSame(t *testing.T) {
	ctx := context.Background()
	s := newSite(t)
	s.odd()
	s.cfg = configured(t, s.dir, oddConfig)
	dir := filepath.Join(s.dir, "job")
	if _, err := Plan(ctx, s.cfg, JobFolder(dir), 3, s.options(2)); err != nil {
		t.Fatal(err)
	}
	const parts = 2
	attempt := func(workers int, step func(j *Job) error) {
		j, err := OpenJob(JobFolder(dir), s.options(workers))
		if err == nil {
			err = step(j)
		}
		if err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		beside bool // gathering holds the folder of the site for itself
		step   func(j *Job) error
	}{
		{true, func(j *Job) error { return j.Map(ctx, 0) }},
		{true, func(j *Job) error { return j.Map(ctx, 1) }},
		{true, func(j *Job) error { return j.Map(ctx, 2) }},
		{false, func(j *Job) error { _, err := j.Gather(ctx, parts); return err }},
		{true, func(j *Job) error { return j.Paint(ctx, 0) }},
		{true, func(j *Job) error { return j.Paint(ctx, 1) }},
	} {
		attempt(1, c.step)
		first := jobFiles(t, dir)
		attempt(3, c.step)
		if c.beside {
			var together sync.WaitGroup
			for range 3 {
				together.Go(func() { attempt(2, c.step) })
			}
			together.Wait()
		}
		for name, data := range jobFiles(t, dir) {
			if !bytes.Equal(data, first[name]) {
				t.Fatalf("%s is another after further attempts (%d bytes and %d)", name, len(data), len(first[name]))
			}
		}
	}
	attempt(2, func(j *Job) error { _, err := j.Compose(ctx); return err })
	want := siteFiles(t, s.cfg.Output)

	// What stands half under a name, as after a fault of the disk, is refused; the step makes it again.
	for name, again := range map[string]func(j *Job) error{
		shardName(1): func(j *Job) error { return j.Map(ctx, 1) },
		partName(0):  func(j *Job) error { return j.Paint(ctx, 0) },
	} {
		whole := jobFiles(t, dir)[name]
		if err := os.WriteFile(filepath.Join(dir, name), whole[:len(whole)/2], 0o600); err != nil {
			t.Fatal(err)
		}
		next := func(j *Job) error { _, err := j.Compose(ctx); return err }
		if name == shardName(1) {
			next = func(j *Job) error { _, err := j.Gather(ctx, parts); return err }
		}
		j, err := OpenJob(JobFolder(dir), s.options(2))
		if err == nil {
			err = next(j)
		}
		if err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("half of %s: %v", name, err)
		}
		attempt(2, again)
		if !bytes.Equal(jobFiles(t, dir)[name], whole) {
			t.Errorf("%s was not made again", name)
		}
		attempt(2, next)
	}
	got := siteFiles(t, s.cfg.Output)
	for name, data := range want {
		if !slices.Equal(got[name], data) {
			t.Errorf("%s is another than before", name)
		}
	}
}
