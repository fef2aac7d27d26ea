package generator

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
)

// Hiding a metre leaves a site's totals what they were, though its export sums otherwise than the samples do; hiding half of the way halves them.
func TestHidingKeepsTheMethodOfTotals(t *testing.T) {
	s := newSite(t)
	table := strings.Builder{}
	table.WriteString("Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Filename,Moving Time,Distance,Elevation Gain\n")
	const n = 20
	for i := range n {
		name := fmt.Sprintf("activities/%d.gpx", 100+i)
		s.outing("export", name, activity.LatLon{Lat: 49.03, Lon: 8.45}, float64(i), 2400, i)
		fmt.Fprintf(&table, "%d,\"Jan %d, 2023, 8:00:00 AM\",Run,Run,,2500,7.06,%s,2480,7060,260\n", 100+i, 1+i, name)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "export", "activities.csv"), []byte(table.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	s.cfg.Sources = []config.Source{{Type: config.SourceStrava, Path: filepath.Join(s.dir, "export")}}
	s.cfg.Render.MaxZoom = 12
	totals := func(trim float64) activity.Figures {
		t.Helper()
		s.cfg.Privacy.TrimStartM = trim
		s.mustBuild(2)
		e, err := readMetadata(filepath.Join(s.cfg.Output, ArchiveName))
		if err != nil {
			t.Fatal(err)
		}
		a := &e.Heatmapgen.Activities
		if len(a.Day) != n {
			t.Fatalf("%d activities are drawn", len(a.Day))
		}
		var sum activity.Figures
		for k := range a.Day {
			sum.DistanceM += float64(a.DistanceM[k])
			sum.MovingS += float64(a.MovingS[k])
			sum.AscentM += float64(a.AscentM[k])
		}
		return sum
	}
	whole := totals(0)
	if want := (activity.Figures{DistanceM: 7060 * n, MovingS: 2480 * n, AscentM: 260 * n}); whole != want {
		t.Fatalf("the totals are %+v, not the export's %+v", whole, want)
	}
	check := func(name string, got activity.Figures, part, off float64) {
		t.Helper()
		for what, f := range map[string][2]float64{"distance": {got.DistanceM, whole.DistanceM}, "time": {got.MovingS, whole.MovingS}, "ascent": {got.AscentM, whole.AscentM}} {
			if math.Abs(f[0]-part*f[1]) > off*f[1] {
				t.Errorf("%s: the total of %s is %.1f of %.1f", name, what, f[0], f[1])
			}
		}
	}
	check("a metre hidden", totals(1), 1, 0.004)
	// Hills come in waves, so half of the way has not quite half of them.
	check("half hidden", totals(3600), 0.5, 0.04)
}
