//go:build !js

package templates

import _ "embed"

var (
	//go:embed dist/viewer.js
	script string
	//go:embed dist/vectors.js
	vectors string
	//go:embed dist/viewer.css
	style string
	//go:embed dist/NOTICES
	notices string
)

// viewer returns the viewer.
func viewer() (bundle, error) { return bundle{script, style, notices}, nil }

// vectorWorker returns the script of the worker that reads vector tiles.
func vectorWorker() (string, error) { return vectors, nil }

// Notices returns the names and licences of the works that are part of every page.
func Notices() string { return notices }

// Files returns the viewer's files by their names, as the generator in a browser finds them beside it.
func Files() map[string][]byte {
	return map[string][]byte{"viewer.js": []byte(script), "viewer.css": []byte(style), "NOTICES": []byte(notices)}
}

// Sources returns the page's script and style as sources of a Content-Security-Policy, for a page that shows this one in a frame under
// its own policy.
func Sources() (scriptSource, styleSource string) {
	return "'" + hash(script) + "'", "'" + hash(style) + "'"
}
