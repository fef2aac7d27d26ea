package stravacsv

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// FuzzRead: no input makes the reader panic, hang or return what the rest of
// the program cannot bear.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/activities/*.csv")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("id,date,name,type,filename\n1,\"\n2,\"\n3,\"\"\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := Read(bytes.NewReader(data))
		if err != nil {
			if table != nil {
				t.Error("a table beside an error")
			}
			return
		}
		if lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\x00")) + 2; len(table.Rows) > lines {
			t.Errorf("%d rows of %d lines", len(table.Rows), lines)
		}
		last := 0
		for _, r := range table.Rows {
			if r.Line <= last {
				t.Errorf("row at line %d behind one at %d", r.Line, last)
			}
			last = r.Line
			if r.ID != "" && !isDigits(r.ID) {
				t.Errorf("ID %q", r.ID)
			}
			for _, v := range []float64{r.DistanceM, r.MovingS, r.AscentM} {
				if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("number %v", v)
				}
			}
			if !r.Start.IsZero() && (r.Start.Year() < 1899 || r.Start.Year() > 2201) {
				t.Errorf("start %v", r.Start)
			}
			if r.ExportFailed && r.Filename != "" {
				t.Errorf("file %q of a failed export", r.Filename)
			}
		}
	})
}

// FuzzReadZones: no input makes the reader panic, hang, or return a zone that hides nothing, and no row is forgotten.
func FuzzReadZones(f *testing.F) {
	f.Add([]byte("Address,Radius,Latitude & Longitude\n\"1 Main St\",400.0,\"48.99, 8.45\"\n"))
	f.Add([]byte("Address,Radius,Latitude & Longitude\n\"1 Main St\",0.50 kilometers,\"48.99, 8.45\"\n"))
	f.Add([]byte("a;b;c;d\nWeg;0,50 Kilometer;48,5;8,25\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		zones, bad, err := ReadZones(bytes.NewReader(data))
		if err != nil && (zones != nil || bad != nil) {
			t.Error("zones beside an error")
		}
		if err == nil && zones == nil && bad == nil && bytes.Count(bytes.TrimSpace(data), []byte("\n")) > 0 && !bytes.Contains(data, []byte{0}) &&
			!bytes.HasPrefix(data, []byte("sep=")) && !bytes.ContainsAny(data, "\"") && !bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
			t.Error("rows without a zone and without a fault")
		}
		last := 0
		for _, z := range zones {
			if !(math.Abs(z.Lat) <= 90 && math.Abs(z.Lon) <= 180 && z.RadiusM >= minRadiusM && z.RadiusM <= maxRadiusM) || z.Line <= last {
				t.Errorf("zone %v", z)
			}
			last = z.Line
		}
	})
}
