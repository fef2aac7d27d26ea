package generator

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"

	"heatmapgen/layers"
)

// rowsFile is the name of the cache in its folder.
const rowsFile = "rows"

// maxRowsBytes bounds the cache: what does not fit is made anew each time. Where a browser has no disk for pages it is in memory.
const maxRowsBytes = 512 << 20

// A cache keeps decoded tracks and painted cells for as long as the program lives: a page surveys and builds many times from the same files.
// There is no SQLite in a browser; rows are appended to a file, and where they lie is in memory. A nil cache holds nothing.
type cache struct {
	mu   sync.Mutex
	file *os.File
	size int64
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
	c := &cache{file: file, rows: map[rowPlace]rowExtent{}}
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

// store puts a row in the place of one with its id, as far as there is room.
func (c *cache) store(key *rowKey, row []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size+int64(len(row)) > maxRowsBytes {
		return
	}
	// Whatever is written by halves lies behind the end and is written over.
	if _, err := c.file.WriteAt(row, c.size); err != nil {
		return
	}
	c.rows[rowPlace{key.table, key.id()}] = rowExtent{c.size, int64(len(row))}
	c.size += int64(len(row))
}

// keepCells forgets all cells but those of the jobs and some others, and everything once the larger part of a full file is of rows that were
// replaced.
func (c *cache) keepCells(jobs []cellJob, others []layers.Cell) {
	if c == nil {
		return
	}
	keep := cellRows(jobs, others)
	c.mu.Lock()
	defer c.mu.Unlock()
	var live int64
	for place, at := range c.rows {
		if place.table == cellTable && !keep[place.id] {
			delete(c.rows, place)
			continue
		}
		live += at.length
	}
	if c.size > maxRowsBytes/2 && live < c.size/2 {
		clear(c.rows)
		c.size = 0
		_ = c.file.Truncate(0)
	}
}

func (c *cache) close() {}
