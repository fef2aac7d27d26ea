package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

func TestExitCode(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want int
	}{
		{"none", nil, 0},
		{"any", fs.ErrPermission, 1},
		{"usage", &usageError{message: "x"}, 2},
		{"configuration", &config.Error{Faults: []config.Fault{{Text: "x"}}}, 2},
		{"nothing to draw", fmt.Errorf("building: %w", &generator.NothingError{Message: "x"}), 3},
		{"faults", &faultsError{"x"}, 4},
		{"fewer", fmt.Errorf("building: %w", &generator.FewerError{}), 7},
		{"exposed", &exposedError{"x"}, 5},
		{"interrupted", &interruptedError{"x"}, 130},
		{"cancelled", fmt.Errorf("painting: %w", context.Canceled), 130},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := exitCode(test.err); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}

func TestPrintError(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"none", nil, ""},
		{"any", errors.New("it broke"), "heatmapgen: it broke\n"},
		{"configuration", &config.Error{Faults: []config.Fault{{File: "a.toml", Line: 3, Text: "x"}, {File: "a.toml", Line: 4, Text: "y"}}},
			"a.toml:3: x\na.toml:4: y\n"},
		{"usage", &usageError{"no such flag", "heatmapgen build --help"}, "heatmapgen: no such flag\nSee \"heatmapgen build --help\".\n"},
		{"usage that says it all", &usageError{message: "bad addr"}, "heatmapgen: bad addr\n"},
		{"cancelled", fmt.Errorf("painting: %w", context.Canceled), "heatmapgen: interrupted\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			printError(&out, test.err)
			if out.String() != test.want {
				t.Errorf("got %q, want %q", out.String(), test.want)
			}
		})
	}
}

func TestVersionOf(t *testing.T) {
	module := func(v string) *debug.BuildInfo { return &debug.BuildInfo{Main: debug.Module{Version: v}} }
	tests := []struct {
		name, stamped string
		info          *debug.BuildInfo
		want          string
	}{
		{"stamped", "1.2.3", module("v1.0.0"), "1.2.3"},
		{"no build info", generator.DevVersion, nil, generator.DevVersion},
		{"go run", generator.DevVersion, module(""), generator.DevVersion},
		{"go build", generator.DevVersion, module("(devel)"), generator.DevVersion},
		{"go build in a repository", generator.DevVersion, module("v0.0.0-20261122170000-7e7b6cf5ffff"), generator.DevVersion},
		{"changed after a tag", generator.DevVersion, module("v1.4.0+dirty"), generator.DevVersion},
		{"go install of a release", generator.DevVersion, module("v1.4.0"), "1.4.0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := versionOf(test.stamped, test.info); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDescribeVersion(t *testing.T) {
	info := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "true"}}}
	if got := describeVersion("1.2.3", info); !strings.HasPrefix(got, "heatmapgen 1.2.3 (commit 0123456789ab with changes, go") {
		t.Errorf("got %q", got)
	}
}

// clock returns a clock that moves on by step at each look.
func clock(step time.Duration) func() time.Time {
	now := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(step)
		return now
	}
}

func TestPlainProgress(t *testing.T) {
	var out strings.Builder
	r := &reporter{out: &out, now: clock(1500 * time.Millisecond)}
	r.Add(5)
	r.Done()
	r.Stage("Reading", 2, "files")
	r.Log("not shown")
	r.Add(1)
	r.Add(1)
	r.Done()
	r.Done()
	r.Stage("Painting", 1, "cells")
	r.Add(1)
	r.Stage("Writing", 2_500_000, "bytes")
	r.Add(2_500_000)
	r.Done()
	r.verbose = true
	r.Log("%d details", 3)
	r.Stage("Painting", 12_345, "cells")
	r.Add(1000)
	r.Done()
	want := `Reading: 2 files in 1.5 s
Painting: 1 cell in 1.5 s
Writing: 2.5 MB in 1.5 s
3 details
Painting: 1,000 of 12,345 cells in 1.5 s
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// screen returns what a terminal shows that was sent s: the text of its lines
// after carriage returns and "clear the line".
func screen(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if i := strings.LastIndex(line, "\x1b[2K\r"); i >= 0 {
			line = line[i+len("\x1b[2K\r"):]
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// TestBars checks that bars show what they must and leave nothing but the lines
// that plain progress leaves.
func TestBars(t *testing.T) {
	var out strings.Builder
	r := &reporter{out: &out, bars: true, verbose: true, now: clock(time.Second)}
	r.Stage("Painting", 612, "cells")
	if got := out.String(); !strings.Contains(got, "Painting (cells)   0%") || !strings.Contains(got, "(0/612)") {
		t.Errorf("the bar begins as %q", got)
	}
	r.Add(306)
	r.Log("a detail")
	r.Add(306)
	r.Done()
	r.Stage("Writing", 4_000_000, "bytes")
	if got := out.String(); !strings.Contains(got, "4.0 MB)") {
		t.Errorf("the bar of bytes is %q", got)
	}
	r.Add(1_000_000)
	r.Done()
	r.Stage("Nothing", 0, "files")
	r.Done()
	want := "a detail\nPainting: 612 cells in 1.0 s\nWriting: 1.0 MB of 4.0 MB in 1.0 s\nNothing: 0 files in 1.0 s\n"
	if got := screen(out.String()); got != want {
		t.Errorf("the terminal ends up with\n%q\nwant\n%q", got, want)
	}
}

func TestNobodysProgress(t *testing.T) {
	a := &app{quiet: true, stderr: io.Discard, getenv: func(string) string { return "" }}
	if p := a.progress(); p != nil {
		t.Errorf("a quiet build reports to %v", p)
	}
	var r *reporter
	r.Stage("x", 1, "files")
	r.Add(1)
	r.Log("x")
	r.Done()
}

// TestProgressFromManyGoroutines is for the race detector.
func TestProgressFromManyGoroutines(t *testing.T) {
	var out bytes.Buffer
	r := &reporter{out: &out, bars: true, verbose: true, now: time.Now}
	r.Stage("Painting", 800, "cells")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 100 {
				r.Add(1)
			}
			r.Log("done")
		})
	}
	wait.Wait()
	r.Done()
	if !strings.Contains(out.String(), "Painting: 800 cells in ") {
		t.Errorf("the stage ended with %q", out.String()[max(0, out.Len()-80):])
	}
}

func TestOn(t *testing.T) {
	for value, want := range map[string]bool{"": false, "0": false, "false": false, "No": false, "1": true, "true": true, "yes": true, "github": true} {
		if got := on(value); got != want {
			t.Errorf("on(%q) = %v, want %v", value, got, want)
		}
	}
}

// TestPortInUse: the message must say what to do, not only what is wrong.
func TestPortInUse(t *testing.T) {
	a := &app{}
	cfg := config.Default()
	first, err := a.listen(cfg.Serve.Addr, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	cfg.Serve.Addr = strings.TrimSuffix(strings.TrimPrefix(first.URL(), "http://"), "/")
	want := "listening on " + cfg.Serve.Addr + ": address already in use, perhaps by another heatmapgen; choose any free port with --addr 127.0.0.1:0"
	if _, err := a.listen(cfg.Serve.Addr, ""); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
