package plain_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"heatmapgen/internal/plain"
)

type inner struct {
	Small  int8
	Places [3]float32
	Of     *inner
}

type outer struct {
	Yes         bool
	N           int64
	U           uint32
	F           float64
	Text        string
	Bytes, None []byte
	List        []inner
	At          time.Time
	Hash        [4]byte
}

func full() []outer {
	zone := time.FixedZone("", -3*3600)
	return []outer{
		{},
		{Yes: true, N: math.MinInt64, U: math.MaxUint32, F: math.Inf(-1), Text: "Fluß \xff", Bytes: []byte{}, List: []inner{{-128, [3]float32{1, -2.5, 3e-30}, &inner{Of: &inner{Small: 1}}}, {}}, At: time.Date(1996, 2, 29, 1, 2, 3, 4, zone), Hash: [4]byte{1, 255, 0, 7}},
		{N: -1, Bytes: make([]byte, 300), At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
}

func TestBack(t *testing.T) {
	want := full()
	var got []outer
	if err := plain.Read(plain.Append([]byte{}, want), &got); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if !got[i].At.Equal(want[i].At) || got[i].At.Format(time.RFC3339) != want[i].At.Format(time.RFC3339) {
			t.Errorf("%v comes back as %v", want[i].At, got[i].At)
		}
		got[i].At = want[i].At
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v comes back as %+v", want, got)
	}
	nan := struct{ F float64 }{}
	if err := plain.Read(plain.Append(nil, struct{ F float64 }{math.NaN()}), &nan); err != nil || nan.F == nan.F {
		t.Errorf("what is no number comes back as %v: %v", nan.F, err)
	}
}

// What was cut off is told, wherever that is, and so is what has more bytes, or others.
func TestDamaged(t *testing.T) {
	whole := plain.Append(nil, full())
	for n := range whole {
		var got []outer
		if plain.Read(whole[:n], &got) == nil {
			t.Errorf("the first %d of %d bytes are taken for all", n, len(whole))
		}
	}
	for name, data := range map[string][]byte{"more": append(whole[:len(whole):len(whole)], 0), "too long a list": {0xff, 0xff, 0xff, 0xff, 0x0f}, "neither yes nor no": {2, 2}} {
		var got []outer
		if plain.Read(data, &got) == nil {
			t.Errorf("%s: taken for a value", name)
		}
	}
	var small struct{ N int8 }
	if plain.Read(plain.Append(nil, struct{ N int }{300}), &small) == nil {
		t.Error("300 is taken for a number of eight bits")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(plain.Append(nil, full()))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got []outer
		if plain.Read(data, &got) != nil {
			return
		}
		var again []outer
		if err := plain.Read(plain.Append(nil, got), &again); err != nil || len(again) != len(got) {
			t.Errorf("%d values, written and read again %d: %v", len(got), len(again), err)
		}
	})
}
