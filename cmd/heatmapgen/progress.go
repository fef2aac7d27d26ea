package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"

	"heatmapgen/generator"
)

// reporter shows how far a build is. Each stage leaves one line when it ends; on
// a terminal a bar stands in its place until then, so that piped output and the
// scrollback of a terminal look alike. A nil reporter shows nothing.
type reporter struct {
	out     io.Writer
	bars    bool // out is a terminal
	verbose bool
	now     func() time.Time

	mu    sync.Mutex
	stage *stage
}

// stage is what a reporter knows of the stage that is running.
type stage struct {
	name, unit  string
	total, done int64
	start       time.Time
	bar         *progressbar.ProgressBar // nil without bars
}

// progress returns where a build reports to: nobody when quiet.
func (a *app) progress() generator.Progress {
	if a.quiet {
		return nil
	}
	return &reporter{
		out:     a.stderr,
		bars:    isTerminal(a.stderr) && a.getenv("TERM") != "dumb" && hasANSI(a.stderr),
		verbose: a.verbose,
		now:     time.Now,
	}
}

// Stage begins a stage; one that is still running ends.
func (r *reporter) Stage(name string, total int64, unit string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end()
	r.stage = &stage{name: name, unit: unit, total: total, start: r.now()}
	if r.bars && total > 0 {
		r.stage.bar = newBar(r.out, name, total, unit)
	}
}

// newBar returns a bar with counts, elapsed and remaining time.
func newBar(out io.Writer, name string, total int64, unit string) *progressbar.ProgressBar {
	description := name
	if unit != "bytes" {
		description += " (" + unit + ")"
	}
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription(description),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "━", SaucerPadding: " ", BarStart: "", BarEnd: ""}),
		progressbar.OptionShowCount(),
		progressbar.OptionShowTotalBytes(true),
		progressbar.OptionShowBytes(unit == "bytes"),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetRenderBlankState(true),
		progressbar.OptionClearOnFinish(),
	)
}

// Add tells that n more units are done.
func (r *reporter) Add(n int64) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stage == nil {
		return
	}
	r.stage.done += n
	if r.stage.bar != nil {
		// Its only errors are a total of 0, which has no bar, and more than the
		// total, which the line at the end of the stage shows.
		_ = r.stage.bar.Add64(n)
	}
}

// Done ends the running stage with its line.
func (r *reporter) Done() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end()
}

func (r *reporter) end() {
	s := r.stage
	if s == nil {
		return
	}
	r.stage = nil
	if s.bar != nil {
		_ = s.bar.Exit()
		_ = s.bar.Clear()
	}
	fmt.Fprintf(r.out, "%s: %s in %.1f s\n", s.name, s.counts(), r.now().Sub(s.start).Seconds())
}

// counts says how much is done: "612 cells", or "280 of 612 cells" of a stage
// that was broken off.
func (s *stage) counts() string {
	if s.unit == "bytes" {
		if s.done == s.total {
			return humanize.Bytes(uint64(max(0, s.done)))
		}
		return humanize.Bytes(uint64(max(0, s.done))) + " of " + humanize.Bytes(uint64(max(0, s.total)))
	}
	if s.done == s.total {
		return plural(int(s.done), strings.TrimSuffix(s.unit, "s"))
	}
	return humanize.Comma(s.done) + " of " + plural(int(s.total), strings.TrimSuffix(s.unit, "s"))
}

// Log prints a line for a user who asked for details.
func (r *reporter) Log(format string, args ...any) {
	if r == nil || !r.verbose {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stage != nil && r.stage.bar != nil {
		_ = r.stage.bar.Clear()
	}
	fmt.Fprintf(r.out, format+"\n", args...)
}

// plural returns n and a word, which takes an s unless n is 1.
func plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return humanize.Comma(int64(n)) + " " + word
}
