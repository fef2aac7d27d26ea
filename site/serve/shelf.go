package serve

import (
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync"
	"time"

	"heatmapgen/generator"
)

// A shelf opens the archive of a site for the requests for tiles, and opens it anew when a build has put
// another in its place. The old one is closed when the last request that uses it is done. It is safe for
// concurrent use.
type shelf struct {
	dir string
	// keepOpen leaves the archive open between requests. Windows replaces no file that somebody has
	// open, so there a build could never put a new archive in place.
	keepOpen bool

	mu      sync.Mutex
	current *opened
	closed  bool
}

// An opened is an archive that is open, with what is worked out once for all requests.
type opened struct {
	*generator.Site
	// path and info tell which file it is; the version says so in ETags.
	path    string
	info    fs.FileInfo
	version string

	users int // guarded by the shelf's lock
	stale bool

	preview func() place
}

func newShelf(dir string) *shelf { return &shelf{dir: dir, keepOpen: runtime.GOOS != "windows"} }

// find returns the archive that is there now.
func (s *shelf) find() (path string, info fs.FileInfo, err error) {
	if path, err = generator.FindArchive(s.dir); err == nil {
		info, err = os.Stat(path)
	}
	return path, info, err
}

// same reports whether two looks at a file saw the same file, unchanged.
func same(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

// take returns the archive that is there now. The caller gives it back with release when done.
func (s *shelf) take() (*opened, error) {
	path, info, err := s.find()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.retire()
		return nil, err
	}
	if c := s.current; c != nil && c.path == path && same(c.info, info) {
		c.users++
		return c, nil
	}
	// A build may replace the file between the look at it and its opening.
	for try := 0; ; try++ {
		site, err := generator.OpenSite(path)
		if err != nil {
			return nil, err
		}
		again, err := os.Stat(path)
		if err == nil && same(info, again) {
			o := &opened{Site: site, path: path, info: info, version: versionOf(info), users: 1}
			o.preview = sync.OnceValue(func() place { return previewPlace(site) })
			s.retire()
			if s.closed {
				o.stale = true
			} else {
				s.current = o
			}
			return o, nil
		}
		site.Close()
		if err != nil {
			return nil, err
		}
		if try == 10 {
			return nil, fmt.Errorf("the archive %s changes all the time", path)
		}
		info = again
	}
}

// release gives back what take returned.
func (s *shelf) release(o *opened) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.users--
	if o.users == 0 && !s.keepOpen && !o.stale {
		s.retire()
	} else if o.users == 0 && o.stale {
		o.Close()
	}
}

// retire closes the current archive, now or when its last user is done. The lock is held.
func (s *shelf) retire() {
	if s.current == nil {
		return
	}
	s.current.stale = true
	if s.current.users == 0 {
		s.current.Close()
	}
	s.current = nil
}

// close closes the archive; from now on none is kept open.
func (s *shelf) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.retire()
}

// versionOf names the state of a file in ETags.
func versionOf(info fs.FileInfo) string {
	return fmt.Sprintf("%x-%x", info.ModTime().UnixNano(), info.Size())
}

// modified is the moment of the archive's last change.
func (o *opened) modified() time.Time { return o.info.ModTime() }
