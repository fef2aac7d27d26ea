package segments

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"heatmapgen/activity"
)

// MaxFile is the size of the largest file of segments that is read, in bytes.
const MaxFile = 8 << 20

// maxLine is how many places a line of a file may have.
const maxLine = 100_000

type feature struct {
	Geometry   geometry   `json:"geometry"`
	Properties properties `json:"properties"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// properties are of any kind in files of others.
type properties struct {
	Name       any `json:"name"`
	ToleranceM any `json:"tolerance_m"`
}

// ReadGeoJSON reads the lines of a GeoJSON file (RFC 7946) as segments, with the name and tolerance_m of each one's feature; what is no line is passed over. toleranceM, unless 0, is that of all of them, out of Tolerances. An error
// says that the file has no line, or which of its lines cannot be a segment.
func ReadGeoJSON(data []byte, toleranceM int) ([]Segment, error) {
	var file struct {
		Type        string          `json:"type"`
		Features    []feature       `json:"features"`
		Geometry    geometry        `json:"geometry"`
		Properties  properties      `json:"properties"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("it is no GeoJSON: %w", err)
	}
	features := file.Features
	switch file.Type {
	case "FeatureCollection":
	case "Feature":
		features = []feature{{file.Geometry, file.Properties}}
	default:
		features = []feature{{Geometry: geometry{Type: file.Type, Coordinates: file.Coordinates}}}
	}
	var all []Segment
	for i := range features {
		f := &features[i]
		if f.Geometry.Type != "LineString" {
			continue
		}
		s, err := f.segment(toleranceM)
		if err != nil {
			return nil, fmt.Errorf("line %d in it cannot be a segment: %w", len(all)+1, err)
		}
		if all = append(all, s); len(all) > Most {
			return nil, fmt.Errorf("it has more than %d lines", Most)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("it has no line (LineString)")
	}
	return all, nil
}

// segment makes a segment of a line; toleranceM, unless 0, is in place of what the file says.
func (f *feature) segment(toleranceM int) (Segment, error) {
	var places [][]float64
	if err := json.Unmarshal(f.Geometry.Coordinates, &places); err != nil {
		return Segment{}, errors.New("its coordinates are no list of places")
	}
	if len(places) > maxLine {
		return Segment{}, fmt.Errorf("it has %d places; up to %d are read", len(places), maxLine)
	}
	line := make([]activity.LatLon, len(places))
	for i, p := range places {
		if len(p) < 2 || math.Abs(p[0]) > 360 || math.Abs(p[1]) > 85 {
			return Segment{}, errors.New("it leads off the map; places are longitude and latitude in degrees")
		}
		line[i] = activity.LatLon{Lat: p[1], Lon: p[0]}
	}
	if toleranceM == 0 {
		toleranceM = UsualTolerance
		if told, ok := f.Properties.ToleranceM.(float64); ok {
			toleranceM = int(told)
		}
	}
	name, _ := f.Properties.Name.(string)
	return Along(line, name, toleranceM)
}
