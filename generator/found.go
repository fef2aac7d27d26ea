package generator

import (
	"cmp"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
)

// A Found is what a build has found in its sources (Options.Found).
type Found struct {
	// Rows are the activities as the sources list them, then what else is in their files.
	Rows []FoundRow
	// Notes are oddities of the sources and the cache, Warnings what a user must not miss: those of the report, as far as they are known by then.
	Notes, Warnings []message.Message
}

// A FoundRow is an activity that a build has found. What is not known is zero.
type FoundRow struct {
	ID string
	// Path is where the file lies in the source, "" when there is none.
	Path, Name string
	Sport      activity.Sport
	Start      time.Time // where it was, else UTC
	// State says what becomes of it, Reason why in the report's words ("" when it is drawn), Detail more about that.
	State          State
	Reason, Detail string
}

func foundRows(sel *selection) []FoundRow {
	rows := make([]FoundRow, len(sel.rows))
	for i := range sel.rows {
		r := &sel.rows[i]
		rows[i] = FoundRow{
			ID: r.ID, Path: r.path, Name: r.Activity.Name, Sport: r.Activity.Sport, Start: r.Activity.Start,
			State: stateOf(r.reason), Reason: r.reason, Detail: cmp.Or(r.detail, r.warning),
		}
	}
	return rows
}
