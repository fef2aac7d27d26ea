// Package config is heatmap.toml: every setting of a build as a Go struct, its
// defaults, and a reader that answers a mistake with one sentence naming file,
// line, key and the nearest valid key.
//
// All settings are checked here, so that nothing downstream meets an impossible
// value. What is not here: command-line flags and the environment (cmd), and
// what a setting does (package generator and the packages it drives). The
// annotated file that "heatmapgen init" writes is [Template]; the table for
// users is docs/configuration.md.
package config

import (
	"slices"
	"time"

	"heatmapgen/activity"
)

// Config is one heatmap.toml. Load and Parse return it checked, with its paths
// made absolute or relative to the working directory; Default returns what an
// empty file means.
type Config struct {
	// Title is the name of the map, shown in the page and its tab.
	Title string `toml:"title"`
	// Output is the folder that receives the page and the archive.
	Output string `toml:"output"`
	// Format is the kind of archive: FormatPMTiles or FormatMBTiles.
	Format string `toml:"format"`
	// Cache is the folder of decoded tracks, reports and what was fetched from
	// intervals.icu. It never lies inside Output, where it would be published
	// along with the site.
	Cache string `toml:"cache"`

	// Sources lists where activities come from, at least one.
	Sources []Source `toml:"source"`
	Filter  Filter   `toml:"filter"`
	// Home is the place that radius rules measure from; nil means that the
	// build detects it.
	Home    *LatLon `toml:"home"`
	Privacy Privacy `toml:"privacy"`
	Render  Render  `toml:"render"`
	Ranges  Ranges  `toml:"ranges"`
	Page    Page    `toml:"page"`
	Layers  []Layer `toml:"layer"`
	// Segments are the ways that the page lists efforts over; ReadSegments has what is in them.
	Segments  []Segment `toml:"segment"`
	Intervals Intervals `toml:"intervals"`
	Deploy    Deploy    `toml:"deploy"`
	Limits    Limits    `toml:"limits"`
	Serve     Serve     `toml:"serve"`
	Admin     Admin     `toml:"admin"`

	// File is the path that the configuration was read from, "" for Default.
	File string `toml:"-"`
	// lines says on which line of it each path stands, see locate.
	lines map[string]int `toml:"-"`
}

// FaultAt returns the fault of a value that only shows when the configuration is used, with the line of the value at path,
// such as "privacy.zones[0]" for the first of them, or else of what is around it.
func (c *Config) FaultAt(path, format string, args ...any) Fault {
	fs := faults{file: c.File, lines: c.lines, bad: map[string]bool{}}
	fs.at(path, format, args...)
	return fs.list[0]
}

// The kinds of archive.
const (
	FormatPMTiles = "pmtiles"
	FormatMBTiles = "mbtiles"
)

// The kinds of source.
const (
	SourceDemo      = "demo"
	SourceStrava    = "strava"
	SourceFiles     = "files"
	SourceIntervals = "intervals"
)

// Source is one [[source]].
type Source struct {
	// Type is one of the Source constants.
	Type string `toml:"type"`
	// Path is the export (zip or folder) of a strava source, the file, folder or
	// zip of a files source; "" for the other types.
	Path string `toml:"path"`
	// Datum is one of the Datum constants: what the positions of the source are of; "" is DatumWGS84.
	Datum string `toml:"datum"`
	// Athlete says whose all its activities are, wherever a source says the same; "" where that is not said. AthleteFolders makes each folder in the Path of a files source
	// that of an athlete of that name.
	Athlete        string `toml:"athlete"`
	AthleteFolders bool   `toml:"athlete_folders"`
}

// NamesAthletes tells whether it is known whose the activities of the source are.
func (s *Source) NamesAthletes() bool { return s.Athlete != "" || s.AthleteFolders }

// The datums of a source.
const (
	DatumWGS84 = "wgs84"
	DatumGCJ02 = "gcj02" // in mainland China
)

// Filter is [filter]: which activities are drawn, and how much of them.
type Filter struct {
	// Sports are names of the table of sports, "All", "Virtual" or "Other", or one of them with "!" in front to leave it out;
	// empty means all sports but virtual ones.
	Sports []string `toml:"sports"`
	// From and To are the first and the last day, both drawn, as midnight UTC;
	// the zero time means no limit.
	From time.Time `toml:"from"`
	To   time.Time `toml:"to"`
	// Gear are the names of the bikes and shoes wanted, whatever their case; one with "!" in front is left out.
	Gear []string `toml:"gear"`
	// Commute wants commutes alone, or all but those; nil wants all.
	Commute *bool `toml:"commute"`
	// Kinds are those of activity.Kinds wanted; one with "!" in front is left out.
	Kinds []string `toml:"kinds"`
	// Hours are the first and the last hour of the start wanted, 0..23, both included; the last may be less, after midnight. Empty wants all.
	Hours []int `toml:"hours"`
	// Weekdays are the days of the week wanted, in English.
	Weekdays []string `toml:"weekdays"`
	// Exclude lists activities by id, such as "strava:123".
	Exclude []string `toml:"exclude"`
	// RadiusKM keeps activities that start within this of home; 0 is off.
	RadiusKM float64 `toml:"radius_km"`
	// TrackClipRadiusKM cuts away what lies farther than this from home; 0 is off.
	TrackClipRadiusKM float64 `toml:"track_clip_radius_km"`
	// GPSSpreadMinM takes an activity for indoor when its box is smaller than
	// this many metres in both directions, or not much larger and nothing gets
	// about in it (activity.Outline.Indoor); 0 is off.
	GPSSpreadMinM float64 `toml:"gps_spread_min_m"`
}

// LatLon is a place in WGS 84 degrees, -90..90 and -180..180.
type LatLon struct {
	Lat float64 `toml:"lat"`
	Lon float64 `toml:"lon"`
}

// Privacy is [privacy]: what is cut away before anything is painted or listed.
type Privacy struct {
	Zones []Zone `toml:"zones"`
	// MarginM is how far, in metres, the border of what is hidden for a zone lies at least from the cell that the zone is in.
	MarginM float64 `toml:"margin_m"`
	// TrimStartM and TrimEndM are metres of path cut off each activity.
	TrimStartM float64 `toml:"trim_start_m"`
	TrimEndM   float64 `toml:"trim_end_m"`
	// PublishNames writes the activities' names into the archive.
	PublishNames bool `toml:"publish_names"`
	// UseStravaZones also applies the zones listed in a Strava export.
	UseStravaZones bool `toml:"use_strava_zones"`
	// MinActivities and MinAthletes are how many must share a place for it to show anything; 0 is off, and one of them is.
	MinActivities int `toml:"min_activities"`
	MinAthletes   int `toml:"min_athletes"`
	// AllowUnusedZones lets a build go on although no activity comes near one of Zones.
	AllowUnusedZones bool `toml:"allow_unused_zones"`
}

// Zone is a circle in which nothing is shown.
type Zone struct {
	Lat float64 `toml:"lat"`
	Lon float64 `toml:"lon"`
	// RadiusM is in metres, MinZoneRadiusM to MaxZoneRadiusM.
	RadiusM float64 `toml:"radius_m"`
}

// The radii of zones in metres: less is no place that anything comes near, more is no place to hide.
const (
	MinZoneRadiusM = 20
	MaxZoneRadiusM = 100_000
)

// Render is [render]: how the map is painted.
type Render struct {
	// MinZoom is 0..MaxZoom, or AutoMinZoom.
	MinZoom int `toml:"min_zoom"`
	// MaxZoom is 0..MaxMaxZoom, the deepest zoom with stored tiles where there are no lines to paint deeper ones from, and of those that crowded blocks keep.
	MaxZoom int `toml:"max_zoom"`
	// TileZoom is MinTileZoom..MaxMaxZoom, the deepest zoom with stored tiles where the page paints deeper ones from lines; see StoredZoom.
	TileZoom int `toml:"tile_zoom"`
	// MinZoomTargetPX is the size in pixels that all data together still fill at
	// the automatic smallest zoom.
	MinZoomTargetPX int `toml:"min_zoom_target_px"`
	// PaddingM widens the box of the data by this many metres for that purpose.
	PaddingM float64 `toml:"padding_m"`
	// BlurSigmaPX and HillBlurSigmaPX are standard deviations of the glow in
	// pixels of each zoom, above 0 and at most 16.
	BlurSigmaPX     float64 `toml:"blur_sigma_px"`
	HillBlurSigmaPX float64 `toml:"hill_blur_sigma_px"`
	// Frequency is one of the Frequency constants.
	Frequency string `toml:"frequency"`
	// AltitudeSmoothingWindow is the length of a centred moving mean in metres of way, 0 to 1000; 0 is none.
	AltitudeSmoothingWindow float64 `toml:"altitude_smoothing_window"`
	// HillMinGrade is the grade (rise over run, 0..1) from which ascent counts as
	// hill training.
	HillMinGrade float64 `toml:"hill_min_grade"`
	// AsOf is the "today" of freshness and recency as midnight UTC; the zero time
	// means the day of the build.
	AsOf time.Time `toml:"as_of"`
}

// AutoMinZoom as Render.MinZoom lets the extent of the data decide.
const AutoMinZoom = -1

// MaxMaxZoom is the largest Render.MaxZoom: a pixel is 15 cm there, finer than
// any recording. The page paints down to it.
const MaxMaxZoom = 20

// MinTileZoom is the smallest Render.TileZoom: a tile of the next zoom is painted from lines at their full detail, and there are too many in a larger one.
const MinTileZoom = 12

// StoredZoom returns the deepest zoom with stored tiles.
func (c *Config) StoredZoom() int {
	if c.Page.Tracks {
		return min(c.Render.TileZoom, c.Render.MaxZoom)
	}
	return c.Render.MaxZoom
}

// HasSquares tells whether the archive has the squares that the activities have been in.
func (c *Config) HasSquares() bool { return c.Page.Tracks && c.Page.Squares }

// DeepestZoom returns the deepest zoom of the map: beyond the stored ones the page paints, unless max_zoom ends the map before.
func (c *Config) DeepestZoom() int {
	if c.Page.Tracks && c.Render.MaxZoom >= c.Render.TileZoom {
		return MaxMaxZoom
	}
	return c.Render.MaxZoom
}

// What the visits field counts.
const (
	FrequencyVisits   = "visits"   // distinct activities
	FrequencyTime     = "time"     // seconds spent
	FrequencyAthletes = "athletes" // distinct athletes
)

// OfCrowd tells whether the map is one of many people (docs/layers.md, "A crowd"), of whom nothing single shows.
func (c *Config) OfCrowd() bool { return c.Privacy.MinActivities > 0 || c.CountsAthletes() }

// CountsAthletes tells whether athletes are counted instead of activities.
func (c *Config) CountsAthletes() bool {
	return c.Privacy.MinAthletes > 0 || c.Render.Frequency == FrequencyAthletes
}

// Ranges is [ranges]: which values the colours are spread over. A nil pointer
// leaves that end to the data.
type Ranges struct {
	// AutoRangePct is the lower percentile, 0..50; the upper one is 100 minus it.
	AutoRangePct float64 `toml:"auto_range_pct"`
	// RecencyGamma is the exponent of the recency scale, above 0.
	RecencyGamma float64 `toml:"recency_gamma"`
	// SpeedMinMS and SpeedMaxMS are metres a second.
	SpeedMinMS *float64 `toml:"speed_min_ms"`
	SpeedMaxMS *float64 `toml:"speed_max_ms"`
	// HRMinBPM and HRMaxBPM are beats a minute.
	HRMinBPM *float64 `toml:"hr_min_bpm"`
	HRMaxBPM *float64 `toml:"hr_max_bpm"`
}

// Page is [page]: how the page looks when it opens.
type Page struct {
	// DefaultLayer is one of LayerIDs or the ID of one of Config.Layers.
	DefaultLayer string `toml:"default_layer"`
	// DefaultBasemap is one of BasemapIDs or the ID of one of Basemaps.
	DefaultBasemap string `toml:"default_basemap"`
	// HeatOpacity is 0..1.
	HeatOpacity float64 `toml:"heat_opacity"`
	// StadiaAPIKeyEnv names the environment variable that holds a Stadia Maps
	// key; "" is none.
	StadiaAPIKeyEnv string `toml:"stadia_api_key_env"`
	// Tracks writes the lines of the activities into the archive, for filters on the map and all
	// that the page says of single activities.
	Tracks bool `toml:"tracks"`
	// Squares writes the squares of the map that the activities have been in into the archive. Tracks are needed for it.
	Squares bool `toml:"squares"`
	// Activities writes the list of the activities into the archive, with their sports, days and figures. Tracks need it.
	Activities bool `toml:"activities"`
	// Publish names, out of PublishIDs, what else the list tells of each activity.
	Publish []string `toml:"publish"`
	// URL is the address of the page on the web and Image that of a picture of it, for those who show previews of links; "" is none.
	URL      string    `toml:"url"`
	Image    string    `toml:"image"`
	Basemaps []Basemap `toml:"basemap"`
}

// What Page.Publish may name.
const (
	PublishGear    = "gear"
	PublishCommute = "commute"
	PublishKind    = "kind"
	PublishHour    = "hour"
)

// PublishIDs is all that Page.Publish may name.
var PublishIDs = []string{PublishGear, PublishCommute, PublishKind, PublishHour}

// Publishes tells whether the list of activities tells something out of PublishIDs.
func (p *Page) Publishes(id string) bool { return slices.Contains(p.Publish, id) }

// Basemap is one [[page.basemap]]: a background map of the user's own.
type Basemap struct {
	// ID is unique and none of BasemapIDs.
	ID string `toml:"id"`
	// Title is shown in the page; the ID when not given.
	Title string `toml:"title"`
	// URL is a tile address with {z}, {x} and {y}, of vectors also that of a TileJSON; PMTiles is the address of a
	// PMTiles archive, or the path of one that a part of goes into the site (Local). Exactly one of them is set.
	URL     string `toml:"url"`
	PMTiles string `toml:"pmtiles"`
	// Schema is one of SchemaIDs where tiles are vectors; "" where they are pictures, or a Local archive tells.
	Schema string `toml:"schema"`
	// Area is one of the Area constants: how much of a Local archive goes into the site; "" for others.
	Area string `toml:"area"`
	// Names is a tile address of place names alone, to be drawn above the heat; "" is none.
	Names string `toml:"names"`
	// Attribution is plain text that the map's owner asks to be shown.
	Attribution string `toml:"attribution"`
	// MaxZoom is the finest zoom that the map has, 0..24, or that is taken of a Local archive.
	MaxZoom int `toml:"max_zoom"`
}

// Local reports whether the map is an archive in a file.
func (b *Basemap) Local() bool { return b.PMTiles != "" && !isWebAddress(b.PMTiles) }

// How much of an archive goes into the site.
const (
	AreaHeat  = "heat"  // what lies around the heat
	AreaWhole = "whole" // all of it
)

// SchemaIDs are the schemas of vector tiles that a page can draw.
var SchemaIDs = []string{"protomaps", "openmaptiles"}

// Intervals is [intervals]: the way to intervals.icu. The secrets themselves
// are never in the configuration.
type Intervals struct {
	// AthleteIDEnv and APIKeyEnv name environment variables.
	AthleteIDEnv string `toml:"athlete_id_env"`
	APIKeyEnv    string `toml:"api_key_env"`
	// Sync fetches what is new before each build.
	Sync bool `toml:"sync"`
	// BaseURL is the address of the service, http or https.
	BaseURL string `toml:"base_url"`
}

// Limits is [limits]: how much work a build may be given. The first three are for one file, which is left out when it is beyond
// them; the others for all together, which end the build. All are above 0.
type Limits struct {
	// MaxFileMB is the size of the largest file in units of 2^20 bytes, unpacked.
	MaxFileMB int `toml:"max_file_mb"`
	// MaxFilePoints is the number of samples in a file.
	MaxFilePoints int `toml:"max_file_points"`
	// MaxFileSeconds is how long decoding a file may take.
	MaxFileSeconds int `toml:"max_file_seconds"`
	// MaxTotalGB is how much is read and unpacked, in units of 2^30 bytes.
	MaxTotalGB int `toml:"max_total_gb"`
	// MaxTotalPoints is the number of samples in all files.
	MaxTotalPoints int `toml:"max_total_points"`
	// MaxActivities is the number of activities, and of files in a folder or zip.
	MaxActivities int `toml:"max_activities"`
	// MaxCells is the number of cells to paint: squares of 4 by 4 tiles of every third zoom that a line comes near.
	MaxCells int `toml:"max_cells"`
}

// Deploy is [deploy]: where "heatmapgen deploy" puts the site.
type Deploy struct {
	// URL is the address of a bucket or folder, one of DeploySchemes and what comes after it; "" is none. Package deploy
	// reads it. It holds no credentials.
	URL string `toml:"url"`
}

// DeploySchemes are the beginnings of Deploy.URL.
var DeploySchemes = []string{"s3://", "gs://", "azblob://", "file:///"}

// Serve is [serve]: the local server of the site.
type Serve struct {
	// Addr is host:port on the loopback interface; port 0 takes any free one.
	Addr string `toml:"addr"`
	// AllowOrigins are those of the pages of other sites, map editors, that may read tiles.
	AllowOrigins []string `toml:"allow_origins"`
}

// Admin is [admin]: the local server of the activities.
type Admin struct {
	// Addr is as in Serve.
	Addr string `toml:"addr"`
}

// LayerIDs are the layers a page can open with, in the order of its panel.
var LayerIDs = []string{"top", "all", "pace", "heartrate", "steepness", "direction", "hills", "recency", "fresh12", "fresh36"}

// BasemapIDs are the built-in background maps.
var BasemapIDs = []string{"dark", "stadia-dark", "stadia", "esri", "osm", "none"}

// Default returns the configuration that an empty file means: the demo source
// and the defaults of docs/configuration.md, with paths relative to the working
// directory.
func Default() *Config {
	return &Config{
		Title:  "My heatmap",
		Output: "site",
		Format: FormatPMTiles,
		Cache:  ".heatmapgen",
		Sources: []Source{
			{Type: SourceDemo},
		},
		Filter: Filter{
			Sports:        []string{"Run"},
			GPSSpreadMinM: 50,
		},
		Privacy: Privacy{
			MarginM:        activity.DefaultMarginM,
			UseStravaZones: true,
		},
		Render: Render{
			MinZoom:                 AutoMinZoom,
			MaxZoom:                 17,
			TileZoom:                14,
			MinZoomTargetPX:         640,
			PaddingM:                500,
			BlurSigmaPX:             2,
			HillBlurSigmaPX:         4,
			Frequency:               FrequencyVisits,
			AltitudeSmoothingWindow: 40,
			HillMinGrade:            0.025,
		},
		Ranges: Ranges{
			AutoRangePct: 5,
			RecencyGamma: 3,
		},
		Page: Page{
			DefaultLayer:   "all",
			DefaultBasemap: "dark",
			HeatOpacity:    0.85,
			Tracks:         true,
			Squares:        true,
			Activities:     true,
		},
		Intervals: Intervals{
			AthleteIDEnv: "INTERVALS_ICU_ATHLETE_ID",
			APIKeyEnv:    "INTERVALS_ICU_API_KEY",
			Sync:         true,
			BaseURL:      "https://intervals.icu",
		},
		Limits: Limits{
			MaxFileMB:      512,
			MaxFilePoints:  5_000_000,
			MaxFileSeconds: 120,
			MaxTotalGB:     100,
			MaxTotalPoints: 500_000_000,
			MaxActivities:  2_000_000,
			MaxCells:       2_000_000,
		},
		Serve: Serve{
			Addr:         "127.0.0.1:8000",
			AllowOrigins: []string{"https://www.openstreetmap.org", "https://rapideditor.org"},
		},
		Admin: Admin{Addr: "127.0.0.1:8001"},
	}
}
