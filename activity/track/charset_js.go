package track

import (
	"bytes"
	"fmt"
	"io"
	"syscall/js"
)

// decodeCharset returns in as UTF-8; label names its encoding as the web does (https://encoding.spec.whatwg.org). Browsers
// have the tables, which take as much room as the rest of this package.
func decodeCharset(label string, in io.Reader) (decoded io.Reader, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("unsupported charset: %q", label)
		}
	}()
	decoder := js.Global().Get("TextDecoder").New(label)
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	array := js.Global().Get("Uint8Array").New(len(text))
	js.CopyBytesToJS(array, text)
	return bytes.NewReader([]byte(decoder.Call("decode", array).String())), nil
}
