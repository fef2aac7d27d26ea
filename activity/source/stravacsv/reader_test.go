package stravacsv

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"heatmapgen/internal/message"
)

// records splits a text into all its records, the first of which sets the width.
func records(t *testing.T, text string) []record {
	t.Helper()
	s := newSplitter(text)
	headings, err := s.headings()
	if err != nil {
		t.Fatal(err)
	}
	all := []record{{line: 1, fields: headings}}
	for rec, ok := s.next(); ok; rec, ok = s.next() {
		all = append(all, rec)
	}
	return all
}

// On sound tables the splitter must agree with encoding/csv.
func TestSplitterAgreesWithEncodingCSV(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "run", `"`, `""`, ",", "\n", "é", " ", "5,3 km", "2021", "", ";", "'"}
	for range 500 {
		width := 2 + rnd.IntN(6)
		rows := make([][]string, 1+rnd.IntN(5))
		for i := range rows {
			for range width {
				var b strings.Builder
				for range rnd.IntN(4) {
					b.WriteString(pieces[rnd.IntN(len(pieces))])
				}
				rows[i] = append(rows[i], b.String())
			}
		}
		// The heading row decides about the separator: keep it ordinary.
		rows[0] = slices.Repeat([]string{"heading"}, width)
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		w.UseCRLF = rnd.IntN(2) == 0
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(bytes.NewReader(buf.Bytes()))
		want, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for _, rec := range records(t, buf.String()) {
			// encoding/csv makes "\n" of "\r\n" inside quotes.
			for i, f := range rec.fields {
				rec.fields[i] = strings.ReplaceAll(f, "\r\n", "\n")
			}
			got = append(got, rec.fields)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\ngot  %q\nwant %q", buf.String(), got, want)
		}
	}
}

func TestSplitter(t *testing.T) {
	tests := []struct {
		name, text string
		want       [][]string // without the headings
	}{
		{"semicolons", "a;b,c;d\n1;2;3\n", [][]string{{"1", "2", "3"}}},
		{"tabs", "a\tb\n1\t2,5\n", [][]string{{"1", "2,5"}}},
		{"Excel's separator line", "sep=;\na;b\n1;2\n", [][]string{{"1", "2"}}},
		{"empty lines", "a,b\n\n\r\n1,2\n\n", [][]string{{"1", "2"}}},
		{"no newline at the end", "a,b\n1,2", [][]string{{"1", "2"}}},
		{"carriage return at the end", "a,b\r\n1,\"2\"\r", [][]string{{"1", "2"}}},
		{"quote inside a field", "a,b\n1,5\" snow\n", [][]string{{"1", `5" snow`}}},
		{"quote inside quotes", "a,b\n1,\"5\" snow\"\n", [][]string{{"1", `5" snow`}}},
		{"line of a description that begins with a number", "a,b\n1,\"x\n5,3 km\n2,\"\n", [][]string{{"1", "x\n5,3 km\n2,"}}},
		{"open quote swallows no row", "a,b\n1,\"x\n2,2021-01-01\n3,2021-01-02\n", [][]string{{"1", `"x`}, {"2", "2021-01-01"}, {"3", "2021-01-02"}}},
		{"open quote at the end", "a,b\n1,\"x", [][]string{{"1", `"x`}}},
		{"open quote whose row spans lines", "a,b,c\n1,\"x\ny,z\n2,2021-01-01,d\n", [][]string{{"1", `"x`}, {"2", "2021-01-01", "d"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got [][]string
			for _, rec := range records(t, tt.text)[1:] {
				got = append(got, rec.fields)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Thousands of open quotes must not make the work grow with their square.
func TestManyOpenQuotes(t *testing.T) {
	const rows = 20_000
	text := "id,date,name,filename\n" + strings.Repeat("1,2021-01-01,\"x,activities/1.fit\n", rows)
	s := newSplitter(text)
	if _, err := s.headings(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for rec, ok := s.next(); ok; rec, ok = s.next() {
		if len(rec.fields) != 4 {
			t.Fatalf("row %d has fields %q", n, rec.fields)
		}
		n++
	}
	if n != rows {
		t.Errorf("%d rows, want %d", n, rows)
	}
	if s.broken != maxBroken {
		t.Errorf("%d rows were searched for their closing quote, want %d", s.broken, maxBroken)
	}
}

func TestTooManyColumns(t *testing.T) {
	_, err := Read(strings.NewReader(strings.Repeat("a,", maxColumns+1) + "\n1,2\n"))
	if err == nil || !strings.Contains(err.Error(), "1000 columns") {
		t.Errorf("error %v", err)
	}
}

// What spreadsheets make of the table when they save it again.
func TestEncodings(t *testing.T) {
	data, err := os.ReadFile("testdata/activities/de.csv")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	plain, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	utf16Bytes := func(big bool) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
			if big {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		return b
	}
	western, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		data []byte
		note string
	}{
		{"byte order mark", []byte("\ufeff" + text), ""},
		{"UTF-16 little endian", utf16Bytes(false), ""},
		{"UTF-16 big endian", utf16Bytes(true), ""},
		{"Windows-1252", []byte(western), "Windows-1252"},
		{"LF", []byte(strings.ReplaceAll(text, "\r\n", "\n")), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := Read(bytes.NewReader(tt.data))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(table.Rows, plain.Rows) {
				t.Errorf("got %+v\nwant %+v", table.Rows, plain.Rows)
			}
			if notes := strings.Join(message.Texts(table.Notes), "\n"); !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, tt.note)
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", "the table is empty"},
		{"only newlines", "\n\r\n", "the table is empty"},
		{"another table", "Address,Radius\nx,1\n", `its headings are "Address", "Radius"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}
