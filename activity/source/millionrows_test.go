package source

import (
	"archive/zip"
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"heatmapgen/activity"
)

// TestManyRows reads an activities.csv of so many rows that it does not fit into 64 MB; all million of them with
// HEATMAPGEN_PROOF=1.
func TestManyRows(t *testing.T) {
	n := 150_000
	if os.Getenv("HEATMAPGEN_PROOF") != "" {
		n = 1_000_000
	}
	path := filepath.Join(t.TempDir(), "export.zip")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(file)
	m, err := z.Create("activities.csv")
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(m)
	fmt.Fprint(w, "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance")
	fmt.Fprintln(w, strings.Repeat(",Further", 85))
	for i := range n {
		fmt.Fprintf(w, "%d,\"Apr %d, 2021, 10:58:25 PM\",Run number %d,Run,\"A few\nlines of %x\",3700,9.44,170,,false,,,activities/%d.fit.gz,,,3700.0,3605.0,%d.2",
			5_000_000_000+i, 1+i%30, i, uint64(i)*0x9e3779b97f4a7c15, 9_000_000_000+i, 9441+i%1000)
		fmt.Fprintf(w, "%s,%d\n", strings.Repeat(",0.0", 84), i)
	}
	m, err = nil, w.Flush()
	if err == nil {
		m, err = z.Create("activities/9000000007.fit.gz")
	}
	if err == nil {
		_, err = m.Write([]byte("x"))
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	l := list(t, OpenStrava, path)
	if len(l.Entries) != n {
		t.Fatalf("%d entries, want %d", len(l.Entries), n)
	}
	for _, i := range []int{0, 7, n - 1} {
		e := &l.Entries[i]
		a := e.Activity
		if a.ID != fmt.Sprintf("strava:%d", 5_000_000_000+i) || a.Sport != activity.SportRun || a.Name != fmt.Sprintf("Run number %d", i) || a.DistanceM != float64(9441+i%1000)+0.2 {
			t.Errorf("entry %d is %+v", i, a)
		}
		if (e.Skip == nil) != (i == 7) {
			t.Errorf("entry %d is left out: %v", i, e.Skip)
		}
	}
	// What is kept of a row is not its text, of which there are some 500 bytes.
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	t.Logf("%d MB are in use for %d rows", memory.HeapAlloc>>20, n)
	if perRow := memory.HeapAlloc / uint64(n); perRow > 700 {
		t.Errorf("%d bytes are in use for each row", perRow)
	}
	runtime.KeepAlive(l)
}
