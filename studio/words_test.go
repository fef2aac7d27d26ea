package studio_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
)

// What the generator has to say, the page says in its own language, for somebody who has no configuration: of files, of what is set, and of a download that broke off.
func TestGermanWords(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	view := desk
	view.Script = `Object.defineProperty(navigator, "languages", { value: ["de-CH"] })`
	tab := openAs(t, chromium, view, host.url)
	whole, err := os.ReadFile(stravaZip(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	broken := filepath.Join(dir, "export_2.zip")
	for path, data := range map[string][]byte{broken: whole[:len(whole)/2], filepath.Join(dir, "export_1.zip"): whole} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	choose(t, tab, broken)
	if kind, words := failed(t, tab); kind != "other" || !strings.Contains(words, "export_2.zip ist eine Zip-Datei, deren Ende fehlt") {
		t.Errorf("of a broken download: %s: %q", kind, words)
	}
	choose(t, tab, filepath.Join(dir, "export_1.zip"))
	built(t, tab, 1)
	for selector, want := range map[string]string{".notes": "Zonen nicht, die du bei Strava gesetzt hast", ".unread": "lässt sich nicht lesen"} {
		text := await[string](t, tab, `document.querySelector("`+selector+`").textContent`)
		if !strings.Contains(text, want) || strings.Contains(text, "use_strava_zones") {
			t.Errorf("%s: %q", selector, text)
		}
	}
	// A zone over a place where nobody was.
	await[bool](t, tab, `(() => {
		document.querySelector("iframe").contentWindow.heatmapgen.map.jumpTo({ center: [11, 40], zoom: 8 });
		document.querySelectorAll(".form .buttons button")[1].click();
		document.querySelector(".make").click();
		return true;
	})()`)
	if kind, words := failed(t, tab); kind != "settings" || !strings.Contains(words, "Zone 1 verbirgt nichts: Keine Aktivität kommt in ihre Nähe.") || strings.Contains(words, "privacy") {
		t.Errorf("of a zone that hides nothing: %s: %q", kind, words)
	}
	// Days on which nobody was out.
	await[bool](t, tab, `(() => {
		const from = document.querySelector(".form input[type=date]");
		from.value = "2024-05-01";
		from.dispatchEvent(new Event("change"));
		document.querySelector(".make").click();
		return true;
	})()`)
	if kind, words := failed(t, tab); kind != "nothing" || !strings.Contains(words, "Keine der 6 Aktivitäten liegt zwischen den Tagen.") {
		t.Errorf("of days without activities: %s: %q", kind, words)
	}
	if dir := os.Getenv("HEATMAPGEN_PICTURES"); dir != "" {
		picture, err := tab.Screenshot()
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "german.png"), picture, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
