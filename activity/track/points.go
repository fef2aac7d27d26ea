package track

import (
	"bytes"
	"math"

	"heatmapgen/activity"
)

// A valueKind says where in a sample a value goes.
type valueKind uint8

const (
	ignored valueKind = iota
	latValue
	lonValue
	timeValue
	altValue
	speedValue
	hrValue
	odometerValue
	cadenceValue
	powerValue
	temperatureValue
)

// A pointReader reads samples from XML. The points of a recording are alike but
// for their values: once one was read tag by tag, its mould is kept, and the
// next ones are read by comparing what is between the values.
type pointReader struct {
	scanner
	clock
	s sample

	// moulds are those of the last points, the latest first.
	moulds []mould
	// learned counts the moulds made so far.
	learned int
	// spans are the values met while a point is read tag by tag.
	spans []span
}

// A mould is the text of a point without its values: kinds[i] stands between
// gaps[i] and gaps[i+1].
type mould struct {
	gaps  [][]byte
	kinds []valueKind
}

// A span is a value in the text.
type span struct {
	from, to int
	kind     valueKind
}

const (
	// maxMoulds is how many moulds are tried: points with and without heart
	// rate, at the start and at the end of a lap.
	maxMoulds = 4
	// maxLearned bounds the work spent on a file whose points are all unlike.
	maxLearned = 64
	// maxSpans is how many values a point may have for a mould to be made.
	maxSpans = 64
)

// set enters a value into the sample. It tells whether the value could be read;
// otherwise the sample stays as it is.
func (p *pointReader) set(kind valueKind, text []byte) bool {
	if kind == timeValue {
		ms := p.clock.parse(text)
		if ms == activity.NoTime {
			return false
		}
		p.s.timeMS, p.s.offsetMS = ms, p.clock.offsetMS
		return true
	}
	v := parseNumber(text)
	if math.IsNaN(v) {
		return false
	}
	switch kind {
	case latValue:
		p.s.lat = v
	case lonValue:
		p.s.lon = v
	case altValue:
		p.s.alt = v
	case speedValue:
		p.s.speed = v
	case hrValue:
		p.s.hr = v
	case odometerValue:
		p.s.odometer = v
	case cadenceValue:
		p.s.sensors[activity.Cadence] = v
	case powerValue:
		p.s.sensors[activity.Power] = v
	case temperatureValue:
		p.s.sensors[activity.Temperature] = v
	}
	return true
}

// read enters the text of the element just opened into the sample and goes on
// past its end. It tells whether it got there.
func (p *pointReader) read(kind valueKind) bool {
	text, ok := p.value()
	return ok && p.readAttr(kind, text)
}

// readAttr does the same with the value of an attribute.
func (p *pointReader) readAttr(kind valueKind, value []byte) bool {
	p.met(value, kind)
	return p.set(kind, value) || !p.entity(value)
}

// met notes a value for the mould of the point being read. An element inside
// which there are elements has no text and no value.
func (p *pointReader) met(text []byte, kind valueKind) {
	if text == nil || len(p.spans) > maxSpans {
		return
	}
	from := cap(p.b) - cap(text) // text is a part of b
	p.spans = append(p.spans, span{from, from + len(text), kind})
}

// leaveOut goes on past the end of the element just opened and notes what text
// it holds.
func (p *pointReader) leaveOut() bool {
	leaf := p.i // where the text of the innermost element begins; 0 behind an end
	for depth := 1; depth > 0; {
		switch p.next() {
		case tagOpen:
			depth++
			leaf = p.i
		case tagEmpty:
			leaf = 0
		case tagClose:
			if leaf > 0 {
				p.met(p.b[leaf:p.tagStart], ignored)
			}
			leaf = 0
			depth--
		case tagEnd, tagOdd:
			return false
		}
	}
	return true
}

// learn makes a mould of the point that was read from the text at start to here.
func (p *pointReader) learn(start int) {
	if p.learned == maxLearned || len(p.spans) > maxSpans {
		return
	}
	p.learned++
	if len(p.moulds) < maxMoulds {
		p.moulds = append(p.moulds, mould{})
	}
	last := len(p.moulds) - 1
	m := p.moulds[last]
	m.gaps, m.kinds = m.gaps[:0], m.kinds[:0]
	for _, span := range p.spans {
		m.gaps = append(m.gaps, p.b[start:span.from])
		m.kinds = append(m.kinds, span.kind)
		start = span.to
	}
	m.gaps = append(m.gaps, p.b[start:p.i])
	copy(p.moulds[1:], p.moulds[:last])
	p.moulds[0] = m
}

// repeat reads the next point if it is like one before. Otherwise it stays where
// it is.
func (p *pointReader) repeat() bool {
	for i := range p.moulds {
		if p.fill(&p.moulds[i]) {
			if i > 0 {
				p.moulds[0], p.moulds[i] = p.moulds[i], p.moulds[0]
			}
			return true
		}
	}
	return false
}

// fill reads the next point by a mould. Text that fits has the very tags of the
// point the mould was made of, since a value ends where the next gap begins: at
// a quote or at a tag.
func (p *pointReader) fill(m *mould) bool {
	if !bytes.HasPrefix(p.b[p.i:], m.gaps[0]) {
		return false
	}
	p.s = noSample
	i := p.i + len(m.gaps[0])
	for k, kind := range m.kinds {
		gap := m.gaps[k+1]
		n := bytes.IndexByte(p.b[i:], gap[0])
		if n < 0 || !bytes.HasPrefix(p.b[i+n:], gap) {
			return false
		}
		if kind != ignored && !p.set(kind, p.b[i:i+n]) {
			return false
		}
		i += n + len(gap)
	}
	p.i = i
	return true
}
