package audit

import (
	"fmt"

	"heatmapgen/activity"
	"heatmapgen/generator"
	"heatmapgen/layers/segments"
)

// segments tells which of the segments that the site publishes lead through a zone, or begin or end at a place that is to be hidden. zones are those to hide, places their centres and home.
func (r *Report) segments(site *generator.Site, zones []activity.Zone, places []activity.LatLon) {
	for i, text := range site.Meta.Segments {
		s, err := segments.Parse(text)
		if err != nil {
			continue // no reader shows it
		}
		way := s.Places()
		ends := [2]activity.LatLon{way[0], way[len(way)-1]}
		switch {
		case meets(way, zones):
			r.Found = append(r.Found, fmt.Sprintf("on segment %d of the page: it leads through a privacy zone, so the site is from before that was set", i+1))
		case near(ends, places):
			r.Found = append(r.Found, fmt.Sprintf("where segment %d of the page begins or ends", i+1))
		}
	}
}

// meets tells whether a way leads through one of the zones.
func meets(way []activity.LatLon, zones []activity.Zone) bool {
	for _, p := range way {
		for _, z := range zones {
			if z.Center.DistanceM(p) < z.RadiusM {
				return true
			}
		}
	}
	return false
}

// near tells whether one of two ends is within PlacedM of one of the places.
func near(ends [2]activity.LatLon, places []activity.LatLon) bool {
	for _, e := range ends {
		for _, p := range places {
			if e.DistanceM(p) <= PlacedM {
				return true
			}
		}
	}
	return false
}
