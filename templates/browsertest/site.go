package browsertest

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"heatmapgen/templates"
)

// Site returns a handler that serves a page and its archive the way an ordinary
// host does, with ranges and an ETag: as heatmap.pmtiles or, if the archive's file is
// called so, heatmap.mbtiles. archivePath "" serves no archive.
func Site(p templates.Page, archivePath string) (http.Handler, error) {
	name := "heatmap" + filepath.Ext(archivePath)
	if archivePath != "" && p.ArchiveURL == "" {
		p.ArchiveURL = name
	}
	var page bytes.Buffer
	if err := templates.Render(&page, p); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		http.ServeContent(w, r, "index.html", time.Time{}, bytes.NewReader(page.Bytes()))
	})
	if archivePath != "" {
		archive, err := os.ReadFile(archivePath)
		if err != nil {
			return nil, err
		}
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"1"`)
			w.Header().Set("Content-Type", "application/octet-stream")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
		})
	}
	return mux, nil
}
