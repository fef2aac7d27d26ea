package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// A work is something that is in the bundle: its name and version, the lines of
// its licence that name who holds the copyright, and the rest of the licence.
type work struct {
	name    string
	holders []string
	terms   string
}

// notices returns the names, versions and licences of everything in the bundle:
// all packages that the lock file lists as more than development tools, and the
// map data. Works under the same words share them, since the text is part of every
// page.
func notices(root string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(root, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock lockfile
	if err := json.Unmarshal(data, &lock); err != nil {
		return nil, fmt.Errorf("reading package-lock.json: %w", err)
	}
	var works []work
	for path, p := range lock.Packages {
		// Packages of types alone leave nothing in a bundle.
		if path == "" || p.Dev || strings.HasPrefix(path, "node_modules/@types/") || path == "node_modules/"+replaced {
			continue
		}
		w, err := readWork(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		w.name = fmt.Sprintf("%s %s (%s)", path[strings.LastIndex(path, "node_modules/")+len("node_modules/"):], p.Version, p.License)
		works = append(works, w)
	}
	slices.SortFunc(works, func(a, b work) int { return strings.Compare(a.name, b.name) })

	var out bytes.Buffer
	out.WriteString("This page contains the following works.\n")
	printed := make([]bool, len(works))
	for i, w := range works {
		if printed[i] {
			continue
		}
		out.WriteString("\n" + strings.Repeat("-", 72) + "\n")
		for j := i; j < len(works); j++ {
			if sameTerms(works[j].terms, w.terms) {
				printed[j] = true
				out.WriteString("\n" + works[j].name + "\n")
				for _, h := range works[j].holders {
					out.WriteString("  " + h + "\n")
				}
			}
		}
		out.WriteString("\n" + w.terms)
	}
	fmt.Fprintf(&out, "\n%s\n\nCoastlines: Natural Earth (public domain), as packaged by world-atlas %s\n",
		strings.Repeat("-", 72), lock.Packages["node_modules/world-atlas"].Version)
	return out.Bytes(), nil
}

// holder matches the lines that name a holder of the copyright, and nothing else of
// a licence; heading the lines that only name the licence, which the list does anyway.
var (
	holder  = regexp.MustCompile(`(?i)^\s*(copyright\b.*\b[12][0-9]{3}|copyright (\(c\)|©)|\(c\) [12][0-9]{3}|©)`)
	heading = regexp.MustCompile(`(?i)^[\s=#*-]*(the )?(mit|isc|bsd[ -][23][ -]clause)( license)?( \(mit\))?[\s=:.]*$`)
)

// readWork reads a package's licence.
func readWork(dir string) (work, error) {
	text, err := licenceText(dir)
	if err != nil {
		return work{}, err
	}
	var w work
	var terms []string
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		switch {
		case holder.MatchString(line):
			w.holders = append(w.holders, strings.TrimSpace(line))
		case !heading.MatchString(line) || strings.TrimSpace(line) == "":
			terms = append(terms, line)
		}
	}
	// At most one empty line at a time.
	terms = slices.CompactFunc(terms, func(a, b string) bool { return a == "" && b == "" })
	w.terms = strings.Trim(strings.Join(terms, "\n"), "\n") + "\n"
	return w, nil
}

// sameTerms tells whether two texts have the same words, however they are broken
// into lines and whatever quotes they use.
func sameTerms(a, b string) bool {
	words := func(s string) string {
		return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
			return !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
		}), " ")
	}
	return words(a) == words(b)
}

// supplied has licences of packages that do not carry their own, by the name of
// their folder, copied from their repositories.
//
//go:embed licences
var supplied embed.FS

// Parts of licence files that matter: of a README the section on the licence, and
// where one may choose between two licences, the first.
var (
	readmeSection = regexp.MustCompile(`(?im)^#+ *licen[cs]e.*$`)
	secondChoice  = regexp.MustCompile(`(?m)^=+ Apache License 2\.0 =+$`)
)

// licenceText returns the package's licence.
func licenceText(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	readme := ""
	for _, e := range entries {
		base := strings.ToUpper(strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())))
		switch base {
		case "LICENSE", "LICENCE", "COPYING":
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return "", err
			}
			if at := secondChoice.FindIndex(text); at != nil {
				text = text[:at[0]]
			}
			return string(text), nil
		case "README":
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return "", err
			}
			if at := readmeSection.FindIndex(text); at != nil {
				readme = string(text[at[1]:])
			}
		}
	}
	if text, err := supplied.ReadFile("licences/" + filepath.Base(dir)); err == nil {
		return string(text), nil
	}
	if readme != "" {
		return readme, nil
	}
	return "", errors.New("no licence found: put its text into templates/bundle/licences")
}
