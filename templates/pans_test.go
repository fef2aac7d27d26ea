package templates_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// counting counts what the page holds of the drawing context.
const counting = `{
	const p = WebGL2RenderingContext.prototype;
	const held = {};
	for (const kind of ["Buffer", "Texture", "Framebuffer", "VertexArray", "Renderbuffer", "Program"]) {
		const [make, drop, all] = [p["create" + kind], p["delete" + kind], (held[kind] = new Set())];
		p["create" + kind] = function () { const o = make.call(this); all.add(o); return o; };
		p["delete" + kind] = function (o) { all.delete(o); return drop.call(this, o); };
	}
	window.held = () => Object.fromEntries(Object.entries(held).map(([kind, all]) => [kind, all.size]));
}`

// asGPU has the page take the processor that plays the GPU for one.
const asGPU = `{
	const p = WebGL2RenderingContext.prototype, get = p.getParameter;
	p.getParameter = function (what) { return what === this.RENDERER ? "a GPU" : get.call(this, what); };
}`

// walk moves the map a hundred times, over places that it was not at before, and waits for each tenth picture.
const walk = `(async () => {
	for (let i = 0; i < 100; i++) {
		heatmapgen.map.panBy([[250, 0], [0, 200], [250, 0], [0, -200]][i % 4], { duration: 0 });
		if (i % 10 === 9) await heatmapgen.idle();
		else await new Promise((r) => requestAnimationFrame(r));
	}
	window.walked = (window.walked ?? 0) + 1;
})()`

// TestPansHoldNothing moves the map two hundred times with a selection: the second hundred leaves no more behind than the first, of the drawing
// context nor of memory, whoever paints.
func TestPansHoldNothing(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{})) + "#14/49.005/8.35&when=2025-01-01.."
	for painter, v := range map[string]browsertest.View{
		"cpu": {Width: 480, Height: 360, Script: counting},
		"gpu": {Width: 320, Height: 240, Script: counting + asGPU}, // which takes its time for every pixel
	} {
		t.Run(painter, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url)
			if got := await[string](t, tab, "heatmapgen.idle().then(() => heatmapgen.state().pictures[0].painter)"); got != painter {
				t.Fatalf("painted by %q", got)
			}
			var held [2]map[string]int
			var bytes [2]float64
			for i := range held {
				await[bool](t, tab, walk+"; true")
				for walked := 0; walked <= i; {
					walked = await[int](t, tab, "new Promise((r) => setTimeout(() => r(window.walked ?? 0), 200))")
				}
				held[i] = await[map[string]int](t, tab, "held()")
				bytes[i] = memory(t, tab)
			}
			// What is let go of is not gone at once where the machine is busy; what is kept stays.
			for range 60 {
				if len(more(held)) == 0 && bytes[1] <= bytes[0]+memoryMargin {
					break
				}
				await[bool](t, tab, "new Promise((r) => setTimeout(() => r(true), 500))")
				held[1], bytes[1] = await[map[string]int](t, tab, "held()"), min(bytes[1], memory(t, tab))
			}
			t.Logf("held after a hundred moves %v and %.1f MB, after two hundred %v and %.1f MB", held[0], bytes[0]/1e6, held[1], bytes[1]/1e6)
			for _, kind := range more(held) {
				t.Errorf("%s: %d became %d", kind, held[0][kind], held[1][kind])
			}
			if n := held[1]["Texture"]; n > 200 {
				t.Errorf("%d textures are held for a view of some twenty tiles of three kinds", n)
			}
			if bytes[1] > bytes[0]+memoryMargin {
				t.Errorf("%.1f MB became %.1f MB", bytes[0]/1e6, bytes[1]/1e6)
			}
			noErrors(t, tab)
		})
	}
}

// memoryMargin is by how many bytes memory in use may differ from place to place.
const memoryMargin = 16e6

// more returns of what more is held than before.
func more(held [2]map[string]int) (kinds []string) {
	for kind, n := range held[1] {
		// Which of a few tiles are in view differs from place to place.
		if n > held[0][kind]+12 {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// memory returns the bytes of the page's objects and buffers that are still in use.
func memory(t *testing.T, tab *browsertest.Tab) float64 {
	t.Helper()
	used := 0.0
	err := chromedp.Do(tab.Ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return err
		}
		usage, err := cdp.Call(ctx, target, runtime.GetHeapUsage, cdp.Empty{})
		if err == nil {
			used = usage.UsedSize + usage.BackingStorageSize
		}
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	return used
}
