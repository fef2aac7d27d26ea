package stravacsv

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"heatmapgen/activity"
)

// Read reads activities.csv. Its error says that the table as a whole cannot be
// used; what is wrong with one row is the row's Problem.
func Read(r io.Reader) (*Table, error) {
	text, note, err := readText(r)
	if err != nil {
		return nil, fmt.Errorf("reading activities.csv: %w", err)
	}
	s := newSplitter(text)
	headings, err := s.headings()
	if err != nil {
		return nil, fmt.Errorf("reading activities.csv: %w: ask Strava for a new export", err)
	}
	var records []record
	for rec, ok := s.next(); ok; rec, ok = s.next() {
		records = append(records, rec)
	}
	cols, err := findColumns(headings, records)
	if err != nil {
		return nil, fmt.Errorf("reading activities.csv: %w", err)
	}
	b := &builder{columns: cols, width: len(headings)}
	b.dates = newDateReader(cols.own, func(yield func(string) bool) {
		for _, r := range records {
			if !yield(field(r.fields, cols.at[colDate])) {
				return
			}
		}
	})
	t := &Table{Rows: make([]Row, 0, len(records))}
	if cols.own != nil {
		t.Language = cols.own.name
	}
	for i := range records {
		t.Rows = append(t.Rows, b.row(&records[i]))
	}
	if note != "" {
		t.Notes = append(t.Notes, "activities.csv: "+note)
	}
	t.Notes = append(t.Notes, b.notes()...)
	return t, nil
}

// A builder makes rows of records and counts what was odd about them.
type builder struct {
	*columns
	width int
	dates *dateReader

	badDates  tally
	badSports tally
	realigned int
}

// row makes a row of a record.
func (b *builder) row(rec *record) Row {
	f := rec.fields
	r := Row{Line: rec.line, Problem: rec.problem}
	if id := field(f, b.at[colID]); isDigits(id) {
		r.ID = id
	}
	if text := field(f, b.at[colDate]); text != "" {
		var ok bool
		if r.Start, ok = b.dates.parse(text); !ok {
			b.badDates.add(text)
		}
	}
	if r.Problem != "" {
		return r
	}
	if len(f) <= b.at[colFilename] {
		r.Problem = "it ends before the column of the file name"
		return r
	}
	if !b.aligned(f) {
		i := slices.IndexFunc(f, filePattern.MatchString)
		if i < 0 {
			r.Problem = fmt.Sprintf("it has %d columns instead of %d", len(f), b.width)
			return r
		}
		b.realigned++
		if f = b.realign(f, i); f == nil {
			r.Filename = field(rec.fields, i)
			return r
		}
	}
	if r.Filename = field(f, b.at[colFilename]); r.Filename == exportError {
		r.Filename, r.ExportFailed = "", true
	}
	r.Name = field(f, b.at[colName])
	var ok bool
	if r.Sport, ok = sportOf(field(f, b.at[colType]), b.own); !ok {
		b.badSports.add(string(r.Sport))
	}
	r.MovingS = plainNumber(field(f, b.at[colMoving]))
	r.AscentM = plainNumber(field(f, b.at[colAscent]))
	r.DistanceM = b.distance(f, r.Sport)
	return r
}

// aligned reports whether the fields of a record stand below their headings:
// there are not too many, or what stands below the file name's is one.
func (b *builder) aligned(f []string) bool {
	n := len(f)
	for n > b.width && f[n-1] == "" {
		n--
	}
	name := field(f, b.at[colFilename])
	return n <= b.width || filePattern.MatchString(name) || name == exportError
}

// realign joins the pieces of a name or description whose commas were not
// quoted, given where the file name ended up. It returns nil when it cannot tell
// which of the two it was: the activity type shows it, which stands between them.
func (b *builder) realign(f []string, file int) []string {
	extra := file - b.at[colFilename]
	name, typ := b.at[colName], b.at[colType]
	if extra <= 0 || name < 0 || typ != name+1 || b.at[colFilename] <= typ+1 || len(f) < b.width+extra {
		return nil
	}
	from := -1
	if s := field(f, typ+extra); known(s, b.own) {
		from = name
	} else if s := field(f, typ); known(s, b.own) {
		from = typ + 1
	}
	if from < 0 {
		return nil
	}
	joined := strings.Join(f[from:from+extra+1], ",")
	return slices.Concat(f[:from], []string{joined}, f[from+extra+1:])
}

// distance returns the distance in metres: of the second Distance, else of the
// first, which is metres for swims and kilometres for all else.
func (b *builder) distance(f []string, sport activity.Sport) float64 {
	if m := plainNumber(field(f, b.at[colDistance])); m > 0 {
		return m
	}
	text := field(f, b.distanceKM)
	if text == "" {
		return 0
	}
	decimal := byte('.')
	if b.own != nil {
		decimal = b.own.decimal
	}
	if sport == activity.SportSwim {
		return localNumber(text, decimal, true)
	}
	return localNumber(text, decimal, false) * 1000
}

// notes returns the oddities of the table in words.
func (b *builder) notes() []string {
	var notes []string
	note := func(format string, args ...any) {
		notes = append(notes, "activities.csv: "+fmt.Sprintf(format, args...))
	}
	if len(b.guessed) > 0 {
		names := make([]string, len(b.guessed))
		for i, c := range b.guessed {
			names[i] = columnNames[c]
		}
		note("headings not known here: recognised by what they hold: %s", strings.Join(names, ", "))
	}
	for _, c := range []column{colID, colDate, colType} {
		if b.at[c] < 0 {
			note("no column of the %s found", columnNames[c])
		}
	}
	if n := b.badDates.total; n > 0 {
		note("dates in a form not known here, start taken from the file: %s", b.badDates)
	}
	if n := b.badSports.total; n > 0 {
		note("activity types not known here, kept as they are: %s", b.badSports)
	}
	if b.realigned > 0 {
		note("rows with more columns than headings (commas without quotes), put right as far as possible: %d", b.realigned)
	}
	return notes
}

// A tally counts different texts and remembers the first few.
type tally struct {
	total int
	texts []string
	times map[string]int
}

// maxTexts is how many different texts a tally tells apart.
const maxTexts = 8

func (t *tally) add(text string) {
	t.total++
	if t.times == nil {
		t.times = make(map[string]int)
	}
	if _, ok := t.times[text]; !ok {
		if len(t.texts) == maxTexts {
			return
		}
		t.texts = append(t.texts, text)
	}
	t.times[text]++
}

// String lists the texts with their number: "Foo" (3), "Bar" (1), 2 others.
func (t tally) String() string {
	parts := make([]string, 0, len(t.texts)+1)
	rest := t.total
	for _, s := range t.texts {
		parts = append(parts, fmt.Sprintf("%.40q (%d)", s, t.times[s]))
		rest -= t.times[s]
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("%d others", rest))
	}
	return strings.Join(parts, ", ")
}
