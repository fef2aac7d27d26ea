package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
)

// A zip may be split into parts: by zip itself into whole.z01, whole.z02, ... and whole.zip, of which only the last has the list of
// what is inside; or by 7-Zip and others into whole.zip.001, whole.zip.002, ..., which are slices of it.
var (
	zipSpan  = regexp.MustCompile(`(?i)\.z\d\d$`)
	zipSlice = regexp.MustCompile(`(?i)\.zip\.\d\d\d$`)
)

// spanRemedy and sliceRemedy say what to do with the parts of a zip that is called so.
func spanRemedy(last string) string {
	whole := filepath.Base(last)
	return fmt.Sprintf("it is split into several parts: put all of them into one folder and join them, with \"zip -s 0 %s --out whole.zip\" or by unpacking with 7-Zip, and use what comes out instead", whole)
}

func sliceRemedy(first string) string {
	stem := filepath.Base(first[:strings.LastIndexByte(first, '.')])
	return fmt.Sprintf("it is a slice of a zip: join the slices, with \"cat %s.* > whole.zip\" (on Windows \"copy /b %s.* whole.zip\") or by unpacking with 7-Zip, and use what comes out instead", stem, stem)
}

// isSpanned tells whether the zip of size bytes in r is the last part of several, by the number of its disk in its end of central
// directory record (APPNOTE 6.3.10, 4.3.16), which is its last but for a comment.
func isSpanned(r io.ReaderAt, size int64) bool {
	const record, longestComment = 22, 1<<16 - 1
	tail := make([]byte, min(size, record+longestComment))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return false
	}
	k := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if k < 0 || len(tail)-k < record {
		return false
	}
	disk := binary.LittleEndian.Uint16(tail[k+4:])
	return disk > 0 && disk < 0xFFFF // which says that ZIP64 knows
}

// slice adds an entry for the first part of a split zip that tells what to do, and tells whether the file is any part.
func (l *Listing) slice(f *file) bool {
	switch {
	case zipSlice.MatchString(f.name):
		if strings.HasSuffix(f.name, ".001") {
			l.Entries = append(l.Entries, f.entry("files", "files:"+f.name))
			l.Entries[len(l.Entries)-1].skip(ReasonNestedZip, sliceRemedy(f.name))
		}
		return true
	case zipSpan.MatchString(f.name):
		// The last part, whole.zip, tells the same; it may be missing.
		if strings.HasSuffix(f.name, "01") {
			l.Entries = append(l.Entries, f.entry("files", "files:"+f.name))
			l.Entries[len(l.Entries)-1].skip(ReasonNestedZip, spanRemedy(f.name[:len(f.name)-len(".z01")]+".zip"))
		}
		return true
	}
	return false
}
