package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/chromedp/chromedp"
)

// AxePath is where the page's npm packages hold axe-core, which looks for what keeps people out of a page.
func AxePath() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "viewer", "node_modules", "axe-core", "axe.min.js")
}

// LoadAxe puts axe-core into the page of a tab. The error is fs.ErrNotExist where it is not installed.
func (t *Tab) LoadAxe() error {
	source, err := os.ReadFile(AxePath())
	if err != nil {
		return err
	}
	_, err = chromedp.Run(t.Ctx, chromedp.Evaluate[any](string(source)+";0"))
	return err
}

// Axe returns what axe-core finds in the page as it is now: a line for each element and fault, those that it calls
// serious or critical apart from the others, and the rules that something in the page was held to.
func (t *Tab) Axe() (serious, others, checked []string, err error) {
	options, err := json.Marshal(map[string]any{
		"runOnly":     []string{"wcag2a", "wcag2aa", "wcag21aa", "best-practice"},
		"resultTypes": []string{"violations", "passes"},
	})
	if err != nil {
		return nil, nil, nil, err
	}
	seen, err := Await[struct {
		Found []struct {
			ID, Impact, Help string
			Nodes            []struct{ HTML, FailureSummary string }
		}
		Checked []string
	}](t, fmt.Sprintf(`new Promise((r) => requestAnimationFrame(r)).then(() => axe.run(document, %s)).then(({ violations, passes }) => ({ found: violations, checked: passes.map((p) => p.id) }))`, options))
	if err != nil {
		return nil, nil, nil, err
	}
	for _, f := range seen.Found {
		for _, n := range f.Nodes {
			line := fmt.Sprintf("%s (%s): %s: %s; %s", f.ID, f.Impact, f.Help, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " "))
			if f.Impact == "serious" || f.Impact == "critical" {
				serious = append(serious, line)
			} else {
				others = append(others, line)
			}
		}
	}
	return serious, others, seen.Checked, nil
}
