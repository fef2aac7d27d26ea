package track

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/timezones"
)

// outline renders all that a result says in one line.
func outline(r *Result) string {
	head := fmt.Sprintf("%s %q %q", r.Format, r.Sport, r.Name)
	if !r.Start.IsZero() {
		head += " " + Local(r.Start, r.Zone).Format("2006-01-02T15:04:05-07:00")
	}
	if r.DistanceM+r.MovingS+r.AscentM > 0 {
		head += fmt.Sprintf(" %g m %g s %g up", r.DistanceM, r.MovingS, r.AscentM)
	}
	if len(r.Parts) > 0 {
		head += " [" + describeParts(r) + "]"
	}
	if r.LeftOut != "" {
		head += " (" + r.LeftOut + ")"
	}
	return head + ": " + show(r.Track)
}

// logged writes a stay or movement as Google's export of a day has them.
func logged(category string, coords ...string) string {
	text := `<Placemark><name>` + category + `</name><address/><ExtendedData><Data name="Category"><value>` + category + `</value></Data><Data name="Distance"><value>173</value></Data></ExtendedData>
<Point><coordinates/></Point><gx:Track><altitudeMode>clampToGround</altitudeMode>`
	for _, c := range coords {
		text += "<gx:coord>" + c + "</gx:coord>"
	}
	return text + `</gx:Track><TimeSpan><begin>2020-01-05T07:00:00.000Z</begin><end>2020-01-05T07:30:00.000Z</end></TimeSpan></Placemark>`
}

// The files of other programs, small and made up, true to their form.
var otherFiles = map[string]struct{ text, want string }{
	"KML, gx:Track": {`<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>Day</name>
<Placemark><name>Morning</name><ExtendedData><Data name="type"><value><![CDATA[running]]></value></Data></ExtendedData><gx:Track>
<when>2024-05-01T10:00:00+02:00</when><when>2024-05-01T10:00:01+02:00</when><when>2024-05-01T10:00:02+02:00</when>
<gx:coord>7.5 48 270</gx:coord><gx:coord/><gx:coord>7.6 49 271.5</gx:coord>
<ExtendedData><SchemaData schemaUrl="#s"><gx:SimpleArrayData name="heart_rate"><gx:value>120</gx:value><gx:value/><gx:value>122</gx:value></gx:SimpleArrayData>
<gx:SimpleArrayData name="cadence"><gx:value>80</gx:value></gx:SimpleArrayData></SchemaData></ExtendedData></gx:Track></Placemark></Document></kml>`,
		`kml "Run" "Day" 2024-05-01T10:00:00+02:00: 48,7.5 08:00:00 270m 120bpm; 49,7.6 08:00:02 271.5m 122bpm`},
	"KML, times between positions, a pause": {`<kml><Placemark><gx:MultiTrack><gx:Track><when>2024-05-01T10:00:00Z</when><gx:coord>7.5 48 0</gx:coord><when>2024-05-01T10:00:01Z</when><gx:coord>7.5 49 0</gx:coord></gx:Track>
<gx:Track><when>2024-05-01T11:00:00Z</when><gx:coord>7.5 50 0</gx:coord></gx:Track></gx:MultiTrack></Placemark></kml>`,
		`kml "" "" 2024-05-01T12:00:00+02:00: 48,7.5 10:00:00; 49,7.5 10:00:01; / 50,7.5 11:00:00`},
	"KML, lines, places and areas": {`<kml><Document><Folder><name>Trips</name><Placemark><name>a</name><TimeSpan><begin>2024-05-01T10:00:00Z</begin></TimeSpan><LineString><coordinates>
7.5,48,0 7.5,48.1,0
</coordinates></LineString></Placemark>
<Placemark><name>home</name><Point><coordinates>7,47</coordinates></Point></Placemark>
<Placemark><name>wood</name><Polygon><outerBoundaryIs><LinearRing><coordinates>1,1 2,2 3,3 1,1</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>b</name><MultiGeometry><LineString><coordinates>7.5,48,10 7.5,48.1,11</coordinates></LineString><LineString><coordinates>8,48 8,49</coordinates></LineString></MultiGeometry></Placemark></Folder></Document></kml>`,
		`kml "" "" 2024-05-01T12:00:00+02:00 [ "a" 2 from 01T10:00 group 0;  "b" 4 from 01T00:00 group 0]: 48,7.5; 48.1,7.5; / 48,7.5 10m; 48.1,7.5 11m; / 48,8; 49,8`},
	"KML, a day of Google": {`<!DOCTYPE kml><kml><Document><name>2020-01-05</name>` +
		logged("Driving", "1 1 0", "2 2 0") + logged("Cycling", "7.5 48 0", "7.5 48.1 0") + logged("On a train", "1 1 0", "2 2 0") +
		logged("Budget Hotel", "3 3 0") + logged("Moving", "3 3 0", "3 3.1 0") + `</Document></kml>`,
		`kml "Ride" "2020-01-05" 2020-01-05T08:00:00+01:00 (of its movements, 2 in cars, trains and other vehicles and 1 of a kind that the log does not name were left out): 48,7.5; 48.1,7.5`},
	"KML, categories of somebody else": {`<kml><Placemark><ExtendedData><Data name="Category"><value>Driving</value></Data></ExtendedData><LineString><coordinates>7.5,48 7.5,48.1</coordinates></LineString></Placemark></kml>`,
		`kml "" "": 48,7.5; 48.1,7.5`},
	"GeoJSON of togeojson": {`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"_gpxType":"trk","name":"Morning","type":"running","time":"2024-05-01T08:00:00Z","coordinateProperties":{"times":["2024-05-01T08:00:00Z","2024-05-01T08:00:01Z"],"heart":[120,121]}},
"geometry":{"type":"LineString","coordinates":[[7.5,48,270],[7.5,49,271]]}},{"type":"Feature","properties":{"name":"spring"},"geometry":{"type":"Point","coordinates":[7,47]}}]}`,
		`geojson "Run" "Morning" 2024-05-01T10:00:00+02:00: 48,7.5 08:00:00 270m 120bpm; 49,7.5 08:00:01 271m 121bpm`},
	"GeoJSON, several lines, geometry first, numbers for times": {`{"features":[{"geometry":{"coordinates":[[[7.5,48],[7.5,49]],[[8,48],[8,49]]],"type":"MultiLineString"},"properties":{"coordTimes":[[1714550400000,1714550401000],[1714550500,1714550501]],"heartRates":[[1],[2]]},"type":"Feature"}],"type":"FeatureCollection"}`,
		`geojson "" "" 2024-05-01T10:00:00+02:00: 48,7.5 08:00:00; 49,7.5 08:00:01; / 48,8 08:01:40; 49,8 08:01:41`},
	"GeoJSON, a bare line": {`{"type":"LineString","coordinates":[[7.5,48],[7.5,49]]}`, `geojson "" "": 48,7.5; 49,7.5`},
	"GeoJSON, two days": {`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"time":"2024-05-01T10:00:00Z"},"geometry":{"type":"LineString","coordinates":[[7.5,48],[7.5,49]]}},
{"type":"Feature","properties":{"time":"2024-05-02T10:00:00Z"},"geometry":{"type":"LineString","coordinates":[[7.5,48],[7.5,49]]}}]}`,
		`geojson "" "" 2024-05-01T12:00:00+02:00 [ "" 2 from 01T10:00 group 0;  "" 2 from 02T10:00 group 0]: 48,7.5; 49,7.5; / 48,7.5; 49,7.5`},
	"Timeline of Android": {`{"semanticSegments":[
{"startTime":"2024-05-01T09:55:00.000+02:00","endTime":"2024-05-01T11:00:00.000+02:00","timelinePath":[{"point":"48.0°, 7.5°","time":"2024-05-01T09:56:00.000+02:00"},{"point":"48.1°, 7.5°","time":"2024-05-01T10:05:00.000+02:00"},{"point":"48.2°, 7.5°","time":"2024-05-01T10:20:00.000+02:00"}]},
{"startTime":"2024-05-01T09:00:00.000+02:00","endTime":"2024-05-01T10:00:00.000+02:00","startTimeTimezoneUtcOffsetMinutes":120,"visit":{"hierarchyLevel":0,"probability":0.9,"topCandidate":{"placeId":"x","semanticType":"HOME","placeLocation":{"latLng":"48.0°, 7.5°"}}}},
{"startTime":"2024-05-01T10:00:00.000+02:00","endTime":"2024-05-01T10:10:00.000+02:00","activity":{"start":{"latLng":"48.05°, 7.5°"},"end":{"latLng":"48.15°, 7.5°"},"distanceMeters":11000.0,"topCandidate":{"type":"CYCLING","probability":0.8}}},
{"startTime":"2024-05-01T10:15:00.000+02:00","endTime":"2024-05-01T10:25:00.000+02:00","activity":{"start":{"latLng":"48.15°, 7.5°"},"end":{"latLng":"48.3°, 7.5°"},"topCandidate":{"type":"IN_PASSENGER_VEHICLE"}}},
{"startTime":"2024-05-01T12:00:00.000+02:00","endTime":"2024-05-01T12:10:00.000+02:00","activity":{"start":{"latLng":"48.15°, 7.5°"},"end":{"latLng":"48.16°, 7.5°"},"topCandidate":{"type":"WALKING"}}},
{"startTime":"2024-05-01T13:00:00.000+02:00","endTime":"2024-05-01T13:10:00.000+02:00","activity":{"start":{"latLng":"48.15°, 7.5°"},"end":{"latLng":"48.16°, 7.5°"},"topCandidate":{"type":"UNKNOWN_ACTIVITY_TYPE"}}}],
"rawSignals":[{"position":{"LatLng":"48.0°, 7.5°","source":"WIFI","timestamp":"2024-05-01T09:56:00.000+02:00"}}],"userLocationProfile":{}}`,
		`timeline "Ride" "" 2024-05-01T10:00:00+02:00 (of its movements, 1 in cars, trains and other vehicles, 1 of a kind that the log does not name and 1 of which only the ends are known were left out): 48.05,7.5 08:00:00; 48.1,7.5 08:05:00; 48.15,7.5 08:10:00`},
	"Timeline of an iPhone": {`[{"endTime":"2024-05-01T10:10:00.000+02:00","startTime":"2024-05-01T10:00:00.000+02:00","activity":{"probability":"0.9","end":"geo:48.150000,7.500000","topCandidate":{"type":"walking","probability":"0.7"},"distanceMeters":"900.1","start":"geo:48.050000,7.500000"}},
{"endTime":"2024-05-01T20:10:00.000+02:00","startTime":"2024-05-01T20:00:00.000+02:00","activity":{"end":"geo:48.15,7.5","topCandidate":{"type":"running"},"start":"geo:48.05,7.5"}},
{"timelinePath":[{"durationMinutesOffsetFromStartTime":"5","point":"geo:48.1,7.5"},{"point":"geo:48.11,7.5","durationMinutesOffsetFromStartTime":"605"}],"endTime":"2024-05-01T22:00:00.000+02:00","startTime":"2024-05-01T10:00:00.000+02:00"}]`,
		`timeline "Walk" "" 2024-05-01T10:00:00+02:00 [Walk "" 3 from 01T08:00 group 0; Run "" 3 from 01T18:00 group 0]: 48.05,7.5 08:00:00; 48.1,7.5 08:05:00; 48.15,7.5 08:10:00; / 48.05,7.5 18:00:00; 48.11,7.5 18:05:00; 48.15,7.5 18:10:00`},
	"Semantic Location History": {`{"timelineObjects":[{"placeVisit":{"location":{"latitudeE7":480000000,"longitudeE7":75000000},"duration":{"startTimestamp":"2020-05-01T07:00:00Z","endTimestamp":"2020-05-01T08:00:00Z"}}},
{"activitySegment":{"startLocation":{"latitudeE7":480000000,"longitudeE7":75000000},"endLocation":{"latitudeE7":482000000,"longitudeE7":75000000},"duration":{"startTimestamp":"2020-05-01T08:00:00Z","endTimestamp":"2020-05-01T08:10:00Z"},"activityType":"WALKING","simplifiedRawPath":{"points":[{"latE7":481000000,"lngE7":75000000,"accuracyMeters":9,"timestamp":"2020-05-01T08:05:00.5Z"}]}}},
{"activitySegment":{"startLocation":{"latitudeE7":480000000,"longitudeE7":-75000000},"endLocation":{"latitudeE7":482000000,"longitudeE7":4219967296},"duration":{"startTimestampMs":"1588320000000","endTimestampMs":"1588320600000"},"activityType":"CYCLING","waypointPath":{"waypoints":[{"latE7":481000000,"lngE7":-75000000}]}}},
{"activitySegment":{"startLocation":{"latitudeE7":480000000,"longitudeE7":75000000},"endLocation":{"latitudeE7":482000000,"longitudeE7":75000000},"duration":{"startTimestamp":"2020-05-01T09:00:00Z","endTimestamp":"2020-05-01T09:10:00Z"},"activityType":"IN_TRAIN","simplifiedRawPath":{"points":[{"latE7":1,"lngE7":1}]}}}]}`,
		`timeline "Walk" "" 2020-05-01T10:00:00+02:00 [Walk "" 3 from 01T08:00 group 0; Ride "" 3 from 01T08:00 group 0] (of its movements, 1 in cars, trains and other vehicles were left out): 48,7.5 08:00:00; 48.1,7.5 08:05:00.5; 48.2,7.5 08:10:00; / 48,-7.5 08:00:00; 48.1,-7.5; 48.2,-7.5 08:10:00`},
	"Polar, the earlier form": {`{"exportVersion":"1.6","name":"Laufen","startTime":"2020-05-01T23:30:00.000","timeZoneOffset":120,"distance":1000.0,"duration":"PT1H2M3.5S","exercises":[{"startTime":"2020-05-01T23:30:00.000","timezoneOffset":120,"duration":"PT1H2M3.5S","distance":1000.0,"ascent":12.0,"sport":"TRAIL_RUNNING",
"samples":{"heartRate":[{"dateTime":"2020-05-01T23:30:00.000","value":120},{"dateTime":"2020-05-01T23:30:01.000"},{"dateTime":"2020-05-01T23:30:02.000","value":122}],"speed":[{"dateTime":"2020-05-01T23:30:00.000","value":10.8}],"recordedRoute":[{"dateTime":"2020-05-01T23:30:00.600","longitude":7.5,"latitude":48.0,"altitude":270.0},{"dateTime":"2020-05-01T23:30:09.600","longitude":7.5,"latitude":49.0,"altitude":271.0}]}}]}`,
		`polar "Trail Run" "Laufen" 2020-05-01T23:30:00+02:00 1000 m 3723.5 s 12 up: 48,7.5 21:30:00.6 270m 3m/s 120bpm; 49,7.5 21:30:09.6 271m`},
	"Polar, the later form, without a zone": {`{"identifier":{"id":"x"},"name":"Running","startTime":"2025-05-01T23:30:00","sport":{"id":"1"},"exercises":[{"startTime":"2025-05-01T23:30:00","durationMillis":2000,"distanceMeters":5.5,"sport":{"id":"1"},
"samples":{"samples":[{"type":"HEART_RATE","intervalMillis":1000,"values":[120,NaN,122]},{"type":"ALTITUDE","intervalMillis":1000,"values":[300,301,302]}]},
"routes":{"route":{"wayPoints":[{"longitude":7.5,"latitude":48.0,"altitude":1.0,"elapsedMillis":0},{"longitude":7.5,"latitude":49.0,"altitude":1.0,"elapsedMillis":2000}],"startTime":"2025-05-01T23:30:00"}}}]}`,
		`polar "Run" "Running" 2025-05-01T23:30:00+02:00 5.5 m 2 s 0 up: 48,7.5 21:30:00 300m 120bpm; 49,7.5 21:30:02 302m 122bpm`},
	"Polar, a duathlon": {`{"exportVersion":"1.6","name":"Duathlon","exercises":[{"startTime":"2020-05-01T10:00:00","sport":"RUNNING","samples":{"recordedRoute":[{"dateTime":"2020-05-01T10:00:00","longitude":7.5,"latitude":48.0}]}},
{"startTime":"2020-05-01T11:00:00","sport":"ROAD_BIKING","samples":{"recordedRoute":[{"dateTime":"2020-05-01T11:00:00","longitude":7.5,"latitude":49.0}]}}],"timezoneOffset":-60}`,
		`polar "Run" "Duathlon" 2020-05-01T10:00:00-01:00 [Run "" 1 from 01T11:00 group 1; Ride "" 1 from 01T12:00 group 1]: 48,7.5 11:00:00; / 49,7.5 12:00:00`},
	"Suunto app": {`{"Samples":[{"Attributes":{"suunto/sml":{"Sample":{"Events":[{"Activity":{"ActivityType":82}}]}}},"Source":"suunto-1","TimeISO8601":"2024-05-01T10:00:00.000+02:00"},
{"Attributes":{"suunto/sml":{"Sample":{"HR":2.0,"Altitude":270.5}}},"TimeISO8601":"2024-05-01T10:00:00.300+02:00"},
{"Attributes":{"suunto/sml":{"Sample":{"GPSAltitude":300,"Latitude":0.8377580409572781,"Longitude":0.1308996938995747,"UTC":"2024-05-01T08:00:01.000+00:00"}}},"TimeISO8601":"2024-05-01T10:00:01.000+02:00"},
{"Attributes":{"suunto/sml":{"Sample":{"Events":[{"Pause":{"State":true}}]}}},"TimeISO8601":"2024-05-01T10:00:02.000+02:00"},
{"Attributes":{"suunto/sml":{"Sample":{"Latitude":0.9,"Longitude":0.9}}},"TimeISO8601":"2024-05-01T10:00:03.000+02:00"},
{"Attributes":{"suunto/sml":{"Sample":{"Events":[{"Pause":{"State":false}}]}}},"TimeISO8601":"2024-05-01T10:01:00.000+02:00"},
{"Attributes":{"suunto/sml":{"Sample":{"Latitude":0.8552113334772214,"Longitude":0.1308996938995747,"Speed":3.5}}},"TimeISO8601":"2024-05-01T10:01:01.000+02:00"}]}`,
		`suunto "Trail Run" "" 2024-05-01T10:00:01+02:00: 48,7.5 08:00:01 270.5m 120bpm; 49,7.5 08:01:01 3.5m/s`},
	"Suunto device log": {`{"DeviceLog":{"Device":{"Name":"Amsterdam"},"Header":{"ActivityType":12,"Distance":1234,"Duration":600.5,"Ascent":7,"DateTime":"2024-05-01T10:00:00"},"Samples":[{"TimeISO8601":"2024-05-01T10:00:01.000+02:00","Latitude":0.8377580409572781,"Longitude":0.1308996938995747,"HR":null}]}}`,
		`suunto "Walk" "" 2024-05-01T10:00:01+02:00 1234 m 600.5 s 7 up: 48,7.5 08:00:01`},
	"Samsung Health": {`[{"start_time":1714550401000,"latitude":49.0,"longitude":7.5,"altitude":271.0,"accuracy":3.0},{"start_time":1714550400000,"latitude":48.0,"longitude":7.5,"altitude":270.0}]
[{"start_time":1714550400000,"heart_rate":120.0,"cadence":80},{"start_time":1714550400500,"speed":3.0}]`,
		`samsung health "" "" 2024-05-01T10:00:00+02:00: 48,7.5 08:00:00 270m 120bpm; 49,7.5 08:00:01 271m 120bpm`},
	"Nike Run Club": {`{"id":"x","type":"run","start_epoch_ms":1714550400000,"active_duration_ms":60500,"summaries":[{"metric":"distance","summary":"total","value":1.5}],"tags":{"com.nike.name":"Evening"},"metric_types":["latitude"],
"metrics":[{"type":"longitude","unit":"DD","values":[{"start_epoch_ms":1714550400000,"end_epoch_ms":1714550400000,"value":7.5},{"start_epoch_ms":1714550401000,"value":7.6}]},
{"type":"latitude","values":[{"start_epoch_ms":1714550400000,"value":48},{"start_epoch_ms":1714550401000,"value":49}]},{"type":"heart_rate","values":[{"start_epoch_ms":1714550400000,"value":120}]},{"type":"speed","values":[{"start_epoch_ms":1714550401000,"value":10.8}]}]}`,
		`nike "Run" "Evening" 2024-05-01T10:00:00+02:00 1500 m 60.5 s 0 up: 48,7.5 08:00:00 120bpm; 49,7.6 08:00:01 3m/s 120bpm`},
	"Endomondo": {`[{"name":"Lunch"},{"sport":"CYCLING_SPORT"},{"source":"TRACK_MOBILE"},{"start_time":"2014-05-01 10:00:00.0"},{"duration_s":60},{"distance_km":0.5},
{"points":[[{"location":[[{"latitude":48.0},{"longitude":7.5}]]},{"altitude":270.0},{"heart_rate_bpm":120},{"speed_kmh":10.8},{"timestamp":"Thu May 01 08:00:00 UTC 2014"}],[{"location":[[{"latitude":49.0},{"longitude":7.5}]]},{"timestamp":"Thu May 01 08:00:01 UTC 2014"}]]}]`,
		`endomondo "Ride" "Lunch" 2014-05-01T10:00:00+02:00 500 m 60 s 0 up: 48,7.5 08:00:00 270m 3m/s 120bpm; 49,7.5 08:00:01`},
}

func TestOtherFormats(t *testing.T) {
	for name, c := range otherFiles {
		t.Run(name, func(t *testing.T) {
			r, err := Decode([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(r); got != c.want || r.Warning != nil {
				t.Errorf("got  %s (%v)\nwant %s", got, r.Warning, c.want)
			}
			back, err := Parse(Append(nil, r))
			if err != nil {
				t.Fatal(err)
			}
			if d := sameResult(r, back); d != "" {
				t.Error("from the cache: " + d)
			}
			if k := Recognize([]byte(c.text)[:min(len(c.text), HeadBytes)]); k.Format != r.Format {
				t.Errorf("recognized as %+v", k)
			}
			packed, err := Decode(gzipped(t, []byte("\xef\xbb\xbf"+c.text)))
			if err != nil || sameResult(r, packed) != "" {
				t.Errorf("in gzip, with a byte order mark: %v", err)
			}
		})
	}
}

// TestKMLOfOthers reads files of real programs, which are not part of this repository.
func TestKMLOfOthers(t *testing.T) {
	dir := filepath.Join(shared(t), "corpus")
	for name, want := range map[string]struct {
		samples, parts int
		sport          activity.Sport
	}{
		"togeojson/test/data/gxtrack.kml": {7, 0, ""}, "togeojson/test/data/multitrack.kml": {16, 0, "Walk"}, "togeojson/test/data/non_gx_multitrack.kml": {16, 0, "Walk"},
		"togeojson/test/data/gxmultitrack.kml": {26, 0, "Run"}, "togeojson/test/data/linestring.kml": {4, 2, ""}, "togeojson/test/data/inline_style.kml": {29, 3, ""},
		"togeojson/test/data/multigeometry.kml": {4, 0, ""}, "togeojson/test/data/polygon.kml": {0, 0, ""}, "togeojson/test/data/point.kml": {0, 0, ""},
		"togeojson/test/data/linear_ring.kml": {0, 0, ""}, "togeojson/test/data/null_geometry.kml": {0, 0, ""}, "togeojson/test/data/networklink.kml": {0, 0, ""},
		"opentracks/src/androidTest/res/raw/kml22_order_location_and_when.kml": {3, 0, ""}, "opentracks/src/androidTest/res/raw/legacy_kml22_statistics_marker.kml": {6, 0, ""},
		"opentracks/src/androidTest/res/raw/kml22_without_locations.kml": {0, 0, ""},
	} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Decode(data)
		if want.samples == 0 {
			if !errors.Is(err, ErrEmpty) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || r.Track.Len() != want.samples || len(r.Parts) != want.parts || r.Sport != want.sport {
			t.Errorf("%s: %s, %v", name, outline(r), err)
		}
	}
}

// TestOtherFormatsCutOff cuts the files anywhere: what comes out is a part of what was there, and says that it breaks off.
func TestOtherFormatsCutOff(t *testing.T) {
	for name, c := range otherFiles {
		whole, err := Decode([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for i := range whole.Track.Len() {
			there[fmt.Sprint(whole.Track.Lat[i], whole.Track.Lon[i])] = true
		}
		end := strings.LastIndexAny(c.text, ">}]")
		for cut := range end {
			r, err := Decode([]byte(c.text[:cut]))
			if err == nil && r.Warning == nil {
				if name == "Samsung Health" && strings.HasSuffix(strings.TrimSpace(c.text[:cut]), "}]") {
					continue // the heart rates may be missing
				}
				t.Fatalf("%s, cut to %d bytes, is said to be whole", name, cut)
			}
			if r == nil {
				continue
			}
			for i := range r.Track.Len() {
				if at := fmt.Sprint(r.Track.Lat[i], r.Track.Lon[i]); !there[at] {
					t.Fatalf("%s, cut to %d bytes, has a position %s that is not in it", name, cut, at)
				}
			}
		}
	}
}

// TestOtherFormatsDamaged changes every third byte: nothing may panic.
func TestOtherFormatsDamaged(t *testing.T) {
	for _, c := range otherFiles {
		for i := 0; i < len(c.text); i += 3 {
			for _, b := range []byte("\x00\"[]{}<>,:9-") {
				text := []byte(c.text)
				text[i] = b
				r, err := Decode(text)
				if err == nil && r.Track.Len() == 0 {
					t.Fatalf("%q at %d: no error and no track", b, i)
				}
			}
		}
	}
}

func TestOtherFormatsPointLimit(t *testing.T) {
	const most = 500
	repeat := func(before, one, after string) func(n int) string {
		return func(n int) string { return before + strings.TrimSuffix(strings.Repeat(one, n), ",") + after }
	}
	for name, file := range map[string]func(n int) string{
		"KML line":  repeat(`<kml><Placemark><LineString><coordinates>`, "7.5,48 ", `</coordinates></LineString></Placemark></kml>`),
		"KML track": repeat(`<kml><Placemark><Track>`, "<when>2024-05-01T10:00:00Z</when><coord>7 48</coord>", `</Track></Placemark></kml>`),
		"GeoJSON":   repeat(`{"type":"LineString","coordinates":[`, "[7.5,48],", `]}`),
		"Timeline":  repeat(`{"timelineObjects":[{"activitySegment":{"activityType":"WALKING","simplifiedRawPath":{"points":[`, `{"latE7":480000000,"lngE7":70000000},`, `]}}}]}`),
		"Polar":     repeat(`{"exercises":[{"samples":{"recordedRoute":[`, `{"dateTime":"2024-05-01T10:00:00","latitude":48,"longitude":7},`, `]}}]}`),
		"Suunto":    repeat(`{"DeviceLog":{"Header":{},"Samples":[`, `{"Latitude":0.8,"Longitude":0.1},`, `]}}`),
		"Samsung":   repeat(`[`, `{"start_time":1714550400000,"latitude":48,"longitude":7},`, `]`),
		"Nike":      repeat(`{"start_epoch_ms":1,"metrics":[{"type":"longitude","values":[{"start_epoch_ms":1714550400000,"value":7}]},{"type":"latitude","values":[`, `{"start_epoch_ms":1714550400000,"value":48},`, `]}]}`),
		"Endomondo": repeat(`[{"sport":"RUNNING"},{"points":[`, `[{"location":[[{"latitude":48},{"longitude":7}]]}],`, `]}]`),
	} {
		if r, err := DecodeWithin([]byte(file(most)), Limits{Points: most}); err != nil || r.Track.Len() != most {
			t.Errorf("%s of %d points: %v", name, most, err)
		}
		var limit *LimitError
		if r, err := DecodeWithin([]byte(file(most+1)), Limits{Points: most}); r != nil || !errors.As(err, &limit) || limit.Setting != "max_file_points" {
			t.Errorf("%s of a point more: %v", name, err)
		}
	}
	var limit *LimitError
	long := `{"semanticSegments":[` + strings.Repeat(`{"visit":{}},`, 100_000) + `{}]}`
	if _, err := DecodeWithin([]byte(long), Limits{Time: time.Nanosecond}); !errors.As(err, &limit) || limit.Setting != "max_file_seconds" {
		t.Errorf("too slow: %v", err)
	}
}

func kmzOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestKMZ(t *testing.T) {
	doc, want := otherFiles["KML, gx:Track"].text, otherFiles["KML, gx:Track"].want
	for name, data := range map[string][]byte{
		"doc.kml":     kmzOf(t, "doc.kml", doc, "files/icon.png", "PNG"),
		"not first":   kmzOf(t, "other.kml", "<kml/>", "doc.kml", doc),
		"another one": kmzOf(t, "Track.KML", doc),
		"icon first":  kmzOf(t, "files/icon.png", "PNG", "doc.kml", doc),
	} {
		r, err := Decode(data)
		if err != nil || outline(r) != want {
			t.Errorf("%s: %v", name, err)
		}
		if k := Recognize(data); k.Format != formatKMZ && name != "icon first" {
			t.Errorf("%s is recognized as %+v", name, k)
		}
		for cut := range data {
			if _, err := Decode(data[:cut]); err == nil {
				t.Fatalf("%s, cut to %d bytes, is whole", name, cut)
			}
		}
	}
	if _, err := Decode(kmzOf(t, "a.kml", "<html/>")); !errors.Is(err, ErrUnknownFormat) {
		t.Error(err)
	}
	bomb := kmzOf(t, "doc.kml", "<kml>"+strings.Repeat(" ", 1<<20))
	if _, err := DecodeWithin(bomb, Limits{Bytes: 1 << 19}); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	told := int64(0)
	if _, err := DecodeWithin(bomb, Limits{Bytes: 2 << 20, Unpacked: func(n int64) error { told += n; return nil }}); err == nil || told != 5+1<<20 {
		t.Errorf("%v, %d bytes told", err, told)
	}
}

func TestRecognize(t *testing.T) {
	for name, c := range map[string]struct{ head, want string }{
		"IGC":              {"AXXX001\nHFDTE010625\nB0800004830000N03000000WA0010000100\n", "an IGC flight log"},
		"IGC of a program": {"AXCT123:abc\r\nHFPLTPILOT:X\r\nHFDTEDATE:010625,01\r\n", "an IGC flight log"},
		"NMEA":             {"$GPRMC,080000.00,A,4830.0000,N,03000.0000,W,5.0,90.0,010625,,*00\n", "an NMEA log"},
		"GLONASS":          {"\r\n$GNGGA,080000.00,4830,N,3000,W,1,05,1,1,M,0,M,,*00\n", "an NMEA log"},
		"PWX":              {`<?xml version="1.0"?><pwx xmlns="x"><workout/></pwx>`, "a PWX file of TrainingPeaks"},
		"SML":              {`<?xml version="1.0"?><sml xmlns="x"><DeviceLog/></sml>`, "an SML file of a Suunto watch"},
		"HST":              {`<?xml version="1.0"?><History/>`, "a history of Garmin's old Training Center (HST)"},
		"Records":          {`{"locations":[{"latitudeE7":1,"longitudeE7":2,"timestamp":"2025-06-01T08:00:00Z"}]}`, "Google's Records.json, every position that a phone ever had"},
		"old Records":      {`{"locations":[{"timestampMs":"1","latitudeE7":1}]}`, "Google's Records.json, every position that a phone ever had"},
		"summaries":        {`[{"summarizedActivitiesExport":[]}]`, "Garmin's table of activities (summarizedActivities.json)"},
		"Runkeeper":        {"Activity Id,Date,Type,Route Name,Distance (km),GPX File\nx", "Runkeeper's table of activities"},
		"Adidas":           {`[{"version":"1","timestamp":"x","longitude":1,"latitude":1,"altitude":1,"accuracy_v":1}]`, "a track of Adidas Running in its own JSON"},
		"HRM":              {"[Params]\r\nVersion=106\r\n", "an HRM file of a Polar watch"},
		"Ozi":              {"OziExplorer Track Point File Version 2.1\r\n", "a track of OziExplorer"},
		"sleep of Polar":   {`[{"night":"2020-01-01","evaluation":{}}]`, ""},
		"a table":          {"a,b,c\n1,2,3\n", ""},
		"a web page":       {"<!DOCTYPE html><html></html>", ""},
		"a zip":            {string(kmzOf(t, "a.txt", "x")), ""},
		"live data":        {`[{"start_time":1,"heart_rate":120}]`, ""},
	} {
		k := Recognize([]byte(c.head))
		if k.Format != "" || k.Name != c.want || (k.Name != "") != (k.Remedy != "" && k.Names != "") {
			t.Errorf("%s: %+v", name, k)
		}
		if _, err := Decode([]byte(c.head)); !errors.Is(err, ErrUnknownFormat) || !strings.Contains(err.Error(), k.Name) || !strings.Contains(err.Error(), k.Remedy) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for head, want := range map[string]string{
		string(run(1, 1, 0, 1)):                                  "fit",
		"<!-- " + strings.Repeat("x", 5000) + "--><gpx>":         "gpx",
		"\xef\xbb\xbf \n<?xml version='1.0'?><gpx:gpx>":          "gpx",
		"<TrainingCenterDatabase xmlns='x'>":                     "tcx",
		string([]byte{0xff, 0xfe}) + "<\x00g\x00p\x00x\x00>\x00": "gpx",
	} {
		if k := Recognize([]byte(head)); k.Format != want {
			t.Errorf("%.30q is %+v, want %s", head, k, want)
		}
	}
}

func TestMovements(t *testing.T) {
	for word, want := range map[string]string{
		"WALKING": "0 Walk", "walking": "0 Walk", "ON_FOOT": "0 Walk", "RUNNING": "0 Run", "CYCLING": "0 Ride", "ON_BICYCLE": "0 Ride", "HIKING": "0 Hike",
		"SKIING": "0 Alpine Ski", "ROWING": "0 Rowing", "SAILING": "0 Sail", "KAYAKING": "0 Kayaking", "INLINE_SKATING": "0 Inline Skate", "IN_WHEELCHAIR": "0 Wheelchair",
		"IN_PASSENGER_VEHICLE": "1 ", "in passenger vehicle": "1 ", "IN_BUS": "1 ", "IN_TRAIN": "1 ", "IN_SUBWAY": "1 ", "IN_TRAM": "1 ", "IN_FERRY": "1 ",
		"FLYING": "1 ", "MOTORCYCLING": "1 ", "Driving": "1 ", "On a train": "1 ", "On the subway": "1 ", "IN_GONDOLA_LIFT": "1 ",
		"STILL": "2 ", "UNKNOWN_ACTIVITY_TYPE": "3 ", "unknown": "3 ", "": "3 ", "TELEPORTING": "3 ",
	} {
		kind, sport := movementNamed(word)
		if got := fmt.Sprint(kind, " ", sport); got != want {
			t.Errorf("%q is %q, want %q", word, got, want)
		}
	}
}

// TestTimelineWithoutMovements reads a log that has paths only: what looks like sport is one, what does not is left out.
func TestTimelineWithoutMovements(t *testing.T) {
	path := func(hour int, n int, metres float64) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"point":"%.6f°, 7.5°","time":"2024-05-01T%02d:%02d:%02dZ"},`, 48+float64(i)*metres/111_195, hour, i/60, i%60)
		}
		return `{"startTime":"2024-05-01T00:00:00Z","endTime":"2024-05-01T23:00:00Z","timelinePath":[` + strings.TrimSuffix(b.String(), ",") + `]}`
	}
	text := `{"semanticSegments":[` + path(10, 300, 3) + "," + path(12, 300, 30) + "," + path(14, 300, 3) +
		`,{"startTime":"2024-05-01T13:59:00Z","endTime":"2024-05-01T14:30:00Z","visit":{"topCandidate":{}}}]}`
	r, err := Decode([]byte(text))
	if err != nil || r.Track.Len() != 300 || r.Start.Hour() != 10 || r.Sport != activity.SportUnknown {
		t.Fatalf("%+v, %v", r, err)
	}
	if want := "of its movements, 1 of a kind that the log does not name were left out"; r.LeftOut != want {
		t.Errorf("%q", r.LeftOut)
	}
	if _, err := Decode([]byte(`{"semanticSegments":[` + path(12, 300, 30) + `]}`)); !errors.Is(err, ErrEmpty) || !strings.Contains(err.Error(), "left out") {
		t.Error(err)
	}
}

func TestJSONScan(t *testing.T) {
	for text, bad := range map[string]error{
		`{"a":1,"b":[1,2,{"c":"\"}"}],"d":NaN,"e":-Infinity,"f":null} `: nil,
		`{"a":1,}`: nil, `[]`: nil, `{}`: nil, `[1,]`: nil,
		`{"a":1`: ErrTruncated, `{"a"`: ErrTruncated, `{"a":"x`: ErrTruncated, `["\"]`: ErrTruncated, `[1`: ErrTruncated,
		`[1 2]`: errNoJSON, `{"a" 1}`: errNoJSON, `[}`: errNoJSON, `{1,2}`: errNoJSON, `[,1]`: errNoJSON,
		strings.Repeat("[", 1e6): errTooDeep,
	} {
		s := jsonScan{b: []byte(text), limits: &Limits{}}
		var deep func()
		deep = func() {
			if s.peek() == '[' {
				s.array(deep)
			} else {
				s.object(func([]byte) {})
			}
		}
		deep()
		if !errors.Is(s.bad, bad) {
			t.Errorf("%.40s: %v, want %v", text, s.bad, bad)
		}
	}
	s := jsonScan{b: []byte(`[" a\u00e9\n","1,5",2.5,true,{"x":[]},"48"]`), limits: &Limits{}}
	var got []string
	s.array(func() {
		switch len(got) {
		case 0:
			got = append(got, s.text())
		case 3:
			got = append(got, string(s.raw()))
		default:
			got = append(got, fmt.Sprint(s.number()))
		}
	})
	if want := "[aé 1.5 2.5 true NaN 48]"; fmt.Sprint(got) != want || s.bad != nil {
		t.Errorf("%v (%v), want %s", got, s.bad, want)
	}
}

func FuzzOtherFormats(f *testing.F) {
	timezones.At(47.56, 7.6) // near a border: to unpack the tables takes seconds where every branch is counted
	for _, c := range otherFiles {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := DecodeWithin(data, Limits{Bytes: 1 << 20, Points: 10_000})
		if err == nil && r.Track.Len() == 0 {
			t.Error("neither a track nor an error")
		}
		if r == nil {
			return
		}
		back, err := Parse(Append(nil, r))
		if err != nil {
			t.Fatal(err)
		}
		if d := sameResult(r, back); d != "" {
			t.Error(d)
		}
	})
}
