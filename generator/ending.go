package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"heatmapgen/activity/source"
	"heatmapgen/generator/config"
	"heatmapgen/internal/sysfault"
)

// What ends a build without a new site, and what is said then. A build ends when a source cannot be read now, when it is more than a build may
// work on, or when the system lets it down; a file that makes no sense ends nothing and is a row of the report.

// ends tells whether an error about one candidate is about its source or the build as a whole.
func ends(err error) bool {
	var unreadable *source.ReadError
	var limit *source.LimitError
	return errors.As(err, &unreadable) || errors.As(err, &limit)
}

// cannotRead adds to an error that ends a build how to build without the candidate that met it, where that can help.
func cannotRead(err error, c *candidate) error {
	var unreadable *source.ReadError
	if !errors.As(err, &unreadable) || errors.Is(err, source.ErrChanged) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w; or leave it out: [filter] exclude = [%q]", err, c.ID)
}

// A siteLook is what the files of a site looked like at a moment; nil for a file that was not there.
type siteLook [3]fs.FileInfo

// lookAt looks at the site in the folder dir.
func lookAt(dir string) (look siteLook) {
	for i, name := range []string{ArchiveName, MBTilesName, PageName} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
			look[i] = info
		}
	}
	return look
}

// same tells whether two looks saw the very same files.
func (l siteLook) same(other siteLook) bool {
	for i, a := range l {
		b := other[i]
		if (a == nil) != (b == nil) || a != nil && (!os.SameFile(a, b) || a.Size() != b.Size() || !a.ModTime().Equal(b.ModTime())) {
			return false
		}
	}
	return true
}

// explain adds to the error that ended a build what the system meant, and that the site of before is as it was. That is looked at rather
// than assumed.
func explain(err error, cfg *config.Config, before siteLook) error {
	var settings *config.Error
	var nothing *NothingError
	var foreign *ForeignPageError
	if errors.As(err, &settings) || errors.As(err, &nothing) || errors.As(err, &foreign) {
		return err // they speak for themselves
	}
	err = sysfault.Explain(err)
	if before == (siteLook{}) || !before.same(lookAt(cfg.Output)) {
		return err
	}
	return fmt.Errorf("%w; %s is as it was", err, filepath.Clean(cfg.Output)+string(filepath.Separator))
}
