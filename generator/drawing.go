package generator

import (
	"math"
	"slices"
	"time"

	"heatmapgen/activity"
	"heatmapgen/layers"
)

// A drawing is what is known once it is known what is drawn: all that painters and the archive need but the pieces and lines themselves. It is plain data, so that it can be handed
// to whoever does a part of the work.
type drawing struct {
	Settings layers.Settings
	// MinZoom and Stored are the first and the last zoom with tiles.
	MinZoom, Stored uint8
	Bounds          [4]float64 // west, south, east and north in degrees
	// Places are where that lies, the one that weighs most first; without lines they are known when the tiles are.
	Places []PlaceMetadata `json:",omitempty"`
	// Activities lists what is drawn, Summary stands in the place of the list where that is not published.
	Activities ActivityColumns `json:",omitzero"`
	Summary    *Summary        `json:",omitempty"`
	OwnLayers  []OwnLayer      `json:",omitempty"`
	Zones      bool            // whether privacy zones are hidden
	Segments   []string        `json:",omitempty"` // those to list, see segments.Segment.String
	// ActivityDays and IDs are those of the activities by rank; a day is layers.NoDay where not known.
	ActivityDays []int
	IDs          []string
	// Athletes are numbers of the athletes of the activities, by rank, from 0; nil where they are not counted.
	Athletes []int  `json:",omitempty"`
	Rules    string // see rulesHash
}

// drawingOf settles how a selection is drawn, which was made by rules with that hash: with which scales, which zooms.
func (b *build) drawingOf(sel *selection, rules string) *drawing {
	cfg := b.cfg
	d := &drawing{Stored: uint8(cfg.StoredZoom()), Zones: len(sel.zones) > 0, ActivityDays: sel.activityDays(), Rules: rules}
	all := columns(sel, cfg.Privacy.PublishNames)
	all.label(sel, &cfg.Page)
	if cfg.CountsAthletes() {
		d.Athletes = sel.athletes()
	}
	if cfg.Page.Tracks {
		d.Places, all.Place = sel.places()
	}
	d.OwnLayers = b.ownLayers(sel)
	if cfg.Page.Activities {
		d.Activities = all
	} else {
		d.Summary = summaryOf(&all, b.settings.Crowd, d.Athletes)
	}
	for _, i := range sel.drawn {
		d.IDs = append(d.IDs, sel.rows[i].ID)
	}
	if b.unpinned != "" {
		b.report.note("%s", b.unpinned)
	}
	b.settings.Scales = chooseScales(b.scaleNeeds(sel, d), b.pinned)
	d.Settings = b.settings
	painted := sel.bounds.padded(cfg.Render.PaddingM)
	d.Bounds = painted.degrees()
	d.MinZoom = painted.minZoom(cfg.Render.MinZoomTargetPX, d.Stored)
	switch {
	case cfg.Render.MinZoom >= 0:
		d.MinZoom = min(uint8(cfg.Render.MinZoom), d.Stored)
	case d.Settings.Crowd.On():
		d.MinZoom = 0 // how far those went whom nobody is to see must not tell
	}
	return d
}

// painting returns the painting of a drawing, without its source, cache and taker.
func (b *build) painting(d *drawing) *painting {
	return &painting{settings: d.Settings, fields: d.Settings.Fields(), pieces: piecesOf(d.ActivityDays, d.Athletes, activity.DayOf(b.today)),
		settingsHash: settingsHash(b.opts.Version, &d.Settings), stored: newStoredBytes(d.Stored)}
}

// metadata returns what the archive says of a drawing, but for its fields, lines and digest.
func (b *build) metadata(d *drawing) *Metadata {
	return &Metadata{
		Format: FormatVersion, Generator: b.opts.generator(), AsOf: b.today.Format(time.DateOnly), Days: DaysLocal,
		MinZoom: d.MinZoom, MaxZoom: d.Stored, Bounds: d.Bounds, DefaultLayer: b.cfg.Page.DefaultLayer,
		Layers:     d.Settings.Layers(b.cfg.Ranges.RecencyGamma),
		OwnLayers:  d.OwnLayers,
		Places:     d.Places,
		Activities: d.Activities,
		Summary:    d.Summary,
		Segments:   d.Segments,
		Zones:      &d.Zones,
		Painting:   &PaintingMetadata{BlurSigmaPX: d.Settings.BlurSigma, HillBlurSigmaPX: d.Settings.HillBlurSigma},
	}
}

// days returns the different days of what is drawn, ascending, as far as they are known.
func (d *drawing) days() []int {
	days := slices.DeleteFunc(slices.Clone(d.ActivityDays), func(day int) bool { return day == layers.NoDay })
	slices.Sort(days)
	return slices.Compact(days)
}

// activityDays returns the days of what is drawn, by rank.
func (s *selection) activityDays() []int {
	days := make([]int, len(s.drawn))
	for rank, i := range s.drawn {
		days[rank] = s.rows[i].day()
	}
	return days
}

// columns makes the metadata's table of what is drawn.
func columns(s *selection, names bool) ActivityColumns {
	c := ActivityColumns{Day: []int{}, Sport: []int{}, DistanceM: []int{}, MovingS: []int{}, AscentM: []int{}, Sports: []string{}}
	place := map[activity.Sport]int{}
	for _, i := range s.drawn {
		a := &s.rows[i].Activity
		k, ok := place[a.Sport]
		if !ok {
			k = len(c.Sports)
			place[a.Sport] = k
			c.Sports = append(c.Sports, string(a.Sport))
		}
		day := 0
		if d := s.rows[i].day(); d != layers.NoDay {
			day = d
		}
		c.Day, c.Sport = append(c.Day, day), append(c.Sport, k)
		distance, moving, ascent := a.DistanceM, a.MovingS, a.AscentM
		if cut := s.rows[i].shown; cut != nil {
			distance, moving, ascent = cut.DistanceM, cut.MovingS, cut.AscentM
		}
		c.DistanceM = append(c.DistanceM, int(math.Round(distance)))
		c.MovingS = append(c.MovingS, int(math.Round(moving)))
		c.AscentM = append(c.AscentM, int(math.Round(ascent)))
		if names {
			c.Name = append(c.Name, a.Name)
		}
	}
	return c
}
