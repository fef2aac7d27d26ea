//go:build js

package main

import (
	"context"
	"errors"
	"syscall/js"

	"heatmapgen/activity/source"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/message"
	"heatmapgen/internal/sysfault"
)

// The kinds of errors.
const (
	kindSettings = "settings" // the configuration is wrong: faults has its config.Faults as {file, line, text, code, args}
	kindAborted  = "aborted"  // the signal ended it
	kindNothing  = "nothing"  // the rules leave no activity to draw
	kindFewer    = "fewer"    // the new site would lack many activities of the one that is there
	kindSecret   = "secret"   // the secret of the privacy zones is lost or damaged
	kindSource   = "source"   // a source cannot be read
	kindFull     = "full"     // there is no room left
	kindOther    = "other"
)

// failure returns the Error of JavaScript for err. It has code and args where there is a message.Message of that.
func failure(err error) js.Value {
	e := js.Global().Get("Error").New(sysfault.Explain(err).Error())
	e.Set("kind", kindOf(err))
	var settings *config.Error
	if errors.As(err, &settings) {
		var list []any
		for _, f := range settings.Faults {
			list = append(list, map[string]any{"file": f.File, "line": f.Line, "text": f.Text, "code": f.Code, "args": plain(f.Args)})
		}
		e.Set("faults", js.ValueOf(list))
	}
	var nothing *generator.NothingError
	m, ok := message.Of(err)
	if errors.As(err, &nothing) {
		m, ok = message.Message{Code: nothing.Code, Args: nothing.Args}, true
	}
	if ok {
		e.Set("code", m.Code)
		e.Set("args", plain(m.Args))
	}
	return e
}

func kindOf(err error) string {
	var (
		settings *config.Error
		nothing  *generator.NothingError
		fewer    *generator.FewerError
		lost     *generator.LostSecretError
		damaged  *generator.DamagedSecretError
		unread   *source.ReadError
	)
	switch {
	case errors.As(err, &settings):
		return kindSettings
	case errors.Is(err, context.Canceled):
		return kindAborted
	case errors.As(err, &nothing):
		return kindNothing
	case errors.As(err, &fewer):
		return kindFewer
	case errors.As(err, &lost), errors.As(err, &damaged):
		return kindSecret
	case atomicfile.DiskFull(err):
		return kindFull
	case errors.As(err, &unread):
		return kindSource
	}
	return kindOther
}
