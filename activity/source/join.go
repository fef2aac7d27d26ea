package source

import (
	"fmt"
	"path"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/activity/source/stravacsv"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// A join brings the rows of activities.csv and the files of an export together
// by the rows' Filename. The number in a file's name is that of its upload, not
// of its activity.
type join struct {
	Listing
	tree *tree
	// root is the folder of the export in the tree, "" or ending in a slash.
	root string
	// claimed are the indices of files that a row names, ids the IDs given out.
	claimed map[int]bool
	ids     map[string]bool
}

// row adds the entry of a row.
func (j *join) row(r *stravacsv.Row) {
	e := Entry{Activity: activity.Activity{
		ID: "strava:" + r.ID, Source: "strava", Sport: r.Sport, Start: r.Start, Name: r.Name,
		DistanceM: r.DistanceM, MovingS: r.MovingS, AscentM: r.AscentM, Labels: r.Labels,
	}}
	if r.ID == "" {
		e.Activity.ID = fmt.Sprintf("strava:row/%d", r.Line)
		if r.Filename != "" {
			e.Activity.ID = "strava:file/" + path.Base(strings.ReplaceAll(r.Filename, `\`, "/"))
		}
	}
	j.file(&e, r)
	if j.ids[e.Activity.ID] {
		// Two entries of one ID could not be told apart in [filter] exclude.
		first := e.Activity.ID
		e.Activity.ID = fmt.Sprintf("%s/row/%d", first, r.Line)
		e.skip(ReasonRepeated, fmt.Sprintf("line %d of activities.csv repeats %s", r.Line, first))
	}
	j.ids[e.Activity.ID] = true
	j.Entries = append(j.Entries, e)
}

// file finds the file that a row names, or says why there is none.
func (j *join) file(e *Entry, r *stravacsv.Row) {
	switch {
	case r.Problem != "":
		e.skip(ReasonBadRow, fmt.Sprintf("line %d of activities.csv: %s", r.Line, r.Problem))
		return
	case r.ExportFailed:
		e.skip(ReasonExport, "Strava could not export this file: ask for a new export, or download it from its page")
		return
	case r.Filename == "":
		e.skip(ReasonNoFile, "entered by hand or recorded without a file")
		return
	}
	name, ok := cleanName(r.Filename)
	e.Path = name
	if !ok {
		e.skip(ReasonBadName, "the name leads outside of the export")
		return
	}
	i, ok := j.find(name)
	if !ok {
		e.skip(ReasonMissing, "activities.csv names it, but the export does not hold it")
		return
	}
	j.claimed[i] = true
	f := &j.tree.files[i]
	e.Path, e.Open, e.Size = strings.TrimPrefix(f.name, j.root), f.open, f.size
	if f.refuse != nil {
		e.skip(f.refuse.Reason, f.refuse.Detail)
	} else if !isRecordingName(f.name) {
		// One that cannot be looked at fails when it is opened.
		if kind, err := f.sniff(); err == nil && kind.Format == "" {
			e.skip(ReasonNotRecording, "")
		}
	}
}

// find returns the file that a row calls name: under that name, in other case,
// or with its .gz added or taken off, as some unpackers do.
func (j *join) find(name string) (int, bool) {
	other := name + ".gz"
	if strings.HasSuffix(strings.ToLower(name), ".gz") {
		other = name[:len(name)-len(".gz")]
	}
	for _, n := range []string{name, other} {
		if i, ok := j.tree.find(j.root + n); ok {
			return i, true
		}
	}
	return 0, false
}

// orphans adds the files in activities/ that no row names.
func (j *join) orphans() {
	n := 0
	for i := range j.tree.files {
		f := &j.tree.files[i]
		rest, ok := strings.CutPrefix(f.name, j.root)
		if !ok || j.claimed[i] || !strings.HasPrefix(strings.ToLower(rest), "activities/") || !isRecordingName(rest) {
			continue
		}
		name := rest[len("activities/"):]
		e := f.entry("strava", "strava:file/"+name)
		e.Path = rest
		if j.ids[e.Activity.ID] {
			continue
		}
		j.ids[e.Activity.ID] = true
		j.Entries = append(j.Entries, e)
		n++
	}
	if n > 0 {
		j.note(message.New("files-without-row", words.Plural(n, "file in activities/ that", "files in activities/ that")+" no row of activities.csv names: their sport and start come from the file", message.Args{"n": n}))
	}
}
