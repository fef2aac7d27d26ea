package admin

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"heatmapgen/site/serve"
)

// Who is not a page of ours must not change anything.
func TestForeignRequestsAreRefused(t *testing.T) {
	d := newDesk(t, "", nil)
	own := map[string]string{"Origin": d.url, "Sec-Fetch-Site": "same-origin"}
	with := func(name, value string) map[string]string {
		h := map[string]string{name: value}
		for k, v := range own {
			if h[k] == "" {
				h[k] = v
			}
		}
		return h
	}
	for _, test := range []struct {
		name   string
		token  string
		header map[string]string
		want   int
	}{
		{"no token", "", own, 403},
		{"wrong token", strings.Repeat("A", len(d.a.token)), own, 403},
		{"token and more", d.a.token + "A", own, 403},
		{"another origin", d.a.token, with("Origin", "http://evil.example"), 403},
		{"opaque origin", d.a.token, with("Origin", "null"), 403},
		{"another port", d.a.token, with("Origin", fmt.Sprintf("http://127.0.0.1:%d", d.port+1)), 403},
		{"https", d.a.token, with("Origin", fmt.Sprintf("https://127.0.0.1:%d", d.port)), 403},
		{"cross-site", d.a.token, with("Sec-Fetch-Site", "cross-site"), 403},
		{"same site", d.a.token, with("Sec-Fetch-Site", "same-site"), 403},
		{"cross-site without an origin", d.a.token, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"rebound name", d.a.token, map[string]string{"Host": fmt.Sprintf("evil.example:%d", d.port), "Origin": fmt.Sprintf("http://evil.example:%d", d.port)}, 421},
		{"another port of ours", d.a.token, with("Host", fmt.Sprintf("127.0.0.1:%d", d.port+1)), 421},
	} {
		for _, path := range []string{"/change", "/rebuild", "/read", "/cancel"} {
			form := url.Values{"token": {test.token}, "do": {"exclude"}, "id": {"files:a.gpx"}}
			if status, text := d.send(path, form, test.header); status != test.want || strings.Contains(text, d.a.token) {
				t.Errorf("%s, %s: %d %s", test.name, path, status, text)
			}
		}
	}
	// The token counts in the form only: addresses are kept and passed on.
	if status, _ := d.send("/change?token="+d.a.token, url.Values{"do": {"exclude"}, "id": {"files:a.gpx"}}, own); status != 403 {
		t.Errorf("a token in the address: %d", status)
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		r, _ := http.NewRequest(method, d.url+"/change", nil)
		answer, err := d.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode < 400 {
			t.Errorf("%s /change: %d", method, answer.StatusCode)
		}
	}
	if o := d.said(); len(o) != 0 {
		t.Errorf("overrides.json says %v", o)
	}
}

func TestPagesAreForThisComputerOnly(t *testing.T) {
	d := newDesk(t, "", nil)
	for _, path := range []string{"/", "/progress", "/admin.js", "/site/"} {
		for _, test := range []struct {
			header map[string]string
			want   int
		}{
			{map[string]string{"Host": fmt.Sprintf("evil.example:%d", d.port)}, 421},
			{map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403},
			{map[string]string{"Origin": "http://evil.example"}, 403},
		} {
			r, _ := http.NewRequest("GET", d.url+path, nil)
			for k, v := range test.header {
				r.Header.Set(k, v)
			}
			if h := test.header["Host"]; h != "" {
				r.Host = h
			}
			answer, err := d.http.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.StatusCode != test.want || strings.Contains(string(text), d.a.token) {
				t.Errorf("%s with %v: %d", path, test.header, answer.StatusCode)
			}
		}
	}
	r, err := d.http.Get(d.url)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": policy,
		"X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Access-Control-Allow-Origin": ""} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
			t.Errorf("the policy is %s", policy)
		}
	}
}

// TestEveryAnswerHasItsHeaders: pages, files, the map and everything that goes wrong.
func TestEveryAnswerHasItsHeaders(t *testing.T) {
	d := newDesk(t, "", nil)
	d.rebuild()
	d.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	own := fmt.Sprintf("127.0.0.1:%d", d.port)
	for _, test := range []struct {
		method, path, host string
		header             map[string]string
		want               int
	}{
		{"GET", "/", own, nil, 200},
		{"GET", "/admin.js", own, nil, 200},
		{"GET", "/progress", own, nil, 200},
		{"GET", "/nothing", own, nil, 404},
		{"GET", "//admin.js", own, nil, 307},
		{"GET", "/site/../admin.js", own, nil, 404},
		{"GET", "/change", own, nil, 405},
		{"POST", "/change", own, nil, 403},
		{"OPTIONS", "*", own, nil, 403},
		{"GET", "/", "evil.example", nil, 421},
		{"GET", "//admin.js", "evil.example", nil, 421},
		{"GET", "/site", "evil.example", nil, 421},
		{"GET", "/", own, map[string]string{"Origin": "http://evil.example"}, 403},
		{"GET", "/site", own, nil, 301},
		{"GET", "/site/", own, nil, 200},
		{"GET", "/site/heatmap.pmtiles", own, map[string]string{"Range": "bytes=0-9"}, 206},
		{"GET", "/site/heatmap.toml", own, nil, 404},
		{"POST", "/site/", own, nil, 405},
		{"GET", "/site/", "evil.example", nil, 421},
		{"GET", "/site/", own, map[string]string{"Origin": "http://evil.example"}, 403},
	} {
		r, err := http.NewRequest(test.method, d.url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Path, r.Host = test.path, test.host
		if test.path == "*" {
			r.URL.Opaque = test.path
		}
		for k, v := range test.header {
			r.Header.Set(k, v)
		}
		answer, err := d.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != test.want {
			t.Errorf("%s %s for %s: %d, want %d", test.method, test.path, test.host, answer.StatusCode, test.want)
		}
		for name, want := range map[string]string{"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s %s for %s: %s is %q", test.method, test.path, test.host, name, got)
			}
		}
		if got := answer.Header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'none'") {
			t.Errorf("%s %s for %s: the policy is %q", test.method, test.path, test.host, got)
		}
		if answer.Header.Get("Referrer-Policy") == "" || answer.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %s for %s: %v", test.method, test.path, test.host, answer.Header)
		}
	}
}

func TestListOnLoopbackOnly(t *testing.T) {
	for _, addr := range []string{":8001", "0.0.0.0:0", "[::]:0"} {
		if s, err := serve.Listen(addr); err == nil {
			s.Close()
			t.Errorf("listens on %s", addr)
		}
	}
}
