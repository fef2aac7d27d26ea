package intervals

import (
	"context"
	"errors"
)

// errNoSync says that nothing is fetched in a browser, which would not let a page of another host ask.
var errNoSync = errors.New("heatmapgen in a browser cannot ask intervals.icu")

// Sync returns an error.
func Sync(context.Context, string, Options) (*Report, error) { return nil, errNoSync }

// Refetch returns an error.
func Refetch(context.Context, string, string, Options) error { return errNoSync }
