package config

import (
	"slices"
	"strings"
)

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
	case hasURL && b.Schema != "" && !strings.Contains(b.URL, "{"):
		c.webURL(at+".url", b.URL, "https://example.org/tiles.json")
	case hasURL:
		c.tileURL(at+".url", b.URL)
	case hasPMTiles && isWebAddress(b.PMTiles):
		c.webURL(at+".pmtiles", b.PMTiles, "https://example.org/map.pmtiles")
	case hasPMTiles:
		c.notEmpty(at+".pmtiles", b.PMTiles)
	default:
		c.at(at, `[[page.basemap]] has no address; give it url = "https://.../{z}/{x}/{y}.png", pmtiles = "https://.../map.pmtiles" or pmtiles = "area.pmtiles"`)
	}
	if c.set[at+".names"] {
		c.tileURL(at+".names", b.Names)
	}
	c.vectors(at, b)
	switch {
	case b.Local():
		c.oneOf(at+".area", b.Area, []string{AreaHeat, AreaWhole})
	case c.set[at+".area"]:
		c.at(at+".area", "%s has no meaning for a map on the web; remove it, or give the path of an archive as %q", called(at+".area"), "pmtiles")
	}
	c.whole(at+".max_zoom", b.MaxZoom, 0, maxBasemapZoom)
}

// vectors checks what [[page.basemap]] says of tiles of vectors.
func (c *checker) vectors(at string, b *Basemap) {
	if !c.set[at+".schema"] {
		return
	}
	c.oneOf(at+".schema", b.Schema, SchemaIDs)
	if c.set[at+".names"] {
		c.at(at+".names", "%s has no meaning for vectors, which bring names; remove it", called(at+".names"))
	}
	for _, part := range []string{"{s}", "{r}"} {
		if strings.Contains(b.URL, part) {
			c.at(at+".url", "%s is %q, but %s has no meaning for vectors; write an address without it", called(at+".url"), b.URL, part)
		}
	}
}

// isWebAddress tells an address from a path.
func isWebAddress(s string) bool { return strings.Contains(s, "://") }

// tileURL asks for the address of tiles.
func (c *checker) tileURL(path, address string) {
	const example = "https://example.org/{z}/{x}/{y}.png"
	c.webURL(path, strings.NewReplacer("{", "", "}", "").Replace(address), example)
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if !strings.Contains(address, part) {
			c.at(path, "%s is %q, which lacks %s; it must look like %q", called(path), address, part, example)
		}
	}
}
