package doctor

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// What the page does (templates/viewer/src/archive/store.ts): it takes the whole of a small archive from a host without ranges.
const maxWhole = 64 << 20

// tailBytes is what is read at the end of an archive, smallBytes what repeated requests ask for.
const (
	tailBytes  = 16
	smallBytes = 4 << 10
)

// remoteArchive is what is known of the archive on the host.
type remoteArchive struct {
	url    *url.URL // as the page names it
	answer *answer  // to the first request
	format string
	head   []byte
	size   int64
	etags  []string // of all answers, "" where there was none
	meta   *generator.Metadata
	// parts is whether the host sends parts that can be used.
	parts bool
}

// checkArchive checks the archive at u. Its error is that of ctx.
func (v *visit) checkArchive(ctx context.Context, u *url.URL) error {
	a := &v.arch
	a.url, a.format = u, config.FormatPMTiles
	if strings.HasSuffix(path.Base(u.Path), ".mbtiles") {
		a.format = config.FormatMBTiles
	}
	if v.page != nil && v.page.url.Scheme == "https" && u.Scheme == "http" {
		v.fail(GroupArchive, "mixed", "The page is https, but its archive has an http address, which browsers do not load.")
		return nil
	}
	first, err := v.part(ctx, u, 0, headBytes, nil)
	if err != nil {
		return v.unanswered(ctx, GroupArchive, "archive", "The archive does not come", err)
	}
	a.answer = first
	v.archiveHost = recognise(first.url, first.header)
	if !v.firstAnswer(ctx, first) {
		return ctx.Err()
	}
	for _, check := range []func(context.Context) error{v.checkTail, v.checkWhole, v.checkOffered, v.checkHead, v.checkETag, v.checkIfRange, v.checkQuery, v.checkVersion, v.checkCORS} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	v.checkHeaders(first)
	return ctx.Err()
}

// part asks for a part of a file.
func (v *visit) part(ctx context.Context, u *url.URL, offset, length int64, header map[string]string) (*answer, error) {
	all := map[string]string{"Range": fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)}
	for name, value := range header {
		all[name] = value
	}
	return v.client.do(ctx, http.MethodGet, u, all, length)
}

// contentRange is the form of the header for one part.
var contentRange = regexp.MustCompile(`^bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)$`)

// readPart checks that an answer is the part of a file that was asked for, as far as the file goes, and returns the file's size, 0 when it is not told.
func readPart(a *answer, offset, length int64) (size int64, err error) {
	m := contentRange.FindStringSubmatch(a.header.Get("Content-Range"))
	if m == nil {
		return 0, fmt.Errorf("its Content-Range %q is none", clip(oneLine(a.header.Get("Content-Range")), 60))
	}
	from, _ := strconv.ParseInt(m[1], 10, 64)
	to, _ := strconv.ParseInt(m[2], 10, 64)
	size, _ = strconv.ParseInt(m[3], 10, 64)
	got := int64(len(a.body))
	switch {
	case from != offset || to < from || to >= offset+length:
		return size, fmt.Errorf("bytes %d to %d were asked for, but its Content-Range is %q", offset, offset+length-1, m[0])
	case size > 0 && to >= size, size > 0 && to != min(offset+length, size)-1:
		return size, fmt.Errorf("its Content-Range %q contradicts itself", m[0])
	case a.more || got > to-from+1:
		return size, fmt.Errorf("it has more bytes than the %d of its Content-Range", to-from+1)
	case got < to-from+1:
		return size, fmt.Errorf("it has %d bytes, not the %d of its Content-Range", got, to-from+1)
	}
	return size, nil
}

// firstAnswer judges the answer to the first request. It reports whether the archive can be read further.
func (v *visit) firstAnswer(ctx context.Context, a *answer) bool {
	r := &v.arch
	r.head = a.body
	encoding := a.header.Get("Content-Encoding")
	switch {
	case a.status == http.StatusPartialContent && encoding != "":
		v.fail(GroupArchive, "encoding", fmt.Sprintf("The host compresses parts of the archive (Content-Encoding: %s), which no browser can read.", clip(oneLine(encoding), 20)))
		return false
	case a.status == http.StatusPartialContent:
		total, err := readPart(a, 0, headBytes)
		if err != nil {
			v.fail(GroupArchive, "range", fmt.Sprintf("The host answers wrongly to a request for a part: %v.", err))
			return false
		}
		if r.size = total; total == 0 {
			v.warn(GroupArchive, "range", "The host does not tell how long the archive is (Content-Range ends in /*).")
			return v.readable()
		}
		r.parts = true
		v.add(GroupArchive, "range", OK, fmt.Sprintf("Parts of the archive come as asked for (206, %s in all).", size(total)))
		return v.readable()
	case a.status == http.StatusOK:
		return v.wholeAnswer(ctx, a, encoding)
	case a.status == http.StatusRequestedRangeNotSatisfiable:
		v.fail(GroupArchive, "truncated", "The archive on the host is empty.")
	default:
		check := statusCheck(a.status)
		text := "The host answers with " + statusText(a.status) + " in place of the archive."
		if v.page != nil && check == "missing" && !strings.HasSuffix(v.page.url.Path, "/") && path.Ext(v.page.url.Path) == "" {
			text += fmt.Sprintf(" The page was opened without a slash at its end, so browsers look for the archive at %s.", shown(a.url))
		}
		v.fail(GroupArchive, check, text)
	}
	return false
}

// wholeAnswer judges an answer of the whole file to a request for a part.
func (v *visit) wholeAnswer(ctx context.Context, a *answer, encoding string) bool {
	switch {
	case encoding != "":
		v.fail(GroupArchive, "encoding", fmt.Sprintf("The host sends the whole archive compressed (%s) when it is asked for a part.", clip(oneLine(encoding), 20)))
		return false
	case looksLikeHTML(a.body):
		v.fail(GroupArchive, "fallback", "The host answers with a web page (status 200) in place of the archive: the archive is missing.")
		return false
	}
	if !v.readable() {
		return false
	}
	total := a.length
	if total < 0 {
		total, _ = v.client.fetch(ctx, v.arch.url, io.Discard, maxWhole+1)
	}
	if total > maxWhole {
		v.fail(GroupArchive, "range", "The host ignores requests for parts and sends the whole archive, which is too much for the page.")
		return false
	}
	v.warn(GroupArchive, "range", fmt.Sprintf("The host ignores requests for parts: every visitor loads the whole archive (%s) before the map shows.", size(total)))
	return false
}

// readable judges the first bytes of the archive.
func (v *visit) readable() bool {
	head := v.arch.head
	if found := formatOf(head); found != "" {
		v.arch.format = found
		return true
	}
	check := "garbage"
	switch {
	case len(head) == 0:
		check = "truncated"
	case bytes.HasPrefix(head, magicLFS):
		check = "lfs"
	case bytes.HasPrefix(head, magicGzip):
		check = "gzipped"
	case looksLikeHTML(head):
		check = "fallback"
	}
	v.fail(GroupArchive, check, fmt.Sprintf("What the host has in place of the archive cannot be used: %v.", checkMagic(head, v.arch.format)))
	return false
}

// checkTail reads the end of the archive.
func (v *visit) checkTail(ctx context.Context) error {
	r := &v.arch
	if !r.parts {
		return nil
	}
	offset := max(0, r.size-tailBytes)
	a, err := v.part(ctx, r.url, offset, tailBytes, nil)
	if err != nil {
		return v.unanswered(ctx, GroupArchive, "tail", "The end of the archive does not come", err)
	}
	r.etags = append(r.etags, r.answer.header.Get("ETag"), a.header.Get("ETag"))
	total := int64(0)
	if a.status != http.StatusPartialContent {
		err = fmt.Errorf("%s", statusText(a.status))
	} else {
		total, err = readPart(a, offset, min(tailBytes, r.size))
	}
	if err == nil && total != r.size {
		err = fmt.Errorf("the archive is said to have %d bytes once and %d another time", r.size, total)
	}
	if err != nil {
		v.fail(GroupArchive, "tail", fmt.Sprintf("The end of the archive cannot be read: %v.", err))
		r.parts = false
	}
	return nil
}

// checkWhole checks what the archive says of its own length, its metadata and where its fields begin.
func (v *visit) checkWhole(ctx context.Context) error {
	r := &v.arch
	if !r.parts {
		return nil
	}
	if r.format == config.FormatMBTiles {
		switch want := databaseSize(r.head); {
		case want > 0 && want != r.size:
			v.fail(GroupArchive, "truncated", fmt.Sprintf("The archive on the host has %d bytes, but should have %d: it was cut off on its way.", r.size, want))
		default:
			v.add(GroupArchive, "archive", OK, fmt.Sprintf("An MBTiles archive of %s.", size(r.size)))
		}
		return nil
	}
	source := &remoteFile{ctx: ctx, v: v, u: r.url, head: r.head}
	err := v.readArchive(source)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		v.add(GroupArchive, "archive", OK, fmt.Sprintf("It is whole: %s as of %s, made by %s.", r.meta.Contents(), r.meta.AsOf, r.meta.Generator))
	case strings.Contains(err.Error(), "cut off"):
		v.fail(GroupArchive, "truncated", fmt.Sprintf("The archive on the host is not whole: %v.", err))
	default:
		v.fail(GroupArchive, "garbage", fmt.Sprintf("The archive on the host cannot be used: %v.", err))
	}
	return nil
}

// readArchive reads the outer metadata and the beginnings of the inner archives.
func (v *visit) readArchive(source *remoteFile) error {
	outer, err := archive.NewReader(source, v.arch.size)
	if err != nil {
		return err
	}
	text, err := outer.Metadata()
	if err != nil {
		return err
	}
	if _, v.arch.meta, err = generator.ParseMetadata(text); err != nil {
		return err
	}
	findings, err := generator.CheckMetadata(text)
	if err == nil {
		err = faults(findings)
	}
	if err != nil {
		return err
	}
	for i, f := range v.arch.meta.Fields {
		if i == 0 || f.Length == 0 {
			continue
		}
		if _, err := outer.Inner(archive.Section{Offset: f.Offset, Length: f.Length}); err != nil {
			return fmt.Errorf("the field %s: %w", oneLine(f.ID), err)
		}
	}
	return nil
}

// What a visit reads of an archive at most: in how many requests, and how many bytes in one and in all of them. Metadata and the
// directories of a large archive have some MB.
const (
	maxReads  = 64
	readAhead = 32 << 10
	maxRead   = 32 << 20
	maxTotal  = 64 << 20
)

// A remoteFile reads the archive by parts, as io.ReaderAt.
type remoteFile struct {
	ctx   context.Context
	v     *visit
	u     *url.URL
	head  []byte
	at    int64 // where ahead lies
	ahead []byte
	reads int
	total int64 // bytes read
}

// ReadAt implements io.ReaderAt.
func (f *remoteFile) ReadAt(p []byte, offset int64) (int, error) {
	end := offset + int64(len(p))
	switch {
	case end <= int64(len(f.head)):
		return copy(p, f.head[offset:]), nil
	case offset >= f.at && end <= f.at+int64(len(f.ahead)):
		return copy(p, f.ahead[offset-f.at:]), nil
	}
	length := min(max(int64(len(p)), readAhead), f.v.arch.size-offset)
	f.reads++
	f.total += length
	if f.reads > maxReads || len(p) > maxRead || f.total > maxTotal {
		return 0, fmt.Errorf("it asks for more than an archive of heatmapgen needs (%d requests, %s)", maxReads, size(maxTotal))
	}
	a, err := f.v.part(f.ctx, f.u, offset, length, nil)
	if err != nil {
		return 0, err
	}
	if a.status != http.StatusPartialContent {
		return 0, fmt.Errorf("the host answers with %s", statusText(a.status))
	}
	if _, err := readPart(a, offset, length); err != nil {
		return 0, fmt.Errorf("the host answers wrongly to a request for a part: %w", err)
	}
	f.at, f.ahead = offset, a.body
	return copy(p, a.body), nil
}
