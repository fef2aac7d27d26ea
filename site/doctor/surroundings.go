package doctor

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"
)

// A private file is one that must not be on a host, with what it is told by.
var privateFiles = []struct {
	path string
	sign []byte
}{
	{"heatmap.toml", []byte("[[source]]")},
	{".env", []byte("=")},
	{".heatmapgen/privacy-secret", []byte("heatmapgen")},
	{"privacy-secret", []byte("heatmapgen")},
	{"activities.csv", []byte("Activity")},
	{".git/HEAD", []byte("ref:")},
}

// privateBytes is what is read of each, at most.
const privateBytes = 8 << 10

// checkSurroundings looks at what lies beside page and archive, and at the limits of the host.
func (v *visit) checkSurroundings(ctx context.Context) error {
	probe, err := v.page.url.Parse("heatmap-" + randomVersion() + ".pmtiles")
	if err != nil {
		return nil
	}
	probe.RawQuery = ""
	a, err := v.client.do(ctx, http.MethodGet, probe, nil, privateBytes)
	if err != nil {
		return v.unanswered(ctx, GroupHost, "fallback", "A request for a file that is not there gets no answer", err)
	}
	if a.status == http.StatusOK {
		v.warn(GroupHost, "fallback", "The host answers with a page (status 200) for files that are not there: a missing archive looks like a damaged one.")
	}
	if err := v.checkPrivate(ctx, a.body); err != nil {
		return err
	}
	v.checkPlain(ctx)
	if l, ok := limitOf(v.archiveHost); ok && v.arch.size > 0 {
		switch file := v.arch.size; {
		case l.near(file, file+int64(len(v.page.body))):
			v.add(GroupHost, "size", Warning, fmt.Sprintf("The archive has %s, and %s takes no more than %s.", size(file), l.name, l.words()), smaller(v.arch.meta == nil || v.arch.meta.Lines != nil))
		default:
			v.add(GroupHost, "size", OK, fmt.Sprintf("%s takes %s; the archive has %s.", l.name, l.words(), size(file)))
		}
	}
	return ctx.Err()
}

// checkPlain asks for the page over http, which should lead to https. No answer is fine.
func (v *visit) checkPlain(ctx context.Context) {
	u := *v.page.url
	// Neither a password nor a signature may travel in the open.
	if u.Scheme != "https" || u.Port() != "" || u.User != nil || u.RawQuery != "" || isLoopback(&u) {
		return
	}
	u.Scheme = "http"
	short, cancel := context.WithTimeout(ctx, plainTimeout)
	defer cancel()
	a, err := v.client.do(short, http.MethodGet, &u, nil, 0)
	if err == nil && a.status == http.StatusOK && a.url.Scheme == "http" {
		v.warn(GroupHost, "https", "The map also answers over http, without leading to https.")
	}
}

// plainTimeout is how long to wait where nobody may be.
const plainTimeout = 5 * time.Second

// checkPrivate looks for files that were published by mistake. Nothing of them is repeated. absent is what the host sends for what is not there.
func (v *visit) checkPrivate(ctx context.Context, absent []byte) error {
	var open []string
	for _, p := range privateFiles {
		u, err := v.page.url.Parse(p.path)
		if err != nil {
			continue
		}
		u.RawQuery = ""
		a, err := v.client.do(ctx, http.MethodGet, u, map[string]string{"Range": fmt.Sprintf("bytes=0-%d", privateBytes-1)}, privateBytes)
		if err != nil {
			return v.unanswered(ctx, GroupHost, "private", "A request for a private file gets no answer", err)
		}
		ok := a.status == http.StatusOK || a.status == http.StatusPartialContent
		if ok && bytes.Contains(a.body, p.sign) && !looksLikeHTML(a.body) && !bytes.Equal(a.body, absent) {
			open = append(open, p.path)
		}
	}
	if len(open) > 0 {
		v.fail(GroupHost, "private", fmt.Sprintf("Private files lie beside the page, for everybody to read: %s.", list(open)))
	}
	return nil
}
