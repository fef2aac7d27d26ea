//go:build js

package main

import (
	"context"
	"path/filepath"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// A preview is a site to look at while another is made. It lacks much, and is not to be published.
type preview struct {
	// Archive and Page are the paths of the two files.
	Archive string `json:"archive"`
	Page    string `json:"page"`
	// Drawn counts the activities on the map.
	Drawn int `json:"drawn"`
}

func previewOf(r *generator.Report, folder string) preview {
	return preview{r.ArchivePath, filepath.Join(folder, generator.PageName), r.Drawn}
}

// sample builds a site of some of the activities for the configuration in the file path, at most as many as the option most, in the folder that the option folder names and that holds nothing else. It
// changes nothing elsewhere, but for the secret of privacy zones, which it makes where there is none.
func sample(ctx context.Context, path string, o options) (any, error) {
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	folder := o.get("folder").String()
	if err := cfg.SetOutput(folder); err != nil {
		return nil, err
	}
	cfg.Cache = filepath.Join(folder, "cache")
	settings := o.settings()
	settings.Sample = o.get("most").Int()
	r, err := generator.Build(ctx, cfg, settings)
	if err == nil {
		err = ready()
	}
	if err != nil {
		return nil, err
	}
	return previewOf(r, folder), nil
}
