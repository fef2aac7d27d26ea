//go:build studio

package studio

import "embed"

//go:embed module
var module embed.FS

// Embedded returns the module that the program was built with; ok is false where it has none. scripts/release-files makes the
// folder module, and releases are built with the tag studio.
func Embedded() (m Module, ok bool) {
	m, err := Unpack(module)
	return m, err == nil
}
