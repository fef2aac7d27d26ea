package track

import (
	"encoding/binary"
	"errors"

	"github.com/tormoder/fit"
	"github.com/tormoder/fit/dyncrc16"
)

// What a FIT file looks like: Garmin, Flexible and Interoperable Data Transfer
// (FIT) Protocol, chapters "File Header", "Record Format", "Base Type".
const (
	fitHeaderSize = 12 // the short form, without a checksum of the header
	fitCRCSize    = 2

	fitCompressed  = 0x80 // record header: compressed time stamp and data
	fitDefinition  = 0x40 // record header: a definition
	fitDeveloper   = 0x20 // record header: developer fields are defined
	fitTimestampID = 253  // the field number of the time stamp in every message
)

// Base types of FIT fields.
const (
	fitEnum   = 0x00
	fitUint8  = 0x02
	fitUint16 = 0x84
	fitSint32 = 0x85
	fitUint32 = 0x86
)

// A fitField is a field of a message as a definition lists it.
type fitField struct{ num, size, base byte }

// fitRecordFields and fitSessionFields are what is read from a file, with the
// size and base type of the profile.
var (
	fitRecordFields = map[fitField]bool{
		{fitTimestampID, 4, fitUint32}: true,
		{0, 4, fitSint32}:              true, // position_lat
		{1, 4, fitSint32}:              true, // position_long
		{2, 2, fitUint16}:              true, // altitude
		{3, 1, fitUint8}:               true, // heart_rate
		{6, 2, fitUint16}:              true, // speed
		{73, 4, fitUint32}:             true, // enhanced_speed
		{78, 4, fitUint32}:             true, // enhanced_altitude
	}
	fitSessionFields = map[fitField]bool{
		{fitTimestampID, 4, fitUint32}: true,
		{5, 1, fitEnum}:                true, // sport
		{6, 1, fitEnum}:                true, // sub_sport
		{8, 4, fitUint32}:              true, // total_timer_time
		{9, 4, fitUint32}:              true, // total_distance
		{22, 2, fitUint16}:             true, // total_ascent
	}
	// Time stamps of other messages are what compressed ones count from.
	fitOtherFields = map[fitField]bool{{fitTimestampID, 4, fitUint32}: true}
)

// A fitLayout says how the data messages of one local type are built.
type fitLayout struct {
	defined bool
	global  fit.MesgNum
	size    int       // of the whole message, without its header
	kept    []fitSpan // what is kept of it
}

type fitSpan struct{ from, to int }

// A narrowed FIT file holds nothing but what is read from it.
type narrowed struct {
	data   []byte
	course bool // the file calls itself a course
}

var (
	errNoDefinition = errors.New("a message without a definition")
	errNoFIT        = errors.New("a definition of no message")
)

// narrowFIT rewrites body, the records of a FIT file, into a FIT file of the few
// messages and fields that are read here, as an activity file, with right sizes
// and checksum. tormoder/fit refuses a whole file for a field of any message
// whose type its profile does not expect, for a file type it does not know and
// for a file without a file_id; it keeps the running totals of some record fields
// in global variables, which goroutines would fight for; and it takes several
// times as long with all the fields it need not look at.
//
// A body that breaks off or is damaged is narrowed as far as its last whole
// message; err then says why.
func narrowFIT(body []byte) (n narrowed, err error) {
	out := make([]byte, fitHeaderSize, fitHeaderSize+len(body)/2+64)
	out[0], out[1] = fitHeaderSize, 0x20 // protocol 2.0
	copy(out[8:], ".FIT")
	// A file_id of type activity: definition and message.
	out = append(out, fitDefinition, 0, 0, 0, 0, 1, 0, 1, fitEnum)
	out = append(out, 0, byte(fit.FileTypeActivity))

	var layouts [16]fitLayout
	for i := 0; i < len(body); {
		head := body[i]
		if head&fitCompressed == 0 && head&fitDefinition != 0 {
			definition, size, err := readFITDefinition(body[i:])
			if err != nil {
				return n.seal(out), err
			}
			out = append(out, definition.narrow...)
			layouts[head&15] = definition.fitLayout
			i += size
			continue
		}
		local := head & 15
		if head&fitCompressed != 0 {
			local = head >> 5 & 3
		}
		l := &layouts[local]
		if !l.defined {
			return n.seal(out), errNoDefinition
		}
		if len(body)-i-1 < l.size {
			return n.seal(out), ErrTruncated
		}
		message := body[i+1 : i+1+l.size]
		i += 1 + l.size
		if l.global == fit.MesgNumFileId {
			n.course = n.course || l.fileType(message) == fit.FileTypeCourse
			continue
		}
		// A compressed time stamp counts on from the one before, whatever its
		// message: none may be left out.
		if len(l.kept) > 0 || head&fitCompressed != 0 {
			out = append(out, head)
			for _, span := range l.kept {
				out = append(out, message[span.from:span.to]...)
			}
		}
	}
	return n.seal(out), nil
}

// seal completes the header and appends the checksum.
func (n narrowed) seal(out []byte) narrowed {
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-fitHeaderSize))
	n.data = binary.LittleEndian.AppendUint16(out, dyncrc16.Checksum(out))
	return n
}

// fileType returns the type that a file_id message gives.
func (l *fitLayout) fileType(message []byte) fit.FileType {
	for _, span := range l.kept {
		return fit.FileType(message[span.from])
	}
	return fit.FileTypeInvalid
}

// A fitDefinitionMessage is the layout it defines and its narrowed bytes.
type fitDefinitionMessage struct {
	fitLayout
	narrow []byte
}

// readFITDefinition reads the definition message that b begins with, and returns
// its size.
func readFITDefinition(b []byte) (d fitDefinitionMessage, size int, err error) {
	if len(b) < 6 {
		return d, 0, ErrTruncated
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch b[2] {
	case 0:
	case 1:
		order = binary.BigEndian
	default:
		return d, 0, errNoFIT
	}
	d.global = fit.MesgNum(order.Uint16(b[3:]))
	d.defined = true
	fields := int(b[5])
	size = 6 + 3*fields
	developer := 0
	if b[0]&fitDeveloper != 0 {
		if len(b) <= size {
			return d, 0, ErrTruncated
		}
		developer = int(b[size])
		size += 1 + 3*developer
	}
	if len(b) < size {
		return d, 0, ErrTruncated
	}
	keep := fitOtherFields
	switch d.global {
	case fit.MesgNumRecord:
		keep = fitRecordFields
	case fit.MesgNumSession:
		keep = fitSessionFields
	case fit.MesgNumFileId:
		keep = map[fitField]bool{{0, 1, fitEnum}: true}
	}
	d.narrow = append(d.narrow, b[0]&^fitDeveloper)
	d.narrow = append(d.narrow, b[1:6]...)
	for f := range fields {
		at := 6 + 3*f
		field := fitField{b[at], b[at+1], b[at+2]}
		if keep[field] {
			d.kept = append(d.kept, fitSpan{d.size, d.size + int(field.size)})
			d.narrow = append(d.narrow, b[at:at+3]...)
		}
		d.size += int(field.size)
	}
	d.narrow[5] = byte(len(d.kept))
	for f := range developer {
		d.size += int(b[7+3*fields+3*f+1])
	}
	return d, size, nil
}
