package deploy

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/vectormap"
	"heatmapgen/site/deploy/bucket/s3test"
	"heatmapgen/templates"
)

// withBasemap puts a map of a town into a built site, as heatmapgen html does, and opens it.
func withBasemap(t *testing.T, folder, town string) *Site {
	t.Helper()
	path := filepath.Join(t.TempDir(), "town.pmtiles")
	if err := (&vectormap.Map{Schema: vectormap.Protomaps, Lon: 9.7, Lat: 47.5, ReachDeg: 0.3, MinZoom: 5, MaxZoom: 9, Name: town}).Write(path); err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.Output, cfg.Cache = folder, t.TempDir()
	cfg.Page.DefaultBasemap = "none"
	cfg.Page.Basemaps = []config.Basemap{{ID: "area", Title: "Area", PMTiles: path, Area: config.AreaHeat, MaxZoom: 24}}
	if err := generator.HTML(context.Background(), cfg, generator.Options{}); err != nil {
		t.Fatal(err)
	}
	return open(t, folder)
}

func TestBasemap(t *testing.T) {
	folder := built(t, config.FormatPMTiles, 2)
	site := withBasemap(t, folder, "First")
	www := filepath.Join(t.TempDir(), "www")
	p, _ := folderPlace(t, www)
	first := site.basemaps[0].name
	if !basemapName.MatchString(first) || hostedVersion(first) == "" {
		t.Fatalf("it is called %s", first)
	}
	same(t, mustPut(t, p, site, 1), "upload archive "+site.Name, "upload basemap "+first, "upload page "+PageName)
	same(t, mustPut(t, p, site, 1))
	page, err := os.ReadFile(filepath.Join(www, PageName))
	if err != nil || !slices.Equal(templates.BasemapAddresses(page), []string{first}) {
		t.Errorf("the page names %q", templates.BasemapAddresses(page))
	}
	if err := generator.CheckBasemap(www, first); err != nil {
		t.Error(err)
	}

	// Another one takes its place, and none stays; what others have put there does.
	others := []string{"basemap.mine.pmtiles", "basemap.mine.0123456789abcdef.pmtiles", "basemap.txt"}
	for _, name := range others {
		if err := os.WriteFile(filepath.Join(www, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	site = withBasemap(t, folder, "Second")
	second := site.basemaps[0].name
	same(t, mustPut(t, p, site, 1), "upload basemap "+second, "upload page "+PageName, "remove basemap "+first)
	same(t, files(t, www), sorted(append(others, second, site.Name, PageName)...)...)

	// A copy that is not whole goes up again.
	if err := os.WriteFile(filepath.Join(www, second), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	same(t, mustPut(t, p, site, 1), "upload basemap "+second)
}

// TestS3Basemap leaves no version of an old basemap in a bucket that keeps them, whether a deploy removes it or somebody has.
func TestS3Basemap(t *testing.T) {
	g := startGateway(t)
	g.keepVersions(t, types.BucketVersioningStatusEnabled)
	folder := built(t, config.FormatPMTiles, 2)
	p := g.place(t, "s3://maps/b", "&region="+s3test.Region)
	names := map[string]string{}
	for _, town := range []string{"First", "Second", "Third"} {
		site := withBasemap(t, folder, town)
		names[town] = site.basemaps[0].name
		mustPut(t, p, site, 1)
		same(t, g.versions(t, "b/basemap."), strings.TrimPrefix(names[town], "basemap."))
		same(t, mustPut(t, p, site, 1))
	}
	g.removeThere(t, "b/"+names["Third"])
	site := withBasemap(t, folder, "Fourth")
	same(t, mustPut(t, p, site, 1), "upload basemap "+site.basemaps[0].name, "upload page "+PageName, "remove old version "+names["Third"])
	same(t, g.versions(t, "b/basemap."), strings.TrimPrefix(site.basemaps[0].name, "basemap."))
}

// TestBasemapByHand deploys over a site that was copied by hand, and then one without a basemap.
func TestBasemapByHand(t *testing.T) {
	folder := built(t, config.FormatPMTiles, 2)
	site := withBasemap(t, folder, "Town")
	www := t.TempDir()
	if err := os.CopyFS(www, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	p, _ := folderPlace(t, www)
	mustPut(t, p, site, 0)
	same(t, files(t, www), sorted(site.basemaps[0].name, site.Name, PageName)...)
	cfg := config.Default()
	cfg.Output = folder
	if err := generator.HTML(context.Background(), cfg, generator.Options{}); err != nil {
		t.Fatal(err)
	}
	bare := open(t, folder)
	same(t, mustPut(t, p, bare, 0), "upload page "+PageName, "remove basemap "+site.basemaps[0].name)
	same(t, files(t, www), sorted(site.Name, PageName)...)
}

// TestBasemapOfAnotherBuild is refused, as an archive is.
func TestBasemapOfAnotherBuild(t *testing.T) {
	folder := built(t, config.FormatPMTiles, 2)
	withBasemap(t, folder, "Town")
	path := filepath.Join(folder, generator.BasemapFile("area"))
	if err := os.WriteFile(path, []byte("PMTiles of somebody else's"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSite(folder); err == nil || !strings.Contains(err.Error(), path+" is not the one that the page means; run \"heatmapgen html\" first") {
		t.Error(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSite(folder); err == nil || !strings.Contains(err.Error(), path+", which the page names, is not there") {
		t.Error(err)
	}
}
