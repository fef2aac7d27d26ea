package generator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/words"
)

// A build that would take away much of the site that is there: a folder that a sync client has emptied, a disk that is not connected, a download of half
// an export. Every file of such a source may read as it should, so the numbers are what tells.

// Much is a fall by more than one in muchShare activities of the present site, and by at least muchLeast.
const (
	muchShare = 5
	muchLeast = 3
)

func isMuch(fall, present int) bool { return fall >= muchLeast && fall*muchShare > present }

// A Fewer says how much of the present site a build would take away, although neither [filter], [home], [privacy] nor overrides.json
// explains it.
type Fewer struct {
	// Site is the folder of the site.
	Site string
	// Present is the number of activities that the site shows now, New what it would show.
	Present, New int
	// Why says what became of those that would go, the most frequent first; "" when that is not known.
	Why string
	// Report is the path of the file that has every activity with its reason.
	Report string
}

func (f *Fewer) String() string {
	text := fmt.Sprintf("%s shows %s, and the new site would show %s: %d fewer", filepath.Clean(f.Site)+string(filepath.Separator),
		words.Plural(f.Present, "activity", "activities"), count(f.New), f.Present-f.New)
	if f.Why != "" {
		text += " (" + f.Why + ")"
	}
	return text
}

// A FewerError is the error of a build that was not allowed to take away so much.
type FewerError struct{ Fewer }

func (e *FewerError) Error() string { return e.String() }

// A shownSite is what the cache folder keeps of a site that was built: which activities it shows, and by which rules. It is for the user's eyes alone,
// since the rules hold places, and those that are hidden are told by what is missing.
type shownSite struct {
	// Site is a hash of what the metadata tell of the activities (siteHash): what is kept is of the site that is there, or of no use.
	Site string `json:"site"`
	// Rules is a hash of the settings that decide what is drawn.
	Rules string   `json:"rules"`
	IDs   []string `json:"ids"`
}

// shownFile returns where the cache keeps what the site of the configuration shows. Sites may share a cache.
func shownFile(cfg *config.Config) (string, error) {
	output, err := filepath.Abs(cfg.Output)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(output))
	return filepath.Join(cfg.Cache, "shown-"+hex.EncodeToString(sum[:8])+".json"), nil
}

// hashJSON returns a hash of what v is in JSON, in hex.
func hashJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // numbers, strings and lists can always be written
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// rulesHash returns a hash of all rules that leave activities out.
func rulesHash(cfg *config.Config, said overrides.Overrides, zones []activity.Zone) string {
	return hashJSON(struct {
		Filter    config.Filter
		Home      *config.LatLon
		Privacy   config.Privacy
		Overrides overrides.Overrides
		Zones     []activity.Zone
	}{cfg.Filter, cfg.Home, cfg.Privacy, said, zones})
}

// siteHash returns a hash by which a site is known again: that of its table of activities, or where there is none that of its tiles.
func siteHash(meta *Metadata) string {
	if meta.Summary == nil || meta.Digest == nil {
		return hashJSON(&meta.Activities)
	}
	return hashJSON(meta.Digest.Tiles)
}

// remember keeps what the site that was just written shows.
func (b *build) remember(d *drawing, meta *Metadata) {
	kept := shownSite{Site: siteHash(meta), Rules: d.Rules, IDs: d.IDs}
	path, err := shownFile(b.cfg)
	if err == nil {
		err = atomicfile.Write(path, 0o600, func(w io.Writer) error { return json.NewEncoder(w).Encode(&kept) })
	}
	if err != nil {
		// All it costs is a question that need not have been asked.
		b.report.note("What the site shows could not be kept in the cache folder: %v", err)
	}
}

// recall returns what is known of a site whose metadata is meta, nil when nothing is.
func recall(cfg *config.Config, meta *Metadata) *shownSite {
	path, err := shownFile(cfg)
	if err != nil {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var kept shownSite
	if json.Unmarshal(text, &kept) != nil || kept.Site != siteHash(meta) || meta.Summary == nil && len(kept.IDs) != len(meta.Activities.Day) {
		return nil
	}
	return &kept
}

// askIfFewer looks at how many activities the present site would lose, and ends the build with a *FewerError when it is much, no change of the
// rules explains it, and nobody allows it.
func (b *build) askIfFewer(ctx context.Context, sel *selection, rules string) error {
	path, err := FindArchive(b.cfg.Output)
	if err != nil {
		return nil // there is no site
	}
	e, err := readOlder(path)
	var system syscall.Errno
	if errors.As(err, &system) {
		return fmt.Errorf("looking at what the site shows now: %w", err)
	}
	if err != nil {
		return nil // what makes no sense shows nothing
	}
	kept := recall(b.cfg, e.Heatmapgen)
	present := len(e.Heatmapgen.Activities.Day)
	switch summary := e.Heatmapgen.Summary; {
	case kept != nil:
		present = len(kept.IDs)
	case summary != nil && summary.Of == SummaryActivities:
		present = summary.Count
	}
	fall := present - len(sel.drawn)
	if fall <= 0 {
		return nil
	}
	fewer := Fewer{Site: b.cfg.Output, Present: present, New: len(sel.drawn), Why: commonest(sel.faults()), Report: b.report.File}
	if kept != nil && !kept.demo() {
		gone := kept.gone(sel)
		fall -= gone[string(activity.DuplicateOther)] // the outing is on the new site, too
		delete(gone, string(activity.DuplicateOther))
		if n := gone[goneReason]; n > 0 {
			b.report.note("%s %s", words.Plural(n, "activity on the site of before is", "activities on the site of before are"), goneReason)
		}
		if kept.Rules != rules {
			// What the rules leave out now is as asked for; only the rest can be a surprise.
			for reason, n := range gone {
				if byRule(reason) {
					fall -= n
					delete(gone, reason)
				}
			}
		}
		fewer.Why = commonest(gone)
	} else if kept != nil {
		return nil
	}
	if !isMuch(fall, present) {
		return nil
	}
	if b.opts.Fewer != nil {
		allowed, err := b.opts.Fewer(ctx, fewer)
		if allowed || err != nil {
			return err
		}
	}
	return &FewerError{fewer}
}

// goneReason stands for activities that no source lists any more.
const goneReason = "in no source any more"

// gone counts the reasons why activities of the site would not be on the new one. What another record takes the place of is on it.
func (s *shownSite) gone(sel *selection) map[string]int {
	rows, before := make(map[string]*row, len(sel.rows)), make(map[string]bool, len(s.IDs))
	for i := range sel.rows {
		rows[sel.rows[i].ID] = &sel.rows[i]
	}
	for _, id := range s.IDs {
		before[id] = true
	}
	gone := map[string]int{}
	for _, id := range s.IDs {
		r := rows[id]
		switch {
		case r == nil:
			gone[goneReason]++
		case r.reason == string(activity.DuplicateOther) && !before[r.twin.ID]:
			// Another record of the outing took its place.
		case r.reason != "":
			gone[r.reason]++
		}
	}
	return gone
}

// demo tells that the site shows the built-in athlete, whom nobody misses.
func (s *shownSite) demo() bool {
	for _, id := range s.IDs {
		if len(id) < len(demoPrefix) || id[:len(demoPrefix)] != demoPrefix {
			return false
		}
	}
	return true
}

const demoPrefix = config.SourceDemo + ":"

// faults counts the reasons of rows that are not drawn through no rule.
func (s *selection) faults() map[string]int {
	faults := map[string]int{}
	for i := range s.rows {
		if reason := s.rows[i].reason; reason != "" && !ruleReason(reason) && reason != source.ReasonNoFile {
			faults[reason]++
		}
	}
	return faults
}

// byRule tells whether a reason comes from the settings that rulesHash is of.
func byRule(reason string) bool {
	switch activity.Reason(reason) {
	case activity.OtherSport, activity.OutsideDates, activity.NoDate, activity.Excluded, activity.ExcludedOuting, activity.FarFromHome, activity.IndoorReason:
		return true
	}
	return reason == reasonTooFew || activity.Reason(reason).OfLabels()
}
