package generator

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"heatmapgen/internal/words"
)

// commonest lists counted things, the most frequent first: "Ride 800, Walk 12".
func commonest(counts map[string]int) string {
	const most = 6
	var parts []string
	names := byCount(counts)
	for i, n := range names {
		if i == most {
			parts = append(parts, fmt.Sprintf("and %d other kinds", len(names)-most))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %d", words.OneLine(n), counts[n]))
	}
	return strings.Join(parts, ", ")
}

// byCount returns the keys, the most frequent first, then by name.
func byCount(counts map[string]int) []string {
	names := make([]string, 0, len(counts))
	for n := range counts {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool {
		if counts[names[i]] != counts[names[j]] {
			return counts[names[i]] > counts[names[j]]
		}
		return names[i] < names[j]
	})
	return names
}

func maxOf(counts map[string]int) int {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	return most
}

// count writes n with thin groups of three digits.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size writes a number of bytes in decimal units, as hosts count them.
func size(bytes int64) string {
	switch {
	case bytes >= 1_000_000:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	case bytes >= 1_000:
		return fmt.Sprintf("%.1f kB", float64(bytes)/1e3)
	}
	return fmt.Sprintf("%d B", bytes)
}

func detail(s string) string {
	if s == "" {
		return ""
	}
	return " - " + words.OneLine(s)
}

// first returns word for the first row of a group and nothing for the others.
func first(i int, word string) string {
	if i == 0 {
		return word
	}
	return ""
}
