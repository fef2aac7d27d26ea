//go:build js

package main

import (
	"context"
	"strings"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/site/audit"
)

// A verdict tells how the site stood up to a stranger's guesses.
type verdict struct {
	// Exposed tells that a place which is to be hidden can be guessed: such a site should not be published.
	Exposed bool `json:"exposed"`
	// Text is what the command prints.
	Text string `json:"text"`
	// Clues say by what a place can be guessed.
	Clues []message.Message `json:"clues"`
}

// attack attacks what the site that was built for the configuration in the file path hides, as the command does after a build
// that hides anything.
func attack(ctx context.Context, path string, _ options) (any, error) {
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	archive, err := generator.FindArchive(cfg.Output)
	if err != nil {
		return nil, err
	}
	found, err := audit.Site(ctx, archive, cfg, "")
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := found.WriteVerdict(&text); err != nil {
		return nil, err
	}
	return verdict{found.Exposed(), text.String(), append([]message.Message{}, found.Clues...)}, nil
}
