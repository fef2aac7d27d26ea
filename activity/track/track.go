// Package track turns the bytes of a recording - FIT, GPX, TCX, KML, GeoJSON and
// what services hand out as JSON, each possibly gzipped - into an activity.Track:
// columns of cleaned samples and the little that the file says about itself
// (sport, name, summary). Recognize tells what a file is by its beginning.
//
// Decode goes by content, never by a file's name, and keeps what it could read
// before a file breaks off. The parse cache stores a Result with Append and
// Parse. Where the bytes come from is the business of package source, which
// samples are drawn that of package activity.
package track

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"heatmapgen/activity"
)

// Version is the version of the decoders and of the codec. It is part of the
// parse cache's key: it grows whenever the same bytes yield another Result.
const Version = 5

// Reasons why Decode yields no track to draw. Test for them with errors.Is.
var (
	// ErrUnknownFormat: the bytes are of none of the formats that are read.
	ErrUnknownFormat = errors.New("not a recording that can be read")
	// ErrNoPosition: a fine recording without any position, as from a
	// treadmill or a pool. The Result that comes with it is filled in.
	ErrNoPosition = errors.New("no GPS positions")
	// ErrEmpty: a file of a known format that holds no samples, such as a
	// settings file of a watch or a GPX file of waypoints.
	ErrEmpty = errors.New("no samples")
	// ErrPlan: nothing but planned routes or courses. The Result that comes
	// with it is filled in, but for the Track.
	ErrPlan = errors.New("a planned route, not a recording")
	// ErrTooLarge: unpacked, the file exceeds what a recording can be.
	ErrTooLarge = errors.New("too large")
	// ErrCorrupt: a file of a known format of which nothing could be read.
	ErrCorrupt = errors.New("damaged file")
	// ErrTruncated marks a Result's Warning when the file breaks off.
	ErrTruncated = errors.New("the file breaks off")
)

// A Result is what one file holds.
type Result struct {
	// Track holds the recorded samples that have a position, cleaned, in the
	// order of the file. It is never nil.
	Track *activity.Track
	// Sport is what the file says, as activity.SportNamed has it; of several
	// sports the one with the longest way. "" is unknown, activity.SportOther
	// what the file says to be none of those it can name.
	Sport activity.Sport
	// Name is the title in the file, "" when it has none.
	Name string
	// Commute is Yes where the file says so, as FIT does by its kind of sport; no file says No.
	Commute activity.Answer
	// Start is the first plausible time of any sample, also of one without a
	// position; UTC, to the millisecond. Zero when unknown.
	Start time.Time
	// Zone is the time zone of the start: an offset such as "+02:00" where the file says one, else the IANA name of where it
	// starts; "" is unknown. See Local.
	Zone string
	// DistanceM (metres), MovingS (seconds with the timer running) and AscentM
	// (metres climbed) are the sums of the file's own summaries: the sessions of
	// FIT, the laps of TCX, which know no ascent. 0 when it has none, as GPX.
	DistanceM, MovingS, AscentM float64
	// Counts tells what the file holds before cleaning.
	Counts Counts
	// Parts are the activities of a file that holds several, in the order of the file; nil where it holds one.
	Parts []Part
	// Plan says that all points are those of planned routes or courses; they
	// are counted, but not in Track.
	Plan bool
	// Warning is non-nil when something was decoded although the file breaks
	// off or is odd.
	Warning error
	// LeftOut says in words what of a log of somebody's life is no activity and was left out; "" for nothing.
	LeftOut string
	// Format is the name of the format in small letters: "fit", "gpx", "tcx", "kml", "geojson", "timeline", and the names of services
	// whose own JSON it is.
	Format string
}

// Usable returns nil when there is a track to draw, else an error that is
// ErrPlan or ErrNoPosition. Decode returns the same; it is for a Result that
// comes from a cache.
func (r *Result) Usable() error {
	switch {
	case r.Plan:
		return fmt.Errorf("%s file: %w", r.Format, ErrPlan)
	case r.Track.Len() == 0:
		return fmt.Errorf("%s file of %d samples: %w", r.Format, r.Counts.Points, ErrNoPosition)
	}
	return nil
}

// Counts tells what a file holds before anything is dropped or cleaned. Points
// of planned routes count too, and each route as a segment.
type Counts struct {
	// Points counts the samples, the With fields those of them that have a
	// position (whatever its value), a time, an altitude, a heart rate above 0.
	Points, WithPosition, WithTime, WithEle, WithHR int
	// Segments counts the GPX segments and TCX Tracks that hold at least one
	// point; a FIT file, chained or not, is one.
	Segments int
}

// Decode reads a file of any format that Recognize tells, gzipped or not. It is safe for use by
// many goroutines at once, keeps no reference to data and does not change it.
//
// The error is nil when there is a position to draw. With ErrNoPosition and
// ErrPlan there is a Result as well; with every other error it is nil.
// What was odd about a file that did decode is in Result.Warning.
func Decode(data []byte) (*Result, error) { return DecodeWithin(data, DefaultLimits) }

// DecodeWithin is Decode with other limits. The error of a file that is beyond one is a *LimitError.
func DecodeWithin(data []byte, limits Limits) (*Result, error) {
	plain, buf, warning, err := gunzip(data, &limits)
	if err != nil {
		return nil, err
	}
	defer buf.free()
	if buf != nil { // perhaps packed twice, as Strava does to a .gz that was uploaded
		again, buf2, warning2, err := gunzip(plain, &limits)
		if err != nil {
			return nil, err
		}
		defer buf2.free()
		plain, warning = again, cmp.Or(warning, warning2)
	}
	r, err := decodePlain(plain, &limits)
	if r != nil && r.Warning == nil {
		r.Warning = warning
	}
	if err != nil && r == nil && warning != nil {
		err = fmt.Errorf("%w (%w)", err, warning)
	}
	return r, err
}

// jsonDecoders are the decoders of the formats that are JSON.
var jsonDecoders = map[string]func(text []byte, c *columns, r *Result) error{
	formatGeoJSON: decodeGeoJSON, formatTimeline: decodeTimeline, formatPolar: decodePolar, formatSuunto: decodeSuunto,
	formatSamsung: decodeSamsung, formatNike: decodeNike, formatEndomondo: decodeEndomondo,
}

// decodePlain reads an unpacked file.
func decodePlain(data []byte, limits *Limits) (r *Result, err error) {
	format, text, err := sniff(data)
	if err != nil {
		return nil, err
	}
	if format == formatKMZ {
		if text, err = unzipKMZ(data, limits); err != nil {
			return nil, err
		}
		data = text
		if format, text, err = sniff(text); err == nil && format != formatKML {
			err = fmt.Errorf("KMZ file: %w", ErrUnknownFormat)
		}
		if err != nil {
			return nil, err
		}
	}
	c := newColumns()
	defer c.free()
	defer stopped(&r, &err)
	c.limits = limits
	limits.start()
	r = &Result{Format: format}
	if (format == formatGPX || format == formatTCX) && madeByGame(creatorOf(text)) {
		defer func() {
			if r == nil {
				return
			}
			r.Sport = r.Sport.AsVirtual()
			for i := range r.Parts {
				r.Parts[i].Sport = r.Parts[i].Sport.AsVirtual()
			}
		}()
	}
	switch format {
	case formatFIT:
		err = decodeFIT(data, c, r)
	case formatGPX:
		err = decodeGPX(text, c, r)
	case formatTCX:
		err = decodeTCX(text, c, r)
	case formatKML:
		err = decodeKML(text, c, r)
	default:
		err = jsonDecoders[format](text, c, r)
	}
	return c.finish(r, err)
}
