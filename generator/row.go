package generator

import (
	"heatmapgen/activity"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/segments"
)

// Reasons for skipping that belong to no rule, worded as the report shows them.
const (
	reasonBroken  = "cannot be read"
	reasonNoGPS   = "no GPS"
	reasonEmpty   = "nothing in it"
	reasonPlan    = "planned route"
	reasonUnknown = "not a recording"
	reasonTooFew  = "nothing left to draw"
	reasonTooLong = "takes too long"
)

// A row is what became of one candidate.
type row struct {
	activity.Record
	path    string
	reason  string // "" when it is drawn
	twin    *row   // the row of the same outing that is the reason, and the evidence for that
	why     activity.Evidence
	detail  string
	warning string             // of a file that was drawn although it was odd
	cleaned *activity.Cleaning // nil where nothing was done
	late    bool               // its date lies after the day of the map
	breaks  bool               // the file breaks off
	guessed bool               // its sport is only what it looks like
	ofFile  bool               // its distance is what the file says, not the source
	// sportOf is the record of the same outing that the sport is from, nil where it is its own; ownSport is what it was before.
	sportOf  *row
	ownSport activity.Sport
	shown    *activity.Figures // where something was cut off: the figures of what is left
	bounds   box
	points   int
	line     *lines.Line      // nil where the archive is to have none
	squares  []byte           // what it has been in, packed; the same
	along    segments.Share   // what it shows of the segments to publish
	sensors  activity.Sensors // those that layers of the user's own show, of which it has readings
}
