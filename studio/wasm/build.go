//go:build js

package main

import (
	"context"
	"path/filepath"
	"strings"
	"syscall/js"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
)

// A built tells of a finished build.
type built struct {
	// Archive and Page are the paths of the two files, Report that of the list of every activity.
	Archive string `json:"archive"`
	Page    string `json:"page"`
	Report  string `json:"report"`
	// Bytes is the size of the archive.
	Bytes int64 `json:"bytes"`
	// Read counts the activities listed, Drawn those on the map.
	Read  int `json:"read"`
	Drawn int `json:"drawn"`
	// Skipped counts the others by reason, in the report's words.
	Skipped map[string]int `json:"skipped"`
	// Hides tells that privacy zones or trimmed ends hide something.
	Hides    bool              `json:"hides"`
	Warnings []message.Message `json:"warnings"`
	Notes    []message.Message `json:"notes"`
	// Table is what the command prints in the end.
	Table string `json:"table"`
	// Seconds is how long each stage took.
	Seconds map[string]float64 `json:"seconds"`
}

// build builds the site of the configuration in the file path.
func build(ctx context.Context, path string, o options) (any, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	r, err := generator.Build(ctx, cfg, o.settings())
	if err == nil {
		err = ready()
	}
	if err != nil {
		return nil, err
	}
	return builtOf(cfg, r)
}

// builtOf tells of the build of a configuration that a report is of.
func builtOf(cfg *config.Config, r *generator.Report) (any, error) {
	var table strings.Builder
	if err := r.WriteTable(&table); err != nil {
		return nil, err
	}
	seconds := map[string]float64{}
	for _, s := range r.Stages {
		seconds[s.Name] = s.Took.Seconds()
	}
	return built{
		Archive: r.ArchivePath, Page: filepath.Join(cfg.Output, generator.PageName), Report: r.File, Bytes: r.ArchiveBytes,
		Read: r.Read, Drawn: r.Drawn, Skipped: r.Skipped, Hides: r.Hides, Warnings: append([]message.Message{}, r.Warnings...), Notes: append([]message.Message{}, r.Notes...), Table: table.String(), Seconds: seconds,
	}, nil
}

// settings returns what options say of a build or a step of one.
func (o options) settings() generator.Options {
	s := generator.Options{
		Version: version, Now: time.Now(), Progress: &progress{options: o},
		Warn:      func(text string) { o.call("warn", text) },
		NewSecret: o.bool("newSecret"), ForgetZones: o.bool("forgetZones"),
		Getenv: func(string) string { return "" }, // there are no keys for services here
	}
	if now := o.get("now"); now.Type() == js.TypeNumber {
		s.Now = time.UnixMilli(int64(now.Float()))
	}
	if o.get("found").Type() == js.TypeFunction {
		s.Found = func(f generator.Found) { o.call("found", plain(foundOf(f))) }
	}
	if o.bool("allowFewer") {
		s.Fewer = func(context.Context, generator.Fewer) (bool, error) { return true, nil }
	}
	return s
}
