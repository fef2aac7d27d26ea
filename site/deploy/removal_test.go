package deploy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// hiding are pairs of archives of which the first shows something that the second does not, and why that is known.
func hiding() map[string]struct {
	old, next shows
	why       string
} {
	type pair = struct {
		old, next shows
		why       string
	}
	with := func(change func(*shows)) shows {
		s := usual
		change(&s)
		return s
	}
	return map[string]pair{
		"an activity is excluded":      {usual, with(func(s *shows) { s.outings = s.outings[1:] }), "it has 1 activity that the new one has not, or not so"},
		"power is left out":            {with(func(s *shows) { s.power = true }), usual, "it has 3 activities that the new one has not, or not so"},
		"a line is cut":                {usual, with(func(s *shows) { s.moved = 0.0001 }), "it has 3 activities that the new one has not, or not so"},
		"one of two alike is excluded": {with(func(s *shows) { s.outings = []int{1, 1} }), with(func(s *shows) { s.outings = []int{1} }), "it has 1 activity that"},
		"a segment is taken out":       {with(func(s *shows) { s.segments = []string{"25.A", "25.B"} }), with(func(s *shows) { s.segments = []string{"25.B"} }), "it has segments that the new one has not"},
		"hours are left out":           {with(func(s *shows) { s.hours = []int{7, 8, 9} }), usual, "it tells more of each activity"},
		"names are left out":           {with(func(s *shows) { s.names = []string{"a", "b", "c"} }), usual, "it has the names of activities"},
		"a name is changed":            {with(func(s *shows) { s.names = []string{"a", "b", "c"} }), with(func(s *shows) { s.names = []string{"a", "b", "d"} }), "it has 1 activity that"},
		"lines are left out":           {usual, with(func(s *shows) { s.noTracks = true }), "it has the lines of activities"},
		"the list is left out":         {with(func(s *shows) { s.noTracks = true }), with(func(s *shows) { s.noTracks, s.summary = true, &generator.Summary{Count: 3} }), "it has the list of activities"},
		"more must share a place": {with(func(s *shows) { s.noTracks, s.summary = true, &generator.Summary{Least: 2} }),
			with(func(s *shows) { s.noTracks, s.summary = true, &generator.Summary{Least: 3} }), "it shows places that fewer than 3 share"},
		"no lines on either side": {with(func(s *shows) { s.noTracks = true }), with(func(s *shows) { s.noTracks = true; s.asOf = "x" }), "whether it shows more cannot be told, as it has no lines to compare"},
		"the format of before":    {with(func(s *shows) { s.before = true }), usual, "whether it shows more cannot be told: "},
		"a zoom less":             {with(func(s *shows) { s.maxZoom = 11 }), usual, "it has visits at zoom 11"},
		"a field less":            {with(func(s *shows) { s.heartrate = true }), usual, "it has heartrate at zoom 9"},
		"the title":               {with(func(s *shows) { s.title = "Home of Max" }), usual, "it has another title"},
		"another painter":         {usual, with(func(s *shows) { s.generator = "heatmapgen 2" }), "another version of heatmapgen made it"},
		"another glow":            {usual, with(func(s *shows) { s.blur = 3 }), "it is painted otherwise"},
	}
}

// showing are archives that show all that usual does.
var showing = map[string]func(*shows){
	"nothing new":          func(s *shows) { s.asOf = "2027" },
	"one activity more":    func(s *shows) { s.outings = []int{18000, 19000, 19001, 19002} },
	"names more":           func(s *shows) { s.names = []string{"a", "b", "c"} },
	"a zoom more":          func(s *shows) { s.maxZoom = 12 },
	"a field more":         func(s *shows) { s.heartrate = true },
	"a segment more":       func(s *shows) { s.segments = []string{"25.A"} },
	"in another order":     func(s *shows) { s.outings = []int{19002, 19000, 19001} },
	"the same days thrice": func(s *shows) { s.outings = append(slices.Clone(s.outings), s.outings...) },
}

// TestNothingMoreStays: whatever the new site hides goes with the old archive, in the same deploy.
func TestNothingMoreStays(t *testing.T) {
	for name, pair := range hiding() {
		t.Run(name, func(t *testing.T) {
			old, next := heatmap(t, pair.old), heatmap(t, pair.next)
			folder := filepath.Join(t.TempDir(), "www")
			p, r := folderPlace(t, folder)
			mustPut(t, p, old, 9)
			plan, err := p.Plan(t.Context(), next, 9)
			if err != nil {
				t.Fatal(err)
			}
			if last := plan.Steps[len(plan.Steps)-1]; last.Kind != RemoveArchive || !strings.HasPrefix(last.Why, pair.why) {
				t.Errorf("the last step is %+v, want the removal since %q", last, pair.why)
			}
			r.log = nil
			same(t, mustPut(t, p, next, 9), "upload archive "+next.Name, "upload page index.html", "remove archive "+old.Name)
			same(t, files(t, folder), sorted(next.Name, PageName)...)
		})
	}
	for name, change := range showing {
		t.Run(name, func(t *testing.T) {
			s := usual
			change(&s)
			old, next := heatmap(t, usual), heatmap(t, s)
			folder := filepath.Join(t.TempDir(), "www")
			p, _ := folderPlace(t, folder)
			mustPut(t, p, old, 1)
			same(t, mustPut(t, p, next, 1), "upload archive "+next.Name, "upload page index.html")
			same(t, files(t, folder), sorted(old.Name, next.Name, PageName)...)
			// One more deploy, and it is one too many.
			last := s
			last.asOf = "later"
			mustPut(t, p, heatmap(t, last), 1)
			if slices.Contains(files(t, folder), old.Name) {
				t.Error("two old archives stay")
			}
		})
	}
}

func sorted(names ...string) []string {
	slices.Sort(names)
	return names
}

// TestLeftovers: archives of heatmapgen that no deploy has put there, by their usual names, in either format.
func TestLeftovers(t *testing.T) {
	more := usual
	more.names = []string{"a", "b", "c"}
	database := more
	database.format = archive.MBTiles
	old, oldDatabase := content(t, heatmap(t, more)), content(t, heatmap(t, database))
	folder := t.TempDir()
	for name, b := range map[string][]byte{
		"heatmap.pmtiles": old, "heatmap.mbtiles": oldDatabase,
		// The name of a deploy, by which another tool has copied another archive.
		"heatmap.0123456789abcdef.pmtiles": old, "heatmap.0123456789abcdef.mbtiles": oldDatabase,
		// Of others.
		"heatmap.1111111111111111.pmtiles": []byte("PMTiles\x03 of somebody else"), "heatmap.1111111111111111.mbtiles": []byte("SQLite format 3\x00"),
		"heatmap.pmtiles.bak": old, "copy of heatmap.pmtiles": old, "heatmap.abc.pmtiles": old,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, _ := folderPlace(t, folder)
	next := heatmap(t, usual)
	mustPut(t, p, next, 9)
	same(t, files(t, folder), sorted(next.Name, PageName, "heatmap.1111111111111111.pmtiles", "heatmap.1111111111111111.mbtiles", "heatmap.pmtiles.bak", "copy of heatmap.pmtiles", "heatmap.abc.pmtiles")...)

	// One that shows no more stays while pages may be open that read it.
	if err := os.WriteFile(filepath.Join(folder, "heatmap.pmtiles"), content(t, next), 0o600); err != nil {
		t.Fatal(err)
	}
	later := usual
	later.asOf = "later"
	mustPut(t, p, heatmap(t, later), 2)
	if got := files(t, folder); !slices.Contains(got, "heatmap.pmtiles") || !slices.Contains(got, next.Name) {
		t.Errorf("left are %v", got)
	}
}

// TestFormatChanges: the archive of the other format is compared as well.
func TestFormatChanges(t *testing.T) {
	s := usual
	s.format = archive.MBTiles
	folder := t.TempDir()
	p, _ := folderPlace(t, folder)
	database := heatmap(t, s)
	mustPut(t, p, database, 1)
	all := heatmap(t, usual)
	same(t, mustPut(t, p, all, 1), "upload archive "+all.Name, "upload page index.html")
	s.outings = s.outings[1:]
	less := heatmap(t, s)
	same(t, mustPut(t, p, less, 2), "upload archive "+less.Name, "upload page index.html", "remove archive "+all.Name, "remove archive "+database.Name)
}

// TestDamagedOld: what cannot be compared goes.
func TestDamagedOld(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"cut off": func(b []byte) []byte { return b[:len(b)/2] },
		"flipped": func(b []byte) []byte { b[len(b)-20] ^= 0xff; return b }, // in the lines
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			p, r := folderPlace(t, folder)
			old, next := made(t, "old"), made(t, "next")
			mustPut(t, p, old, 1)
			path := filepath.Join(folder, old.Name)
			if err := os.WriteFile(path, damage(content(t, old)), 0o600); err != nil {
				t.Fatal(err)
			}
			// Its content is not what its name says any more; in a bucket it would have its mark.
			p.store = &marked{r, old.Name}
			did := mustPut(t, p, next, 1)
			same(t, did, "upload archive "+next.Name, "upload page index.html", "remove archive "+old.Name)
		})
	}
}

// marked is a store in which a file has the mark of a deploy.
type marked struct {
	store
	name string
}

func (m *marked) stat(ctx context.Context, name string) (object, error) {
	o, err := m.store.stat(ctx, name)
	if name == m.name {
		o.version = hostedVersion(name)
	}
	return o, err
}

// TestRemovalFails: the deploy says by name what is still there, tries everything, and the next one finishes it.
func TestRemovalFails(t *testing.T) {
	more := usual
	more.names = []string{"a", "b", "c"}
	older := more
	older.asOf = "older"
	folder := filepath.Join(t.TempDir(), "www")
	p, r := folderPlace(t, folder)
	first, second, next := heatmap(t, older), heatmap(t, more), heatmap(t, usual)
	mustPut(t, p, first, 9)
	mustPut(t, p, second, 9)
	r.fault = func(op, name string) error {
		if op == "remove" && name == second.Name {
			return os.ErrPermission
		}
		return nil
	}
	did, err := put(t, p, next, 1)
	var left *LeftError
	if !errors.As(err, &left) || len(left.Left) != 1 {
		t.Fatalf("the error is %v", err)
	}
	want := "the new site is up, but " + folder + " still has what may show more than it does: " + second.Name + " (it has the names of activities): access is denied; you must be allowed to write into the folder. Remove it by hand, or put right what is in the way and deploy again"
	if err.Error() != want {
		t.Errorf("the error is\n  %v, want\n  %s", err, want)
	}
	same(t, did, "upload archive "+next.Name, "upload page index.html", "remove archive "+first.Name)
	if visit(t, folder) != next.Name {
		t.Error("the new site is not up")
	}
	// It is no different the next time, however little there is to do.
	if _, err := put(t, p, next, 1); !errors.As(err, &left) {
		t.Errorf("the second time the error is %v", err)
	}
	r.fault = nil
	same(t, mustPut(t, p, next, 1), "remove archive "+second.Name)
	same(t, mustPut(t, p, next, 1))

	// A place that says yes and does nothing.
	mustPut(t, p, second, 0)
	p.store = &deaf{r}
	if _, err := put(t, p, next, 1); !errors.As(err, &left) || !strings.Contains(err.Error(), second.Name+": the place took the request to remove it, but goes on listing it") {
		t.Errorf("the error is %v", err)
	}
}

// deaf is a store that removes nothing.
type deaf struct{ store }

func (*deaf) remove(context.Context, object) error { return nil }

// TestInterruptedRemoval: what an interrupted deploy leaves, the next one removes.
func TestInterruptedRemoval(t *testing.T) {
	less := usual
	less.outings = nil
	less.outings = usual.outings[:1]
	for _, after := range []string{UploadArchive, UploadPage} {
		t.Run(after, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "www")
			p, r := folderPlace(t, folder)
			r.after = func() { visit(t, folder) }
			old, next := heatmap(t, usual), heatmap(t, less)
			mustPut(t, p, old, 1)
			plan, err := p.Plan(t.Context(), next, 1)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			err = plan.Run(ctx, nil, func(s Step) {
				if s.Kind == after {
					cancel()
				}
			})
			if !errors.Is(err, context.Canceled) || !slices.Contains(files(t, folder), old.Name) {
				t.Errorf("the error is %v, left are %v", err, files(t, folder))
			}
			mustPut(t, p, next, 1)
			same(t, files(t, folder), sorted(next.Name, PageName)...)
		})
	}
}

// TestOnlyTwoFiles: nothing goes up but the page and the archive, and a folder with what must not be public is no site.
func TestOnlyTwoFiles(t *testing.T) {
	folder := built(t, config.FormatPMTiles, 2)
	for _, name := range []string{"notes.txt", "heatmap.pmtiles.tmp", "heatmap.mbtiles", ".hidden", "sub/index.html"} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("private"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	www := filepath.Join(t.TempDir(), "www")
	p, _ := folderPlace(t, www)
	site := open(t, folder)
	mustPut(t, p, site, 1)
	same(t, files(t, www), sorted(site.Name, PageName)...)

	for _, name := range privateNames {
		for where, dir := range map[string]string{"the site's folder": folder, "the place": www} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte("private"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := OpenSite(folder)
			if dir == www {
				_, err = p.Plan(t.Context(), site, 1)
			}
			if err == nil || !strings.Contains(err.Error(), dir+" holds "+name+", which must not be public") {
				t.Errorf("%s in %s: %v", name, where, err)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}

	// A site is not put over itself, whatever the folder is called.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Skip(err)
	}
	for _, dir := range []string{folder, link} {
		same, _ := folderPlace(t, dir)
		if _, err := same.Plan(t.Context(), site, 1); err == nil || !strings.Contains(err.Error(), "the folder that the site is built into") {
			t.Errorf("%s: %v", dir, err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, generator.ArchiveName)); err != nil {
		t.Error(err)
	}
}
