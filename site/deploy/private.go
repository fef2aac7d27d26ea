package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// privateNames are files and folders of heatmapgen that tell what a site hides. A deploy uploads the page and the archive and nothing
// else, but a folder that holds one of these beside them is published whole sooner or later, by another tool.
var privateNames = []string{"heatmap.toml", ".env", "overrides.json", ".heatmapgen", "privacy-secret", "serve-token"}

// checkPrivate returns an error where such a file lies in a folder.
func checkPrivate(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if slices.Contains(privateNames, strings.ToLower(e.Name())) {
			return fmt.Errorf("%s holds %s, which must not be public; move it out of there, or choose another folder as output", folder, e.Name())
		}
	}
	return nil
}

// errOutput is what a folder is refused for that is the site's own.
var errOutput = errors.New("this is the folder that the site is built into; choose another one")

// checkFolder checks a folder that is to be published: it is another one than that of the site, and holds nothing private.
func (p *Place) checkFolder(s *Site) error {
	if p.target.Folder == "" {
		return nil
	}
	there, err := os.Stat(p.target.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if here, err := os.Stat(filepath.Dir(s.Archive)); err == nil && os.SameFile(here, there) {
		return errOutput
	}
	return checkPrivate(p.target.Folder)
}
