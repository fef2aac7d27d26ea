package track

import (
	"bytes"
	"html"
)

// A tag is what scanner.next came upon.
type tag uint8

const (
	tagEnd   tag = iota // the text ends; every opened element should be closed by now
	tagOpen             // <name ...>
	tagEmpty            // <name ... />
	tagClose            // </name>
	tagOdd              // something the scanner leaves to a full XML parser
)

// A scanner walks over the tags of an XML text at several hundred MB/s. It knows
// what recordings are made of: elements, attributes, text, comments and CDATA to
// be skipped. Everything else makes it stop with tagOdd. It does not check that
// the text is well-formed; a name that opens must be closed by the caller.
type scanner struct {
	b []byte
	i int // where next goes on
	// tagStart is where the last tag begins.
	tagStart int
	// name is the local name of the last tag, attrs the text between that name
	// and the end of an opening tag.
	name, attrs []byte
	// odd says what the scanner could not deal with, "" for nothing.
	odd string
	// plain says that the text comes from plainText: what cannot be read is
	// wrong, not written in an odd way.
	plain bool
}

// nameEnd marks the bytes that end the name of a tag.
var nameEnd = [256]bool{' ': true, '\t': true, '\r': true, '\n': true, '>': true, '/': true, '<': true, '"': true, '\'': true, '=': true}

// next goes on to the next tag.
func (s *scanner) next() tag {
	for {
		k := bytes.IndexByte(s.b[s.i:], '<')
		if k < 0 || s.i+k+1 >= len(s.b) {
			s.i = len(s.b)
			return tagEnd
		}
		s.tagStart = s.i + k
		s.i = s.tagStart + 1
		switch s.b[s.i] {
		case '/':
			return s.closing()
		case '?':
			if !s.skipPast("?>") {
				return tagEnd
			}
		case '!':
			switch {
			case bytes.HasPrefix(s.b[s.i:], []byte("!--")):
				s.i += 3
				if !s.skipPast("-->") {
					return tagEnd
				}
			case bytes.HasPrefix(s.b[s.i:], []byte("![CDATA[")):
				if !s.skipPast("]]>") {
					return tagEnd
				}
			default:
				return s.giveUp("a DOCTYPE")
			}
		default:
			return s.opening()
		}
	}
}

func (s *scanner) giveUp(what string) tag {
	s.odd = what
	return tagOdd
}

// skipPast moves behind the next mark and tells whether there is one.
func (s *scanner) skipPast(mark string) bool {
	k := bytes.Index(s.b[s.i:], []byte(mark))
	if k < 0 {
		s.i = len(s.b)
		return false
	}
	s.i += k + len(mark)
	return true
}

func (s *scanner) closing() tag {
	start := s.i + 1
	k := bytes.IndexByte(s.b[start:], '>')
	if k < 0 {
		s.i = len(s.b)
		return tagEnd
	}
	s.i = start + k + 1
	name := s.b[start : start+k]
	for len(name) > 0 && name[len(name)-1] <= ' ' {
		name = name[:len(name)-1]
	}
	s.name = name[bytes.IndexByte(name, ':')+1:]
	return tagClose
}

func (s *scanner) opening() tag {
	b, start, j := s.b, s.i, s.i
	for j < len(b) && !nameEnd[b[j]] {
		if b[j] == ':' {
			start = j + 1
		}
		j++
	}
	s.name = b[start:j]
	s.attrs = nil
	if j < len(b) && b[j] == '>' {
		s.i = j + 1
		return tagOpen
	}
	attrs := j
	for j < len(b) {
		switch c := b[j]; c {
		case '>':
			s.i = j + 1
			if b[j-1] == '/' {
				s.attrs = b[attrs : j-1]
				return tagEmpty
			}
			s.attrs = b[attrs:j]
			return tagOpen
		case '"', '\'':
			k := bytes.IndexByte(b[j+1:], c)
			if k < 0 {
				s.i = len(b)
				return tagEnd
			}
			j += k + 2
		case '<':
			return s.giveUp("a < inside a tag")
		default:
			j++
		}
	}
	s.i = len(b)
	return tagEnd
}

// attr takes the first attribute off attrs and returns its local name, its value
// and the rest. ok is false when there is none left; attributes in a form that
// is none leave a rest.
func attr(attrs []byte) (name, value, rest []byte, ok bool) {
	i := skipBlanks(attrs, 0)
	start := i
	for i < len(attrs) && !nameEnd[attrs[i]] {
		if attrs[i] == ':' {
			start = i + 1
		}
		i++
	}
	name = attrs[start:i]
	i = skipBlanks(attrs, i)
	if len(name) == 0 || i == len(attrs) || attrs[i] != '=' {
		return nil, nil, attrs[i:], false
	}
	i = skipBlanks(attrs, i+1)
	if i == len(attrs) || attrs[i] != '"' && attrs[i] != '\'' {
		return nil, nil, attrs[i:], false
	}
	k := bytes.IndexByte(attrs[i+1:], attrs[i])
	if k < 0 {
		return nil, nil, attrs[i:], false
	}
	return name, attrs[i+1 : i+1+k], attrs[i+k+2:], true
}

func skipBlanks(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	return i
}

// skip goes on past the end of the element just opened. It tells whether that
// end was reached.
func (s *scanner) skip() bool {
	for depth := 1; depth > 0; {
		switch s.next() {
		case tagOpen:
			depth++
		case tagClose:
			depth--
		case tagEnd, tagOdd:
			return false
		}
	}
	return true
}

// children hands the name of each element inside the one just opened to read,
// which deals with it and tells whether it got past its end. The element itself
// must be closed as element.
func (s *scanner) children(element string, read func(name string) bool) bool {
	for {
		switch s.next() {
		case tagOpen:
			if !read(string(s.name)) {
				return false
			}
		case tagEmpty:
		case tagClose:
			return s.closes(element)
		default:
			return false
		}
	}
}

// closes checks the name of the closing tag just met.
func (s *scanner) closes(name string) bool {
	if string(s.name) != name {
		s.giveUp("tags that do not match")
		return false
	}
	return true
}

// value returns the text of the element just opened and goes on past its end;
// ok is false when there is no such end. An element with elements inside has no
// text. Text that takes a full XML parser to read sets s.odd.
func (s *scanner) value() (text []byte, ok bool) {
	start := s.i
	k := bytes.IndexByte(s.b[start:], '<')
	if k < 0 || start+k+1 >= len(s.b) {
		s.i = len(s.b)
		return nil, false
	}
	text = s.b[start : start+k]
	s.i = start + k + 1
	switch s.b[s.i] {
	case '/':
		name := s.name
		if s.closing() != tagClose {
			return nil, false
		}
		if !bytes.Equal(name, s.name) {
			s.giveUp("tags that do not match")
			return nil, false
		}
		return text, true
	case '!':
		s.giveUp("a comment or CDATA in a value")
		return nil, false
	}
	s.i--
	return nil, s.skip()
}

// number returns the number in the element just opened, NaN when it holds none.
func (s *scanner) number() (v float64, ok bool) {
	text, ok := s.value()
	v = parseNumber(text)
	if v != v && s.entity(text) {
		return v, false
	}
	return v, ok
}

// entity gives up when a value that could not be read holds an entity.
func (s *scanner) entity(value []byte) bool {
	if s.plain || bytes.IndexByte(value, '&') < 0 {
		return false
	}
	s.giveUp("an entity in a value")
	return true
}

// title returns the text of the element just opened, entities and CDATA
// resolved, without blanks around it.
func (s *scanner) title() (string, bool) {
	var text []byte
	for {
		k := bytes.IndexByte(s.b[s.i:], '<')
		if k < 0 || s.i+k+1 >= len(s.b) {
			s.i = len(s.b)
			return "", false
		}
		text = append(text, html.UnescapeString(string(s.b[s.i:s.i+k]))...)
		s.i += k
		rest := s.b[s.i:]
		switch {
		case rest[1] == '/':
			s.i++
			return string(bytes.TrimSpace(bytes.ToValidUTF8(text, []byte("\uFFFD")))), s.closing() == tagClose
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			if !s.skipPast("]]>") {
				return "", false
			}
			text = append(text, rest[len("<![CDATA["):len(rest)-len(s.b)+s.i-len("]]>")]...)
		case bytes.HasPrefix(rest, []byte("<!--")):
			if !s.skipPast("-->") {
				return "", false
			}
		default:
			switch s.next() {
			case tagOpen:
				if !s.skip() {
					return "", false
				}
			case tagEmpty:
			default:
				return "", false
			}
		}
	}
}
