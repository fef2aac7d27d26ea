package serve

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// serveContent answers with content of the given version, which becomes its ETag: whole, in ranges, or not at
// all where the client has it already. The Content-Type is set before. What is compressible is sent with
// gzip to who takes it, under an ETag of its own; but never in ranges, which
// would be ranges of something else.
func serveContent(w http.ResponseWriter, r *http.Request, version string, modified time.Time, content io.ReadSeeker, compressible bool) {
	if compressible {
		w.Header().Add("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Values("Accept-Encoding")) && r.Header.Get("Range") == "" {
			w.Header().Set("Content-Encoding", "gzip")
			version += "-gzip"
			content = &gzipped{plain: content}
		}
	}
	w.Header().Set("ETag", `"`+version+`"`)
	http.ServeContent(w, r, "", modified, content)
}

// takesGzip reports whether a client takes gzip, by the values of its Accept-Encoding (RFC 9110, section 12.5.3).
func takesGzip(values []string) bool {
	any := false
	for _, part := range strings.Split(strings.Join(values, ","), ",") {
		coding, params, _ := strings.Cut(part, ";")
		good := weight(params) > 0
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return good
		case "*":
			any = good
		}
	}
	return any
}

// weight returns the q of a coding, 1 where none is given and 0 where it is no number.
func weight(params string) float64 {
	name, value, found := strings.Cut(params, "=")
	if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return 0
	}
	return q
}

// A gzipped is what plain reads, compressed when it is first asked for: whoever has it already costs nothing.
type gzipped struct {
	plain io.Reader
	*bytes.Reader
	err error
}

func (g *gzipped) load() error {
	if g.Reader != nil || g.err != nil {
		return g.err
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.Copy(z, g.plain)
	if g.err = errors.Join(err, z.Close()); g.err == nil {
		g.Reader = bytes.NewReader(b.Bytes())
	}
	return g.err
}

func (g *gzipped) Read(p []byte) (int, error) {
	if err := g.load(); err != nil {
		return 0, err
	}
	return g.Reader.Read(p)
}

func (g *gzipped) Seek(offset int64, whence int) (int64, error) {
	if err := g.load(); err != nil {
		return 0, err
	}
	return g.Reader.Seek(offset, whence)
}

// WriteTo hides that of the Reader, which is nil at first.
func (g *gzipped) WriteTo(w io.Writer) (int64, error) {
	if err := g.load(); err != nil {
		return 0, err
	}
	return g.Reader.WriteTo(w)
}
