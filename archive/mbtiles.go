package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The schema of MBTiles (docs/format.md). The table "tiles" and the rows of
// "metadata" follow the MBTiles specification 1.3; the rest is ours.
const (
	// mbtilesApplicationID is what that specification asks for, "MPBX".
	mbtilesApplicationID = 0x4d504258
	// mbtilesPageSize holds a tile, or a dozen, so that a reader by ranges needs few pages
	// and few levels of them: one interior page lists the leaves of some 80 MB.
	mbtilesPageSize = 32768

	metadataTable = "metadata"
	tilesTable    = "tiles"

	metadataSchema = "CREATE TABLE metadata (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)"
)

// tilesSchema is the schema of a table of tiles or blocks.
func tilesSchema(table string) string {
	return "CREATE TABLE " + table + " (tile_id INTEGER PRIMARY KEY, zoom_level INTEGER NOT NULL, " +
		"tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL)"
}

// MBTilesHead is how much of the beginning of a file IsOurMBTiles needs, in bytes: the largest page there is.
const MBTilesHead = 1 << 16

// IsOurMBTiles reports whether a file that begins so is an MBTiles archive of heatmapgen: the Writer's schema stands on the first page.
func IsOurMBTiles(head []byte) bool {
	return bytes.HasPrefix(head, []byte(sqliteMagic)) && bytes.Contains(head, []byte(metadataSchema)) && bytes.Contains(head, []byte(tilesSchema(tilesTable)))
}

// indexSchema is the schema of the index of a table of tiles or blocks.
func indexSchema(table string) string {
	return "CREATE UNIQUE INDEX " + table + "_index ON " + table + " (zoom_level, tile_column, tile_row)"
}

// tableOf returns the table of the tiles of a field.
func tableOf(field int, ids []string) string {
	if field == 0 {
		return tilesTable
	}
	return tilesTable + "_" + ids[field]
}

// plainID are the field ids that can stand in the name of a table.
var plainID = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// checkFieldIDs checks that tables can be called after ids.
func checkFieldIDs(ids []string, fields int) error {
	if len(ids) != fields {
		return fmt.Errorf("it has %d names for %d fields", len(ids), fields)
	}
	seen := map[string]bool{"index": true} // tiles_index is the index of tiles
	for _, id := range ids {
		if !plainID.MatchString(id) || seen[id] || strings.HasSuffix(id, "_index") {
			return fmt.Errorf("the field name %q is taken or is no small letters and digits", id)
		}
		seen[id] = true
	}
	return nil
}

// tmsRow turns a row counted from the north into one counted from the south, as
// MBTiles has it, and back.
func tmsRow(zoom uint8, y uint32) uint32 { return 1<<zoom - 1 - y }

// A metadataRow is a row of the table metadata.
type metadataRow struct{ name, value string }

// metadataRows makes the rows of the table metadata: what the specification asks
// for, in its order, then the other keys of the JSON object text. A value that is no
// string is stored as JSON.
func (p *plan) metadataRows(text []byte) ([]metadataRow, error) {
	if text == nil {
		text = []byte("{}")
	}
	object, err := metadataObject(text)
	if err != nil {
		return nil, err
	}
	var name string
	if err := json.Unmarshal(object["name"], &name); err != nil {
		return nil, errors.New("its metadata have no name, which MBTiles needs")
	}
	l := p.layout.Fields[0]
	minZoom, maxZoom := l.Zooms[0].Zoom, l.Zooms[len(l.Zooms)-1].Zoom
	rows := append([]metadataRow{{"name", name}}, placeRows(&p.base, minZoom, maxZoom)...)
	for _, r := range rows {
		if _, ok := object[r.name]; ok && r.name != "name" {
			return nil, fmt.Errorf("its metadata have the key %q, which MBTiles uses otherwise", r.name)
		}
	}
	delete(object, "name")
	for _, key := range []string{"attribution", "description", "type", "version"} {
		if value, ok := object[key]; ok {
			rows = append(rows, metadataRow{key, rowValue(value)})
			delete(object, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		rows = append(rows, metadataRow{key, rowValue(object[key])})
	}
	return rows, nil
}

// placeRows makes those rows of the table metadata that say what the header of PMTiles says, for a default field with
// tiles at the given zooms.
func placeRows(h *header, minZoom, maxZoom uint8) []metadataRow {
	return []metadataRow{
		{"format", "png"},
		{"bounds", strings.Join([]string{fromE7(h.minLon), fromE7(h.minLat), fromE7(h.maxLon), fromE7(h.maxLat)}, ",")},
		{"center", strings.Join([]string{fromE7(h.centerLon), fromE7(h.centerLat), strconv.Itoa(int(min(max(h.centerZoom, minZoom), maxZoom)))}, ",")},
		{"minzoom", strconv.Itoa(int(minZoom))},
		{"maxzoom", strconv.Itoa(int(maxZoom))},
	}
}

// rowValue returns a JSON value as a row of metadata has it: a string as it is, all
// else as JSON.
func rowValue(raw json.RawMessage) string {
	var s string
	if raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// fromE7 writes degrees that are given in units of 1e-7 degree.
func fromE7(v int32) string { return strconv.FormatFloat(float64(v)/1e7, 'f', -1, 64) }
