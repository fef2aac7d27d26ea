package athlete

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
	"time"
)

// packers holds *gzip.Writer, each of which has more memory than a short recording takes.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one of the package's own
	}
	return z
}}

// WriteGPX writes the recording as a GPX file, compressed with gzip. Its errors are those of w.
func (r *Recording) WriteGPX(w io.Writer) error {
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(w)
	text := fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="heatmapgen benchmark" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
<trk><name>Activity %d</name><type>%s</type><trkseg>
`, r.Number+1, r.Sport)
	for i := range r.Lat {
		text = append(text, `<trkpt lat="`...)
		text = appendFixed(text, r.Lat[i], 7)
		text = append(text, `" lon="`...)
		text = appendFixed(text, r.Lon[i], 7)
		text = append(text, `"><ele>`...)
		text = appendFixed(text, r.AltM[i], 1)
		text = append(text, `</ele><time>`...)
		text = r.Start.Add(time.Duration(r.MS[i])*time.Millisecond).AppendFormat(text, "2006-01-02T15:04:05Z")
		text = append(text, `</time>`...)
		if r.HR != nil {
			text = append(text, `<extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>`...)
			text = strconv.AppendInt(text, int64(r.HR[i]), 10)
			text = append(text, `</gpxtpx:hr></gpxtpx:TrackPointExtension></extensions>`...)
		}
		text = append(text, "</trkpt>\n"...)
		if len(text) > 1<<16 {
			if _, err := z.Write(text); err != nil {
				return err
			}
			text = text[:0]
		}
	}
	text = append(text, "</trkseg></trk></gpx>\n"...)
	if _, err := z.Write(text); err != nil {
		return err
	}
	return z.Close()
}

// appendFixed appends a number with so many decimals, several times as fast as strconv does.
func appendFixed(to []byte, v float64, decimals int) []byte {
	if v < 0 {
		to, v = append(to, '-'), -v
	}
	unit := uint64(math.Pow10(decimals))
	n := uint64(math.Round(v * float64(unit)))
	to = strconv.AppendUint(to, n/unit, 10)
	to = append(to, '.')
	for rest := n % unit; unit > 1; rest %= unit {
		unit /= 10
		to = append(to, '0'+byte(rest/unit))
	}
	return to
}
