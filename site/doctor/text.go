package doctor

import (
	"bufio"
	"fmt"
	"io"

	"heatmapgen/internal/words"
)

// marks are the first columns of a line, by level.
var (
	symbols    = map[Level]string{OK: "✓", Warning: "!", Fault: "✗"}
	levelWords = map[Level]string{OK: "ok     ", Warning: "warning", Fault: "fault  "}
)

// A Style says how a report is written.
type Style struct {
	// Symbols marks lines with ✓, ! and ✗ instead of words.
	Symbols bool
	// Quiet leaves out what is well.
	Quiet bool
}

// WriteText writes the report for people: a line each finding, its remedy beneath.
func (r *Report) WriteText(to io.Writer, style Style) error {
	w := bufio.NewWriter(to)
	mark, indent := levelWords, "            "
	if style.Symbols {
		mark, indent = symbols, "      "
	}
	if r.Target != "" && !style.Quiet {
		fmt.Fprintf(w, "%s\n\n", r.Target)
	}
	for _, g := range groups {
		title := false
		for _, f := range r.Findings {
			if f.Group != g || style.Quiet && f.Level == OK {
				continue
			}
			if !title {
				fmt.Fprintln(w, g)
				title = true
			}
			fmt.Fprintf(w, "  %s %s\n", mark[f.Level], f.Text)
			for _, line := range f.Remedy {
				fmt.Fprintf(w, "%s%s\n", indent, line)
			}
		}
	}
	faults, warnings := r.Count(Fault), r.Count(Warning)
	switch {
	case faults == 0 && warnings == 0:
		if !style.Quiet {
			fmt.Fprintln(w, "\nAll is well.")
		}
	default:
		fmt.Fprintf(w, "\n%s, %s.\n", words.Plural(faults, "fault", "faults"), words.Plural(warnings, "warning", "warnings"))
	}
	return w.Flush()
}
