package browsertest

import (
	"context"
	"errors"
	"os"
	"testing"
)

// MustStart is Start for a test, which the browser ends with. Where there is no Chromium the test is skipped, unless CI is set: there a missing browser is a fault.
func MustStart(t testing.TB, flags map[string]any) context.Context {
	t.Helper()
	// Not t.Context(), which ends before what is cleaned up after the browser.
	ctx, cancel, err := Start(context.Background(), flags)
	Must(t, err)
	t.Cleanup(cancel)
	return ctx
}

// Must skips or fails a test by the error of Start, as MustStart does.
func Must(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}
