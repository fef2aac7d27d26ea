package stravacsv

import (
	"reflect"
	"strings"
	"testing"
)

func TestReadZones(t *testing.T) {
	tests := []struct {
		name, text string
		zones      []Zone
		bad        int
	}{
		{"one column for both angles", "Address,Radius,Latitude & Longitude\n\"1 Main St, Springfield 12345\",400.0,\"48.9912345, 8.4523456\"\n", []Zone{{48.9912345, 8.4523456, 400}}, 0},
		{"two columns", "Address,Radius,Latitude,Longitude\nHome,200,-33.85,151.2\n", []Zone{{-33.85, 151.2, 200}}, 0},
		{"brackets, other language", "Adresse,Radius,Breiten- und Längengrad\n\"Weg 3, 76131 Ort\",800 m,\"[49.01, 8.40]\"\n", []Zone{{49.01, 8.4, 800}}, 0},
		{"no address", "Address,Radius,Latitude & Longitude\n,1600,\"49.01,8.40\"\n", []Zone{{49.01, 8.4, 1600}}, 0},
		{"units", "a,b,c\nx,0.5 km,\"1.5,2.5\"\nx,0.25 mi,\"1.5,2.5\"\nx,\"1,600\",\"1.5,2.5\"\nx,200 meters,\"1.5,2.5\"\n",
			[]Zone{{1.5, 2.5, 500}, {1.5, 2.5, 402.336}, {1.5, 2.5, 1600}, {1.5, 2.5, 200}}, 0},
		{"minus sign of typographers", "a,b,c\nx,200,\"−33.85 −70.2\"\n", []Zone{{-33.85, -70.2, 200}}, 0},
		{"a fraction is no radius", "a,b,c\nx,1/8 mi,\"1.5,2.5\"\n", nil, 1},
		{"too small to hide anything", "a,b,c\nx,1,\"1.5,2.5\"\n", nil, 1},
		{"no radius", "a,b,c\nx,,\"1.5,2.5\"\n", nil, 1},
		{"no angles", "a,b,c\nx,200,\n", nil, 1},
		{"off the globe", "a,b,c\nx,200,\"91.5,2.5\"\n", nil, 1},
		{"empty rows", "a,b,c\n,,\n\n", nil, 0},
		{"headings only", "Address,Radius,Latitude & Longitude\n", nil, 0},
		{"empty", "", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zones, bad, err := ReadZones(strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(zones, tt.zones) || bad != tt.bad {
				t.Errorf("got %v and %d bad rows, want %v and %d", zones, bad, tt.zones, tt.bad)
			}
		})
	}
}
