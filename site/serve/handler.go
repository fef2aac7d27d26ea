package serve

import (
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	"heatmapgen/generator"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/templates"
)

// A siteFile is one that is to be had.
type siteFile struct{ name, contentType string }

const archiveType = "application/vnd.pmtiles"

// files lists the files that are to be had beside basemaps, by the path of the request.
var files = map[string]siteFile{
	"/":                         {generator.PageName, "text/html; charset=utf-8"},
	"/" + generator.PageName:    {generator.PageName, "text/html; charset=utf-8"},
	"/" + generator.ArchiveName: {generator.ArchiveName, archiveType},
	"/" + generator.MBTilesName: {generator.MBTilesName, "application/vnd.sqlite3"},
}

// Handler serves the files of the site in the folder dir to browsers that reach it
// under a loopback name and the given port. It answers GET and HEAD, ranges and
// conditional requests included. The page is compressed for who takes gzip; the archive
// never, since a range of a compressed archive is no use.
func Handler(dir string, port int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		SetHeaders(w.Header())
		file, known := fileAt(r.URL.Path)
		switch {
		case !OwnHost(r.Host, port):
			RefuseHost(w)
		case Foreign(r):
			RefuseForeign(w)
		case !readOnly(w, r):
		case !known:
			http.Error(w, "There is no such file here.", http.StatusNotFound)
		default:
			if err := atomicfile.Settle(dir); err != nil {
				http.Error(w, "Page and archive are of two builds, as one was cut off, and cannot be put right from here; run \"heatmapgen build\".", http.StatusServiceUnavailable)
				return
			}
			w.Header().Set("Content-Type", file.contentType)
			serveFile(w, r, filepath.Join(dir, file.name), file.name == generator.PageName)
		}
	})
}

// fileAt returns the file of a site at a path of the server. Since a path is looked up, or has the form of the name of a basemap, none can lead out of the folder.
func fileAt(path string) (f siteFile, known bool) {
	if f, known = files[path]; known {
		return f, true
	}
	name := strings.TrimPrefix(path, "/")
	return siteFile{name, archiveType}, templates.BesidePage(name)
}

// SetHeaders sets what every answer of a server on this computer has. A handler of other pages than the map may set stricter ones after it.
func SetHeaders(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	// The page has a policy of its own, which cannot say this.
	header.Set("Content-Security-Policy", "frame-ancestors 'none'")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	// Whoever opens the map in a window keeps no hold of that window.
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	// Not "no-referrer": basemaps such as OpenStreetMap's and Stadia's only
	// answer when told which site asks. They learn no more than the origin.
	header.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	// "no-cache" lets a browser keep files but makes it ask whether they are
	// still good, so that a rebuilt map shows at once.
	header.Set("Cache-Control", "no-cache")
}

// RefuseHost answers a request whose Host is none of this computer's names.
func RefuseHost(w http.ResponseWriter) {
	http.Error(w, "This server answers on this computer's own name only, such as localhost.", http.StatusMisdirectedRequest)
}

// RefuseForeign answers a request that a page of another origin makes.
func RefuseForeign(w http.ResponseWriter) {
	http.Error(w, "This server answers its own pages only.", http.StatusForbidden)
}

// readOnly reports whether the request only reads, and refuses it otherwise.
func readOnly(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "This server only shows files.", http.StatusMethodNotAllowed)
	return false
}

// serveFile sends a file as it was when it was opened: a rebuild puts a new file
// in its place and leaves this one whole.
func serveFile(w http.ResponseWriter, r *http.Request, path string, compressible bool) {
	file, err := atomicfile.OpenShared(path)
	if err != nil {
		http.Error(w, "This file is not built yet.", http.StatusNotFound)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		http.Error(w, "This file is not built yet.", http.StatusNotFound)
		return
	}
	serveContent(w, r, versionOf(info), info.ModTime(), file, compressible)
}

// OwnHost reports whether the Host of a request names this computer and the
// port. Under DNS rebinding a hostile site's own name leads here; the request
// then carries that name.
func OwnHost(host string, port int) bool {
	name, given, err := net.SplitHostPort(host)
	if err != nil {
		// Browsers leave out the default port.
		name, given = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"), "80"
	}
	if given != strconv.Itoa(port) {
		return false
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}

// Foreign reports whether a page of another origin makes the request. A link
// there that is followed to the map is fine: what it opens, it cannot read.
func Foreign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && !strings.EqualFold(origin, "http://"+r.Host) {
		return true
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return false
	}
	return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
}
