package activity

import "math"

// The datum of maps in mainland China, GCJ-02, moves every place by up to 700 m, by sums of sines that nobody has published and
// everybody knows (github.com/googollee/eviltransform, after a library that was found in a map; the ellipsoid is Krasovsky's of 1940).
const (
	gcjAxisM        = 6378245.0
	gcjEccentricity = 0.00669342162296594323 // squared
	gcjLat, gcjLon  = 35.0, 105.0            // what the sums count from, degrees
)

// ToGCJ02 returns where a WGS 84 position in mainland China is drawn by maps of the datum GCJ-02, in degrees.
func ToGCJ02(lat, lon float64) (float64, float64) {
	x, y := lon-gcjLon, lat-gcjLat
	wave := func(size, of float64) float64 { return size * math.Sin(of*math.Pi) }
	root := math.Sqrt(math.Abs(x))
	both := wave(20, 6*x) + wave(20, 2*x)
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root +
		(both+wave(20, y)+wave(40, y/3)+wave(160, y/12)+wave(320, y/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root +
		(both+wave(20, x)+wave(40, x/3)+wave(150, x/12)+wave(300, x/30))*2/3
	phi := lat * math.Pi / 180
	w := 1 - gcjEccentricity*math.Sin(phi)*math.Sin(phi)
	meridian := gcjAxisM * (1 - gcjEccentricity) / (w * math.Sqrt(w)) // radii of curvature, m
	normal := gcjAxisM / math.Sqrt(w)
	return lat + north/meridian*180/math.Pi, lon + east/(normal*math.Cos(phi))*180/math.Pi
}

// FromGCJ02 returns the WGS 84 position that ToGCJ02 moves to a position in mainland China, in degrees, to far less than a centimetre. The shift changes
// by less than a thousandth of the way between two places, so that taking it off where one thinks to be comes closer each time.
func FromGCJ02(lat, lon float64) (float64, float64) {
	a, b := lat, lon
	for range 6 {
		toLat, toLon := ToGCJ02(a, b)
		a, b = a+lat-toLat, b+lon-toLon
	}
	return a, b
}
