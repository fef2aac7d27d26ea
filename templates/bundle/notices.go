package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// A lockfile is the part of package-lock.json (lockfileVersion 3) that matters here.
type lockfile struct {
	Packages map[string]struct {
		Version string
		License string
		Dev     bool
	}
}

// notices returns the names, versions and licences of everything in the bundle:
// all packages that the lock file lists as more than development tools, and the
// map data.
func notices(root string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(root, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock lockfile
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, fmt.Errorf("reading package-lock.json: %w", err)
	}
	var paths []string
	for path, p := range lock.Packages {
		// Packages of types alone leave nothing in a bundle.
		if path != "" && !p.Dev && !strings.HasPrefix(path, "node_modules/@types/") {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)

	var out bytes.Buffer
	out.WriteString("The page that heatmapgen makes contains the following works.\n")
	for _, path := range paths {
		p := lock.Packages[path]
		name := path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):]
		fmt.Fprintf(&out, "\n%s\n%s %s (%s)\n\n", strings.Repeat("-", 78), name, p.Version, p.License)
		text, err := licenceText(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out.WriteString(text)
	}
	fmt.Fprintf(&out, "\n%s\nCoastlines: Natural Earth (public domain), as packaged by world-atlas %s\n",
		strings.Repeat("-", 78), lock.Packages["node_modules/world-atlas"].Version)
	return out.Bytes(), nil
}

// licenceText returns the package's licence file, or what its README says where
// it has none.
func licenceText(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		base := strings.ToUpper(strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())))
		if base != "LICENSE" && base != "LICENCE" && base != "COPYING" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		return tidy(string(text)), nil
	}
	return "The package carries no licence text of its own; its licence is the one named above.\n", nil
}

// tidy gives texts from many hands one kind of line end and no trailing blanks.
func tidy(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n") + "\n"
}
