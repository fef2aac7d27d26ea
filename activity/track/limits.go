package track

import (
	"errors"
	"fmt"
	"time"
)

// Limits bound what the decoding of one file may cost. A file beyond them yields nothing; [limits] of heatmap.toml sets
// them. The zero value of a field sets no limit of its kind.
type Limits struct {
	// Bytes is the largest size of an unpacked file.
	Bytes int64
	// Points is the largest number of samples, those of plans and without a position included.
	Points int
	// Time is how long decoding may take, the unpacking and the waiting for other large files left out. The clock is looked at every few
	// thousand samples.
	Time time.Duration
	// Unpacked hears of the bytes that come out of gzip, in some steps; its error ends the decoding and is what comes back.
	// It may be nil.
	Unpacked func(bytes int64) error

	until time.Time
}

// start starts the clock.
func (l *Limits) start() {
	if l.Time > 0 {
		l.until = time.Now().Add(l.Time)
	}
}

// DefaultLimits are those of Decode: no recording comes near. The largest ones seen are a tenth of the size; the points are those of
// two months at one a second.
var DefaultLimits = Limits{Bytes: 512 << 20, Points: 5_000_000}

// ErrTooLong says that decoding a file took longer than it may.
var ErrTooLong = errors.New("takes too long")

// A LimitError says which of the Limits a file is beyond. It is ErrTooLarge or ErrTooLong.
type LimitError struct {
	Text string
	// Setting is the key of [limits] that lifts it.
	Setting string
	kind    error
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s, the limit of [limits] %s", e.Text, e.Setting)
}

func (e *LimitError) Unwrap() error { return e.kind }

// tooLarge says that a file unpacks to more than it may.
func (l *Limits) tooLarge() error {
	return &LimitError{fmt.Sprintf("it unpacks to more than %d MB", l.Bytes>>20), "max_file_mb", ErrTooLarge}
}

// TooManyPoints says that a file has more samples than it may, which are most.
func TooManyPoints(most int) error {
	return &LimitError{fmt.Sprintf("it has more than %d points", most), "max_file_points", ErrTooLarge}
}

// bound ends the decoding with a stop where more points are held than a file may have.
func (l *Limits) bound(points int) {
	if l.Points > 0 && points > l.Points {
		panic(stop{TooManyPoints(l.Points)})
	}
}

// pointsBetweenLooks is how many samples are decoded between two looks at the clock: some milliseconds.
const pointsBetweenLooks = 4096

// check tells whether a file of so many samples so far may go on.
func (l *Limits) check(points int) error {
	switch {
	case l.Points > 0 && points > l.Points:
		return TooManyPoints(l.Points)
	case points%pointsBetweenLooks == 0:
		return l.checkTime()
	}
	return nil
}

func (l *Limits) checkTime() error {
	if !l.until.IsZero() && time.Now().After(l.until) {
		return &LimitError{fmt.Sprintf("decoding it took longer than %v", l.Time), "max_file_seconds", ErrTooLong}
	}
	return nil
}

// A stop carries an error out of a decoder whose callbacks cannot return one; stopped turns it back into that error.
type stop struct{ err error }

// stopped is to be deferred where a stop is caught.
func stopped(r **Result, err *error) {
	switch p := recover().(type) {
	case nil:
	case stop:
		*r, *err = nil, p.err
	default:
		panic(p)
	}
}
