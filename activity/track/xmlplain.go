package track

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// maxDepth bounds how deep elements may lie in each other; recordings need ten.
const maxDepth = 100

// maxSlowBytes bounds what is read by way of encoding/xml, which needs
// several times the size of the file in memory. It is some 60 hours at 1 Hz.
const maxSlowBytes = 64 << 20

// slowTurn is held by who reads a large text that way, so that only one does at a time.
var slowTurn sync.Mutex

// takeSlowTurn waits for the turn of a text, where that is large; release gives it back.
func takeSlowTurn(text []byte, limits *Limits) (release func()) {
	if len(text) <= maxSlowBytes/8 {
		return func() {}
	}
	slowTurn.Lock()
	limits.start()
	return slowTurn.Unlock
}

func tooLargeForXML(text []byte) error {
	if len(text) <= maxSlowBytes {
		return nil
	}
	return fmt.Errorf("%d MB of XML in an unusual shape, at most %d MB can be read: %w", len(text)>>20, maxSlowBytes>>20, ErrTooLarge)
}

var errTooDeep = errors.New("elements nested too deep")

// A plainReader reads an XML text of any shape with encoding/xml and hands on
// its elements and their text only: entities, CDATA and encodings resolved,
// comments, declarations and prefixes gone. Where the text breaks off or is not
// XML any more it closes the elements that are open, so that what came before
// can be used; err then says why.
type plainReader struct {
	d    *xml.Decoder
	open []string
	err  error
	// cut lists the elements that were open where the text broke off.
	cut []string
	// tokens counts them, for a look at the clock.
	tokens int
	limits *Limits
}

// newPlainReader returns a reader of text. It may end with a stop.
func newPlainReader(text []byte, limits *Limits) *plainReader {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "utf-16") {
			return in, nil // sniff has converted it
		}
		return decodeCharset(label, in)
	}
	return &plainReader{d: d, limits: limits}
}

// Token implements xml.TokenReader.
func (p *plainReader) Token() (xml.Token, error) {
	for p.err == nil {
		if p.tokens++; p.tokens%pointsBetweenLooks == 0 {
			if err := p.limits.checkTime(); err != nil {
				panic(stop{err})
			}
		}
		t, err := p.d.RawToken()
		if err != nil {
			p.stop(err)
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			if len(p.open) == maxDepth {
				p.stop(errTooDeep)
				continue
			}
			p.open = append(p.open, t.Name.Local)
			t.Name.Space = ""
			attrs := t.Attr[:0]
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					attrs = append(attrs, xml.Attr{Name: xml.Name{Local: a.Name.Local}, Value: a.Value})
				}
			}
			t.Attr = attrs
			return t, nil
		case xml.EndElement:
			if len(p.open) == 0 || p.open[len(p.open)-1] != t.Name.Local {
				p.stop(errors.New("tags that do not match"))
				continue
			}
			p.open = p.open[:len(p.open)-1]
			t.Name.Space = ""
			return t, nil
		case xml.CharData:
			if len(p.open) > 0 {
				return t, nil
			}
		}
	}
	if n := len(p.open); n > 0 {
		name := p.open[n-1]
		p.open = p.open[:n-1]
		return xml.EndElement{Name: xml.Name{Local: name}}, nil
	}
	return nil, io.EOF
}

// stop ends the reading; the end of the text is a fault only inside elements.
func (p *plainReader) stop(err error) {
	p.err, p.cut = err, slices.Clone(p.open)
}

// fault returns why the reading ended before the end of the document, nil when
// it did not.
func (p *plainReader) fault() error {
	if len(p.cut) == 0 {
		return nil
	}
	if p.err == io.EOF {
		return ErrTruncated
	}
	return fmt.Errorf("%w: %w", ErrTruncated, p.err)
}

// plainText writes an XML text again in the simplest shape, as far as it can be
// read: elements, attributes and text. Where it broke off, plain does so, too;
// err says why.
func plainText(text []byte, limits *Limits) (plain []byte, err error) {
	p := newPlainReader(text, limits)
	for {
		t, end := p.Token()
		if end != nil {
			return plain, nil
		}
		if p.cut != nil {
			return plain, p.fault()
		}
		switch t := t.(type) {
		case xml.StartElement:
			plain = append(append(plain, '<'), t.Name.Local...)
			for _, a := range t.Attr {
				plain = append(append(append(plain, ' '), a.Name.Local...), `="`...)
				plain = append(append(plain, escaper.Replace(a.Value)...), '"')
			}
			plain = append(plain, '>')
		case xml.EndElement:
			plain = append(append(append(plain, "</"...), t.Name.Local...), '>')
		case xml.CharData:
			plain = append(plain, escaper.Replace(string(t))...)
		}
	}
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// decodeXML reads a text by scan: as it is where that can be read, and else once encoding/xml has made it plain. scan begins anew each
// time, and tells whether it came to the end and, where a text is not in the shape that it reads, what is odd. name is the format, for
// errors. The error is what stopped it; the samples before are in c.
func decodeXML(name string, text []byte, c *columns, r *Result, scan func(text []byte, plain bool) (whole bool, odd string)) error {
	if readableAsIs(text) {
		whole, odd := scan(text, false)
		if odd == "" {
			if !whole {
				return fmt.Errorf("%s file: %w", name, ErrTruncated)
			}
			return nil
		}
		c.reset()
		*r = Result{Format: r.Format}
	}
	if err := tooLargeForXML(text); err != nil {
		return err
	}
	defer takeSlowTurn(text, c.limits)()
	plain, fault := plainText(text, c.limits)
	whole, odd := scan(plain, true)
	switch {
	case fault != nil:
		return fmt.Errorf("%s file: %w", name, fault)
	case odd != "":
		return fmt.Errorf("%s file: %s", name, odd)
	case !whole:
		return fmt.Errorf("%s file: %w", name, ErrTruncated)
	}
	return nil
}
