package serve

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const page = "<!doctype html><title>Map</title>"

// standIn stands for an archive of 1000 bytes, no two neighbours of which are alike.
var standIn = func() []byte {
	b := make([]byte, 1000)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}()

// newSite writes a site with things around it that must not be served.
func newSite(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "site")
	for name, data := range map[string]string{
		"index.html": page, "heatmap.pmtiles": string(standIn), "heatmap.mbtiles": string(standIn), "basemap.my-area.pmtiles": string(standIn),
		".env": "secret", "notes.txt": "secret", "sub/index.html": "secret", "../heatmap.toml": "secret",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// start serves dir until the test ends and returns the server.
func start(t *testing.T, dir string) *Server {
	t.Helper()
	return startWith(t, Options{Dir: dir})
}

func startWith(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, opts) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}

// get sends a request with the given header lines and returns the response
// with its whole body.
func get(t *testing.T, method, url string, header map[string]string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	// The transport must not ask for gzip on its own.
	client := http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestFiles(t *testing.T) {
	s := start(t, newSite(t))
	tests := []struct{ path, contentType, body string }{
		{"", "text/html; charset=utf-8", page},
		{"index.html", "text/html; charset=utf-8", page},
		{"heatmap.pmtiles", "application/vnd.pmtiles", string(standIn)},
		{"heatmap.pmtiles?v=0123abcd", "application/vnd.pmtiles", string(standIn)},
		{"heatmap.mbtiles", "application/vnd.sqlite3", string(standIn)},
		{"basemap.my-area.pmtiles?v=0123456789abcdef", "application/vnd.pmtiles", string(standIn)},
	}
	for _, test := range tests {
		t.Run("/"+test.path, func(t *testing.T) {
			resp, body := get(t, "GET", s.URL()+test.path, map[string]string{"Accept-Encoding": "br"})
			if resp.StatusCode != 200 || body != test.body {
				t.Errorf("status %d, body of %d bytes; want 200 and %d bytes", resp.StatusCode, len(body), len(test.body))
			}
			for name, want := range map[string]string{
				"Content-Type": test.contentType, "Content-Encoding": "", "Accept-Ranges": "bytes",
				"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin",
				"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Access-Control-Allow-Origin": "",
			} {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if resp.Header.Get("ETag") == "" || resp.Header.Get("Last-Modified") == "" {
				t.Errorf("ETag %q, Last-Modified %q", resp.Header.Get("ETag"), resp.Header.Get("Last-Modified"))
			}
		})
	}
	resp, body := get(t, "HEAD", s.URL()+"heatmap.pmtiles", nil)
	if resp.StatusCode != 200 || body != "" || resp.ContentLength != 1000 {
		t.Errorf("HEAD: status %d, length %d, body of %d bytes", resp.StatusCode, resp.ContentLength, len(body))
	}
}

func TestRanges(t *testing.T) {
	s := start(t, newSite(t))
	tests := []struct {
		name, ask    string
		status       int
		contentRange string
		from, to     int // of the archive, exclusive
	}{
		{"first bytes", "bytes=0-126", 206, "bytes 0-126/1000", 0, 127},
		{"one byte", "bytes=999-999", 206, "bytes 999-999/1000", 999, 1000},
		{"open end", "bytes=990-", 206, "bytes 990-999/1000", 990, 1000},
		{"past the end", "bytes=990-5000", 206, "bytes 990-999/1000", 990, 1000},
		{"last bytes", "bytes=-10", 206, "bytes 990-999/1000", 990, 1000},
		{"more last bytes than there are", "bytes=-5000", 206, "bytes 0-999/1000", 0, 1000},
		{"everything", "bytes=0-", 206, "bytes 0-999/1000", 0, 1000},
		{"begins at the end", "bytes=1000-1001", 416, "bytes */1000", 0, 0},
		{"begins beyond", "bytes=99999999999999999999-", 416, "", 0, 0},
		{"backwards", "bytes=10-5", 416, "", 0, 0},
		{"no number", "bytes=a-b", 416, "", 0, 0},
		{"other unit", "tiles=0-1", 416, "", 0, 0},
		{"no range", "", 200, "", 0, 1000},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			header := map[string]string{}
			if test.ask != "" {
				header["Range"] = test.ask
			}
			resp, body := get(t, "GET", s.URL()+"heatmap.pmtiles", header)
			if resp.StatusCode != test.status || resp.Header.Get("Content-Range") != test.contentRange {
				t.Errorf("status %d, Content-Range %q; want %d, %q", resp.StatusCode, resp.Header.Get("Content-Range"), test.status, test.contentRange)
			}
			if test.status != 416 && body != string(standIn[test.from:test.to]) {
				t.Errorf("got %d bytes, not bytes %d to %d of the archive", len(body), test.from, test.to)
			}
			if test.status == 416 && resp.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("Content-Type of the refusal is %q", resp.Header.Get("Content-Type"))
			}
		})
	}
}

func TestSeveralRanges(t *testing.T) {
	s := start(t, newSite(t))
	resp, body := get(t, "GET", s.URL()+"heatmap.pmtiles", map[string]string{"Range": "bytes=0-9,500-519"})
	kind, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if resp.StatusCode != 206 || err != nil || kind != "multipart/byteranges" {
		t.Fatalf("status %d, Content-Type %q", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	parts := multipart.NewReader(strings.NewReader(body), params["boundary"])
	for _, want := range [][]byte{standIn[:10], standIn[500:520]} {
		part, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(part); err != nil || !bytes.Equal(got, want) {
			t.Errorf("part is %x (%v), want %x", got, err, want)
		}
	}
}

// TestConditions proves that a rebuilt archive is never mixed with the old one.
func TestConditions(t *testing.T) {
	dir := newSite(t)
	s := start(t, dir)
	url := s.URL() + "heatmap.pmtiles"
	first, _ := get(t, "GET", url, nil)
	etag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")

	status := func(header map[string]string) int {
		resp, _ := get(t, "GET", url, header)
		return resp.StatusCode
	}
	if got := status(map[string]string{"If-None-Match": etag}); got != 304 {
		t.Errorf("If-None-Match with the same ETag: %d, want 304", got)
	}
	if got := status(map[string]string{"If-Modified-Since": modified}); got != 304 {
		t.Errorf("If-Modified-Since: %d, want 304", got)
	}
	if got := status(map[string]string{"If-Range": etag, "Range": "bytes=0-9"}); got != 206 {
		t.Errorf("If-Range with the same ETag: %d, want 206", got)
	}

	// The same size and content, put in place as a build does it.
	temp := filepath.Join(dir, ".new")
	if err := os.WriteFile(temp, standIn, 0o644); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Microsecond)
	if err := os.Chtimes(temp, later, later); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temp, filepath.Join(dir, "heatmap.pmtiles")); err != nil {
		t.Fatal(err)
	}
	if got := status(map[string]string{"If-None-Match": etag}); got != 200 {
		t.Errorf("If-None-Match after a rebuild: %d, want 200", got)
	}
	if got := status(map[string]string{"If-Range": etag, "Range": "bytes=0-9"}); got != 200 {
		t.Errorf("If-Range after a rebuild: %d, want 200 and the whole file", got)
	}
	if got := status(map[string]string{"If-Match": etag, "Range": "bytes=0-9"}); got != 412 {
		t.Errorf("If-Match after a rebuild: %d, want 412", got)
	}
}

// TestRefusals asks over a bare connection for what a browser or a client
// library would tidy up first.
func TestRefusals(t *testing.T) {
	s := start(t, newSite(t))
	own := fmt.Sprintf("127.0.0.1:%d", s.Port())
	tests := []struct {
		name, request, host string
		header              string
		status              int
	}{
		{"own address", "GET /", own, "", 200},
		{"localhost", "GET /", fmt.Sprintf("localhost:%d", s.Port()), "", 200},
		{"localhost in capitals", "GET /", fmt.Sprintf("LOCALHOST:%d", s.Port()), "", 200},
		{"IPv6 loopback", "GET /", fmt.Sprintf("[::1]:%d", s.Port()), "", 200},

		{"rebound name", "GET /", fmt.Sprintf("evil.example:%d", s.Port()), "", 421},
		{"rebound name for the archive", "GET /heatmap.pmtiles", "evil.example", "", 421},
		{"name that begins like ours", "GET /", fmt.Sprintf("localhost.evil.example:%d", s.Port()), "", 421},
		{"address that begins like ours", "GET /", fmt.Sprintf("127.0.0.1.evil.example:%d", s.Port()), "", 421},
		{"address of the network", "GET /", fmt.Sprintf("192.168.1.2:%d", s.Port()), "", 421},
		{"unspecified address", "GET /", fmt.Sprintf("0.0.0.0:%d", s.Port()), "", 421},
		{"other port", "GET /", "127.0.0.1:1", "", 421},
		{"no port", "GET /", "127.0.0.1", "", 421},
		{"empty", "GET /", "", "", 421},
		{"proxy request", "GET http://evil.example/", own, "", 421},
		{"proxy request for a loopback name", "GET http://" + own + "/", "evil.example", "", 200},

		{"other origin", "GET /heatmap.pmtiles", own, "Origin: http://evil.example", 403},
		{"origin of another port", "GET /heatmap.pmtiles", own, "Origin: http://127.0.0.1:1", 403},
		{"opaque origin", "GET /heatmap.pmtiles", own, "Origin: null", 403},
		{"own origin", "GET /heatmap.pmtiles", own, "Origin: http://" + own, 200},
		{"script of another site", "GET /heatmap.pmtiles", own, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image", 403},
		{"script of another port", "GET /heatmap.pmtiles", own, "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty", 403},
		{"frame in another site", "GET /", own, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe", 403},
		{"link followed from another site", "GET /", own, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", 200},
		{"own page", "GET /heatmap.pmtiles", own, "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty", 200},
		{"typed address", "GET /", own, "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", 200},

		{"parent folder", "GET /../heatmap.toml", own, "", 404},
		{"parent folder, encoded", "GET /%2e%2e/heatmap.toml", own, "", 404},
		{"parent folder, encoded slash", "GET /..%2fheatmap.toml", own, "", 404},
		{"parent folder, backslash", "GET /..%5cheatmap.toml", own, "", 404},
		{"parent folder as a basemap", "GET /basemap.../heatmap.pmtiles", own, "", 404},
		{"parent folder as a basemap, encoded slash", "GET /basemap.a%2f..%2f..%2fheatmap.pmtiles", own, "", 404},
		{"basemap that is not there", "GET /basemap.b.pmtiles", own, "", 404},
		{"detour", "GET /sub/../index.html", own, "", 404},
		{"two slashes", "GET //index.html", own, "", 404},
		{"sub-folder", "GET /sub/index.html", own, "", 404},
		{"listing", "GET /sub/", own, "", 404},
		{"dotfile", "GET /.env", own, "", 404},
		{"another file of the folder", "GET /notes.txt", own, "", 404},
		{"other case", "GET /INDEX.HTML", own, "", 404},
		{"trailing NUL", "GET /index.html%00", own, "", 404},

		{"POST", "POST /", own, "Content-Length: 0", 405},
		{"DELETE", "DELETE /heatmap.pmtiles", own, "", 405},
		{"OPTIONS", "OPTIONS /heatmap.pmtiles", own, "", 405},
		{"preflight of another origin", "OPTIONS /heatmap.pmtiles", own, "Origin: http://evil.example", 403},
		{"OPTIONS of all", "OPTIONS *", own, "", 405},
		{"part", "GET /heatmap.pmtiles", own, "Range: bytes=0-9", 206},
		{"part beyond the end", "GET /heatmap.pmtiles", own, "Range: bytes=5000-", 416},
		{"tiles without an archive", "GET /tiles/", own, "", 404},
		{"tile for another site", "GET /tiles/pace/1/0/0.png", own, "Origin: http://evil.example", 403},
		{"redirect to the list", "GET /tiles", own, "", 302},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			resp := askHost(t, s, test.request, test.host, test.header)
			body, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != test.status {
				t.Errorf("status %d (%.80q), want %d", resp.StatusCode, body, test.status)
			}
			for name, want := range map[string]string{"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
				"X-Frame-Options": "DENY", "Referrer-Policy": "strict-origin-when-cross-origin"} {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s is %q", name, got)
				}
			}
			if got := resp.Header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'none'") {
				t.Errorf("the policy is %q", got)
			}
			if bytes.Contains(body, []byte("secret")) {
				t.Error("the answer holds what must not be served")
			}
			if resp.StatusCode != 200 && bytes.Contains(body, standIn[:100]) {
				t.Error("the refusal holds the archive")
			}
		})
	}
}

// askHost sends one bare request with that Host and header lines, and returns the answer.
func askHost(t *testing.T, s *Server, request, host, header string) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request += " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
	if header != "" {
		request += header + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp
}

func TestUnbuiltParts(t *testing.T) {
	dir := newSite(t)
	s := start(t, dir)
	path := filepath.Join(dir, "heatmap.pmtiles")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if resp, _ := get(t, "GET", s.URL()+"heatmap.pmtiles", nil); resp.StatusCode != 404 {
		t.Errorf("missing archive: status %d, want 404", resp.StatusCode)
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if resp, _ := get(t, "GET", s.URL()+"heatmap.pmtiles", nil); resp.StatusCode != 404 {
		t.Errorf("folder in the archive's place: status %d, want 404", resp.StatusCode)
	}
}

func TestServeWithoutSite(t *testing.T) {
	s, err := Listen("localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "nowhere")
	if err := s.Serve(context.Background(), Options{Dir: dir}); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "there is no site in "+dir+" yet") {
		t.Errorf("Serve = %v", err)
	}
	if _, err := net.Dial("tcp", s.listener.Addr().String()); err == nil {
		t.Error("the port is still open")
	}
}

func TestListen(t *testing.T) {
	taken, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.listener.Addr().String()
	if _, err := Listen(addr); !errors.Is(err, syscall.EADDRINUSE) || !strings.HasPrefix(err.Error(), "listening on "+addr+": ") {
		t.Errorf("Listen on a port in use = %v", err)
	}
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "example.org:80", "nonsense"} {
		if s, err := Listen(addr); err == nil {
			s.Close()
			t.Errorf("Listen(%q) succeeded", addr)
		}
	}
}

// TestShutdown checks that a download under way is not cut off, and that a
// client which holds its connection for nothing does not keep the server alive.
func TestShutdown(t *testing.T) {
	dir := newSite(t)
	big := bytes.Repeat(standIn, 20_000)
	if err := os.WriteFile(filepath.Join(dir, "heatmap.pmtiles"), big, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, Options{Dir: dir}) }()
	idle, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()

	resp, err := http.Get(s.URL() + "heatmap.pmtiles")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	cancel()
	if body, err := io.ReadAll(resp.Body); err != nil || !bytes.Equal(body, big) {
		t.Errorf("the download got %d of %d bytes: %v", len(body), len(big), err)
	}
	if err := <-done; err != nil {
		t.Errorf("Serve = %v after an orderly end", err)
	}
	if _, err := http.Get(s.URL()); err == nil {
		t.Error("the server still answers")
	}
}
