//go:build js

package main

import (
	"time"

	"heatmapgen/generator"
	"heatmapgen/internal/message"
)

// A found is a generator.Found as JavaScript has it.
type found struct {
	Rows     []foundRow        `json:"rows"`
	Warnings []message.Message `json:"warnings"`
	Notes    []message.Message `json:"notes"`
}

// A foundRow is a generator.FoundRow. What is not known is "".
type foundRow struct {
	ID     string `json:"id"`
	Path   string `json:"path"`
	Name   string `json:"name"`
	Sport  string `json:"sport"`
	Start  string `json:"start"` // "2026-05-31T10:00:00+02:00", where it was
	State  string `json:"state"` // one of generator.States
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

func foundOf(f generator.Found) found {
	all := found{Rows: []foundRow{}, Warnings: append([]message.Message{}, f.Warnings...), Notes: append([]message.Message{}, f.Notes...)}
	for _, r := range f.Rows {
		row := foundRow{ID: r.ID, Path: r.Path, Name: r.Name, Sport: string(r.Sport), State: string(r.State), Reason: r.Reason, Detail: r.Detail}
		if !r.Start.IsZero() {
			row.Start = r.Start.Format(time.RFC3339)
		}
		all.Rows = append(all.Rows, row)
	}
	return all
}
