package audit

import (
	"context"
	"fmt"
	"math"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
	"heatmapgen/site/audit/streets"
)

// judge attacks what the configuration hides, and compares every guess with what it is to hide.
func (r *Report) judge(ctx context.Context, cfg *config.Config, site *generator.Site, sketch *Sketch, mapFile string) error {
	var zones []activity.Zone
	for _, z := range cfg.Privacy.Zones {
		zones = append(zones, activity.Zone{Center: activity.LatLon{Lat: z.Lat, Lon: z.Lon}, RadiusM: z.RadiusM})
	}
	typed := len(zones)
	if cfg.Privacy.UseStravaZones {
		tables := map[int]bool{}
		for i, s := range cfg.Sources {
			listed, known, err := exportZones(ctx, s)
			tables[i] = known
			if err != nil {
				r.Faults = append(r.Faults, fmt.Sprintf("the privacy zones of the Strava export cannot be read: %v", err))
			}
			for _, z := range listed {
				zones = append(zones, activity.Zone{Center: activity.LatLon{Lat: z.Lat, Lon: z.Lon}, RadiusM: z.RadiusM})
			}
		}
		for _, f := range generator.MissingZones(cfg, tables) {
			r.Faults = append(r.Faults, f.String())
		}
	}
	r.Zones = len(zones)
	trimmed := cfg.Privacy.TrimStartM > 0 || cfg.Privacy.TrimEndM > 0
	r.hides = len(zones) > 0 || trimmed
	var places []activity.LatLon
	for _, z := range zones {
		places = append(places, z.Center)
	}
	if h := cfg.Home; h != nil {
		places = append(places, activity.LatLon{Lat: h.Lat, Lon: h.Lon})
	}

	if err := r.attack(ctx, cfg, zones, site, sketch, mapFile); err != nil {
		return err
	}
	r.compare(places)
	r.segments(site, zones, places)
	if err := r.shown(zones, typed, cfg.Privacy.AllowUnusedZones, site, sketch); err != nil {
		return err
	}
	if trimmed && len(zones) == 0 {
		// The place itself is known to nobody here, but where trimmed ends crowd, or draw a circle, they tell it.
		for _, p := range r.Starts[:min(1, len(r.Starts))] {
			r.find(message.New("guess-trimmed", fmt.Sprintf("around %s, where %d activities start: trimmed ends alone hide no place, a zone does", position(p), p.Count), message.Args{"n": p.Count}))
		}
		for _, ring := range r.Rings[:min(1, len(r.Rings))] {
			r.find(message.New("guess-trimmed-ring", fmt.Sprintf("around %s, the middle of a circle that %d trimmed ends draw: a zone hides better", position(ring.Place), ring.Count), message.Args{"n": ring.Count}))
		}
	}
	if len(zones) > 0 {
		r.Untried = append(r.Untried, "old copies of the site, other people's sites, races and profiles elsewhere")
		if mapFile == "" {
			r.Untried = append(r.Untried, "a street map, which tells a stranger more (--map, with an extract of OpenStreetMap)")
		}
	} else if mapFile != "" {
		r.Untried = append(r.Untried, noPlace)
	}
	return nil
}

// attack makes the guesses about every disc that is hidden, with the streets of mapFile, "" for none.
func (r *Report) attack(ctx context.Context, cfg *config.Config, zones []activity.Zone, site *generator.Site, sketch *Sketch, mapFile string) error {
	covers, err := generator.Hidden(cfg, zones)
	if err != nil {
		r.Faults = append(r.Faults, err.Error())
		return nil
	}
	var all []streets.Street
	if mapFile != "" && len(covers) > 0 {
		if all, err = readMap(ctx, mapFile, covers); err != nil {
			return err
		}
	}
	for _, c := range covers {
		a := Attack{Middle: Place{Lat: c.Center.Lat, Lon: c.Center.Lon}, RadiusM: c.RadiusM}
		if sketch != nil {
			g := sketch.byLinesOf(c)
			a.Lines = &g
		}
		g, ok, err := byTilesOf(site, c)
		if err != nil {
			return err
		}
		if ok {
			a.Tiles = &g
		}
		if mapFile != "" {
			var why string
			if a.Streets, why, err = byStreetsOf(site, sketch, c, all); err != nil {
				return err
			}
			if why != "" {
				r.Untried = append(r.Untried, why)
			}
		}
		r.Attacks = append(r.Attacks, a)
	}
	return nil
}

// find adds a clue to what gives away a place.
func (r *Report) find(m message.Message) {
	r.Found = append(r.Found, m.Text)
	r.Clues = append(r.Clues, m)
}

// compare tells which guesses come near a place that is to be hidden.
func (r *Report) compare(places []activity.LatLon) {
	tell := func(guess Place, what message.Message) {
		for _, p := range places {
			if guess.DistanceM(p) <= PlacedM {
				r.find(what)
				return
			}
		}
	}
	for _, p := range r.Starts {
		tell(p, message.New("guess-starts", "where "+words.Plural(p.Count, "activity starts", "activities start"), message.Args{"n": p.Count}))
	}
	for _, p := range r.Ends {
		tell(p, message.New("guess-ends", "where "+words.Plural(p.Count, "activity ends", "activities end"), message.Args{"n": p.Count}))
	}
	for _, ring := range r.Rings {
		tell(ring.Place, message.New("guess-ring", fmt.Sprintf("the middle of a circle that %d ends of lines draw", ring.Count), message.Args{"n": ring.Count}))
	}
	if r.Busiest != nil {
		tell(*r.Busiest, message.New("guess-busiest", "the most visited spot", nil))
	}
	for i := range r.Attacks {
		for _, how := range []string{"the lines around what is hidden", "the tiles around what is hidden", "the streets around what is hidden"} {
			// A guess that is right by chance tells a stranger nothing.
			if g := r.Attacks[i].guesses()[how]; g != nil && g.Informed() {
				tell(g.Place, message.New("guess-around", fmt.Sprintf("where %s point (%.0f %% sure, %.0f %% by chance)", how, 100*g.Sure, 100*g.Chance),
					message.Args{"how": how, "sure": math.Round(100 * g.Sure), "chance": math.Round(100 * g.Chance)}))
			}
		}
	}
}

// unusedM is how far from a zone the nearest line or pixel may be at least for the zone to be of no use.
const unusedM = 5000

// shown tells which zones show something within, as on a site from before they were set, and which hide nothing. The first typed ones are of the
// configuration.
func (r *Report) shown(zones []activity.Zone, typed int, allowUnused bool, site *generator.Site, sketch *Sketch) error {
	for i, z := range zones {
		nearest, err := nearestM(z, site, sketch)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("privacy zone %d", i+1)
		if i >= typed {
			name = fmt.Sprintf("privacy zone %d of the export", i-typed+1)
		}
		switch {
		case nearest < z.RadiusM*0.98:
			r.Found = append(r.Found, fmt.Sprintf("shown within %s: the site is from before it was set, or not of this heatmap.toml", name))
		case nearest > z.RadiusM+unusedM && i < typed && !allowUnused:
			r.Faults = append(r.Faults, fmt.Sprintf("%s hides nothing: no activity of the site comes near it; are lat and lon swapped?", name))
		}
	}
	return nil
}

// nearestM returns how near the site comes to the centre of a zone, in metres: its lines, or, where it has none, its tiles. It looks unusedM beyond the
// zone, and returns infinity where nothing is there.
func nearestM(z activity.Zone, site *generator.Site, sketch *Sketch) (float64, error) {
	nearest := math.Inf(1)
	if sketch != nil {
		t := sketch.tracks
		for i := range t.X {
			nearest = min(nearest, z.Center.DistanceM(place(t, i)))
		}
		return nearest, nil
	}
	h := newHeat(site, disc{z.Center, z.RadiusM})
	if h == nil {
		return nearest, nil
	}
	err := h.each(z.RadiusM+unusedM, func(p xy, _ float64) { nearest = min(nearest, p.length()) })
	return nearest, err
}

// exportZones returns the zones that exports in a source list, and whether there is a table of them. Its error says that not all of them are
// known.
func exportZones(ctx context.Context, src config.Source) (zones []source.Zone, listed bool, err error) {
	var s source.Source
	switch src.Type {
	case config.SourceStrava:
		s, err = source.OpenStrava(src.Path, source.DefaultLimits)
	case config.SourceFiles:
		s, err = source.OpenFiles(src.Path, source.DefaultLimits)
	default:
		return nil, false, nil
	}
	if err != nil {
		// Nothing is said of a table that is not there.
		return nil, true, err
	}
	defer s.Close()
	l, err := s.List(ctx)
	if err != nil {
		return nil, true, err
	}
	for _, f := range l.ZoneFaults {
		return l.Zones, true, fmt.Errorf("%s: %s", f.File, f.Text)
	}
	return l.Zones, l.ZoneTables > 0, nil
}
