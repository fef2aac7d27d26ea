package doctor

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"heatmapgen/generator"
)

// TestHosts visits hosts that each do one thing wrong with the archive.
func TestHosts(t *testing.T) {
	var requests atomic.Int64
	part := func(h *host, header map[string]string, body func(b []byte) []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var from, to int
			if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &from, &to); err != nil {
				to = len(h.archive) - 1
			}
			to = min(to, len(h.archive)-1)
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, len(h.archive)))
			w.Header().Set("ETag", `"abc"`)
			for name, value := range header {
				w.Header().Set(name, value)
			}
			b := body(h.archive[from : to+1])
			w.Header().Set("Content-Length", fmt.Sprint(len(b)))
			w.WriteHeader(http.StatusPartialContent)
			w.Write(b)
		}
	}
	same := func(b []byte) []byte { return b }
	offers := func(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") }
	cases := []struct {
		name  string
		setUp func(h *host)
		want  []string
	}{
		{"all is well", func(h *host) {}, nil},
		{"ignores Range", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) { w.Write(h.archive) })
		}, []string{"range warning"}},
		{"ignores Range for a large archive", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(100<<20))
				w.Write(h.archive)
			})
		}, []string{"range fault"}},
		{"no Content-Range", func(h *host) { h.onHeader(func(_ *http.Request, x http.Header) { x.Del("Content-Range") }) }, []string{"range fault"}},
		{"another part", func(h *host) { h.onArchive(part(h, map[string]string{"Content-Range": "bytes 100-65635/99999"}, same)) }, []string{"range fault"}},
		{"a part beyond the end", func(h *host) { h.onArchive(part(h, map[string]string{"Content-Range": "bytes 0-65535/7"}, same)) }, []string{"range fault"}},
		{"part too short", func(h *host) { h.onArchive(part(h, nil, func(b []byte) []byte { return b[:len(b)/2] })) }, []string{"range fault"}},
		{"part too long", func(h *host) { h.onArchive(part(h, nil, func(b []byte) []byte { return append(bytes.Clone(b), 1) })) }, []string{"range fault"}},
		{"length not told", func(h *host) {
			h.onHeader(func(_ *http.Request, x http.Header) {
				to, _, _ := strings.Cut(x.Get("Content-Range"), "/")
				x.Set("Content-Range", to+"/*")
			})
		}, []string{"range warning"}},
		{"length differs from part to part", func(h *host) {
			h.onHeader(func(r *http.Request, x http.Header) {
				if !strings.HasPrefix(r.Header.Get("Range"), "bytes=0-") && r.Method == http.MethodGet {
					to, _, _ := strings.Cut(x.Get("Content-Range"), "/")
					x.Set("Content-Range", to+"/999999999")
				}
			})
		}, []string{"tail fault"}},
		{"end refused", func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				bad := r.URL.Path == "/map/heatmap.pmtiles" && r.Header.Get("Range") == fmt.Sprintf("bytes=%d-%d", len(h.archive)-16, len(h.archive)-1)
				if bad {
					w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				}
				return bad
			}
		}, []string{"tail fault"}},
		{"compresses parts", func(h *host) {
			h.onArchive(part(h, map[string]string{"Content-Encoding": "gzip"}, same))
		}, []string{"encoding fault"}},
		{"compresses the whole when asked for a part", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				z := gzip.NewWriter(w)
				z.Write(h.archive)
				z.Close()
			})
		}, []string{"encoding fault"}},
		{"compresses parts when it is offered", func(h *host) {
			h.onHeader(func(r *http.Request, x http.Header) {
				if offers(r) && r.Header.Get("Range") != "" {
					x.Set("Content-Encoding", "br")
				}
			})
		}, []string{"encoding warning"}},
		{"compresses the whole when it is offered", func(h *host) {
			h.onHeader(func(r *http.Request, x http.Header) {
				if offers(r) && r.Header.Get("Range") == "" {
					x.Set("Content-Encoding", "gzip")
				}
			})
		}, []string{"encoding warning"}},
		{"other bytes when compression is offered", func(h *host) {
			plain := part(h, nil, same)
			other := part(h, nil, func(b []byte) []byte { return bytes.ToUpper(b) })
			h.onArchive(func(w http.ResponseWriter, r *http.Request) {
				if offers(r) {
					other(w, r)
				} else {
					plain(w, r)
				}
			})
		}, []string{"encoding fault", "head warning", "if-range warning"}},
		{"refuses HEAD", func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodHead {
					w.WriteHeader(http.StatusForbidden)
				}
				return r.Method == http.MethodHead
			}
		}, []string{"head warning"}},
		{"another length by HEAD", func(h *host) {
			h.onHeader(func(r *http.Request, x http.Header) {
				if r.Method == http.MethodHead {
					x.Set("Content-Length", "77")
				}
			})
		}, []string{"head fault"}},
		{"no ETag", func(h *host) { h.onHeader(func(_ *http.Request, x http.Header) { x.Del("ETag") }) }, []string{"etag warning"}},
		{"weak ETag", func(h *host) { h.onHeader(func(_ *http.Request, x http.Header) { x.Set("ETag", `W/"abc"`) }) }, []string{"etag warning"}},
		{"ETag without quotes", func(h *host) { h.onHeader(func(_ *http.Request, x http.Header) { x.Set("ETag", "abc") }) }, []string{"etag warning"}},
		{"ETag anew with each answer", func(h *host) {
			h.onHeader(func(_ *http.Request, x http.Header) { x.Set("ETag", fmt.Sprintf(`"%d"`, requests.Add(1))) })
		}, []string{"etag fault"}},
		{"weak ETag anew with each answer", func(h *host) {
			h.onHeader(func(_ *http.Request, x http.Header) { x.Set("ETag", fmt.Sprintf(`W/"%d"`, requests.Add(1))) })
		}, []string{"etag warning"}},
		{"ETag by encoding", func(h *host) {
			h.onHeader(func(r *http.Request, x http.Header) {
				if offers(r) {
					x.Set("ETag", `"abc-gzip"`)
				}
			})
		}, []string{"etag fault"}},
		{"ignores If-Range", func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool { r.Header.Del("If-Range"); return false }
		}, []string{"if-range warning"}},
		{"sends the whole on If-Range", func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Header.Get("If-Range") != "" {
					r.Header.Del("Range")
				}
				return false
			}
		}, []string{"if-range warning"}},
		{"cut off", func(h *host) { h.archive = h.archive[:len(h.archive)-1000] }, []string{"truncated fault"}},
		{"damaged metadata", func(h *host) {
			h.archive = bytes.Clone(h.archive)
			clear(h.archive[300:40000])
		}, []string{"garbage fault"}},
		{"days lost", func(h *host) { h.archive = withoutDays(h.t) }, []string{"garbage fault"}},
		{"pointer of Git LFS", func(h *host) {
			h.archive = []byte("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
		}, []string{"lfs fault"}},
		{"packed file", func(h *host) {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			z.Write(h.archive)
			z.Close()
			h.archive = b.Bytes()
		}, []string{"gzipped fault"}},
		{"garbage", func(h *host) { h.archive = bytes.Repeat([]byte{0, 255, 7}, 50000) }, []string{"garbage fault"}},
		{"an archive of somebody else", func(h *host) {
			h.archive = bytes.Replace(h.archive, []byte("PMTiles\x03"), []byte("PMTiles\x02"), 1)
		}, []string{"garbage fault"}},
		{"empty", func(h *host) { h.archive = nil }, []string{"truncated fault"}},
		{"missing", func(h *host) { h.name = "elsewhere" }, []string{"missing fault"}},
		{"forbidden", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusForbidden) })
		}, []string{"forbidden fault"}},
		{"too many requests", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
		}, []string{"busy fault"}},
		{"page in place of the archive", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) { w.Write(h.page) })
		}, []string{"fallback fault"}},
		{"page for all that is missing", func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				known := r.URL.Path == "/map/" || r.URL.Path == "/map/heatmap.pmtiles"
				if !known {
					w.Write(h.page)
				}
				return !known
			}
		}, []string{"fallback warning"}},
		{"redirect on the same host", func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/map/heatmap.pmtiles" {
					http.Redirect(w, r, "/files/heatmap.pmtiles", http.StatusFound)
					return true
				}
				r.URL.Path = strings.Replace(r.URL.Path, "/files/", "/map/", 1)
				return false
			}
		}, []string{"redirect warning"}},
		{"redirects for ever", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) })
		}, []string{"archive fault"}},
		{"type text", func(h *host) {
			h.onHeader(func(_ *http.Request, x http.Header) { x.Set("Content-Type", "text/plain; charset=utf-8") })
		}, []string{"type warning"}},
		{"no-store", func(h *host) {
			h.onHeader(func(_ *http.Request, x http.Header) { x.Set("Cache-Control", "private, no-store") })
		}, []string{"cache warning"}},
		{"cache that ignores the query", func(h *host) {
			h.onHeader(func(_ *http.Request, x http.Header) { x.Set("X-Cache", "Hit from cloudfront") })
		}, []string{"query warning"}},
		{"cache with an old archive", func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				old := strings.HasPrefix(r.URL.Path, "/map/heatmap") && !bytes.Contains(h.page, []byte(r.URL.Query().Get("v")))
				if old {
					http.ServeContent(w, r, "", today, bytes.NewReader(h.archive[:len(h.archive)-1]))
				}
				return old
			}
		}, []string{"stale fault"}},
		{"cuts the connection", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
		}, []string{"archive fault"}},
		{"header without end", func(h *host) {
			h.onArchive(func(w http.ResponseWriter, r *http.Request) {
				for i := range 2000 {
					w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1000))
				}
			})
		}, []string{"archive fault"}},
		{"private file", func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/map/heatmap.toml" {
					fmt.Fprint(w, settings)
				}
				return r.URL.Path == "/map/heatmap.toml"
			}
		}, []string{"private fault"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t)
			c.setUp(h)
			want(t, visitMap(t, h.start(), nil, options()), c.want...)
		})
	}
}

// TestHanging bounds what a host can take of somebody's time.
func TestHanging(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	t.Run("archive", func(t *testing.T) {
		h := newHost(t)
		h.onArchive(hang)
		opts := options()
		opts.Timeout = 100 * time.Millisecond
		r := visitMap(t, h.start(), nil, opts)
		want(t, r, "archive fault")
		says(t, r, "no answer within 100ms")
	})
	t.Run("body that trickles", func(t *testing.T) {
		h := newHost(t)
		h.onArchive(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-65535/1000000")
			w.WriteHeader(http.StatusPartialContent)
			for r.Context().Err() == nil {
				w.Write([]byte{0})
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		})
		opts := options()
		opts.Timeout = 100 * time.Millisecond
		want(t, visitMap(t, h.start(), nil, opts), "archive fault")
	})
	t.Run("interrupted", func(t *testing.T) {
		h := newHost(t)
		ctx, cancel := context.WithCancel(t.Context())
		h.onArchive(func(w http.ResponseWriter, r *http.Request) {
			cancel()
			hang(w, r)
		})
		if _, err := Visit(ctx, h.start(), nil, options()); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
	})
	t.Run("page", func(t *testing.T) {
		h := newHost(t)
		h.before = func(w http.ResponseWriter, r *http.Request) bool { hang(w, r); return true }
		opts := options()
		opts.Timeout = 100 * time.Millisecond
		if r, err := Visit(t.Context(), h.start(), nil, opts); err == nil || !strings.Contains(err.Error(), "no answer within 100ms") {
			t.Errorf("report %v, error %v", r, err)
		}
	})
}

// TestVersions tells archives of other builds than the page's.
func TestVersions(t *testing.T) {
	other := func(h *host) { // as long, but another build
		h.archive = bytes.Clone(h.archive)
		h.archive[len(h.archive)-100] ^= 1
	}
	deep := options()
	deep.Deep = true
	t.Run("same as here", func(t *testing.T) {
		r := visitMap(t, newHost(t).start(), siteConfig(t), options())
		want(t, r)
		says(t, r, "Page and archive are those of")
	})
	t.Run("other than here", func(t *testing.T) {
		h := newHost(t)
		other(h)
		want(t, visitMap(t, h.start(), siteConfig(t), options()), "stale fault")
	})
	t.Run("shorter than here", func(t *testing.T) {
		h := newHost(t)
		h.archive = append(bytes.Clone(h.archive), 0)
		want(t, visitMap(t, h.start(), siteConfig(t), options()), "stale fault")
	})
	t.Run("page of another build than here", func(t *testing.T) {
		h := newHost(t)
		h.page = pageWith(h, "heatmap.pmtiles?v=0123456789abcdef")
		r := visitMap(t, h.start(), siteConfig(t), options())
		want(t, r)
		says(t, r, "--deep downloads")
	})
	t.Run("version in the name", func(t *testing.T) {
		h := newHost(t)
		version, err := generator.ArchiveVersion(filepath.Join(built, "site", h.name))
		if err != nil {
			t.Fatal(err)
		}
		h.name = "heatmap." + version + ".pmtiles"
		h.page = pageWith(h, h.name)
		want(t, visitMap(t, h.start(), siteConfig(t), deep))
		other(h)
		want(t, visitMap(t, h.start(), siteConfig(t), options()), "stale fault")
	})
	t.Run("deep", func(t *testing.T) {
		r := visitMap(t, newHost(t).start(), nil, deep)
		want(t, r)
		says(t, r, "Page and archive belong together", "Every tile is sound")
	})
	t.Run("deep and stale", func(t *testing.T) {
		h := newHost(t)
		h.page = pageWith(h, "heatmap.pmtiles?v=0123456789abcdef")
		want(t, visitMap(t, h.start(), nil, deep), "stale fault")
	})
	t.Run("deep and damaged", func(t *testing.T) {
		h := newHost(t)
		other(h)
		want(t, visitMap(t, h.start(), nil, deep), "stale fault", "garbage fault")
	})
	t.Run("archive much newer than the page", func(t *testing.T) {
		h := newHost(t)
		h.onHeader(func(_ *http.Request, x http.Header) {
			x.Set("Last-Modified", today.AddDate(0, 0, 3).Format(http.TimeFormat))
		})
		want(t, visitMap(t, h.start(), nil, options()), "stale fault")
	})
	t.Run("no version in the page", func(t *testing.T) {
		h := newHost(t)
		h.page = pageWith(h, "heatmap.pmtiles")
		want(t, visitMap(t, h.start(), nil, options()), "version warning")
	})
}

// TestMBTiles visits a site with an archive in the other format.
func TestMBTiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heatmap.mbtiles")
	makeMBTiles(t, path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newSite := func() *host {
		h := newHost(t)
		h.name, h.archive = "heatmap.mbtiles", data
		h.page = pageWith(h, "heatmap.mbtiles?v=0123456789abcdef")
		return h
	}
	want(t, visitMap(t, newSite().start(), nil, options()))
	cut := newSite()
	cut.archive = data[:len(data)-32768]
	want(t, visitMap(t, cut.start(), nil, options()), "truncated fault")
	deep := options()
	deep.Deep = true
	want(t, visitMap(t, newSite().start(), nil, deep), "stale fault")
	right := newSite()
	right.page = pageWith(right, "heatmap.mbtiles?v="+versionOf(t, path))
	r := visitMap(t, right.start(), nil, deep)
	want(t, r)
	says(t, r, "Every tile is sound")
}

// versionOf returns the version of an archive as a page names it.
func versionOf(t *testing.T, path string) string {
	t.Helper()
	version, err := generator.ArchiveVersion(path)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// makeMBTiles converts the built archive.
func makeMBTiles(t *testing.T, path string) {
	t.Helper()
	if err := generator.Convert(t.Context(), filepath.Join(built, "site", "heatmap.pmtiles"), path, generator.Options{}); err != nil {
		t.Fatal(err)
	}
}

// TestArchiveAlone visits an archive whose page is elsewhere.
func TestArchiveAlone(t *testing.T) {
	r := visitMap(t, newHost(t).start()+"heatmap.pmtiles", nil, options())
	want(t, r)
	says(t, r, "It is whole")
}
