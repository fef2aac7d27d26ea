package templates

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
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
