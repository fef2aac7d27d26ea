package track

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"heatmapgen/activity"
)

// A jsonScan walks over a JSON text without making anything of it: what is not asked for costs a look at its bytes. Every method
// reads one value and stands behind it afterwards. Where the text breaks off or is none, bad says why, and all methods do nothing.
//
// It takes what recordings are really written in: NaN and Infinity, which Polar has, for values that are missing, and several
// values in one text.
type jsonScan struct {
	b     []byte
	i     int
	depth int
	steps int
	bad   error
	// limits end the reading with a stop.
	limits *Limits
}

var errNoJSON = errors.New("no JSON from here on")

func (s *jsonScan) fail(err error) {
	if s.bad == nil {
		s.bad = err
	}
	s.i = len(s.b)
}

// peek returns the next byte that is no blank, 0 where the text breaks off.
func (s *jsonScan) peek() byte {
	for s.i < len(s.b) {
		if c := s.b[s.i]; c > ' ' {
			return c
		}
		s.i++
	}
	s.fail(ErrTruncated)
	return 0
}

// more tells whether another value follows behind those that were read.
func (s *jsonScan) more() bool {
	for s.bad == nil && s.i < len(s.b) {
		if s.b[s.i] > ' ' {
			return true
		}
		s.i++
	}
	return false
}

// step looks at the clock now and then.
func (s *jsonScan) step() {
	if s.steps++; s.steps%pointsBetweenLooks == 0 {
		if err := s.limits.checkTime(); err != nil {
			panic(stop{err})
		}
	}
}

// object hands the key of each member of an object to each, which may read its value, and tells whether it got behind the object. A value
// that is no object is passed over.
func (s *jsonScan) object(each func(key []byte)) bool {
	return s.members('{', '}', func() {
		key := s.raw()
		if s.peek() != ':' {
			s.wrong()
			return
		}
		s.i++
		s.value(func() { each(key) })
	})
}

// array calls each for every element of an array, which may read it, and tells whether it got behind the array. A value that is no array
// is passed over.
func (s *jsonScan) array(each func()) bool {
	return s.members('[', ']', func() { s.value(each) })
}

// value calls read, and passes over the value at which it stands where that reads nothing.
func (s *jsonScan) value(read func()) {
	s.peek()
	at := s.i
	if read(); s.i == at && s.bad == nil {
		s.skip()
	}
}

func (s *jsonScan) members(open, end byte, read func()) bool {
	if c := s.peek(); c != open {
		s.skip()
		return false
	}
	if s.depth++; s.depth > maxDepth {
		s.fail(errTooDeep)
		return false
	}
	defer func() { s.depth-- }()
	s.i++
	for first := true; ; first = false {
		s.step()
		c := s.peek()
		switch {
		case c == end:
			s.i++
			return true
		case c == ',' && !first:
			s.i++
			if s.peek() == end { // a comma too many
				continue
			}
		case !first:
			s.wrong()
		}
		if s.bad != nil {
			return false
		}
		read()
	}
}

func (s *jsonScan) wrong() { s.fail(fmt.Errorf("%w (byte %d)", errNoJSON, s.i)) }

// skip passes over a value.
func (s *jsonScan) skip() {
	depth := 0
	for s.bad == nil {
		switch c := s.peek(); c {
		case '"':
			s.stringEnd()
		case '{', '[':
			depth++
			s.i++
		case '}', ']':
			if depth--; depth < 0 {
				s.wrong()
				return
			}
			s.i++
		case ',', ':':
			if depth == 0 {
				s.wrong()
				return
			}
			s.i++
			continue
		default:
			s.word()
		}
		s.step()
		if depth == 0 {
			return
		}
	}
}

// stringEnd passes over a string and returns what is between its quotes, as it is written.
func (s *jsonScan) stringEnd() []byte {
	start := s.i + 1
	for at := start; ; {
		k := bytes.IndexByte(s.b[at:], '"')
		if k < 0 {
			s.fail(ErrTruncated)
			return nil
		}
		at += k
		slashes := 0
		for at-slashes-1 >= start && s.b[at-slashes-1] == '\\' {
			slashes++
		}
		at++
		if slashes%2 == 0 {
			s.i = at
			return s.b[start : at-1]
		}
	}
}

// word passes over a number or a name such as true, and returns it.
func (s *jsonScan) word() []byte {
	start := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c-'0' <= 9, c-'a' <= 'z'-'a', c-'A' <= 'Z'-'A', c == '.', c == '-', c == '+':
			s.i++
			continue
		}
		if s.i == start {
			s.wrong()
		}
		return s.b[start:s.i]
	}
	s.fail(ErrTruncated) // who knows how it goes on
	return nil
}

// raw returns the text of a string, and the word that stands there where it is none; nil for arrays and objects.
func (s *jsonScan) raw() []byte {
	switch c := s.peek(); c {
	case 0:
		return nil
	case '"':
		text := s.stringEnd()
		if bytes.IndexByte(text, '\\') < 0 {
			return text
		}
		var plain string
		if json.Unmarshal(s.b[s.i-len(text)-2:s.i], &plain) != nil {
			return nil
		}
		return []byte(plain)
	case '{', '[':
		s.skip()
		return nil
	case '}', ']', ',', ':':
		s.wrong()
		return nil
	}
	return s.word()
}

// text returns a string without blanks around it, "" for another value.
func (s *jsonScan) text() string {
	if s.peek() != '"' {
		s.skip()
		return ""
	}
	return string(bytes.TrimSpace(bytes.ToValidUTF8(s.raw(), []byte("\uFFFD"))))
}

// number returns a number, also one in quotes, and NaN for another value.
func (s *jsonScan) number() float64 {
	if v := parseNumber(s.raw()); !math.IsInf(v, 0) && s.bad == nil {
		return v
	}
	return math.NaN()
}

// time returns a moment in ms since 1970: a dateTime or, as a number, the milliseconds or seconds themselves; offsetMS is how far the
// text's own zone is from UTC.
func (s *jsonScan) time(c *clock) (ms, offsetMS int64) {
	text := s.raw()
	if s.bad != nil || len(text) == 0 {
		return activity.NoTime, 0
	}
	if ms := c.parse(text); ms != activity.NoTime {
		return ms, c.offsetMS
	}
	return epochMS(parseNumber(text)), 0
}

// epochMS returns a time that is told in seconds or milliseconds since 1970 in ms. Seconds of the next thousand years are fewer than the
// milliseconds of 1971.
func epochMS(v float64) int64 {
	switch {
	case !(v > 0 && v < 1e15):
		return activity.NoTime
	case v < 32e9:
		v *= 1000
	}
	return int64(v)
}

// fault says in the name of a format why the reading ended, nil where it did not.
func (s *jsonScan) fault(format string) error {
	if s.bad == nil {
		return nil
	}
	return fmt.Errorf("%s file: %w", format, s.bad)
}
