package layers

import (
	"heatmapgen/activity"
	"heatmapgen/layers/raster"
)

// A Run is one stretch of an activity on the map, or the part of it near a
// cell: n points and the n-1 segments that join them.
type Run struct {
	Points   []raster.Point
	Segments []activity.Segment
}

// A Piece is what one activity brings to a cell.
type Piece struct {
	// Day is the day of the activity, as activity.DayOf counts; NoDay when unknown.
	Day int
	// Fresh12 and Fresh36 tell that the day lies in the last 365 and 1095 days.
	Fresh12, Fresh36 bool
	Runs             []Run
}

// NoDay stands for the day of an activity whose start is not known: it counts
// for visits, not for freshness, and as the oldest of all days for recency.
const NoDay = -1 << 30
