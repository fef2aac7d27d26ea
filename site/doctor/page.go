package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"heatmapgen/internal/words"
)

// What lies at an address.
type found int

const (
	nothing found = iota
	aPage
	anArchive
)

// browserEncodings is what browsers offer for a page.
const browserEncodings = "gzip, deflate, br, zstd"

// fetchPage asks for the page. What is wrong with the answer as such becomes a finding.
func (v *visit) fetchPage(ctx context.Context, u *url.URL) (found, error) {
	// An archive would be long: its beginning says what it is.
	a, err := v.client.do(ctx, http.MethodGet, u, map[string]string{"Range": "bytes=0-15"}, 16)
	if err != nil {
		return nothing, v.unreachable(err)
	}
	if (a.status == http.StatusPartialContent || a.status == http.StatusOK) && formatOf(a.body) != "" {
		return anArchive, nil
	}
	a, err = v.client.do(ctx, http.MethodGet, u, map[string]string{"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": browserEncodings}, maxPage)
	if err != nil {
		return nothing, v.unreachable(err)
	}
	v.Host = recognise(a.url, a.header)
	if a.status != http.StatusOK {
		check := statusCheck(a.status)
		v.fail(GroupPage, check, "The host answers with "+statusText(a.status)+" in place of the page.")
		return nothing, nil
	}
	v.page = a
	if a.more {
		v.fail(GroupPage, "page", fmt.Sprintf("What lies there has more than %s and is no page of heatmapgen.", size(maxPage)))
		return nothing, nil
	}
	text := a.body
	switch encoding := strings.ToLower(a.header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip":
		text, err = gunzip(a.body)
	default:
		text, err = v.plainPage(ctx, a.url)
	}
	if ctx.Err() != nil {
		return nothing, ctx.Err()
	}
	if err != nil {
		v.fail(GroupPage, "page", fmt.Sprintf("The page cannot be unpacked: %v.", err))
		return nothing, nil
	}
	v.text = parsePage(text)
	v.pageCompressed(a, len(text))
	return aPage, nil
}

// plainPage fetches the page in an encoding that can be read here.
func (v *visit) plainPage(ctx context.Context, u *url.URL) ([]byte, error) {
	a, err := v.client.do(ctx, http.MethodGet, u, map[string]string{"Accept-Encoding": "gzip"}, maxPage)
	switch {
	case err != nil:
		return nil, err
	case a.status != http.StatusOK || a.more:
		return nil, errors.New("the host answers differently each time")
	}
	switch encoding := a.header.Get("Content-Encoding"); strings.ToLower(encoding) {
	case "", "identity":
		return a.body, nil
	case "gzip":
		return gunzip(a.body)
	}
	return nil, errors.New("the host uses a compression that was not asked for")
}

func gunzip(body []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("it is said to be compressed with gzip, but is not")
	}
	text, err := io.ReadAll(io.LimitReader(z, maxPage+1))
	if err != nil {
		return nil, errors.New("its gzip stream is cut off or damaged")
	}
	if len(text) > maxPage {
		return nil, fmt.Errorf("it has more than %s", size(maxPage))
	}
	return text, nil
}

// worthCompressing is the size below which it does not matter.
const worthCompressing = 100 << 10

func (v *visit) pageCompressed(a *answer, plain int) {
	encoding := a.header.Get("Content-Encoding")
	switch {
	case encoding != "":
		v.add(GroupPage, "compressed", OK, fmt.Sprintf("It travels compressed: %s in place of %s.", size(int64(len(a.body))), size(int64(plain))))
	case plain > worthCompressing && !isLoopback(a.url):
		v.warn(GroupPage, "compressed", fmt.Sprintf("It travels uncompressed: %s, of which less than a third would do.", size(int64(plain))))
	}
}

// checkPage checks the page and returns where its archive lies, nil when it names none.
func (v *visit) checkPage() *url.URL {
	a := v.page
	v.secure(a)
	if v.text.settings == nil {
		text := "What lies there is a web page, but none of heatmapgen."
		if !looksLikeHTML(a.body) && a.header.Get("Content-Encoding") == "" {
			text = "What lies there is no page of heatmapgen."
		}
		v.fail(GroupPage, "page", text)
		return nil
	}
	switch policy := strings.Join(a.header.Values("Content-Security-Policy"), "; "); {
	case v.text.altered():
		v.fail(GroupPage, "altered", "The page was altered on its way: browsers will not run its script, whose fingerprint is another one.")
	case policy != "" && !allows(policy, v.text.scripts):
		v.fail(GroupPage, "policy", "The host sends a Content-Security-Policy that forbids the page's script.")
	default:
		v.add(GroupPage, "page", OK, fmt.Sprintf("%s is a page of heatmapgen, as it was built.", shown(a.url)))
	}
	if v.text.foreign > 0 {
		v.warn(GroupPage, "altered", fmt.Sprintf("The host has put %s into the page, which browsers refuse to run.", words.Plural(v.text.foreign, "script", "scripts")))
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if kind = strings.ToLower(strings.TrimSpace(kind)); kind != "text/html" && kind != "application/xhtml+xml" {
		v.fail(GroupPage, "page-type", fmt.Sprintf("The page has the type %q, so browsers do not show it.", clip(kind, 60)))
	}
	if strings.HasPrefix(strings.ToLower(a.header.Get("Content-Disposition")), "attachment") {
		v.fail(GroupPage, "page-type", "The page is sent as a download (Content-Disposition: attachment).")
	}
	if age := maxAge(a.header); age > maxPageAge {
		v.warn(GroupPage, "page-cache", fmt.Sprintf("Browsers may keep the page for %s without asking, and visitors see the old map until then.", duration(age)))
	}
	archive, err := a.url.Parse(v.text.settings.Archive)
	if err != nil || archive.Scheme != "https" && archive.Scheme != "http" {
		v.fail(GroupPage, "page", "The page names no address of an archive.")
		return nil
	}
	if versionIn(archive) == "" {
		v.add(GroupPage, "version", Warning, "The page names no version of the archive, so caches may mix two builds.", `write it anew with "heatmapgen html"`)
	}
	return archive
}

// secure checks scheme and protocol of the page.
func (v *visit) secure(a *answer) {
	for _, from := range a.redirects {
		if from.Scheme == "https" && a.url.Scheme == "http" {
			v.fail(GroupHost, "https", "The host leads from https back to http.")
			return
		}
	}
	switch {
	case isLoopback(a.url):
	case a.url.Scheme != "https":
		v.warn(GroupHost, "https", "The map is served over http: anybody on the way can read and change it, and browsers do without compression by Brotli, HTTP/2 and \"where am I\".")
	case a.proto < 2:
		v.warn(GroupHost, "http2", "The host speaks HTTP/1.1 only: a browser loads at most six tiles at a time.")
	default:
		v.add(GroupHost, "http2", OK, fmt.Sprintf("https, HTTP/%d.", a.proto))
	}
	if a.url.Scheme != "https" || v.text.settings == nil {
		return
	}
	for _, b := range v.text.settings.Basemaps {
		if strings.HasPrefix(b.URL, "http:") || strings.HasPrefix(b.PMTiles, "http:") {
			v.add(GroupPage, "mixed", Warning, fmt.Sprintf("The basemap %q has an http address, which browsers do not load into an https page.", clip(b.ID, 60)),
				"give it an https address in [[page.basemap]], then run \"heatmapgen html\"")
		}
	}
}

// maxPageAge is how long a page may be kept, in seconds. GitHub Pages has ten minutes.
const maxPageAge = 3600

// maxAge returns for how many seconds a browser may keep an answer without asking.
func maxAge(h http.Header) int {
	age := 0
	for _, d := range strings.Split(strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), "=")
		switch name {
		case "no-cache", "no-store":
			return 0
		case "max-age":
			age, _ = strconv.Atoi(strings.Trim(value, `"`))
		}
	}
	return age
}

// duration writes seconds for people.
func duration(seconds int) string {
	switch {
	case seconds >= 2*86400:
		return words.Plural(seconds/86400, "day", "days")
	case seconds >= 2*3600:
		return words.Plural(seconds/3600, "hour", "hours")
	}
	return words.Plural(seconds/60, "minute", "minutes")
}
