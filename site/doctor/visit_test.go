package doctor

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"heatmapgen/site/serve"
)

// pageWith returns the page of a host with another address of the archive.
func pageWith(h *host, archive string) []byte {
	h.t.Helper()
	form := regexp.MustCompile(`"archive":"[^"]*"`)
	if !form.Match(h.page) {
		h.t.Fatal("the page has no settings")
	}
	return form.ReplaceAllLiteral(h.page, []byte(`"archive":"`+archive+`"`))
}

// TestPages visits hosts that each do one thing wrong with the page.
func TestPages(t *testing.T) {
	header := func(name, value string) func(*host) {
		return func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/map/" {
					return false
				}
				if name != "Content-Type" {
					w.Header().Set("Content-Type", "text/html")
				}
				w.Header().Set(name, value)
				w.Write(h.page)
				return true
			}
		}
	}
	status := func(code int) func(*host) {
		return func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool { w.WriteHeader(code); return true }
		}
	}
	packed := func(cut int) func(*host) {
		return func(h *host) {
			h.before = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/map/" || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
					return false
				}
				var b bytes.Buffer
				z := gzip.NewWriter(&b)
				z.Write(h.page)
				z.Close()
				w.Header().Set("Content-Type", "text/html")
				w.Header().Set("Content-Encoding", "gzip")
				w.Write(b.Bytes()[:b.Len()-cut])
				return true
			}
		}
	}
	cases := []struct {
		name  string
		setUp func(h *host)
		want  []string
	}{
		{"compressed", packed(0), nil},
		{"compressed and cut off", packed(1000), []string{"page fault"}},
		{"said to be compressed", header("Content-Encoding", "gzip"), []string{"page fault"}},
		{"compressed by what was not asked for", header("Content-Encoding", "lzma"), []string{"page fault"}},
		{"another page", func(h *host) { h.page = []byte("<!doctype html><title>Parked</title>") }, []string{"page fault"}},
		{"no page", func(h *host) { h.page = bytes.Repeat([]byte{0, 1, 255}, 1000) }, []string{"page fault"}},
		{"empty", func(h *host) { h.page = nil }, []string{"page fault"}},
		{"huge", func(h *host) { h.page = bytes.Repeat([]byte("<p>"), maxPage/2) }, []string{"page fault"}},
		{"cut off", func(h *host) { h.page = h.page[:3000] }, []string{"page fault"}},
		{"script altered", func(h *host) {
			h.page = bytes.Replace(h.page, []byte("</script>\n</body>"), []byte(";console.log(1)</script>\n</body>"), 1)
		}, []string{"altered fault"}},
		{"script added", func(h *host) {
			h.page = bytes.Replace(h.page, []byte("</body>"), []byte(`<script src="https://static.example/beacon.js"></script></body>`), 1)
		}, []string{"altered warning"}},
		{"policy against the script", header("Content-Security-Policy", "default-src 'self'"), []string{"policy fault"}},
		{"policy that lets inline scripts run", header("Content-Security-Policy", "script-src 'self' 'unsafe-inline'"), nil},
		{"policy about something else", header("Content-Security-Policy", "frame-ancestors 'none'"), nil},
		{"type of a download", header("Content-Type", "application/octet-stream"), []string{"page-type fault"}},
		{"a download", header("Content-Disposition", "attachment; filename=index.html"), []string{"page-type fault"}},
		{"kept for a year", header("Cache-Control", "public, max-age=31536000, immutable"), []string{"page-cache warning"}},
		{"kept for ten minutes", header("Cache-Control", "max-age=600"), nil},
		{"kept but asked for", header("Cache-Control", "no-cache, max-age=31536000"), nil},
		{"404", status(404), []string{"missing fault"}},
		{"401", status(401), []string{"forbidden fault"}},
		{"500", status(500), []string{"status fault"}},
		{"no address of an archive", func(h *host) { h.page = pageWith(h, "mailto:me") }, []string{"page fault"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t)
			c.setUp(h)
			want(t, visitMap(t, h.start(), nil, options()), c.want...)
		})
	}
}

// asExample makes the transport of opts reach the server under the name of a host that is not this computer.
func asExample(opts *Options, server *httptest.Server) {
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.DisableCompression = true
	address := server.Listener.Addr().String()
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	opts.transport = transport
}

// TestConnections tells how a page must travel.
func TestConnections(t *testing.T) {
	tlsServer := func(h *host, http2 bool) *httptest.Server {
		server := httptest.NewUnstartedServer(h)
		server.EnableHTTP2 = http2
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		return server
	}
	gzipped := func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Server", "nginx/1.22.1")
		return false
	}
	t.Run("https and HTTP/2", func(t *testing.T) {
		opts := options()
		server := tlsServer(newHost(t), true)
		asExample(&opts, server)
		want(t, visitMap(t, "https://example.com/map/", nil, opts), "compressed warning")
	})
	t.Run("http beside https", func(t *testing.T) {
		h := newHost(t)
		server := tlsServer(h, true)
		plain := httptest.NewServer(h)
		t.Cleanup(plain.Close)
		opts := options()
		asExample(&opts, server)
		dial := opts.transport.DialContext
		opts.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasSuffix(address, ":80") {
				return (&net.Dialer{}).DialContext(ctx, network, plain.Listener.Addr().String())
			}
			return dial(ctx, network, address)
		}
		want(t, visitMap(t, "https://example.com/map/", nil, opts), "compressed warning", "https warning")
	})
	t.Run("HTTP/1.1", func(t *testing.T) {
		h := newHost(t)
		h.before = gzipped
		opts := options()
		asExample(&opts, tlsServer(h, false))
		r := visitMap(t, "https://example.com/map/", nil, opts)
		want(t, r, "compressed warning", "http2 warning")
		says(t, r, "listen 443 ssl http2;", "gzip on;")
		if r.Host != Nginx {
			t.Errorf("host %q", r.Host)
		}
	})
	t.Run("http", func(t *testing.T) {
		server := httptest.NewServer(newHost(t))
		t.Cleanup(server.Close)
		opts := options()
		asExample(&opts, server)
		r := visitMap(t, "http://example.com/map/", nil, opts)
		want(t, r, "compressed warning", "https warning")
		says(t, r, "nginx:", "Caddy:", "other hosts: docs/hosting.md") // the host is not known
	})
	t.Run("archive by http", func(t *testing.T) {
		h := newHost(t)
		h.page = pageWith(h, "http://example.com/map/heatmap.pmtiles?v=0123456789abcdef")
		opts := options()
		asExample(&opts, tlsServer(h, true))
		want(t, visitMap(t, "https://example.com/map/", nil, opts), "compressed warning", "mixed fault")
	})
	t.Run("certificate of nobody", func(t *testing.T) {
		server := tlsServer(newHost(t), true)
		r := visitMap(t, server.URL+"/map/", nil, options())
		want(t, r, "certificate fault")
	})
	t.Run("certificate for another name", func(t *testing.T) {
		opts := options()
		asExample(&opts, tlsServer(newHost(t), true))
		opts.transport.TLSClientConfig = &tls.Config{RootCAs: opts.transport.TLSClientConfig.RootCAs}
		r := visitMap(t, "https://example.net/map/", nil, opts)
		want(t, r, "certificate fault")
		says(t, r, "for another name")
	})
	t.Run("nobody there", func(t *testing.T) {
		server := httptest.NewServer(nil)
		server.Close()
		if _, err := Visit(t.Context(), server.URL, nil, options()); err == nil || !strings.Contains(err.Error(), "refuses the connection") {
			t.Errorf("error %v", err)
		}
	})
}

// TestOtherHost has the archive on another host than the page.
func TestOtherHost(t *testing.T) {
	cases := []struct {
		name   string
		header map[string]string
		want   []string
	}{
		{"nothing allowed", nil, []string{"policy fault", "cors fault", "redirect warning"}},
		{"others allowed", map[string]string{"Access-Control-Allow-Origin": "https://example.org"}, []string{"policy fault", "cors fault", "redirect warning"}},
		{"hidden headers", map[string]string{"Access-Control-Allow-Origin": "*"}, []string{"policy fault", "cors warning", "redirect warning"}},
		{"all allowed", map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "etag, Content-Range"}, []string{"policy fault", "redirect warning"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := newHost(t)
			files.before = func(w http.ResponseWriter, _ *http.Request) bool {
				for name, value := range c.header {
					w.Header().Set(name, value)
				}
				return false
			}
			there := files.start()
			h := newHost(t)
			h.onArchive(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, there+"heatmap.pmtiles?"+r.URL.RawQuery, http.StatusFound)
			})
			want(t, visitMap(t, h.start(), nil, options()), c.want...)
		})
	}
}

// TestSecrets visits a host that asks for a password, by an address that holds one and a signature.
func TestSecrets(t *testing.T) {
	h := newHost(t)
	asked := 0
	h.before = func(w http.ResponseWriter, r *http.Request) bool {
		if user, password, ok := r.BasicAuth(); !ok || user != "anna" || password != "hunter2" {
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
		if r.URL.Query().Get("sig") == "s3cr3t" {
			asked++
		}
		if r.Referer() != "" {
			t.Errorf("Referer %q", r.Referer())
		}
		return false
	}
	u, err := url.Parse(h.start())
	if err != nil {
		t.Fatal(err)
	}
	u.User, u.RawQuery = url.UserPassword("anna", "hunter2"), "sig=s3cr3t"
	clean := func(what, text string) {
		t.Helper()
		for _, secret := range []string{"anna", "hunter2", "s3cr3t"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q:\n%s", what, secret, text)
			}
		}
	}
	r := visitMap(t, u.String(), nil, options())
	want(t, r)
	if asked == 0 {
		t.Error("the signature was not sent")
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	clean("the report", string(text))

	server := httptest.NewServer(nil)
	server.Close()
	u.Host = server.Listener.Addr().String()
	_, err = Visit(t.Context(), u.String(), nil, options())
	clean("the error", fmt.Sprint(err))
	for _, bad := range []string{"https://anna:hunter2@ex ample/?sig=s3cr3t", "ftp://anna:hunter2@example.org", "anna:hunter2@example.org", "https://anna:hunter2@", "https://anna:hunter2@[::1/"} {
		err := CheckAddress(bad)
		if err == nil {
			t.Errorf("%q is taken for a web address", bad)
		}
		clean("the error", fmt.Sprint(err))
	}
}

// TestHostile has a host put control codes into everything that is repeated.
func TestHostile(t *testing.T) {
	h := newHost(t)
	h.onHeader(func(_ *http.Request, x http.Header) {
		x.Set("ETag", "\"\u009b31mred\u202e"+strings.Repeat("x", 5000))
		x.Set("Content-Type", "text/\u009b2J")
	})
	r := visitMap(t, h.start(), nil, options())
	for _, f := range r.Findings {
		if strings.ContainsAny(f.Text, "\u009b\x1b\u202e") || len(f.Text) > longestText+10 {
			t.Errorf("finding %q", f.Text)
		}
	}
}

// TestRealServers visits servers that are known to do it right.
func TestRealServers(t *testing.T) {
	t.Run("heatmapgen serve", func(t *testing.T) {
		cfg := siteConfig(t)
		server := httptest.NewUnstartedServer(nil)
		server.Config.Handler = serve.Handler(cfg.Output, server.Listener.Addr().(*net.TCPAddr).Port)
		server.Start()
		t.Cleanup(server.Close)
		r := visitMap(t, server.URL, cfg, options())
		want(t, r)
		says(t, r, "Its ETag is strong", "Page and archive are those of")
	})
	t.Run("http.FileServer", func(t *testing.T) {
		server := httptest.NewServer(http.FileServer(http.Dir(siteConfig(t).Output)))
		t.Cleanup(server.Close)
		want(t, visitMap(t, server.URL, siteConfig(t), options()), "etag warning") // Go makes none
	})
}

// TestKnownHosts checks that remedies are those of the host, whichever answer tells it, and that its limits count.
func TestKnownHosts(t *testing.T) {
	h := newHost(t)
	h.onHeader(func(_ *http.Request, x http.Header) {
		x.Set("Server", "GitHub.com")
		x.Set("Content-Encoding", "gzip")
		if x.Get("Content-Range") != "" {
			x.Del("Content-Encoding")
		}
		x.Del("ETag")
	})
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	opts := options()
	asExample(&opts, server)
	r := visitMap(t, "http://example.com/map/", nil, opts)
	want(t, r, "compressed warning", "encoding warning", "etag warning", "https warning")
	says(t, r, "Settings, Pages, Enforce HTTPS", "GitHub Pages takes 100 MiB a file and 1 GB a site")
	if r.Host != GitHubPages {
		t.Errorf("host %q", r.Host)
	}
	for _, f := range r.Findings {
		if strings.Contains(strings.Join(f.Remedy, "\n"), "nginx") {
			t.Errorf("%q has the remedy %q", f.Text, f.Remedy)
		}
	}
}

func TestRecognise(t *testing.T) {
	cases := []struct {
		address string
		header  map[string]string
		want    Kind
	}{
		{"https://anna.github.io/map/", map[string]string{"Server": "GitHub.com"}, GitHubPages},
		{"https://maps.example.org/", map[string]string{"Server": "GitHub.com", "Via": "1.1 varnish"}, GitHubPages},
		{"https://anna.gitlab.io/map/", nil, GitLabPages},
		{"https://b.s3.eu-central-1.amazonaws.com/", map[string]string{"Server": "AmazonS3"}, S3},
		{"https://d1.cloudfront.net/", map[string]string{"Server": "AmazonS3", "X-Amz-Cf-Id": "x"}, CloudFront},
		{"https://maps.example.org/", map[string]string{"Server": "cloudflare", "Cf-Ray": "x"}, Cloudflare},
		{"https://map.pages.dev/", map[string]string{"Server": "cloudflare"}, CloudflarePages},
		{"https://pub-1.r2.dev/", map[string]string{"Server": "cloudflare"}, R2},
		{"https://maps.example.org/", map[string]string{"Server": "Netlify", "X-Nf-Request-Id": "x"}, Netlify},
		{"https://maps.example.org/", map[string]string{"Server": "Vercel"}, Vercel},
		{"https://storage.googleapis.com/b/", map[string]string{"Server": "UploadServer"}, GCS},
		{"https://a.z1.web.core.windows.net/", map[string]string{"Server": "Windows-Azure-Web/1.0 Microsoft-HTTPAPI/2.0"}, Azure},
		{"https://maps.example.org/", map[string]string{"Server": "nginx/1.22.1"}, Nginx},
		{"https://maps.example.org/", map[string]string{"Server": "Caddy"}, Caddy},
		{"https://maps.example.org/", map[string]string{"Server": "Apache/2.4.71 (Debian)"}, Apache},
		{"http://localhost:8000/", map[string]string{"Server": "SimpleHTTP/0.6 Python/3.13.1"}, Python},
		{"https://notgithub.io/", map[string]string{"Server": "thttpd"}, Unknown},
	}
	for _, c := range cases {
		u, err := url.Parse(c.address)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{}
		for name, value := range c.header {
			header.Set(name, value)
		}
		if got := recognise(u, header); got != c.want {
			t.Errorf("%s %v is %q, want %q", c.address, c.header, got, c.want)
		}
	}
}

// TestRemedies checks the table against the kinds that there are.
func TestRemedies(t *testing.T) {
	for check, a := range remedies {
		if a.general == "" {
			t.Errorf("%s says nothing for hosts that are not listed", check)
		}
		for kind, lines := range a.hosts {
			if kind.name() == "the host" || len(lines) == 0 {
				t.Errorf("%s has advice for %q", check, kind)
			}
			if got := remedy(check, kind); len(got) != 1+len(lines) {
				t.Errorf("%s for %s: %q", check, kind, got)
			}
		}
	}
}

func FuzzParsePage(f *testing.F) {
	f.Add([]byte(`<meta http-equiv="Content-Security-Policy" content="script-src 'sha256-x'"><script type="application/json" id="settings">{"archive":"a"}</script><script>x</script>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p := parsePage(text)
		p.altered()
		if p.settings != nil {
			p.settings.localArchive()
		}
	})
}

func FuzzReadPart(f *testing.F) {
	f.Add("bytes 0-9/10", []byte("0123456789"), int64(0), int64(10))
	f.Fuzz(func(t *testing.T, header string, body []byte, offset, length int64) {
		if offset < 0 || length <= 0 || offset > 1<<40 || length > 1<<30 {
			return
		}
		a := &answer{header: http.Header{"Content-Range": {header}}, body: body}
		if size, err := readPart(a, offset, length); err == nil && (int64(len(body)) > length || size > 0 && offset+int64(len(body)) > size) {
			t.Errorf("%q with %d bytes is taken for bytes %d to %d", header, len(body), offset, offset+length-1)
		}
	})
}
