package generator

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
)

var buildTime = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

// configured writes a configuration for the folder files beside it, and returns it.
func configured(t *testing.T, dir, more string) *config.Config {
	t.Helper()
	file := filepath.Join(dir, "heatmap.toml")
	text := "[[source]]\ntype = \"files\"\npath = \"files\"\n" + more
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// odd fills the site with what makes a build look at more than one recording at a time: files of several activities, records of one outing, a sport that
// the user said of another record, so that this one is read once more, a file that is broken, one that is excluded.
func (s *site) odd() {
	s.fill()
	first, err := os.ReadFile(filepath.Join(s.dir, "files", "run1.gpx"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.file("again.gpx", string(first))
	s.file("unsaid.gpx", strings.Replace(string(first), "<type>running</type>", "<type>cycling</type>", 1))
	s.file("broken.gpx", string(first[:len(first)/2]))
	s.file("none.gpx", "<gpx>")
	second, err := os.ReadFile(filepath.Join(s.dir, "files", "run2.gpx"))
	if err != nil {
		s.t.Fatal(err)
	}
	third, err := os.ReadFile(filepath.Join(s.dir, "files", "far.gpx"))
	if err != nil {
		s.t.Fatal(err)
	}
	track := func(b []byte) string {
		text := string(b)
		return text[strings.Index(text, "<trk>"):strings.Index(text, "</gpx>")]
	}
	s.file("several.gpx", strings.Replace(string(first), "</gpx>", strings.ReplaceAll(track(second), "2023-", "2022-")+strings.ReplaceAll(track(third), "2023-", "2021-")+"</gpx>", 1))
	if err := os.WriteFile(filepath.Join(s.dir, "overrides.json"), []byte(`{"version": 1, "activities": {"files:unsaid.gpx": {"sport": "Swim"}}}`), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.file("zlast.gpx", strings.ReplaceAll(string(third), "2023-", "2020-"))
	// A table of Garmin knows better what one of them was.
	s.file("x_summarizedActivities.json", `[{"summarizedActivitiesExport":[{"activityId":7,"name":"As told","activityType":"hiking","beginTimestamp":1675584000000}]}]`)
	// One segment that shows, one that begins in the zone.
	s.write(filepath.Join(s.dir, "segments.geojson"), geoJSON(s.placesOf("far.gpx", 100, 500), s.placesOf("run1.gpx", 0, 800)))
}

const oddConfig = `[filter]
sports = []
exclude = ["files:zlast.gpx"]
[[privacy.zones]]
lat = 48.1
lon = 9.2
radius_m = 300
[privacy]
trim_start_m = 50
[render]
max_zoom = 15
tile_zoom = 13
[[segment]]
file = "segments.geojson"
[[layer]]
id = "recent"
field = "pace"
months = 12
colours = ["#000000", "#123456", "#ffffff", "#ffffff"]
`

// A spread is how a build is shared out.
type spread struct {
	shards, parts int
	// seed is that of the order of the attempts; each step that can be is sometimes made twice.
	seed uint64
	// tiny makes records small and divides whatever cell has pieces enough for several slices.
	tiny bool
	// few says that there may be too little to divide.
	few bool
}

// tinySizes divide cells of a few pieces.
var tinySizes = workSizes{record: 3000, held: 4000, least: 1000, most: 5000}

// build runs all steps, each as a process of its own would, and returns the report.
func (s spread) build(t *testing.T, cfg *config.Config, now time.Time) (*Report, error) {
	t.Helper()
	return s.buildIn(t, JobFolder(filepath.Join(t.TempDir(), "job")), (*Job).Map, (*Job).Paint, cfg, now)
}

// buildIn is build with the files of the job in a store, and other ways to read a shard and to paint a part.
func (s spread) buildIn(t *testing.T, store JobStore, read, paint func(*Job, context.Context, int) error, cfg *config.Config, now time.Time) (*Report, error) {
	t.Helper()
	ctx := context.Background()
	options := func(at time.Time) Options { return Options{Workers: 2, Version: "test", Now: at} }
	if _, err := Plan(ctx, cfg, store, s.shards, options(now)); err != nil {
		return nil, err
	}
	later := now.AddDate(0, 0, 3) // the clock of whoever comes after is another
	open := func() *Job {
		j, err := OpenJob(store, options(later))
		if err != nil {
			t.Fatal(err)
		}
		if s.tiny {
			j.sizes = tinySizes
		}
		return j
	}
	rng := rand.New(rand.NewPCG(s.seed, 1))
	all := func(n int, step func(j *Job, number int) error) error {
		order := rng.Perm(n)
		order = append(order, order[:n/3]...)
		for _, i := range order {
			if err := step(open(), i); err != nil {
				return err
			}
		}
		return nil
	}
	if err := all(s.shards, func(j *Job, i int) error { return read(j, ctx, i) }); err != nil {
		return nil, err
	}
	gathered, err := open().Gather(ctx, s.parts)
	if err != nil {
		return nil, err
	}
	if err := all(s.parts, func(j *Job, i int) error { return paint(j, ctx, i) }); err != nil {
		return nil, err
	}
	if draw, err := open().draw(); err != nil || (len(draw.Divided) > 0) != s.tiny && !s.few {
		t.Errorf("%d cells were divided; %v", len(draw.Divided), err)
	}
	report, err := open().Compose(ctx)
	if err == nil && !slices.Equal(message.Texts(gathered.Notes), message.Texts(report.Notes)) {
		t.Errorf("the notes are %q, and were %q", report.Notes, gathered.Notes)
	}
	return report, err
}

// siteFiles returns the bytes of the site's files by name.
func siteFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// sameSite holds a site to another, and what was said of them.
func sameSite(t *testing.T, what string, got, want map[string][]byte, report, wanted *Report) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: the site has %d files, built in one it has %d", what, len(got), len(want))
	}
	for name, data := range want {
		if !bytes.Equal(got[name], data) {
			t.Errorf("%s: %s is another than of a build in one (%d bytes and %d)", what, name, len(got[name]), len(data))
		}
	}
	if !reflect.DeepEqual(report.Skipped, wanted.Skipped) || report.Drawn != wanted.Drawn || report.Read != wanted.Read || report.Points != wanted.Points ||
		!reflect.DeepEqual(report.Merged, wanted.Merged) || report.Cleaned != wanted.Cleaned || !slices.Equal(message.Texts(report.Notes), message.Texts(wanted.Notes)) || !slices.Equal(message.Texts(report.Warnings), message.Texts(wanted.Warnings)) {
		t.Errorf("%s: the report differs:\n%+v\n%+v", what, report, wanted)
	}
}

// A build that is spread over processes makes the site of one that is not, to the byte, however it is shared out and in whatever order its steps run.
func TestSpreadBuildIsTheSame(t *testing.T) {
	s := newSite(t)
	s.odd()
	cfg := configured(t, s.dir, oddConfig)
	whole, err := Build(context.Background(), cfg, Options{Workers: 2, Version: "test", Now: buildTime})
	if err != nil {
		t.Fatal(err)
	}
	want := siteFiles(t, cfg.Output)
	m, err := readMetadata(archivePath(cfg))
	if err != nil {
		t.Fatal(err)
	}
	if sports := m.Heatmapgen.Activities.Sports; !slices.Contains(sports, "Swim") || !slices.Contains(sports, "Hike") || len(whole.Merged) == 0 || whole.Skipped[string(activity.Excluded)] != 1 || whole.Skipped[reasonBroken] == 0 || len(m.Heatmapgen.Segments) != 1 {
		t.Fatalf("the situation is not what it should be: %+v, %q", whole.Skipped, m.Heatmapgen.Segments)
	}
	secret, err := os.ReadFile(SecretPath(cfg))
	if err != nil {
		t.Fatal(err)
	}
	for i, how := range []spread{{1, 1, 1, false, false}, {2, 3, 2, true, false}, {7, 16, 3, false, false}, {500, 3, 4, true, false}} {
		what := fmt.Sprintf("%d shards, %d parts", how.shards, how.parts)
		if err := os.RemoveAll(cfg.Output); err != nil {
			t.Fatal(err)
		}
		if i == 2 {
			// Without the secret the plan makes it anew.
			if err := os.Remove(SecretPath(cfg)); err != nil {
				t.Fatal(err)
			}
		}
		report, err := how.build(t, cfg, buildTime)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		sameSite(t, what, siteFiles(t, cfg.Output), want, report, whole)
		if now, err := os.ReadFile(SecretPath(cfg)); err != nil || !bytes.Equal(now, secret) {
			t.Errorf("%s: the secret is another; %v", what, err)
		}
	}
}

// The situations of others, too, are the same spread as they are in one.
func TestSpreadSituationsOfOthers(t *testing.T) {
	for _, c := range situations {
		if c.fault != "" {
			continue
		}
		t.Run(strings.ReplaceAll(c.folder, "/", "_"), func(t *testing.T) {
			cfg := c.config(t)
			whole, err := Build(context.Background(), cfg, Options{Workers: 2, Version: "test", Now: situationTime})
			if err != nil {
				t.Fatal(err)
			}
			want := siteFiles(t, cfg.Output)
			if err := os.RemoveAll(cfg.Output); err != nil {
				t.Fatal(err)
			}
			report, err := spread{3, 2, 5, true, true}.build(t, cfg, situationTime)
			if err != nil {
				t.Fatal(err)
			}
			sameSite(t, c.folder, siteFiles(t, cfg.Output), want, report, whole)
		})
	}
}

// steps has a job with everything done but for the last steps, and what is needed to go on.
func steps(t *testing.T, shards int) (s *site, dir string, open func() *Job) {
	t.Helper()
	s = newSite(t)
	s.fill()
	dir, open = s.plan(shards)
	return s, dir, open
}

// plan begins a job.
func (s *site) plan(shards int) (dir string, open func() *Job) {
	t, ctx := s.t, context.Background()
	t.Helper()
	cfg := configured(t, s.dir, "[filter]\nsports = []\n[render]\nmax_zoom = 14\n")
	s.cfg = cfg
	dir = filepath.Join(s.dir, "job")
	if _, err := Plan(ctx, cfg, JobFolder(dir), shards, s.options(2)); err != nil {
		t.Fatal(err)
	}
	return dir, func() *Job {
		j, err := OpenJob(JobFolder(dir), s.options(2))
		if err != nil {
			t.Fatal(err)
		}
		j.sizes = tinySizes
		return j
	}
}

// Whoever runs a step too early, of another version, on a file that was damaged or over sources that have changed hears of it, and no site comes of it.
func TestSpreadBuildRefuses(t *testing.T) {
	ctx := context.Background()
	s, dir, open := steps(t, 2)
	fails := func(what, want string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v, want one about %q", what, err, want)
		}
	}
	_, err := OpenJob(JobFolder(s.dir), s.options(2))
	fails("a folder without a plan", "holds no plan", err)
	_, err = OpenJob(JobFolder(dir), Options{Version: "another"})
	fails("another version", "all steps must be of one version", err)
	_, err = Plan(ctx, s.cfg, JobFolder(dir), 2, s.options(2))
	fails("a second plan", "holds a job already", err)
	_, err = open().Gather(ctx, 2)
	fails("gathering too early", `"heatmapgen dist map" has still to make it`, err)
	fails("a shard that there is not", "there is no shard 2", open().Map(ctx, 2))
	fails("painting too early", `"heatmapgen dist gather" has still to make it`, open().Paint(ctx, 0))
	for i := range 2 {
		if err := open().Map(ctx, i); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := open().Gather(ctx, 2); err != nil {
		t.Fatal(err)
	}
	fails("a part that there is not", "there is no part 2", open().Paint(ctx, 2))
	if err := open().Paint(ctx, 0); err != nil {
		t.Fatal(err)
	}
	_, err = open().Compose(ctx)
	fails("composing too early", `"heatmapgen dist paint" has still to make it`, err)

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := open().Paint(cancelled, 1); err == nil || isFile(filepath.Join(dir, partName(1))) {
		t.Errorf("a part that was not finished is there; %v", err)
	}

	// Of a file that is damaged nothing is believed.
	gather := func() error {
		_, err := open().Gather(ctx, 2)
		return err
	}
	paint := func() error { return open().Paint(ctx, 1) }
	compose := func() error {
		_, err := open().Compose(ctx)
		return err
	}
	if err := paint(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		step func() error
	}{{shardName(0), gather}, {workName(1), paint}, {drawName, paint}, {drawName, compose}, {partName(0), compose}} {
		path := filepath.Join(dir, c.name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for what, damaged := range map[string][]byte{"cut off": whole[:len(whole)-1], "empty": nil, "changed": flipped(whole, len(whole)/3)} {
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			fails(c.name+", "+what, "damaged", c.step())
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(s.cfg.Output, PageName)); err == nil {
		t.Error("there is a site")
	}

	s.run("more.gpx", 60, 48.1, 9.2, 300)
	fails("a recording more", "the sources do not hold what they held", open().Map(ctx, 0))
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0x10
	return b
}

// Parts of an earlier sharing out are not taken for those of the present one.
func TestGatheredAgain(t *testing.T) {
	ctx := context.Background()
	s, dir, open := steps(t, 1)
	if err := open().Map(ctx, 0); err != nil {
		t.Fatal(err)
	}
	for _, parts := range []int{3, 2} {
		if _, err := open().Gather(ctx, parts); err != nil {
			t.Fatal(err)
		}
		if parts == 2 {
			if _, err := open().Compose(ctx); err == nil {
				t.Error("the parts of another sharing out pass")
			}
		}
		for i := range parts {
			if err := open().Paint(ctx, i); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := open().Compose(ctx); err != nil {
		t.Fatal(err)
	}
	spread := siteFiles(t, s.cfg.Output)
	if err := os.RemoveAll(s.cfg.Output); err != nil {
		t.Fatal(err)
	}
	s.mustBuild(2)
	for name, data := range siteFiles(t, s.cfg.Output) {
		if !bytes.Equal(spread[name], data) {
			t.Errorf("%s is another than of a build in one", name)
		}
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may look into the folder: %v, %v", info.Mode(), err)
	}
}

// Blocks that keep tiles in place of lines are the same, too: those are painted when all is composed.
func TestSpreadKeptTilesAreTheSame(t *testing.T) {
	s := crowdSite(t, 300)
	cfg := configured(t, s.dir, "[filter]\nsports = []\ngps_spread_min_m = 0\n[render]\nas_of = \"2024-06-01\"\n")
	whole, err := Build(context.Background(), cfg, Options{Workers: 2, Version: "test", Now: buildTime})
	if err != nil {
		t.Fatal(err)
	}
	if whole.Kept.Blocks == 0 {
		t.Fatal("no block keeps tiles")
	}
	want := siteFiles(t, cfg.Output)
	if err := os.RemoveAll(cfg.Output); err != nil {
		t.Fatal(err)
	}
	report, err := spread{5, 4, 6, true, false}.build(t, cfg, buildTime)
	if err != nil {
		t.Fatal(err)
	}
	sameSite(t, "a crowd", siteFiles(t, cfg.Output), want, report, whole)
	if report.Kept != whole.Kept {
		t.Errorf("%+v is kept, in one build %+v", report.Kept, whole.Kept)
	}
}
