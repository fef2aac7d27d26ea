package serve

import (
	"net/http"
	"strings"
)

// Options say what a Server shows, and to whom.
type Options struct {
	// Dir is the folder of the site.
	Dir string
	// Editors are the pages of other sites that may see its tiles; the zero value is none.
	Editors Editors
}

// A site answers all requests: for the files, and for what is made from the archive.
type site struct {
	port    int
	files   http.Handler
	shelf   *shelf
	editors Editors
}

func newSiteHandler(opts Options, port int) *site {
	return &site{port: port, files: Handler(opts.Dir, port), shelf: newShelf(opts.Dir), editors: opts.Editors}
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	switch {
	case path == tilesPath || path+"/" == tilesPath:
		s.index(w, r)
	case path == listPath || strings.HasPrefix(path, tilesPath):
		s.tiles(w, r)
	default:
		s.files.ServeHTTP(w, r)
	}
}

// index answers with the page about the tiles, for our own visitors only.
func (s *site) index(w http.ResponseWriter, r *http.Request) {
	SetHeaders(w.Header())
	switch {
	case !OwnHost(r.Host, s.port):
		RefuseHost(w)
	case Foreign(r):
		RefuseForeign(w)
	case !readOnly(w, r):
	case r.URL.Path != tilesPath:
		http.Redirect(w, r, tilesPath, http.StatusFound)
	default:
		s.withArchive(w, func(o *opened) { s.indexPage(w, r, o) })
	}
}

// tiles answers with tiles and their descriptions.
func (s *site) tiles(w http.ResponseWriter, r *http.Request) {
	SetHeaders(w.Header())
	switch {
	case !OwnHost(r.Host, s.port):
		RefuseHost(w)
	case !s.editors.admit(w, r):
		http.Error(w, "This server shows tiles to its own pages and to the map editors it is told of (docs/serve.md) only.", http.StatusForbidden)
	case r.Method == http.MethodOptions && w.Header().Get("Access-Control-Allow-Origin") != "":
		preflight(w, r)
	case !readOnly(w, r):
	default:
		s.withArchive(w, func(o *opened) { s.tile(w, r, o) })
	}
}

// withArchive calls f with the archive that is there now.
func (s *site) withArchive(w http.ResponseWriter, f func(*opened)) {
	o, err := s.shelf.take()
	if err != nil {
		http.Error(w, "There is no archive yet that can be read; run \"heatmapgen build\", or \"heatmapgen verify\" to learn what is wrong with it.", http.StatusNotFound)
		return
	}
	defer s.shelf.release(o)
	f(o)
}
