package overrides

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/sysfault"
)

// maxBytes is the size from which a file is surely not ours: some 200 bytes for each of 100,000 activities.
const maxBytes = 20 << 20

// Load reads the file at path; one that is not there, or "" for path, says nothing. A file that cannot be used is a
// *config.Error with one fault, in one sentence with file and line.
func Load(path string) (Overrides, error) {
	if path == "" {
		return Overrides{}, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		// What a link that leads nowhere said may have hidden activities.
		if target, ok := sysfault.LinkToNothing(path); ok {
			return nil, fault(path, 0, "it is a link to %s, which is not there; connect the disk it leads to, or remove the link", target)
		}
		return Overrides{}, nil
	}
	var data []byte
	if err == nil {
		defer f.Close()
		data, err = io.ReadAll(io.LimitReader(f, maxBytes+1))
	}
	if err != nil {
		return nil, fault(path, 0, "reading the overrides: %v", err)
	}
	return parse(data, path)
}

func fault(path string, line int, format string, args ...any) error {
	return &config.Error{Faults: []config.Fault{{File: path, Line: line, Text: fmt.Sprintf(format, args...)}}}
}

// A reader goes through the file's tokens and knows the line of each.
type reader struct {
	path string
	data []byte
	json *json.Decoder
}

func parse(data []byte, path string) (Overrides, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r := &reader{path, data, json.NewDecoder(bytes.NewReader(data))}
	switch {
	case len(data) > maxBytes:
		return nil, fault(path, 0, "the file is larger than %d MB, which is too much for overrides", maxBytes>>20)
	case !utf8.Valid(data):
		return nil, fault(path, 0, "the file is not UTF-8 text; save it as UTF-8")
	}
	o, seen := Overrides{}, map[string]bool{}
	err := r.object("the file", func(key string) error {
		if seen[key] {
			return r.fault("%q is there twice", key)
		}
		seen[key] = true
		switch key {
		case "version":
			var n float64
			if err := r.value(&n, "version must be the number %d", version); err != nil {
				return err
			}
			if n != version {
				return r.fault("version is %v, which this heatmapgen does not know; it knows %d", n, version)
			}
			return nil
		case "activities":
			return r.object("activities", func(id string) error { return r.override(o, id) })
		}
		return r.fault(`unknown key %q; the keys are "version" and "activities"`, key)
	})
	if err == nil && !seen["version"] {
		err = fault(path, 1, `the key "version" is missing; it is %d`, version)
	}
	if err == nil {
		if _, more := r.json.Token(); !errors.Is(more, io.EOF) {
			err = r.fault("something follows the last bracket")
		}
	}
	if err == nil {
		err = r.contradiction(o)
	}
	if err != nil {
		return nil, err
	}
	return o, nil
}

// override reads what stands at an activity's id.
func (r *reader) override(o Overrides, id string) error {
	if _, ok := o[id]; ok {
		return r.fault("%q is there twice", id)
	}
	if !isID(id) {
		return r.fault(`%q must be an activity's id with its source in front, such as "strava:123"`, id)
	}
	var v Override
	err := r.object(fmt.Sprintf("%q", id), func(key string) error {
		switch key {
		case "exclude":
			return r.value(&v.Exclude, `"exclude" must be true or false`)
		case "sport":
			return r.word((*string)(&v.Sport), key, CheckSport)
		case "gear":
			return r.word(&v.Labels.Gear, key, CheckGear)
		case "commute":
			var yes bool
			err := r.value(&yes, `"commute" must be true or false`)
			v.Labels.Commute = activity.AnswerOf(yes)
			return err
		case "kind":
			return r.word((*string)(&v.Labels.Kind), key, CheckKind)
		case keySame:
			return r.ids(&v.SameAs, key, id)
		case keyNotSame:
			return r.ids(&v.NotSameAs, key, id)
		}
		return r.fault(`unknown key %q at %q; the keys are "exclude", "sport", "gear", "commute", "kind", "same_as" and "not_same_as"`, key, id)
	})
	o[id] = v
	return err
}

// isID tells whether text is an activity's id.
func isID(text string) bool {
	source, key, ok := strings.Cut(text, ":")
	return ok && source != "" && key != ""
}

// word reads a text at a key into v, if check finds nothing wrong with it.
func (r *reader) word(v *string, key string, check func(string) error) error {
	if err := r.value(v, `%q must be a name in quotes`, key); err != nil {
		return err
	}
	if err := check(*v); err != nil {
		return r.fault("%v", err)
	}
	return nil
}

// ids reads a list of other activities' ids into list.
func (r *reader) ids(list *[]string, key, of string) error {
	var texts []*string
	if err := r.value(&texts, `%q must be a list of ids in quotes, in [ ]`, key); err != nil {
		return err
	}
	for _, text := range texts {
		switch {
		case text == nil || !isID(*text):
			id := "null"
			if text != nil {
				id = *text
			}
			return r.fault(`%q in %q must be an activity's id with its source in front, such as "strava:123"`, id, key)
		case *text == of:
			return r.fault("%q names %q itself", key, of)
		case !slices.Contains(*list, *text):
			*list = append(*list, *text)
		}
	}
	return nil
}

// object reads an object and calls f for each key; f reads the value.
func (r *reader) object(what string, f func(key string) error) error {
	t, err := r.json.Token()
	if err != nil {
		return r.syntax(err)
	}
	if t != json.Delim('{') {
		return r.fault("%s must be an object in { }", what)
	}
	for r.json.More() {
		key, err := r.json.Token()
		if err != nil {
			return r.syntax(err)
		}
		if err := f(key.(string)); err != nil { // the decoder lets nothing else be a key
			return err
		}
	}
	if _, err := r.json.Token(); err != nil {
		return r.syntax(err)
	}
	return nil
}

// value reads one value into v; the message is for a value of another type.
func (r *reader) value(v any, format string, args ...any) error {
	var raw json.RawMessage
	if err := r.json.Decode(&raw); err != nil {
		return r.syntax(err)
	}
	if json.Unmarshal(raw, v) != nil || string(raw) == "null" {
		return r.fault(format, args...)
	}
	return nil
}

// fault returns an error about what was read last.
func (r *reader) fault(format string, args ...any) error {
	return fault(r.path, r.line(r.json.InputOffset()), format, args...)
}

func (r *reader) syntax(err error) error {
	at := r.json.InputOffset()
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) {
		at = max(at, wrong.Offset-1)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault(r.path, r.line(int64(len(bytes.TrimRight(r.data, " \r\n\t")))), "the file ends too early: a bracket } is missing")
	}
	return fault(r.path, r.line(at), "this is not JSON (%v); a comma between two lines may be missing, or one too many", err)
}

// line returns the line, from 1, of a byte.
func (r *reader) line(offset int64) int {
	return 1 + bytes.Count(r.data[:min(max(offset, 0), int64(len(r.data)))], []byte("\n"))
}
