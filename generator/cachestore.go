//go:build !js

package generator

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"heatmapgen/internal/words"
	"heatmapgen/layers"
)

// cacheBatch is how many rows are stored in one transaction at most.
const cacheBatch = 16

// A cache keeps decoded tracks by the hash of the file they came from, and painted cells by the hash of all they hang
// on. It only ever saves time: every row is sealed together with its key (cacherow.go), and the first sign of damage,
// in a row or from SQLite, has the whole file thrown away and begun anew; what was read before was sealed and stays
// right. A nil cache holds nothing.
type cache struct {
	path string
	puts chan cacheWrite
	done sync.WaitGroup
	end  sync.Once

	// using is held for reading by whoever uses db, for writing to change it.
	using sync.RWMutex
	db    *sql.DB // nil when there is none any more
	// damages counts how often the file was found damaged, notes tell of it.
	damages int
	notes   []string
}

// A cacheWrite stores something as part of a transaction.
type cacheWrite func(*sql.Tx) error

// openCache opens the cache in folder dir, making it as needed, in the place of one that is damaged or of another
// version.
func openCache(dir string) (*cache, error) {
	c := &cache{path: filepath.Join(dir, cacheFile), puts: make(chan cacheWrite)}
	var err error
	c.db, err = openCacheFile(c.path)
	var other *OtherCacheError
	switch {
	case err == nil:
	case errors.As(err, &other):
		c.note("The cache %s is made anew, as it was %s: this build takes longer.", c.path, other.what)
		err = c.renew()
	case isDamage(err):
		c.note("The cache %s was damaged (%s). It is thrown away and made anew: this build takes longer.", c.path, words.OneLine(err.Error()))
		c.damages++
		err = c.renew()
	}
	if err != nil {
		return nil, fmt.Errorf("opening the cache %s: %w", c.path, err)
	}
	c.done.Add(1)
	go c.write()
	return c, nil
}

// renew deletes the file and makes an empty one. Nobody may use db meanwhile.
func (c *cache) renew() error {
	err := c.remove()
	if err == nil {
		c.db, err = openCacheFile(c.path)
	}
	return err
}

// remove closes and deletes the file, and what SQLite has beside it.
func (c *cache) remove() error {
	if c.db != nil {
		c.db.Close()
		c.db = nil
	}
	for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
		if err := os.Remove(c.path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (c *cache) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// takeNotes returns what there is to tell of the cache since it was asked last.
func (c *cache) takeNotes() []string {
	if c == nil {
		return nil
	}
	c.using.Lock()
	defer c.using.Unlock()
	notes := c.notes
	c.notes = nil
	return notes
}

// failed ends the use of the file behind db: err is what SQLite said or what is wrong with a row. A damaged file is
// thrown away and begun anew, the first time; one that cannot be used for another reason, such as a full disk, is left.
func (c *cache) failed(db *sql.DB, err error) {
	c.using.Lock()
	defer c.using.Unlock()
	if db != c.db {
		return // somebody else saw to it
	}
	why := words.OneLine(err.Error())
	if !isDamage(err) {
		c.db.Close()
		c.db = nil
		c.note("The cache %s cannot be used (%s): the next build may take longer.", c.path, why)
		return
	}
	c.damages++
	var left error
	if c.damages == 1 {
		c.note("The cache %s was damaged (%s). It is thrown away and made anew: nothing damaged is on the map, and this build takes longer.", c.path, why)
		left = c.renew()
	} else {
		c.note("The cache %s was damaged once more (%s). It is thrown away, and the build goes on without: are disk and memory of this computer sound?", c.path, why)
		left = c.remove()
	}
	if left != nil {
		c.note("The damaged cache could not be replaced: %v. Delete %s.", left, c.path)
	}
}

// read hands parse the content of the row of a key, and reports whether there is such a row and parse took it.
func (c *cache) read(key *rowKey, parse func(content []byte) error) bool {
	if c == nil {
		return false
	}
	c.using.RLock()
	db := c.db
	var row []byte
	err := sql.ErrNoRows
	if db != nil {
		err = db.QueryRow("SELECT data FROM "+key.table+" WHERE id = ?", key.id()).Scan(&row)
	}
	c.using.RUnlock()
	if errors.Is(err, sql.ErrNoRows) {
		return false
	}
	var hash [32]byte
	var content []byte
	if err == nil {
		if hash, content, err = unseal(key.table, key.id(), row); err == nil && !bytes.Equal(hash[:], key.hash[:]) {
			return false // an older state
		}
		if err == nil {
			err = parse(content)
		}
		if err != nil {
			err = &rowError{fmt.Errorf("%s: %w", key.describe(), err)}
		}
	}
	if err != nil {
		c.failed(db, err)
	}
	return err == nil
}

// A rowError says what is wrong with a row.
type rowError struct{ error }

// store puts a row in the place of one with its id.
func (c *cache) store(key *rowKey, row []byte) {
	query, id := "INSERT OR REPLACE INTO "+key.table+" VALUES (?, ?)", key.id()
	c.puts <- func(tx *sql.Tx) error {
		_, err := tx.Exec(query, id, row)
		return err
	}
}

// keepCells forgets all cells but those of the jobs and some others.
func (c *cache) keepCells(jobs []cellJob, others []layers.Cell) {
	if c == nil {
		return
	}
	keep := cellRows(jobs, others)
	c.puts <- func(tx *sql.Tx) error {
		rows, err := tx.Query("SELECT id FROM " + cellTable)
		if err != nil {
			return err
		}
		defer rows.Close()
		var gone []int64
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			if !keep[id] {
				gone = append(gone, id)
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for _, id := range gone {
			if _, err := tx.Exec("DELETE FROM "+cellTable+" WHERE id = ?", id); err != nil {
				return err
			}
		}
		return nil
	}
}

// write stores what is put in batches. An error ends the use of the file, not the build.
func (c *cache) write() {
	defer c.done.Done()
	for first := range c.puts {
		batch := append(make([]cacheWrite, 0, cacheBatch), first)
		for more := true; more && len(batch) < cacheBatch; {
			select {
			case next, ok := <-c.puts:
				if ok {
					batch = append(batch, next)
				}
				more = ok
			default:
				more = false
			}
		}
		c.using.RLock()
		db := c.db
		var err error
		if db != nil {
			err = commit(db, batch)
		}
		c.using.RUnlock()
		if err != nil {
			c.failed(db, err)
		}
	}
}

// commit stores a batch in one transaction.
func commit(db *sql.DB, batch []cacheWrite) error {
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, put := range batch {
		if err := put(tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// close waits for what is still to be stored and closes the file. It may be called again; nothing may be put after it.
func (c *cache) close() {
	if c == nil {
		return
	}
	c.end.Do(func() {
		close(c.puts)
		c.done.Wait()
		c.using.Lock()
		defer c.using.Unlock()
		if c.db != nil {
			c.db.Close()
			c.db = nil
		}
	})
}
