package config

import _ "embed"

// Template is the annotated configuration that "heatmapgen init" writes: every
// key with its meaning, unit and default, running as it is with the demo
// source. The file heatmap.toml at the root of the repository is a copy of it.
//
//go:embed template.toml
var Template []byte
