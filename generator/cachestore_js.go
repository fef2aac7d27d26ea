package generator

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"heatmapgen/layers"
)

// rowsFile is the name of the cache in its folder.
const rowsFile = "rows"

// maxRowsBytes bounds a cache: what does not fit is made anew each time. The environment variable rowsVariable may name another number: several
// instances of the module share what there is, and where a browser has no disk for pages that is memory.
const maxRowsBytes = 512 << 20

const rowsVariable = "HEATMAPGEN_ROWS"

// A cache keeps decoded tracks and painted cells for as long as the program lives: a page surveys and builds many times from the same files.
// There is no SQLite in a browser; rows are appended to a file, and where they lie is in memory. A nil cache holds nothing.
type cache struct {
	mu   sync.Mutex
	file *os.File
	most int64 // bytes of the file
	size int64
	live int64 // what of that are rows, not such that others have replaced
	rows map[rowPlace]rowExtent
}

type rowPlace struct {
	table string
	id    int64
}

// A rowExtent is where a row lies in the file.
type rowExtent struct{ offset, length int64 }

// caches are those that were opened, by their folder.
var caches = map[string]*cache{}

// openCache opens the cache in folder dir, an empty one at first.
func openCache(dir string) (*cache, error) {
	if c := caches[dir]; c != nil {
		return c, nil
	}
	file, err := os.Create(filepath.Join(dir, rowsFile))
	if err != nil {
		return nil, err
	}
	c := &cache{file: file, most: maxRowsBytes, rows: map[rowPlace]rowExtent{}}
	if most, err := strconv.ParseInt(os.Getenv(rowsVariable), 10, 64); err == nil {
		c.most = most
	}
	caches[dir] = c
	return c, nil
}

func (c *cache) takeNotes() []string { return nil }

// read hands parse the content of the row of a key, and reports whether there is such a row and parse took it.
func (c *cache) read(key *rowKey, parse func(content []byte) error) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	at, ok := c.rows[rowPlace{key.table, key.id()}]
	c.mu.Unlock()
	if !ok {
		return false
	}
	row := make([]byte, at.length)
	if _, err := c.file.ReadAt(row, at.offset); err != nil {
		return false
	}
	hash, content, err := unseal(key.table, key.id(), row)
	return err == nil && bytes.Equal(hash[:], key.hash[:]) && parse(content) == nil
}

// store puts a row in the place of one with its id, as far as there is room. Where most of a full file are rows that were replaced it forgets them all.
func (c *cache) store(key *rowKey, row []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	length := int64(len(row))
	if c.size+length > c.most && c.live < c.size/2 {
		clear(c.rows)
		c.size, c.live = 0, 0
		_ = c.file.Truncate(0)
	}
	if c.size+length > c.most {
		return
	}
	// Whatever is written by halves lies behind the end and is written over.
	if _, err := c.file.WriteAt(row, c.size); err != nil {
		return
	}
	place := rowPlace{key.table, key.id()}
	c.live += length - c.rows[place].length
	c.rows[place] = rowExtent{c.size, length}
	c.size += length
}

// keepCells forgets all cells but those of the jobs and some others.
func (c *cache) keepCells(jobs []cellJob, others []layers.Cell) {
	if c == nil {
		return
	}
	keep := cellRows(jobs, others)
	c.mu.Lock()
	defer c.mu.Unlock()
	for place, at := range c.rows {
		if place.table == cellTable && !keep[place.id] {
			delete(c.rows, place)
			c.live -= at.length
		}
	}
}

func (c *cache) close() {}
