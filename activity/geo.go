package activity

import "math"

// EarthRadiusM is the mean radius of the Earth in metres (IUGG, R1), on which
// great-circle distances are computed.
const EarthRadiusM = 6371008.8

const degToRad = math.Pi / 180

// DistanceM returns the great-circle distance in metres between two points in
// degrees, by the haversine formula (R. W. Sinnott, "Virtues of the Haversine",
// Sky and Telescope 68, 1984).
func DistanceM(lat1, lon1, lat2, lon2 float64) float64 {
	return haversineM(lat1, lon1, math.Cos(lat1*degToRad), lat2, lon2, math.Cos(lat2*degToRad))
}

// haversineM is DistanceM with the cosines of the latitudes already known.
func haversineM(lat1, lon1, cos1, lat2, lon2, cos2 float64) float64 {
	s := math.Sin((lat2 - lat1) * (degToRad / 2))
	t := math.Sin((lon2 - lon1) * (degToRad / 2))
	h := s*s + cos1*cos2*t*t
	return 2 * EarthRadiusM * math.Asin(math.Min(1, math.Sqrt(h)))
}

// A LatLon is a position in WGS 84 degrees.
type LatLon struct{ Lat, Lon float64 }

// DistanceM returns the great-circle distance to other in metres.
func (p LatLon) DistanceM(other LatLon) float64 {
	return DistanceM(p.Lat, p.Lon, other.Lat, other.Lon)
}

func cosDeg(deg float64) float64 { return math.Cos(deg * degToRad) }
