//go:build !nocloud

package main

import "heatmapgen/archive/judge"

// secondOpinion has go-pmtiles look at an archive, which brings the clouds.
var secondOpinion = judge.PMTiles
