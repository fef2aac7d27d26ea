package doctor

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"heatmapgen/generator"
	"heatmapgen/internal/scratch"
	"heatmapgen/internal/words"
)

// checkVersion compares the archive with the version that the page names: all of it with opts.Deep, with the site in the output folder
// where that is of the same build, or else by the dates that the host gives.
func (v *visit) checkVersion(ctx context.Context) error {
	r := &v.arch
	named := versionIn(r.url)
	if v.opts.Deep {
		return v.download(ctx, named)
	}
	if named == "" || !r.parts || v.page == nil {
		return nil
	}
	if path, version := v.ours(); version == named {
		same, err := v.sameEnds(ctx, path)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			v.add(GroupArchive, "version", Warning, fmt.Sprintf("The archive here cannot be compared: %v.", err), "check the file, or compare with --deep")
		case same:
			v.add(GroupArchive, "version", OK, "Page and archive are those of "+v.cfg.Output+" (version "+named+").")
		default:
			v.fail(GroupArchive, "stale", "The host has the page of "+v.cfg.Output+" with another archive: the upload is not complete, or a cache has the old one.")
		}
		return nil
	}
	page, err1 := http.ParseTime(v.page.header.Get("Last-Modified"))
	there, err2 := http.ParseTime(r.answer.header.Get("Last-Modified"))
	if err1 == nil && err2 == nil && there.Sub(page) > uploadTime {
		v.fail(GroupArchive, "stale", fmt.Sprintf("The archive (%s) is newer than the page (%s), which is of an older build.", there.UTC().Format(time.DateTime), page.UTC().Format(time.DateTime)))
		return nil
	}
	v.add(GroupArchive, "version", OK, "The page asks for version "+named+"; --deep downloads the archive and compares.")
	return nil
}

// uploadTime is by how much an archive may be newer than its page: uploads take their time, and a page is written after its archive.
const uploadTime = 6 * time.Hour

// ours returns the archive in the output folder and its version, "" where there is none.
func (v *visit) ours() (path, version string) {
	if v.cfg == nil {
		return "", ""
	}
	path = filepath.Join(v.cfg.Output, archiveNames[v.arch.format])
	version, err := generator.ArchiveVersion(path)
	if err != nil {
		return path, ""
	}
	return path, version
}

// sameEnds compares beginning, end and length of the archive with a file.
func (v *visit) sameEnds(ctx context.Context, path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	r := &v.arch
	if info.Size() != r.size {
		return false, nil
	}
	for _, offset := range []int64{0, r.size / 2, max(0, r.size-headBytes)} {
		here := make([]byte, min(headBytes, r.size-offset))
		if _, err := f.ReadAt(here, offset); err != nil {
			return false, err
		}
		a, err := v.part(ctx, r.url, offset, int64(len(here)), nil)
		if err != nil {
			return false, err
		}
		if a.status != http.StatusPartialContent || !bytes.Equal(a.body, here) {
			return false, nil
		}
	}
	return true, nil
}

// maxDownload bounds what --deep downloads, in bytes.
const maxDownload = 64 << 30

// download fetches the whole archive, compares its version and, for PMTiles, checks every tile.
func (v *visit) download(ctx context.Context, named string) error {
	f, err := scratch.Create(os.TempDir(), "doctor", 0o600)
	if err != nil {
		v.add(GroupArchive, "version", Warning, fmt.Sprintf("The archive cannot be downloaded: %v.", err), "make room in the folder for temporary files (TMPDIR)")
		return nil
	}
	defer scratch.Discard(f)
	sum := sha256.New()
	length, err := v.client.fetch(ctx, v.arch.url, io.MultiWriter(f, sum), maxDownload)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		v.add(GroupArchive, "version", Fault, fmt.Sprintf("The archive cannot be downloaded: %v.", err), remedy("unanswered", Unknown)...)
		return nil
	case v.arch.size > 0 && length != v.arch.size:
		v.fail(GroupArchive, "truncated", fmt.Sprintf("The archive has %d bytes by parts, but %d as a whole.", v.arch.size, length))
		return nil
	}
	real := hex.EncodeToString(sum.Sum(nil))[:generator.VersionDigits]
	if named != "" && real != named {
		v.fail(GroupArchive, "stale", fmt.Sprintf("The archive on the host is not the one that the page asks for (version %s, not %s).", real, named))
	} else if named != "" {
		v.add(GroupArchive, "version", OK, "Page and archive belong together (version "+named+").")
	}
	findings, _, err := generator.VerifyArchive(ctx, f.Name(), nil)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		v.fail(GroupArchive, "garbage", fmt.Sprintf("The archive on the host cannot be checked: %v.", err))
	case len(findings) > 0:
		v.fail(GroupArchive, "garbage", fmt.Sprintf("The archive on the host has %s, the first: %s.", words.Plural(len(findings), "fault", "faults"), findings[0]))
	default:
		v.add(GroupArchive, "tiles", OK, "Every tile is sound.")
	}
	return nil
}
