package config

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

func (c *checker) page(cfg *Config) {
	p := &cfg.Page
	c.oneOf("page.default_layer", p.DefaultLayer, cfg.layerIDs())
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

// shortID is the form of the ids of basemaps and layers: they stand in links.
var shortID = regexp.MustCompile(`^[a-z0-9]+(?:[_-][a-z0-9]+)*$`)

// basemap checks one [[page.basemap]]; taken are the ids that others have.
func (c *checker) basemap(at string, b *Basemap, taken []string) {
	switch {
	case !c.set[at+".id"]:
		c.at(at+".id", "[[page.basemap]] has no %q; give it a short name such as %q", "id", "my-map")
	case !shortID.MatchString(b.ID):
		c.at(at+".id", "%s is %q; it must be made of small letters, digits and hyphens", called(at+".id"), b.ID)
	case slices.Contains(taken, b.ID):
		c.at(at+".id", "%s is %q, which another basemap has already", called(at+".id"), b.ID)
	}
	hasURL, hasPMTiles := c.set[at+".url"], c.set[at+".pmtiles"]
	switch {
	case hasURL && hasPMTiles:
		c.at(at+".pmtiles", "[[page.basemap]] has both %q and %q; keep one of them", "url", "pmtiles")
	case hasURL:
		c.tileURL(at+".url", b.URL)
	case hasPMTiles:
		c.webURL(at+".pmtiles", b.PMTiles, "https://example.org/map.pmtiles")
	default:
		c.at(at, `[[page.basemap]] has no address; give it url = "https://.../{z}/{x}/{y}.png" or pmtiles = "https://.../map.pmtiles"`)
	}
	if c.set[at+".names"] {
		c.tileURL(at+".names", b.Names)
	}
	c.whole(at+".max_zoom", b.MaxZoom, 0, 24)
}

func (c *checker) tileURL(path, address string) {
	const example = "https://example.org/{z}/{x}/{y}.png"
	c.webURL(path, strings.NewReplacer("{", "", "}", "").Replace(address), example)
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if !strings.Contains(address, part) {
			c.at(path, "%s is %q, which lacks %s; it must look like %q", called(path), address, part, example)
		}
	}
}

// webURL asks for an absolute http or https address.
func (c *checker) webURL(path, address, example string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		c.at(path, "%s is no web address; it must look like %q", called(path), example)
	}
}
