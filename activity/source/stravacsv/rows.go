package stravacsv

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
)

// Read reads activities.csv. Its error says that the table as a whole cannot be
// used; what is wrong with one row is the row's Problem. An r that has a method Len, of what is left to read, is read without
// growing a buffer.
//
// The rows are gone through three times, for the columns, for the order of day and month, and for what they say: split again is cheaper
// than held, at a million rows of a hundred fields.
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
	cols, err := findColumns(headings, s.sample(sampleRows))
	if err != nil {
		return nil, fmt.Errorf("reading activities.csv: %w", err)
	}
	b := &builder{columns: cols, width: len(headings)}
	b.dates = newDateReader(cols.own, func(yield func(string) bool) {
		for rec := range s.rest() {
			if !yield(field(rec.fields, cols.at[colDate])) {
				return
			}
		}
	})
	t := &Table{}
	if cols.own != nil {
		t.Language = cols.own.name
	}
	for rec := range s.rest() {
		t.Rows = append(t.Rows, b.row(rec))
	}
	if note != "" {
		t.Notes = append(t.Notes, message.Message{Text: "activities.csv: " + note})
	}
	t.Notes = append(t.Notes, b.notes()...)
	return t, nil
}

// rest returns the records from here on, each valid until the next. The splitter itself stays where it is.
func (s *splitter) rest() iter.Seq[*record] {
	return func(yield func(*record) bool) {
		again := *s
		again.fields = make([]string, 0, s.want)
		for rec, ok := again.next(); ok; rec, ok = again.next() {
			if !yield(&rec) {
				return
			}
			again.fields = rec.fields
		}
	}
}

// sample returns the first n records from here on, or all there are.
func (s *splitter) sample(n int) []record {
	var records []record
	again := *s
	for rec, ok := again.next(); ok && len(records) < n; rec, ok = again.next() {
		records = append(records, rec)
	}
	return records
}

// A builder makes rows of records and counts what was odd about them.
type builder struct {
	*columns
	width int
	dates *dateReader

	// words are the sports and the gear met so far.
	words map[string]string

	badDates  tally
	badSports tally
	realigned int
}

// row makes a row of a record. It holds nothing of the table's text.
func (b *builder) row(rec *record) Row {
	r := b.read(rec)
	r.ID, r.Name, r.Filename = strings.Clone(r.ID), strings.Clone(r.Name), strings.Clone(r.Filename)
	r.Sport, r.Gear = activity.Sport(b.keep(string(r.Sport))), b.keep(r.Gear)
	return r
}

// keep returns a word that many rows have, so that it holds nothing of the table's text: the same for the same.
func (b *builder) keep(s string) string {
	kept, ok := b.words[s]
	if !ok {
		if b.words == nil {
			b.words = map[string]string{}
		}
		kept = strings.Clone(s)
		b.words[kept] = kept
	}
	return kept
}

// read makes a row of a record, of parts of the table's text.
func (b *builder) read(rec *record) Row {
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
	r.Labels = b.labels(f)
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
func (b *builder) notes() []message.Message {
	var notes []message.Message
	if len(b.guessed) > 0 {
		names := make([]string, len(b.guessed))
		for i, c := range b.guessed {
			names[i] = columnNames[c]
		}
		notes = append(notes, message.New("csv-headings", "activities.csv: headings not known here: recognised by what they hold: "+strings.Join(names, ", "), nil))
	}
	for _, c := range []column{colID, colDate, colType} {
		if b.at[c] < 0 {
			notes = append(notes, message.New("csv-column", fmt.Sprintf("activities.csv: no column of the %s found", columnNames[c]), message.Args{"column": columnNames[c]}))
		}
	}
	if n := b.badDates.total; n > 0 {
		notes = append(notes, message.New("csv-dates", fmt.Sprintf("activities.csv: dates in a form not known here, start taken from the file: %s", b.badDates), message.Args{"n": n, "texts": b.badDates.times}))
	}
	if n := b.badSports.total; n > 0 {
		notes = append(notes, message.New("csv-types", fmt.Sprintf("activities.csv: activity types not known here, kept as they are: %s", b.badSports), message.Args{"n": n, "texts": b.badSports.times}))
	}
	if b.realigned > 0 {
		notes = append(notes, message.New("csv-commas", fmt.Sprintf("activities.csv: rows with more columns than headings (commas without quotes), put right as far as possible: %d", b.realigned), message.Args{"n": b.realigned}))
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
		text = strings.Clone(text)
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
