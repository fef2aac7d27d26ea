// Package licences collects the licences of the Go code that a program is compiled from, as whoever passes the program on must pass them on, too.
// Those of the page's npm packages are package templates' (Notices).
package licences

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A Work is Go itself or a Go module of somebody else.
type Work struct {
	// Name is the module's path.
	Name, Version string
	// Dir is where its sources lie.
	Dir string
}

// A Program is a package main, and the system it is compiled for.
type Program struct {
	Package, OS, Arch string
}

// Of returns what any of the programs has code of, and the modules of the named packages: Go first, then the modules sorted by path. dir is a folder of the
// module that has the programs.
func Of(ctx context.Context, dir string, programs []Program, packages ...string) ([]Work, error) {
	var found []Work
	list := func(system []string, args ...string) error {
		args = append([]string{"list", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\n{{.Version}}\n{{.Dir}}{{end}}{{end}}"}, args...)
		lines, err := goLines(ctx, dir, system, args...)
		for ; err == nil && len(lines) >= 3; lines = lines[3:] {
			found = append(found, Work{lines[0], lines[1], lines[2]})
		}
		return err
	}
	for _, p := range programs {
		if err := list([]string{"GOOS=" + p.OS, "GOARCH=" + p.Arch}, "-deps", p.Package); err != nil {
			return nil, err
		}
	}
	for _, p := range packages {
		if err := list(nil, p); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found, func(a, b Work) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version)) })
	its, err := goLines(ctx, dir, nil, "env", "GOVERSION", "GOROOT")
	if err != nil || len(its) != 2 {
		return nil, errors.Join(errors.New("asking Go where it is"), err)
	}
	return append([]Work{{"Go, with its standard library", its[0], its[1]}}, slices.Compact(found)...), nil
}

// goLines runs Go in a folder, for a system, and returns the lines that it printed without empty ones.
func goLines(ctx context.Context, dir string, system []string, args ...string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0"), system...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, bytes.TrimSpace(complaint.Bytes()))
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' || r == '\r' }), nil
}

// licenceFile matches the names of files that say how a work may be passed on.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]es?|copying|notice|unlicense)\b`)

// Write writes the licences of works, each under the work's name. It fails, and writes nothing, where one has none.
func Write(w io.Writer, works []Work) error {
	var out bytes.Buffer
	for _, work := range works {
		entries, err := os.ReadDir(work.Dir)
		if err != nil {
			return fmt.Errorf("looking for the licence of %s: %w", work.Name, err)
		}
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.IsDir() || !licenceFile.MatchString(e.Name()) })
		if len(entries) == 0 {
			return fmt.Errorf("%s has no licence file: see whether it may be passed on", work.Name)
		}
		fmt.Fprintf(&out, "\n%s\n\n%s %s\n", strings.Repeat("-", 72), work.Name, work.Version)
		for _, e := range entries {
			text, err := os.ReadFile(filepath.Join(work.Dir, e.Name()))
			if err != nil {
				return fmt.Errorf("reading the licence of %s: %w", work.Name, err)
			}
			fmt.Fprintf(&out, "\n%s\n", bytes.Trim(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), "\n"))
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}
