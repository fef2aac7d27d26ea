package studio_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
)

// What the workflow publishes is the demo map and the studio, each of which works in a folder of a host that has other things, too.
func TestPublishedFolder(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash to run the script")
	}
	chromium := browsertest.MustStart(t, nil)
	dir := t.TempDir()
	script := exec.Command(filepath.Join("..", "scripts", "pages"), dir)
	if out, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	workflow, err := os.ReadFile(filepath.Join("..", ".github", "workflows", "pages.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(workflow), "- run: scripts/pages build/pages\n") || !strings.Contains(string(workflow), "path: build/pages\n") {
		t.Errorf("the workflow publishes something else:\n%s", workflow)
	}
	server := httptest.NewServer(http.StripPrefix("/heatmapgen/", http.FileServer(http.Dir(dir))))
	t.Cleanup(server.Close)

	demo := open(t, chromium, server.URL+"/heatmapgen/")
	if n := await[int](t, demo, "heatmapgen.idle().then(() => heatmapgen.state().pictures[0].selected)"); n < 100 {
		t.Errorf("the demo has %d activities", n)
	}
	studio := open(t, chromium, server.URL+"/heatmapgen/studio/")
	path := stravaZip(t)
	choose(t, studio, path)
	if s := built(t, studio, 1); *s.Drawn != 5 {
		t.Errorf("state %+v", s)
	}
	if licences := await[string](t, studio, `fetch(document.querySelector("link[rel=license]").href).then((r) => r.text())`); !strings.Contains(licences, "Open Database License") || !strings.Contains(licences, "maplibre-gl ") {
		t.Errorf("the studio's licences are %.300q", licences)
	}
	for _, tab := range []*browsertest.Tab{demo, studio} {
		for _, r := range tab.Requests() {
			if strings.HasPrefix(r, server.URL) && !strings.HasPrefix(r, server.URL+"/heatmapgen/") {
				t.Errorf("request for %s", r)
			}
		}
	}
}
