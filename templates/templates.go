// Package templates makes index.html, the page that shows a heatmap archive: one
// file with its script and style inside, nothing fetched but the archive and the
// chosen basemap. The page is the same for every archive but for its title and
// settings; all it knows of the data it reads from the archive's metadata.
//
// The viewer itself is TypeScript in the folder viewer; the folder dist holds its
// bundle, made by "go run ./templates/bundle" and committed. Package generator
// renders the page after every build.
package templates

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// IDs of the basemaps that every page knows. Pages offer the Stadia ones only with
// a key or on localhost.
const (
	BasemapDark       = "dark"        // CARTO Dark Matter
	BasemapStadiaDark = "stadia-dark" // Stadia Alidade Smooth Dark
	BasemapStadia     = "stadia"      // Stadia Alidade Smooth
	BasemapEsri       = "esri"        // Esri World Topographic Map
	BasemapOSM        = "osm"         // OpenStreetMap standard tiles
	BasemapNone       = "none"        // a plain ground with coastlines
)

// A Page is what differs from one page to the next. Empty strings stand for the
// defaults named below; texts may hold any characters.
type Page struct {
	// Title is shown on the page and in the browser's tab; default "Heatmap".
	Title string
	// Description is what search engines and link previews show.
	Description string
	// URL is where the page lies, and Image a picture of it, for previews of links; both absolute, "" for none.
	URL, Image string
	// ArchiveURL is where the archive lies, relative to the page, with its version
	// as a query so that caches never mix two builds: "heatmap.pmtiles?v=1f3a...".
	// Default "heatmap.pmtiles".
	ArchiveURL string
	// DefaultLayer is the id of the layer to begin with; default: the archive's.
	DefaultLayer string
	// DefaultBasemap is the id of the basemap to begin with; default BasemapDark.
	DefaultBasemap string
	// HeatOpacity is the heat's opacity to begin with, above 0 and at most 1; 0 is 0.85.
	HeatOpacity float64
	// StadiaKey is the Stadia Maps API key; it is readable by everybody who opens
	// the page.
	StadiaKey string
	// Basemaps are offered beside the built-in ones.
	Basemaps []Basemap
}

// The schemas of vector tiles that the page can draw.
const (
	SchemaProtomaps    = "protomaps"    // https://docs.protomaps.com/basemaps/layers, version 4
	SchemaOpenMapTiles = "openmaptiles" // https://openmaptiles.org/schema/, version 3
)

// A Basemap is a basemap of the user's own: either URL or PMTiles is set.
type Basemap struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// URL is a tile URL with {z}, {x}, {y} and, optionally, {s} (a, b or c) and
	// {r} (@2x on dense screens). Of vector tiles it has neither of the latter, and may be that of a TileJSON.
	URL string `json:"url,omitempty"`
	// PMTiles is the URL of an archive of tiles.
	PMTiles string `json:"pmtiles,omitempty"`
	// Schema is one of the Schema constants where tiles are vectors, "" where they are pictures. What draws vectors makes the page some 150 kB
	// heavier on its way.
	Schema string `json:"schema,omitempty"`
	// Names is a tile URL, as URL is, of place names alone, which are drawn above the heat.
	Names string `json:"names,omitempty"`
	// Attribution is shown as plain text.
	Attribution string `json:"attribution,omitempty"`
	// MaxZoom is the largest zoom the basemap has; 0 is 19.
	MaxZoom int `json:"max_zoom,omitempty"`
}

// pageSource is the page, with marks such as {{Title}} for what Render puts in their places.
//
//go:embed page.html
var pageSource string

// A bundle is the viewer, made by "go run ./templates/bundle".
type bundle struct {
	script, style string
	// notices are the names and licences of the works that are part of it.
	notices string
}

// settings is what the script reads; viewer/src/settings.ts has the same keys.
type settings struct {
	Title          string    `json:"title"`
	Description    string    `json:"description"`
	Archive        string    `json:"archive"`
	DefaultLayer   string    `json:"default_layer"`
	DefaultBasemap string    `json:"default_basemap"`
	HeatOpacity    float64   `json:"heat_opacity"`
	StadiaKey      string    `json:"stadia_key"`
	Basemaps       []Basemap `json:"basemaps"`
}

// Render writes the page. It fails only where w does, or where a URL of p cannot
// be parsed; in a browser also where the viewer does not lie beside the module.
func Render(w io.Writer, p Page) error {
	viewer, err := viewer()
	if err != nil {
		return fmt.Errorf("rendering the page: %w", err)
	}
	s := settings{
		Title: or(p.Title, "Heatmap"), Description: or(p.Description, "A heatmap of everywhere I have been."),
		Archive: or(p.ArchiveURL, "heatmap.pmtiles"), DefaultLayer: p.DefaultLayer,
		DefaultBasemap: or(p.DefaultBasemap, BasemapDark), HeatOpacity: p.HeatOpacity,
		StadiaKey: p.StadiaKey, Basemaps: p.Basemaps,
	}
	if s.HeatOpacity == 0 {
		s.HeatOpacity = 0.85
	}
	if s.Basemaps == nil {
		s.Basemaps = []Basemap{}
	}
	vectors := ""
	if slices.ContainsFunc(s.Basemaps, func(b Basemap) bool { return b.Schema != "" }) {
		worker, err := vectorWorker()
		if err != nil {
			return fmt.Errorf("rendering the page: %w", err)
		}
		vectors = "<script type=\"text/plain\" id=\"vectors\">" + worker + "</script>\n"
	}
	policy, err := policy(s, viewer)
	if err != nil {
		return fmt.Errorf("rendering the page: %w", err)
	}
	// Marshal escapes what would end the element: <, > and &.
	inScript, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("rendering the page: %w", err)
	}
	// The marks are replaced in one go, so what takes the place of one may look like another.
	_, err = strings.NewReplacer(
		"{{Title}}", html.EscapeString(s.Title), "{{Description}}", html.EscapeString(s.Description), "{{Previews}}", previews(&p),
		"{{Policy}}", html.EscapeString(policy), "{{Favicon}}", html.EscapeString(favicon), "{{Settings}}", string(inScript),
		"{{Style}}", viewer.style, "{{Vectors}}", vectors, "{{Script}}", viewer.script,
		"{{Notices}}", "<!--\n"+strings.ReplaceAll(viewer.notices, "-->", "-- >")+"-->",
	).WriteString(w, pageSource)
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// previews returns what tells previews of links where the page lies and what it looks like.
func previews(p *Page) string {
	var b strings.Builder
	meta := func(key, name, content string) {
		fmt.Fprintf(&b, "<meta %s=\"%s\" content=\"%s\">\n", key, name, html.EscapeString(content))
	}
	if p.URL != "" {
		meta("property", "og:url", p.URL)
	}
	card := "summary"
	if p.Image != "" {
		meta("property", "og:image", p.Image)
		card = "summary_large_image"
	}
	meta("name", "twitter:card", card)
	return b.String()
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// builtinHosts are where the tiles of the built-in basemaps come from.
var builtinHosts = []string{
	"https://*.basemaps.cartocdn.com",
	"https://tiles.stadiamaps.com",
	"https://server.arcgisonline.com",
	"https://tile.openstreetmap.org",
}

// policy returns the page's Content-Security-Policy: its own script and style, told
// by their hashes, and requests to its own host and those of the basemaps.
func policy(s settings, viewer bundle) (string, error) {
	hosts := append([]string{}, builtinHosts...)
	urls := []string{s.Archive}
	for _, b := range s.Basemaps {
		urls = append(urls, b.URL, b.PMTiles, b.Names)
	}
	for _, u := range urls {
		origin, err := origin(u)
		if err != nil {
			return "", err
		}
		if origin != "" {
			hosts = append(hosts, origin)
		}
	}
	to := strings.Join(hosts, " ")
	return strings.Join([]string{
		"default-src 'none'",
		"script-src '" + hash(viewer.script) + "'",
		"style-src '" + hash(viewer.style) + "'",
		"img-src 'self' data: blob: " + to,
		"connect-src 'self' blob: data: " + to,
		"worker-src blob:",
		"manifest-src data:",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; "), nil
}

// origin returns scheme and host of an absolute URL as a source of the policy, and
// "" for a relative one. A placeholder in the host, such as {s}, stands for any one
// label, for which the policy knows a star at the front.
func origin(raw string) (string, error) {
	u, err := url.Parse(strings.NewReplacer("{", placeholder, "}", "").Replace(raw))
	if err != nil {
		return "", fmt.Errorf("the URL %q: %w", raw, err)
	}
	if u.Host == "" {
		return "", nil
	}
	scheme := or(u.Scheme, "https")
	if scheme != "https" && scheme != "http" {
		return "", fmt.Errorf("the URL %q: begin it with https:// or http://", raw)
	}
	host := u.Host
	if i := strings.LastIndex(host, placeholder); i >= 0 {
		_, rest, _ := strings.Cut(host[i:], ".")
		if rest == "" {
			return "", fmt.Errorf("the URL %q: the host must not be a placeholder alone", raw)
		}
		host = "*." + rest
	}
	// Anything else would end the source, or the directive.
	if strings.ContainsFunc(host, func(r rune) bool {
		return r > unicode.MaxASCII || !(unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-._:[]*", r))
	}) {
		return "", fmt.Errorf("the URL %q: %q is no host name; write names in other scripts in their xn-- form", raw, u.Host)
	}
	return scheme + "://" + host, nil
}

// placeholder stands for the opening brace of a placeholder, which no URL may have in its host.
const placeholder = "x-placeholder-"

// Icon returns the page's icon, an SVG picture.
func Icon() string { return faviconSVG }

// hash returns the name of a script or style in a Content-Security-Policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
