package templates

import (
	"bytes"
	"errors"
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
