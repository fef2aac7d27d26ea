package generator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/sysfault"
	"heatmapgen/templates"
)

// A ForeignPageError says that there is a page in the way that heatmapgen did not make.
type ForeignPageError struct{ Path string }

func (e *ForeignPageError) Error() string {
	return e.Path + " was not made by heatmapgen and stays as it is; choose another output folder, or have it replaced with --replace-page"
}

// A FullDiskError says that there is no room left on a disk, and that the site is as it was.
type FullDiskError struct {
	Output string
	Err    error
}

func (e *FullDiskError) Error() string {
	words, remedy := sysfault.Words(e.Err)
	return fmt.Sprintf("%v: %s. The site in %s is as it was; %s", e.Err, words, e.Output, remedy)
}

func (e *FullDiskError) Unwrap() error { return e.Err }

// explainFull gives an error of a full disk the words that belong to it.
func explainFull(err error, output string) error {
	var standing *atomicfile.StandingError
	// A source that cannot be unpacked says so itself.
	if words, _ := sysfault.Words(err); err == nil || words == "" || !atomicfile.DiskFull(err) || errors.As(err, &standing) || ends(err) {
		return err
	}
	return &FullDiskError{output, err}
}

// maxPage bounds what is read of a page, in bytes; ours has up to 2.2 MB and what its settings need.
const maxPage = 16 << 20

// readPage returns the page in the folder dir, as far as ours could go.
func readPage(dir string) ([]byte, error) {
	f, err := atomicfile.OpenShared(filepath.Join(dir, PageName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxPage))
}

// checkPage refuses to write a page in the place of one of somebody else's, unless told to.
func checkPage(cfg *config.Config, opts *Options) error {
	path := filepath.Join(cfg.Output, PageName)
	if _, err := atomicfile.Target(path); err != nil {
		return fmt.Errorf("the page cannot be written: %w", err)
	}
	page, err := readPage(cfg.Output)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("looking at the page that is there: %w", err)
	}
	if _, err := templates.ArchiveURL(page); err != nil && !opts.ReplacePage {
		return &ForeignPageError{path}
	}
	return nil
}

// commit gives the finished archive, the basemaps that lie in the site, and a page that names them their places, all or none. An archive of ours in the other
// format, and basemaps, which the page does not use any more, go with the old page.
func (b *build) commit(ctx context.Context, w *workplace, staged *atomicfile.Staged, meta *Metadata) error {
	files := []*atomicfile.Staged{staged}
	defer func() {
		for _, f := range files {
			f.Discard()
		}
	}()
	version, err := versionOf(staged)
	if err != nil {
		return err
	}
	maps, shown, err := stageBasemaps(ctx, b.cfg, staged.Path())
	files = append(files, maps...)
	if err != nil {
		return err
	}
	page, err := stagePage(b.cfg, version, meta, shown)
	if err != nil {
		return err
	}
	files = append(files, page)
	remove := oldBasemaps(b.cfg.Output, maps)
	other := otherPath(b.cfg)
	is, err := ours(other)
	if err != nil {
		return err
	}
	if is {
		remove = append(remove, filepath.Base(other))
	} else if isFile(other) {
		b.report.note("%s is no archive that heatmapgen can read, so it stays, though the page does not use it. Remove it if nothing else does: it would be published with the site.", other)
	}
	// Somebody may have put a page there since the build began.
	if err := checkPage(b.cfg, &b.opts); err != nil {
		return err
	}
	all := files
	files = nil // they are used up
	if err := w.output.Commit(all, remove); err != nil {
		return err
	}
	for _, name := range remove {
		b.report.note("%s, which the page does not use any more, was removed.", filepath.Join(b.cfg.Output, name))
	}
	return nil
}

// ours reports whether the file path is an archive of heatmapgen, which goes with the old page. The error says that this cannot be
// told, since the file cannot be read now.
func ours(path string) (bool, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return false, nil
	}
	// SQLite, too, may take what it could not read for what is not there: only a file that can be read from beginning to end,
	// and is none of ours twice, is none.
	for range 2 {
		if err == nil {
			var s *Site
			if s, err = OpenSite(path); err == nil {
				return true, s.Close()
			}
		}
		if !archive.Unreadable(err) {
			_, err = fileHash(path)
		}
		if err != nil {
			return false, fmt.Errorf("looking at the archive of the other format, which the new page does not use: %w", err)
		}
	}
	return false, nil
}

// placeConverted gives a converted archive its place in the folder, which is nil unless the archive has the name of a
// site's. Where the page there names it, the page names the new one from then on: both or neither.
func placeConverted(folder *atomicfile.Folder, staged *atomicfile.Staged, name string) error {
	if folder == nil {
		return staged.Replace()
	}
	page, err := pageFor(folder.Dir(), staged, name)
	if err != nil {
		staged.Discard()
		return err
	}
	all := []*atomicfile.Staged{staged}
	if page != nil {
		all = append(all, page)
	}
	return folder.Commit(all, nil)
}

// pageFor returns the page in the folder dir as it must be with the finished archive in the place of the one called name, nil
// where there is no page that names it.
func pageFor(dir string, staged *atomicfile.Staged, name string) (*atomicfile.Staged, error) {
	page, err := readPage(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the page: %w", err)
	}
	address, err := templates.ArchiveURL(page)
	if named, _, _ := strings.Cut(address, "?"); err != nil || named != name {
		return nil, nil
	}
	version, err := versionOf(staged)
	if err != nil {
		return nil, err
	}
	if page, err = templates.WithArchive(page, archiveAddress(name, version)); err != nil {
		return nil, err
	}
	return atomicfile.Stage(filepath.Join(dir, PageName), siteMode, func(f *os.File) error {
		_, err := f.Write(page)
		return err
	})
}

// archiveAddress is how a page names its archive.
func archiveAddress(name, version string) string { return name + "?v=" + version }

// siteMode are the permissions of the files of a site, whatever the umask: a web server is to read them.
const siteMode fs.FileMode = 0o644
