package stravacsv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Limits of a table. A real one of ten thousand activities has 4 MB. How long it may be is the business of who opens it: its
// text is held once, and of its rows only what is read of them.
const (
	maxColumns = 1000
	// maxFieldBytes is the longest quoted field; a longer one is a quote that
	// was never closed.
	maxFieldBytes = 256 << 10
	// maxBroken is the number of broken rows after which a quoted field may no
	// longer run over the end of a line, which bounds the work.
	maxBroken = 1000
)

// readText returns a table as UTF-8 text without byte order mark. Strava writes
// UTF-8; spreadsheets save it again as UTF-16 or in the Western code page.
func readText(r io.Reader) (text string, note string, err error) {
	var b strings.Builder
	if sized, ok := r.(interface{ Len() int }); ok {
		b.Grow(sized.Len())
	}
	if _, err := io.Copy(&b, r); err != nil {
		return "", "", err
	}
	text = b.String()
	switch {
	case strings.HasPrefix(text, "\xff\xfe"):
		return decodeUTF16(text[2:], binary.LittleEndian), "", nil
	case strings.HasPrefix(text, "\xfe\xff"):
		return decodeUTF16(text[2:], binary.BigEndian), "", nil
	}
	text = strings.TrimPrefix(text, "\ufeff")
	if utf8.ValidString(text) {
		return text, "", nil
	}
	// Every byte stands for a character in this code page: it cannot fail.
	text, _ = charmap.Windows1252.NewDecoder().String(text)
	return text, "it is not UTF-8 (saved by a spreadsheet?) and was read as Windows-1252: accents may be wrong", nil
}

func decodeUTF16(data string, order binary.ByteOrder) string {
	var b strings.Builder
	b.Grow(len(data) / 2)
	unit := func(i int) rune { return rune(order.Uint16([]byte(data[i : i+2]))) }
	for i := 0; i+1 < len(data); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			low := rune(utf8.RuneError)
			if i+3 < len(data) {
				low = utf16.DecodeRune(r, unit(i+2))
			}
			if r = low; r != utf8.RuneError {
				i += 2
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// A record is one row split into fields.
type record struct {
	line   int
	fields []string
	// problem says why the fields cannot be trusted; "" when they can.
	problem string
}

// A splitter splits a table into records. It differs from encoding/csv in what
// it does with a row whose quotes do not close: that swallows the rows behind it
// there, while here the next line that begins like a row is one.
type splitter struct {
	text string
	pos  int
	line int
	sep  byte
	// want is the number of fields of a sound record, 0 while not known.
	want   int
	broken int
	// fields is where those of the next record go; nil makes new room for each.
	fields []string
}

// newSplitter returns a splitter at the first line, having found out what
// separates its fields.
func newSplitter(text string) *splitter {
	s := &splitter{text: text, line: 1, sep: ','}
	// Excel takes the separator from such a line, and writes it.
	if first, rest, ok := strings.Cut(text, "\n"); ok {
		if v, ok := strings.CutPrefix(strings.TrimRight(first, "\r"), "sep="); ok && len(v) == 1 {
			s.text, s.line, s.sep = rest, 2, v[0]
			return s
		}
	}
	most := 0
	for _, sep := range []byte(",;\t") {
		fields, _, _ := parse(s.text, 0, sep, true, nil)
		if len(fields) > most {
			most, s.sep = len(fields), sep
		}
	}
	return s
}

// errNoHeadings is returned for a table without a first row.
var errNoHeadings = errors.New("the table is empty")

// headings returns the first row and remembers its length.
func (s *splitter) headings() ([]string, error) {
	rec, ok := s.next()
	if !ok {
		return nil, errNoHeadings
	}
	if len(rec.fields) > maxColumns {
		return nil, fmt.Errorf("the table has more than %d columns", maxColumns)
	}
	s.want = len(rec.fields)
	return rec.fields, nil
}

// next returns the next record, leaving out empty lines.
func (s *splitter) next() (record, bool) {
	for s.pos < len(s.text) && (s.text[s.pos] == '\n' || s.text[s.pos] == '\r') {
		if s.text[s.pos] == '\n' {
			s.line++
		}
		s.pos++
	}
	if s.pos >= len(s.text) {
		return record{}, false
	}
	start := s.pos
	room := s.fields[:0]
	if s.fields == nil {
		room = make([]string, 0, s.want)
	}
	fields, end, closed := parse(s.text, start, s.sep, s.broken < maxBroken, room)
	rec := record{line: s.line, fields: fields}
	if s.want > 0 && (!closed || len(fields) != s.want) {
		end = s.resync(&rec, start, end, closed)
	}
	s.pos = end
	s.line += strings.Count(s.text[start:end], "\n")
	return rec, true
}

// resync reads a suspect record anew with its open quote as an ordinary
// character and, when that makes no sound row of its first line, ends it before
// the next line that begins like a row. It returns where the record ends.
func (s *splitter) resync(rec *record, start, end int, closed bool) int {
	limit := end
	if !closed {
		limit = min(len(s.text), start+maxFieldBytes)
	}
	cut := s.nextRow(start, limit)
	switch {
	case cut >= 0:
	case closed:
		return end
	case limit == len(s.text):
		cut = limit
	default:
		cut = end
	}
	s.broken++
	fields, line, _ := parse(s.text[:cut], start, s.sep, false, rec.fields[:0])
	rec.fields = fields
	if len(fields) == s.want {
		return line
	}
	rec.problem = "its quotes do not close"
	return cut
}

// nextRow returns the first position in (start, end) at which a line begins as
// rows do, with a number, a separator and what may be a date, or -1.
func (s *splitter) nextRow(start, end int) int {
	for i := start; ; {
		n := strings.IndexByte(s.text[i:end], '\n')
		if n < 0 {
			return -1
		}
		i += n + 1
		digits := i
		for digits < end && '0' <= s.text[digits] && s.text[digits] <= '9' {
			digits++
		}
		if digits > i && digits < end && s.text[digits] == s.sep && datelike(s.text[digits+1:end]) {
			return i
		}
	}
}

// datelike reports whether the beginning of text has the digits of a date: a
// description may have a line like "5,3 km", but hardly "5,Apr 16, 2021, 10:58".
func datelike(text string) bool {
	digits := 0
	for _, r := range text[:min(len(text), 32)] {
		if r == '\n' {
			break
		}
		if '0' <= r && r <= '9' {
			digits++
		}
	}
	return digits >= 7
}

// parse splits the record at text[pos:] and returns its fields, where the next
// record begins and whether all quotes closed. A quote inside an unquoted field,
// and one inside a quoted field that no separator follows, is a character like
// others. With multiline false a quote that does not close on its line is one,
// too. Fields beyond maxColumns+1 are dropped. The fields are appended to room.
func parse(text string, pos int, sep byte, multiline bool, room []string) (fields []string, end int, closed bool) {
	fields = room
	closed = true
	for {
		var field string
		quoted := false
		if pos < len(text) && text[pos] == '"' {
			if f, p, ok := quotedField(text, pos, sep, multiline); ok {
				field, pos, quoted = f, p, true
			} else if multiline {
				closed = false
			}
		}
		if !quoted {
			stop := pos
			for stop < len(text) && text[stop] != sep && text[stop] != '\n' {
				stop++
			}
			field, pos = text[pos:stop], stop
			if pos == len(text) || text[pos] == '\n' {
				field = strings.TrimSuffix(field, "\r")
			}
		}
		if len(fields) <= maxColumns {
			fields = append(fields, field)
		}
		switch {
		case pos >= len(text):
			return fields, len(text), closed
		case text[pos] == sep:
			pos++
		default: // the end of the line: "\n" or "\r\n"
			if text[pos] == '\r' {
				pos++
			}
			return fields, min(pos+1, len(text)), closed
		}
	}
}

// quotedField reads the quoted field at text[pos], which is a quote. It returns
// the field, the position behind its closing quote, and false when none closes it.
func quotedField(text string, pos int, sep byte, multiline bool) (string, int, bool) {
	start := pos + 1
	limit := min(len(text), start+maxFieldBytes)
	doubled := false
	for i := start; i < limit; i++ {
		if text[i] == '\n' && !multiline {
			return "", 0, false
		}
		if text[i] != '"' {
			continue
		}
		next := i + 1
		switch {
		case next < len(text) && text[next] == '"':
			doubled = true
			i++
		case next >= len(text), text[next] == sep, text[next] == '\n',
			text[next] == '\r' && (next+1 == len(text) || text[next+1] == '\n'):
			field := text[start:i]
			if doubled {
				field = strings.ReplaceAll(field, `""`, `"`)
			}
			return field, next, true
		}
	}
	return "", 0, false
}
