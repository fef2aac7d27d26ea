package generator

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// SecretName is the name of the file in the cache folder that holds the athlete's secret (docs/privacy.md).
const SecretName = "privacy-secret"

// secretText goes before the secret in its file.
const secretText = "# heatmapgen moves your privacy zones by this. Keep it, and keep it to yourself: see docs/privacy.md.\n"

// readSecret returns the secret in the folder dir, made now when there is none.
func readSecret(dir string) (secret [32]byte, made bool, err error) {
	path := filepath.Join(dir, SecretName)
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		line := strings.TrimSpace(strings.TrimPrefix(string(text), secretText))
		if n, err := hex.Decode(secret[:], []byte(line)); err != nil || n != len(secret) || len(line) != 2*n {
			return secret, false, fmt.Errorf("%s is damaged; put the file back from a copy, or delete it to move the privacy zones anew", path)
		}
		return secret, false, nil
	case !errors.Is(err, fs.ErrNotExist):
		return secret, false, fmt.Errorf("reading the secret of the privacy zones: %w", err)
	}
	rand.Read(secret[:])
	err = atomicfile.Write(path, 0o600, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s%x\n", secretText, secret)
		return err
	})
	return secret, true, err
}

// hide makes the rules about what must not show: those of the configuration, and zones, which an export lists. moved is a
// note that a site of before hid them behind other circles, "" when it did not.
func hide(cfg *config.Config, zones []activity.Zone) (p activity.Privacy, moved string, err error) {
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
		return p, "", nil
	}
	secret, made, err := readSecret(cfg.Cache)
	if err != nil {
		return p, "", err
	}
	if _, err := FindArchive(cfg.Output); made && err == nil {
		moved = fmt.Sprintf("Privacy zones are moved anew, by a new secret in %s. If the site had zones before, who kept a copy of it can tell more from both; see docs/privacy.md.", cfg.Cache)
	}
	p.Secret = secret
	painting := paintSettings(cfg)
	p.Zones = activity.Cover(all, secret, glowM(&painting, cfg.Render.MaxZoom))
	return p, moved, nil
}

// clipCenter returns the place around which tracks are clipped to stay near home. Where zones are set it is not home, or
// the ends at the clip's border would draw a circle around it; and it is the middle of the cover that home lies
// in, or the two circles together would tell more than one.
func clipCenter(home activity.LatLon, p *activity.Privacy) activity.LatLon {
	if len(p.Zones) == 0 {
		return home
	}
	for _, z := range p.Zones {
		if z.Center.DistanceM(home) < z.RadiusM {
			return z.Center
		}
	}
	return activity.Move(home, p.Secret)
}

// glowM returns how far the glow of a line reaches at the finest zoom, in metres at the equator.
func glowM(s *layers.Settings, maxZoom int) float64 {
	const aroundM = 2 * math.Pi * activity.EarthRadiusM
	return float64(s.MarginPixels()) * aroundM / raster.TileSize / math.Exp2(float64(maxZoom))
}
