//go:build !js

package track

import (
	"io"

	"golang.org/x/net/html/charset"
)

// decodeCharset returns in as UTF-8; label names its encoding as the web does (https://encoding.spec.whatwg.org).
func decodeCharset(label string, in io.Reader) (io.Reader, error) {
	return charset.NewReaderLabel(label, in)
}
