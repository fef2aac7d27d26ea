package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"heatmapgen/activity/source/intervals"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/scratch"
	"heatmapgen/internal/words"
)

// Here checks this computer: the settings, which could not be read when settingsErr is set (then cfg is nil), the sources,
// the cache and the site in the output folder. Its error is that of a cancelled ctx.
func Here(ctx context.Context, cfg *config.Config, settingsErr error, opts Options) (*Report, error) {
	l := &local{Report: &Report{Version: opts.Version}, cfg: cfg, opts: opts}
	l.add(GroupHere, "version", OK, fmt.Sprintf("heatmapgen %s, %s/%s.", opts.Version, runtime.GOOS, runtime.GOARCH))
	if cfg == nil {
		l.badSettings(settingsErr)
		return l.Report, ctx.Err()
	}
	if cfg.File != "" {
		l.add(GroupHere, "settings", OK, cfg.File+" is fine.")
		l.sources(ctx)
		l.rules(ctx)
		l.keys()
		l.maps()
		l.privacy()
		l.cache(ctx)
	}
	l.disk()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.site(ctx)
	l.sort()
	return l.Report, ctx.Err()
}

// local is one run of Here.
type local struct {
	*Report
	cfg  *config.Config
	opts Options
	// zones is the number of privacy zones of the exports.
	zones int
	// unread tells that a source cannot be read, badZones that zones of one cannot.
	unread, badZones bool
}

func (l *local) badSettings(err error) {
	const help = "docs/configuration.md explains every key"
	var settings *config.Error
	if !errors.As(err, &settings) {
		l.add(GroupHere, "settings", Fault, fmt.Sprintf("The settings cannot be used: %v.", err), help)
		return
	}
	for _, f := range settings.Faults {
		l.add(GroupHere, "settings", Fault, f.String(), help)
	}
}

func (l *local) sources(ctx context.Context) {
	for i, s := range l.cfg.Sources {
		if ctx.Err() != nil {
			return
		}
		what := fmt.Sprintf("Source %d (%s)", i+1, s.Type)
		if s.Path != "" {
			what = fmt.Sprintf("Source %d (%s, %s)", i+1, s.Type, s.Path)
		}
		r, err := generator.CheckSource(ctx, l.cfg, i, l.opts.Now)
		if err != nil {
			l.unread = true
			l.add(GroupHere, "source", Fault, fmt.Sprintf("%s cannot be read: %v.", what, err), "correct [[source]] in "+l.cfg.File+", or download the export anew when it is cut off")
			continue
		}
		l.zones += r.Zones
		text := what + ": " + words.Plural(r.Activities, "activity", "activities")
		var skipped []string
		for reason, n := range r.Skipped {
			skipped = append(skipped, fmt.Sprintf("%d %s", n, reason))
		}
		slices.Sort(skipped)
		if len(skipped) > 0 {
			text += " (beside " + strings.Join(skipped, ", ") + ")"
		}
		switch {
		case r.Activities > 0:
			l.add(GroupHere, "source", OK, text+".")
		case s.Type == config.SourceIntervals:
			l.add(GroupHere, "source", Warning, text+".", `fetch them with "heatmapgen sync"`)
		default:
			l.add(GroupHere, "source", Warning, text+".", "check that the path holds FIT, GPX or TCX files, or a Strava export")
		}
		for _, n := range r.Notes {
			l.add(GroupHere, "source", Warning, fmt.Sprintf("Source %d: %s", i+1, n), "a build says more in its report")
		}
		for _, f := range r.ZoneFaults {
			l.badZones = true
			l.add(GroupHere, "privacy", Fault, f.String()+".", "until then no build is made, as it would show what is to be hidden")
		}
		for _, w := range r.Warnings {
			l.add(GroupHere, "privacy", Warning, w.Text+".", "docs/privacy.md tells how zones of an export are read")
		}
	}
}

// rules tells of rules that have no effect on the activities there are, as a build does.
func (l *local) rules(ctx context.Context) {
	if l.unread || l.badZones || ctx.Err() != nil {
		return
	}
	r, err := generator.CheckRules(ctx, l.cfg, l.opts.Now)
	if err != nil {
		if ctx.Err() == nil {
			l.add(GroupHere, "rules", Fault, err.Error()+".", "correct it: no build is made until then")
		}
		return
	}
	for _, f := range r.Faults {
		l.add(GroupHere, "rules", Fault, f.String()+".", "no build is made until then")
	}
	for _, w := range r.Warnings {
		l.add(GroupHere, "rules", Warning, w.Text+".", "correct the rule, or remove it")
	}
}

// keys checks that what the settings name in the environment is there, without ever showing it.
func (l *local) keys() {
	uses := func(kind string) bool {
		return slices.ContainsFunc(l.cfg.Sources, func(s config.Source) bool { return s.Type == kind })
	}
	if uses(config.SourceIntervals) {
		name := l.cfg.Intervals.APIKeyEnv
		key, err := intervals.FindKey(l.opts.Getenv, filepath.Dir(l.cfg.File), l.cfg.Intervals.AthleteIDEnv, name)
		switch {
		case err != nil:
			l.add(GroupHere, "key", Fault, fmt.Sprintf("The key for intervals.icu cannot be looked up: %v.", err), "make .env a text file of lines NAME=value")
		case key.API == "":
			l.add(GroupHere, "key", Warning, "There is no key for intervals.icu, so nothing new is fetched.",
				fmt.Sprintf("put %s=... into the environment or into a file .env beside %s; intervals.icu shows the key in its settings, under Developer", name, l.cfg.File))
		default:
			l.add(GroupHere, "key", OK, "The key for intervals.icu is set.")
		}
	}
	if name := l.cfg.Page.StadiaAPIKeyEnv; name != "" && l.opts.Getenv(name) == "" {
		l.add(GroupHere, "key", Warning, fmt.Sprintf("%s is not set, so the page offers the Stadia maps on localhost only.", name),
			"set it when you build, or remove stadia_api_key_env from [page]")
	}
}

// privacy tells of settings that show more than the owner of the map may want.
func (l *local) privacy() {
	p := &l.cfg.Privacy
	if !slices.ContainsFunc(l.cfg.Sources, func(s config.Source) bool { return s.Type != config.SourceDemo }) {
		return // nobody lives there
	}
	zones := len(p.Zones)
	if p.UseStravaZones {
		zones += l.zones
	}
	switch {
	case l.badZones: // said already, and worse
	case zones == 0:
		l.add(GroupHere, "privacy", Warning, "No privacy zone is set: the map shows where you start, and so where you live.",
			`set zones in [privacy] for each place that is to stay yours, then build and look with "heatmapgen audit"`)
	case p.PublishNames:
		l.add(GroupHere, "privacy", Warning, "Zones hide places, but publish_names writes the activities' names into the archive, which may tell of them.",
			`set publish_names = false in [privacy], or read the names with "heatmapgen audit"`)
	default:
		l.add(GroupHere, "privacy", OK, words.Plural(zones, "privacy zone is", "privacy zones are")+` set; "heatmapgen audit" tells what shows all the same.`)
	}
}

func (l *local) cache(ctx context.Context) {
	dir := l.cfg.Cache
	if !l.writable("cache", dir) {
		return
	}
	if _, err := os.Stat(dir); err != nil {
		return
	}
	err := generator.CheckCache(ctx, dir)
	var other *generator.OtherCacheError
	switch {
	case ctx.Err() != nil:
		return
	case err == nil:
		l.add(GroupHere, "cache", OK, "The cache "+dir+" is sound.")
	case errors.As(err, &other):
		l.add(GroupHere, "cache", Warning, fmt.Sprintf("The cache cannot be used: %v.", err), "nothing to do: the next build makes it anew, and takes longer for it")
	default:
		l.add(GroupHere, "cache", Warning, fmt.Sprintf("The cache is damaged: %v.", err),
			"nothing to do: no build uses a damaged part of it, and the first one that meets with it makes the cache anew; delete tracks.sqlite in "+dir+" to have that now")
	}
	l.leftovers(GroupHere, dir)
}

// writable reports whether files can be made in a folder, or the folder itself where there is none yet.
func (l *local) writable(check, dir string) bool {
	there := dir
	for {
		info, err := os.Stat(there)
		if err == nil && !info.IsDir() {
			l.add(GroupHere, check, Fault, there+" is not a folder.", "move the file away, or name another folder in "+l.cfg.File)
			return false
		}
		if err == nil {
			break
		}
		up := filepath.Dir(there)
		if !errors.Is(err, fs.ErrNotExist) || up == there {
			l.add(GroupHere, check, Fault, fmt.Sprintf("The folder %s cannot be looked at: %v.", there, err), "check its permissions")
			return false
		}
		there = up
	}
	f, err := scratch.Unnamed(there, "doctor")
	if err != nil {
		l.add(GroupHere, check, Fault, fmt.Sprintf("The folder %s cannot be written to: %v.", there, errors.Unwrap(err)), "make it yours, or name another folder in "+l.cfg.File)
		return false
	}
	scratch.Discard(f)
	return true
}

// leftovers tells of temporary files.
func (l *local) leftovers(group Group, dir string) {
	if n, bytes := scratch.Count(dir); n > 0 {
		l.add(group, "leftovers", Warning, fmt.Sprintf("%s in %s (%s) from a build that is running or was interrupted.", words.Plural(n, "temporary file lies", "temporary files lie"), dir, size(bytes)),
			"nothing to do: the next build removes what no running one needs, at once or, of former versions, when it is a day old")
	}
}

// What a build needs beside what is there: the pieces of all tracks and a second archive.
const (
	littleSpace = 1e9
	noSpace     = 100e6
)

func (l *local) disk() {
	for _, place := range []string{l.cfg.Output, l.cfg.Cache} {
		dir := place
		for {
			if info, err := os.Stat(dir); err == nil && info.IsDir() {
				break
			}
			up := filepath.Dir(dir)
			if up == dir {
				return
			}
			dir = up
		}
		free, err := freeSpace(dir)
		if err != nil {
			return
		}
		const remedy = "make room before the next build, or move output and cache to another disk"
		switch {
		case free < noSpace:
			l.add(GroupHere, "disk", Fault, fmt.Sprintf("Only %s are free for %s.", size(free), place), remedy)
			return
		case free < littleSpace:
			l.add(GroupHere, "disk", Warning, fmt.Sprintf("Only %s are free for %s.", size(free), place), remedy)
			return
		case place == l.cfg.Cache:
			l.add(GroupHere, "disk", OK, size(free)+" of disk are free.")
		}
	}
}
