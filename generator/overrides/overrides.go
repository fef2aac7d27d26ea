// Package overrides is overrides.json, the user's own word on single activities: which to leave out, what
// sport one really was, with what gear, whether it was a commute or a race, and which are records of the same outing or are not. The file lies beside heatmap.toml, is written by "heatmapgen admin" and meant to be read,
// edited and kept in version control as well:
//
//	{
//	  "version": 1,
//	  "activities": {
//	    "files:2024/bus.gpx": {"exclude": true},
//	    "files:2024/work.gpx": {"gear": "City bike", "commute": true},
//	    "strava:123": {"sport": "Hike", "same_as": ["files:hike.fit"]}
//	  }
//	}
//
// What is in: reading with the line of every mistake (read.go), what pairs of activities are (pairs.go), and writing in one step, one line an activity. What an
// override does to an activity is the business of package generator.
package overrides

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"heatmapgen/activity"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/scratch"
)

// FileName is the file's name, beside the configuration.
const FileName = "overrides.json"

// version is that of the file's form.
const version = 1

// An Override is what the user says of one activity. One without anything in it says nothing.
type Override struct {
	// Exclude leaves the activity out.
	Exclude bool
	// Sport takes the place of what source and file say; SportUnknown leaves it to them.
	Sport activity.Sport
	// Labels take the place of what source and file say, each of them that is known.
	Labels activity.Labels `json:",omitzero"`
	// SameAs are the ids of other records of the same outing, NotSameAs those of other outings. Said of one of two activities it
	// holds for both.
	SameAs, NotSameAs []string
}

// Equal tells whether two overrides say the same.
func (v Override) Equal(o Override) bool {
	return v.Exclude == o.Exclude && v.Sport == o.Sport && v.Labels == o.Labels && slices.Equal(v.SameAs, o.SameAs) && slices.Equal(v.NotSameAs, o.NotSameAs)
}

// Overrides are the overrides by the activities' ids, such as "strava:123".
type Overrides map[string]Override

// Path returns where the overrides of the configuration in configFile are; "" when that is "", for a configuration that was
// read from no file.
func Path(configFile string) string {
	if configFile == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(configFile), FileName)
}

// Save writes the overrides in the place of the file at path, in one step: beside it, down to the disk, renamed. Overrides
// that say nothing are left out.
func (o Overrides) Save(path string) error {
	scratch.Sweep(filepath.Dir(path))
	return atomicfile.Write(path, 0o644, func(w io.Writer) error {
		_, err := w.Write(o.text())
		return err
	})
}

// text returns the file's text: one line an activity, sorted, so that a change is one line of a diff.
func (o Overrides) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"version\": %d,\n  \"activities\": {", version)
	comma := ""
	for _, id := range slices.Sorted(maps.Keys(o)) {
		var says []string
		if o[id].Exclude {
			says = append(says, `"exclude": true`)
		}
		if sport := o[id].Sport; sport != activity.SportUnknown {
			says = append(says, `"sport": `+quote(string(sport)))
		}
		if gear := o[id].Labels.Gear; gear != "" {
			says = append(says, `"gear": `+quote(gear))
		}
		if commute := o[id].Labels.Commute; commute != activity.NotKnown {
			says = append(says, fmt.Sprintf(`"commute": %t`, commute == activity.Yes))
		}
		if kind := o[id].Labels.Kind; kind != activity.KindUnknown {
			says = append(says, `"kind": `+quote(string(kind)))
		}
		for _, list := range []struct {
			key string
			ids []string
		}{{keySame, o[id].SameAs}, {keyNotSame, o[id].NotSameAs}} {
			if len(list.ids) > 0 {
				quoted := make([]string, len(list.ids))
				for i := range quoted {
					quoted[i] = quote(list.ids[i])
				}
				says = append(says, quote(list.key)+": ["+strings.Join(quoted, ", ")+"]")
			}
		}
		if len(says) > 0 {
			fmt.Fprintf(&b, "%s\n    %s: {%s}", comma, quote(id), strings.Join(says, ", "))
			comma = ","
		}
	}
	if comma != "" {
		b.WriteString("\n  ")
	}
	b.WriteString("}\n}\n")
	return b.Bytes()
}

// quote returns text as JSON writes it, characters of HTML as they are.
func quote(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string and a buffer cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}

// CheckGear returns what is wrong with the name of a bike or shoes, or nil.
func CheckGear(name string) error {
	if name == "" || activity.GearNamed(name) != name {
		return fmt.Errorf("gear must be a name such as \"Gravel bike\", one line of at most 80 characters")
	}
	return nil
}

// CheckKind returns what is wrong with a kind of activity, or nil.
func CheckKind(kind string) error {
	if slices.Contains(activity.Kinds(), activity.Kind(kind)) {
		return nil
	}
	var kinds []string
	for _, k := range activity.Kinds() {
		kinds = append(kinds, strconv.Quote(string(k)))
	}
	return fmt.Errorf("a kind must be one of %s, not %q", strings.Join(kinds, ", "), kind)
}

// maxSport is the length in bytes from which a sport is surely none.
const maxSport = 60

// CheckSport returns what is wrong with the name of a sport, or nil.
func CheckSport(sport string) error {
	switch {
	case strings.TrimSpace(sport) != sport || sport == "":
		return fmt.Errorf("a sport must be a name such as \"Trail Run\", not %q", sport)
	case len(sport) > maxSport:
		return fmt.Errorf("the name of a sport has at most %d bytes", maxSport)
	case !utf8.ValidString(sport) || strings.ContainsFunc(sport, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }):
		return fmt.Errorf("the name of a sport must be plain text, not %q", sport)
	}
	return nil
}
