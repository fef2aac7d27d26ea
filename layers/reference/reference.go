// Package reference paints the map slowly and obviously: dense arrays, float64, one
// formula after the other as docs/layers.md words them. It is the judge of the fast way
// (package raster under package layers, cut into cells by package generator) and is imported by tests only.
//
// derive.go makes segments of a track, and sums.go what they leave along their lines. paint.go draws them on a window of the map: pen.go the counts,
// days and footprints, thin.go the means and seconds, blur.go softens both, crowd.go has what is another way for a crowd. judge.go says whether the indices of value tiles are what the drawing allows.
// It shares no code with what it judges but the types that carry data in and out.
package reference

import "heatmapgen/layers"

// A Segment is the way between two consecutive samples, or between two vertices of a simplified line.
type Segment struct {
	// Positions are fractions of the width of the Web Mercator map, x growing east and y south.
	X0, Y0, X1, Y1 float64
	// DistM is metres, DurS seconds (0 unknown), HR bpm (0 unknown), Grade rise over run (NaN unknown).
	DistM, DurS, HR, Grade float64
	Moving                 bool
	// Merged has, where not nil, what is known of a simplified line's segment, and takes the place of the numbers above.
	Merged *layers.Merged
	// Known, where not nil, says what is known of a line for the pen alone, which leaves nothing; Spot is what is left on a pixel whose middle both ends are, without a pen.
	Known *layers.Known
	Spot  *layers.Spot
}

// An Outing is what an activity brings to the map.
type Outing struct {
	// Day counts from 1970-01-01; Dated is false when it is not known.
	Day   int
	Dated bool
	// Who stands for the athlete where athletes are counted.
	Who int
	// Fresh12 and Fresh36 tell that the day lies in the last 365 and 1095 days.
	Fresh12, Fresh36 bool
	Segments         []Segment
}

// Settings is what besides the outings the picture hangs on.
type Settings struct {
	BlurSigma, HillBlurSigma float64 // pixels
	HillMinGrade             float64 // rise over run
	Seconds                  bool    // visits holds seconds
	// Least, above 0, is how many must share a pixel of a map of a crowd, which shows nothing else; 0 is for other maps. Athletes tells that athletes
	// are counted.
	Least    int
	Athletes bool
	// OldestDay is the day that undated outings count as.
	OldestDay int
	// Slack is how far, in pixels, the lines judged may run from those painted here. Pixels whose centre lies
	// so near to the rim of the pen may be covered or not.
	Slack float64
	// Smear is how far, in pixels, values may have moved along a line; with a Smear above 0 a mean may be
	// any between the extremes in its reach.
	Smear float64
}
