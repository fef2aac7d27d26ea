package audit

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
	"heatmapgen/layers/raster"
)

// noPlace says why a street map was of no use.
const noPlace = "the street map, since no zone hides a place whose streets it could tell of"

// PlacedM is how near, in metres, a guess must come to a hidden place to count as having found it.
const PlacedM = 200

// An Report says what a site tells a stranger. Positions are rounded to a thousandth of a degree, some 100 m.
type Report struct {
	Activities int `json:"activities"`
	// Unlisted is what the site tells of its activities in the place of a list; nil where it lists them.
	Unlisted *generator.Summary `json:"unlisted,omitempty"`
	Sports   []string           `json:"sports"`
	// Names is the number of activities whose names the site has.
	Names int `json:"names"`
	// Labels is what else the list tells of each activity, out of config.PublishIDs.
	Labels []string `json:"labels"`
	// Segments is how many segments the page lists as the map's own.
	Segments int `json:"segments"`
	// Layers are the titles of layers of the user's own, which tell of each activity whether it is in them.
	Layers []string `json:"layers"`
	// Sensors are those whose readings such layers publish along the lines, by their ids.
	Sensors []string `json:"sensors,omitempty"`
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
	// Attacks are the guesses about each place that is hidden.
	Attacks []Attack `json:"attacks"`
	// Found lists what gives away a zone's centre, the home of the configuration or a place where ends are trimmed, in words.
	Found []string `json:"found"`
	// Clues are those of them that have a wording as a message.
	Clues []message.Message `json:"-"`
	// Faults are what makes it impossible to say that anything is hidden: zones that cannot be read or that hide nothing, files in the
	// folder that would be published along.
	Faults []string `json:"faults"`
	// Untried is what a stranger might do that the audit did not.
	Untried []string `json:"untried"`
	// hides tells that the configuration hides anything.
	hides bool
}

// An Attack is what was tried to find a place that is hidden.
type Attack struct {
	// Middle and RadiusM are of what is hidden, as everybody can see it.
	Middle  Place   `json:"middle"`
	RadiusM float64 `json:"radius_m"`
	// Lines, Tiles and Streets are the guesses by the lines of the activities, by the tiles alone, and by a street map beside the lines, or the
	// tiles where there are no lines. nil where there is no such thing.
	Lines   *Guess `json:"lines,omitempty"`
	Tiles   *Guess `json:"tiles,omitempty"`
	Streets *Guess `json:"streets,omitempty"`
}

// guesses lists those that were made.
func (a *Attack) guesses() map[string]*Guess {
	all := map[string]*Guess{}
	for how, g := range map[string]*Guess{"the lines around what is hidden": a.Lines, "the tiles around what is hidden": a.Tiles, "the streets around what is hidden": a.Streets} {
		if g != nil {
			all[how] = g
		}
	}
	return all
}

// Exposed is the verdict: a place that is to be hidden can be found, or it cannot be told that it is hidden.
func (r *Report) Exposed() bool { return r.hides && len(r.Found) > 0 || len(r.Faults) > 0 }

// Site looks at the archive in the file path as a stranger would. cfg says what is to be hidden; nil leaves the guesses without
// a verdict. mapFile is the path of a street map for the attack (package streets), "" for none; it is read only where zones hide something.
func Site(ctx context.Context, path string, cfg *config.Config, mapFile string) (*Report, error) {
	s, err := generator.OpenSite(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	a := &s.Meta.Activities
	report := &Report{Activities: len(a.Day), Unlisted: s.Meta.Summary, Sports: append([]string{}, a.Sports...), Labels: append([]string{}, a.Published()...), Segments: len(s.Meta.Segments), Layers: []string{}, Zones: -1,
		Starts: []Place{}, Ends: []Place{}, Rings: []Ring{}, Attacks: []Attack{}, Found: []string{}, Faults: []string{}, Untried: []string{}}
	for _, name := range a.Name {
		if name != "" {
			report.Names++
		}
	}
	for i := range s.Meta.OwnLayers {
		l := &s.Meta.OwnLayers[i]
		report.Layers = append(report.Layers, l.Title)
		if _, ok := activity.SensorOf(l.Field); ok && !slices.Contains(report.Sensors, l.Field) {
			report.Sensors = append(report.Sensors, l.Field)
		}
	}
	report.days(a.Day)
	var sketch *Sketch
	if sketch, err = report.guess(s); err != nil {
		return nil, err
	}
	if report.Tracks = sketch != nil; !report.Tracks {
		if report.Busiest, err = busiest(ctx, s); err != nil {
			return nil, err
		}
	}
	if cfg != nil {
		if err := report.judge(ctx, cfg, s, sketch, mapFile); err != nil {
			return nil, err
		}
	} else if mapFile != "" {
		report.Untried = append(report.Untried, noPlace)
	}
	report.beside(path)
	report.round()
	return report, nil
}

// besides are the files of a published folder; what else lies there would be published along.
var besides = []string{generator.ArchiveName, generator.MBTilesName, generator.PageName}

// beside looks for what would be published along with the archive in the file path: one of the other format, which nobody looked at, and
// what an interrupted program left, which may be a whole archive with everything in it.
func (r *Report) beside(path string) {
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		r.Faults = append(r.Faults, fmt.Sprintf("what lies beside %s cannot be listed: %v", name, err))
		return
	}
	for _, e := range entries {
		other := e.Name()
		switch {
		case other == name || other == generator.PageName:
		case slices.Contains(besides, other):
			r.Faults = append(r.Faults, fmt.Sprintf("beside it lies %s, which would be published along; remove it, or look at it by itself", other))
		case leftOver.MatchString(other):
			r.Faults = append(r.Faults, fmt.Sprintf("beside it lies %s, left over from a program that was interrupted; remove it", words.OneLine(other)))
		}
	}
}

// leftOver is what names of unfinished files look like (internal/atomicfile, package archive).
var leftOver = regexp.MustCompile(`^\.?(heatmap\.(pmtiles|mbtiles)|basemap\.[a-z0-9_-]+\.pmtiles|index\.html)\..+|\.tmp-|-(wal|shm|journal)$`)

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

// guess reads the lines and looks for crowds and rings; the sketch is nil where there are no lines.
func (r *Report) guess(site *generator.Site) (*Sketch, error) {
	t, err := site.Lines()
	if t == nil || err != nil {
		return nil, err // left out, or dropped by a tool
	}
	s := NewSketch(t)
	r.Starts = append(r.Starts, Dense(s.Starts, mostGuesses)...)
	r.Ends = append(r.Ends, Dense(s.Ends, mostGuesses)...)
	r.Rings = append(r.Rings, s.Rings(mostGuesses)...)
	return s, nil
}

// busiestZoom is the finest zoom whose tiles are looked at; busiestPixels the side of the squares that are compared.
const (
	busiestZoom   = 14
	busiestPixels = 8
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
	for i := range r.Attacks {
		a := &r.Attacks[i]
		coarse(&a.Middle)
		a.RadiusM = math.Round(a.RadiusM)
		for _, g := range a.guesses() {
			coarse(&g.Place)
			g.Sure, g.Chance = math.Round(g.Sure*100)/100, math.Round(g.Chance*100)/100
		}
	}
}
