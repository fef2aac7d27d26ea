package intervals

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Secret is text that is never printed: every way of formatting it shows a placeholder.
type Secret string

// Format implements fmt.Formatter for all verbs.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, "(hidden)") }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte("(hidden)"), nil }

// A Key opens an athlete's account for reading.
type Key struct {
	// Athlete is the athlete's id, such as i12345; "0" stands for the owner of the key.
	Athlete Secret
	// API is the key itself; "" when there is none.
	API Secret
}

// ownAthlete is how the service calls the owner of the key.
const ownAthlete = "0"

// maxDotEnv is the size from which a .env file is surely something else.
const maxDotEnv = 64 << 10

// FindKey looks the two variables up in the environment and, where they are not set or empty there, in the file
// .env in folder dir. No key at all is an empty Key, not an error; an athlete that is not named is the key's owner.
func FindKey(getenv func(string) string, dir, athleteVar, keyVar string) (Key, error) {
	athlete, key := getenv(athleteVar), getenv(keyVar)
	if athlete == "" || key == "" {
		file, err := readDotEnv(filepath.Join(dir, ".env"), athleteVar, keyVar)
		if err != nil {
			return Key{}, err
		}
		if athlete == "" {
			athlete = file[athleteVar]
		}
		if key == "" {
			key = file[keyVar]
		}
	}
	athlete, key = strings.TrimSpace(athlete), strings.TrimSpace(key)
	if athlete == "" {
		athlete = ownAthlete
	}
	return Key{Secret(athlete), Secret(key)}, nil
}

// readDotEnv returns the wanted variables of a .env file, none when there is no such file. Its lines are
// NAME=value, also with "export" in front, quotes around the value, and comments; lines of other forms are
// passed over, and never shown: they may hold secrets.
func readDotEnv(path string, wanted ...string) (map[string]string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the API key: %w", err)
	}
	defer f.Close()
	found := map[string]string{}
	lines := bufio.NewScanner(io.LimitReader(f, maxDotEnv))
	for lines.Scan() {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if rest, ok := strings.CutPrefix(line, "export "); ok {
			line = strings.TrimSpace(rest)
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		for _, w := range wanted {
			if ok && name == w {
				found[name] = unquote(strings.TrimSpace(value))
			}
		}
	}
	if lines.Err() != nil {
		return nil, fmt.Errorf("reading the API key: %s is no .env file: a line of it is too long", path)
	}
	return found, nil
}

// unquote takes the quotes off a value, or else the comment behind it.
func unquote(value string) string {
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		if end := strings.IndexByte(value[1:], value[0]); end >= 0 {
			return value[1 : end+1]
		}
		return value
	}
	if strings.HasPrefix(value, "#") {
		return ""
	}
	for _, comment := range []string{" #", "\t#"} {
		value, _, _ = strings.Cut(value, comment)
	}
	return strings.TrimSpace(value)
}
