package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"heatmapgen/internal/sysfault"
	"heatmapgen/layers/segments"
)

// Segment is one [[segment]]: a way that the page lists all efforts over, or a file of them. One of Link and File is set.
type Segment struct {
	// Name is what it is called in the page; "" leaves that to Link or File.
	Name string `toml:"name"`
	// Link is a segment as links of the page write it (segments.Parse), or such a link as a whole.
	Link string `toml:"link"`
	// File is the path of a GeoJSON file with a line for each segment.
	File string `toml:"file"`
	// ToleranceM is for the lines of File, out of segments.Tolerances; 0 leaves it to the file.
	ToleranceM int `toml:"tolerance_m"`
}

// segments checks what [[segment]] says. Files are read later, see ReadSegments.
func (c *checker) segments(cfg *Config) {
	for i, s := range cfg.Segments {
		at := item("segment", i)
		name, link, file, tolerance := at+".name", at+".link", at+".file", at+".tolerance_m"
		if c.set[name] {
			c.notEmpty(name, s.Name)
		}
		if n := utf8.RuneCountInString(s.Name); n > segments.MaxName {
			c.at(name, "%s has %d characters; it must have at most %d", called(name), n, segments.MaxName)
		}
		switch {
		case c.set[link] && c.set[file]:
			c.at(file, "[[segment]] has both %q and %q; keep one of them", "link", "file")
		case c.set[link]:
			if _, err := segments.Parse(s.text()); err != nil {
				c.at(link, "%s is no segment: %v; the page writes one by \"Copy for heatmap.toml\"", called(link), err)
			}
			if c.set[tolerance] {
				c.at(tolerance, "%s has no meaning beside %q, which begins with it; remove it", called(tolerance), "link")
			}
		case c.set[file]:
			c.notEmpty(file, s.File)
		default:
			c.at(at, "[[segment]] has no way; give it a %q, which the page writes by \"Copy for heatmap.toml\", or a %q with lines as GeoJSON", "link", "file")
		}
		if c.set[tolerance] && !slices.Contains(segments.Tolerances, s.ToleranceM) {
			c.at(tolerance, "%s is %d; it must be one of 15, 25 and 50", called(tolerance), s.ToleranceM)
		}
	}
	if len(cfg.Segments) == 0 {
		return
	}
	if n := len(cfg.Segments); n > segments.Most {
		c.at("segment", "there are %d [[segment]]; there can be %d", n, segments.Most)
	}
	if !cfg.Page.Tracks && !c.bad["page.tracks"] {
		why := `"tracks = false" in [page]`
		if cfg.OfCrowd() {
			why = "a map of many people"
		}
		c.at(item("segment", 0), "[[segment]] asks for the lines of activities, which %s leaves out; remove one of the two", why)
	}
}

// text is the segment's Link as segments.Parse takes it: of a whole link, what stands for the segment.
func (s *Segment) text() string {
	_, text, whole := strings.Cut(s.Link, "explore=segments:")
	if !whole {
		return s.Link
	}
	text, _, _ = strings.Cut(text, "&")
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// ReadSegments returns the segments of each [[segment]], reading the files that they lie in. The error is an *Error.
func (c *Config) ReadSegments() ([][]segments.Segment, error) {
	all := make([][]segments.Segment, len(c.Segments))
	var list []Fault
	total := 0
	for i := range c.Segments {
		var err error
		if all[i], err = c.Segments[i].read(); err != nil {
			at := item("segment", i) + ".file"
			list = append(list, c.FaultAt(at, "%s is %q: %v", called(at), c.Segments[i].File, err))
		}
		total += len(all[i])
	}
	if len(list) == 0 && total > segments.Most {
		list = append(list, c.FaultAt("segment", "there are %d segments in all [[segment]]; there can be %d", total, segments.Most))
	}
	if len(list) > 0 {
		return nil, &Error{list}
	}
	return all, nil
}

// read returns the segments of one [[segment]].
func (s *Segment) read() ([]segments.Segment, error) {
	var all []segments.Segment
	if s.Link != "" {
		one, err := segments.Parse(s.text())
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	} else {
		data, err := readSegments(s.File)
		if err != nil {
			return nil, err
		}
		if all, err = segments.ReadGeoJSON(data, s.ToleranceM); err != nil {
			return nil, err
		}
	}
	if s.Name == "" {
		return all, nil
	}
	if len(all) > 1 {
		return nil, fmt.Errorf("it has %d lines, which one %q cannot stand for; leave it out, and the names in the file are taken", len(all), "name")
	}
	all[0] = all[0].Named(s.Name)
	return all, nil
}

// readSegments reads a file of segments as a whole.
func readSegments(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if target, ok := sysfault.LinkToNothing(path); ok {
			return nil, fmt.Errorf("it is a link to %s, which is not there", target)
		}
		return nil, errors.New("there is no such file")
	}
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("it is a folder; name the file in it")
	}
	data, err := io.ReadAll(io.LimitReader(f, segments.MaxFile+1))
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	if len(data) > segments.MaxFile {
		return nil, fmt.Errorf("it is larger than %d MB", segments.MaxFile>>20)
	}
	return data, nil
}
