package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/scratch"
	"heatmapgen/internal/words"
	"heatmapgen/templates"
)

// archiveNames are the names of archives, by format.
var archiveNames = map[string]string{config.FormatPMTiles: generator.ArchiveName, config.FormatMBTiles: generator.MBTilesName}

// otherFormat returns the format that is not the given one.
func otherFormat(format string) string {
	if format == config.FormatMBTiles {
		return config.FormatPMTiles
	}
	return config.FormatMBTiles
}

// maxPage bounds what is read of a page; ours has up to 2.2 MB and what its settings need.
const maxPage = 16 << 20

// site checks the output folder.
func (l *local) site(ctx context.Context) {
	dir := l.cfg.Output
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		if err == nil {
			err = errors.New("it is not a folder")
		}
		if errors.Is(err, fs.ErrNotExist) {
			l.add(GroupPage, "page", Warning, "There is no site in "+dir+" yet.", `make it with "heatmapgen build"`)
			return
		}
		l.add(GroupPage, "page", Fault, fmt.Sprintf("The site in %s cannot be looked at: %v.", dir, err), "check the folder, or name another one as output")
		return
	}
	if err := atomicfile.Settle(dir); err != nil {
		l.add(GroupPage, "page", Fault, fmt.Sprintf("A build was cut off when it put page and archive in their places: %v.", err), `run "heatmapgen build" as the user who may write there`)
	}
	named := l.page(dir)
	l.archive(ctx, dir, named)
	l.basemaps(dir, named)
	l.leftovers(GroupPage, dir)
	l.published(dir, named)
	l.sizes(dir)
}

// page checks the page of the site and returns the settings in it, nil when there are none.
func (l *local) page(dir string) *pageSettings {
	path := filepath.Join(dir, generator.PageName)
	const remedy = `write it with "heatmapgen html" from the archive that is there, or with "heatmapgen build"`
	text, err := readStart(path, maxPage)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			l.add(GroupPage, "page", Fault, "There is no page "+path+".", remedy)
		} else {
			l.add(GroupPage, "page", Fault, fmt.Sprintf("The page cannot be read: %v.", err), remedy)
		}
		return nil
	}
	p := parsePage(text)
	switch {
	case p.settings == nil:
		l.add(GroupPage, "page", Fault, path+" is no page of heatmapgen, or was cut off.", remedy)
		return nil
	case p.altered():
		l.add(GroupPage, "page", Fault, path+" was altered: its script is not the one that it allows itself, so browsers will not run it.", remedy)
	default:
		l.add(GroupPage, "page", OK, fmt.Sprintf("%s is whole (%s).", path, size(int64(len(text)))))
	}
	if info, err := os.Stat(path); err == nil && l.cfg.File != "" {
		if settings, err := os.Stat(l.cfg.File); err == nil && settings.ModTime().After(info.ModTime()) {
			l.add(GroupPage, "age", Warning, l.cfg.File+" was changed after the page was written.", `if the change is to show, run "heatmapgen build"; for title and [page] alone, "heatmapgen html" is enough`)
		}
	}
	return p.settings
}

// archive checks the archive that the page names, or else the one of the configuration's format.
func (l *local) archive(ctx context.Context, dir string, page *pageSettings) {
	format, version := l.cfg.Format, ""
	file := archiveNames[format]
	if page != nil {
		name, v, local := page.localArchive()
		hosted := hostedName.FindStringSubmatch(name)
		switch {
		case !local:
			l.add(GroupArchive, "match", OK, "The page takes its archive from another place.")
			return
		case hosted != nil:
			file, format = name, hosted[2]
		case name == archiveNames[otherFormat(format)]:
			file, format = name, otherFormat(format)
		case name != archiveNames[format]:
			l.add(GroupArchive, "match", Fault, fmt.Sprintf("The page asks for %q, which is no name of an archive.", name), `write it anew with "heatmapgen html"`)
		}
		version = v
	}
	path := filepath.Join(dir, file)
	l.twoArchives(dir, format, page)
	info, err := os.Stat(path)
	if err != nil {
		l.add(GroupArchive, "archive", Fault, "There is no archive "+path+".", `make it with "heatmapgen build"`)
		return
	}
	text, err := l.sound(ctx, path, format)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		l.add(GroupArchive, "archive", Fault, fmt.Sprintf("The archive cannot be used: %v.", err), `make it anew with "heatmapgen build"`)
		return
	}
	l.add(GroupArchive, "archive", OK, fmt.Sprintf("%s is sound (%s%s).", path, size(info.Size()), text))
	if page == nil {
		return
	}
	switch real, err := generator.ArchiveVersion(path); {
	case err != nil:
		l.add(GroupArchive, "match", Fault, fmt.Sprintf("The archive cannot be read: %v.", err), "check its permissions and the disk")
	case version == "":
		l.add(GroupArchive, "match", Warning, "The page names no version of the archive, so caches may mix two builds.", `write it anew with "heatmapgen html"`)
	case version != real:
		l.add(GroupArchive, "match", Fault, fmt.Sprintf("The page belongs to another build of the archive (%s, not %s).", version, real),
			`write it anew with "heatmapgen html"; then upload both`)
	default:
		l.add(GroupArchive, "match", OK, "Page and archive belong together (version "+real+").")
	}
}

// twoArchives tells of an archive of the other format beside the one of the page.
func (l *local) twoArchives(dir, format string, page *pageSettings) {
	other := filepath.Join(dir, archiveNames[otherFormat(format)])
	info, err := os.Stat(other)
	if err != nil {
		return
	}
	if page == nil {
		l.add(GroupArchive, "two", Warning, other+" lies beside.", "delete the one that you do not use")
		return
	}
	l.add(GroupArchive, "two", Warning, fmt.Sprintf("%s (%s) lies beside, which the page does not use.", other, size(info.Size())), "delete it before you upload the folder")
}

// sound checks an archive: what it says of itself, with opts.Deep every tile. It returns what is to be said of a sound one.
func (l *local) sound(ctx context.Context, path, format string) (text string, err error) {
	head, err := readStart(path, headBytes)
	if err != nil {
		return "", err
	}
	if err := checkMagic(head, format); err != nil {
		return "", err
	}
	site, err := generator.OpenSite(path)
	if err != nil {
		return "", err
	}
	defer site.Close()
	text = ", " + site.Meta.Contents()
	if !l.opts.Deep {
		return text, faults(site.CheckMetadata())
	}
	findings, _, err := generator.VerifyArchive(ctx, path, nil)
	if err == nil {
		err = faults(findings)
	}
	return text + ", every tile", err
}

// faults makes an error of what was found in an archive, nil where that is nothing.
func faults(findings []string) error {
	if len(findings) == 0 {
		return nil
	}
	return fmt.Errorf("%s, the first: %s", words.Plural(len(findings), "fault", "faults"), oneLine(findings[0]))
}

// What may lie in a published folder beside page and archive, and what must not.
var (
	wanted = regexp.MustCompile(`^(index\.html|heatmap(\.[0-9a-f]{16})?\.(pmtiles|mbtiles)|CNAME|\.nojekyll|robots\.txt|sitemap\.xml|favicon\.(ico|png|svg)|apple-touch-icon.*\.png|404\.html|` +
		`_headers|_redirects|_routes\.json|netlify\.toml|vercel\.json|wrangler\.(toml|jsonc?)|staticwebapp\.config\.json|web\.config|\.htaccess|\.well-known|\.git(attributes|ignore)?|LICENSE.*|README.*)$`)
	secret = regexp.MustCompile(`(?i)^(\.env.*|heatmap\.toml.*|.*\.toml\.(bak|orig)|privacy-secret.*|serve-token.*|\.heatmapgen|.*\.(fit|gpx|tcx)(\.gz)?|.*\.zip|.*\.sqlite(-wal|-shm)?|activities\.csv|profile\.csv|report.*\.(csv|txt|json)|id_[a-z0-9]+|.*\.(pem|key))$`)
)

// maxNamed is how many files a finding names.
const maxNamed = 5

// published tells of files that would be uploaded with the site.
func (l *local) published(dir string, page *pageSettings) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var ours []string
	for _, address := range page.basemapsBeside() {
		ours = append(ours, templates.FileOf(address))
	}
	var bad, odd []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case scratch.Ours(name), name == atomicfile.LockName, wanted.MatchString(name), slices.Contains(ours, name):
		case secret.MatchString(name):
			bad = append(bad, name)
		default:
			if e.IsDir() {
				name += "/"
			}
			odd = append(odd, name)
		}
	}
	if len(bad) > 0 {
		l.add(GroupPage, "published", Fault, fmt.Sprintf("Private files lie in %s and would be published with it: %s.", dir, list(bad)),
			"move them elsewhere; if they were public already, take what is in them for known")
	}
	if len(odd) > 0 {
		l.add(GroupPage, "published", Warning, fmt.Sprintf("Other files lie in %s and would be published with it: %s.", dir, list(odd)), "move what is not for everybody elsewhere")
	}
}

// list writes the first names of a list.
func list(names []string) string {
	slices.Sort(names)
	if n := len(names); n > maxNamed {
		return strings.Join(names[:maxNamed], ", ") + fmt.Sprintf(" and %d more", n-maxNamed)
	}
	return strings.Join(names, ", ")
}

// sizes compares the site with the limits of hosts.
func (l *local) sizes(dir string) {
	var file, all int64
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if e.IsDir() && e.Name() == ".git" {
			return fs.SkipDir
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			file, all = max(file, info.Size()), all+info.Size()
		}
		return nil
	})
	if all == 0 {
		return
	}
	var over []string
	for _, lim := range limits {
		if text := lim.over(file, all); text != "" {
			over = append(over, text)
		}
	}
	switch {
	case len(over) == 0:
		l.add(GroupHost, "size", OK, fmt.Sprintf("The site has %s, within the limits of all usual hosts.", size(all)))
	case len(over) == 1 && limits[0].over(file, all) != "":
		// The strictest host cannot send parts either, so few maps are there.
		l.add(GroupHost, "size", OK, fmt.Sprintf("The site has %s, too much for %s, but not for other usual hosts.", size(all), over[0]))
	default:
		l.add(GroupHost, "size", Warning, fmt.Sprintf("The site has %s, too much for %s.", size(all), strings.Join(over, ", ")),
			"put it on another host (docs/hosting.md has a table), or "+smaller(l.cfg.Page.Tracks))
	}
}

// headBytes is what is read of an archive to know it: header, root directory and mostly the metadata.
const headBytes = 64 << 10

// readStart returns at most n bytes of a file.
func readStart(path string, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n))
}

// The first bytes of files.
var (
	magicPMTiles = []byte("PMTiles")
	magicSQLite  = []byte("SQLite format 3\x00")
	magicLFS     = []byte("version https://git-lfs.github.com/spec/")
	magicGzip    = []byte{0x1f, 0x8b}
)

// formatOf returns the format that the first bytes of an archive tell, "" for no archive.
func formatOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, magicPMTiles):
		return config.FormatPMTiles
	case bytes.HasPrefix(head, magicSQLite):
		return config.FormatMBTiles
	}
	return ""
}

// checkMagic says what a file is that is no archive of the format.
func checkMagic(head []byte, format string) error {
	found := formatOf(head)
	switch {
	case found == format:
		return nil
	case found != "":
		return fmt.Errorf("it has the name of a %s file, but is a %s file", format, found)
	case len(head) == 0:
		return errors.New("it is empty")
	case bytes.HasPrefix(head, magicLFS):
		return errors.New("it is a pointer of Git LFS in place of the file")
	case bytes.HasPrefix(head, magicGzip):
		return errors.New("it is compressed with gzip")
	case looksLikeHTML(head):
		return errors.New("it is a web page")
	}
	return errors.New("it is no archive")
}

// looksLikeHTML reports whether text begins like a web page.
func looksLikeHTML(head []byte) bool {
	head = bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head[:min(len(head), 1024)], []byte("\ufeff")), " \t\r\n"))
	return bytes.HasPrefix(head, []byte("<!doctype")) || bytes.HasPrefix(head, []byte("<html")) || bytes.HasPrefix(head, []byte("<!--")) || bytes.HasPrefix(head, []byte("<head"))
}
