package generator

import (
	"cmp"
	"fmt"
	"io"
	"regexp"

	"heatmapgen/activity/source"
	"heatmapgen/internal/sorting"
	"heatmapgen/internal/words"
)

// The ranks of problems: a recording that is damaged is lost if nobody looks; what is odd about one that was drawn, and files that
// hold nothing to draw, as those of sleep and settings in a watch's export, seldom matter.
const (
	rankBroken = iota
	rankOther
	rankOdd
)

func rankOf(reason string) int {
	switch reason {
	case reasonBroken, source.ReasonNestedZip, source.ReasonEncrypted, source.ReasonMethod, source.ReasonTooLarge, source.ReasonBadRow:
		return rankBroken
	case reasonEmpty, reasonUnknown, source.ReasonNotRecording:
		return rankOdd
	}
	return rankOther
}

// leastOfKind is from how many problems of one kind on only their number is told.
const leastOfKind = 3

var numbers = regexp.MustCompile(`[0-9]+`)

// writeFiles writes which files are worth a look: broken ones first, and what repeats as a number.
func (r *Report) writeFiles(w io.Writer) {
	kind := func(p *problem) string { return p.reason + ": " + numbers.ReplaceAllString(p.detail, "N") }
	kinds := map[string]int{}
	var shown []*problem
	for i := range r.problems {
		p := &r.problems[i]
		// What a rule left out is as asked for; files that failed are not.
		if !ruleReason(p.reason) {
			shown = append(shown, p)
			kinds[kind(p)]++
		}
	}
	sorting.StableFunc(shown, func(a, b *problem) int { return cmp.Compare(a.rank, b.rank) })
	listed, more := 0, 0
	for _, p := range shown {
		n := 1
		if p.rank > rankBroken && kinds[kind(p)] >= leastOfKind {
			n = kinds[kind(p)]
			kinds[kind(p)] = 0
		} else if p.rank > rankBroken && kinds[kind(p)] == 0 {
			continue // counted with the first of its kind
		}
		if listed == maxListed {
			more += n
			continue
		}
		if listed == 0 {
			fmt.Fprintln(w, "\nFiles worth a look:")
		}
		listed++
		if n > 1 {
			fmt.Fprintf(w, "  %s files: %s%s, as %s\n", count(n), p.reason, detail(p.detail), words.OneLine(p.what))
			continue
		}
		fmt.Fprintf(w, "  %s: %s%s\n", words.OneLine(p.what), p.reason, detail(p.detail))
	}
	if more > 0 {
		fmt.Fprintf(w, "  and %d more\n", more)
	}
}
