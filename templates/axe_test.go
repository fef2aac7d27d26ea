package templates_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// A finding is one of axe's violations.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// TestAccessibility lets axe-core look at the page and its dialogs: nothing it finds
// serious or critical may stand.
func TestAccessibility(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("viewer", "node_modules", "axe-core", "axe.min.js"))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skip("axe-core is not installed: npm ci --prefix templates/viewer")
	}
	if err != nil {
		t.Fatal(err)
	}
	options, err := json.Marshal(map[string]any{
		"runOnly":     []string{"wcag2a", "wcag2aa", "wcag21aa", "best-practice"},
		"resultTypes": []string{"violations", "passes"},
	})
	if err != nil {
		t.Fatal(err)
	}

	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Empty: []string{"heartrate"}}))
	for _, v := range []browsertest.View{
		{Width: 1280, Height: 800},
		{Width: 1280, Height: 800, Light: true},
		{Width: 390, Height: 844, Phone: true},
		{Width: 390, Height: 844, Phone: true, Light: true},
	} {
		// Half faded in, a text has half its contrast.
		v.ReducedMotion = true
		name := fmt.Sprintf("%dx%d", v.Width, v.Height)
		if v.Light {
			name += " light"
		}
		t.Run(name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url)
			if _, err := chromedp.Run(tab.Ctx, chromedp.Evaluate[any](string(source)+";0")); err != nil {
				t.Fatal(err)
			}
			// Through a card the map shines, whose colours axe cannot know.
			await[bool](t, tab, `document.documentElement.style.setProperty("--card", "var(--card-solid)"); true`)
			for _, state := range []struct{ name, script string }{
				{"the map", ""},
				{"a notice", `document.querySelector('` + copyButton + `').click()`},
				{"the panel", `document.querySelector(".handle")?.click()`},
				{"the menu", `document.querySelector(".mapbuttons [aria-controls]").click()`},
				{"the table", `document.dispatchEvent(new KeyboardEvent("keydown", { key: "t" }))`},
				{"the help", `document.querySelector("dialog[open]").close(); document.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }))`},
			} {
				await[bool](t, tab, state.script+"; true")
				seen := await[struct {
					Found   []finding
					Checked []string
				}](t, tab, fmt.Sprintf(
					`new Promise((r) => requestAnimationFrame(r)).then(() => axe.run(document, %s)).then(({ violations, passes }) => ({ found: violations, checked: passes.map((p) => p.id) }))`, options))
				if !slices.Contains(seen.Checked, "color-contrast") || !slices.Contains(seen.Checked, "button-name") {
					t.Errorf("%s: axe checked next to nothing: %q", state.name, seen.Checked)
				}
				for _, f := range seen.Found {
					for _, n := range f.Nodes {
						line := fmt.Sprintf("%s: %s (%s): %s: %s; %s", state.name, f.ID, f.Impact, f.Help, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " "))
						if f.Impact == "serious" || f.Impact == "critical" {
							t.Error(line)
						} else {
							t.Log(line)
						}
					}
				}
			}
		})
	}
}
