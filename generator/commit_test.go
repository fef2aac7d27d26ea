package generator

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/message"
	"heatmapgen/templates"
)

// pair returns what the page of a site names, and the version of the archive of that name.
func pair(t *testing.T, dir string) (named, version string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(dir, PageName))
	if err != nil {
		t.Fatal(err)
	}
	address, err := templates.ArchiveURL(page)
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(address, "?")
	if version, err = fileHash(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
	return address, archiveAddress(name, version)
}

// holdsOnly checks what lies in a folder.
func holdsOnly(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, names) {
		t.Errorf("%s holds %q, want %q", dir, got, names)
	}
}

func TestForeignPageStays(t *testing.T) {
	s := newSite(t)
	s.fill()
	page := filepath.Join(s.cfg.Output, PageName)
	if err := os.MkdirAll(s.cfg.Output, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, []byte("<h1>My blog</h1>"), 0o644); err != nil {
		t.Fatal(err)
	}
	var foreign *ForeignPageError
	if _, err := s.build(2); !errors.As(err, &foreign) || foreign.Path != page || !strings.Contains(err.Error(), "--replace-page") {
		t.Fatalf("error %v", err)
	}
	holdsOnly(t, s.cfg.Output, PageName)
	if text, _ := os.ReadFile(page); string(text) != "<h1>My blog</h1>" {
		t.Errorf("the page is %q", text)
	}
	if _, err := Build(context.Background(), s.cfg, Options{Version: "test", ReplacePage: true}); err != nil {
		t.Fatal(err)
	}
	if named, version := pair(t, s.cfg.Output); named != version {
		t.Errorf("the page names %s, the archive is %s", named, version)
	}

	// html is no way around it.
	if err := os.WriteFile(page, []byte("<h1>My blog</h1>"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := HTML(context.Background(), s.cfg, Options{}); !errors.As(err, &foreign) {
		t.Errorf("html: %v", err)
	}
	if err := HTML(context.Background(), s.cfg, Options{ReplacePage: true}); err != nil {
		t.Errorf("html, told to: %v", err)
	}
	if named, version := pair(t, s.cfg.Output); named != version {
		t.Errorf("the page names %s, the archive is %s", named, version)
	}
}

// TestOtherFormat changes the format beside archives of others and of ours.
func TestOtherFormat(t *testing.T) {
	s := newSite(t)
	s.fill()
	other := filepath.Join(s.cfg.Output, MBTilesName)
	if err := os.MkdirAll(s.cfg.Output, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, []byte("a map of another program"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := s.mustBuild(2)
	holdsOnly(t, s.cfg.Output, MBTilesName, ArchiveName, PageName)
	if notes := strings.Join(message.Texts(r.Notes), "\n"); !strings.Contains(notes, other+" is no archive that heatmapgen can read, so it stays") {
		t.Errorf("the report says %q", notes)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{config.FormatMBTiles, config.FormatPMTiles} {
		s.cfg.Format = format
		r := s.mustBuild(2)
		holdsOnly(t, s.cfg.Output, ArchiveFile(s.cfg), PageName)
		if notes := strings.Join(message.Texts(r.Notes), "\n"); !strings.Contains(notes, "was removed") {
			t.Errorf("the report says %q", notes)
		}
	}
}

// TestConvertedPair converts over the archive that the page beside names.
func TestConvertedPair(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	elsewhere := filepath.Join(t.TempDir(), "old.mbtiles")
	if err := Convert(context.Background(), filepath.Join(s.cfg.Output, ArchiveName), elsewhere, Options{}); err != nil {
		t.Fatal(err)
	}
	s.run("new.gpx", 60, 48.1, 9.2, 300)
	s.mustBuild(2)
	before, _ := pair(t, s.cfg.Output)
	if err := Convert(context.Background(), elsewhere, filepath.Join(s.cfg.Output, ArchiveName), Options{}); err != nil {
		t.Fatal(err)
	}
	if named, version := pair(t, s.cfg.Output); named != version || named == before {
		t.Errorf("the page names %s, the archive is %s", named, version)
	}
	holdsOnly(t, s.cfg.Output, ArchiveName, PageName)

	// One that it does not name leaves the page alone.
	before, _ = pair(t, s.cfg.Output)
	if err := Convert(context.Background(), filepath.Join(s.cfg.Output, ArchiveName), filepath.Join(s.cfg.Output, MBTilesName), Options{}); err != nil {
		t.Fatal(err)
	}
	if named, version := pair(t, s.cfg.Output); named != version || named != before {
		t.Errorf("the page names %s, the archive is %s", named, version)
	}
}

func TestOneBuildAtATime(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	before, _ := pair(t, s.cfg.Output)
	for _, dir := range []string{s.cfg.Output, s.cfg.Cache} {
		held, err := atomicfile.Hold(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.build(2)
		var busy *atomicfile.BusyError
		if !errors.As(err, &busy) || busy.Dir != dir || !strings.Contains(err.Error(), "is at work on "+dir) {
			t.Errorf("with %s held: %v", dir, err)
		}
		held.Release()
	}
	held, err := atomicfile.Hold(s.cfg.Output)
	if err != nil {
		t.Fatal(err)
	}
	if err := HTML(context.Background(), s.cfg, Options{}); err == nil || !strings.Contains(err.Error(), "is at work") {
		t.Errorf("html: %v", err)
	}
	held.Release()
	s.mustBuild(2)
	if named, version := pair(t, s.cfg.Output); named != version || named != before {
		t.Errorf("the page names %s, the archive is %s, before %s", named, version, before)
	}
}

// TestDanglingLinks has each place of a build lead to where there is nothing.
func TestDanglingLinks(t *testing.T) {
	for _, what := range []string{"output", "cache", ArchiveName, PageName} {
		t.Run(what, func(t *testing.T) {
			s := newSite(t)
			s.fill()
			gone := filepath.Join(s.dir, "disk", "gone")
			link := filepath.Join(s.cfg.Output, what)
			switch what {
			case "output":
				link = s.cfg.Output
			case "cache":
				link = s.cfg.Cache
			default:
				s.mustBuild(2)
				if err := os.Remove(link); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Symlink(gone, link); err != nil {
				t.Skip("no symbolic links here:", err)
			}
			_, err := s.build(2)
			var dangling *atomicfile.DanglingError
			if !errors.As(err, &dangling) || !strings.Contains(err.Error(), link+" is a link to "+gone+", where there is nothing") {
				t.Errorf("error %v", err)
			}
			if leads, err := os.Readlink(link); err != nil || leads != gone {
				t.Errorf("the link is gone: %v", err)
			}
			if _, err := os.Lstat(filepath.Dir(gone)); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("something was made behind the link: %v", err)
			}
		})
	}
}

// TestLinkedSite builds where page and archive are links to another folder.
func TestLinkedSite(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	elsewhere := t.TempDir()
	for _, name := range []string{ArchiveName, PageName} {
		if err := os.Rename(filepath.Join(s.cfg.Output, name), filepath.Join(elsewhere, name)); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(elsewhere, name), filepath.Join(s.cfg.Output, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	s.run("new.gpx", 60, 48.1, 9.2, 300)
	before, _ := pair(t, s.cfg.Output)
	s.mustBuild(2)
	if named, version := pair(t, s.cfg.Output); named != version || named == before {
		t.Errorf("the page names %s, the archive is %s, before %s", named, version, before)
	}
	for _, dir := range []string{s.cfg.Output, elsewhere} {
		holdsOnly(t, dir, ArchiveName, PageName)
	}
	if info, err := os.Lstat(filepath.Join(s.cfg.Output, ArchiveName)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info, err)
	}
}
