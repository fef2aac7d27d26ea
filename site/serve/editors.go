package serve

import (
	"crypto/rand"
	"crypto/subtle"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"

	"heatmapgen/internal/atomicfile"
)

// Editors are the pages of other sites that may see tiles: map editors that run in a browser. They see
// tiles and what describes them; page, archive and the list of tiles are for nobody else.
type Editors struct {
	// Origins are those whose pages may read tiles, pixel by pixel, such as "https://www.openstreetmap.org".
	Origins []string
	// Token, unless empty, stands in the address of a tile and lets any page show it that knows it. Such a
	// page can show the picture, but not read it.
	Token string
}

// TokenName is the name of the file that Token keeps the token in.
const TokenName = "serve-token"

// tokenForm is how rand.Text writes a token.
var tokenForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// Token returns the token kept in the file path, made now when there is none, so that an address once pasted
// into an editor stays good. Where the file cannot be kept, such as when its folder is not there, the token is
// good for this run only.
func Token(path string) string {
	if text, err := os.ReadFile(path); err == nil {
		if token := strings.TrimSpace(string(text)); tokenForm.MatchString(token) {
			return token
		}
	}
	token := rand.Text()
	_ = atomicfile.Write(path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, token+"\n")
		return err
	})
	return token
}

// admit reports whether a request for a tile or its description may be answered, and sets the headers that let
// the page behind it have the answer.
//
// Whether a page of another site asks, a browser says in two ways. A page that reads what it asks for names its
// Origin, and is let in if that is listed. One that shows an image names nothing: no Origin, and as our address is not
// https, Chromium leaves out the Referer, too. It is let in if it knows the token.
func (e *Editors) admit(w http.ResponseWriter, r *http.Request) bool {
	header := w.Header()
	header.Add("Vary", "Origin, Sec-Fetch-Site")
	if !Foreign(r) {
		return true
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if !slices.Contains(e.Origins, origin) {
			return false
		}
		header.Set("Access-Control-Allow-Origin", origin)
		header.Set("Access-Control-Expose-Headers", "ETag")
	} else if r.Header.Get("Sec-Fetch-Mode") != "no-cors" || r.Header.Get("Sec-Fetch-Dest") != "image" || !e.knows(r.URL.Query().Get("token")) {
		return false
	}
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	return true
}

// knows reports whether token is the right one.
func (e *Editors) knows(token string) bool {
	return e.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(e.Token)) == 1
}

// preflight answers the question whether a page may send a request, which a browser asks before some: for pages that
// were admitted.
func preflight(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Access-Control-Allow-Methods", "GET, HEAD")
	header.Set("Access-Control-Allow-Headers", "If-Modified-Since, If-None-Match, Range")
	header.Set("Access-Control-Max-Age", "600")
	// Some versions of Chromium ask so before a public site reaches for this computer.
	if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
		header.Set("Access-Control-Allow-Private-Network", "true")
	}
	w.WriteHeader(http.StatusNoContent)
}
