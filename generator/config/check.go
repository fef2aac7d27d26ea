package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"heatmapgen/activity"
)

// checker finds the impossible values of a decoded configuration.
type checker struct {
	*faults
	// set holds the paths that the file gives a value.
	set map[string]bool
}

func (c *checker) config(cfg *Config) {
	c.notEmpty("title", cfg.Title)
	c.notEmpty("output", cfg.Output)
	c.notEmpty("cache", cfg.Cache)
	c.folders(cfg)
	c.oneOf("format", cfg.Format, []string{FormatPMTiles, FormatMBTiles})
	c.sources(cfg.Sources)
	c.filter(&cfg.Filter)
	c.home(cfg.Home)
	c.privacy(&cfg.Privacy)
	c.render(&cfg.Render)
	c.ranges(&cfg.Ranges)
	c.page(&cfg.Page)
	c.crowd(cfg)
	c.envName("intervals.athlete_id_env", cfg.Intervals.AthleteIDEnv)
	c.envName("intervals.api_key_env", cfg.Intervals.APIKeyEnv)
	c.serviceURL("intervals.base_url", cfg.Intervals.BaseURL, "https://intervals.icu")
	c.deploy(&cfg.Deploy)
	c.limits(&cfg.Limits)
	c.loopback("serve.addr", cfg.Serve.Addr)
	for i, origin := range cfg.Serve.AllowOrigins {
		at := item("serve.allow_origins", i)
		if err := CheckOrigin(origin); err != nil {
			c.at(at, "%s is %q; %v", called(at), origin, err)
		}
	}
	c.loopback("admin.addr", cfg.Admin.Addr)
}

func (c *checker) sources(sources []Source) {
	if len(sources) == 0 {
		c.at("source", "%s must have at least one entry, such as [[source]] with type = %q", called("source"), SourceDemo)
	}
	seen := map[string]bool{}
	for i, s := range sources {
		at := item("source", i)
		if !c.set[at+".type"] && c.set[at] {
			c.at(at+".type", "[[source]] has no %q; give it one of %s", "type", quotedList(sourceTypes))
			continue
		}
		c.oneOf(at+".type", s.Type, sourceTypes)
		switch s.Type {
		case SourceStrava, SourceFiles:
			if s.Path == "" {
				c.at(at+".path", "[[source]] of type %q needs a %q: %s", s.Type, "path", pathMeaning[s.Type])
			}
		case SourceDemo, SourceIntervals:
			if c.set[at+".path"] {
				c.at(at+".path", "%s has no meaning for type %q; remove it or change the type", called(at+".path"), s.Type)
			}
			if seen[s.Type] {
				c.at(at, "[[source]] of type %q is there twice; once is enough", s.Type)
			}
		}
		seen[s.Type] = true
		c.athletes(at, &s)
		switch {
		case s.Datum == "" && !c.set[at+".datum"]:
		case s.Type == SourceDemo:
			c.at(at+".datum", "%s has no meaning for type %q; remove it or change the type", called(at+".datum"), s.Type)
		default:
			c.oneOf(at+".datum", s.Datum, []string{DatumWGS84, DatumGCJ02})
		}
	}
}

var sourceTypes = []string{SourceDemo, SourceStrava, SourceFiles, SourceIntervals}

var pathMeaning = map[string]string{
	SourceStrava: "the zip as downloaded from Strava, or the folder it unpacks to",
	SourceFiles:  "a folder or zip of recordings (FIT, GPX, TCX, KML, GeoJSON and others), or one recording",
}

// activityID is the form of Filter.Exclude: "source:key".
var activityID = regexp.MustCompile(`^(?:` + strings.Join(sourceTypes, "|") + `):.`)

func (c *checker) filter(f *Filter) {
	for i, sport := range f.Sports {
		c.sport(item("filter.sports", i), sport)
	}
	c.labels(f)
	for i, id := range f.Exclude {
		if at := item("filter.exclude", i); !activityID.MatchString(id) {
			c.at(at, `%s is %q; it must be an activity's id with its source in front, such as "strava:123"`, called(at), id)
		}
	}
	c.day("filter.from", f.From)
	c.day("filter.to", f.To)
	if !f.From.IsZero() && !f.To.IsZero() && f.From.After(f.To) {
		c.at("filter.to", "%s is %s, which is before %q %s", called("filter.to"), f.To.Format("2006-01-02"), "from", f.From.Format("2006-01-02"))
	}
	c.between("filter.radius_km", f.RadiusKM, 0, maxDistanceKM)
	c.between("filter.track_clip_radius_km", f.TrackClipRadiusKM, 0, maxDistanceKM)
	c.between("filter.gps_spread_min_m", f.GPSSpreadMinM, 0, maxSpreadM)
}

// Values beyond these are mistakes, such as metres for kilometres.
const (
	// maxDistanceKM is the way from one place to the farthest from it: half of the equator.
	maxDistanceKM = 20_038
	// maxSpreadM takes everything but a day's ride for indoor.
	maxSpreadM = 100_000
	// maxTrimM leaves nothing of most activities.
	maxTrimM = 20_000
	// maxPaddingM is wider than any region.
	maxPaddingM = 1_000_000
	// maxSpeedMS is what no sport reaches but falling: the fastest skiers do 70 m/s.
	maxSpeedMS = 100
	// maxHRBPM is what no heart reaches.
	maxHRBPM = 250
	// firstYear and lastYear enclose the years of recordings.
	firstYear, lastYear = 1970, 2199
)

// day asks for a day that recordings may be of; the zero time is none.
func (c *checker) day(path string, t time.Time) {
	if y := t.Year(); !t.IsZero() && (y < firstYear || y > lastYear) {
		c.at(path, "%s is %s; its year must be from %d to %d", called(path), t.Format(time.DateOnly), firstYear, lastYear)
	}
}

// sport checks a word of a list of sports: one of the table, a group of them, or one with "!" in front.
func (c *checker) sport(at, word string) {
	if strings.TrimSpace(word) == "" {
		c.notEmpty(at, word)
		return
	}
	name := strings.TrimSpace(strings.TrimPrefix(word, activity.Without))
	if s := activity.Sport(name); s.Listed() {
		return
	}
	names := []string{string(activity.SportAll), string(activity.SportVirtual), string(activity.SportOther)}
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return
		}
	}
	meant := ""
	if s := activity.SportNamed(name); s.Listed() {
		meant = string(s)
	} else {
		for _, s := range activity.Sports() {
			names = append(names, string(s))
		}
		meant = nearestFold(name, names)
	}
	if meant != "" {
		meant = fmt.Sprintf("; did you mean %q?", meant)
	}
	c.at(at, "%s is %q, which is not the name of a sport%s", called(at), word, meant)
}

func (c *checker) home(home *LatLon) {
	if home == nil {
		return
	}
	c.latLon("home", home.Lat, home.Lon)
	if lat, lon := c.set["home.lat"], c.set["home.lon"]; lat != lon {
		missing := map[bool]string{true: "lon", false: "lat"}[lat]
		c.at("home."+missing, "[home] has no %q; give both lat and lon, or neither to have home detected", missing)
	}
}

func (c *checker) latLon(table string, lat, lon float64) {
	c.between(table+".lat", lat, -90, 90)
	c.between(table+".lon", lon, -180, 180)
}

func (c *checker) privacy(p *Privacy) {
	for i, z := range p.Zones {
		at := item("privacy.zones", i)
		for _, key := range keysOfZone {
			if !c.set[join(at, key)] {
				c.at(join(at, key), "zone %d of [privacy] has no %q; a zone is { lat = 48.99, lon = 8.45, radius_m = 300 }", i+1, key)
			}
		}
		c.latLon(at, z.Lat, z.Lon)
		c.between(at+".radius_m", z.RadiusM, MinZoneRadiusM, MaxZoneRadiusM)
	}
	c.between("privacy.margin_m", p.MarginM, 100, 5000)
	c.between("privacy.trim_start_m", p.TrimStartM, 0, maxTrimM)
	c.between("privacy.trim_end_m", p.TrimEndM, 0, maxTrimM)
}

var keysOfZone = []string{"lat", "lon", "radius_m"}

// maxSigmaPX bounds the glow: wider than this, neighbouring routes are one blob.
const maxSigmaPX = 16

func (c *checker) render(r *Render) {
	c.whole("render.max_zoom", r.MaxZoom, 0, MaxMaxZoom)
	c.whole("render.tile_zoom", r.TileZoom, MinTileZoom, MaxMaxZoom)
	if r.MinZoom != AutoMinZoom {
		c.whole("render.min_zoom", r.MinZoom, 0, MaxMaxZoom)
	}
	if !c.bad["render.min_zoom"] && !c.bad["render.max_zoom"] && r.MinZoom > r.MaxZoom {
		c.at("render.min_zoom", "%s is %d, which is above %q %d", called("render.min_zoom"), r.MinZoom, "max_zoom", r.MaxZoom)
	}
	c.whole("render.min_zoom_target_px", r.MinZoomTargetPX, 1, 1<<14)
	c.between("render.padding_m", r.PaddingM, 0, maxPaddingM)
	c.above("render.blur_sigma_px", r.BlurSigmaPX, 0, maxSigmaPX)
	c.above("render.hill_blur_sigma_px", r.HillBlurSigmaPX, 0, maxSigmaPX)
	c.oneOf("render.frequency", r.Frequency, []string{FrequencyVisits, FrequencyTime, FrequencyAthletes})
	c.between("render.altitude_smoothing_window", r.AltitudeSmoothingWindow, 0, 1000)
	c.between("render.hill_min_grade", r.HillMinGrade, 0, 1)
	c.day("render.as_of", r.AsOf)
}

func (c *checker) ranges(r *Ranges) {
	c.between("ranges.auto_range_pct", r.AutoRangePct, 0, 50)
	c.above("ranges.recency_gamma", r.RecencyGamma, 0, 100)
	c.span("speed_min_ms", r.SpeedMinMS, "speed_max_ms", r.SpeedMaxMS, maxSpeedMS)
	c.span("hr_min_bpm", r.HRMinBPM, "hr_max_bpm", r.HRMaxBPM, maxHRBPM)
}

// span checks the two fixed ends of a range of values that none exceeds.
func (c *checker) span(loKey string, lo *float64, hiKey string, hi *float64, most float64) {
	loPath, hiPath := join("ranges", loKey), join("ranges", hiKey)
	if lo != nil {
		c.between(loPath, *lo, 0, most)
	}
	if hi != nil {
		c.above(hiPath, *hi, 0, most)
	}
	if lo != nil && hi != nil && *lo >= *hi {
		c.at(hiPath, "%s is %s, which is not above %q %s", called(hiPath), plain(*hi), loKey, plain(*lo))
	}
}

func (c *checker) page(p *Page) {
	c.oneOf("page.default_layer", p.DefaultLayer, LayerIDs)
	c.between("page.heat_opacity", p.HeatOpacity, 0, 1)
	c.publish(p)
	if c.set["page.stadia_api_key_env"] {
		c.envName("page.stadia_api_key_env", p.StadiaAPIKeyEnv)
	}
	if c.set["page.url"] {
		c.webURL("page.url", p.URL, "https://example.org/heatmap/")
	}
	if c.set["page.image"] {
		c.webURL("page.image", p.Image, "https://example.org/heatmap/preview.png")
	}
	ids := slices.Clone(BasemapIDs)
	for i := range p.Basemaps {
		at := item("page.basemap", i)
		b := &p.Basemaps[i]
		c.basemap(at, b, ids)
		ids = append(ids, b.ID)
	}
	c.oneOf("page.default_basemap", p.DefaultBasemap, ids)
}

// webURL asks for an absolute http or https address.
func (c *checker) webURL(path, address, example string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		c.at(path, "%s is no web address; it must look like %q", called(path), example)
	}
}

// serviceURL asks for the address of a service: a web address that requests are
// made from by adding a path. A password has no place in it, and is not repeated.
func (c *checker) serviceURL(path, address, example string) {
	c.webURL(path, address, example)
	if u, err := url.Parse(address); err == nil && (u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		c.at(path, "%s must be an address alone, without a user, %q or %q; it must look like %q", called(path), "?", "#", example)
	}
}

// deploy asks for the address of a bucket or folder. The command reads it more closely. The message does not repeat it, since a
// key may stand in it by mistake.
func (c *checker) deploy(d *Deploy) {
	const path = "deploy.url"
	if !c.set[path] {
		return
	}
	u, err := url.Parse(d.URL)
	switch {
	case err != nil || !slices.ContainsFunc(DeploySchemes, func(scheme string) bool { return strings.HasPrefix(d.URL, scheme) }):
		c.at(path, "%s must begin with one of %s, as in %q", called(path), quotedList(DeploySchemes), "s3://bucket/folder")
	case u.User != nil:
		c.at(path, "%s must not hold a key or password; credentials come from the environment", called(path))
	}
}

// limits asks for limits that are some and that memory and disks can bear.
func (c *checker) limits(l *Limits) {
	c.whole("limits.max_file_mb", l.MaxFileMB, 1, 1<<14)
	c.whole("limits.max_file_points", l.MaxFilePoints, 1, 1_000_000_000)
	c.whole("limits.max_file_seconds", l.MaxFileSeconds, 1, 24*60*60)
	c.whole("limits.max_total_gb", l.MaxTotalGB, 1, 1<<20)
	c.whole("limits.max_total_points", l.MaxTotalPoints, 1, 1_000_000_000_000)
	c.whole("limits.max_activities", l.MaxActivities, 1, 100_000_000)
	c.whole("limits.max_cells", l.MaxCells, 1, 1_000_000_000)
}

func (c *checker) notEmpty(path, s string) {
	if strings.TrimSpace(s) == "" {
		c.at(path, "%s must not be empty", called(path))
	}
}

// oneOf asks for one of a few words.
func (c *checker) oneOf(path, word string, words []string) {
	if slices.Contains(words, word) {
		return
	}
	c.at(path, "%s is %q, which is none of %s%s", called(path), word, quotedList(words), didYouMean(word, words))
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// envName asks for the name of an environment variable. What stands there
// instead may be the secret itself, so the message does not repeat it.
func (c *checker) envName(path, name string) {
	if !envName.MatchString(name) {
		c.at(path, "%s must be the name of an environment variable (letters, digits and underscores), not the value itself", called(path))
	}
}

func (c *checker) loopback(path, addr string) {
	if err := CheckLoopback(addr); err != nil {
		c.at(path, "%s is %q; %v", called(path), addr, err)
	}
}

func (c *checker) whole(path string, n, lo, hi int) {
	if n < lo || n > hi {
		c.at(path, "%s is %d; it must be from %d to %d", called(path), n, lo, hi)
	}
}

func (c *checker) between(path string, x, lo, hi float64) {
	if x < lo || x > hi {
		c.at(path, "%s is %s; it must be from %s to %s", called(path), plain(x), plain(lo), plain(hi))
	}
}

// above asks for lo < x <= hi.
func (c *checker) above(path string, x, lo, hi float64) {
	if x > lo && x <= hi {
		return
	}
	c.at(path, "%s is %s; it must be above %s and at most %s", called(path), plain(x), plain(lo), plain(hi))
}

// plain writes a number as a person would, without an exponent up to a million millions.
func plain(x float64) string {
	if x < -1e12 || x > 1e12 {
		return fmt.Sprint(x)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func quotedList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	return strings.Join(quoted, ", ")
}
