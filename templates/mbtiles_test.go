package templates_test

import (
	"fmt"
	"strings"
	"testing"

	"heatmapgen/templates/internal/fixture"
)

// TestMBTiles goes once through what the page does, with an MBTiles archive. It is held against the PMTiles archive of
// the same content: what differs from that is the reader's fault.
func TestMBTiles(t *testing.T) {
	ctx := sharedBrowser(t)
	twin := makeArchive(t, fixture.Options{})
	url := serve(t, plain, makeMBTiles(t, fixture.Options{Names: true}))
	tab := open(t, ctx, little)
	load(t, tab, url)
	if s := stateOf(t, tab); s.Layer != "all" || s.Message != "" || len(s.Layers) != 10 {
		t.Fatalf("state %+v", s)
	}

	lon, lat := (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2
	comparePixels(t, tab, twin, lon, lat, []uint8{13})
	comparePixels(t, tab, twin, lon, lat, []uint8{11, 14}, "all", "direction")
	before := exploredState(t, tab)
	await[bool](t, tab, press("layer", "all")+"; heatmapgen.idle().then(() => true)")
	if after := exploredState(t, tab); after.Requests != before.Requests {
		t.Errorf("going back to a layer took %d requests", after.Requests-before.Requests)
	}
	noErrors(t, tab)

	// A selection is drawn from the lines.
	tab = open(t, ctx, wide)
	load(t, tab, url+"#13/49.005/8.43")
	all := lit(t, tab, 0, 1)
	before = exploredState(t, tab)
	await[bool](t, tab, `document.querySelector('[data-preset="2025"]').click(); true`)
	after := exploredState(t, tab)
	if p := after.Pictures[0]; p.Mode != "live" || p.Selected == 0 || p.Selected >= 36 || after.Requests > before.Requests+2 {
		t.Errorf("2025: %+v; %d requests became %d", p, before.Requests, after.Requests)
	}
	if some := lit(t, tab, 0, 1); some < 500 || some >= all {
		t.Errorf("%d lit pixels became %d", all, some)
	}

	// Who was here, and the link to it.
	spot := spotOnHeat(t, tab)
	atMap(t, tab, spot[0], spot[1])
	until(t, tab, "heatmapgen.state().listed.length > 0")
	row := await[string](t, tab, `document.querySelector(".passage").textContent`)
	if !strings.Contains(row, "Outing") || !strings.Contains(row, "bpm") {
		t.Errorf("the first row says %q", row)
	}
	listed := exploredState(t, tab).Listed
	until(t, tab, `location.hash.includes("here=") && location.hash.includes("when=")`)
	load(t, tab, url+"?again"+await[string](t, tab, "location.hash"))
	until(t, tab, "heatmapgen.state().listed.length > 0")
	if again := exploredState(t, tab).Listed; fmt.Sprint(again) != fmt.Sprint(listed) {
		t.Errorf("the link lists %v, not %v", again, listed)
	}
	noErrors(t, tab)
}
