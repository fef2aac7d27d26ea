//go:build !js

package templates

import _ "embed"

var (
	//go:embed dist/viewer.js
	script string
	//go:embed dist/viewer.css
	style string
	//go:embed dist/NOTICES
	notices string
)

// viewer returns the viewer.
func viewer() (bundle, error) { return bundle{script, style, notices}, nil }

// Notices returns the names and licences of the works that are part of every page.
func Notices() string { return notices }
