package config

import (
	"fmt"
	"strings"

	"heatmapgen/internal/message"
	"heatmapgen/internal/sorting"
)

// A Fault is one thing wrong with a configuration.
type Fault struct {
	// File is the path as the user gave it; Line counts from 1 and is 0 when the
	// fault belongs to no line.
	File string
	Line int
	// Text says what is wrong and what would be right, without the place.
	Text string
	// Code and Args say the same as in a message.Message; mostly they are empty.
	Code string
	Args message.Args
}

// Message returns the fault as a message whose text begins with its place.
func (f Fault) Message() message.Message {
	return message.Message{Text: f.String(), Code: f.Code, Args: f.Args}
}

// String returns the fault as one sentence that begins with its place, such as
// heatmap.toml:12: unknown key "max_zom" in [render]; did you mean "max_zoom"?
func (f Fault) String() string {
	switch {
	case f.File == "":
		return f.Text
	case f.Line == 0:
		return fmt.Sprintf("%s: %s", f.File, f.Text)
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Error is what Load and Parse return for a configuration that cannot be used:
// everything found wrong with it, at least one fault, in the order of the lines.
type Error struct {
	Faults []Fault
}

// Error returns the faults one a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// faults gathers what is wrong while a file is read.
type faults struct {
	file string
	// lines says on which line each path of the file stands, see locate.
	lines map[string]int
	list  []Fault
	// bad holds the paths that a fault was found at.
	bad map[string]bool
}

// at records a fault at the line of the given path, or of the nearest path
// around it that the file has. Only the first fault of a path counts: a value of
// the wrong type is not blamed for its size as well.
func (fs *faults) at(path, format string, args ...any) {
	if fs.bad[path] {
		return
	}
	fs.bad[path] = true
	line, ok := fs.lines[path]
	for !ok && path != "" {
		path = parent(path)
		line, ok = fs.lines[path]
	}
	fs.list = append(fs.list, Fault{File: fs.file, Line: line, Text: fmt.Sprintf(format, args...)})
}

// err returns the gathered faults as an *Error, or nil.
func (fs *faults) err() error {
	if len(fs.list) == 0 {
		return nil
	}
	sorting.StableFunc(fs.list, func(a, b Fault) int { return a.Line - b.Line })
	return &Error{fs.list}
}
