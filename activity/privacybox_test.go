package activity

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// everywhere is the boxes of a track that no zone is far from: every sample is looked at.
func everywhere(t *Track) []sampleBox {
	inf := math.Inf(1)
	return []sampleBox{{0, t.Len(), -inf, inf, -inf, inf}}
}

// Whatever is not looked at closely, what is cut is the same: near poles, across the antimeridian, with zones of every size, with leaps across the globe.
func TestPrivacyByBoxesCutsTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	middles := []LatLon{{48.9, 8.4}, {0, 0}, {-16.8, 179.999}, {65, -179.98}, {89.5, 20}, {-88.95, -120}, {89.8, 180}, {71, 25}}
	cuts, spared := 0, 0
	for k := range 400 {
		middle := middles[k%len(middles)]
		track := wander(rng, middle, 20+rng.IntN(1500), []float64{5, 40, 400}[k%3])
		for i := range track.Lat {
			track.Lat[i], track.Lon[i] = max(-90, min(90, track.Lat[i])), WrapLon(math.Mod(track.Lon[i], 360))
		}
		if k%5 == 0 {
			// A leap to anywhere, and back.
			i := rng.IntN(track.Len())
			track.Lat[i], track.Lon[i] = rng.Float64()*180-90, rng.Float64()*360-180
		}
		p, seed := Privacy{}, [32]byte{byte(k)}
		for range 1 + rng.IntN(4) {
			at := rng.IntN(track.Len())
			radius := math.Exp(math.Log(20) + rng.Float64()*math.Log(5000))
			const degreeM = EarthRadiusM * math.Pi / 180
			lat := max(-90, min(90, track.Lat[at]+rng.NormFloat64()*1.5*radius/degreeM))
			lon := track.Lon[at] + rng.NormFloat64()*1.5*radius/degreeM/max(0.001, cosDeg(lat))
			p.Zones = append(p.Zones, Zone{LatLon{lat, WrapLon(math.Mod(lon, 360))}, radius})
		}
		want, got := p.apply(track, seed, everywhere(track)), p.Apply(track, seed)
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("around %v with %v: of %d samples %d stay, %d if all are looked at", middle, p.Zones, track.Len(), got.Len(), want.Len())
		}
		if got.Len() < track.Len() {
			cuts++
		}
		boxes := boxesOf(track)
		for _, z := range p.Zones {
			for i := range boxes {
				if z.farFrom(&boxes[i]) {
					spared++
				}
			}
		}
	}
	if cuts < 100 || spared < 100 {
		t.Errorf("%d tracks were cut, %d boxes spared", cuts, spared)
	}
}

// The cost of zones that are far from a track.
func BenchmarkPrivacyFarZones(b *testing.B) {
	track := wander(rand.New(rand.NewPCG(1, 1)), LatLon{48.9, 8.4}, 5000, 5)
	p := Privacy{}
	for i := range 8 {
		p.Zones = append(p.Zones, Zone{LatLon{47 + 0.1*float64(i), 8}, 1270})
	}
	for name, boxes := range map[string]func(*Track) []sampleBox{"boxes": boxesOf, "all": everywhere} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.apply(track, [32]byte{}, boxes(track))
			}
		})
	}
}
