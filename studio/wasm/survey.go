//go:build js

package main

import (
	"context"
	"syscall/js"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/message"
)

// survey reads all activities and returns an object that knows what a build would do with each. Of its functions
//
//	rows()      returns an array of the activities (activityRow)
//	warnings()  returns what a user must not miss, notes() the oddities of the sources, as arrays of messages (package message)
//	apply()     judges all anew by overrides.json as it is by then, and returns a promise
//	close()     releases what the survey holds; nothing may be called afterwards
func survey(ctx context.Context, path string, o options) (any, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	s, err := generator.NewSurvey(ctx, cfg, o.settings())
	if err != nil {
		return nil, err
	}
	if err := ready(); err != nil {
		s.Close()
		return nil, err
	}
	var functions []js.Func
	object := js.Global().Get("Object").New()
	set := func(name string, f func() js.Value) {
		functions = append(functions, js.FuncOf(func(js.Value, []js.Value) any { return f() }))
		object.Set(name, functions[len(functions)-1])
	}
	set("rows", func() js.Value { return plain(rowsOf(s)) })
	set("warnings", func() js.Value { return plain(append([]message.Message{}, s.Warnings()...)) })
	set("notes", func() js.Value { return plain(append([]message.Message{}, s.Notes()...)) })
	set("apply", func() js.Value {
		return promise(js.Undefined(), func(ctx context.Context) (any, error) {
			said, err := overrides.Load(overrides.Path(cfg.File))
			if err != nil {
				return nil, err
			}
			return nil, s.Apply(ctx, said)
		})
	})
	set("close", func() js.Value {
		s.Close()
		for _, f := range functions {
			f.Release()
		}
		return js.Undefined()
	})
	return object, nil
}

// An activityRow is a generator.SurveyRow as JavaScript has it. What is not known is "" or 0.
type activityRow struct {
	ID     string `json:"id"`
	Path   string `json:"path"`
	Name   string `json:"name"`
	Sport  string `json:"sport"`
	Start  string `json:"start"` // "2026-05-31T10:00:00+02:00", where it was
	State  string `json:"state"` // one of generator.States
	Reason string `json:"reason"`
	Detail string `json:"detail"`
	// DistanceM and AscentM are in metres, MovingS in seconds.
	DistanceM float64 `json:"distanceM"`
	MovingS   float64 `json:"movingS"`
	AscentM   float64 `json:"ascentM"`
	// Thumbnail has lines of points, x to the east and y to the south, in a box of generator.ThumbnailSize units.
	Thumbnail [][][2]int `json:"thumbnail"`
}

func rowsOf(s *generator.Survey) []activityRow {
	rows := []activityRow{}
	for _, r := range s.Rows() {
		row := activityRow{
			ID: r.ID, Path: r.Path, Name: r.Name, Sport: string(r.Sport), State: string(r.State), Reason: r.Reason, Detail: r.Detail,
			DistanceM: r.DistanceM, MovingS: r.MovingS, AscentM: r.AscentM, Thumbnail: [][][2]int{},
		}
		if !r.Start.IsZero() {
			row.Start = r.Start.Format(time.RFC3339)
		}
		for _, line := range r.Thumbnail {
			var points [][2]int
			for _, p := range line {
				points = append(points, [2]int{int(p[0]), int(p[1])})
			}
			row.Thumbnail = append(row.Thumbnail, points)
		}
		rows = append(rows, row)
	}
	return rows
}
