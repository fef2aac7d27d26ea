package timezones

import (
	"math/rand/v2"
	"testing"

	"github.com/ringsaturn/tzf"
	tzfrellite "github.com/ringsaturn/tzf-rel-lite"
	pb "github.com/ringsaturn/tzf/gen/go/tzf/v1"
	"google.golang.org/protobuf/proto"
)

// TestZonesAreThoseOfTzf asks tzf, whose tables they are, for the zones of places all over the world.
func TestZonesAreThoseOfTzf(t *testing.T) {
	var squareData pb.PreindexTimezones
	var borderData pb.CompressedTimezones
	for _, err := range []error{proto.Unmarshal(tzfrellite.PreindexData, &squareData), proto.Unmarshal(tzfrellite.LiteCompressData, &borderData)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	bySquares, err := tzf.NewFuzzyFinderFromPB(&squareData)
	if err != nil {
		t.Fatal(err)
	}
	byBorders, err := tzf.NewFinderFromCompressed(&borderData, tzf.SetDropPBTZ)
	if err != nil {
		t.Fatal(err)
	}
	ourSquares, err := squares()
	if err != nil {
		t.Fatal(err)
	}
	ourBorders, err := borders()
	if err != nil {
		t.Fatal(err)
	}
	near := 0
	check := func(lat, lon float64) {
		square := ourSquares.at(lat, lon)
		if want := bySquares.GetTimezoneName(lon, lat); square != want {
			t.Errorf("%v %v: in a square of %q, want %q", lat, lon, square, want)
		}
		if square != "" && near%4 > 0 {
			return
		}
		near++
		if got, want := within(ourBorders, lat, lon), byBorders.GetTimezoneName(lon, lat); got != want {
			t.Errorf("%v %v: within the borders of %q, want %q", lat, lon, got, want)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		check(rng.Float64()*180-90, rng.Float64()*360-180)
	}
	for range 5000 { // Europe, where borders are near
		check(42+rng.Float64()*13, rng.Float64()*30)
	}
	for _, place := range [][2]float64{{90, 0}, {-90, 0}, {85.0511, 180}, {-85.06, -180}, {0, 180}, {0, -180}, {47.56, 7.6}} {
		check(place[0], place[1])
	}
	if near < 500 {
		t.Errorf("only %d places were asked for among borders", near)
	}
}

// TestDamagedZoneTables cuts the tables at many places, and changes bytes: what cannot be read is an error.
func TestDamagedZoneTables(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		for _, table := range [][]byte{tzfrellite.PreindexData[:200_000], tzfrellite.LiteCompressData[:200_000]} {
			damaged := append([]byte(nil), table[:rng.IntN(len(table))]...)
			for range rng.IntN(20) {
				if len(damaged) > 0 {
					damaged[rng.IntN(len(damaged))] = byte(rng.IntN(256))
				}
			}
			squares, err := parseSquares(damaged)
			if err == nil {
				squares.at(47, 8)
			}
			if borders, err := parseBorders(damaged); err == nil {
				within(borders, 47, 8)
			}
		}
	}
	for _, cut := range []int{1, 10, 1000} {
		if _, err := parseBorders(tzfrellite.LiteCompressData[:len(tzfrellite.LiteCompressData)-cut]); err == nil {
			t.Errorf("%d bytes are missing, and nobody says so", cut)
		}
	}
}
