package deploy

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"heatmapgen/generator"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/templates"
)

// A Site is a finished site in a folder, checked: the page names the archive, and the archive is whole
// enough to be opened.
type Site struct {
	// Page is index.html as it goes up: the built one, but for the name of the archive.
	Page []byte
	// Archive is the path of the archive.
	Archive string
	// Name is that of the archive in a place: "heatmap.0123456789abcdef.pmtiles".
	Name string
	// Size is that of the archive in bytes.
	Size int64

	version  string // the digits in Name
	md5      []byte // of the archive
	basemaps []*file
}

// OpenSite reads and checks the site in a folder. An error says which command to run.
func OpenSite(folder string) (*Site, error) {
	if err := atomicfile.Settle(folder); err != nil {
		return nil, err
	}
	if err := checkPrivate(folder); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, PageName)
	page, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no site in %s yet; run \"heatmapgen build\" first", folder)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the page: %w", err)
	}
	address, err := templates.ArchiveURL(page)
	if err != nil {
		return nil, fmt.Errorf("%s was not made by heatmapgen; run \"heatmapgen build\", or name the folder of the site with --output", path)
	}
	name, version, err := builtArchive(address)
	if err != nil {
		return nil, fmt.Errorf("%s looks for its archive at %q, %w; run \"heatmapgen html\" first", path, address, err)
	}
	s := &Site{Archive: filepath.Join(folder, name)}
	if s.Size, s.version, s.md5, err = measure(s.Archive); err != nil {
		return nil, fmt.Errorf("reading the archive: %w", err)
	}
	if s.version != version {
		return nil, fmt.Errorf("%s and %s are not of the same build; run \"heatmapgen html\" first", path, s.Archive)
	}
	archive, err := generator.OpenSite(s.Archive)
	if err != nil {
		return nil, fmt.Errorf("%w; run \"heatmapgen build\" first", err)
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	ext := filepath.Ext(name)
	s.Name = strings.TrimSuffix(name, ext) + "." + version + ext
	if s.Page, err = templates.WithArchive(page, s.Name); err != nil {
		return nil, err
	}
	return s, s.addBasemaps(folder, page)
}

// builtArchive takes the address of an archive in a page apart, as a build writes it: "heatmap.pmtiles?v=" and
// the version.
func builtArchive(address string) (name, version string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", errors.New("which is no address")
	}
	name, version = u.Path, u.Query().Get("v")
	ext := filepath.Ext(name)
	if archiveTypes[ext] == "" || hostedVersion("heatmap."+version+ext) == "" || name != "heatmap"+ext || u.Host != "" {
		return "", "", errors.New("where a build does not put it")
	}
	return name, version, nil
}

// measure reads a file once for its size in bytes, the digits that name it, and its MD5.
func measure(path string) (size int64, version string, sum []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", nil, err
	}
	defer f.Close()
	sha, short := sha256.New(), md5.New()
	if size, err = io.Copy(io.MultiWriter(sha, short), f); err != nil {
		return 0, "", nil, err
	}
	return size, versionOf(sha.Sum(nil)), short.Sum(nil), nil
}

// versionOf returns the digits of a SHA-256 that name an archive.
func versionOf(sha []byte) string { return hex.EncodeToString(sha)[:generator.VersionDigits] }
