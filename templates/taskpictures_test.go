package templates_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
)

// small shows everything large enough to be read in a page of text, handheld is a phone.
var (
	small    = browsertest.View{Width: 1024, Height: 640}
	handheld = browsertest.View{Width: 390, Height: 844, Phone: true, Scale: 2}
)

// taskPictures are the pictures of docs/viewer.md, and, the last, of README.md, by the names of their files: where the page begins, and what is done there.
var taskPictures = []struct {
	name, fragment string
	view           browsertest.View
	do             string // JavaScript that may await; press clicks what a selector finds
}{
	{"layers", "&layer=pace&selection=hidden", small, ``},
	{"selection", "", small, `press('[data-preset="2025"]')`},
	{"filters", "&sport=Run&hours=17-22", small, `press("button.morefilters")`},
	{"here", "&panel=hidden&here=47.50300/9.74700", small, ``},
	{"compare", "&when=2025-01-01..2025-12-31&when2=2026-01-01..2026-12-31&at=50&selection=hidden", small, ``},
	{"difference", "&when=2025-01-01..2025-12-31&when2=2026-01-01..2026-12-31&compare=difference&selection=hidden", small, ``},
	{"colours", "&panel=hidden", small, `press(".coloursbutton")`},
	{"places", "", small, `key("p")`},
	{"table", "", small, `key("t")`},
	{"squares", "&panel=hidden&selection=hidden&explore=squares", small, ``},
	{"segments", "&panel=hidden&selection=hidden&explore=segments", small, `await gate(58, -108); await gate(66, -200)`},
	{"replay", "&panel=hidden&selection=hidden&explore=replay:days/2024-06-01", small, ``},
	{"year", "&explore=year:2025.charts", small, ``},
	{"phone", "", handheld, ``},
	{"demo", "", browsertest.View{Width: 1280, Height: 800}, ``},
}

// TestPicturesOfTasks takes the pictures of docs/viewer.md. It runs only where HEATMAPGEN_PICTURES names a folder for them;
// HEATMAPGEN_ARCHIVE names the archive, HEATMAPGEN_FRAGMENT the place as links have it (12/47.5/9.74), and HEATMAPGEN_VIEW one picture alone.
func TestPicturesOfTasks(t *testing.T) {
	dir, path := os.Getenv("HEATMAPGEN_PICTURES"), os.Getenv("HEATMAPGEN_ARCHIVE")
	if dir == "" || path == "" {
		t.Skip("HEATMAPGEN_PICTURES or HEATMAPGEN_ARCHIVE is not set")
	}
	site, err := browsertest.Site(templates.Page{
		Title: "My heatmap", DefaultBasemap: "own",
		Basemaps: []templates.Basemap{{ID: "own", Title: "Made up", URL: "/streets/{z}/{x}/{y}.png", Attribution: "made-up streets"}},
	}, path)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.HandleFunc("GET /streets/{z}/{x}/{y}", drawnStreets)
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, p := range taskPictures {
		if only := os.Getenv("HEATMAPGEN_VIEW"); only != "" && only != p.name {
			continue
		}
		v := p.view
		v.Script = chosenTheme(false)
		tab := open(t, sharedBrowser(t), v)
		load(t, tab, server.URL+"/#"+os.Getenv("HEATMAPGEN_FRAGMENT")+p.fragment)
		await[bool](t, tab, `(async () => {
			const press = (selector) => document.querySelector(selector).click();
			const key = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
			const gate = async (x, y) => { // of a segment, so many pixels from the middle
				const { map } = heatmapgen, { width, height } = map.getContainer().getBoundingClientRect();
				const before = map.getCenter();
				map.jumpTo({ center: map.unproject([width / 2 + x, height / 2 + y]) });
				press("[data-deed=middle]");
				await pause();
				await heatmapgen.idle();
				map.jumpTo({ center: before });
			};
			const pause = () => new Promise((resolve) => setTimeout(resolve, 500));
			`+p.do+`;
			await pause();
			await heatmapgen.idle();
			await pause();
			return true;
		})()`)
		shot, err := tab.WebP()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, p.name+".webp"), shot, 0o644); err != nil {
			t.Fatal(err)
		}
		tab.Cancel()
	}
}
