package generator

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/source/intervals"
	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// ReportName is the file in the cache folder that lists what became of every activity.
const ReportName = "report.txt"

// warnBytes is the size from which hosts begin to refuse an archive: GitHub takes no pushed file over
// 100 MB, and warns from 50.
const warnBytes = 95_000_000

// maxListed is how many bad files WriteTable names; all are in the report file.
const maxListed = 12

// maxMerged is how many merged activities WriteTable names.
const maxMerged = 5

// A Report tells what a build did.
type Report struct {
	// Read counts the activities listed, Drawn those on the map, Points the samples drawn.
	Read, Drawn, Points int
	// Skipped counts the others by reason.
	Skipped map[string]int
	// Hides tells that privacy zones or trimmed ends hide something.
	Hides bool
	// Merged lists the activities that were left out because another is the same outing.
	Merged []Merge
	// Cleaned tells what was done to the samples of what is drawn, by activity.Fault.
	Cleaned [activity.Faults]CleanReport
	// Warnings are what the user must not miss, see Options.Warn.
	Warnings []message.Message
	// Notes are oddities of the sources, in words.
	Notes []message.Message
	// ArchivePath is the archive written, ArchiveBytes its size.
	ArchivePath  string
	ArchiveBytes int64
	// LinesBytes is what the lines of the activities take of it.
	LinesBytes int64
	// SquaresBytes is what their squares take.
	SquaresBytes int64
	// Segments is how many segments are published.
	Segments int
	// Kept tells of blocks that keep tiles in place of their lines.
	Kept KeptReport
	// Fields and Zooms count tiles and bytes.
	Fields []FieldReport
	Zooms  []archive.ZoomCount
	// Stages says how long each stage took, in their order.
	Stages []StageReport
	// File is the path of the report file.
	File string

	problems []problem
	stage    string
	since    time.Time
}

// A CleanReport counts what one kind of cleaning did: Things (samples, gaps) in so many Activities.
type CleanReport struct{ Things, Activities int }

// A KeptReport counts crowded blocks that keep tiles, the bytes of these, and those that their lines would have.
type KeptReport struct {
	Blocks                 int
	TilesBytes, LinesBytes int64
}

// A Merge is an activity that was left out because another is the same outing, with why they are one in a few words.
type Merge struct {
	Out, Kept Outing
	Why       string
}

// An Outing names an activity in a Merge.
type Outing struct {
	Source, ID string
	Day        string // "2026-05-31", where it was; "" when not known
}

func (o Outing) String() string {
	if o.Day == "" {
		return words.OneLine(o.ID)
	}
	return words.OneLine(o.ID) + " of " + o.Day
}

func outingOf(a *activity.Activity) Outing {
	o := Outing{Source: a.Source, ID: a.ID}
	if !a.Start.IsZero() {
		o.Day = a.Start.Format(time.DateOnly)
	}
	return o
}

// A FieldReport tells how much of the archive a field takes.
type FieldReport struct {
	ID    string
	Tiles int
	Bytes int64
}

// A StageReport tells how long a stage took.
type StageReport struct {
	Name string
	Took time.Duration
}

// A problem is a row of the report about one file.
type problem struct {
	what, reason, detail string
	rank                 int // 0 is told first
}

// clock ends the running stage and begins the next; "" begins none.
func (r *Report) clock(stage string) {
	now := time.Now()
	if r.stage != "" {
		r.Stages = append(r.Stages, StageReport{r.stage, now.Sub(r.since)})
	}
	r.stage, r.since = stage, now
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, message.Message{Text: fmt.Sprintf(format, args...)})
}

// selected takes over what became of the rows.
func (r *Report) selected(s *selection) {
	r.Read, r.Drawn, r.Points = len(s.rows), len(s.drawn), s.points
	r.Skipped = map[string]int{}
	r.Cleaned = [activity.Faults]CleanReport{}
	for i := range s.rows {
		row := &s.rows[i]
		what := row.ID
		if row.path != "" && !strings.HasSuffix(row.ID, row.path) {
			what += " (" + row.path + ")"
		}
		if row.twin != nil {
			if row.reason == string(activity.DuplicateOther) {
				r.Merged = append(r.Merged, Merge{outingOf(&row.Activity), outingOf(&row.twin.Activity), row.why.String()})
			}
			row.detail = row.merged()
		}
		if row.reason == "" && row.cleaned != nil {
			r.clean(what, row.cleaned)
		}
		switch {
		case row.reason != "":
			r.Skipped[row.reason]++
			r.problems = append(r.problems, problem{what, row.reason, row.detail, rankOf(row.reason)})
		case row.breaks:
			r.problems = append(r.problems, problem{what, brokenReason, row.warning, rankBroken})
		case row.warning != "":
			r.problems = append(r.problems, problem{what, drawnReason, row.warning, rankOdd})
		}
	}
	r.tellKinds(s)
	r.tellHidden(s)
}

// clean counts what was done to a drawn activity.
func (r *Report) clean(what string, done *activity.Cleaning) {
	for f, n := range done {
		if n > 0 {
			r.Cleaned[f].Things += n
			r.Cleaned[f].Activities++
		}
	}
	if words := done.String(); words != "" {
		r.problems = append(r.problems, problem{what, cleanedReason, words, rankOdd})
	}
}

const (
	drawnReason   = "drawn, but odd"          // something was odd about the file
	brokenReason  = "drawn as far as it goes" // a part of the file is missing
	cleanedReason = "drawn, cleaned"          // samples were changed or left out; in the report file alone
)

// writeFile writes the report file into folder dir.
func (r *Report) writeFile(dir string) error {
	var b strings.Builder
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", words.OneLine(w.Text))
	}
	fmt.Fprintf(&b, "%s read, %d drawn\n", words.Plural(r.Read, "activity", "activities"), r.Drawn)
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", words.OneLine(n.Text))
	}
	for _, p := range r.problems {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", words.OneLine(p.what), p.reason, words.OneLine(p.detail))
	}
	r.File = filepath.Join(dir, ReportName)
	err := atomicfile.Write(r.File, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, b.String())
		return err
	})
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// wrote takes over what the archive holds.
func (r *Report) wrote(path string, meta *Metadata, l *archive.Layout) {
	r.ArchivePath = path
	if info, err := os.Stat(path); err == nil {
		r.ArchiveBytes = info.Size()
	}
	if meta.Lines != nil {
		r.LinesBytes = weightOf(meta.Lines.Zooms)
	}
	r.Segments = len(meta.Segments)
	if meta.Squares != nil {
		r.SquaresBytes = weightOf(meta.Squares.Zooms)
	}
	zooms := map[uint8]archive.ZoomCount{}
	for i, f := range l.Fields[:len(meta.Fields)] {
		fr := FieldReport{ID: meta.Fields[i].ID, Tiles: f.Tiles}
		for _, z := range f.Zooms {
			fr.Bytes += z.Bytes
			sum := zooms[z.Zoom]
			zooms[z.Zoom] = archive.ZoomCount{Zoom: z.Zoom, Tiles: sum.Tiles + z.Tiles, Bytes: sum.Bytes + z.Bytes}
		}
		r.Fields = append(r.Fields, fr)
	}
	for z := range uint8(archive.MaxZoom + 1) {
		if c, ok := zooms[z]; ok {
			r.Zooms = append(r.Zooms, c)
		}
	}
}

// WriteTable writes the report as tables for a person.
func (r *Report) WriteTable(w io.Writer) error {
	for i, m := range r.Warnings {
		fmt.Fprintf(w, "%s  %s\n", first(i, "Warnings:\n"), words.OneLine(m.Text))
	}
	if len(r.Warnings) > 0 {
		fmt.Fprintln(w)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "Activities\tread\t%s\n", count(r.Read))
	fmt.Fprintf(t, "\tdrawn\t%s\n", count(r.Drawn))
	for _, reason := range byCount(r.Skipped) {
		fmt.Fprintf(t, "\tskipped: %s\t%s\n", reason, count(r.Skipped[reason]))
	}
	cleanLines := 0
	into := map[string]int{}
	for _, m := range r.Merged {
		into[m.Out.Source+" into "+m.Kept.Source]++
	}
	for _, kind := range byCount(into) {
		fmt.Fprintf(t, "\tmerged: %s\t%s\n", kind, count(into[kind]))
	}
	for f, c := range r.Cleaned {
		if c.Things > 0 {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", first(cleanLines, "Cleaned"), activity.Fault(f), count(c.Things), "in "+words.Plural(c.Activities, "activity", "activities"))
			cleanLines++
		}
	}
	fmt.Fprintf(t, "Points\t\t%s\n", count(r.Points))
	for i, z := range r.Zooms {
		fmt.Fprintf(t, "%s\tzoom %d\t%s\t%s\n", first(i, "Tiles"), z.Zoom, count(z.Tiles), size(z.Bytes))
	}
	for i, f := range r.Fields {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", first(i, "Fields"), f.ID, count(f.Tiles), size(f.Bytes))
	}
	if r.LinesBytes > 0 {
		fmt.Fprintf(t, "Lines\t\t%s\t%s\n", count(r.Drawn), size(r.LinesBytes))
	}
	if r.SquaresBytes > 0 {
		fmt.Fprintf(t, "Squares\t\t%s\t%s\n", count(r.Drawn), size(r.SquaresBytes))
	}
	if r.Segments > 0 {
		fmt.Fprintf(t, "Segments\t\t%s\n", count(r.Segments))
	}
	if k := &r.Kept; k.Blocks > 0 {
		fmt.Fprintf(t, "Crowded\t%s\t%s\t%s\n", words.Plural(k.Blocks, "block keeps tiles", "blocks keep tiles"), size(k.TilesBytes), "in place of lines ("+size(k.LinesBytes)+")")
	}
	total := time.Duration(0)
	for i, s := range r.Stages {
		fmt.Fprintf(t, "%s\t%s\t%.2f s\n", first(i, "Time"), s.Name, s.Took.Seconds())
		total += s.Took
	}
	fmt.Fprintf(t, "\ttotal\t%.2f s\n", total.Seconds())
	fmt.Fprintf(t, "Archive\t%s\t%s\n", r.ArchivePath, size(r.ArchiveBytes))
	if err := t.Flush(); err != nil {
		return err
	}
	return r.writeProblems(w)
}

// writeProblems writes what a user may want to look into.
func (r *Report) writeProblems(w io.Writer) error {
	r.writeFiles(w)
	err := words.List(w, "Merged, being the same outing:", len(r.Merged), maxMerged, func(i int) string {
		m := &r.Merged[i]
		return fmt.Sprintf("%s into %s: %s", m.Out, m.Kept, m.Why)
	})
	if err == nil {
		err = words.List(w, "Notes:", len(r.Notes), len(r.Notes), func(i int) string { return words.OneLine(r.Notes[i].Text) })
	}
	if err != nil {
		return err
	}
	if len(r.problems) > 0 || len(r.Notes) > 0 {
		fmt.Fprintf(w, "\nEvery activity that was left out, with its reason: %s\n", r.File)
	}
	if r.ArchiveBytes > warnBytes {
		_, err = fmt.Fprintf(w, "\nThe archive has %s. GitHub refuses files over 100 MB. %s\nOther hosts take it as it is.\n", size(r.ArchiveBytes), r.smaller())
	}
	return err
}

// smaller says what makes the archive small enough that it need not be warned of: fewer zooms with pictures, by the bytes of those just written, but not
// fewer than a map needs.
func (r *Report) smaller() string {
	setting := "tile_zoom"
	if r.LinesBytes == 0 {
		setting = "max_zoom"
	}
	left := r.ArchiveBytes
	for i := len(r.Zooms) - 1; i > 0; i-- {
		left -= r.Zooms[i].Bytes
		deepest := r.Zooms[i-1].Zoom
		if deepest < config.MinTileZoom {
			break
		}
		if left <= warnBytes {
			return fmt.Sprintf("%s = %d in [render] makes it about %.0f MB; fewer activities ([filter]) help too.", setting, deepest, float64(left)/1e6)
		}
	}
	return "Fewer activities ([filter]) make it smaller."
}

// ruleReason tells whether a reason is one of the configuration's rules.
func ruleReason(reason string) bool {
	switch activity.Reason(reason) {
	case activity.OtherSport, activity.VirtualReason, activity.OutsideDates, activity.NoDate, activity.Excluded, activity.FarFromHome,
		activity.IndoorReason, activity.DuplicateOther, activity.ExcludedOuting:
		return true
	}
	return activity.Reason(reason).OfLabels() || reason == cleanedReason || reason == reasonNoGPS || reason == reasonPlan || reason == reasonTooFew || reason == intervals.ReasonStrava
}
