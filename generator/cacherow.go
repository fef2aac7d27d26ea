package generator

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"heatmapgen/activity/track"
	"heatmapgen/archive"
	"heatmapgen/layers"
)

// The cache's tables have one form: an id, and data that are sealed. A table is one B-tree; there is no index beside
// it, whose damage could lead from one row's key to another row.
const (
	trackTable = "track"
	cellTable  = "cell"
)

// cacheTables are all of them.
var cacheTables = []string{cellTable, trackTable}

// cacheTableSchema is the schema of a table of the cache.
func cacheTableSchema(table string) string {
	return "CREATE TABLE " + table + " (id INTEGER PRIMARY KEY, data BLOB NOT NULL)"
}

// A rowKey says what a row holds. Its number says of what, so that what is newer takes the place of what is older; its
// hash says of which state of that.
type rowKey struct {
	table  string
	number uint64
	hash   [sha256.Size]byte
}

// trackKey is the key of what decoding a file gave, by the hash of its bytes.
func trackKey(hash [sha256.Size]byte) rowKey {
	return rowKey{trackTable, binary.BigEndian.Uint64(hash[:]), hash}
}

// cellRowKey is the key of the tiles of a cell, by the hash of all they hang on.
func cellRowKey(cell layers.Cell, hash [sha256.Size]byte) rowKey {
	return rowKey{cellTable, archive.TileID(cell.Zoom, cell.X, cell.Y), hash}
}

// cellRows are the ids of the rows of the jobs' cells and of some others.
func cellRows(jobs []cellJob, others []layers.Cell) map[int64]bool {
	ids := make(map[int64]bool, len(jobs)+len(others))
	add := func(cell layers.Cell) {
		key := cellRowKey(cell, [sha256.Size]byte{})
		ids[key.id()] = true
	}
	for i := range jobs {
		add(jobs[i].cell)
	}
	for _, cell := range others {
		add(cell)
	}
	return ids
}

// id is the key of the row in its table.
func (k *rowKey) id() int64 { return int64(k.number) }

// A sealed row is
//
//	SHA-256 of the name of its table and of everything behind it    32 bytes
//	number, big endian                                               8 bytes
//	hash                                                            32 bytes
//	content
//
// so that neither a flipped bit nor a row that came to lie in another place of the file is ever taken for what was asked.
const (
	sealLen = sha256.Size
	keyLen  = 8 + sha256.Size
)

// seal returns the row of a key; content appends what it holds.
func seal(k *rowKey, content func([]byte) []byte) []byte {
	row := make([]byte, sealLen, 1<<12)
	row = binary.BigEndian.AppendUint64(row, k.number)
	row = append(row, k.hash[:]...)
	row = content(row)
	copy(row, checksum(k.table, row[sealLen:]))
	return row
}

// checksum returns the seal of the rest of a row of a table.
func checksum(table string, rest []byte) []byte {
	h := sha256.New()
	h.Write([]byte(table))
	h.Write(rest)
	return h.Sum(nil)
}

// The ways in which a row of the cache is damaged.
var (
	errSeal  = errors.New("its checksum is wrong")
	errPlace = errors.New("it belongs elsewhere")
)

// unseal returns the hash and the content of the row that was found in a table under an id. The content stays in row.
func unseal(table string, id int64, row []byte) (hash [sha256.Size]byte, content []byte, err error) {
	if len(row) < sealLen+keyLen || !bytes.Equal(row[:sealLen], checksum(table, row[sealLen:])) {
		return hash, nil, errSeal
	}
	hash = [sha256.Size]byte(row[sealLen+8:])
	if int64(binary.BigEndian.Uint64(row[sealLen:])) != id {
		return hash, nil, errPlace
	}
	return hash, row[sealLen+keyLen:], nil
}

// Problems that are worth remembering, by the names they have in the cache.
var cachedProblems = map[string]error{
	"no position": track.ErrNoPosition,
	"empty":       track.ErrEmpty,
	"plan":        track.ErrPlan,
	"unknown":     track.ErrUnknownFormat,
	"corrupt":     track.ErrCorrupt,
}

// A rememberedError is an error of an earlier decoding: its words, and the kind errors.Is finds.
type rememberedError struct {
	kind   error
	detail string
}

func (e rememberedError) Error() string { return e.detail }
func (e rememberedError) Unwrap() error { return e.kind }

// appendDecoded encodes what decoding a file gave: the version of the decoders, the problem, its words, and the track if
// there is one.
func appendDecoded(dst []byte, r *track.Result, kind, detail string) []byte {
	dst = binary.AppendUvarint(dst, track.Version)
	for _, text := range []string{kind, detail} {
		dst = binary.AppendUvarint(dst, uint64(len(text)))
		dst = append(dst, text...)
	}
	if r != nil {
		dst = track.Append(dst, r)
	}
	return dst
}

var errDecoded = errors.New("the stored track cannot be read")

// parseDecoded decodes what appendDecoded wrote. Either the result or the problem may be nil, not both.
func parseDecoded(b []byte) (r *track.Result, problem error, err error) {
	version, b := uvarint(b)
	if version != track.Version {
		return nil, nil, errDecoded
	}
	var texts [2]string
	for i := range texts {
		var n uint64
		if n, b = uvarint(b); b == nil || n > uint64(len(b)) {
			return nil, nil, errDecoded
		}
		texts[i], b = string(b[:n]), b[n:]
	}
	if kind := texts[0]; kind != "" {
		known, ok := cachedProblems[kind]
		if !ok {
			return nil, nil, errDecoded
		}
		problem = rememberedError{known, texts[1]}
	}
	if len(b) > 0 {
		if r, err = track.Parse(b); err != nil {
			return nil, nil, err
		}
	}
	if r == nil && problem == nil {
		return nil, nil, errDecoded
	}
	return r, problem, nil
}

// describe names the row of a key in a note.
func (k *rowKey) describe() string { return fmt.Sprintf("row %d of %s", k.id(), k.table) }
