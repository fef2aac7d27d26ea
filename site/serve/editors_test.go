package serve

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestWhoSeesTiles asks the way browsers do for pages of all kinds. A request that is refused learns nothing, not
// even whether there is a tile.
func TestWhoSeesTiles(t *testing.T) {
	dir := builtSite(t)
	server := startBuilt(t, dir)
	own := fmt.Sprintf("127.0.0.1:%d", server.Port())
	tile := "GET /" + tilePath("pace", someTile(t, openArchive(t, dir), "pace"))
	const (
		image  = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image"
		fetch  = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty"
		editor = "Origin: https://editor.example"
		evil   = "Origin: https://evil.example"
		token  = "?token=" + testToken
	)
	tests := []struct {
		name, request, host, header string
		status                      int
		origin, resource            string // Access-Control-Allow-Origin and Cross-Origin-Resource-Policy
	}{
		{"a program without a browser", tile, own, "", 200, "", "same-origin"},
		{"own page", tile, own, "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image", 200, "", "same-origin"},
		{"own page, by its origin", tile, own, "Origin: http://" + own, 200, "", "same-origin"},
		{"typed address", tile, own, "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document", 200, "", "same-origin"},

		{"listed editor reads a tile", tile, own, fetch + "\r\n" + editor, 200, "https://editor.example", "cross-origin"},
		{"listed editor reads a description", "GET /tiles/pace.json", own, fetch + "\r\n" + editor, 200, "https://editor.example", "cross-origin"},
		{"listed editor reads the list", "GET /tiles.json", own, fetch + "\r\n" + editor, 200, "https://editor.example", "cross-origin"},
		{"listed editor asks for what is not there", "GET /tiles/pace/1/0/0.png", own, fetch + "\r\n" + editor, 404, "https://editor.example", "cross-origin"},
		{"any page shows a tile by its token", tile + token, own, image, 200, "", "cross-origin"},

		{"listed editor asks for the page", "GET /", own, fetch + "\r\n" + editor, 403, "", "same-origin"},
		{"listed editor asks for the archive", "GET /heatmap.pmtiles", own, fetch + "\r\n" + editor, 403, "", "same-origin"},
		{"listed editor asks for the list of addresses", "GET /tiles/", own, fetch + "\r\n" + editor, 403, "", "same-origin"},
		{"listed editor in a frame", "GET /tiles/", own, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe", 403, "", "same-origin"},
		{"token for the archive", "GET /heatmap.pmtiles" + token, own, image, 403, "", "same-origin"},
		{"token for the list of addresses", "GET /tiles/" + token, own, image, 403, "", "same-origin"},
		{"token from a page that reads", tile + token, own, fetch + "\r\n" + evil, 403, "", "same-origin"},
		{"token from an opaque origin that reads", tile + token, own, fetch + "\r\nOrigin: null", 403, "", "same-origin"},
		{"token for a script", tile + token, own, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script", 403, "", "same-origin"},
		{"token for a frame", tile + token, own, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe", 403, "", "same-origin"},
		{"token under another host", tile + token, "evil.example", image, 421, "", "same-origin"},

		{"no token", tile, own, image, 403, "", "same-origin"},
		{"empty token", tile + "?token=", own, image, 403, "", "same-origin"},
		{"wrong token", tile + "?token=ABCDEFGHIJKLMNOPQRSTUVWXYA", own, image, 403, "", "same-origin"},
		{"part of the token", tile + "?token=ABC", own, image, 403, "", "same-origin"},
		{"no token, from another port here", tile, own, strings.Replace(image, "cross-site", "same-site", 1), 403, "", "same-origin"},
		{"Referer of a listed editor", tile, own, image + "\r\nReferer: https://editor.example/", 403, "", "same-origin"},
		{"page that is not listed", tile, own, fetch + "\r\n" + evil, 403, "", "same-origin"},
		{"page that is not listed, in an old browser", tile, own, evil, 403, "", "same-origin"},
		{"page that is not listed asks for what is not there", "GET /tiles/pace/1/0/0.png", own, fetch + "\r\n" + evil, 403, "", "same-origin"},
		{"name that begins like a listed one", tile, own, fetch + "\r\nOrigin: https://editor.example.evil.example", 403, "", "same-origin"},
		{"listed name without https", tile, own, fetch + "\r\nOrigin: http://editor.example", 403, "", "same-origin"},
		{"listed name on another port", tile, own, fetch + "\r\nOrigin: https://editor.example:8443", 403, "", "same-origin"},
		{"opaque origin", tile, own, fetch + "\r\nOrigin: null", 403, "", "same-origin"},
		{"rebound name", tile, fmt.Sprintf("evil.example:%d", server.Port()), "", 421, "", "same-origin"},
		{"rebound name with a listed origin", tile, fmt.Sprintf("evil.example:%d", server.Port()), editor, 421, "", "same-origin"},
		{"rebound name for the list of addresses", "GET /tiles/", fmt.Sprintf("evil.example:%d", server.Port()), "", 421, "", "same-origin"},

		{"question of a listed editor", "OPTIONS" + tile[3:], own, editor + "\r\nAccess-Control-Request-Method: GET", 204, "https://editor.example", "cross-origin"},
		{"question of another page", "OPTIONS" + tile[3:], own, evil + "\r\nAccess-Control-Request-Method: GET", 403, "", "same-origin"},
		{"question of another page with the token", "OPTIONS" + tile[3:] + token, own, evil + "\r\nAccess-Control-Request-Method: GET", 403, "", "same-origin"},
		{"question for the archive", "OPTIONS /heatmap.pmtiles", own, editor + "\r\nAccess-Control-Request-Method: GET", 403, "", "same-origin"},
		{"listed editor writes", "POST" + tile[3:], own, editor, 405, "https://editor.example", "cross-origin"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			resp := askHost(t, server, test.request, test.host, test.header)
			if resp.StatusCode != test.status {
				t.Errorf("status %d, want %d", resp.StatusCode, test.status)
			}
			if got := resp.Header.Get("Access-Control-Allow-Origin"); got != test.origin {
				t.Errorf("Access-Control-Allow-Origin is %q, want %q", got, test.origin)
			}
			if got := resp.Header.Get("Cross-Origin-Resource-Policy"); got != test.resource {
				t.Errorf("Cross-Origin-Resource-Policy is %q, want %q", got, test.resource)
			}
			if got := resp.Header.Get("Access-Control-Allow-Credentials"); got != "" {
				t.Errorf("Access-Control-Allow-Credentials is %q", got)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(body), testToken) || test.status != 200 && strings.Contains(string(body), "PNG") {
				t.Error("the answer tells what it must not")
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	server := startBuilt(t, builtSite(t))
	ask := func(header string) map[string]string {
		resp := ask(t, server, "OPTIONS /tiles/pace/12/1/1.png", "Origin: https://editor.example\r\nAccess-Control-Request-Method: GET"+header)
		got := map[string]string{}
		for _, name := range []string{"Methods", "Headers", "Private-Network"} {
			got[name] = resp.Header.Get("Access-Control-Allow-" + name)
		}
		got["Vary"] = resp.Header.Get("Vary")
		return got
	}
	if got := ask(""); got["Methods"] != "GET, HEAD" || !strings.Contains(got["Headers"], "If-None-Match") || got["Private-Network"] != "" || !strings.HasPrefix(got["Vary"], "Origin") {
		t.Errorf("without a question about the network: %v", got)
	}
	if got := ask("\r\nAccess-Control-Request-Private-Network: true"); got["Private-Network"] != "true" {
		t.Errorf("with one: %v", got)
	}
}

// TestNoEditors: without any, an address with an empty token opens nothing.
func TestNoEditors(t *testing.T) {
	dir := builtSite(t)
	server := startWith(t, Options{Dir: dir})
	for _, header := range []string{"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image", "Origin: https://www.openstreetmap.org"} {
		for _, path := range []string{"/tiles/pace/12/1/1.png", "/tiles/pace/12/1/1.png?token=", "/tiles.json"} {
			if resp := ask(t, server, "GET "+path, header); resp.StatusCode != 403 {
				t.Errorf("%s with %q: status %d", path, header, resp.StatusCode)
			}
		}
	}
}

func TestTokenStays(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, TokenName)
	first := Token(path)
	if !tokenForm.MatchString(first) || Token(path) != first {
		t.Errorf("token %q, then %q", first, Token(path))
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if err := os.WriteFile(path, []byte("half a tok"), 0o600); err != nil {
		t.Fatal(err)
	}
	second := Token(path)
	if !tokenForm.MatchString(second) || second == first || Token(path) != second {
		t.Errorf("after damage: token %q", second)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d files left: %v", len(entries), err)
	}
	// Nowhere to keep it: a token all the same, and no folder made for it.
	nowhere := filepath.Join(dir, "nowhere", TokenName)
	if a, b := Token(nowhere), Token(nowhere); !tokenForm.MatchString(a) || a == b {
		t.Errorf("tokens %q and %q", a, b)
	}
	if _, err := os.Stat(filepath.Dir(nowhere)); err == nil {
		t.Error("a folder was made for the token")
	}
}
