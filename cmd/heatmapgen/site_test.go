package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/config"
	"heatmapgen/generator"
	"heatmapgen/layers"
	"heatmapgen/serve"
	"heatmapgen/templates/browsertest"
)

// The whole way: the demo is built, served by our own server, and every layer that the browser
// paints is compared with the decoded archive, at three zooms.
func TestDemoSiteInBrowser(t *testing.T) {
	browser, stop, err := browsertest.Start(context.Background(), nil)
	if errors.Is(err, browsertest.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stop()

	dir := t.TempDir()
	cfg := config.Default()
	cfg.SetOutput(filepath.Join(dir, "site"))
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Render.MinZoom, cfg.Render.MaxZoom = 12, 14
	cfg.Render.AsOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	cfg.Page.DefaultBasemap = "none"
	if _, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: cfg.Render.AsOf}); err != nil {
		t.Fatal(err)
	}

	server, err := serve.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, cfg.Output) }()
	defer func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()

	tab, err := browsertest.Open(browser, browsertest.View{Width: 800, Height: 600})
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Cancel()
	if err := tab.Load(server.URL()); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(cfg.Output, generator.ArchiveName)
	// The centre of the demo's town.
	const lon, lat = 9.747, 47.503
	for zoom := uint8(12); zoom <= 14; zoom++ {
		for _, layer := range layers.Layers(3, false) {
			d, err := tab.ComparePixels(archive, layer.ID, zoom, lon, lat)
			if err != nil {
				t.Fatalf("%s at zoom %d: %v", layer.ID, zoom, err)
			}
			if d.Lit < 1000 {
				t.Errorf("%s at zoom %d: only %d pixels have heat", layer.ID, zoom, d.Lit)
			}
			if d.Off > 0 {
				t.Errorf("%s at zoom %d: %d of %d pixels differ, by up to %d", layer.ID, zoom, d.Off, d.Lit, d.Most)
			}
		}
	}
	if errs := tab.Errors(); len(errs) > 0 {
		t.Errorf("the console has %q", errs)
	}
	for _, url := range tab.Requests() {
		if !strings.HasPrefix(url, server.URL()) && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, "data:") {
			t.Errorf("the page asked %s for something", url)
		}
	}
}
