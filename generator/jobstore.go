package generator

import (
	"io"
	"os"
	"path/filepath"

	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/scratch"
)

// A JobStore is where the files of a spread build are: a folder (JobFolder) or a bucket (package jobbucket). Names are plain: letters, digits and "-". Its methods may be called
// from several goroutines, and its errors hold nothing secret.
type JobStore interface {
	// Open opens a file; the error is fs.ErrNotExist, for errors.Is, where there is none.
	Open(name string) (JobFile, error)
	// Create puts a file in its place, in one step, when write has written it. After an error, and when the process is killed, what was there before is there still.
	Create(name string, write func(io.Writer) error) error
	// Names returns the names of all files, those of others included, in any order.
	Names() ([]string, error)
	// Remove removes a file that is there.
	Remove(name string) error
	// String names the place in messages.
	String() string
}

// A JobFile is a file of a spread build, as *os.File is one. Read reads from its beginning, wherever ReadAt has read, which several goroutines may call at once.
type JobFile interface {
	io.ReadCloser
	io.ReaderAt
	// Name names the file in messages.
	Name() string
}

// JobFolder returns the store that is the folder dir. Plan makes it, for its owner alone.
func JobFolder(dir string) JobStore { return jobFolder(dir) }

type jobFolder string

func (d jobFolder) Open(name string) (JobFile, error) { return os.Open(d.path(name)) }

func (d jobFolder) Create(name string, write func(io.Writer) error) error {
	return atomicfile.Write(d.path(name), 0o600, write)
}

func (d jobFolder) Names() (names []string, err error) {
	entries, err := os.ReadDir(string(d))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (d jobFolder) Remove(name string) error { return os.Remove(d.path(name)) }

func (d jobFolder) String() string { return string(d) }

func (d jobFolder) path(name string) string { return filepath.Join(string(d), name) }

// near tells whether the files of the job lie in a folder, where it costs little to read at many offsets.
func (j *Job) near() bool {
	_, ok := j.store.(jobFolder)
	return ok
}

// scratch returns the folder for temporary files of the steps: that of the job, or where it is none the system's.
func (j *Job) scratch() string {
	if dir, ok := j.store.(jobFolder); ok {
		return string(dir)
	}
	return os.TempDir()
}

// A copied is a file of a job that was copied here.
type copied struct {
	*os.File
	name string
}

// copyHere copies a file to a temporary one, which goes when it is closed, and closes it.
func (j *Job) copyHere(file JobFile) (JobFile, error) {
	defer file.Close()
	f, err := scratch.Unnamed(j.scratch(), "part")
	if err != nil {
		return nil, err
	}
	if _, err = io.Copy(f, file); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		scratch.Discard(f)
		return nil, err
	}
	return &copied{f, file.Name()}, nil
}

func (c *copied) Name() string { return c.name }

func (c *copied) Close() error {
	scratch.Discard(c.File)
	return nil
}
