package doctor

import (
	"fmt"
	"strings"
)

// A limit is the largest file and the largest site that a host takes, in bytes; 0 is none that a map could reach.
type limit struct {
	kind       Kind
	name       string
	file, site int64
}

// limits are the hosts with limits, as their documentation had them in 2026 (docs/hosting.md has the sources). Hosts that are not listed
// take any archive.
var limits = []limit{
	{CloudflarePages, "Cloudflare Pages", 25 << 20, 0},
	{GitHubPages, "GitHub Pages", 100 << 20, 1e9},
	{GitLabPages, "GitLab Pages", 0, 1 << 30},
}

// nearLimit is the part of a limit from which the next builds may go beyond it.
const nearLimit = 0.8

// limitOf returns the limit of a kind of host.
func limitOf(kind Kind) (limit, bool) {
	for _, l := range limits {
		if l.kind == kind {
			return l, true
		}
	}
	return limit{}, false
}

// over says which limit sizes go beyond, "" for none.
func (l *limit) over(file, site int64) string {
	switch {
	case l.file > 0 && file > l.file:
		return fmt.Sprintf("%s (%s a file)", l.name, l.of(l.file))
	case l.site > 0 && site > l.site:
		return fmt.Sprintf("%s (%s a site)", l.name, l.of(l.site))
	}
	return ""
}

// near reports whether sizes are close to a limit.
func (l *limit) near(file, site int64) bool {
	return l.file > 0 && float64(file) > nearLimit*float64(l.file) || l.site > 0 && float64(site) > nearLimit*float64(l.site)
}

// words writes the limits of a host.
func (l *limit) words() string {
	switch {
	case l.file > 0 && l.site > 0:
		return fmt.Sprintf("%s a file and %s a site", l.of(l.file), l.of(l.site))
	case l.file > 0:
		return l.of(l.file) + " a file"
	}
	return l.of(l.site) + " a site"
}

// of writes a limit in the units that its host has it in.
func (l *limit) of(bytes int64) string {
	if bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return strings.Replace(size(bytes), ".0 ", " ", 1)
}

// smaller says how to make an archive smaller; with lines in it, zooms beyond tile_zoom take no room.
func smaller(lines bool) string {
	zoom := "a lower tile_zoom in [render] (deeper zooms are painted from the lines)"
	if !lines {
		zoom = "a lower max_zoom in [render] (each zoom is about half of it), or tracks = true in [page], as then no zooms beyond tile_zoom are stored"
	}
	return "make the archive smaller: " + zoom + ", fewer activities by [filter]"
}
