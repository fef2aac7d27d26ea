package source

import "context"

// IsStrava tells whether a zip or folder is an export of Strava, so that [OpenStrava] reads it and not [OpenFiles]. What cannot be
// read is none: whoever opens it says why.
func IsStrava(ctx context.Context, where string, limits Limits) bool {
	p, err := openPlace(where, limits)
	if err != nil {
		return false
	}
	defer p.close()
	t, err := p.list(ctx)
	if err != nil {
		return false
	}
	table, ok := t.findTable()
	return ok && t.hasActivities(table)
}
