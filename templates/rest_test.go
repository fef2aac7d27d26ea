package templates_test

import (
	"fmt"
	"math"
	"testing"

	"heatmapgen/templates/internal/fixture"
)

// While the map moves its tiles grow and shrink with it; where it comes to rest at another zoom, tiles that are made for that one take their place,
// all in one frame and no more than once. A pan makes no new ones.
func TestRestBetweenZooms(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	tab := open(t, ctx, desk)
	load(t, tab, fmt.Sprintf("%s/#13/%g/%g", url, (fixture.Bounds[1]+fixture.Bounds[3])/2, (fixture.Bounds[0]+fixture.Bounds[2])/2))
	await[bool](t, tab, watch)
	type source struct {
		ID       string
		TileSize float64
	}
	const sources = `Object.entries(heatmapgen.map.getStyle().sources).filter(([id]) => id.startsWith("heat-")).map(([ID, s]) => ({ ID, TileSize: s.tileSize }))`
	move := func(how string) source {
		t.Helper()
		before := await[[4]int](t, tab, lastSeen)
		await[bool](t, tab, `seen.length = 0;
			heatmapgen.map.`+how+`; new Promise((r) => heatmapgen.map.once("moveend", () => r(true)))`)
		after := await[[4]int](t, tab, lastSeen)
		if least := await[int](t, tab, "Math.min(...seen.map((s) => s[0]))"); least*10 < min(before[0], after[0])*7 {
			t.Errorf("%s: a frame has only %d lit pixels; there were %d before and %d after", how, least, before[0], after[0])
		}
		now := await[[]source](t, tab, sources)
		if len(now) != 1 {
			t.Fatalf("%s: the map has the sources %v", how, now)
		}
		return now[0]
	}
	whole := move("panBy([20, 20], { duration: 100 })")
	between := move("easeTo({ zoom: 12.4, duration: 300 })") // MapLibre's zooms are of tiles of 512 pixels
	panned := move("panBy([-60, 40], { duration: 100 })")
	deeper := move("easeTo({ zoom: 12.9, duration: 300 })")
	back := move("easeTo({ zoom: 12, duration: 300 })")
	if whole.TileSize != 256 || math.Abs(between.TileSize-256*math.Exp2(0.375)) > 1e-6 || math.Abs(deeper.TileSize-256*math.Exp2(-0.125)) > 1e-6 || back.TileSize != 256 {
		t.Errorf("tiles of %g, %g, %g and %g CSS pixels", whole.TileSize, between.TileSize, deeper.TileSize, back.TileSize)
	}
	if panned.ID != between.ID {
		t.Errorf("a pan made %s of %s", panned.ID, between.ID)
	}
	noErrors(t, tab)
}
