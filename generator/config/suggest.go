package config

import (
	"fmt"
	"slices"
	"strings"
)

// nearest returns the candidate that a mistyped word most likely means, or ""
// when none is near enough to be more help than noise.
func nearest(word string, candidates []string) string {
	return Nearest(word, candidates, max(1, len(word)/3))
}

// Nearest returns the candidate that the fewest typing mistakes turn into word, the first of several, or "" when each takes
// more than most of them. A mistake is a byte too many, missing or wrong, or two swapped.
func Nearest(word string, candidates []string, most int) string {
	best, bestDistance := "", most+1
	for _, c := range candidates {
		if abs(len(c)-len(word)) >= bestDistance {
			continue
		}
		if d := editDistance(word, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// nearestFold is nearest without regard to case.
func nearestFold(word string, candidates []string) string {
	lower := make([]string, len(candidates))
	for i, c := range candidates {
		lower[i] = strings.ToLower(c)
	}
	if n := nearest(strings.ToLower(word), lower); n != "" {
		return candidates[slices.Index(lower, n)]
	}
	return ""
}

// editDistance counts the insertions, deletions, substitutions and swaps of
// neighbouring bytes that turn a into b, no byte being touched twice: the
// optimal string alignment variant of the Damerau-Levenshtein distance.
func editDistance(a, b string) int {
	beforeLast := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], beforeLast[j-2]+1)
			}
		}
		beforeLast, last, row = last, row, beforeLast
	}
	return last[len(b)]
}

// didYouMean returns `; did you mean "..."?` or "" when nothing is near.
func didYouMean(word string, candidates []string) string {
	if n := nearest(word, candidates); n != "" {
		return fmt.Sprintf("; did you mean %q?", n)
	}
	return ""
}
