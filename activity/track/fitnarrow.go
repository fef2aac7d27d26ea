package track

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tormoder/fit"
)

// What a FIT file looks like: Garmin, Flexible and Interoperable Data Transfer
// (FIT) Protocol, chapters "File Header", "Record Format", "Base Type".
const (
	fitHeaderSize = 12 // the short form, without a checksum of the header
	fitCRCSize    = 2

	fitCompressed     = 0x80 // record header: compressed time stamp and data
	fitDefinition     = 0x40 // record header: a definition
	fitDeveloper      = 0x20 // record header: developer fields are defined
	fitManufacturerID = 1    // the field number of the maker in file_id
	fitTimestampID    = 253  // the field number of the time stamp in every message
)

// Base types of FIT fields.
const (
	fitEnum   = 0x00
	fitSint8  = 0x01
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
		{4, 1, fitUint8}:               true, // cadence
		{5, 4, fitUint32}:              true, // distance
		{6, 2, fitUint16}:              true, // speed
		{7, 2, fitUint16}:              true, // power
		{13, 1, fitSint8}:              true, // temperature
		{53, 1, fitUint8}:              true, // fractional_cadence
		{73, 4, fitUint32}:             true, // enhanced_speed
		{78, 4, fitUint32}:             true, // enhanced_altitude
	}
	fitSessionFields = map[fitField]bool{
		{fitTimestampID, 4, fitUint32}: true,
		{2, 4, fitUint32}:              true, // start_time
		{5, 1, fitEnum}:                true, // sport
		{6, 1, fitEnum}:                true, // sub_sport
		{8, 4, fitUint32}:              true, // total_timer_time
		{9, 4, fitUint32}:              true, // total_distance
		{22, 2, fitUint16}:             true, // total_ascent
	}
	fitFileIDFields = map[fitField]bool{{0, 1, fitEnum}: true} // type
	// Time stamps of other messages are what compressed ones count from.
	fitOtherFields = map[fitField]bool{{fitTimestampID, 4, fitUint32}: true}
)

// A fitLayout says how the data messages of one local type are built.
type fitLayout struct {
	defined    bool
	global     fit.MesgNum
	size       int       // of the whole message, without its header
	kept       []fitSpan // what is kept of it
	event      [2]int    // of an event: where the event and its type are, 0 where they are not
	stamp      *fitSpan  // where the time stamp is, if there is one
	order      binary.ByteOrder
	fields     []fitPlace // of hr, sport, lap, file_id and activity messages: all
	definition []byte     // the definition message of what is kept
}

type fitSpan struct{ from, to int }

// A fitPlace is where a field lies in a message.
type fitPlace struct {
	num byte
	fitSpan
}

// fitPart is the size at which a narrowed file is handed on. tormoder/fit takes
// half a kilobyte or more for every record; this way it never has more than some
// three thousand of them in hand.
const fitPart = 64 << 10

var (
	errNoDefinition = errors.New("a message without a definition")
	errByteOrder    = errors.New("a definition of an unknown byte order")
	errLongPart     = fmt.Errorf("too many messages that can only be read together: %w", ErrTooLarge)
)

// A fitNarrower rewrites the records of a FIT file into FIT files of the few
// messages and fields that are read here: activity files with right sizes and
// checksums. tormoder/fit refuses a whole file for a field of any message whose
// type its profile does not expect, for a file type it does not know and for a
// file without a file_id; it keeps the running totals of some record fields in
// global variables, which goroutines would fight for; and it takes several times
// as long with all the fields it need not look at.
type fitNarrower struct {
	// emit is called with each file; the bytes are reused afterwards. course
	// says that the file called itself a course so far.
	emit func(file []byte, course bool) error

	out     []byte
	empty   int // the length of out without messages
	layouts [16]fitLayout
	course  bool
	game    bool // the maker is a program in whose world people ride
	// offsetMS is how far the watch's local time is from UTC, by its activity message; 0 where it does not say.
	offsetMS int64
	heart    fitHeart // of hr messages
	// stamp is the last time stamp; a part begins with that of the one before.
	stamp uint32
	// compressed says that there were compressed time stamps, which count on
	// from one message to the next: no further part may begin.
	compressed bool
	// inPart is the number of messages in the file in the making, looked those that were gone through since the last look at the clock.
	inPart, looked int
	limits         *Limits
	// timer are the starts and stops of the timer.
	timer []timerEvent
	// summary is what else there is where a session is missing.
	summary fitSummary
}

// maxInPart is the number of messages in a file that cannot be handed on in parts: five days at one a second, in a form that was given
// up when memory grew cheap. tormoder/fit holds some 200 bytes for each. Tests lower it.
var maxInPart = 500_000

// narrow goes through body, the records of a FIT file. One that breaks off or is
// damaged is narrowed as far as its last whole message; the error then says why.
func (n *fitNarrower) narrow(body []byte) error {
	n.begin()
	err := n.messages(body)
	return cmp.Or(err, n.flush())
}

// begin starts a file with the definitions that hold.
func (n *fitNarrower) begin() {
	n.inPart = 0
	n.out = append(n.out[:0], fitHeaderSize, 0x20, 0, 0, 0, 0, 0, 0) // protocol 2.0
	n.out = append(n.out, ".FIT"...)
	// A file_id of type activity: definition and message.
	n.out = append(n.out, fitDefinition, 0, 0, 0, 0, 1, 0, 1, fitEnum)
	n.out = append(n.out, 0, byte(fit.FileTypeActivity))
	if n.stamp != 0 {
		// An event of which only the time is known.
		n.out = append(n.out, fitDefinition, 0, 0, byte(fit.MesgNumEvent), 0, 1, fitTimestampID, 4, fitUint32)
		n.out = binary.LittleEndian.AppendUint32(append(n.out, 0), n.stamp)
	}
	for i := range n.layouts {
		n.out = append(n.out, n.layouts[i].definition...)
	}
	n.empty = len(n.out)
}

// flush completes the file in the making and hands it on.
func (n *fitNarrower) flush() error {
	if len(n.out) == n.empty {
		return nil
	}
	binary.LittleEndian.PutUint32(n.out[4:], uint32(len(n.out)-fitHeaderSize))
	n.out = binary.LittleEndian.AppendUint16(n.out, fitChecksum(n.out))
	return n.emit(n.out, n.course)
}

func (n *fitNarrower) messages(body []byte) error {
	for i := 0; i < len(body); {
		if n.looked++; n.looked == pointsBetweenLooks {
			n.looked = 0
			if err := n.limits.checkTime(); err != nil {
				return err
			}
		}
		head := body[i]
		if head&fitCompressed == 0 && head&fitDefinition != 0 {
			layout, size, err := readFITDefinition(body[i:])
			if err != nil {
				return err
			}
			n.out = append(n.out, layout.definition...)
			n.layouts[head&15] = layout
			i += size
			if n.inPart++; n.inPart > maxInPart {
				return errLongPart
			}
			continue
		}
		local := head & 15
		if head&fitCompressed != 0 {
			local = head >> 5 & 3
			n.compressed = true
		}
		l := &n.layouts[local]
		if !l.defined {
			return errNoDefinition
		}
		if len(body)-i-1 < l.size {
			return ErrTruncated
		}
		n.message(l, head, body[i+1:i+1+l.size])
		i += 1 + l.size
		if n.inPart++; n.inPart > maxInPart {
			return errLongPart
		}
		if len(n.out) >= fitPart && !n.compressed {
			if err := n.flush(); err != nil {
				return err
			}
			n.begin()
		}
	}
	return nil
}

func (n *fitNarrower) message(l *fitLayout, head byte, message []byte) {
	if l.global == fit.MesgNumFileId {
		for _, f := range l.fields {
			if f.num == fitManufacturerID && f.to-f.from == 2 {
				n.game = gameMakersFIT[l.order.Uint16(message[f.from:])]
			}
		}
		for _, span := range l.kept {
			n.course = fit.FileType(message[span.from]) == fit.FileTypeCourse
		}
		return
	}
	if l.global == fit.MesgNumActivity {
		n.offsetMS = l.offset(message)
	}
	if l.global == fitHRMessage {
		n.heart.message(l, message)
	}
	if l.global == fitSportMessage || l.global == fit.MesgNumLap {
		n.summary.message(l, message)
	}
	// A compressed time stamp counts on from the one before, whatever its
	// message: none may be left out.
	if len(l.kept) == 0 && head&fitCompressed == 0 {
		return
	}
	if l.stamp != nil {
		n.stamp = l.order.Uint32(message[l.stamp.from:])
		n.timed(l, message)
	}
	n.out = append(n.out, head)
	for _, span := range l.kept {
		n.out = append(n.out, message[span.from:span.to]...)
	}
}

// fitLocalTimeID is the number of an activity message's local_timestamp, which has the local time as if it were UTC.
const fitLocalTimeID = 5

// offset returns how far the local time of an activity message is from UTC in ms, 0 where it has none. The two were taken
// within the same seconds.
func (l *fitLayout) offset(message []byte) int64 {
	var utc, local int64
	for _, f := range l.fields {
		if f.to-f.from != 4 {
			continue
		}
		switch v := l.order.Uint32(message[f.from:]); {
		case v == 0 || v == 0xFFFFFFFF:
		case f.num == fitTimestampID:
			utc = int64(v)
		case f.num == fitLocalTimeID:
			local = int64(v)
		}
	}
	if utc == 0 || local == 0 {
		return 0
	}
	const quarter = 15 * 60
	seconds := local - utc
	rounded := (seconds+quarter/2+100*quarter)/quarter*quarter - 100*quarter
	if off := seconds - rounded; off < -60 || off > 60 {
		return 0
	}
	return rounded * 1000
}

// readFITDefinition reads the definition message that b begins with, and returns
// the size of that.
func readFITDefinition(b []byte) (l fitLayout, size int, err error) {
	if len(b) < 6 {
		return l, 0, ErrTruncated
	}
	switch b[2] {
	case 0:
		l.order = binary.LittleEndian
	case 1:
		l.order = binary.BigEndian
	default:
		return l, 0, errByteOrder
	}
	l.defined = true
	l.global = fit.MesgNum(l.order.Uint16(b[3:]))
	fields := int(b[5])
	size = 6 + 3*fields
	developer := 0
	if b[0]&fitDeveloper != 0 {
		if len(b) <= size {
			return l, 0, ErrTruncated
		}
		developer = int(b[size])
		size += 1 + 3*developer
	}
	if len(b) < size {
		return l, 0, ErrTruncated
	}
	keep := fitOtherFields
	switch l.global {
	case fit.MesgNumRecord:
		keep = fitRecordFields
	case fit.MesgNumSession:
		keep = fitSessionFields
	case fit.MesgNumFileId:
		keep = fitFileIDFields
	}
	definition := append([]byte{b[0] &^ fitDeveloper}, b[1:6]...)
	for f := range fields {
		at := 6 + 3*f
		field := fitField{b[at], b[at+1], b[at+2]}
		if keep[field] {
			span := fitSpan{l.size, l.size + int(field.size)}
			l.kept = append(l.kept, span)
			if field.num == fitTimestampID {
				l.stamp = &span
			}
			definition = append(definition, b[at:at+3]...)
		}
		if l.global == fit.MesgNumEvent && field.num <= 1 && field.size == 1 {
			l.event[field.num] = l.size + 1
		}
		switch l.global {
		case fitHRMessage, fitSportMessage, fit.MesgNumLap, fit.MesgNumFileId, fit.MesgNumActivity:
			l.fields = append(l.fields, fitPlace{field.num, fitSpan{l.size, l.size + int(field.size)}})
		}
		l.size += int(field.size)
	}
	definition[5] = byte(len(l.kept))
	for f := range developer {
		l.size += int(b[6+3*fields+1+3*f+1])
	}
	if l.global != fit.MesgNumFileId {
		l.definition = definition
	}
	return l, size, nil
}

// fitCRCTable is that of CRC-16/ARC, the checksum of FIT (FIT Protocol, "CRC"), a
// byte at a time.
var fitCRCTable = func() (table [256]uint16) {
	for i := range table {
		crc := uint16(i)
		for range 8 {
			crc = crc>>1 ^ 0xA001*(crc&1)
		}
		table[i] = crc
	}
	return table
}()

// fitChecksum returns the checksum of data. Over data followed by its checksum
// it is 0.
func fitChecksum(data []byte) (crc uint16) {
	for _, b := range data {
		crc = crc>>8 ^ fitCRCTable[byte(crc)^b]
	}
	return crc
}
