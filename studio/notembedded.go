//go:build !studio

package studio

// Embedded returns the module that the program was built with; ok is false where it has none.
func Embedded() (m Module, ok bool) { return Module{}, false }
