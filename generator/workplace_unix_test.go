//go:build !windows

package generator

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"heatmapgen/activity/source/intervals"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
)

// permissions are those of a file or folder.
func permissions(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// TestPermissions builds under several umasks: what is to be published can be read by all, the cache by the user alone.
func TestPermissions(t *testing.T) {
	before := syscall.Umask(0)
	t.Cleanup(func() { syscall.Umask(before) })
	for _, mask := range []int{0, 0o022, 0o077} {
		syscall.Umask(mask)
		s := newSite(t)
		s.fill()
		s.cfg.Privacy.Zones = append(s.cfg.Privacy.Zones, config.Zone{Lat: 48.4, Lon: 9.6, RadiusM: 300})
		s.mustBuild(2)
		for path, want := range map[string]fs.FileMode{
			s.cfg.Output: 0o755, filepath.Join(s.cfg.Output, ArchiveName): 0o644, filepath.Join(s.cfg.Output, PageName): 0o644,
			s.cfg.Cache: 0o700, filepath.Join(s.cfg.Cache, ReportName): 0o600, filepath.Join(s.cfg.Cache, cacheFile): 0o600,
		} {
			if got := permissions(t, path); got != want {
				t.Errorf("umask %03o: %s has %03o, want %03o", mask, path, got, want)
			}
		}
		entries, err := os.ReadDir(s.cfg.Cache)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if got := permissions(t, filepath.Join(s.cfg.Cache, e.Name())); got&0o077 != 0 {
				t.Errorf("umask %03o: others may look into %s (%03o)", mask, e.Name(), got)
			}
		}

		// What an earlier version left open is closed, and the site stays as its owner has it.
		for path, mode := range map[string]fs.FileMode{
			s.cfg.Cache: 0o755, filepath.Join(s.cfg.Cache, cacheFile): 0o644, filepath.Join(s.cfg.Cache, ReportName): 0o644, s.cfg.Output: 0o750,
		} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		fetched := filepath.Join(s.cfg.Cache, intervals.FolderName)
		if err := os.Mkdir(fetched, 0o777); err != nil {
			t.Fatal(err)
		}
		if r := s.mustBuild(2); strings.Contains(strings.Join(message.Texts(r.Notes), "\n"), "other users") {
			t.Errorf("umask %03o: %q", mask, r.Notes)
		}
		for path, want := range map[string]fs.FileMode{
			s.cfg.Cache: 0o700, filepath.Join(s.cfg.Cache, cacheFile): 0o600, filepath.Join(s.cfg.Cache, ReportName): 0o600, s.cfg.Output: 0o750, fetched: 0o700,
		} {
			if got := permissions(t, path); got != want {
				t.Errorf("umask %03o, opened before: %s has %03o, want %03o", mask, path, got, want)
			}
		}
	}
}

// TestCacheThatIsNotForItselfAlone has the cache in a folder that others need.
func TestCacheThatIsNotForItselfAlone(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.cfg.Cache = s.dir // with the recordings and the output
	if err := os.Chmod(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := Build(context.Background(), s.cfg, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(message.Texts(r.Notes), "\n"); !strings.Contains(notes, "Give it a folder of its own") {
		t.Errorf("the report says %q", notes)
	}
	if got := permissions(t, s.dir); got != 0o755 {
		t.Errorf("the folder around the site has %03o now", got)
	}
	for _, name := range []string{cacheFile, ReportName} {
		if got := permissions(t, filepath.Join(s.dir, name)); got != 0o600 {
			t.Errorf("%s has %03o", name, got)
		}
	}
}
