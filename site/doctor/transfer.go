package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"heatmapgen/generator"
)

// checkOffered asks as browsers do that offer compression for parts too, which the Fetch standard forbids and Firefox did until 2026.
func (v *visit) checkOffered(ctx context.Context) error {
	r := &v.arch
	if !r.parts {
		return nil
	}
	length := min(smallBytes, r.size)
	offer := map[string]string{"Accept-Encoding": browserEncodings}
	a, err := v.part(ctx, r.url, 0, length, offer)
	if err != nil {
		return v.unanswered(ctx, GroupArchive, "encoding", "A request that offers compression gets no answer", err)
	}
	encoding := oneLine(a.header.Get("Content-Encoding"))
	total, err := readPart(a, 0, length)
	switch {
	case encoding != "":
		v.warn(GroupArchive, "encoding", fmt.Sprintf("The host compresses the archive (%s, status %d) for browsers that offer it with requests for parts, as Firefox did until 2026: they cannot show the map.", clip(encoding, 20), a.status))
		return nil
	case a.status != http.StatusPartialContent:
		v.fail(GroupArchive, "encoding", fmt.Sprintf("A request for a part that offers compression gets %s in place of a part.", statusText(a.status)))
		return nil
	case err != nil:
		v.fail(GroupArchive, "encoding", fmt.Sprintf("A request for a part that offers compression is answered wrongly: %v.", err))
		return nil
	case total != r.size || !bytes.Equal(a.body, r.head[:length]):
		v.fail(GroupArchive, "encoding", "A request for a part that offers compression gets other bytes than one that does not.")
		return nil
	}
	r.etags = append(r.etags, a.header.Get("ETag"))
	whole, err := v.client.do(ctx, http.MethodGet, r.url, offer, 0)
	if err != nil {
		return v.unanswered(ctx, GroupArchive, "encoding", "A request for the whole archive gets no answer", err)
	}
	if encoding := oneLine(whole.header.Get("Content-Encoding")); encoding != "" {
		v.warn(GroupArchive, "encoding", fmt.Sprintf("The host compresses the archive (%s) when it is asked for the whole, which saves nothing: it is compressed already.", clip(encoding, 20)))
		return nil
	}
	v.add(GroupArchive, "encoding", OK, "It comes as it is, also to browsers that offer compression.")
	return nil
}

// checkHead compares the answer to HEAD with the others.
func (v *visit) checkHead(ctx context.Context) error {
	r := &v.arch
	if !r.parts {
		return nil
	}
	a, err := v.client.do(ctx, http.MethodHead, r.url, nil, 0)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		v.warn(GroupArchive, "head", fmt.Sprintf("A HEAD request gets no answer: %v.", err))
	case a.status != http.StatusOK:
		v.warn(GroupArchive, "head", "A HEAD request gets "+statusText(a.status)+", though GET works: the page asks so to tell why an archive cannot be read.")
	default:
		r.etags = append(r.etags, a.header.Get("ETag"))
		if told := a.header.Get("Content-Length"); told != "" && told != strconv.FormatInt(r.size, 10) {
			v.fail(GroupArchive, "head", fmt.Sprintf("The host gives the archive %d bytes with parts, but %s with HEAD.", r.size, clip(oneLine(told), 20)))
		}
	}
	return nil
}

// repeats is how many further connections are asked for the ETag.
const repeats = 2

// checkETag compares the ETags of all answers, more of them from new connections.
func (v *visit) checkETag(ctx context.Context) error {
	r := &v.arch
	if !r.parts {
		return nil
	}
	for i := range repeats {
		v.client.fresh()
		length := min(smallBytes, r.size)
		a, err := v.part(ctx, r.url, 0, length, nil)
		if err != nil {
			return v.unanswered(ctx, GroupArchive, "etag", "A repeated request gets no answer", err)
		}
		if a.status == http.StatusPartialContent && !bytes.Equal(a.body, r.head[:min(int64(len(a.body)), length)]) {
			v.fail(GroupArchive, "etag", fmt.Sprintf("Request %d for the same part got other bytes: several machines have several archives.", i+2))
			return nil
		}
		r.etags = append(r.etags, a.header.Get("ETag"))
	}
	tags := slices.Clone(r.etags)
	slices.Sort(tags)
	tags = slices.Compact(tags)
	weak := strings.HasPrefix(tags[0], "W/")
	switch {
	case len(tags) > 1 && !slices.ContainsFunc(tags, func(t string) bool { return t != "" && !strings.HasPrefix(t, "W/") }):
		v.warn(GroupArchive, "etag", fmt.Sprintf("The archive has no steady ETag (%s), so the page cannot tell when the file is replaced under it.", tagList(tags)))
	case len(tags) > 1:
		v.fail(GroupArchive, "etag", fmt.Sprintf("The archive's ETag changes from answer to answer (%s): the page takes the file for replaced again and again.", tagList(tags)))
	case tags[0] == "":
		v.warn(GroupArchive, "etag", "The archive has no ETag, so the page cannot tell when the file is replaced under it.")
	case weak:
		v.warn(GroupArchive, "etag", fmt.Sprintf("The archive has a weak ETag (%s), which browsers do not use for parts: they load them again at every visit.", tagList(tags)))
	case !strings.HasPrefix(tags[0], `"`):
		v.warn(GroupArchive, "etag", fmt.Sprintf("The archive's ETag %s has no quotes, so caches between pass it over.", tagList(tags)))
	default:
		v.add(GroupArchive, "etag", OK, fmt.Sprintf("Its ETag is strong and the same in %d answers.", len(r.etags)))
	}
	return nil
}

// tagList writes the first of several ETags.
func tagList(tags []string) string {
	var words []string
	for _, t := range tags[:min(len(tags), 3)] {
		if t == "" {
			t = "none"
		}
		words = append(words, clip(oneLine(t), 40))
	}
	return strings.Join(words, ", ")
}

// checkIfRange asks on condition that the file is still the same, and that it is another, as browsers with a cache do.
func (v *visit) checkIfRange(ctx context.Context) error {
	r := &v.arch
	tag := r.answer.header.Get("ETag")
	if !r.parts || !strings.HasPrefix(tag, `"`) || slices.ContainsFunc(r.etags, func(t string) bool { return t != tag }) {
		return nil
	}
	length := min(smallBytes, r.size)
	same, err := v.part(ctx, r.url, 0, length, map[string]string{"If-Range": tag})
	if err != nil {
		return v.unanswered(ctx, GroupArchive, "if-range", "A request with If-Range gets no answer", err)
	}
	if same.status != http.StatusPartialContent {
		v.warn(GroupArchive, "if-range", "The host answers with "+statusText(same.status)+" to If-Range with the ETag that it gave itself: browsers with a part of the archive in their cache are sent the whole.")
		return nil
	}
	other, err := v.part(ctx, r.url, 0, length, map[string]string{"If-Range": `"` + randomVersion() + `"`})
	if err != nil {
		return v.unanswered(ctx, GroupArchive, "if-range", "A request with If-Range gets no answer", err)
	}
	if other.status == http.StatusPartialContent {
		v.warn(GroupArchive, "if-range", "The host ignores If-Range: after a new upload browsers may put parts of two archives together, until the page notices.")
	}
	return nil
}

// randomVersion returns the version of no archive.
func randomVersion() string {
	var b [generator.VersionDigits / 2]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// purges lists the hosts that empty their caches themselves when a site is deployed.
var purges = []Kind{GitHubPages, GitLabPages, CloudflarePages, Netlify, Vercel}

// checkQuery finds caches that ignore the version behind the archive's name: they go on with the old archive after an upload.
func (v *visit) checkQuery(ctx context.Context) error {
	r := &v.arch
	if !r.parts || v.page == nil || r.url.RawQuery == "" || r.url.RawQuery != "v="+queryVersion(r.url) {
		return nil // such as an archive with its version in its name, for which no cache can have an older one
	}
	u := *r.url
	u.RawQuery = url.Values{"v": {randomVersion()}}.Encode()
	length := min(smallBytes, r.size)
	a, err := v.part(ctx, &u, 0, length, nil)
	if err != nil {
		return v.unanswered(ctx, GroupArchive, "query", "A request for another version gets no answer", err)
	}
	if a.status != http.StatusPartialContent {
		return nil // one that keeps versions apart by name
	}
	if total, err := readPart(a, 0, length); err != nil || total != r.size || !bytes.Equal(a.body, r.head[:length]) {
		v.fail(GroupArchive, "stale", "A cache has another archive for this version than the host itself: the page and what its visitors get do not belong together.")
		return nil
	}
	if fromCache(a.header) && !slices.Contains(purges, v.archiveHost) {
		v.warn(GroupArchive, "query", "A cache on the way ignores the version behind the archive's name (?v=...): after an upload it goes on with the old archive until that expires.")
	}
	return nil
}

// fromCache reports whether an answer came from a cache on the way.
func fromCache(h http.Header) bool {
	if age, err := strconv.Atoi(h.Get("Age")); err == nil && age > 0 {
		return true
	}
	for _, name := range []string{"X-Cache", "Cf-Cache-Status", "X-Proxy-Cache", "X-Cache-Status"} {
		if words := strings.FieldsFunc(strings.ToLower(h.Get(name)), func(c rune) bool { return c < 'a' || c > 'z' }); slices.Contains(words, "hit") {
			return true
		}
	}
	return false
}

// checkCORS checks that browsers let the page read an archive from another host.
func (v *visit) checkCORS(ctx context.Context) error {
	r := &v.arch
	if v.page == nil {
		return nil
	}
	from, to := origin(v.page.url), origin(r.answer.url)
	if from == to {
		return nil
	}
	if policy := v.text.policy; policy != "" && !reaches(policy, r.answer.url) {
		v.add(GroupArchive, "policy", Fault, fmt.Sprintf("The archive comes from %s, to which the page's own policy lets no request go.", r.answer.url.Host),
			"put the archive beside the page, without a redirect to another host")
	}
	name := v.page.url.Scheme + "://" + v.page.url.Host
	a, err := v.part(ctx, r.answer.url, 0, smallBytes, map[string]string{"Origin": name})
	if err != nil {
		return v.unanswered(ctx, GroupArchive, "cors", "A request from the page's host gets no answer", err)
	}
	allowed := a.header.Get("Access-Control-Allow-Origin")
	if allowed != "*" && allowed != name {
		v.fail(GroupArchive, "cors", fmt.Sprintf("The archive lies on another host, which does not let %s read it (Access-Control-Allow-Origin).", oneLine(name)))
		return nil
	}
	exposed := strings.ToLower(strings.Join(a.header.Values("Access-Control-Expose-Headers"), ","))
	var hidden []string
	for _, h := range []string{"ETag", "Content-Range", "Content-Encoding"} {
		if a.header.Get(h) != "" && exposed != "*" && !slices.Contains(strings.FieldsFunc(exposed, func(c rune) bool { return c == ',' || c == ' ' }), strings.ToLower(h)) {
			hidden = append(hidden, h)
		}
	}
	if len(hidden) > 0 {
		v.warn(GroupArchive, "cors", fmt.Sprintf("The archive lies on another host, which hides %s from the page (Access-Control-Expose-Headers).", strings.Join(hidden, " and ")))
		return nil
	}
	v.add(GroupArchive, "cors", OK, "The other host lets the page read the archive.")
	return nil
}

// reaches reports whether a policy lets requests go to an address.
func reaches(policy string, u *url.URL) bool {
	sources := directive(policy, "connect-src")
	if sources == nil {
		return true
	}
	return slices.ContainsFunc(sources, func(s string) bool {
		allowed, err := url.Parse(s)
		return s == "*" || err == nil && allowed.Host != "" && origin(allowed) == origin(u)
	})
}

// checkHeaders judges type and cache headers of the archive, and redirects on the way to it.
func (v *visit) checkHeaders(a *answer) {
	if len(a.redirects) > 0 {
		v.warn(GroupArchive, "redirect", fmt.Sprintf("Every request for a part of the archive is redirected to %s, which doubles their number.", shown(a.url)))
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if kind = strings.ToLower(strings.TrimSpace(kind)); strings.HasPrefix(kind, "text/") {
		v.warn(GroupArchive, "type", fmt.Sprintf("The archive has the type %q, which hosts and networks on the way like to compress or alter.", clip(oneLine(kind), 40)))
	}
	if strings.Contains(strings.ToLower(a.header.Get("Cache-Control")), "no-store") {
		v.warn(GroupArchive, "cache", "Browsers must not keep parts of the archive (Cache-Control: no-store): every visit loads everything again.")
	}
}
