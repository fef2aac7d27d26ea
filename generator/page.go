package generator

import "heatmapgen/config"

func writePage(cfg *config.Config, path string, meta *Metadata) error { return nil }
