package generator

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
)

// SecretName is the name of the file beside heatmap.toml that remembers what was hidden before, and by what (docs/privacy.md).
const SecretName = "privacy-secret"

// secretText begins the file. A file that begins so has a seal; earlier versions wrote none.
const secretText = "# What heatmapgen needs to hide your privacy zones as it did before. Keep it as it is, and keep it to yourself: see docs/privacy.md.\n"

// A secret is what builds know and nobody else: the places that were hidden, and which exports listed zones that
// were obeyed.
type secret struct {
	places  []activity.Place
	exports []listedExport
	// sealed tells that the file had a seal.
	sealed bool
}

// A DamagedSecretError says that the secret's file is not as it was written.
type DamagedSecretError struct {
	Path string
	Err  error
}

func (e *DamagedSecretError) Error() string {
	return fmt.Sprintf("%s is damaged (%v), so it is not known what hid your privacy zones before. Put the file back from a copy if you can; else build with --new-secret, "+
		"as for one that is lost (docs/privacy.md)", e.Path, e.Err)
}

func (e *DamagedSecretError) Unwrap() error { return e.Err }

// SecretPath returns where the secret of a configuration is: beside its file, which it belongs to as much as the zones in it do. A
// configuration that was read from no file has it in the cache folder.
func SecretPath(cfg *config.Config) string {
	if cfg.File == "" {
		return filepath.Join(cfg.Cache, SecretName)
	}
	return filepath.Join(filepath.Dir(cfg.File), SecretName)
}

// loadSecret reads the secret of a configuration. found is false where there is none. Earlier versions kept it in the cache
// folder; from there it is read too.
func loadSecret(cfg *config.Config) (s secret, found bool, err error) {
	for _, path := range []string{SecretPath(cfg), filepath.Join(cfg.Cache, SecretName)} {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return s, false, fmt.Errorf("reading the secret of the privacy zones: %w", err)
		}
		if s, err = parseSecret(text); err != nil {
			return s, false, &DamagedSecretError{path, err}
		}
		return s, true, nil
	}
	return s, false, nil
}

// parseSecret reads the text of a secret's file: comments, lines "place LAT LON hidden LAT LON" in degrees, lines "export CONFIG PATH" with both in quotes, and the seal at the end: "sha256" and
// what that is of all lines before. Comments, empty lines, and blanks around a line may change on the way through an editor or the secrets of a
// CI service, and are not sealed. Files of earlier versions have a random number in hex alone on a
// line, which nothing comes from any more, and no seal.
func parseSecret(text []byte) (s secret, err error) {
	found := false
	seal := sha256.New()
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		fields := strings.Fields(line)
		rest, isExport := strings.CutPrefix(line, "export ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case s.sealed:
			return s, fmt.Errorf("line %d stands behind the checksum", n)
		case fields[0] == "sha256":
			if line != sealLine(seal) {
				return s, errors.New("its checksum is of something else")
			}
			s.sealed = true
		case fields[0] == "place":
			p, err := parsePlace(fields)
			if err != nil {
				return s, fmt.Errorf("line %d: %w", n, err)
			}
			s.places = append(s.places, p)
		case isExport:
			e, ok := parseExport(rest)
			if !ok {
				return s, fmt.Errorf("line %d names no export", n)
			}
			s.exports = append(s.exports, e)
		case !found:
			if random, err := hex.DecodeString(line); err != nil || len(random) != 32 {
				return s, fmt.Errorf("line %d is no secret", n)
			}
			found = true
		default:
			return s, fmt.Errorf("line %d is not understood", n)
		}
		fmt.Fprintln(seal, line)
	}
	if err := lines.Err(); err != nil {
		return s, err
	}
	switch {
	case !found && !s.sealed:
		return s, errors.New("there is no secret in it")
	case !s.sealed && bytes.HasPrefix(text, []byte(strings.TrimSpace(secretText))):
		return s, errors.New("its checksum is missing")
	}
	return s, nil
}

// sealLine is the last line of the file, for a hash of those before. In hex, as the last line that is left, it could pass for the random number.
func sealLine(h hash.Hash) string { return "sha256 " + base64.StdEncoding.EncodeToString(h.Sum(nil)) }

func parseExport(text string) (e listedExport, ok bool) {
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return e, false
	}
	e.config, _ = strconv.Unquote(quoted)
	e.source, err = strconv.Unquote(strings.TrimSpace(text[len(quoted):]))
	return e, err == nil
}

func parsePlace(fields []string) (p activity.Place, err error) {
	if len(fields) != 6 || fields[3] != "hidden" {
		return p, errors.New("not a place and what hides it")
	}
	for i, to := range []*float64{1: &p.At.Lat, 2: &p.At.Lon, 4: &p.Middle.Lat, 5: &p.Middle.Lon} {
		if to == nil {
			continue
		}
		// NaN is not within any bounds.
		if *to, err = strconv.ParseFloat(fields[i], 64); err != nil || !(math.Abs(*to) <= 180) {
			return p, fmt.Errorf("%s is no coordinate", fields[i])
		}
	}
	return p, nil
}

// save puts the secret in its place, readable for its owner alone, and takes it from where earlier versions kept it.
func (s *secret) save(cfg *config.Config) error {
	path := SecretPath(cfg)
	err := atomicfile.Write(path, 0o600, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		seal := sha256.New()
		fmt.Fprint(b, secretText)
		sealed := io.MultiWriter(b, seal)
		for _, p := range s.places {
			fmt.Fprintf(sealed, "place %.6f %.6f hidden %.9f %.9f\n", p.At.Lat, p.At.Lon, p.Middle.Lat, p.Middle.Lon)
		}
		for _, e := range s.exports {
			fmt.Fprintf(sealed, "export %s %s\n", strconv.QuoteToASCII(e.config), strconv.QuoteToASCII(e.source))
		}
		fmt.Fprintln(b, sealLine(seal))
		return b.Flush()
	})
	if err != nil {
		return fmt.Errorf("keeping the secret of the privacy zones: %w", err)
	}
	if old := filepath.Join(cfg.Cache, SecretName); old != path {
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the secret of the privacy zones has moved to %s, but the old one cannot be removed: %w", path, err)
		}
	}
	return nil
}
