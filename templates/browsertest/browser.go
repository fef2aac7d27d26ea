// Package browsertest drives a real Chromium for tests of the page: it finds and starts
// one without a screen or a network, opens tabs of exact size, and keeps what the
// page wrote to its console and whom it asked for something.
//
// Drawing is WebGL 2 in software. Package chromedp does the talking.
package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// ErrNotFound says that there is no Chromium on this machine.
var ErrNotFound = errors.New("no Chromium found: install one, or name it in CHROMIUM")

// Find returns the path of a Chromium: what the environment variable CHROMIUM
// names, or the first of the usual names.
func Find() (string, error) {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNotFound
}

// Start starts a Chromium and returns a context for Open. More flags may be given
// as "name" or "name=value" pairs. It ends with cancel.
func Start(ctx context.Context, flags map[string]any) (_ context.Context, cancel func(), err error) {
	path, err := Find()
	if err != nil {
		return nil, nil, err
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.Flag("headless", "new"),
		chromedp.Flag("use-angle", "swiftshader"),
		chromedp.Flag("enable-unsafe-swiftshader", true),
		chromedp.Flag("disable-component-update", true),
		// What drops down from the address bar is itself made of pages, two for every tab: they took a tenth of all the time.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"),
		chromedp.Flag("hide-scrollbars", true),
		// Names of other hosts are not even looked up.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	for name, value := range flags {
		opts = append(opts, chromedp.Flag(name, value))
	}
	ctx, cancelAllocator := chromedp.NewExecAllocator(ctx, opts...)
	ctx, cancelContext := chromedp.NewContext(ctx)
	cancel = func() { cancelContext(); cancelAllocator() }
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		return nil, nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return ctx, cancel, nil
}

// A View is the size and kind of a tab's window.
type View struct {
	Width, Height int64
	// Phone emulates a touch screen.
	Phone bool
	// Light asks for the light colour scheme; the default here is dark.
	Light bool
	// Scale is the device pixel ratio; 0 is 1.
	Scale float64
	// ReducedMotion asks for no animations.
	ReducedMotion bool
	// Miles leaves the units to the browser's language, which is American English; the default here is kilometres.
	Miles bool
	// Script runs in every page before those of its own.
	Script string
}

// A Tab is one page in the browser, with what happened in it.
type Tab struct {
	Ctx    context.Context
	Cancel func()

	mu       sync.Mutex
	errors   []string
	requests []string
}

// Open opens an empty tab.
func Open(browser context.Context, v View) (*Tab, error) {
	ctx, cancel := chromedp.NewContext(browser)
	t := &Tab{Ctx: ctx, Cancel: cancel}
	if err := chromedp.Listen(ctx, t.note); err != nil {
		cancel()
		return nil, err
	}
	scheme, motion := "dark", "no-preference"
	if v.Light {
		scheme = "light"
	}
	if v.ReducedMotion {
		motion = "reduce"
	}
	units := `try { localStorage["heatmapgen.units"] ??= "metric" } catch {}`
	if v.Miles {
		units = ""
	}
	units += "\n" + v.Script
	size := []chromedp.EmulateViewportOption{chromedp.EmulateScale(max(v.Scale, 1))}
	if v.Phone {
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	err := chromedp.Do(ctx,
		call(network.Enable, network.EnableParams{}),
		call(log.Enable, cdp.Empty{}),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
		}}),
		call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: units}),
		chromedp.EmulateViewport(v.Width, v.Height, size...),
	)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("opening a tab: %w", err)
	}
	return t, nil
}

func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cmd, params)
		return err
	})
}

// note keeps an event.
func (t *Tab) note(ev any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		t.requests = append(t.requests, ev.Request.URL)
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			text += " " + ev.ExceptionDetails.Exception.Description
		}
		t.errors = append(t.errors, "exception: "+text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			text := string(ev.Type) + ":"
			for _, a := range ev.Args {
				text += " " + string(a.Value) + a.Description
			}
			t.errors = append(t.errors, text)
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError || ev.Entry.Level == log.EntryLevelWarning {
			t.errors = append(t.errors, fmt.Sprintf("%s: %s %s", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL))
		}
	}
}

// Errors returns the errors and warnings of the console so far.
func (t *Tab) Errors() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.errors)
}

// Requests returns the URLs the page asked for so far, those it made itself (blob
// and data) left out.
func (t *Tab) Requests() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(t.requests), func(raw string) bool {
		u, err := url.Parse(raw)
		return err == nil && (u.Scheme == "blob" || u.Scheme == "data")
	})
}

// wait is how long the slowest machine may take for anything.
const wait = 60 * time.Second

// Load opens a URL and waits until the page says that it is ready.
func (t *Tab) Load(url string) error {
	ctx, cancel := context.WithTimeout(t.Ctx, wait)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		return fmt.Errorf("opening %s: %w", url, err)
	}
	if _, err := Await[bool](t, "heatmapgen.ready.then(() => true)"); err != nil {
		return fmt.Errorf("waiting for %s: %w", url, err)
	}
	return nil
}

// A Page is what tests ask of a page in any browser: of a Tab, or of one of package webdriver.
type Page interface {
	// Evaluate returns what the promise of a JavaScript expression, or the expression itself, comes to, as JSON; undefined is null, or nothing.
	Evaluate(expression string) (json.RawMessage, error)
	// ChooseFiles has the user choose files in an <input type="file">, by its CSS selector.
	ChooseFiles(selector string, paths ...string) error
	// Errors returns the errors of the console so far.
	Errors() []string
}

// Evaluate returns what the promise of a JavaScript expression, or the expression itself, comes to.
func (t *Tab) Evaluate(expression string) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(t.Ctx, wait)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise))
}

// Await returns what the promise of a JavaScript expression, or the expression
// itself, comes to. undefined and null are errors where T has no such value.
func Await[T any](p Page, expression string) (value T, err error) {
	raw, err := p.Evaluate(expression)
	if err != nil {
		return value, err
	}
	if len(raw) == 0 || string(raw) == "null" {
		switch reflect.TypeFor[T]().Kind() {
		case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
			return value, nil
		}
		return value, errors.New("the script came to nothing")
	}
	err = json.Unmarshal(raw, &value)
	return value, err
}

// Until waits until a JavaScript expression is true.
func Until(p Page, expression string) error {
	if t, ok := p.(*Tab); ok {
		return t.until(expression)
	}
	for end := time.Now().Add(wait); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		// A page that is being loaded has no scripts yet.
		if yes, err := Await[bool](p, "Boolean("+expression+")"); err == nil && yes {
			return nil
		}
	}
	return fmt.Errorf("waiting for %s: it took too long", expression)
}

func (t *Tab) until(expression string) error {
	ctx, cancel := context.WithTimeout(t.Ctx, wait)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(wait))); err != nil {
		return fmt.Errorf("waiting for %s: %w", expression, err)
	}
	return nil
}

// Screenshot returns a PNG picture of the tab.
func (t *Tab) Screenshot() ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.Ctx, wait)
	defer cancel()
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

// WebP returns a picture of the tab as WebP, a tenth of the size of a PNG.
func (t *Tab) WebP() ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.Ctx, wait)
	defer cancel()
	var picture []byte
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		result, err := cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: new(int64(80))})
		picture = result.Data
		return err
	}))
	return picture, err
}

// ChooseFiles has the user choose files or folders in an <input type="file">, by its CSS selector.
func (t *Tab) ChooseFiles(selector string, paths ...string) error {
	ctx, cancel := context.WithTimeout(t.Ctx, wait)
	defer cancel()
	return chromedp.Do(ctx, chromedp.SetUploadFiles(chromedp.CSS(selector), paths))
}

// DropFiles drops files or folders at a place of the tab, in CSS pixels.
func (t *Tab) DropFiles(x, y float64, paths ...string) error {
	ctx, cancel := context.WithTimeout(t.Ctx, wait)
	defer cancel()
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: paths, DragOperationsMask: 1} // may be copied
	for _, kind := range []input.DispatchDragEventType{"dragEnter", "dragOver", "drop"} {
		if err := chromedp.Do(ctx, call(input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: x, Y: y, Data: data})); err != nil {
			return fmt.Errorf("dropping %q: %w", paths, err)
		}
	}
	return nil
}
