package config

import (
	"bytes"
	"strings"

	"github.com/BurntSushi/toml"
)

// locate returns the line, counted from 1, on which each key, table and array
// element of a TOML document stands, by its path.
//
// The toml package reports positions of syntax errors only, not those of keys
// and values, and it gives all elements of an array of tables the same name. So
// this walks once more over a document that the package has accepted. It reads
// just enough of the grammar to tell keys from values: on anything else its
// result is incomplete, but it returns.
func locate(data []byte) map[string]int {
	s := locator{
		data:  bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")),
		line:  1,
		lines: map[string]int{},
		count: map[string]int{},
	}
	table := ""
	for s.skipBlank(true) {
		if s.peek() == '[' {
			table = s.header()
			continue
		}
		start := s.pos
		s.statement(table)
		if s.pos == start {
			s.advance(1)
		}
	}
	return s.lines
}

type locator struct {
	data  []byte
	pos   int
	line  int
	lines map[string]int
	// count is the number of elements that [[headings]] have opened so far, by
	// the array's path.
	count map[string]int
}

// peek returns the byte at the position, 0 at the end.
func (s *locator) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

// has reports whether the text at the position begins with prefix.
func (s *locator) has(prefix string) bool {
	return bytes.HasPrefix(s.data[s.pos:], []byte(prefix))
}

// advance moves on by n bytes and counts the lines passed.
func (s *locator) advance(n int) {
	end := min(s.pos+n, len(s.data))
	s.line += bytes.Count(s.data[s.pos:end], []byte("\n"))
	s.pos = end
}

// note records the line of a path, the first time that it is met.
func (s *locator) note(path string) {
	if _, ok := s.lines[path]; !ok {
		s.lines[path] = s.line
	}
}

// skipBlank moves over white space and comments, over line ends too if asked
// to, and reports whether anything is left.
func (s *locator) skipBlank(lineEnds bool) bool {
	for s.pos < len(s.data) {
		switch c := s.peek(); {
		case c == ' ' || c == '\t' || c == '\r', c == '\n' && lineEnds:
			s.advance(1)
		case c == '#':
			for s.pos < len(s.data) && s.peek() != '\n' {
				s.advance(1)
			}
		default:
			return true
		}
	}
	return false
}

// header reads [a.b] or [[a.b]] and returns the path of the table it opens.
func (s *locator) header() string {
	array := s.has("[[")
	s.advance(1)
	if array {
		s.advance(1)
	}
	keys := s.keys()
	path := ""
	for i, key := range keys {
		path = join(path, key)
		if array && i == len(keys)-1 {
			s.note(path)
			s.count[path]++
		} else if s.count[path] == 0 {
			s.note(path)
		}
		if n := s.count[path]; n > 0 {
			path = item(path, n-1)
			s.note(path)
		}
	}
	for s.peek() == ']' {
		s.advance(1)
	}
	return path
}

// statement reads key = value in the given table.
func (s *locator) statement(table string) {
	path := table
	for _, key := range s.keys() {
		path = join(path, key)
		s.note(path)
	}
	s.skipBlank(false)
	if s.peek() != '=' {
		return
	}
	s.advance(1)
	s.skipBlank(false)
	s.value(path)
}

// keys reads a key, or several joined by dots.
func (s *locator) keys() []string {
	var keys []string
	for {
		s.skipBlank(false)
		start := s.pos
		switch c := s.peek(); {
		case c == '"' || c == '\'':
			s.text()
			keys = append(keys, unquoteKey(s.data[start:s.pos]))
		case isBare(c):
			for isBare(s.peek()) {
				s.advance(1)
			}
			keys = append(keys, string(s.data[start:s.pos]))
		default:
			return keys
		}
		s.skipBlank(false)
		if s.peek() != '.' {
			return keys
		}
		s.advance(1)
	}
}

// unquoteKey returns what a quoted key stands for.
func unquoteKey(quoted []byte) string {
	if !bytes.ContainsRune(quoted, '\\') || quoted[0] == '\'' {
		return strings.Trim(string(quoted), string(quoted[:1]))
	}
	var v struct{ K string }
	if _, err := toml.Decode("K = "+string(quoted), &v); err != nil {
		return string(quoted)
	}
	return v.K
}

// value reads a value of any kind and notes what lies within it.
func (s *locator) value(path string) {
	switch c := s.peek(); c {
	case '"', '\'':
		s.text()
	case '[':
		s.advance(1)
		for i := 0; s.skipBlank(true) && s.peek() != ']'; i++ {
			start := s.pos
			s.note(item(path, i))
			s.value(item(path, i))
			s.comma(start)
		}
		s.advance(1)
	case '{':
		s.advance(1)
		for s.skipBlank(true) && s.peek() != '}' {
			start := s.pos
			s.statement(path)
			s.comma(start)
		}
		s.advance(1)
	default:
		for s.pos < len(s.data) && !strings.ContainsRune(",]}#\r\n", rune(s.peek())) {
			s.advance(1)
		}
	}
}

// comma moves over what separates two elements, and over one byte at least
// since start, so that a loop over elements ends.
func (s *locator) comma(start int) {
	if s.skipBlank(true) && s.peek() == ',' || s.pos == start {
		s.advance(1)
	}
}

// text reads a string of any of the four kinds.
func (s *locator) text() {
	quote := string(s.data[s.pos : s.pos+1])
	escapes := quote == `"`
	if long := strings.Repeat(quote, 3); s.has(long) {
		quote = long
	}
	s.advance(len(quote))
	for s.pos < len(s.data) {
		switch {
		case escapes && s.peek() == '\\':
			s.advance(2)
		case s.has(quote):
			s.advance(len(quote))
			// A long string may end in up to two quotes of its own.
			for len(quote) == 3 && s.peek() == quote[0] {
				s.advance(1)
			}
			return
		case len(quote) == 1 && s.peek() == '\n':
			return
		default:
			s.advance(1)
		}
	}
}
