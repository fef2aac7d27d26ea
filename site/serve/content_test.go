package serve

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

// unzip returns what a gzipped body holds.
func unzip(t *testing.T, body string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// TestCompression checks that the page and the descriptions are compressed, and that a client which mixes forms,
// versions and ranges is never sent bytes that do not belong together.
func TestCompression(t *testing.T) {
	dir := builtSite(t)
	server := startBuilt(t, dir)
	for _, path := range []string{"", "tiles/", "tiles.json", "tiles/pace.json"} {
		t.Run("/"+path, func(t *testing.T) {
			address := server.URL() + path
			plain, body := get(t, "GET", address, nil)
			zipped, packed := get(t, "GET", address, map[string]string{"Accept-Encoding": "gzip, br"})
			if plain.Header.Get("Content-Encoding") != "" || zipped.Header.Get("Content-Encoding") != "gzip" || unzip(t, packed) != body {
				t.Fatalf("encodings %q and %q", plain.Header.Get("Content-Encoding"), zipped.Header.Get("Content-Encoding"))
			}
			for _, resp := range []*http.Response{plain, zipped} {
				if vary := strings.Join(resp.Header.Values("Vary"), ", "); !strings.Contains(vary, "Accept-Encoding") {
					t.Errorf("Vary is %q", vary)
				}
			}
			tag, zippedTag := plain.Header.Get("ETag"), zipped.Header.Get("ETag")
			if tag == zippedTag || strings.HasPrefix(tag, "W/") || strings.HasPrefix(zippedTag, "W/") || tag == "" {
				t.Errorf("ETags %s and %s", tag, zippedTag)
			}
			for _, test := range []struct {
				name, encoding string
				header         map[string]string
				status         int
				body           string
			}{
				{"has the compressed form", "gzip", map[string]string{"If-None-Match": zippedTag}, 304, ""},
				{"has the plain form", "gzip", map[string]string{"If-None-Match": tag}, 200, packed},
				{"has the plain form and takes no other", "", map[string]string{"If-None-Match": tag}, 304, ""},
				{"has either", "gzip", map[string]string{"If-None-Match": tag + ", " + zippedTag}, 304, ""},
				{"range", "gzip", map[string]string{"Range": "bytes=2-9"}, 206, body[2:10]},
				{"range of the plain form", "gzip", map[string]string{"Range": "bytes=2-9", "If-Range": tag}, 206, body[2:10]},
				{"range of the compressed form", "gzip", map[string]string{"Range": "bytes=2-9", "If-Range": zippedTag}, 200, body},
				{"suffix of it", "gzip", map[string]string{"Range": "bytes=-4"}, 206, body[len(body)-4:]},
			} {
				test.header["Accept-Encoding"] = test.encoding
				if resp, got := get(t, "GET", address, test.header); resp.StatusCode != test.status || got != test.body {
					t.Errorf("%s: status %d and %d bytes (%s), want %d and %d", test.name, resp.StatusCode, len(got), resp.Header.Get("Content-Encoding"), test.status, len(test.body))
				}
			}
			if resp, got := get(t, "HEAD", address, map[string]string{"Accept-Encoding": "gzip"}); resp.StatusCode != 200 || got != "" || resp.Header.Get("ETag") != zippedTag {
				t.Errorf("HEAD: status %d, %d bytes, ETag %s", resp.StatusCode, len(got), resp.Header.Get("ETag"))
			}
		})
	}
	// Never the archive: its readers ask for ranges.
	for _, header := range []map[string]string{{"Accept-Encoding": "gzip"}, {"Accept-Encoding": "gzip", "Range": "bytes=0-126"}} {
		resp, _ := get(t, "GET", server.URL()+"heatmap.pmtiles", header)
		if resp.Header.Get("Content-Encoding") != "" || resp.Header.Get("Vary") != "" {
			t.Errorf("the archive: encoding %q, Vary %q", resp.Header.Get("Content-Encoding"), resp.Header.Get("Vary"))
		}
	}
}

func TestTakesGzip(t *testing.T) {
	for accept, want := range map[string]bool{
		"gzip": true, "br, gzip": true, "GZIP": true, "x-gzip": true, "*": true, "gzip;q=0.1": true, "gzip ; q=1": true, "br;q=1.0, *;q=0.5": true,
		"": false, "br": false, "identity": false, "gzip;q=0": false, "gzip;q=0.000, br": false, "*;q=0": false, "gzip;q=0, *": false,
		"gzip;q=nonsense": false, "gzippo": false, ";;q,=": false,
	} {
		if got := takesGzip([]string{accept}); got != want {
			t.Errorf("%q: %v", accept, got)
		}
	}
	if !takesGzip([]string{"br", "gzip"}) || takesGzip(nil) {
		t.Error("several header lines, or none")
	}
}
