package stravacsv

import (
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const zoneHeadings = "Address,Radius,Latitude & Longitude\n"

func TestReadZones(t *testing.T) {
	const notUnderstood = "its coordinates are not understood"
	tests := []struct {
		name, text string
		zones      []Zone
		bad        []BadZone
	}{
		{"as Strava writes it", "Address,Radius,Latitude & Longitude\n\"1 Some Street\",0.50 kilometers,\"48.5, 8.25\"\n", []Zone{{48.5, 8.25, 500, 2, false}}, nil},
		{"everything quoted", "\"Address\",\"Radius\",\"Latitude & Longitude\"\r\n\"1 Some Street\",\"0.50 kilometers\",\"48.5, 8.25\"\r\n", []Zone{{48.5, 8.25, 500, 2, false}}, nil},
		{"several", zoneHeadings + "a,0.20 kilometers,\"1.5, 2.5\"\nb,0.40 kilometers,\"3.5, 4.5\"\n", []Zone{{1.5, 2.5, 200, 2, false}, {3.5, 4.5, 400, 3, false}}, nil},
		{"no end of the last line", zoneHeadings + "a,0.20 kilometers,\"1.5, 2.5\"", []Zone{{1.5, 2.5, 200, 2, false}}, nil},
		{"address of two lines", zoneHeadings + "\"1 Some Street\nSomewhere\",0.20 kilometers,\"1.5, 2.5\"\nb,0.40 kilometers,x\n", []Zone{{1.5, 2.5, 200, 2, false}}, []BadZone{{4, notUnderstood}}},
		{"address with quotes", zoneHeadings + "\"1 \"\"Rose\"\" Street\",0.20 kilometers,\"1.5, 2.5\"\n", []Zone{{1.5, 2.5, 200, 2, false}}, nil},
		{"no address", zoneHeadings + ",0.20 kilometers,\"1.5, 2.5\"\n", []Zone{{1.5, 2.5, 200, 2, false}}, nil},
		{"semicolons and decimal commas", "Adresse;Radius;Breiten- und Längengrad\nWeg 3, Ort;0,50 Kilometer;48,5, 8,25\n", []Zone{{48.5, 8.25, 500, 2, false}}, nil},
		{"tabs", "Address\tRadius\tLatitude & Longitude\na\t0.20 kilometers\t1.5, 2.5\n", []Zone{{1.5, 2.5, 200, 2, false}}, nil},
		{"sep= of Excel", "sep=;\nAdresse;Radius;Breiten- und Längengrad\na;0,50 Kilometer;48,5, 8,25\n", []Zone{{48.5, 8.25, 500, 3, false}}, nil},
		{"pair without its quotes", zoneHeadings + "a,0.20 kilometers,48.5, 8.25\n", []Zone{{48.5, 8.25, 200, 2, false}}, nil},
		{"Cyrillic", "Адрес,Радиус,Широта и долгота\n\"ул. Мира, 5\",\"0,50 километра\",\"55.75, 37.61\"\n", []Zone{{55.75, 37.61, 500, 2, false}}, nil},
		{"Japanese", "住所,半径,緯度と経度\n東京都1-1,0.50キロメートル,\"35.5, 139.25\"\n", []Zone{{35.5, 139.25, 500, 2, false}}, nil},
		{"Chinese", "地址,半径,经纬度\n北京路１号,0.50 公里,\"39.5, 116.25\"\n", []Zone{{39.5, 116.25, 500, 2, false}}, nil},
		{"Korean", "주소,반경,위도 및 경도\n서울 1,0.50 킬로미터,\"37.5, 127.25\"\n", []Zone{{37.5, 127.25, 500, 2, false}}, nil},
		{"headings of no language known", "x,y,z\na,0.50 kilometers,\"48.5, 8.25\"\n", []Zone{{48.5, 8.25, 500, 2, false}}, nil},
		{"no headings at all", "\"1 Some Street\",0.50 kilometers,\"48.5, 8.25\"\nb,0.20 kilometers,\"1.5, 2.5\"\n", []Zone{{48.5, 8.25, 500, 1, false}, {1.5, 2.5, 200, 2, false}}, nil},
		{"two columns", "Address,Radius,Latitude,Longitude\nHome,200,-33.85,151.2\n", []Zone{{-33.85, 151.2, 200, 2, false}}, nil},
		{"two columns, the longitude first", "Address,Longitude,Latitude,Radius\nHome,151.2,-33.85,200 m\n", []Zone{{-33.85, 151.2, 200, 2, false}}, nil},
		{"two columns of headings not known", "a,b,c,d\nHome,200,-33.85,151.2\n", []Zone{{-33.85, 151.2, 200, 2, false}}, nil},
		{"two columns with decimal commas", "a;b;c;d\nWeg;200;48,5;8,25\n", []Zone{{48.5, 8.25, 200, 2, false}}, nil},
		{"a column more behind", zoneHeadings[:len(zoneHeadings)-1] + ",Active\na,0.50 kilometers,\"48.5, 8.25\",true\n", []Zone{{48.5, 8.25, 500, 2, false}}, nil},
		{"radius behind the pair", "Where,Latitude & Longitude,Radius\na,\"48.5, 8.25\",0.50 kilometers\n", []Zone{{48.5, 8.25, 500, 2, false}}, nil},
		{"blank rows beside zones", zoneHeadings + ",,\n\na,0.20 kilometers,\"1.5, 2.5\"\n,,\n", []Zone{{1.5, 2.5, 200, 4, false}}, nil},
		{"headings only", zoneHeadings, nil, nil},
		{"headings only, of a language not known", "Cím,Sugár,Szélesség és hosszúság\n", nil, nil},

		{"radius not understood", zoneHeadings + "x,half a mile,\"1.5, 2.5\"\n", []Zone{{1.5, 2.5, 1000, 2, true}}, nil},
		{"no radius", zoneHeadings + "x,,\"1.5, 2.5\"\n", []Zone{{1.5, 2.5, 1000, 2, true}}, nil},
		{"radius of 0", zoneHeadings + "x,0.00 kilometers,\"1.5, 2.5\"\n", []Zone{{1.5, 2.5, 1000, 2, true}}, nil},
		{"radius below 0", zoneHeadings + "x,-400 m,\"1.5, 2.5\"\n", []Zone{{1.5, 2.5, 1000, 2, true}}, nil},
		{"radius too small to hide anything", zoneHeadings + "x,1 m,\"1.5, 2.5\"\n", []Zone{{1.5, 2.5, 1000, 2, true}}, nil},
		{"radius that is no number", zoneHeadings + "x,NaN kilometers,\"1.5, 2.5\"\nx,Infinity,\"1.5, 2.5\"\n", []Zone{{1.5, 2.5, 1000, 2, true}, {1.5, 2.5, 1000, 3, true}}, nil},
		{"radius of a country", zoneHeadings + "x,700 kilometers,\"1.5, 2.5\"\n", nil, []BadZone{{2, "its radius is more than 100 km"}}},

		{"no coordinates", zoneHeadings + "Secret Lane 8,0.50 kilometers,\n", nil, []BadZone{{2, notUnderstood}}},
		{"address only", zoneHeadings + "Secret Lane 8\n", nil, []BadZone{{2, notUnderstood}}},
		{"off the globe", zoneHeadings + "x,0.50 kilometers,\"91.5, 2.5\"\n", nil, []BadZone{{2, notUnderstood}}},
		{"the sea that unknown places lie in", zoneHeadings + "x,0.50 kilometers,\"0.0, 0.0\"\n", nil, []BadZone{{2, notUnderstood}}},
		{"one of two", zoneHeadings + "x,0.50 kilometers,\"1.5, 2.5\"\nx,0.50 kilometers,?\n", []Zone{{1.5, 2.5, 500, 2, false}}, []BadZone{{3, notUnderstood}}},
		{"an address that looks like a pair", zoneHeadings + "\"12, 5\",0.50 kilometers,\n", nil, []BadZone{{2, notUnderstood}}},
		{"a radius that looks like a pair", "a,b,c\nx,\"0,50\",nowhere\n", nil, []BadZone{{2, notUnderstood}}},
		{"cut off within a row", zoneHeadings + "\"1 Some Street\",0.50 kilometers,\"48.5, 8.2", nil, []BadZone{{2, "its quotes do not close"}}},
		{"other tables", "Media Filename,Media Caption\nmedia/1.jpg,Home\n", nil, []BadZone{{2, notUnderstood}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zones, bad, err := ReadZones(strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(zones, tt.zones) || !reflect.DeepEqual(bad, tt.bad) {
				t.Errorf("got %v and %v, want %v and %v", zones, bad, tt.zones, tt.bad)
			}
		})
	}
}

func TestReadZonesOfNoTable(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", "it is empty"},
		{"blank", "\n \r\n", "it is empty"},
		{"zero bytes", strings.Repeat("\x00", 258), "zero bytes"},
		{"zero bytes at the end", zoneHeadings + "x,0.50 kilometers,\"1.5, 2.5\"\n" + strings.Repeat("\x00", 100), "zero bytes"},
		{"UTF-16 cut off", "\xff\xfeA\x00b", "cut off"},
		{"blank rows only", zoneHeadings + ",,\n,,\n", "nothing in them"},
		{"a web page", "<!doctype html><html>log in</html>\n", "no columns"},
		{"headings of something else", "id,name\n", "no columns"},
		{"a quote that does not close", "\"Address,Radius,Latitude & Longitude\n", "no columns"},
		{"too many rows", zoneHeadings + strings.Repeat("x,400,1 2\n", 2000), "more than 300 rows"},
		{"too many quotes", strings.Repeat("\"a,", 5000), "more than 2000 quotes"},
		{"too large", zoneHeadings + strings.Repeat(" ", 70<<10), "larger than 64 kB"},
		{"too many columns", zoneHeadings + strings.Repeat(",", 2000), "columns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zones, bad, err := ReadZones(strings.NewReader(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) || zones != nil || bad != nil {
				t.Errorf("got %v, %v and the error %v, want one with %q", zones, bad, err, tt.want)
			}
		})
	}
	broken := errors.New("input/output error")
	if _, _, err := ReadZones(io.MultiReader(strings.NewReader(zoneHeadings), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("error %v of a file that cannot be read", err)
	}
}

// A table may have been saved again in another encoding.
func TestReadZonesEncodings(t *testing.T) {
	const text = "Adresse,Rayon,Latitude et longitude\n\"1 rue de l'Église\",\"0,50 kilomètre\",\"48.5, 8.25\"\n"
	latin1, err := charmap.ISO8859_1.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide := func(order unicode.Endianness) string {
		s, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, data := range map[string]string{
		"UTF-8": text, "with a byte order mark": "\ufeff" + text, "ISO-8859-1": latin1,
		"UTF-16, small end first": wide(unicode.LittleEndian), "UTF-16, big end first": wide(unicode.BigEndian),
	} {
		zones, bad, err := ReadZones(strings.NewReader(data))
		if want := []Zone{{48.5, 8.25, 500, 2, false}}; err != nil || bad != nil || !reflect.DeepEqual(zones, want) {
			t.Errorf("%s: got %v, %v, %v, want %v", name, zones, bad, err, want)
		}
	}
}

func TestLength(t *testing.T) {
	const mile, foot, yard = 1609.344, 0.3048, 0.9144
	tests := []struct {
		text string
		want float64 // 0: not understood
	}{
		{"0.50 kilometers", 500}, {"0.20 kilometers", 200}, {"1.00 kilometers", 1000}, {"1.60 kilometers", 1600}, {"1 kilometer", 1000}, {"0.5 km", 500}, {"0.5km", 500},
		{"0.50 kilometres", 500}, {"0,50 Kilometer", 500}, {"0,50 Kilometern", 500}, {"0,50 kilomètres", 500}, {"1 kilomètre", 1000}, {"0,50 kilómetros", 500}, {"0,50 kilómetro", 500},
		{"0,50 chilometri", 500}, {"1 chilometro", 1000}, {"0,50 quilômetros", 500}, {"0,50 quilómetros", 500}, {"0,50 километра", 500}, {"0,50 километров", 500},
		{"1 километр", 1000}, {"0,50 км", 500}, {"0.50 キロメートル", 500}, {"0.50キロ", 500}, {"0.50 公里", 500}, {"0.50 千米", 500}, {"0.50 킬로미터", 500}, {"0,50 kilometre", 500},
		{"0,50 kilometra", 500}, {"0,50 kilometry", 500}, {"5 kilometrów", 5000}, {"0,50 kilometru", 500}, {"0,50 kilometriä", 500}, {"0,50 kilométer", 500}, {"0,50 χιλιόμετρα", 500},
		{"0,50 кілометра", 500}, {"0.50 ki lô mét", 500}, {"0.50 กิโลเมตร", 500}, {"0.50 ק״מ", 500}, {"0.50 ㎞", 500}, {"０．５０ ｋｍ", 500}, {"0.50 KM.", 500},
		{"0.50 <span class=\"translation_missing\" title=\"translation missing: de.km, 1\">Kilometers</span>", 500}, {"0,50&nbsp;km", 500}, {"0,50 kilomètre(s)", 500},
		{"0.31 miles", 0.31 * mile}, {"1 mile", mile}, {"0.25 mi", 0.25 * mile}, {"0,31 Meilen", 0.31 * mile}, {"1 Meile", mile}, {"0,31 milles", 0.31 * mile}, {"0,31 millas", 0.31 * mile},
		{"0,31 miglia", 0.31 * mile}, {"1 miglio", mile}, {"0,31 milhas", 0.31 * mile}, {"0,31 mijl", 0.31 * mile}, {"0,31 мили", 0.31 * mile}, {"5 миль", 5 * mile},
		{"0.31 マイル", 0.31 * mile}, {"0.31 英里", 0.31 * mile}, {"0.31 마일", 0.31 * mile}, {"0,31 mila", 0.31 * mile}, {"0,31 mil", 0.31 * mile},
		{"1/8 mile", mile / 8}, {"⅝ mile", mile * 5 / 8}, {"1½ miles", 1.5 * mile}, {"1 1/2 miles", 1.5 * mile},
		{"660 feet", 660 * foot}, {"660 ft", 660 * foot}, {"660 pies", 660 * foot}, {"660 pieds", 660 * foot}, {"660 piedi", 660 * foot}, {"660 pés", 660 * foot}, {"660 Fuß", 660 * foot},
		{"660 voet", 660 * foot}, {"660 футов", 660 * foot}, {"660 フィート", 660 * foot}, {"660 英尺", 660 * foot}, {"660 呎", 660 * foot}, {"660 피트", 660 * foot}, {"660 stóp", 660 * foot},
		{"220 yards", 220 * yard}, {"220 yd", 220 * yard}, {"220 yardas", 220 * yard}, {"220 verges", 220 * yard}, {"220 iarde", 220 * yard}, {"220 jardas", 220 * yard},
		{"220 ярдов", 220 * yard}, {"220 ヤード", 220 * yard}, {"220 码", 220 * yard}, {"220 碼", 220 * yard}, {"220 야드", 220 * yard},
		{"400 m", 400}, {"400 meters", 400}, {"400 metres", 400}, {"400 Meter", 400}, {"400 mètres", 400}, {"400 metros", 400}, {"400 metri", 400}, {"400 метров", 400}, {"400 м", 400},
		{"400 メートル", 400}, {"400 米", 400}, {"400 公尺", 400}, {"400 미터", 400}, {"400 metrów", 400}, {"400.0", 400}, {"400", 400}, {" 400 ", 400},

		{"1,600 meters", 1600}, {"1.600 m", 1600}, {"1 600 m", 1600}, {"1\u00a0600 m", 1600}, {"1\u202f600 m", 1600}, {"1'600 m", 1600}, {"1.000 m", 1000}, {"1,000 ft", 1000 * foot},
		{"1.600 km", 1600}, {"1,600 kilometers", 1600}, {"0.500 kilometers", 500}, {"1,600", 1600}, {"1.600", 1600}, {"1,600.5 m", 1600.5}, {"1.600,5 m", 1600.5}, {"12,345.6 m", 12345.6},
		// Either may be meant, and the larger hides both.
		{"50.000 m", 50000},

		{"", 0}, {"m", 0}, {"kilometers", 0}, {"zero kilometers", 0}, {"0 m", 0}, {"-400 m", 0}, {"−400 m", 0}, {"+400 m", 0}, {"0.5", 0}, {"19 m", 0}, {"1/0 mile", 0}, {"NaN m", 0}, {"Inf", 0},
		{"4e2 m", 0}, {"0x190 m", 0}, {"400 nautical miles", 0}, {"400 millimetres", 0}, {"400 m²", 0}, {"400 m or so", 0}, {"400 parsec", 0}, {"400 \u2192", 0}, {"1,23,456 m", 0}, {"1.2.3 m", 0}, {"1,,600 m", 0},
		{"1,600,5 m", 0}, {"1 6 m", 0}, {"0.50 kilometers 2", 0}, {strings.Repeat("9", 400) + " m", 0},
	}
	for _, tt := range tests {
		got := lengthM(tt.text)
		if math.Abs(got.m-tt.want) > 1e-9*tt.want {
			t.Errorf("%q is %v m, want %v", tt.text, got.m, tt.want)
		}
	}
	for text, want := range map[string]bool{"700 km": true, "101000 m": true, "100 km": false, "1,600 km": false, strings.Repeat("9", 300) + " km": true, "400": false} {
		if got := lengthM(text); got.tooLong != want {
			t.Errorf("%q is too long: %v, want %v", text, got.tooLong, want)
		}
	}
}

func TestReadPair(t *testing.T) {
	want := place{48.5, 8.25}
	for _, text := range []string{
		"48.5, 8.25", "48.500000, 8.250000", "48.5,8.25", "48.5 8.25", "48.5;8.25", "48.5 ; 8.25", "48.5/8.25", "48.5 | 8.25", " 48.5 , 8.25 ", "+48.5, +8.25", "[48.5, 8.25]", "(48.5, 8.25)",
		"{48.5,8.25}", "48.5\t8.25", "48.5\u00a08.25", "４８．５，８．２５", "48,5; 8,25", "48,5, 8,25", "48,5 8,25", "48,5,8,25", "48,5;8,25", "48,5/8,25", "048.5, 008.25",
		"48.5°, 8.25°", "48.5° 8.25°", "48.5°N, 8.25°E", "48.5° N 8.25° E", "48.5N 8.25E", "N 48.5 E 8.25", "N48,5° E8,25°", "8.25 E, 48.5 N", "48.5n, 8.25e",
	} {
		if got, ok := readPair(text, false); !ok || got != want {
			t.Errorf("%q is %v, %v", text, got, ok)
		}
	}
	for text, want := range map[string]place{
		"48, 8": {48, 8}, "48 8": {48, 8}, "-33.85, 151.2": {-33.85, 151.2}, "−33,85 −70,2": {-33.85, -70.2}, "33.85 S 70.2 W": {-33.85, -70.2}, "48.5, 8": {48.5, 8}, "48,5 8": {48.5, 8},
		"48,-8": {48, -8}, "48,5,-8": {48.5, -8}, "90, 180": {90, 180}, "-90, -180": {-90, -180}, "0, 8.25": {0, 8.25}, "48.5–8": {}, "0.001, 0": {0.001, 0},
	} {
		if got, ok := readPair(text, false); got != want || ok == (want == place{}) {
			t.Errorf("%q is %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", ",", "48.5", "48.5,", ", 8.25", "48.5, 8.25, 3", "48,5,8", "48.5.1, 8", "48.5, x", "x, 8.25", "91, 8", "48, 181", "-90.1, 8", "0, 0", "0.0, -0.0", "NaN, NaN", "NaN, 8.25", "Inf, 8", "4e1, 8",
		"48°30'0\"N 8°15'0\"E", "48.5 N, 8.25 N", "48.5 E, 8.25 E", "48.5 N, 8.25", "-48.5 S, 8.25 E", "N48.5N, 8.25E", "48,5 O 8,25 N", "48.5,, 8.25", "48.5, , 8.25", "[48.5, 8.25", "4850.0, 8.25",
		"48.5 8.25 km", "0x30, 8", "٤٨.٥, ٨.٢٥", "\ufffd48.5, 8.25", "48,8", "48.5\x00, 8.25", strings.Repeat(" ", 200) + "1",
	} {
		if got, ok := readPair(text, false); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
	if got, ok := readPair("48,8", true); !ok || got != (place{48, 8}) {
		t.Errorf("48,8 is %v, %v where pairs stand", got, ok)
	}
}

// What Strava offers comes back whatever the place, as Strava writes it and as a German spreadsheet saves that.
func TestReadZonesRoundTrip(t *testing.T) {
	for _, lat := range []float64{-89.999999, -33.856784, -0.000001, 0.5, 48, 48.123456, 89} {
		for _, lon := range []float64{-179.999999, -70.2, -8, 0.000001, 8.25, 151.215297, 180} {
			for _, km := range []float64{0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6} {
				want := []Zone{{lat, lon, km * 1000, 2, false}}
				plain := fmt.Sprintf("%s\"1, Some Street\",%.2f kilometers,\"%.6f, %.6f\"\n", zoneHeadings, km, lat, lon)
				comma := func(v float64, digits int) string {
					return strings.Replace(fmt.Sprintf("%.*f", digits, v), ".", ",", 1)
				}
				german := fmt.Sprintf("Adresse;Radius;Breiten- und Längengrad\nWeg 1, Ort;%s Kilometer;%s, %s\n", comma(km, 2), comma(lat, 6), comma(lon, 6))
				for _, text := range []string{plain, german} {
					zones, bad, err := ReadZones(strings.NewReader(text))
					if err != nil || bad != nil || len(zones) != 1 || math.Abs(zones[0].RadiusM-want[0].RadiusM) > 1e-6 {
						t.Fatalf("%q: got %v, %v, %v, want %v", text, zones, bad, err, want)
					}
					zones[0].RadiusM = want[0].RadiusM
					if !reflect.DeepEqual(zones, want) {
						t.Errorf("%q: got %v, want %v", text, zones, want)
					}
				}
			}
		}
	}
}
