package source

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"

	"heatmapgen/activity/track"
)

// isRecordingName reports whether a name ends as a recording's does: .fit,
// .gpx or .tcx in any case, with or without .gz behind it.
func isRecordingName(name string) bool {
	switch path.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")) {
	case ".fit", ".gpx", ".tcx":
		return true
	}
	return false
}

// sniffBytes is how far sniff looks at first: to the root element of an XML file, past a declaration, a style sheet and a comment
// of its creator. JSON it follows to track.HeadBytes.
const sniffBytes = 4096

// sniff tells what the file is by its content, plain or in gzip. Its error is a *ReadError; what cannot be unpacked is nothing known.
func (f *file) sniff() (track.Kind, error) {
	var none track.Kind
	// What is only too large has a beginning all the same, and is told to be that if it is a recording.
	if f.refuse != nil && f.refuse.Reason != ReasonTooLarge || f.size == 0 {
		return none, nil
	}
	r, err := f.raw()
	if isReadError(err) {
		return none, in(f.name, err)
	}
	if err != nil {
		return none, nil
	}
	defer r.Close()
	head, err := readHead(r, nil, sniffBytes)
	if isReadError(err) {
		return none, err
	}
	packed := bytes.HasPrefix(head, []byte{0x1f, 0x8b})
	if packed || isJSON(head) {
		if head, err = readHead(r, head, track.HeadBytes); isReadError(err) {
			return none, err
		}
	}
	if packed {
		z, err := gzip.NewReader(bytes.NewReader(head))
		if err != nil {
			return none, nil
		}
		head, _ = readHead(z, nil, track.HeadBytes) // which breaks off, as what it reads does
	}
	kind := track.Recognize(head)
	if kind == none && bytes.HasPrefix(head, []byte("PK\x03\x04")) && strings.EqualFold(path.Ext(f.name), ".kmz") {
		kind.Format = "kmz" // whose KML is not first
	}
	return kind, nil
}

// isJSON tells whether a file begins as JSON does, or with nothing but blanks so far.
func isJSON(head []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return len(text) == 0 || text[0] == '{' || text[0] == '['
}

// readHead returns head and as much of r as makes it so many bytes, fewer when r ends or fails.
func readHead(r io.Reader, head []byte, most int) ([]byte, error) {
	n := len(head)
	head = append(head, make([]byte, most-n)...)
	m, err := io.ReadFull(r, head[n:])
	return head[:n+m], err
}
