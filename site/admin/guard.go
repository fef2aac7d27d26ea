package admin

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"heatmapgen/site/serve"
)

// policy lets a page load its own style sheet and script, send its own forms, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxForm bounds a request that changes something, in bytes: a page's worth of long ids.
const maxForm = 4 << 20

// guard lets pass what comes from this computer's browser and, if it changes something, from a page of ours. A page of
// another site can neither read the token that our forms hold nor do without it; the headers that browsers set say the same
// a second time.
func (a *admin) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		serve.SetHeaders(h)
		h.Set("Content-Security-Policy", policy)
		// With "no-referrer", browsers would not say where our own forms come from either.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case !serve.OwnHost(r.Host, a.port):
			serve.RefuseHost(w)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			if serve.Foreign(r) {
				serve.RefuseForeign(w)
				return
			}
			next.ServeHTTP(w, r)
		case !ownForm(r):
			http.Error(w, "This server takes changes from its own pages only.", http.StatusForbidden)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			if err := r.ParseForm(); err != nil {
				http.Error(w, "This form cannot be read.", http.StatusBadRequest)
				return
			}
			if subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(a.token)) != 1 {
				http.Error(w, "This page is from before the last start of heatmapgen admin. Load it again.", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		}
	})
}

// ownForm reports whether a request that changes something comes from a page of ours, as far as the browser says.
func ownForm(r *http.Request) bool {
	if origins := r.Header.Values("Origin"); len(origins) > 1 || len(origins) == 1 && !strings.EqualFold(origins[0], "http://"+r.Host) {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "" || site == "same-origin"
}
