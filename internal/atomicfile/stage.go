package atomicfile

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"heatmapgen/internal/scratch"
)

// A Staged is a finished file beside the one in whose place it is to be put, down to the disk. Call Replace, Folder.Commit or
// Discard.
type Staged struct {
	name string // as it was asked for
	path string // of the file to be replaced, links followed
	file *os.File
	// what is in it, once it was asked for
	content *content
}

// Ordinary as a mode stands for the permissions of any new file: those that the umask leaves.
const Ordinary fs.FileMode = 0

// Stage makes a finished file with what write writes, to be put in the place of path, with the permissions mode whatever the
// umask, or with Ordinary. write may also open the file by its name. A link stays one: the file that it leads to will be
// replaced. Errors name path.
func Stage(path string, mode fs.FileMode, write func(*os.File) error) (*Staged, error) {
	s, err := stage(path, mode, write)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, err)
	}
	return s, nil
}

func stage(path string, mode fs.FileMode, write func(*os.File) error) (s *Staged, err error) {
	target, err := Target(path)
	if err != nil {
		return nil, err
	}
	first := fs.FileMode(0o600) // nobody reads half a file
	if mode == Ordinary {
		first = 0o666
	}
	f, err := scratch.Create(filepath.Dir(target), filepath.Base(target), first)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			scratch.Discard(f)
		}
	}()
	if err := write(f); err != nil {
		return nil, err
	}
	if mode != Ordinary {
		if err := permit(f, mode); err != nil {
			return nil, err
		}
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	return &Staged{name: path, path: target, file: f}, nil
}

// permit gives a file its permissions. Where the file system has none of its own, it is enough if those that all files have
// there let everybody read who is to.
func permit(f *os.File, mode fs.FileMode) error {
	err := f.Chmod(mode)
	if err == nil {
		return nil
	}
	const others = 0o077
	info, statErr := f.Stat()
	if statErr == nil && mode&others != 0 && info.Mode().Perm()&mode == mode {
		return nil
	}
	return err
}

// Name is the name that the file is to have, without that of the folder, and Path where it lies until then, to be read there.
func (s *Staged) Name() string { return filepath.Base(s.name) }
func (s *Staged) Path() string { return s.file.Name() }

// Hash returns the SHA-256 of the finished file.
func (s *Staged) Hash() ([]byte, error) {
	c, err := s.hash()
	if err != nil {
		return nil, fmt.Errorf("reading back what was written for %s: %w", s.name, err)
	}
	return c.Sum, nil
}

func (s *Staged) hash() (content, error) {
	if s.content == nil {
		h := sha256.New()
		// A reader of its own: the position in the file is the writer's.
		size, err := io.Copy(h, io.NewSectionReader(s.file, 0, 1<<62))
		if err != nil {
			return content{}, err
		}
		s.content = &content{size, h.Sum(nil)}
	}
	return *s.content, nil
}

// Replace gives the file its name in one step. After an error but a *StandingError what had that name before is unchanged, and the
// staged file gone. The error is an *InUseError when another program holds the old file open.
func (s *Staged) Replace() error {
	// Where it can be, the file is held until it has its name.
	if closedToRename {
		s.file.Close()
	}
	if err := replace(s.file.Name(), s.path); err != nil {
		s.Discard()
		return fmt.Errorf("writing %s: %w", s.name, err)
	}
	s.file.Close()
	if err := syncDir(filepath.Dir(s.path)); err != nil {
		return &StandingError{err}
	}
	return nil
}

// Discard removes the staged file; what is in its place stays.
func (s *Staged) Discard() { scratch.Discard(s.file) }
