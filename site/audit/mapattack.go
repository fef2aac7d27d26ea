package audit

import (
	"context"
	"fmt"
	"math"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/generator"
	"heatmapgen/site/audit/streets"
)

// mapBeyondM is how far around a disc streets are read, in metres: as far as ends are followed, and some more for ways that lead round.
const mapBeyondM = 1200

// Where fewer of the ends than onStreets are within besidesM of a street, the map is of elsewhere or lacks what people use.
const onStreets = 0.5

// readMap reads the streets around what is hidden from the map in the file path, for each disc those around it.
func readMap(ctx context.Context, path string, covers []activity.Zone) ([]streets.Street, error) {
	var boxes []streets.Box
	for _, c := range covers {
		boxes = append(boxes, streets.Box{Middle: c.Center, HalfM: c.RadiusM + mapBeyondM})
	}
	return streets.Read(ctx, path, boxes)
}

// netAround makes a network of the streets around a disc, nil when there is none within it.
func netAround(d *disc, all []streets.Street) *network {
	var near []streets.Street
	within := false
	for _, s := range all {
		closest := math.Inf(1)
		for _, p := range s.Points {
			closest = min(closest, d.flat(p.LatLon()).length())
		}
		if closest <= 1.5*(d.radiusM+mapBeyondM) {
			near = append(near, s)
		}
		within = within || closest <= d.radiusM
	}
	if !within {
		return nil
	}
	return newNetwork(d, near)
}

// covers tells whether a network is of where the lines of a site are.
func (n *network) covers(v *lineView) bool {
	on := 0
	for _, e := range v.ends {
		if _, _, ok := n.nearest(e, besidesM); ok {
			on++
		}
	}
	return float64(on) >= onStreets*float64(len(v.ends))
}

// streets adds the clues that a street map alone gives: homes stand at streets, and most of them where many are.
func (g *guesser) streets(n *network, w map[string]float64) {
	count := func(p xy, withinM float64) float64 {
		k := 0.0
		n.around(p, withinM, func(i int32, _ float64) {
			if n.steps[i].homes {
				k++
			}
		})
		return k
	}
	g.weigh("street", w, func(p xy) float64 {
		if count(p, atStreetM) > 0 {
			return 0
		}
		return -1
	})
	g.weigh("dense", w, func(p xy) float64 { return math.Log(count(p, aroundM) + 1) })
	g.weigh("denseWide", w, func(p xy) float64 { return math.Log(count(p, wideM) + 1) })
}

// lostM is how far from any street a place or an end of a line may lie for its way through the streets to be reckoned.
const lostM = 600

// waysHome adds the clues of the ways through the streets: how much farther it is from a place to where a line leads to than through the line's
// end, which runners rarely do.
func (g *guesser) waysHome(v *lineView, n *network, w map[string]float64) {
	size, groups := crowdsOf(v.ends, sameWayM)
	if groups < 2 {
		return
	}
	soft := softened(size, groups)
	var spots []spot
	at := make([]int, len(g.places)) // the place's spot, -1 where no street is near
	for k, p := range g.places {
		at[k] = -1
		if i, _, ok := n.nearest(p, lostM); ok {
			at[k] = len(spots)
			spots = append(spots, n.steps[i].spot)
		}
	}
	r := n.router(spots)
	excess, ways := make([]float64, len(spots)), make([]float64, len(spots))
	for i, e := range v.ends {
		end, _, ok := n.nearest(e, lostM)
		back, _, okBack := n.nearest(v.back[i], lostM)
		if !ok || !okBack {
			continue
		}
		toEnd, toBack := r.ways(n.steps[end].spot), r.ways(n.steps[back].spot)
		for k := range spots {
			more := max(0, toEnd[k]+v.way[i]-toBack[k])
			excess[k] -= min(400, more) / 110 * soft[i]
			ways[k] -= min(120, more) / 110 / size[i]
		}
	}
	// A place without a street counts as the worst.
	all := func(of []float64) []float64 {
		values := slices.Repeat([]float64{slices.Min(append(of, 0))}, len(g.places))
		for k := range values {
			if at[k] >= 0 {
				values[k] = of[at[k]]
			}
		}
		return values
	}
	g.weighAll("detour", w["detour"], all(excess))
	g.weighAll("detourWays", w["detourWays"], all(ways))
}

// byStreets weighs the places of a cell by what lines and streets tell together.
func byStreets(d disc, v *lineView, n *network, learned func(string, []float64)) *guesser {
	g := newGuesser(d, learned)
	g.lines(v, streetWeights)
	g.streets(n, streetWeights)
	g.waysHome(v, n, streetWeights)
	return g
}

// byTilesAndStreets is byStreets for a site without lines.
func byTilesAndStreets(h *heat, n *network, learned func(string, []float64)) (*guesser, error) {
	g := newGuesser(h.disc, learned)
	if err := g.tiles(h, tileStreetWeights); err != nil {
		return nil, err
	}
	g.streets(n, tileStreetWeights)
	return g, nil
}

// byStreetsOf attacks a disc with the site and the streets around it. It returns nil and why where the map is not of there.
func byStreetsOf(site *generator.Site, sketch *Sketch, cover activity.Zone, all []streets.Street) (*Guess, string, error) {
	d := disc{cover.Center, cover.RadiusM}
	uncovered := fmt.Sprintf("the street map around %s, which the map given does not cover", position(Place{Lat: d.middle.Lat, Lon: d.middle.Lon}))
	n := netAround(&d, all)
	if n == nil {
		return nil, uncovered, nil
	}
	var weighed *guesser
	if sketch != nil {
		v := sketch.view(&d, reachM)
		if !n.covers(v) {
			return nil, uncovered, nil
		}
		weighed = byStreets(d, v, n, nil)
	} else {
		h := newHeat(site, d)
		if h == nil {
			return nil, "", nil
		}
		var err error
		if weighed, err = byTilesAndStreets(h, n, nil); err != nil {
			return nil, "", err
		}
	}
	g := weighed.guess()
	return &g, "", nil
}
