package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"heatmapgen/internal/sysfault"
)

// maxBytes is the size from which a file is surely no configuration; it also
// bounds how deep a hostile one can nest.
const maxBytes = 1 << 20

// Load reads and checks the configuration at path. Relative paths in it are
// relative to its folder. A configuration that cannot be used, a missing one
// included, is an *Error.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if target, ok := sysfault.LinkToNothing(path); ok {
			return nil, &Error{[]Fault{{File: path, Text: fmt.Sprintf("it is a link to %s, which is not there", target)}}}
		}
		return nil, &Error{[]Fault{{File: path, Text: `there is no such file; write one with "heatmapgen init", or name another with --config`}}}
	case err != nil:
		return nil, &Error{[]Fault{{File: path, Text: fmt.Sprintf("reading the configuration: %v", errors.Unwrap(err))}}}
	}
	return Parse(data, path)
}

// Parse reads and checks a configuration that was read from the file called
// name, which stands in messages and whose folder relative paths are relative
// to. Everything wrong with it comes back in one *Error.
func Parse(data []byte, name string) (*Config, error) {
	fs := faults{file: name, bad: map[string]bool{}}
	switch {
	case len(data) > maxBytes:
		fs.at("", "the file has %d bytes, which is too much for a configuration", len(data))
	case !utf8.Valid(data):
		line := 1 + bytes.Count(data[:validPrefix(data)], []byte("\n"))
		fs.list = []Fault{{File: name, Line: line, Text: "the file is not UTF-8 text; save it as UTF-8"}}
	}
	if err := fs.err(); err != nil {
		return nil, err
	}
	doc, err := parseTOML(data)
	if err != nil {
		return nil, &Error{[]Fault{syntaxFault(name, data, err)}}
	}
	fs.lines = locate(data)

	cfg := Default()
	cfg.File, cfg.lines = name, fs.lines
	d := decoder{faults: &fs, set: map[string]bool{}}
	d.table(reflect.ValueOf(cfg).Elem(), doc, "")
	cfg.complete(d.set)
	cfg.resolve(filepath.Dir(name))
	c := checker{faults: &fs, set: d.set}
	c.config(cfg)
	if err := fs.err(); err != nil {
		return nil, err
	}
	return cfg, nil
}

// complete gives the parts that have no place in Default what they mean when
// the file leaves a key out; set holds the paths that the file has.
func (c *Config) complete(set map[string]bool) {
	if !set["home.lat"] && !set["home.lon"] {
		c.Home = nil
	}
	if c.Privacy.MinAthletes > 0 && !set["render.frequency"] {
		c.Render.Frequency = FrequencyAthletes
	}
	if c.OfCrowd() && !set["page.activities"] {
		c.Page.Activities = false
	}
	if (c.OfCrowd() || !c.Page.Activities) && !set["page.tracks"] {
		c.Page.Tracks = false
	}
	if !c.Page.Tracks && !set["page.squares"] {
		c.Page.Squares = false
	}
	for i := range c.Layers {
		l, at := &c.Layers[i], item("layer", i)
		if !set[at+".title"] {
			l.Title = l.ID
		}
		if !set[at+".field"] {
			l.Field = "visits"
		}
	}
	for i := range c.Page.Basemaps {
		b, at := &c.Page.Basemaps[i], item("page.basemap", i)
		if !set[at+".title"] {
			b.Title = b.ID
		}
		if b.Local() && !set[at+".area"] {
			b.Area = AreaHeat
		}
		switch {
		case set[at+".max_zoom"]:
		case b.Local():
			b.MaxZoom = maxBasemapZoom
		case b.Schema != "":
			b.MaxZoom = defaultVectorMaxZoom
		default:
			b.MaxZoom = defaultBasemapMaxZoom
		}
	}
}

// What nearly every basemap has, of pictures and of vectors, and the most that one may have.
const (
	defaultBasemapMaxZoom = 19
	defaultVectorMaxZoom  = 14
	maxBasemapZoom        = 24
)

// validPrefix returns the length of the longest prefix that is valid UTF-8.
func validPrefix(data []byte) int {
	n := 0
	for n < len(data) {
		r, size := utf8.DecodeRune(data[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

// parseTOML returns the document as nested maps. The toml package panics on
// some malformed documents; such a panic is an error here.
func parseTOML(data []byte) (doc map[string]any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the file is not valid TOML: %v", r)
		}
	}()
	_, err = toml.Decode(string(data), &doc)
	return doc, err
}

// syntaxFault turns an error of the toml package into a sentence of ours.
func syntaxFault(name string, data []byte, err error) Fault {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return Fault{File: name, Text: err.Error()}
	}
	text := strings.TrimSuffix(parse.Message, ".")
	if strings.Contains(text, "escape") || strings.Contains(text, "hexadecimal") {
		text += `; in a path, write / for \, or put it in 'single quotes'`
	}
	line := parse.Position.Line
	// At an unexpected end of a line the package counts that line already.
	if start := parse.Position.Start; start >= 0 && start <= len(data) {
		line = min(line, 1+bytes.Count(data[:start], []byte("\n")))
	}
	return Fault{File: name, Line: line, Text: "not valid TOML: " + text}
}

// resolve makes the paths of the configuration relative to the working
// directory instead of to the folder of the file.
func (c *Config) resolve(dir string) {
	c.Output = resolve(dir, c.Output)
	c.Cache = resolve(dir, c.Cache)
	for i := range c.Sources {
		c.Sources[i].Path = resolve(dir, c.Sources[i].Path)
	}
	for i := range c.Segments {
		c.Segments[i].File = resolve(dir, c.Segments[i].File)
	}
	for i := range c.Page.Basemaps {
		if b := &c.Page.Basemaps[i]; b.Local() {
			b.PMTiles = resolve(dir, b.PMTiles)
		}
	}
}

// resolve returns a path of a file in dir; "~/" is the user's home folder, as in
// a shell, and so is "~\" on Windows. An empty path stays empty.
func resolve(dir, path string) string {
	if strings.TrimSpace(path) == "" {
		return ""
	}
	if len(path) > 1 && path[0] == '~' && os.IsPathSeparator(path[1]) {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, path[2:])
		}
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
