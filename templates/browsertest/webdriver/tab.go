package webdriver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// wait is how long the slowest machine may take for one command.
const wait = 60 * time.Second

// A Tab is a window of the browser. Commands of all tabs of a browser run one after the other.
type Tab struct {
	b      *Browser
	handle string
}

// Open opens an empty tab.
func (b *Browser) Open() (*Tab, error) {
	var made struct{ Handle string }
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.command(http.MethodPost, "/window/new", map[string]string{"type": "window"}, &made); err != nil {
		return nil, err
	}
	t := &Tab{b, made.Handle}
	err := b.command(http.MethodPost, "/window", map[string]string{"handle": t.handle}, nil)
	if err != nil {
		return nil, err
	}
	return t, t.resize(b.o.Width, b.o.Height)
}

// resize gives the page a size in CSS pixels: the window's, without what it has around the page.
func (t *Tab) resize(width, height int) error {
	for range 3 { // what is around a page may have another height in another width
		var inside [2]int
		var rect struct{ Width, Height int }
		raw, err := t.b.evaluate("[innerWidth, innerHeight]")
		if err == nil {
			err = json.Unmarshal(raw, &inside)
		}
		if err == nil {
			err = t.b.command(http.MethodGet, "/window/rect", nil, &rect)
		}
		if err != nil {
			return err
		}
		if inside == [2]int{width, height} {
			return nil
		}
		rect.Width += width - inside[0]
		rect.Height += height - inside[1]
		if err := t.b.command(http.MethodPost, "/window/rect", map[string]int{"width": rect.Width, "height": rect.Height}, nil); err != nil {
			return err
		}
		time.Sleep(500 * time.Millisecond)
	}
	return nil // a window may have a smallest size
}

// do runs commands in the tab.
func (t *Tab) do(act func() error) error {
	t.b.mu.Lock()
	defer t.b.mu.Unlock()
	if err := t.b.command(http.MethodPost, "/window", map[string]string{"handle": t.handle}, nil); err != nil {
		return err
	}
	return act()
}

// Close closes the tab.
func (t *Tab) Close() error {
	return t.do(func() error { return t.b.command(http.MethodDelete, "/window", nil, nil) })
}

// Load opens a URL and waits until the page says that it is ready.
func (t *Tab) Load(url string) error {
	if err := t.do(func() error { return t.b.command(http.MethodPost, "/url", map[string]string{"url": url}, nil) }); err != nil {
		return err
	}
	if _, err := t.Evaluate("heatmapgen.ready.then(() => true)"); err != nil {
		return fmt.Errorf("waiting for %s: %w", url, err)
	}
	return nil
}

// Evaluate returns what the promise of a JavaScript expression, or the expression itself, comes to, as JSON; undefined is null.
func (t *Tab) Evaluate(expression string) (value json.RawMessage, err error) {
	err = t.do(func() error {
		value, err = t.b.evaluate(expression)
		return err
	})
	return value, err
}

// evaluate is Evaluate in the tab that commands go to.
func (b *Browser) evaluate(expression string) (json.RawMessage, error) {
	var got struct {
		Value json.RawMessage
		Error *string
	}
	err := b.command(http.MethodPost, "/execute/async", map[string]any{"args": []any{}, "script": `const done = arguments[arguments.length - 1];
		(async () => JSON.stringify(await (` + expression + `)) ?? "null")().then((value) => done({ value }), (e) => done({ error: String(e) + "\n" + (e?.stack ?? "") }));`}, &got)
	if err != nil {
		return nil, err
	}
	if got.Error != nil {
		return nil, errors.New(*got.Error)
	}
	var text string
	if err := json.Unmarshal(got.Value, &text); err != nil {
		return nil, fmt.Errorf("webdriver: the value of a script: %w", err)
	}
	return json.RawMessage(text), nil
}

// ChooseFiles has the user choose files in an <input type="file">, by its CSS selector.
func (t *Tab) ChooseFiles(selector string, paths ...string) error {
	return t.do(func() error {
		var element map[string]string
		if err := t.b.command(http.MethodPost, "/element", map[string]string{"using": "css selector", "value": selector}, &element); err != nil {
			return err
		}
		return t.b.command(http.MethodPost, "/element/"+element[elementKey]+"/value", map[string]string{"text": strings.Join(paths, "\n")}, nil)
	})
}

// Drag presses at a place of the tab, in CSS pixels, moves to another one, and lets go: with the mouse, or with a finger. A drag to where it begins is a click, or a tap.
func (t *Tab) Drag(finger bool, from, to [2]float64) error {
	kind := "mouse"
	if finger {
		kind = "touch"
	}
	move := func(at [2]float64, ms int) map[string]any {
		return map[string]any{"type": "pointerMove", "duration": ms, "x": int(at[0]), "y": int(at[1]), "origin": "viewport"}
	}
	button := func(what string) map[string]any { return map[string]any{"type": what, "button": 0} }
	return t.do(func() error {
		return t.b.command(http.MethodPost, "/actions", map[string]any{"actions": []any{map[string]any{
			"type": "pointer", "id": kind, "parameters": map[string]string{"pointerType": kind},
			"actions": []any{move(from, 0), button("pointerDown"), move(to, 200), button("pointerUp")},
		}}}, nil)
	})
}

// Screenshot returns a PNG picture of the tab.
func (t *Tab) Screenshot() (png []byte, err error) {
	err = t.do(func() error { return t.b.command(http.MethodGet, "/screenshot", nil, &png) }) // base64, as encoding/json has bytes
	return png, err
}

// Errors returns what the browser wrote of errors in scripts so far, in any of its tabs.
func (t *Tab) Errors() []string { return t.b.errors() }

// command sends a command of the session.
func (b *Browser) command(method, path string, body, value any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*wait)
	defer cancel()
	return b.remote.call(ctx, method, "/session/"+b.session+path, body, value)
}
