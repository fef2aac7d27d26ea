package jobbucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/site/deploy/bucket"
	"heatmapgen/site/deploy/bucket/s3test"
)

// open opens a folder of the server's bucket.
func open(t *testing.T, ctx context.Context, server *s3test.Server, folder string) *Store {
	t.Helper()
	target, err := bucket.ParseTarget("s3://maps/" + folder + "?region=" + s3test.Region + "&endpoint=" + url.QueryEscape(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// configured writes a configuration for some short runs, and returns it.
func configured(t *testing.T) *config.Config {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 12 {
		var points strings.Builder
		for k := range 200 {
			fmt.Fprintf(&points, "<trkpt lat=\"%.6f\" lon=\"%.6f\"><time>2023-03-%02dT10:%02d:%02dZ</time></trkpt>", 48+0.01*float64(i)+3e-5*float64(k), 9+2e-5*float64(k*(i%3)), i+1, k/60, k%60)
		}
		write(fmt.Sprintf("files/%d.gpx", i), `<gpx version="1.1"><trk><type>running</type><trkseg>`+points.String()+"</trkseg></trk></gpx>")
	}
	write("heatmap.toml", "output = \"site\"\n[[source]]\ntype = \"files\"\npath = \"files\"\n[filter]\nsports = []\n[render]\nmax_zoom = 14\nas_of = 2024-06-01\n")
	cfg, err := config.Load(filepath.Join(dir, "heatmap.toml"))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// site returns the bytes of the files of a site.
func site(t *testing.T, cfg *config.Config) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"index.html", "heatmap.pmtiles"} {
		data, err := os.ReadFile(filepath.Join(cfg.Output, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// A build whose steps share a bucket and nothing else makes the site of one that is not spread, asks the bucket for little, and leaves nothing there.
func TestBuildThroughABucket(t *testing.T) {
	server := s3test.Start(t)
	ctx := t.Context()
	cfg := configured(t)
	opts := generator.Options{Workers: 2, Version: "test", Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)}
	if _, err := generator.Build(ctx, cfg, opts); err != nil {
		t.Fatal(err)
	}
	want := site(t, cfg)
	if err := os.RemoveAll(cfg.Output); err != nil {
		t.Fatal(err)
	}
	// What others have there stays.
	for _, key := range []string{"jobs/plans", "jobs/a/plan"} {
		if _, err := server.Client().PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("maps"), Key: aws.String(key), Body: strings.NewReader("mine")}); err != nil {
			t.Fatal(err)
		}
	}
	job := func() *generator.Job {
		t.Helper()
		j, err := generator.OpenJob(open(t, ctx, server, "jobs"), opts)
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	_, err := generator.OpenJob(open(t, ctx, server, "jobs"), opts)
	if err == nil || err.Error() != `s3://maps/jobs holds no plan; "heatmapgen dist plan" makes one` {
		t.Errorf("without a plan: %v", err)
	}
	const shards, parts = 3, 4
	if _, err := generator.Plan(ctx, cfg, open(t, ctx, server, "jobs"), shards, opts); err != nil {
		t.Fatal(err)
	}
	if _, err := generator.Plan(ctx, cfg, open(t, ctx, server, "jobs"), shards, opts); err == nil || !strings.Contains(err.Error(), "s3://maps/jobs holds a job already") {
		t.Errorf("a second plan: %v", err)
	}
	if _, err := job().Gather(ctx, parts); err == nil || !strings.Contains(err.Error(), `s3://maps/jobs/map-00000 is not there: "heatmapgen dist map" has still to make it`) {
		t.Errorf("gathering too early: %v", err)
	}
	for i := range shards {
		if err := job().Map(ctx, i); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := job().Gather(ctx, parts); err != nil {
		t.Fatal(err)
	}
	for i := range parts {
		server.Reads()
		if err := job().Paint(ctx, i); err != nil {
			t.Fatal(err)
		}
		// Plan, drawing and work, then each shard, all in two requests: is it there, and what is in it.
		if n := server.Reads(); n > 2*(3+shards+1) {
			t.Errorf("painting part %d has asked for %d objects or ranges", i, n)
		}
	}
	if _, err := job().Compose(ctx); err != nil {
		t.Fatal(err)
	}
	for name, data := range site(t, cfg) {
		if data != want[name] {
			t.Errorf("%s is another than of a build in one", name)
		}
	}
	if n, err := generator.RemoveJob(open(t, ctx, server, "jobs")); err != nil || n != 1+shards+3+2*parts { // plan, what gather read, squares, draw
		t.Errorf("%d files were removed, %v", n, err)
	}
	if keys := server.Keys(t); len(keys) != 2 {
		t.Errorf("left are %q", keys)
	}
}

// An object is there when all of it is: what breaks off, at whichever end, leaves what was there before.
func TestUploadsThatBreakOff(t *testing.T) {
	server := s3test.Start(t)
	ctx, cancel := context.WithCancel(t.Context())
	s := open(t, ctx, server, "job")
	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<20) // goes up in parts
	write := func(out io.Writer) error {
		_, err := out.Write(large)
		return err
	}
	content := func() string {
		t.Helper()
		f, err := s.Open("map-00000")
		if errors.Is(err, fs.ErrNotExist) {
			return ""
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		data, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	own := errors.New("a recording cannot be read")
	breakOff := func(what string) {
		t.Helper()
		before := content()
		err := s.Create("map-00000", func(out io.Writer) error { return errors.Join(write(out), own) })
		if !errors.Is(err, own) {
			t.Errorf("%s, where the step fails: %v", what, err)
		}
		var parts atomic.Int64
		server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPut {
				return false
			}
			parts.Add(1)
			if r.URL.Query().Get("partNumber") != "2" {
				return false
			}
			_, _ = io.Copy(io.Discard, r.Body) // else the connection may break before the answer is read
			return s3test.Refuse(w, http.StatusForbidden, "AccessDenied")
		})
		err = s.Create("map-00000", write)
		server.Intercept(nil)
		if err == nil || !strings.HasPrefix(err.Error(), "writing map-00000 to s3://maps/job: access is denied") || strings.Contains(err.Error(), s3test.Key) {
			t.Errorf("%s, where the bucket takes no more: %v", what, err)
		}
		if parts.Load() < 2 {
			t.Errorf("%s: it went up in %d parts, so this tests nothing", what, parts.Load())
		}
		if content() != before {
			t.Errorf("%s: something else is there after an upload that broke off", what)
		}
	}
	breakOff("nothing there")
	if err := s.Create("map-00000", write); err != nil {
		t.Fatal(err)
	}
	if content() != string(large) {
		t.Fatal("the object is not what was written")
	}
	breakOff("one there")

	// Ranges.
	f, err := s.Open("map-00000")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := make([]byte, 100)
	if n, err := f.ReadAt(p, 1000); n != 100 || err != nil || !bytes.Equal(p, large[1000:1100]) {
		t.Errorf("a range: %d bytes, %v", n, err)
	}
	if n, err := f.ReadAt(p, int64(len(large))-10); n != 10 || err != io.EOF {
		t.Errorf("a range at the end: %d bytes, %v", n, err)
	}
	if n, err := f.ReadAt(p, int64(len(large))); n != 0 || err != io.EOF {
		t.Errorf("a range behind the end: %d bytes, %v", n, err)
	}

	// When the process is told to end, so does the upload.
	cancelling := func(out io.Writer) error {
		err := write(out)
		cancel()
		return err
	}
	if err := s.Create("map-00001", cancelling); !errors.Is(err, context.Canceled) {
		t.Errorf("an upload that is cancelled: %v", err)
	}
	if keys := server.Keys(t); len(keys) != 1 {
		t.Errorf("there are %q", keys)
	}
}
