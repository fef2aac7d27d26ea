package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// Temporary files are called ".<file>.<infix>-<16 hex digits>". A name of that
// form beside an archive is taken for one of ours.
const (
	tempInfix  = "tmp"
	spoolInfix = "spool"
)

// staleAfter is the age beyond which a temporary file is taken for what a dead
// build left. A living build writes to its files all the time.
const staleAfter = 24 * time.Hour

// createTemp makes a new file for writing and reading in dir. Unlike those of
// os.CreateTemp it has the ordinary permissions, as a web server will read the
// archive that it becomes.
func createTemp(dir, base, infix string) (*os.File, error) {
	for try := 0; ; try++ {
		name := filepath.Join(dir, fmt.Sprintf(".%s.%s-%016x", base, infix, rand.Uint64()))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) && try < 100 {
			continue
		}
		return f, err
	}
}

// removeTemp closes and deletes a temporary file. Errors are of no interest: what
// stays behind is removed by removeStale one day.
func removeTemp(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// removeStale deletes the temporary files that dead builds of the archive base
// left in dir.
func removeStale(dir, base string, now time.Time) {
	ours := regexp.MustCompile(`^\.` + regexp.QuoteMeta(base) + `\.(` + tempInfix + `|` + spoolInfix + `)-[0-9a-f]{16}$`)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !ours.MatchString(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > staleAfter {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
