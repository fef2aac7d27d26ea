package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// write writes the tables: what is in the archives, and what making them costs.
func (b *bench) write(out io.Writer) error {
	var t strings.Builder
	t.WriteString("| athlete | settings | activities | samples | km | km of distinct streets | archive | a km of distinct street | of that lines | a km |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for i := range b.results {
		r := &b.results[i]
		fmt.Fprintf(&t, "| %s | %s | %s | %s | %s | %s | %.1f MB | %.1f kB | %.1f MB | %.0f B |\n", r.athlete, r.variant, grouped(r.facts.Activities), grouped(r.facts.Samples),
			grouped(int(r.facts.Km)), grouped(int(r.facts.DistinctKm)), float64(r.archiveBytes)/1e6, float64(r.archiveBytes)/1e3/r.facts.DistinctKm,
			float64(r.linesBytes)/1e6, float64(r.linesBytes)/r.facts.Km)
	}
	t.WriteString("\n| athlete | settings | | CPU | wall | memory |\n|---|---|---|---|---|---|\n")
	for i := range b.results {
		r := &b.results[i]
		for _, step := range stepNames {
			costs := r.costs[step]
			fmt.Fprintf(&t, "| %s | %s | %s | %s | %s | %.0f MiB |\n", r.athlete, r.variant, step,
				seconds(median(costs, func(c cost) float64 { return float64(c.cpu) })), seconds(median(costs, func(c cost) float64 { return float64(c.wall) })),
				median(costs, func(c cost) float64 { return float64(c.peakBytes) })/(1<<20))
		}
	}
	_, err := io.WriteString(out, t.String())
	return err
}

// seconds writes nanoseconds with two digits or so.
func seconds(ns float64) string {
	s := ns / float64(time.Second)
	switch {
	case s < 1:
		return fmt.Sprintf("%.2f s", s)
	case s < 100:
		return fmt.Sprintf("%.1f s", s)
	}
	return fmt.Sprintf("%.0f s", s)
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
