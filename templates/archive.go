package templates

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
)

// ErrNotOurs says that a page is none that Render wrote.
var ErrNotOurs = errors.New("the page was not made by heatmapgen")

var (
	settingsElement = regexp.MustCompile(`(?s)<script type="application/json" id="settings">(.*?)</script>`)
	// archiveSetting is the first "archive" of the settings. Texts before it cannot look like it, since their quotes are escaped.
	archiveSetting = regexp.MustCompile(`"archive":("(?:[^"\\]|\\.)*")`)
)

// ArchiveURL returns where a finished page looks for its archive: the ArchiveURL that it was rendered
// with. It fails with ErrNotOurs.
func ArchiveURL(page []byte) (string, error) {
	at, err := locateArchive(page)
	if err != nil {
		return "", err
	}
	var address string
	if json.Unmarshal(page[at[0]:at[1]], &address) != nil {
		return "", ErrNotOurs
	}
	return address, nil
}

// WithArchive returns a finished page that looks for its archive at another address, relative to itself, and is
// the same otherwise. It fails with ErrNotOurs.
func WithArchive(page []byte, address string) ([]byte, error) {
	at, err := locateArchive(page)
	if err != nil {
		return nil, err
	}
	// Marshal escapes what would end the element.
	quoted, err := json.Marshal(address)
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{page[:at[0]], quoted, page[at[1]:]}, nil), nil
}

// locateArchive returns where the address of the archive begins and ends, quotes included.
func locateArchive(page []byte) ([2]int, error) {
	element := settingsElement.FindSubmatchIndex(page)
	if element == nil {
		return [2]int{}, ErrNotOurs
	}
	value := archiveSetting.FindSubmatchIndex(page[element[2]:element[3]])
	if value == nil {
		return [2]int{}, ErrNotOurs
	}
	return [2]int{element[2] + value[2], element[2] + value[3]}, nil
}

// BasemapPrefix begins the names of the archives of basemaps that lie beside a page; that of the basemap, as Basemap.ID has it, and ".pmtiles" follow.
const BasemapPrefix = "basemap."

var (
	pmtilesSetting = regexp.MustCompile(`"pmtiles":("(?:[^"\\]|\\.)*")`)
	// besidePage is the form of the addresses of basemaps that lie beside a page, with their version in the name or in the query.
	besidePage = regexp.MustCompile(`^basemap\.[a-z0-9_-]+(?:\.[0-9a-f]{16})?\.pmtiles(?:\?v=[0-9a-f]{16})?$`)
)

// BasemapAddresses returns where a finished page looks for the basemaps that lie beside it: their names, with a version as a query. A page of somebody
// else's has none.
func BasemapAddresses(page []byte) []string {
	element := settingsElement.FindSubmatch(page)
	if element == nil {
		return nil
	}
	var all []string
	for _, m := range pmtilesSetting.FindAllSubmatch(element[1], -1) {
		var address string
		if json.Unmarshal(m[1], &address) == nil && BesidePage(address) {
			all = append(all, address)
		}
	}
	return all
}

// BesidePage reports whether an address is of a basemap that lies beside the page.
func BesidePage(address string) bool { return besidePage.MatchString(address) }

// FileOf returns the name of the file at an address beside a page.
func FileOf(address string) string {
	name, _, _ := strings.Cut(address, "?")
	return name
}

// WithBasemap returns a finished page that looks for a basemap at another address beside it, and is the same otherwise.
func WithBasemap(page []byte, from, to string) []byte {
	at := settingsElement.FindSubmatchIndex(page)
	if at == nil {
		return page
	}
	settings := pmtilesSetting.ReplaceAllFunc(page[at[2]:at[3]], func(m []byte) []byte {
		_, value, _ := bytes.Cut(m, []byte(":"))
		var address string
		if json.Unmarshal(value, &address) != nil || address != from {
			return m
		}
		quoted, _ := json.Marshal(to) // a string has no fault
		return append([]byte(`"pmtiles":`), quoted...)
	})
	return bytes.Join([][]byte{page[:at[2]], settings, page[at[3]:]}, nil)
}
