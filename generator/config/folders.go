package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// SetOutput puts another folder in the place of Output, as a command-line flag
// does. The error says why the folder cannot be used.
func (c *Config) SetOutput(dir string) error {
	if strings.TrimSpace(dir) == "" {
		return errors.New("the output folder must have a name")
	}
	for _, p := range c.private() {
		if holds(dir, p.path) {
			return fmt.Errorf("output %q: %s", dir, p.refusal())
		}
	}
	c.Output = filepath.Clean(dir)
	return nil
}

// A privatePath is a file or folder that must not be published: called is its name in
// messages, at the path of the setting that says where it is, "" for none.
type privatePath struct{ path, called, at string }

func (p privatePath) refusal() string {
	return p.called + " must not lie in the output folder, where it would be published with the site"
}

// private lists what the output folder must not hold. The secret of the privacy zones
// lies in one of the folders of the others.
func (c *Config) private() []privatePath {
	list := []privatePath{{c.Cache, "the cache folder", "cache"}}
	if c.File != "" {
		list = append(list,
			privatePath{c.File, filepath.Base(c.File), ""},
			privatePath{filepath.Join(filepath.Dir(c.File), ".env"), "the file .env", ""})
	}
	for i, s := range c.Sources {
		if s.Path != "" {
			list = append(list, privatePath{s.Path, fmt.Sprintf("the source %q", s.Path), item("source", i) + ".path"})
		}
	}
	for i, s := range c.Segments {
		if s.File != "" {
			list = append(list, privatePath{s.File, fmt.Sprintf("the file of segments %q", s.File), item("segment", i) + ".file"})
		}
	}
	for i, b := range c.Page.Basemaps {
		if b.Local() {
			list = append(list, privatePath{b.PMTiles, fmt.Sprintf("the map %q", b.PMTiles), item("page.basemap", i) + ".pmtiles"})
		}
	}
	return list
}

// folders checks the resolved path of the output against all that is private.
func (c *checker) folders(cfg *Config) {
	if c.bad["output"] || c.bad["cache"] {
		return
	}
	for _, p := range cfg.private() {
		if !holds(cfg.Output, p.path) {
			continue
		}
		at := "output"
		if c.set[p.at] && (p.at == "cache" || !c.set["output"]) {
			at = p.at
		}
		c.at(at, "%s is wrong: %s", called(at), p.refusal())
	}
}

// holds reports whether folder is path or holds it, by their names or by where they
// really are, links followed. Neither needs to exist.
func holds(folder, path string) bool {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return true // what cannot be told is refused
	}
	if path, err = filepath.Abs(path); err != nil {
		return true
	}
	// The link itself may lie in the folder, or what it leads to.
	link := filepath.Join(realPath(filepath.Dir(path)), filepath.Base(path))
	for _, inside := range []string{path, link, realPath(path)} {
		if within(folder, inside) || within(realPath(folder), inside) || holdsSame(folder, inside) {
			return true
		}
	}
	return false
}

// within reports whether path is folder or lies in it, by their names.
func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// realPath follows the links of an absolute path as far as it exists.
func realPath(path string) string {
	rest := ""
	for dir := path; ; {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(real, rest)
		}
		up := filepath.Dir(dir)
		if up == dir {
			return path
		}
		dir, rest = up, filepath.Join(filepath.Base(dir), rest)
	}
}

// holdsSame is within for folders that have several names: where capital letters make no difference, or
// one is mounted twice.
func holdsSame(folder, path string) bool {
	info, err := os.Stat(folder)
	if err != nil {
		return false
	}
	for {
		if other, err := os.Stat(path); err == nil && os.SameFile(info, other) {
			return true
		}
		up := filepath.Dir(path)
		if up == path {
			return false
		}
		path = up
	}
}
