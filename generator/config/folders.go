package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// SetOutput puts another folder in the place of Output, as a command-line flag
// does. The error says why the folder cannot be used.
func (c *Config) SetOutput(dir string) error {
	if strings.TrimSpace(dir) == "" {
		return errors.New("the output folder must have a name")
	}
	if err := checkFolders(dir, c.Cache); err != nil {
		return fmt.Errorf("output %q: %w", dir, err)
	}
	c.Output = filepath.Clean(dir)
	return nil
}

// checkFolders refuses a cache that would be published along with the site.
func checkFolders(output, cache string) error {
	out, err := filepath.Abs(output)
	if err != nil {
		return err
	}
	in, err := filepath.Abs(cache)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(out, in)
	if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return errors.New("the cache folder must not lie in the output folder, where it would be published with the site")
	}
	return nil
}

// folders checks the resolved paths of output and cache against each other.
func (c *checker) folders(cfg *Config) {
	if c.bad["output"] || c.bad["cache"] {
		return
	}
	at := "output"
	if c.set["cache"] {
		at = "cache"
	}
	if err := checkFolders(cfg.Output, cfg.Cache); err != nil {
		c.at(at, "%s is wrong: %v", called(at), err)
	}
}
