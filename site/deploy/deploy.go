// Package deploy puts a finished site into a bucket - S3 and what speaks like it, Google Cloud Storage,
// Azure Blob Storage - or into a folder, so that at every moment what visitors find there works.
//
// The archive goes up first, under a name that holds its hash, and so do basemaps that lie beside it (basemaps.go); then the page, which names them; only
// then old archives and basemaps are removed: all that may show more than the new one (old.go, contents.go), also as old versions that
// a bucket keeps (versions.go). Nothing is ever written over but the page. Open a Site (site.go), look at
// the Place (store.go), make a Plan (plan.go), run it (run.go). Package bucket
// opens buckets and explains what the clouds say when something is wrong. docs/deploy.md has the reasons.
//
// The package reads the page to check that it belongs to the archive, and archives to compare what they show.
package deploy

import (
	"regexp"
	"strings"
)

// PageName is the name of the page in a site and in a place.
const PageName = "index.html"

// The two kinds of archive, by the end of their names, with their media types.
var archiveTypes = map[string]string{
	".pmtiles": "application/vnd.pmtiles",
	".mbtiles": "application/vnd.sqlite3",
}

// headers are what a host is told to send along with a file.
type headers struct{ contentType, cacheControl string }

// pageHeaders let a browser keep the page but ask each time whether it is still the same, since its name
// never changes.
var pageHeaders = headers{"text/html; charset=utf-8", "no-cache"}

// archiveHeaders let browsers keep an archive for ever, as another archive has another name. Caches that many share ask after an hour
// whether it is still there: one that was removed must not be had from them for long.
func archiveHeaders(name string) headers {
	return headers{archiveTypes[name[strings.LastIndexByte(name, '.'):]], "public, max-age=31536000, s-maxage=3600, immutable"}
}

// hosted is the form of the names of archives and basemaps in a place. The digits are the first of the SHA-256 of the
// file's content.
var hosted = regexp.MustCompile(`^(?:heatmap|basemap\.[a-z0-9_-]+)\.([0-9a-f]{16})\.(?:pmtiles|mbtiles)$`)

// hostedVersion returns the digits in the name of an archive or basemap in a place, "" for any other name.
func hostedVersion(name string) string {
	if m := hosted.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return ""
}
