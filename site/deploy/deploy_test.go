package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/site/deploy/bucket"
	"heatmapgen/templates"
)

// built returns the folder of a finished site of the demo, of two zooms; with another glow it is another site.
func built(t *testing.T, format string, blur float64) string {
	t.Helper()
	return builtTo(t, format, blur, 12)
}

// builtTo is built for more zooms.
func builtTo(t *testing.T, format string, blur float64, maxZoom int) string {
	t.Helper()
	dir := t.TempDir()
	cfg := config.Default()
	if err := cfg.SetOutput(filepath.Join(dir, "site")); err != nil {
		t.Fatal(err)
	}
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Format = format
	cfg.Render.MinZoom, cfg.Render.MaxZoom, cfg.Render.BlurSigmaPX = 11, maxZoom, blur
	cfg.Filter.From = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	cfg.Page.DefaultBasemap = "none"
	cfg.Render.AsOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	if _, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: cfg.Render.AsOf}); err != nil {
		t.Fatal(err)
	}
	return cfg.Output
}

func open(t *testing.T, folder string) *Site {
	t.Helper()
	site, err := OpenSite(folder)
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// A recorder is a store that writes down what is done to it, breaks where told, and looks at the place as a visitor does after
// each change.
type recorder struct {
	store
	log   []string
	fault func(op, name string) error // may be nil
	after func()                      // may be nil
}

func (r *recorder) do(op, name string, f func() error) error {
	if r.fault != nil {
		if err := r.fault(op, name); err != nil {
			r.log = append(r.log, op+" "+name+" failed")
			return err
		}
	}
	r.log = append(r.log, op+" "+name)
	err := f()
	if r.after != nil {
		r.after()
	}
	return err
}

func (r *recorder) write(ctx context.Context, name string, from io.Reader, about about) error {
	return r.do("write", name, func() error { return r.store.write(ctx, name, from, about) })
}

func (r *recorder) remove(ctx context.Context, o object) error {
	return r.do("remove", o.name, func() error { return r.store.remove(ctx, o) })
}

func (r *recorder) read(ctx context.Context, name string) (content []byte, err error) {
	err = r.do("read", name, func() (err error) { content, err = r.store.read(ctx, name); return err })
	return content, err
}

// folderPlace opens a folder with a recorder in between.
func folderPlace(t *testing.T, folder string) (*Place, *recorder) {
	t.Helper()
	target, err := bucket.ParseTarget("file://" + filepath.ToSlash(folder))
	if err != nil {
		t.Fatal(err)
	}
	p, err := OpenPlace(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	r := &recorder{store: p.store}
	p.store = r
	return p, r
}

// put deploys and returns what was done.
func put(t *testing.T, p *Place, s *Site, keep int) ([]string, error) {
	t.Helper()
	plan, err := p.Plan(context.Background(), s, keep)
	if err != nil {
		return nil, err
	}
	var did []string
	err = plan.Run(context.Background(), nil, func(step Step) { did = append(did, step.Kind+" "+step.Name) })
	return did, err
}

func mustPut(t *testing.T, p *Place, s *Site, keep int) []string {
	t.Helper()
	did, err := put(t, p, s, keep)
	if err != nil {
		t.Fatal(err)
	}
	return did
}

// same compares what was done with what should have been.
func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// visit checks that a folder shows a whole site: its page names an archive that is there and is what its name says. It
// returns the name, "" where there is no page.
func visit(t *testing.T, folder string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(folder, PageName))
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	name, err := templates.ArchiveURL(page)
	if err != nil {
		t.Fatalf("the page in the place: %v", err)
	}
	version, err := fileVersion(filepath.Join(folder, name))
	if err != nil {
		t.Errorf("a visitor finds a page without its archive: %v", err)
	}
	if version != hostedVersion(name) {
		t.Errorf("a visitor finds the archive %s with the content of %s", name, version)
	}
	return name
}

// files returns the names in a folder, sorted.
func files(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestMBTiles: the page says which kind of archive there is.
func TestMBTiles(t *testing.T) {
	site := open(t, built(t, config.FormatMBTiles, 2))
	www := filepath.Join(t.TempDir(), "www")
	p, _ := folderPlace(t, www)
	mustPut(t, p, site, 1)
	name := visit(t, www)
	hosted, err := generator.OpenSite(filepath.Join(www, name))
	if err != nil {
		t.Fatal(err)
	}
	hosted.Close()
	if filepath.Ext(name) != ".mbtiles" || archiveHeaders(name).contentType != "application/vnd.sqlite3" {
		t.Errorf("it is called %s and sent as %q", name, archiveHeaders(name).contentType)
	}
}

func TestOrder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "www")
	p, r := folderPlace(t, folder)
	r.after = func() { visit(t, folder) }
	a, b, c := made(t, "a"), made(t, "b"), made(t, "c")

	mustPut(t, p, a, 1)
	same(t, r.log, "write "+a.Name, "write index.html", "read index.html")
	same(t, files(t, folder), a.Name, PageName)

	// Nothing has changed.
	r.log = nil
	same(t, mustPut(t, p, a, 1))
	same(t, r.log, "read index.html")

	// Who still has the old page reads from the old archive.
	r.log = nil
	mustPut(t, p, b, 1)
	same(t, r.log, "read index.html", "write "+b.Name, "write index.html", "read index.html")
	if visit(t, folder) != b.Name || !slices.Contains(files(t, folder), a.Name) {
		t.Errorf("after the second deploy there are %v", files(t, folder))
	}

	r.log = nil
	mustPut(t, p, c, 1)
	same(t, r.log, "read index.html", "write "+c.Name, "write index.html", "read index.html", "remove "+a.Name)

	// Back to what is still there: no upload of the archive, and the one before is c.
	r.log = nil
	mustPut(t, p, b, 1)
	same(t, r.log, "read index.html", "write index.html", "read index.html")
	r.log = nil
	mustPut(t, p, a, 1)
	same(t, r.log, "read index.html", "write "+a.Name, "write index.html", "read index.html", "remove "+c.Name)

	// Only a removal is left to do: the page is looked at first.
	r.log = nil
	mustPut(t, p, a, 0)
	same(t, r.log, "read index.html", "read index.html", "remove "+b.Name)
	same(t, files(t, folder), a.Name, PageName)
}

// TestSweeps deploys to where a deploy that was killed left half an archive.
func TestSweeps(t *testing.T) {
	folder := t.TempDir()
	a := made(t, "a")
	if err := os.WriteFile(filepath.Join(folder, "."+a.Name+".heatmapgen-0123456789abcdef"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, _ := folderPlace(t, folder)
	mustPut(t, p, a, 0)
	same(t, files(t, folder), a.Name, PageName)
}

// TestOnlyOurs: what a deploy has not made is never removed, however it is called.
func TestOnlyOurs(t *testing.T) {
	folder := t.TempDir()
	a, b := made(t, "a"), made(t, "b")
	strangers := []string{"heatmap.pmtiles", "heatmap.mbtiles", "heatmap.0123456789abcdef.pmtiles", "heatmap.0123456789abcdef.pmtiles.bak",
		"heatmap." + a.version + ".zip", "photo.jpg", "x" + a.Name}
	for _, name := range strangers {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, _ := folderPlace(t, folder)
	mustPut(t, p, a, 0)
	mustPut(t, p, b, 0)
	want := append([]string{b.Name, PageName}, strangers...)
	slices.Sort(want)
	same(t, files(t, folder), want...)
}

// TestFaults breaks a deploy at each of its steps: visitors always find a whole site, and another deploy completes it.
func TestFaults(t *testing.T) {
	old, older, next := made(t, "old"), made(t, "older"), made(t, "next")
	for _, test := range []struct {
		op, name string
		shows    *Site
		wants    string
	}{
		{"write", next.Name, old, "uploading " + next.Name + " to "},
		{"write", PageName, old, "uploading index.html to "},
		{"remove", older.Name, next, "the new site is up, but "},
	} {
		t.Run(test.op+" "+test.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "www")
			p, r := folderPlace(t, folder)
			mustPut(t, p, older, 1)
			mustPut(t, p, old, 1)
			r.log = nil
			r.after = func() { visit(t, folder) }
			r.fault = func(op, name string) error {
				if op == test.op && name == test.name {
					return errors.New("it broke")
				}
				return nil
			}
			_, err := put(t, p, next, 1)
			if err == nil || !strings.HasPrefix(err.Error(), test.wants) || !strings.Contains(err.Error(), ": it broke") {
				t.Errorf("the error is %v", err)
			}
			if got := visit(t, folder); got != test.shows.Name {
				t.Errorf("the place shows %s, want %s", got, test.shows.Name)
			}
			if !slices.Contains(files(t, folder), old.Name) {
				t.Error("the archive of pages that are still open is gone")
			}
			r.fault = nil
			mustPut(t, p, next, 1)
			want := []string{old.Name, next.Name, PageName}
			slices.Sort(want)
			same(t, files(t, folder), want...)
			same(t, mustPut(t, p, next, 1))
		})
	}
}

// half is a reader that fails, or calls off the deploy, in the middle.
type half struct {
	io.Reader
	then func() error
}

func (h *half) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	if err == io.EOF {
		err = h.then()
	}
	return n, err
}

// TestHalfAnArchive: an upload that breaks off leaves nothing behind.
func TestHalfAnArchive(t *testing.T) {
	folder := t.TempDir()
	p, _ := folderPlace(t, folder)
	ctx, cancel := context.WithCancel(context.Background())
	for name, then := range map[string]func() error{
		"reading fails": func() error { return errors.New("disk") },
		"interrupted":   func() error { cancel(); return io.EOF },
	} {
		err := p.store.write(ctx, "heatmap.0123456789abcdef.pmtiles", &half{strings.NewReader("half"), then}, about{headers: pageHeaders})
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		same(t, files(t, folder))
	}
}

// TestBuiltAnew: the archive of another build does not go up under the name of this one.
func TestBuiltAnew(t *testing.T) {
	folder := t.TempDir()
	p, _ := folderPlace(t, folder)
	s := made(t, "archive")
	if err := os.WriteFile(s.Archive, []byte("ARCHIVE"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := put(t, p, s, 1); err == nil || !strings.HasSuffix(err.Error(), "the archive was built anew in the meantime; deploy again") {
		t.Errorf("the error is %v", err)
	}
	same(t, files(t, folder))
}

// TestLooking: to make a plan changes nothing, not even where there is no folder yet.
func TestLooking(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "www")
	p, _ := folderPlace(t, folder)
	plan, err := p.Plan(context.Background(), made(t, "a"), 1)
	if err != nil || len(plan.Steps) != 2 {
		t.Errorf("the plan is %v, %v", plan, err)
	}
	same(t, files(t, filepath.Dir(folder)))
}

// TestLies: what has arrived is looked at before the page names it.
func TestLies(t *testing.T) {
	folder := t.TempDir()
	a := made(t, "archive")
	p, r := folderPlace(t, folder)
	whole := content(t, a)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for damage, with := range map[string][]byte{"a shorter one": whole[:len(whole)-1], "a damaged one": flipped, "a longer one": append(bytes.Clone(whole), 0)} {
		r.after = func() {
			if err := os.WriteFile(filepath.Join(folder, a.Name), with, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := put(t, p, a, 1); err == nil || !strings.Contains(err.Error(), "is not what was sent") {
			t.Errorf("with %q in place of the archive the error is %v", damage, err)
		}
		if visit(t, folder) != "" {
			t.Error("the page went up all the same")
		}
	}
	// A damaged archive is sent again.
	r.after = nil
	mustPut(t, p, a, 1)
	visit(t, folder)
}

// TestTwoAtOnce: a deploy that finds the page of another one removes nothing.
func TestTwoAtOnce(t *testing.T) {
	folder := t.TempDir()
	older, old, mine, theirs := made(t, "older"), made(t, "old"), made(t, "mine"), made(t, "theirs")
	p, r := folderPlace(t, folder)
	mustPut(t, p, older, 1)
	mustPut(t, p, old, 1)
	other, _ := folderPlace(t, folder)
	r.fault = func(op, name string) error {
		if op == "read" && slices.Contains(r.log, "write "+PageName) {
			mustPut(t, other, theirs, 9)
		}
		return nil
	}
	r.log = nil
	if _, err := put(t, p, mine, 0); err == nil || !strings.Contains(err.Error(), "another deploy at the same time") {
		t.Errorf("the error is %v", err)
	}
	if visit(t, folder) != theirs.Name || len(files(t, folder)) != 5 {
		t.Errorf("left are %v", files(t, folder))
	}
}

func TestStranger(t *testing.T) {
	folder := t.TempDir()
	page := filepath.Join(folder, PageName)
	if err := os.WriteFile(page, []byte("<h1>My blog</h1>"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, r := folderPlace(t, folder)
	plan, err := p.Plan(context.Background(), made(t, "a"), 1)
	if err != nil {
		t.Fatal(err)
	}
	if !plan.Stranger {
		t.Error("a page that heatmapgen did not make is not noticed")
	}
	same(t, r.log, "read index.html")
	mustPut(t, p, made(t, "a"), 1)
	if plan, err = p.Plan(context.Background(), made(t, "b"), 1); err != nil || plan.Stranger {
		t.Errorf("our own page counts as a stranger's (%v)", err)
	}
}

// TestBuiltSite: the page that goes up is the built one but for the name of its archive.
func TestBuiltSite(t *testing.T) {
	folder := built(t, config.FormatPMTiles, 2)
	site := open(t, folder)
	local, err := os.ReadFile(filepath.Join(folder, PageName))
	if err != nil {
		t.Fatal(err)
	}
	back, err := templates.WithArchive(site.Page, "heatmap.pmtiles?v="+site.version)
	if err != nil || !bytes.Equal(back, local) {
		t.Errorf("the page that goes up is not the built one (%v)", err)
	}
	www := filepath.Join(t.TempDir(), "www")
	p, _ := folderPlace(t, www)
	mustPut(t, p, site, 1)
	hosted, err := generator.OpenSite(filepath.Join(www, visit(t, www)))
	if err != nil {
		t.Fatal(err)
	}
	hosted.Close()

	damage := func(name string, f func([]byte) []byte) func() {
		path := filepath.Join(folder, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f(bytes.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, test := range []struct {
		name, file, want string
		damage           func([]byte) []byte
	}{
		{"another archive", "heatmap.pmtiles", `are not of the same build; run "heatmapgen html" first`, func(b []byte) []byte { return append(b, 0) }},
		{"a stranger's page", PageName, "was not made by heatmapgen", func([]byte) []byte { return []byte("<h1>Hello</h1>") }},
		{"a page that looks elsewhere", PageName, `looks for its archive at "https://example.org/heatmap.pmtiles?v=0123456789abcdef"`, func(b []byte) []byte {
			page, err := templates.WithArchive(b, "https://example.org/heatmap.pmtiles?v=0123456789abcdef")
			if err != nil {
				t.Fatal(err)
			}
			return page
		}},
		{"a page that looks in another folder", PageName, "where a build does not put it", func(b []byte) []byte {
			page, err := templates.WithArchive(b, "../heatmap.pmtiles?v=0123456789abcdef")
			if err != nil {
				t.Fatal(err)
			}
			return page
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			defer damage(test.file, test.damage)()
			if _, err := OpenSite(folder); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v", err)
			}
		})
	}
	t.Run("a broken archive", func(t *testing.T) {
		defer damage("heatmap.pmtiles", func(b []byte) []byte { return []byte("no archive") })()
		version, err := fileVersion(filepath.Join(folder, "heatmap.pmtiles"))
		if err != nil {
			t.Fatal(err)
		}
		defer damage(PageName, func(b []byte) []byte {
			page, err := templates.WithArchive(b, "heatmap.pmtiles?v="+version)
			if err != nil {
				t.Fatal(err)
			}
			return page
		})()
		if _, err := OpenSite(folder); err == nil || !strings.HasSuffix(err.Error(), `run "heatmapgen build" first`) {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		want := fmt.Sprintf("there is no site in %s yet; run \"heatmapgen build\" first", filepath.Join(folder, "x"))
		if _, err := OpenSite(filepath.Join(folder, "x")); err == nil || err.Error() != want {
			t.Errorf("the error is %v", err)
		}
	})
}
