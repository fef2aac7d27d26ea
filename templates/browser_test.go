package templates_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"heatmapgen/templates/internal/browser"
)

// startBrowser starts a Chromium for a test. Without one the test is skipped, but
// not where CI is set: there a missing browser is a fault.
func startBrowser(t *testing.T, flags map[string]any) context.Context {
	t.Helper()
	ctx, cancel, err := browser.Start(context.Background(), flags)
	if errors.Is(err, browser.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cancel)
	return ctx
}
