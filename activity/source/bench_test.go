package source

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// benchExport is an export of n activities of 40 kB each.
func benchExport(b *testing.B, n int) string {
	files := fixture{}
	var table strings.Builder
	table.WriteString("Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Filename\n")
	for i := range n {
		name := fmt.Sprintf("activities/%d.gpx", 9000000000+i)
		fmt.Fprintf(&table, "%d,\"Apr 16, 2021, 10:58:25 PM\",Evening Run,Run,,3700,9.44,%s\n", 5000000000+i, name)
		var point strings.Builder
		for j := range 500 {
			fmt.Fprintf(&point, "<trkpt lat=\"48.%07d\" lon=\"8.%07d\"><ele>%d.%d</ele></trkpt>\n", j*7919*(i+1)%10000000, j*104729%10000000, j%300, i%10)
		}
		files[name] = point.String()
	}
	files["activities.csv"] = table.String()
	return files.zip(b)
}

func BenchmarkListZip(b *testing.B) {
	path := benchExport(b, 500)
	b.ReportAllocs()
	for b.Loop() {
		s, err := OpenStrava(path, DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.List(context.Background()); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

func BenchmarkReadMembers(b *testing.B) {
	l := list(b, OpenStrava, benchExport(b, 50))
	size := int64(0)
	for _, e := range l.Entries {
		size += e.Size
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for i := range l.Entries {
			r, err := l.Entries[i].Open()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
			r.Close()
		}
	}
}
