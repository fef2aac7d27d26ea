package templates

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

func TestArchiveURL(t *testing.T) {
	render := func(p Page) []byte {
		var page bytes.Buffer
		if err := Render(&page, p); err != nil {
			t.Fatal(err)
		}
		return page.Bytes()
	}
	for _, title := range []string{"Runs", `","archive":"evil.pmtiles`, `</script><script type="application/json" id="settings">{"archive":"evil"}</script>`, `\`} {
		page := render(Page{Title: title, Description: title, ArchiveURL: "heatmap.pmtiles?v=1&x=2"})
		if got, err := ArchiveURL(page); err != nil || got != "heatmap.pmtiles?v=1&x=2" {
			t.Errorf("with the title %q the archive is %q, %v", title, got, err)
		}
		moved, err := WithArchive(page, "heatmap.0123.pmtiles")
		if err != nil {
			t.Fatal(err)
		}
		if want := render(Page{Title: title, Description: title, ArchiveURL: "heatmap.0123.pmtiles"}); !bytes.Equal(moved, want) {
			t.Errorf("with the title %q the page that was pointed elsewhere is not the one rendered so", title)
		}
	}
	for _, page := range []string{"", "<h1>Welcome to nginx!</h1>", `<script type="application/json" id="settings">{"title":"x"}</script>`} {
		if _, err := ArchiveURL([]byte(page)); !errors.Is(err, ErrNotOurs) {
			t.Errorf("ArchiveURL(%q): %v", page, err)
		}
		if _, err := WithArchive([]byte(page), "x"); !errors.Is(err, ErrNotOurs) {
			t.Errorf("WithArchive(%q): %v", page, err)
		}
	}
}

func TestBasemapAddresses(t *testing.T) {
	render := func(title, address string) []byte {
		t.Helper()
		var page bytes.Buffer
		err := Render(&page, Page{Title: title, Basemaps: []Basemap{
			{ID: "a", Title: title, PMTiles: address, Schema: SchemaProtomaps, Attribution: title},
			{ID: "web", Title: "Web", PMTiles: "https://a.example/basemap.a.pmtiles"},
			{ID: "tiles", Title: "Tiles", URL: "https://a.example/{z}/{x}/{y}.png"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return page.Bytes()
	}
	const built, hosted = "basemap.my-area.pmtiles?v=0123456789abcdef", "basemap.my-area.0123456789abcdef.pmtiles"
	for _, title := range []string{"Runs", `","pmtiles":"basemap.evil.pmtiles`, `</script><script type="application/json" id="settings">{"pmtiles":"basemap.evil.pmtiles"}</script>`, `\`} {
		page := render(title, built)
		if got := BasemapAddresses(page); !slices.Equal(got, []string{built}) {
			t.Errorf("with the title %q the basemaps are %q", title, got)
		}
		if moved := WithBasemap(page, built, hosted); !bytes.Equal(moved, render(title, hosted)) {
			t.Errorf("with the title %q the page that was pointed elsewhere is not the one rendered so", title)
		}
		if same := WithBasemap(page, hosted, "basemap.b.pmtiles"); !bytes.Equal(same, page) {
			t.Errorf("with the title %q an address that it has not was changed", title)
		}
	}
	for _, address := range []string{"", "basemap.pmtiles", "basemap.a.pmtiles?v=1", "basemap.../a.pmtiles", "basemap.a/../../b.pmtiles", "basemap.A.pmtiles", "https://a.example/basemap.a.pmtiles", "basemap.a.pmtiles\n"} {
		if BesidePage(address) {
			t.Errorf("%q lies beside the page", address)
		}
	}
	if got := BasemapAddresses([]byte("<h1>Welcome to nginx!</h1>")); got != nil {
		t.Errorf("a page of somebody else's has %q", got)
	}
	if FileOf(built) != "basemap.my-area.pmtiles" || FileOf(hosted) != hosted {
		t.Error(FileOf(built), FileOf(hosted))
	}
}
