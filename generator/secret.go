package generator

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// SecretName is the name of the file beside heatmap.toml that holds the athlete's secret and what was hidden
// before (docs/privacy.md).
const SecretName = "privacy-secret"

// secretText begins the file.
const secretText = "# What heatmapgen needs to hide your privacy zones as it did before. Keep it, and keep it to yourself: see docs/privacy.md.\n"

// A secret is what builds know and nobody else: a random number, and the places that were hidden.
type secret struct {
	random [32]byte
	places []activity.Place
}

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
			return s, false, fmt.Errorf("%s is damaged (%w); put the file back from a copy, or delete it and build with --new-secret", path, err)
		}
		return s, true, nil
	}
	return s, false, nil
}

// parseSecret reads the text of a secret's file: comments, the random number in hex (alone on its line, as earlier versions had
// it), and lines "place LAT LON hidden LAT LON" in degrees.
func parseSecret(text []byte) (s secret, err error) {
	found := false
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		fields := strings.Fields(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case fields[0] == "place":
			p, err := parsePlace(fields)
			if err != nil {
				return s, fmt.Errorf("line %d: %w", n, err)
			}
			s.places = append(s.places, p)
		case !found:
			if k, err := hex.Decode(s.random[:], []byte(line)); err != nil || k != len(s.random) || len(line) != 2*k {
				return s, fmt.Errorf("line %d is no secret", n)
			}
			found = true
		default:
			return s, fmt.Errorf("line %d is not understood", n)
		}
	}
	if err := lines.Err(); err != nil {
		return s, err
	}
	if !found {
		return s, errors.New("there is no secret in it")
	}
	return s, nil
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
		fmt.Fprintf(b, "%s%x\n", secretText, s.random)
		for _, p := range s.places {
			fmt.Fprintf(b, "place %.6f %.6f hidden %.9f %.9f\n", p.At.Lat, p.At.Lon, p.Middle.Lat, p.Middle.Lon)
		}
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

// A LostSecretError says that privacy zones were hidden before by a secret that is gone.
type LostSecretError struct{ Path, Output string }

func (e *LostSecretError) Error() string {
	return fmt.Sprintf("privacy zones are set and there is a site in %s, but its secret %s is gone. Put it back from a copy if you can: with another one, whoever kept "+
		"an old copy of the site can tell more from both (docs/privacy.md). If that cannot be helped, build with --new-secret", e.Output, e.Path)
}

// hide makes the rules about what must not show: those of the configuration, and zones, which an export lists. It
// reads the secret, and makes one where none was needed before; renew allows that although a site is there. keep writes down what must be
// known next time, before anything is published; it is nil where there is nothing new.
func hide(cfg *config.Config, zones []activity.Zone, renew bool) (p activity.Privacy, keep func() error, err error) {
	settings := &cfg.Privacy
	p = activity.Privacy{TrimStartM: settings.TrimStartM, TrimEndM: settings.TrimEndM}
	var all []activity.Zone
	for _, z := range settings.Zones {
		all = append(all, activity.Zone{Center: activity.LatLon{Lat: z.Lat, Lon: z.Lon}, RadiusM: z.RadiusM})
	}
	if settings.UseStravaZones {
		all = append(all, zones...)
	}
	if len(all) == 0 {
		return p, nil, nil
	}
	s, found, err := loadSecret(cfg)
	if err != nil {
		return p, nil, err
	}
	if !found {
		if !renew && hadZones(cfg) {
			return p, nil, &LostSecretError{Path: SecretPath(cfg), Output: cfg.Output}
		}
		rand.Read(s.random[:])
	}
	p.Secret = s.random
	var places []activity.Place
	p.Zones, places = s.cover(cfg, all)
	changed := !found || !isFile(SecretPath(cfg))
	for _, place := range places {
		place = rounded(place)
		if !slices.Contains(s.places, place) {
			s.places, changed = append(s.places, place), true
		}
	}
	if !changed {
		return p, nil, nil
	}
	return p, func() error { return s.save(cfg) }, nil
}

// Hidden returns the discs that a build of the configuration hides for zones, those of an export among them.
func Hidden(cfg *config.Config, zones []activity.Zone) ([]activity.Zone, error) {
	if len(zones) == 0 {
		return nil, nil
	}
	s, _, err := loadSecret(cfg)
	if err != nil {
		return nil, err
	}
	covers, _ := s.cover(cfg, zones)
	return covers, nil
}

// cover returns the discs that hide zones, and the places of them.
func (s *secret) cover(cfg *config.Config, zones []activity.Zone) ([]activity.Zone, []activity.Place) {
	painting := paintSettings(cfg)
	return activity.Cover(zones, s.places, cfg.Privacy.MarginM, glowM(&painting, cfg.Render.MaxZoom))
}

// hadZones tells whether the site that is there may have been made with privacy zones, and so with a secret.
func hadZones(cfg *config.Config) bool {
	path, err := FindArchive(cfg.Output)
	if err != nil {
		return false
	}
	e, err := readMetadata(path)
	if err != nil {
		return true // nothing is known, so the worst
	}
	if e.Heatmapgen.Zones == nil {
		// From before this was told, when secrets lay in the cache folder: where there is a cache but no secret, there were no zones.
		return !isFile(filepath.Join(cfg.Cache, cacheFile))
	}
	return *e.Heatmapgen.Zones
}

// rounded is a place as its file has it.
func rounded(p activity.Place) activity.Place {
	round := func(v, unit float64) float64 { return math.Round(v*unit) / unit }
	return activity.Place{
		At:     activity.LatLon{Lat: round(p.At.Lat, 1e6), Lon: round(p.At.Lon, 1e6)},
		Middle: activity.LatLon{Lat: round(p.Middle.Lat, 1e9), Lon: round(p.Middle.Lon, 1e9)},
	}
}

// clipCenter returns the place around which tracks are clipped to stay near home. Where zones are set it is not home, or
// the ends at the clip's border would draw a circle around it; it is the middle of what hides home, or of its cell.
func clipCenter(home activity.LatLon, p *activity.Privacy) activity.LatLon {
	if len(p.Zones) == 0 {
		return home
	}
	for _, z := range p.Zones {
		if z.Center.DistanceM(home) < z.RadiusM {
			return z.Center
		}
	}
	return activity.CellMiddle(home)
}

// glowM returns how far the glow of a line reaches at the finest zoom, in metres at the equator.
func glowM(s *layers.Settings, maxZoom int) float64 {
	const aroundM = 2 * math.Pi * activity.EarthRadiusM
	return float64(s.MarginPixels()) * aroundM / raster.TileSize / math.Exp2(float64(maxZoom))
}
