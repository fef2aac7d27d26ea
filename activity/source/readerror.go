package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"heatmapgen/internal/sysfault"
	"heatmapgen/internal/words"
)

// A ReadError says that a source cannot be read now. It tells nothing about what the source holds: a disk or a network
// fails, a file is gone since it was listed, a right is missing, a zip was written anew meanwhile. So it must end a build;
// bytes that make no sense, on the other hand, are the fault of one file and never a ReadError.
type ReadError struct {
	// Where is the source as the user named it.
	Where string
	// Path is the file or folder in it, a slash path; "" when it is the source itself.
	Path string
	// Err is what the system said, or what is odd.
	Err error
	// Remedy says what to do; "" when nothing is to be said.
	Remedy string
}

func (e *ReadError) Error() string {
	var b strings.Builder
	b.WriteString("cannot read ")
	// A source that is one file has that name twice.
	if e.Path != "" && e.Path != filepath.Base(e.Where) {
		b.WriteString(words.OneLine(e.Path) + " in ")
	}
	fmt.Fprintf(&b, "%s: %s", e.Where, sysfault.Reason(e.Err))
	remedy := e.Remedy
	if remedy == "" {
		_, remedy = sysfault.Words(e.Err)
	}
	if remedy == "" && errors.Is(e.Err, fs.ErrNotExist) {
		remedy = waitForIt // it was there when it was listed
	}
	if remedy != "" {
		b.WriteString("; " + remedy)
	}
	return b.String()
}

func (e *ReadError) Unwrap() error { return e.Err }

// isReadError tells whether err is or wraps a ReadError.
func isReadError(err error) bool {
	var e *ReadError
	return errors.As(err, &e)
}

// in returns err with the file it is about, where it is a ReadError that names none.
func in(path string, err error) error {
	var e *ReadError
	if errors.As(err, &e) && e.Path == "" {
		named := *e
		named.Path = path
		return &named
	}
	return err
}

// A LimitError says that a source holds more than a build is allowed to work on. It ends the build.
type LimitError struct {
	// Text says what there is too much of.
	Text string
	// Setting is the key of [limits] that lifts the limit.
	Setting string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s; if that is right, raise [limits] %s", e.Text, e.Setting)
}

// ends tells whether an error about something inside a source is one about the source, which ends a build.
func ends(err error) bool {
	var limit *LimitError
	return isReadError(err) || errors.As(err, &limit)
}

// ErrChanged is the error inside a *ReadError that says that what is read is not what was listed.
var ErrChanged = errors.New("it changed while it was read")

// waitForIt is what helps when something changes under the reader.
const waitForIt = "wait until nothing writes to it any more and try again"

// changed returns the ReadError of a file that is not any more what was listed; how says in what.
func changed(where, path, how string) error {
	return &ReadError{Where: where, Path: path, Err: fmt.Errorf("%w: %s", ErrChanged, how), Remedy: waitForIt}
}

// A steadyFile reads a file of a folder from its beginning to its end, and fails with a *ReadError when the system does
// or when the file does not stay what it was: no more and no fewer bytes than were listed, and of one time.
type steadyFile struct {
	file        *os.File
	where, path string // for errors
	size        int64  // as listed
	opened      os.FileInfo
	read        int64
}

// openSteady returns the opened file as a steady one. It closes the file after an error.
func openSteady(f *os.File, where, path string, size int64) (*steadyFile, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		err = &ReadError{Where: where, Path: path, Err: err}
	case !info.Mode().IsRegular():
		err = changed(where, path, "it is no file any more")
	case info.Size() != size:
		err = changed(where, path, fmt.Sprintf("it has %d bytes and had %d", info.Size(), size))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &steadyFile{file: f, where: where, path: path, size: size, opened: info}, nil
}

// OpenIn opens the file called name in the folder root, which belongs to the source called where and had size bytes when it was
// listed. Errors of opening and reading are of type *ReadError.
func OpenIn(root *os.Root, where, name string, size int64) (io.ReadCloser, error) {
	return openIn(root, where, name, name, size)
}

// openIn is OpenIn for a file that errors call path.
func openIn(root *os.Root, where, name, path string, size int64) (*steadyFile, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, &ReadError{Where: where, Path: path, Err: err}
	}
	return openSteady(f, where, path, size)
}

func (s *steadyFile) Read(p []byte) (int, error) {
	// One byte beyond the end is asked for, to tell "ends" from "goes on".
	if left := s.size - s.read; int64(len(p)) > left+1 {
		p = p[:left+1]
	}
	n, err := s.file.Read(p)
	s.read += int64(n)
	switch {
	case s.read > s.size:
		return max(0, n-1), changed(s.where, s.path, fmt.Sprintf("it is longer than %d bytes", s.size))
	case err == io.EOF && s.read < s.size:
		return n, changed(s.where, s.path, fmt.Sprintf("it ends after %d of %d bytes", s.read, s.size))
	case err == io.EOF:
		if err := s.still(); err != nil {
			return n, err
		}
		return n, io.EOF
	case err != nil:
		return n, &ReadError{Where: s.where, Path: s.path, Err: err}
	}
	return n, nil
}

// still tells that the file is of the size and time that it had when it was opened.
func (s *steadyFile) still() error {
	now, err := s.file.Stat()
	switch {
	case err != nil:
		return &ReadError{Where: s.where, Path: s.path, Err: err}
	case now.Size() != s.opened.Size() || !now.ModTime().Equal(s.opened.ModTime()):
		return changed(s.where, s.path, "it was written to")
	}
	return nil
}

func (s *steadyFile) Close() error { return s.file.Close() }
