package track

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strings"
)

// A Kind is what a file is by its beginning.
type Kind struct {
	// Format is how Decode reads it, as in Result.Format ("kmz" for a zip with KML); "" where it does not.
	Format string
	// Name says what a file is that is of a known kind and cannot be read, as in "an IGC flight log", and Names what several of them are;
	// Remedy is what to do, as the rest of a sentence; Unread is a short name of the kind, as "igc", which stays the same. They are empty for the others.
	Name, Names, Remedy, Unread string
}

// HeadBytes is how much of a file's beginning Recognize looks at.
const HeadBytes = 64 << 10

// Recognize tells what a file is by its first HeadBytes, unpacked from gzip; fewer where it ends. All fields are empty for
// what is nothing that is known here.
func Recognize(head []byte) Kind {
	if looksLikeFIT(head) {
		return Kind{Format: formatFIT}
	}
	if order := orderOfUTF16(head); order != nil {
		head = decodeUTF16(head, order)
	}
	return kindOf(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\x00"))
}

// kindOf tells what a text or a zip is, from its first byte that is no blank.
func kindOf(text []byte) Kind {
	head := text[:min(len(text), HeadBytes)]
	if len(head) == 0 {
		return Kind{}
	}
	if bytes.HasPrefix(head, []byte("[Params]")) {
		return Kind{Unread: "hrm", Name: "an HRM file of a Polar watch", Names: "HRM files of Polar watches", Remedy: "they hold no positions; the GPX files that belong to them are read"}
	}
	switch head[0] {
	case '<':
		return kindOfXML(head)
	case '{', '[':
		return kindOfJSON(head)
	}
	switch {
	case isKMZ(head):
		return Kind{Format: formatKMZ}
	case nmeaLine.Match(head):
		return byConverter("nmea", "an NMEA log", "NMEA logs")
	case igcLog.Match(head):
		return byConverter("igc", "an IGC flight log", "IGC flight logs")
	case bytes.HasPrefix(head, []byte("OziExplorer Track Point File")):
		return byConverter("ozi", "a track of OziExplorer", "tracks of OziExplorer")
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if bytes.Contains(line, []byte("Activity Id")) && bytes.Contains(line, []byte("GPX File")) {
		return Kind{Unread: "runkeeper-table", Name: "Runkeeper's table of activities", Names: "tables of activities of Runkeeper",
			Remedy: "the table holds no positions; the GPX files of the same export are read, with their sports from the table"}
	}
	return Kind{}
}

// byConverter is a kind that converters know.
func byConverter(id, name, names string) Kind {
	return Kind{Unread: id, Name: name, Names: names, Remedy: "GPSBabel (gpsbabel.org) and others convert that to GPX, which is read"}
}

var (
	// nmeaLine is a sentence of NMEA 0183: talker, type, fields.
	nmeaLine = regexp.MustCompile(`^\$[A-Z]{2}[A-Z0-9]{3},`)
	// igcLog is the A record that IGC logs begin with (FAI, "IGC Data File Standard", 3.1), and one of the next records.
	igcLog = regexp.MustCompile(`^A[A-Z0-9]{3}[^\n]*\n(?:[A-Z][^\n]*\n)*?(?:HFDTE|B\d{13}[NS]\d{8}[EW])`)
)

// isKMZ tells whether a zip's first member is KML (APPNOTE 6.3.10, 4.3.7).
func isKMZ(head []byte) bool {
	if len(head) < 30 || !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return false
	}
	n := int(binary.LittleEndian.Uint16(head[26:]))
	return len(head) >= 30+n && strings.HasSuffix(strings.ToLower(string(head[30:30+n])), ".kml")
}

func kindOfXML(head []byte) Kind {
	root := rootName(head)
	if root == "" {
		// A long comment or style sheet may stand before it.
		for _, name := range []string{"gpx", "TrainingCenterDatabase", "kml"} {
			if bytes.Contains(head, []byte("<"+name)) {
				root = name
			}
		}
	}
	switch root {
	case "gpx":
		return Kind{Format: formatGPX}
	case "TrainingCenterDatabase":
		return Kind{Format: formatTCX}
	case "kml":
		return Kind{Format: formatKML}
	case "sml":
		return Kind{Unread: "sml", Name: "an SML file of a Suunto watch", Names: "SML files of Suunto watches",
			Remedy: "export the activity from the Suunto app as FIT or GPX, or ask Suunto for all your data"}
	case "pwx":
		return Kind{Unread: "pwx", Name: "a PWX file of TrainingPeaks", Names: "PWX files of TrainingPeaks",
			Remedy: "TrainingPeaks exports FIT as well, and GoldenCheetah converts PWX to TCX"}
	case "History":
		return Kind{Unread: "hst", Name: "a history of Garmin's old Training Center (HST)", Names: "histories of Garmin's old Training Center (HST)",
			Remedy: "Training Center exports TCX, and GPSBabel converts it (format gtrnctr)"}
	}
	return Kind{}
}

// kindOfJSON goes by the keys in the beginning of a JSON text.
func kindOfJSON(head []byte) Kind {
	list := head[0] == '['
	has := func(keys ...string) bool {
		for _, k := range keys {
			if !bytes.Contains(head, []byte(`"`+k+`"`)) {
				return false
			}
		}
		return true
	}
	switch {
	case has("semanticSegments"), has("timelineObjects"), list && has("startTime") && (has("timelinePath") || has("visit") || has("activity")):
		return Kind{Format: formatTimeline}
	case has("locations") && (has("latitudeE7") || has("timestampMs")):
		return Kind{Unread: "records-json", Name: "Google's Records.json, every position that a phone ever had", Names: "Records.json of Google, every position that a phone ever had",
			Remedy: "it does not tell outings from drives; take the Semantic Location History of the same Takeout, or the Timeline that the phone exports (Settings, Location, Timeline)"}
	case has("suunto/sml"), has("DeviceLog", "Samples"), has("DeviceLog", "Header"):
		return Kind{Format: formatSuunto}
	case !list && has("exercises") && (has("samples") || has("recordedRoute") || has("routes")):
		return Kind{Format: formatPolar}
	case has("start_epoch_ms") && (has("metrics") || has("metric_types")):
		return Kind{Format: formatNike}
	case has("summarizedActivitiesExport"):
		return Kind{Unread: "garmin-table", Name: "Garmin's table of activities (summarizedActivities.json)", Names: "tables of activities of Garmin (summarizedActivities.json)",
			Remedy: "the table holds no positions; the FIT files of the same export are read"}
	case !list && (has("FeatureCollection") || has("Feature") || has("features", "geometry") || has("coordinates") && (has("LineString") || has("MultiLineString"))):
		return Kind{Format: formatGeoJSON}
	case list && has("sport") && (has("points") || has("start_time")):
		return Kind{Format: formatEndomondo}
	case list && has("start_time", "latitude", "longitude"):
		return Kind{Format: formatSamsung}
	case list && has("timestamp", "latitude", "longitude", "accuracy_v"):
		return Kind{Unread: "adidas-json", Name: "a track of Adidas Running in its own JSON", Names: "tracks of Adidas Running in its own JSON",
			Remedy: "the GPX files of the same export are read; ask Adidas for a new export if there are none"}
	}
	return Kind{}
}
