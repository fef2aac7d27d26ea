package generator

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// A LostSecretError says that privacy zones were hidden before, and what is remembered of how is gone.
type LostSecretError struct{ Path, Output string }

func (e *LostSecretError) Error() string {
	return fmt.Sprintf("privacy zones are set and there is a site in %s, but its secret %s is gone. Put it back from a copy if you can: without it, a place that is set some metres "+
		"off may be hidden otherwise than before, and whoever kept an old copy of the site can tell more from both (docs/privacy.md). If that cannot be helped, build with --new-secret", e.Output, e.Path)
}

// hide makes the rules about what must not show: those of the configuration, and zones, which exports list; tables are those exports. It reads the secret, and makes one where none was needed before; renew allows that although a site is there
// or the secret is damaged. keep writes down what must be known next time, before anything is published; it is nil where there is nothing new.
func hide(cfg *config.Config, zones []activity.Zone, tables []listedExport, renew bool) (p activity.Privacy, keep func() error, err error) {
	settings := &cfg.Privacy
	p = activity.Privacy{TrimStartM: settings.TrimStartM, TrimEndM: settings.TrimEndM}
	var all []activity.Zone
	for _, z := range settings.Zones {
		all = append(all, activity.Zone{Center: activity.LatLon{Lat: z.Lat, Lon: z.Lon}, RadiusM: z.RadiusM})
	}
	if settings.UseStravaZones {
		all = append(all, zones...)
	}
	s, found, err := loadSecret(cfg)
	var damaged *DamagedSecretError
	if renew && errors.As(err, &damaged) {
		// What was remembered is lost with it.
		s, found, err = secret{}, false, nil
	}
	if err != nil {
		return p, nil, err
	}
	if len(all) == 0 && !found && damaged == nil {
		return p, nil, nil
	}
	if !found {
		if !renew && hadZones(cfg) {
			return p, nil, &LostSecretError{Path: SecretPath(cfg), Output: cfg.Output}
		}
	}
	changed := !found || !s.sealed || !isFile(SecretPath(cfg))
	if own := s.exportsOf(cfg); !slices.Equal(own, tables) {
		s.exports = append(slices.DeleteFunc(s.exports, func(e listedExport) bool { return slices.Contains(own, e) }), tables...)
		changed = true
	}
	if len(all) > 0 {
		var places []activity.Place
		p.Zones, places = s.cover(cfg, all)
		for _, place := range places {
			place = rounded(place)
			if !slices.Contains(s.places, place) {
				s.places, changed = append(s.places, place), true
			}
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
	e, err := readOlder(path)
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
