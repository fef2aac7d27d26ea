package track

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tormoder/fit"
)

// exportFiles returns the activity files of the export of 500, as they lie in
// the zip, of the kind that ends in suffix.
func exportFiles(b *testing.B, suffix string) (files [][]byte) {
	b.Helper()
	z, err := zip.OpenReader(filepath.Join(shared(b), "data", "export_500.zip"))
	if err != nil {
		b.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, suffix) {
			continue
		}
		in, err := f.Open()
		if err != nil {
			b.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, data)
	}
	return files
}

// unpack returns the files unpacked and their size.
func unpack(b *testing.B, files [][]byte) (plain [][]byte, size int) {
	b.Helper()
	for _, data := range files {
		text, u, _, err := gunzip(data, &DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		plain = append(plain, append([]byte(nil), text...))
		size += len(text)
		u.free()
	}
	return plain, size
}

func BenchmarkDecodeExport(b *testing.B) {
	for _, kind := range []string{"gpx", "tcx"} {
		files := exportFiles(b, kind+".gz")
		plain, size := unpack(b, files)
		for name, files := range map[string][][]byte{kind: plain, kind + ".gz": files} {
			b.Run(name, func(b *testing.B) {
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					for _, data := range files {
						if _, err := Decode(data); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

func BenchmarkDecodeFIT(b *testing.B) {
	for _, name := range []string{
		"tormoder-fit/testdata/me/activity-small-fenix2-run.fit",
		"tormoder-fit/testdata/bpg/garmin.fit",
		"muktihari-fit/testdata/big_activity.fit",
	} {
		data, err := os.ReadFile(filepath.Join(shared(b), "corpus", name))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(filepath.Base(name), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDecodeGenerated needs no files: an hour at 1 Hz in every format, and
// as GPX in a shape that only encoding/xml takes.
func BenchmarkDecodeGenerated(b *testing.B) {
	const n = 3600
	var gpx, tcx strings.Builder
	for i := range n {
		lat, at := 48+float64(i)*1e-5, time.Unix(1_700_000_000+int64(i), 0).UTC().Format("2006-01-02T15:04:05Z")
		fmt.Fprintf(&gpx, "   <trkpt lat=\"%.7f\" lon=\"7.8494034\">\n    <ele>%.1f</ele>\n    <time>%s</time>\n    <extensions>\n     <gpxtpx:TrackPointExtension>\n"+
			"      <gpxtpx:hr>%d</gpxtpx:hr>\n     </gpxtpx:TrackPointExtension>\n    </extensions>\n   </trkpt>\n", lat, 270+float64(i)/100, at, 100+i%80)
		fmt.Fprintf(&tcx, "     <Trackpoint>\n      <Time>%s</Time>\n      <Position>\n       <LatitudeDegrees>%.7f</LatitudeDegrees>\n       <LongitudeDegrees>7.8494034</LongitudeDegrees>\n"+
			"      </Position>\n      <AltitudeMeters>%.1f</AltitudeMeters>\n      <HeartRateBpm>\n       <Value>%d</Value>\n      </HeartRateBpm>\n     </Trackpoint>\n", at, lat, 270+float64(i)/100, 100+i%80)
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"fit", run(n, fit.SportRunning, fit.SubSportTrail, 10000)},
		{"gpx", []byte(oneSegment(gpx.String()))},
		{"gpx by encoding/xml", []byte("<!DOCTYPE gpx>" + oneSegment(gpx.String()))},
		{"tcx", []byte(oneActivity("<Lap><Track>" + tcx.String() + "</Track></Lap>"))},
		{"tcx by encoding/xml", []byte("<!DOCTYPE TrainingCenterDatabase>" + oneActivity("<Lap><Track>"+tcx.String()+"</Track></Lap>"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.data)))
			b.ReportAllocs()
			for b.Loop() {
				if r, err := Decode(c.data); err != nil || r.Track.Len() != n {
					b.Fatal(r, err)
				}
			}
		})
	}
}
