package source

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"golang.org/x/text/encoding/charmap"

	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// openZip opens the zip at where; its members are read in place, by any number
// of goroutines at once.
func openZip(where string, limits Limits) (*place, error) {
	f, err := os.Open(where)
	if err != nil {
		return nil, &ReadError{Where: where, Err: err}
	}
	z, err := openSteadyZip(f, where, "", limits)
	if err != nil {
		return nil, err
	}
	list := func(context.Context) (*tree, error) { return z.tree, nil }
	return &place{where: where, list: list, check: z.check, close: z.Close}, nil
}

// readZip lists the members of the zip of size bytes in r, called where in errors.
func readZip(r io.ReaderAt, size int64, where string, limits Limits) (*tree, []*zip.File, error) {
	if isSpanned(r, size) {
		return nil, nil, fmt.Errorf("%s cannot be read alone: %s", where, spanRemedy(where))
	}
	zr, err := zip.NewReader(r, size)
	if isReadError(err) {
		return nil, nil, err
	}
	if err != nil {
		return nil, nil, notAZip(r, where, err)
	}
	zr.RegisterDecompressor(zip.Deflate, inflate)
	if len(zr.File) > limits.Files {
		return nil, nil, limits.tooMany(where)
	}
	if err := checkOverlaps(zr.File, where); err != nil {
		return nil, nil, err
	}
	if err := checkRatio(zr.File, size, where); err != nil {
		return nil, nil, err
	}
	t := &tree{}
	links, outside := 0, 0
	for _, m := range zr.File {
		if m.FileInfo().IsDir() || strings.HasSuffix(m.Name, `\`) {
			continue
		}
		name, ok := cleanName(memberName(m))
		switch {
		case ignored(name) && ok:
			continue
		case !ok:
			outside++
			t.leaveZones(name, "its name leads outside of the zip")
			continue
		case m.Mode()&os.ModeSymlink != 0:
			links++
			t.leaveZones(name, "it is a link, and links are not followed")
			continue
		}
		size := int64(m.UncompressedSize64)
		t.files = append(t.files, file{
			name:   name,
			size:   size,
			packed: int64(m.CompressedSize64),
			refuse: refuseMember(m, limits),
			raw: func() (io.ReadCloser, error) {
				r, err := m.Open()
				if err != nil {
					return nil, err
				}
				return &cappedReader{ReadCloser: r, name: name, left: size}, nil
			},
		})
	}
	if links > 0 {
		t.notes = append(t.notes, message.New("links-not-followed", words.Plural(links, "link was", "links were")+" not followed (symbolic links)", message.Args{"n": links}))
	}
	if outside > 0 {
		t.notes = append(t.notes, message.New("names-outside", words.Plural(outside, "file was", "files were")+" left out: their names lead outside of the zip", message.Args{"n": outside}))
	}
	t.index()
	return t, zr.File, nil
}

// memberName returns the name of a member. Names that are not UTF-8 are in the
// code page of old DOS, as the zip specification has it (APPNOTE 6.3.10, D.1).
func memberName(m *zip.File) string {
	if utf8.ValidString(m.Name) {
		return m.Name
	}
	// Every byte stands for a character in this code page: it cannot fail.
	s, _ := charmap.CodePage437.NewDecoder().String(m.Name)
	return s
}

// refuseMember says why a member must not be read, or returns nil.
func refuseMember(m *zip.File, limits Limits) *Skip {
	const encrypted = 1 // general purpose bit 0, APPNOTE 4.4.4
	if m.Flags&encrypted != 0 {
		return &Skip{ReasonEncrypted, "unpack the zip with its password and point the source at the folder"}
	}
	if m.Method != zip.Store && m.Method != zip.Deflate {
		return &Skip{ReasonMethod, fmt.Sprintf("zip method %d: unpack the zip and point the source at the folder", m.Method)}
	}
	return limits.tooLarge(int64(m.UncompressedSize64), int64(m.CompressedSize64))
}

// notAZip says why a file could not be opened as a zip: a download that broke
// off is by far the most common reason.
func notAZip(f io.ReaderAt, where string, cause error) error {
	if !errors.Is(cause, zip.ErrFormat) && !errors.Is(cause, io.ErrUnexpectedEOF) && !errors.Is(cause, io.EOF) {
		return fmt.Errorf("cannot read the zip %s: %w", where, cause)
	}
	args := message.Args{"file": filepath.Base(where)}
	head := make([]byte, 512)
	n, _ := f.ReadAt(head, 0)
	head = head[:n]
	low := bytes.ToLower(bytes.TrimSpace(head))
	switch {
	case zipSlice.MatchString(where):
		return fmt.Errorf("%s cannot be read alone: %s", where, sliceRemedy(where))
	case n == 0:
		return message.Fail("zip-empty", where+" is empty: download it again", args, cause)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return message.Fail("zip-broken-off", where+" is a zip whose end is missing, so the download broke off: download it again", args, cause)
	case bytes.HasPrefix(low, []byte("<!doctype html")), bytes.HasPrefix(low, []byte("<html")):
		return message.Fail("zip-is-page", where+" is a web page, not a zip: the link has expired or wanted a login; download it again in the browser", args, cause)
	}
	return message.Fail("no-zip", where+" is not a zip file: point the source at the zip as downloaded or at a folder", args, cause)
}

// inflate decompresses a member with a decompressor from a pool: each holds
// 70 kB of tables and buffers, which a build would else allocate per activity.
func inflate(r io.Reader) io.ReadCloser {
	z, ok := inflaters.Get().(*inflater)
	if !ok {
		buf := bufio.NewReaderSize(nil, 32<<10)
		z = &inflater{buf: buf, z: flate.NewReader(buf)}
	}
	z.buf.Reset(r)
	// Reset of a decompressor without a dictionary cannot fail.
	_ = z.z.(flate.Resetter).Reset(z.buf, nil)
	return &pooledInflater{z: z}
}

// inflaters holds *inflater.
var inflaters sync.Pool

type inflater struct {
	buf *bufio.Reader
	z   io.ReadCloser
}

// A pooledInflater gives its inflater back when it is closed.
type pooledInflater struct {
	mu sync.Mutex // Close may race with a Read of another goroutine
	z  *inflater
}

func (p *pooledInflater) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.z == nil {
		return 0, errors.New("read after close")
	}
	return p.z.z.Read(b)
}

func (p *pooledInflater) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.z == nil {
		return nil
	}
	err := p.z.z.Close()
	p.z.buf.Reset(nil)
	inflaters.Put(p.z)
	p.z = nil
	return err
}
