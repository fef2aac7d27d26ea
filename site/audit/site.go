package audit

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/words"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// PlacedM is how near, in metres, a guess must come to a hidden place to count as having found it.
const PlacedM = 200

// An Report says what a site tells a stranger. Positions are rounded to a thousandth of a degree, some 100 m.
type Report struct {
	Activities int      `json:"activities"`
	Sports     []string `json:"sports"`
	// Names is the number of activities whose names the site has.
	Names int `json:"names"`
	// FirstDay and LastDay are those of the oldest and the newest activity, "" when no day is known.
	FirstDay string `json:"first_day"`
	LastDay  string `json:"last_day"`
	// Tracks tells that the lines of the activities are published; without them there are neither starts nor rings.
	Tracks bool    `json:"tracks"`
	Starts []Place `json:"starts"`
	Ends   []Place `json:"ends"`
	Rings  []Ring  `json:"rings"`
	// Busiest is the most visited spot on the tiles, of a site without lines.
	Busiest *Place `json:"busiest,omitempty"`
	// Zones is how many privacy zones the configuration sets; -1 when there is no configuration to tell.
	Zones int `json:"zones"`
	// Found lists the guesses that come near a zone's centre or the home of the configuration, in words. They make the verdict
	// when zones are set.
	Found []string `json:"found"`
	// Notes are about the audit itself.
	Notes []string `json:"notes"`
}

// Exposed is the verdict: a hidden place can be found although zones are set.
func (r *Report) Exposed() bool { return r.Zones > 0 && len(r.Found) > 0 }

// Site looks at the archive in the file path as a stranger would. cfg says what is to be hidden; nil leaves the guesses without
// a verdict.
func Site(ctx context.Context, path string, cfg *config.Config) (*Report, error) {
	s, err := generator.OpenSite(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	a := &s.Meta.Activities
	report := &Report{Activities: len(a.Day), Sports: a.Sports, Zones: -1,
		Starts: []Place{}, Ends: []Place{}, Rings: []Ring{}, Found: []string{}, Notes: []string{}}
	for _, name := range a.Name {
		if name != "" {
			report.Names++
		}
	}
	report.days(a.Day)
	if report.Tracks, err = report.guess(s); err != nil {
		return nil, err
	}
	if !report.Tracks {
		if report.Busiest, err = busiest(ctx, s); err != nil {
			return nil, err
		}
	}
	if cfg != nil {
		report.judge(ctx, cfg)
	}
	report.beside(path)
	report.round()
	return report, nil
}

// beside notes an archive of the other format, which would be published along with the one in the file path.
func (r *Report) beside(path string) {
	dir, name := filepath.Split(path)
	for _, pair := range [][2]string{{generator.ArchiveName, generator.MBTilesName}, {generator.MBTilesName, generator.ArchiveName}} {
		if info, err := os.Stat(dir + pair[1]); name == pair[0] && err == nil && info.Mode().IsRegular() {
			r.Notes = append(r.Notes, fmt.Sprintf("Beside it lies %s, which this audit has not looked at. Remove it, or look at it too.", pair[1]))
		}
	}
}

func (r *Report) days(days []int) {
	oldest, newest := math.MaxInt, math.MinInt
	for _, d := range days {
		if d != 0 {
			oldest, newest = min(oldest, d), max(newest, d)
		}
	}
	if oldest <= newest {
		day := func(d int) string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }
		r.FirstDay, r.LastDay = day(oldest), day(newest)
	}
}

// mostGuesses is how many places of each kind are told.
const mostGuesses = 3

// guess reads the tracks blob; ok is false where there is none.
func (r *Report) guess(site *generator.Site) (ok bool, err error) {
	blob, err := site.Tracks()
	if blob == nil || err != nil {
		return false, err // left out, or dropped by a tool
	}
	t, err := lines.Decode(blob)
	if err != nil {
		return false, err
	}
	s := NewSketch(t)
	r.Starts = append(r.Starts, Dense(s.Starts, mostGuesses)...)
	r.Ends = append(r.Ends, Dense(s.Ends, mostGuesses)...)
	r.Rings = append(r.Rings, s.Rings(mostGuesses)...)
	return true, nil
}

// busiestZoom is the finest zoom whose tiles are looked at; busiestPixels the side of the squares that are compared.
const (
	busiestZoom   = 15
	busiestPixels = 16
)

// busiest returns the middle of the square with most visits on the tiles, nil where there are none.
func busiest(ctx context.Context, s *generator.Site) (*Place, error) {
	if len(s.Meta.Fields) == 0 {
		return nil, nil
	}
	zoom := min(s.Meta.MaxZoom, busiestZoom)
	var best *Place
	var pix [archive.TilePixels]byte
	for tile, err := range s.Tiles(s.Meta.Fields[0].ID) {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if tile.Zoom != zoom {
			continue
		}
		png, err := tile.Read()
		if err != nil {
			return nil, err
		}
		if err := archive.DecodeIndices(png, &pix); err != nil {
			return nil, err
		}
		const across = raster.TileSize / busiestPixels
		var sums [across * across]int
		for i, v := range pix {
			sums[i/raster.TileSize/busiestPixels*across+i%raster.TileSize/busiestPixels] += int(v)
		}
		for k, sum := range sums {
			if best == nil || sum > best.Count {
				scale := raster.PixelScale(zoom)
				x := float64(tile.X)*raster.TileSize + (float64(k%across)+0.5)*busiestPixels
				y := float64(tile.Y)*raster.TileSize + (float64(k/across)+0.5)*busiestPixels
				lat, lon := raster.Unproject(raster.Point{X: int64(x / scale), Y: int64(y / scale)})
				best = &Place{Lat: lat, Lon: lon, Count: sum}
			}
		}
	}
	if best != nil {
		best.Count = 0 // a sum of levels, which is no number of anything
	}
	return best, nil
}

// judge compares the guesses with what the configuration hides.
func (r *Report) judge(ctx context.Context, cfg *config.Config) {
	var places []activity.LatLon
	for _, z := range cfg.Privacy.Zones {
		places = append(places, activity.LatLon{Lat: z.Lat, Lon: z.Lon})
	}
	if cfg.Privacy.UseStravaZones {
		for _, s := range cfg.Sources {
			if s.Type != config.SourceStrava {
				continue
			}
			zones, err := exportZones(ctx, s.Path)
			if err != nil {
				r.Notes = append(r.Notes, fmt.Sprintf("The privacy zones of the Strava export are not taken into account: %v.", err))
			}
			for _, z := range zones {
				places = append(places, activity.LatLon{Lat: z.Lat, Lon: z.Lon})
			}
		}
	}
	r.Zones = len(places)
	if h := cfg.Home; h != nil {
		places = append(places, activity.LatLon{Lat: h.Lat, Lon: h.Lon})
	}
	tell := func(guess Place, what string) {
		for _, p := range places {
			if guess.DistanceM(p) <= PlacedM {
				r.Found = append(r.Found, what)
				return
			}
		}
	}
	for _, p := range r.Starts {
		tell(p, "where "+words.Plural(p.Count, "activity starts", "activities start"))
	}
	for _, p := range r.Ends {
		tell(p, "where "+words.Plural(p.Count, "activity ends", "activities end"))
	}
	for _, ring := range r.Rings {
		tell(ring.Place, fmt.Sprintf("the middle of a circle that %d ends of lines draw", ring.Count))
	}
	if r.Busiest != nil {
		tell(*r.Busiest, "the most visited spot")
	}
}

func exportZones(ctx context.Context, path string) ([]source.Zone, error) {
	s, err := source.OpenStrava(path, source.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	l, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	return l.Zones, nil
}

func (r *Report) round() {
	coarse := func(p *Place) {
		p.Lat, p.Lon = math.Round(p.Lat*1000)/1000, math.Round(p.Lon*1000)/1000
	}
	for i := range r.Starts {
		coarse(&r.Starts[i])
	}
	for i := range r.Ends {
		coarse(&r.Ends[i])
	}
	for i := range r.Rings {
		coarse(&r.Rings[i].Place)
		r.Rings[i].RadiusM, r.Rings[i].SpreadM = math.Round(r.Rings[i].RadiusM), math.Round(r.Rings[i].SpreadM)
	}
	if r.Busiest != nil {
		coarse(r.Busiest)
	}
}
