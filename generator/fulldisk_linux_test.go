package generator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fullDiskVar makes TestFullDisk the process that mounts a small disk on the folder of that name, which nobody else sees.
const fullDiskVar = "HEATMAPGEN_TEST_FULL_DISK"

// TestFullDisk builds on a disk that is full, really: output or cache lie on a tmpfs of 8 MB with ever less room on it.
func TestFullDisk(t *testing.T) {
	if disk := os.Getenv(fullDiskVar); disk != "" {
		buildOnFullDisk(t, disk)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestFullDisk$", "-test.v")
	cmd.Env = append(os.Environ(), fullDiskVar+"="+t.TempDir())
	// In namespaces of its own a process may mount, whoever's it is, where the system allows such.
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		t.Skip("no disk of a test's own can be mounted here:", err)
	case err != nil:
		t.Fatalf("%s", out)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("%s", out)
	}
	t.Logf("%s", out)
}

func buildOnFullDisk(t *testing.T, disk string) {
	const megabytes = 8
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		t.Skip("no disk of a test's own can be mounted here:", err)
	}
	for _, what := range []string{"output", "cache"} {
		t.Run(what, func(t *testing.T) {
			s := newSite(t)
			s.fill()
			if what == "output" {
				s.cfg.Output = filepath.Join(disk, "site")
			} else {
				s.cfg.Cache = filepath.Join(disk, "cache")
			}
			s.mustBuild(2)
			s.run("new.gpx", 60, 48.1, 9.2, 300)
			before, version := pair(t, s.cfg.Output)
			if before != version {
				t.Fatalf("the page names %s, the archive is %s", before, version)
			}
			failed := 0
			for _, room := range []int64{0, 20 << 10, 200 << 10, 900 << 10, 1500 << 10} {
				if what == "cache" {
					s.forgetCache() // whose tracks need room as well
				}
				filler := fill(t, disk, room)
				_, err := s.build(2)
				var full *FullDiskError
				if errors.As(err, &full) {
					failed++
					if want := "the disk is full. The site in " + s.cfg.Output + " is as it was; free some space, or use a folder on another disk"; !strings.Contains(err.Error(), want) {
						t.Errorf("%d bytes of room: %v", room, err)
					}
					if named, version := pair(t, s.cfg.Output); named != version || named != before {
						t.Errorf("%d bytes of room: the page names %s, the archive is %s, before %s", room, named, version, before)
					}
				} else if err != nil {
					t.Errorf("%d bytes of room: %v", room, err)
				}
				holdsOnly(t, s.cfg.Output, ArchiveName, PageName)
				if err := os.Remove(filler); err != nil {
					t.Fatal(err)
				}
				if err == nil {
					break
				}
			}
			t.Logf("%d builds found no room", failed)
			if failed == 0 {
				t.Error("there was room for every build")
			}
			s.mustBuild(2)
			if named, version := pair(t, s.cfg.Output); named != version || named == before {
				t.Errorf("with room again the page names %s, the archive is %s", named, version)
			}

			// The same for MBTiles, where SQLite writes, and for the page alone.
			if what == "output" {
				before, _ = pair(t, s.cfg.Output)
				s.cfg.Format = "mbtiles"
				filler := fill(t, disk, 20<<10)
				for name, run := range map[string]func() error{
					"MBTiles": func() error { _, err := s.build(2); return err },
					"html":    func() error { s.cfg.Format = "pmtiles"; return HTML(context.Background(), s.cfg, Options{}) },
				} {
					var full *FullDiskError
					if err := run(); !errors.As(err, &full) {
						t.Errorf("%s: %v", name, err)
					}
					s.cfg.Format = "mbtiles"
					if named, version := pair(t, s.cfg.Output); named != version || named != before {
						t.Errorf("%s: the page names %s, the archive is %s, before %s", name, named, version, before)
					}
				}
				if err := os.Remove(filler); err != nil {
					t.Fatal(err)
				}
				if err := os.RemoveAll(s.cfg.Output); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// fill fills a disk but for so many bytes, by a file whose path it returns.
func fill(t *testing.T, disk string, room int64) string {
	t.Helper()
	f, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size, block := int64(0), make([]byte, 4096)
	for err == nil {
		var n int
		n, err = f.Write(block)
		size += int64(n)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Truncate(max(0, size-room)); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}
