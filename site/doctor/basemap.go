package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/templates"
)

// maps checks the maps on this computer of which parts go into the site.
func (l *local) maps() {
	var settings *config.Error
	if err := generator.CheckBasemaps(l.cfg); errors.As(err, &settings) {
		for _, f := range settings.Faults {
			l.add(GroupHere, "basemap", Fault, f.String()+".", "no build is made until then")
		}
	}
}

// basemaps checks those that lie beside the page.
func (l *local) basemaps(dir string, page *pageSettings) {
	for _, address := range page.basemapsBeside() {
		if err := generator.CheckBasemap(dir, address); err != nil {
			l.add(GroupPage, "basemap", Fault, fmt.Sprintf("A basemap does not show: %v.", err), `copy it anew with "heatmapgen html"`)
			continue
		}
		l.add(GroupPage, "basemap", OK, fmt.Sprintf("The basemap %s is the one that the page means.", templates.FileOf(address)))
	}
}

// basemapsBeside returns the addresses of the basemaps that lie beside the page.
func (s *pageSettings) basemapsBeside() []string {
	var all []string
	if s != nil {
		for _, b := range s.Basemaps {
			if templates.BesidePage(b.PMTiles) {
				all = append(all, b.PMTiles)
			}
		}
	}
	return all
}

// checkBasemaps looks whether the basemaps that are to lie beside the page are there, and come in parts.
func (v *visit) checkBasemaps(ctx context.Context) error {
	for _, address := range v.text.settings.basemapsBeside() {
		u, err := v.page.url.Parse(address)
		if err != nil {
			continue
		}
		name := templates.FileOf(address)
		a, err := v.part(ctx, u, 0, tailBytes, nil)
		switch {
		case err != nil:
			return v.unanswered(ctx, GroupPage, "basemap", "The basemap "+name+" does not come", err)
		case a.status != http.StatusPartialContent && a.status != http.StatusOK:
			v.warn(GroupPage, "basemap", fmt.Sprintf("The host answers with %s in place of the basemap %s: the page shows coastlines instead.", statusText(a.status), name))
		case formatOf(a.body) != config.FormatPMTiles:
			v.warn(GroupPage, "basemap", fmt.Sprintf("What lies at %s is no basemap: the page shows coastlines instead.", name))
		case a.status == http.StatusOK:
			v.warn(GroupPage, "basemap", fmt.Sprintf("The host does not send parts of the basemap %s, so every visitor loads all of it, or it does not show.", name))
		default:
			v.add(GroupPage, "basemap", OK, fmt.Sprintf("The basemap %s comes in parts.", name))
		}
	}
	return ctx.Err()
}
