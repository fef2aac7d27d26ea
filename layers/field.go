// Package layers says what the heat means: the nine fields (how a pixel
// accumulates), the ten layers (how a field is looked at: ramp, scale, legend),
// and the pure function that paints every field of one cell of the map. One
// file a group: frequency, pace, heartrate, elevation, recency. docs/layers.md defines them in words.
//
// It draws with package raster and hands out planes of indices; package archive
// stores them, and package generator decides which cells to paint.
package layers

// Version is that of the painter. It is raised whenever the same pieces and settings yield other
// pixels, so that cells painted by an earlier version are not taken for new ones.
const Version = 5

// A Kind is the way a field's values come about, and how its index is made (see docs/format.md).
type Kind string

// The kinds of fields.
const (
	// Count is a softened sum over activities; its presence is min(1, value).
	Count Kind = "count"
	// Sum is a blurred sum with a presence of its own.
	Sum Kind = "sum"
	// Mean is a blurred sum over a blurred weight.
	Mean Kind = "mean"
	// Date is the newest of the activities' days.
	Date Kind = "date"
)

// A Field is one quantity of the map, stored as a pyramid of value tiles.
type Field struct {
	ID   string
	Kind Kind
	Unit string

	pen         int     // channel of the pen sheet, for Count
	sum, weight int     // channels of the thin sheet, for Sum and Mean
	factor      float32 // from sum (over weight) to Unit
	hill        bool    // softened with the hills' own sigma
	footprint   int     // channel of the pen sheet that its presence comes from
}

// Fields returns the nine fields in the order of the archive, the default field first.
// With seconds true, visits holds seconds spent instead of activities.
func Fields(seconds bool) []Field {
	visits := visitsField
	if seconds {
		visits = secondsField
	}
	return []Field{visits, paceField, heartRateField, steepnessField, directionField, hillsField, recencyField, fresh12Field, fresh36Field}
}

// Fields returns the fields of maps of these settings. Of a crowd recency has no tiles, as it would tell days of single ones.
func (s *Settings) Fields() []Field {
	fields := Fields(s.Seconds)
	if s.Crowd.Athletes {
		for _, i := range [...]int{Visits, Fresh12, Fresh36} {
			fields[i].Unit = athletesUnit
		}
	}
	return fields
}

// athletesUnit is the unit of counts of athletes.
const athletesUnit = "athletes"

// The fields' places in Fields.
const (
	Visits = iota
	Pace
	HeartRate
	Steepness
	Direction
	Hills
	Recency
	Fresh12
	Fresh36
	FieldCount
)
