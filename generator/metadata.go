package generator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/segments"
)

// FormatVersion is the version of the archive's format (docs/format.md).
const FormatVersion = 2

// oldestFormat is that of archives with all their tiles stored, of which a build still learns what the map was.
const oldestFormat = 1

// LinesID is the name of the blocks of lines, in archives and in what is said of them.
const LinesID = "lines"

// DaysLocal says that the days of an archive are those where the activities were.
const DaysLocal = "local"

// Metadata is the part of the archive's metadata that PMTiles knows nothing of.
type Metadata struct {
	Format       int             `json:"format"`
	Generator    string          `json:"generator"`
	AsOf         string          `json:"as_of"`
	Days         string          `json:"days,omitempty"` // DaysLocal; "" in archives whose days are those of UTC
	MinZoom      uint8           `json:"min_zoom"`
	MaxZoom      uint8           `json:"max_zoom"`
	Bounds       [4]float64      `json:"bounds"`
	DefaultLayer string          `json:"default_layer"`
	Fields       []FieldMetadata `json:"fields"`
	Layers       []layers.Layer  `json:"layers"`
	// OwnLayers are those of the user's own, which have no tiles.
	OwnLayers []OwnLayer `json:"own_layers,omitempty"`
	// Places are where most of it lies, the one with most first; none in archives from before they were told.
	Places []PlaceMetadata `json:"places,omitempty"`
	// Activities has the list of what is drawn, Summary what is told where that is not published.
	Activities ActivityColumns `json:"activities,omitzero"`
	Summary    *Summary        `json:"summary,omitempty"`
	// Zones tells whether privacy zones were set, which the picture tells too where they cut anything. It is nil in archives from before it
	// was told.
	Zones *bool `json:"zones,omitempty"`
	// Painting is nil in archives from before there was a live picture; Lines where the configuration leaves them out.
	Painting *PaintingMetadata `json:"painting,omitempty"`
	Lines    *LinesMetadata    `json:"lines,omitempty"`
	// Squares is nil where the configuration leaves them out, and in archives from before there were any.
	Squares *SquaresMetadata `json:"squares,omitempty"`
	// Segments are ways that the page lists efforts over, as segments.Segment.String writes them; none in archives from before there were any.
	Segments []string `json:"segments,omitempty"`
	// Digest is nil in archives from before there was one.
	Digest *Digest `json:"digest,omitempty"`
}

// PaintingMetadata is what the live picture must follow: the standard deviations of the glow in pixels.
type PaintingMetadata struct {
	BlurSigmaPX     float64 `json:"blur_sigma_px"`
	HillBlurSigmaPX float64 `json:"hill_blur_sigma_px"`
}

// LinesMetadata tells where the blocks of lines lie: in PMTiles by bytes from the start of the tile-data
// section, in MBTiles by their table; which zooms have blocks; and the deepest zoom that is painted from them.
type LinesMetadata struct {
	Table   string         `json:"table,omitempty"`
	Offset  int64          `json:"offset,omitempty"`
	Length  int64          `json:"length,omitempty"`
	Zooms   []BlocksOfZoom `json:"zooms"`
	MaxZoom uint8          `json:"max_zoom"`
	// Kept is nil where no block keeps tiles in place of its lines.
	Kept *KeptMetadata `json:"kept,omitempty"`
}

// BlocksOfZoom is how many blocks, or tiles that blocks keep, there are of a zoom, and their bytes.
type BlocksOfZoom struct {
	Zoom   uint8 `json:"zoom"`
	Blocks int   `json:"tiles"`
	Bytes  int64 `json:"bytes"`
}

// FieldMetadata describes one field. Offset and Length are those of its inner archive in PMTiles, zero for the
// field of the outer archive and for one without tiles. Table is its table in MBTiles, "" for one without tiles.
type FieldMetadata struct {
	ID     string         `json:"id"`
	Kind   layers.Kind    `json:"kind"`
	Unit   string         `json:"unit"`
	Scale  layers.Scale   `json:"scale"`
	Table  string         `json:"table,omitempty"`
	Offset int64          `json:"offset,omitempty"`
	Length int64          `json:"length,omitempty"`
	Zooms  []ZoomMetadata `json:"zooms"`
	// Kept are the tiles that blocks keep in place of lines, nil where there are none.
	Kept *KeptTiles `json:"kept,omitempty"`
}

// ZoomMetadata is the range of one field at one zoom, in the field's unit, and how much it has there.
type ZoomMetadata struct {
	Zoom  uint8   `json:"zoom"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	Tiles int     `json:"tiles"`
	Bytes int64   `json:"bytes"`
}

// ActivityColumns lists the activities that are drawn, oldest first.
type ActivityColumns struct {
	Day       []int    `json:"day"` // days since 1970-01-01; 0 where not known
	Sport     []int    `json:"sport"`
	DistanceM []int    `json:"distance_m"`
	MovingS   []int    `json:"moving_s"`
	AscentM   []int    `json:"ascent_m"`
	Sports    []string `json:"sports"`
	// Place is the number of each one's place, from 0, -1 where it has none; nil where that is not published.
	Place []int    `json:"place,omitempty"`
	Name  []string `json:"name,omitempty"`
	// What follows is published by [page] publish alone, and left out where it is not known of any activity.
	Gear    []int    `json:"gear,omitempty"` // places in Gears, of which "" is unknown
	Gears   []string `json:"gears,omitempty"`
	Commute []int    `json:"commute,omitempty"` // activity.Answer
	Kind    []int    `json:"kind,omitempty"`    // places in Kinds, of which "" is unknown
	Kinds   []string `json:"kinds,omitempty"`
	Hour    []int    `json:"hour,omitempty"` // of the start where it was, 0..23; -1 where not known
}

// How many activities, sports, and fields and layers there can be, for readers that have to hold them all (docs/format.md, "Limits").
const (
	maxActivities = 1_000_000
	maxSports     = 10_000
	maxGears      = 10_000
	maxKinds      = 1_000
	maxFields     = 64
)

// check returns an error where there is more of something than readers accept.
func (m *Metadata) check() error {
	if m.MaxZoom > archive.MaxZoom {
		return fmt.Errorf("its metadata tell of zoom %d, beyond the %d that are accepted", m.MaxZoom, archive.MaxZoom)
	}
	a := &m.Activities
	for _, c := range []struct {
		name      string
		has, most int
	}{
		{"activities", max(len(a.Day), len(a.Sport), len(a.DistanceM), len(a.MovingS), len(a.AscentM), len(a.Place), len(a.Name), len(a.Gear), len(a.Commute), len(a.Kind),
			len(a.Hour)), maxActivities},
		{"sports", len(a.Sports), maxSports},
		{"pieces of gear", len(a.Gears), maxGears},
		{"kinds of activities", len(a.Kinds), maxKinds},
		{"fields", len(m.Fields), maxFields},
		{"layers", len(m.Layers), maxFields},
		{"layers of the user's own", len(m.OwnLayers), maxFields},
		{"places", len(m.Places), placesRead},
		{"segments", len(m.Segments), segments.Most},
	} {
		if c.has > c.most {
			return fmt.Errorf("its metadata list %d %s, more than the %d that are accepted", c.has, c.name, c.most)
		}
	}
	if k := m.kept(); k != nil {
		return k.check()
	}
	return nil
}

// envelope is the whole of the outer archive's metadata.
type envelope struct {
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Attribution string    `json:"attribution"`
	Type        string    `json:"type"`
	Version     string    `json:"version"`
	Heatmapgen  *Metadata `json:"heatmapgen"`
}

// parseMetadata reads the metadata of an archive of ours in the format of this version.
func parseMetadata(text []byte) (*envelope, error) { return parseSince(FormatVersion, text) }

// parseSince reads the metadata of an archive of ours in a format from oldest to that of this version.
func parseSince(oldest int, text []byte) (*envelope, error) {
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, fmt.Errorf("its metadata cannot be read: %w", err)
	}
	if e.Heatmapgen == nil {
		return nil, errors.New("it has no metadata of heatmapgen; was it made by another program?")
	}
	if f := e.Heatmapgen.Format; f < oldest || f > FormatVersion {
		help := "build it anew"
		if f > FormatVersion {
			help = "take a newer one"
		}
		return nil, fmt.Errorf("it has format %d, but this version of heatmapgen reads format %d; %s", f, FormatVersion, help)
	}
	if err := e.Heatmapgen.check(); err != nil {
		return nil, err
	}
	return &e, nil
}

// place returns where the field lies.
func (f *FieldMetadata) place() archive.Place {
	return archive.Place{Section: archive.Section{Offset: f.Offset, Length: f.Length}, Table: f.Table}
}

// lie tells where the field lies.
func (f *FieldMetadata) lie(at archive.Place) {
	f.Offset, f.Length, f.Table = at.Offset, at.Length, at.Table
}

// place returns where the blocks lie.
func (m *LinesMetadata) place() archive.Place {
	return archive.Place{Section: archive.Section{Offset: m.Offset, Length: m.Length}, Table: m.Table}
}

// linesAt tells where the blocks lie, of which tiles are painted down to the zoom deepest, but for those that keep tiles; nil where there are none.
func linesAt(l *archive.BlocksLayout, deepest uint8, kept *KeptMetadata) *LinesMetadata {
	if l.Blocks == 0 {
		return nil
	}
	m := &LinesMetadata{Table: l.Table, Offset: l.Offset, Length: l.Length, Zooms: ofZooms(l.Zooms), MaxZoom: deepest, Kept: kept}
	if kept != nil && m.Zooms[len(m.Zooms)-1].Zoom < lines.Zoom {
		m.Zooms = append(m.Zooms, BlocksOfZoom{Zoom: lines.Zoom}) // all of its blocks keep tiles
	}
	return m
}

func ofZooms(counts []archive.ZoomCount) []BlocksOfZoom {
	zooms := []BlocksOfZoom{}
	for _, z := range counts {
		zooms = append(zooms, BlocksOfZoom{Zoom: z.Zoom, Blocks: z.Tiles, Bytes: z.Bytes})
	}
	return zooms
}

// countsOf is the way back, without zooms that have nothing.
func countsOf(zooms []BlocksOfZoom) []archive.ZoomCount {
	var counts []archive.ZoomCount
	for _, z := range zooms {
		if z.Blocks > 0 {
			counts = append(counts, archive.ZoomCount{Zoom: z.Zoom, Tiles: z.Blocks, Bytes: z.Bytes})
		}
	}
	return counts
}

// center returns where a viewer that knows no better starts.
func (m *Metadata) center() (lon, lat float64, zoom uint8) {
	return activity.WrapLon((m.Bounds[0] + m.Bounds[2]) / 2), (m.Bounds[1] + m.Bounds[3]) / 2, m.MinZoom
}

// contents returns what an archive of these metadata, with block sets of these names, is written with.
func (e *envelope) contents(sets []string) *archive.Contents {
	m := e.Heatmapgen
	lon, lat, zoom := m.center()
	return &archive.Contents{
		Bounds:    m.Bounds,
		CenterLon: lon, CenterLat: lat, CenterZoom: zoom,
		Palette:        m.palette,
		FieldMetadata:  func(field int) []byte { return innerMetadata(e.Name, m.fieldIDs()[field]) },
		BlocksMetadata: func(set int) []byte { return innerMetadata(e.Name, sets[set]) },
	}
}

// fieldIDs returns the names of the fields of the archive's writer: those of the fields, and where blocks keep tiles those of these.
func (m *Metadata) fieldIDs() []string {
	var ids []string
	for i := range m.Fields {
		ids = append(ids, m.Fields[i].ID)
	}
	if m.kept() != nil {
		ids = withKept(ids)
	}
	return ids
}

// palette returns the colours that the tiles of the outer archive carry at a zoom.
func (m *Metadata) palette(zoom uint8) [][4]uint8 {
	for i := range m.Layers {
		if l := &m.Layers[i]; l.ID == layers.DefaultLayer {
			for k := range m.Fields {
				if f := &m.Fields[k]; f.ID == l.Field {
					return f.Palette(l, zoom)
				}
			}
		}
	}
	return nil
}

// innerMetadata makes the metadata of the inner archive of a field, in PMTiles.
func innerMetadata(title, field string) []byte {
	text, _ := json.Marshal(map[string]string{"name": title + ": " + field, "type": "overlay", "attribution": attribution})
	return text
}

// readMetadata reads the metadata of the archive in the file path, which must be those of their digest if they have one.
func readMetadata(path string) (*envelope, error) { return readSince(FormatVersion, path) }

// readOlder is readMetadata for an archive that is about to be replaced: an earlier format will do.
func readOlder(path string) (*envelope, error) { return readSince(oldestFormat, path) }

func readSince(oldest int, path string) (*envelope, error) {
	f, err := archive.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := f.Metadata()
	if err != nil {
		return nil, fmt.Errorf("reading the archive %s: %w", path, err)
	}
	e, err := parseSince(oldest, text)
	if err == nil {
		err = e.checkSum(text)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the archive %s: %w", path, err)
	}
	return e, nil
}

// pinnedScales returns the scales of the archive in the file path by the fields' places, none where it holds other
// fields. Where there is no such archive, the one of the other format is asked. note says why the scales of an archive
// that is there cannot be kept, "" where they can or where there is none.
func pinnedScales(path, other string, fields []layers.Field) (scales []layers.Scale, note string) {
	e, err := readOlder(path)
	if errors.Is(err, fs.ErrNotExist) {
		e, err = readOlder(other)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ""
	}
	if err != nil {
		return nil, fmt.Sprintf("The scales of the site are chosen anew, so all its tiles may change, since those of before cannot be had: %v.", err)
	}
	if len(e.Heatmapgen.Fields) != len(fields) {
		return nil, ""
	}
	scales = make([]layers.Scale, len(fields))
	for i, f := range e.Heatmapgen.Fields {
		if f.ID != fields[i].ID || f.Kind != fields[i].Kind || f.Unit != fields[i].Unit {
			return nil, ""
		}
		if !usable(f.Scale) {
			return nil, fmt.Sprintf("The scales of the site are chosen anew, so all its tiles may change, since the archive of before has one for %s that is none.", f.ID)
		}
		scales[i] = f.Scale
	}
	return scales, ""
}

// claims translates metadata for archive.Verify.
func claims(text []byte) (archive.Claims, error) {
	e, err := parseMetadata(text)
	if err != nil {
		return archive.Claims{}, err
	}
	var c archive.Claims
	digest := e.Heatmapgen.Digest
	if digest != nil {
		c.Contents = e.contents([]string{LinesID, SquaresID})
	}
	blocks := archive.BlocksClaim{ID: LinesID, Check: checkBlock}
	if m := e.Heatmapgen.Lines; m != nil {
		blocks.Place, blocks.Zooms = m.place(), countsOf(m.Zooms)
	}
	if digest != nil {
		blocks.Sum = &digest.Lines // that of no blocks where there are none
	}
	c.Blocks = append(c.Blocks, blocks, e.Heatmapgen.Squares.claim(digest))
	for i, f := range e.Heatmapgen.Fields {
		if n := f.Scale.MaxIndex(); n < 1 || n > 255 {
			return c, fmt.Errorf("the scale of %s has %d indices; it must have 1 to 255", f.ID, n)
		}
		fc := archive.FieldClaim{ID: f.ID, Place: f.place(), MaxIndex: uint8(f.Scale.MaxIndex())}
		if digest != nil {
			sum := digest.Tiles[f.ID] // that of no tiles where there is none
			fc.Sum = &sum
		}
		for _, z := range f.Zooms {
			if z.Tiles == 0 {
				continue // painted
			}
			fc.Zooms = append(fc.Zooms, archive.ZoomCount{Zoom: z.Zoom, Tiles: z.Tiles, Bytes: z.Bytes})
		}
		if i == 0 {
			c.Outer = fc
		} else {
			c.Inner = append(c.Inner, fc)
		}
	}
	if e.Heatmapgen.kept() == nil {
		return c, nil
	}
	for i := range e.Heatmapgen.Fields {
		f := &e.Heatmapgen.Fields[i]
		fc := archive.FieldClaim{ID: keptID(f.ID), Place: f.Kept.place(), MaxIndex: uint8(f.Scale.MaxIndex())}
		if f.Kept != nil {
			fc.Zooms = countsOf(f.Kept.Zooms)
		}
		if digest != nil {
			sum := digest.Kept[f.ID]
			fc.Sum = &sum
		}
		c.Inner = append(c.Inner, fc)
	}
	return c, nil
}
