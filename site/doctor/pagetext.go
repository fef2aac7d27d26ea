package doctor

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"heatmapgen/templates"
)

// pageSettings is what is of interest in the settings of a page (templates/templates.go writes them).
type pageSettings struct {
	Archive  string              `json:"archive"`
	Basemaps []templates.Basemap `json:"basemaps"`
}

// A pageText is what the text of a page says.
type pageText struct {
	settings *pageSettings // nil for no page of ours
	policy   string        // its Content-Security-Policy
	scripts  []string      // hashes of its inline scripts, as a policy names them
	foreign  int           // scripts that are not inline
}

// parsePage reads the text of any page.
func parsePage(text []byte) pageText {
	var p pageText
	z := html.NewTokenizer(bytes.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return p
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			attribute := map[string]string{}
			for _, a := range token.Attr {
				attribute[strings.ToLower(a.Key)] = a.Val
			}
			switch {
			case token.Data == "meta" && strings.EqualFold(attribute["http-equiv"], "Content-Security-Policy"):
				p.policy = attribute["content"]
			case token.Data == "script" && attribute["src"] != "":
				p.foreign++
			case token.Data == "script":
				if z.Next() != html.TextToken {
					continue
				}
				p.script(attribute, z.Text())
			}
		}
	}
}

// script takes an inline script.
func (p *pageText) script(attribute map[string]string, text []byte) {
	switch kind := attribute["type"]; {
	case kind == "application/json" && attribute["id"] == "settings":
		var s pageSettings
		if json.Unmarshal(text, &s) == nil && s.Archive != "" {
			p.settings = &s
		}
	case kind == "" || strings.Contains(kind, "javascript") || kind == "module":
		sum := sha256.Sum256(text)
		p.scripts = append(p.scripts, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
}

// altered reports whether none of the page's scripts is allowed by the page itself: it was changed on the way.
func (p *pageText) altered() bool { return p.policy != "" && !allows(p.policy, p.scripts) }

// allows reports whether a Content-Security-Policy lets one of the inline scripts of these hashes run.
func allows(policy string, scripts []string) bool {
	sources := directive(policy, "script-src")
	if sources == nil {
		sources = directive(policy, "default-src")
	}
	if sources == nil {
		return true
	}
	unsafe, strict := false, false
	for _, s := range sources {
		for _, hash := range scripts {
			if s == hash {
				return true
			}
		}
		unsafe = unsafe || s == "'unsafe-inline'"
		strict = strict || strings.HasPrefix(s, "'sha") || strings.HasPrefix(s, "'nonce-")
	}
	return unsafe && !strict
}

// directive returns the sources of a directive of a policy, nil when it has none of that name.
func directive(policy, name string) []string {
	for _, d := range strings.Split(policy, ";") {
		if words := strings.Fields(d); len(words) > 0 && strings.EqualFold(words[0], name) {
			return append([]string{}, words[1:]...)
		}
	}
	return nil
}

// versionForm is the form of an archive's version in the page.
var versionForm = regexp.MustCompile(`^[0-9a-f]{16}$`)

// localArchive returns the name and the version of the archive, and whether it lies beside the page.
func (s *pageSettings) localArchive() (name, version string, local bool) {
	u, err := url.Parse(s.Archive)
	if err != nil {
		return s.Archive, "", true
	}
	return u.Path, versionIn(u), u.Host == "" && !strings.Contains(u.Path, "/")
}

// versionIn returns the version in the address of an archive, "" for none: a build writes it behind the name, a deploy into it.
func versionIn(u *url.URL) string {
	if m := hostedName.FindStringSubmatch(path.Base(u.Path)); m != nil {
		return m[1]
	}
	return queryVersion(u)
}

// hostedName is the form of the names that a deploy gives archives.
var hostedName = regexp.MustCompile(`^heatmap\.([0-9a-f]{16})\.(pmtiles|mbtiles)$`)

// queryVersion returns the version behind the name of an archive, "" for none.
func queryVersion(u *url.URL) string {
	if v := u.Query().Get("v"); versionForm.MatchString(v) {
		return v
	}
	return ""
}
