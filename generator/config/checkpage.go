package config

import (
	"net/url"
	"regexp"
	"slices"
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

// webURL asks for an absolute http or https address.
func (c *checker) webURL(path, address, example string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		c.at(path, "%s is no web address; it must look like %q", called(path), example)
	}
}
