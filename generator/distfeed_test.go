package generator

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// A farFolder is a folder that is taken for a place to which every request takes long. It counts them.
type farFolder struct {
	JobStore
	asked *atomic.Int64
}

func (f farFolder) Open(name string) (JobFile, error) {
	file, err := f.JobStore.Open(name)
	if err != nil {
		return nil, err
	}
	return &farFile{file, f.asked}, nil
}

type farFile struct {
	JobFile
	asked *atomic.Int64
}

func (f *farFile) ReadAt(p []byte, offset int64) (int, error) {
	f.asked.Add(1)
	return f.JobFile.ReadAt(p, offset)
}

// A job whose files lie where it takes long to read at many offsets, and one whose steps are joined by streams, make the same site. What a part needs of a shard is read in one piece.
func TestSpreadElsewhere(t *testing.T) {
	s := newSite(t)
	s.odd()
	cfg := configured(t, s.dir, oddConfig)
	whole, err := Build(context.Background(), cfg, Options{Workers: 2, Version: "test", Now: buildTime})
	if err != nil {
		t.Fatal(err)
	}
	want := siteFiles(t, cfg.Output)
	put := func(j *Job, name string, write func(out io.Writer) error) error {
		return os.WriteFile(j.path(name), streamed(t, write), 0o600)
	}
	var asked atomic.Int64
	how := spread{4, 5, 7, true, false}
	for _, c := range []struct {
		name        string
		store       JobStore
		read, paint func(*Job, context.Context, int) error
	}{
		{"far away", farFolder{JobFolder(t.TempDir()), &asked}, (*Job).Map, (*Job).Paint},
		{"streams", JobFolder(filepath.Join(t.TempDir(), "job")), func(j *Job, ctx context.Context, shard int) error {
			plan, err := os.Open(j.path(planName))
			if err != nil {
				return err
			}
			defer plan.Close()
			alone, err := ReadJob(plan, j.opts)
			if err != nil {
				return err
			}
			return put(j, shardName(shard), func(out io.Writer) error { return alone.MapTo(ctx, shard, out) })
		}, func(j *Job, ctx context.Context, part int) error {
			feed := streamed(t, func(out io.Writer) error { return j.Feed(ctx, part, out) })
			return put(j, partName(part), func(out io.Writer) error { return PaintFeed(ctx, bytes.NewReader(feed), out, j.opts) })
		}},
	} {
		if err := os.RemoveAll(cfg.Output); err != nil {
			t.Fatal(err)
		}
		report, err := how.buildIn(t, c.store, c.read, c.paint, cfg, buildTime)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		sameSite(t, c.name, siteFiles(t, cfg.Output), want, report, whole)
	}
	// At most one range of each file for each of the paintings, of which some parts have two; what is compared with it is how many records there are.
	if n, most := asked.Load(), int64((how.shards+1)*(how.parts+how.parts/3)); n == 0 || n > most {
		t.Errorf("%d ranges were read, and there should be no more than %d", n, most)
	}
}

// streamed returns what is written.
func streamed(t *testing.T, write func(out io.Writer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What a painter is fed is painted only where it is whole; a job is removed whole, and nothing else.
func TestFeedThatIsNotWhole(t *testing.T) {
	ctx := context.Background()
	s, dir, open := steps(t, 2)
	for i := range 2 {
		if err := open().Map(ctx, i); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := open().Gather(ctx, 2); err != nil {
		t.Fatal(err)
	}
	feed := streamed(t, func(out io.Writer) error { return open().Feed(ctx, 1, out) })
	painted := streamed(t, func(out io.Writer) error { return PaintFeed(ctx, bytes.NewReader(feed), out, s.options(1)) })
	if len(painted) == 0 {
		t.Fatal("nothing was painted")
	}
	for what, bad := range map[string][]byte{
		"nothing": nil, "cut off": feed[:len(feed)-1], "half": feed[:len(feed)/2], "changed": flipped(feed, len(feed)/2), "longer": append(bytes.Clone(feed), 0), "a part that is painted": painted,
	} {
		var out bytes.Buffer
		err := PaintFeed(ctx, bytes.NewReader(bad), &out, s.options(1))
		if err == nil || out.Len() > 0 || !strings.HasPrefix(err.Error(), "reading what the part needs: ") {
			t.Errorf("%s: %d bytes came of it, %v", what, out.Len(), err)
		}
	}
	other := s.options(1)
	other.Version = "another"
	if err := PaintFeed(ctx, bytes.NewReader(feed), io.Discard, other); err == nil || !strings.Contains(err.Error(), "all steps must be of one version") {
		t.Errorf("of another version: %v", err)
	}

	// A shard that changes after the work was shared out is noticed.
	path := filepath.Join(dir, shardName(0))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, damaged := range map[string][]byte{"empty": nil, "changed": flipped(data, 40), "cut off": data[:len(data)/20]} {
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		for part := range 2 {
			if err := open().Feed(ctx, part, io.Discard); err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("the file of a shard is %s: %v", what, err)
			}
		}
	}

	strange := filepath.Join(dir, "plans.txt")
	if err := os.WriteFile(strange, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := RemoveJob(JobFolder(dir)); n != 8 || err != nil {
		t.Errorf("%d files were removed, %v", n, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left are %v, %v", entries, err)
	}
	if err := os.Remove(strange); err != nil {
		t.Fatal(err)
	}
	if _, err := RemoveJob(JobFolder(dir)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder is still there")
	}
}
