// Package doctor finds out why a map does not show: on this computer ([Here]) or on
// the host that it was put on ([Visit]). What it finds comes with a remedy, for the
// host at hand where that is told by its answers.
//
// local.go looks at settings, sources and cache, site.go at the output folder.
// visit.go goes through the checks of a host; page.go and archive.go hold them,
// client.go sends the requests, hosts.go recognises hosts and remedies.go says, as
// data, what to do on each. Nothing is changed anywhere, and nothing secret is
// printed: no keys, no passwords or signatures of addresses.
package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"heatmapgen/internal/words"
)

// A Level says how bad a finding is.
type Level string

// The levels.
const (
	OK      Level = "ok"
	Warning Level = "warning" // the map shows, but slower, later or to more people than it should
	Fault   Level = "fault"   // the map does not show, or shows wrong things, or secrets
)

// A Group says what a finding is about.
type Group string

// The groups, in their order in a report.
const (
	GroupHere    Group = "Here"
	GroupPage    Group = "Page"
	GroupArchive Group = "Archive"
	GroupHost    Group = "Host"
)

var groups = []Group{GroupHere, GroupPage, GroupArchive, GroupHost}

// A Finding is one thing that was checked.
type Finding struct {
	Group Group `json:"group"`
	// Check is the name of the check, for programs, such as "range".
	Check string `json:"check"`
	Level Level  `json:"level"`
	// Text is one sentence about what is.
	Text string `json:"text"`
	// Remedy says what to do, a line each; empty for OK.
	Remedy []string `json:"remedy,omitempty"`
}

// A Report is what a visit found, in the order of the groups.
type Report struct {
	// Version is that of heatmapgen.
	Version string `json:"version"`
	// Target is the address that was visited without its secrets, "" for this computer.
	Target string `json:"target,omitempty"`
	// Host is the kind of host as far as it is known, "" when not.
	Host     Kind      `json:"host,omitempty"`
	Findings []Finding `json:"findings"`
}

// Options are the settings of a check.
type Options struct {
	// Version is that of heatmapgen.
	Version string
	// Deep also reads what takes long: every tile of the archive here, the whole archive of a host.
	Deep bool
	// Now is the moment of the check.
	Now time.Time
	// Getenv looks up the variables that the configuration names.
	Getenv func(string) string
	// Timeout bounds each request to a host; 0 is 20 seconds.
	Timeout time.Duration

	transport *http.Transport // nil is that of the system
}

// Count returns the number of findings of a level.
func (r *Report) Count(level Level) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Level == level {
			n++
		}
	}
	return n
}

// add records a finding. remedy lines that are empty are left out.
func (r *Report) add(group Group, check string, level Level, text string, remedy ...string) {
	f := Finding{Group: group, Check: check, Level: level, Text: oneLine(text)}
	for _, line := range remedy {
		if line != "" {
			f.Remedy = append(f.Remedy, line)
		}
	}
	r.Findings = append(r.Findings, f)
}

// sort puts the findings into the order of the groups.
func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return slices.Index(groups, a.Group) - slices.Index(groups, b.Group) })
}

// size writes a number of bytes in decimal units, as hosts count them.
func size(bytes int64) string {
	switch {
	case bytes >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
	case bytes >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	case bytes >= 1e3:
		return fmt.Sprintf("%.0f kB", float64(bytes)/1e3)
	}
	return fmt.Sprintf("%d B", bytes)
}

// longestText bounds what one line repeats of a server's or a file's words.
const longestText = 600

// oneLine makes text of any origin safe to show on a terminal, and short enough to be read.
func oneLine(s string) string { return clip(words.OneLine(s), longestText) }

// clip shortens s to at most n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}
