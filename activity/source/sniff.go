package source

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
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

// sniffBytes is how far sniff looks for the root element of an XML file: past
// a declaration, a style sheet and a comment of its creator.
const sniffBytes = 4096

// sniff reports whether the file's content begins as a FIT, GPX or TCX file,
// plain or in gzip. Its error is a *ReadError; what cannot be unpacked is no recording.
func (f *file) sniff() (bool, error) {
	if f.refuse != nil || f.size == 0 {
		return false, nil
	}
	r, err := f.open()
	if isReadError(err) {
		return false, err
	}
	if err != nil {
		return false, nil
	}
	defer r.Close()
	head, err := readHead(r)
	if isReadError(err) {
		return false, err
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(head))
		if err != nil {
			return false, nil
		}
		head, _ = readHead(z) // which breaks off, as what it reads does
	}
	return isRecordingHead(head), nil
}

// readHead returns the first sniffBytes of r, fewer when it ends or fails.
func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, sniffBytes)
	n, err := io.ReadFull(r, head)
	return head[:n], err
}

// isRecordingHead reports whether a file begins as FIT (the header's size, then
// ".FIT" at byte 8; FIT protocol, "File Header") or has the root element of GPX
// or TCX in its beginning.
func isRecordingHead(head []byte) bool {
	if len(head) >= 12 && head[0] >= 12 && string(head[8:12]) == ".FIT" {
		return true
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return bytes.HasPrefix(text, []byte("<")) &&
		(bytes.Contains(text, []byte("<gpx")) || bytes.Contains(text, []byte("<TrainingCenterDatabase")))
}
