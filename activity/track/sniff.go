package track

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// The formats of Result.Format. A KMZ file is one of KML.
const (
	formatFIT       = "fit"
	formatGPX       = "gpx"
	formatTCX       = "tcx"
	formatKML       = "kml"
	formatKMZ       = "kmz"
	formatGeoJSON   = "geojson"
	formatTimeline  = "timeline"
	formatPolar     = "polar"
	formatSuunto    = "suunto"
	formatSamsung   = "samsung health"
	formatNike      = "nike"
	formatEndomondo = "endomondo"
)

// sniff tells the format of data and, for XML and JSON, returns it as text in an
// encoding that extends ASCII, without a byte order mark.
func sniff(data []byte) (format string, text []byte, err error) {
	if looksLikeFIT(data) {
		return formatFIT, nil, nil
	}
	plain := data
	if order := orderOfUTF16(data); order != nil {
		if err := tooLargeForXML(data); err != nil {
			return "", nil, err
		}
		plain = decodeUTF16(data, order)
	}
	text = bytes.TrimPrefix(plain, []byte("\xef\xbb\xbf"))
	first := bytes.TrimLeft(text, " \t\r\n\x00")
	kind := kindOf(first)
	switch {
	case kind.Format != "":
		return kind.Format, first, nil
	case len(first) == 0:
		return "", nil, fmt.Errorf("%w: the file is empty", ErrUnknownFormat)
	case kind.Name != "":
		return "", nil, fmt.Errorf("%w: it is %s: %s", ErrUnknownFormat, kind.Name, kind.Remedy)
	case bytes.HasPrefix(first, []byte("PK\x03\x04")) && hasKML(data):
		return formatKMZ, data, nil
	case bytes.HasPrefix(first, []byte("PK\x03\x04")):
		return "", nil, fmt.Errorf("%w: it is a zip archive; unpack it", ErrUnknownFormat)
	case first[0] == '{' || first[0] == '[':
		return "", nil, fmt.Errorf("%w: it is JSON of a kind that is not known here; export the activity as GPX", ErrUnknownFormat)
	case first[0] != '<':
		return "", nil, ErrUnknownFormat
	}
	root := rootName(first)
	if root == "" {
		return "", nil, fmt.Errorf("%w: XML without a root element", ErrUnknownFormat)
	}
	return "", nil, fmt.Errorf("%w: its root element is <%.20s>", ErrUnknownFormat, root)
}

// rootName returns the local name of the first element of an XML text.
func rootName(text []byte) string {
	s := scanner{b: text}
	for {
		switch s.next() {
		case tagOpen, tagEmpty:
			return string(s.name)
		case tagOdd:
			// Only a DOCTYPE may stand before the root; its internal subset
			// has no element whose name we know.
			s.odd = ""
		case tagEnd, tagClose:
			return ""
		}
	}
}

// orderOfUTF16 returns the order of bytes of a text in UTF-16, with a byte order mark or
// with an ASCII '<' first; nil for every other.
func orderOfUTF16(data []byte) binary.ByteOrder {
	if len(data) < 4 {
		return nil
	}
	switch {
	case data[0] == 0xff && data[1] == 0xfe, data[0] == '<' && data[1] == 0 && data[3] == 0:
		return binary.LittleEndian
	case data[0] == 0xfe && data[1] == 0xff, data[0] == 0 && data[1] == '<' && data[2] == 0:
		return binary.BigEndian
	}
	return nil
}

// decodeUTF16 returns data in UTF-8.
func decodeUTF16(data []byte, order binary.ByteOrder) []byte {
	text := make([]byte, 0, len(data)/2+len(data)/16)
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[i+2:]))); pair != utf8.RuneError {
				r = pair
				i += 2
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}
