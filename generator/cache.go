package generator

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/activity/track"
	"heatmapgen/archive"
	"heatmapgen/layers"
)

// cacheApplicationID marks a SQLite file as ours: "heat" in ASCII. cacheLayout is the version of
// its tables; a file of another is thrown away.
const (
	cacheApplicationID = 0x68656174
	cacheLayout        = 2
	cacheFile          = "tracks.sqlite"
	cacheBatch         = 16
)

// A cache keeps decoded tracks by the hash of the file they came from and the version of the
// decoders, and painted cells by the hash of all they hang on. It only ever saves time: whatever is wrong
// with it, tracks are decoded and cells painted anew. A nil cache holds nothing.
type cache struct {
	db   *sql.DB
	puts chan cacheWrite
	done sync.WaitGroup
}

// A cacheWrite stores something as part of a transaction.
type cacheWrite func(*sql.Tx) error

// openCache opens the cache in folder dir, making or replacing it as needed.
func openCache(dir string) (*cache, error) {
	path := filepath.Join(dir, cacheFile)
	db, err := openCacheFile(path)
	if err != nil {
		for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
			if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, fmt.Errorf("replacing the damaged cache %s: %w", path, err)
			}
		}
		if db, err = openCacheFile(path); err != nil {
			return nil, fmt.Errorf("making the cache %s: %w", path, err)
		}
	}
	c := &cache{db: db, puts: make(chan cacheWrite)}
	c.done.Add(1)
	go c.write()
	return c, nil
}

var errForeignCache = errors.New("not a cache of this version")

func openCacheFile(path string) (*sql.DB, error) {
	// Losing the last writes in a power cut is harmless, as every row has a checksum.
	query := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(OFF)", "cache_size(-2000)"}}
	uri, err := archive.SQLiteURI(path, query)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return nil, err
	}
	if err := prepareCache(db); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// prepareCache checks that the file is ours, or makes it so when it is empty.
func prepareCache(db *sql.DB) error {
	var id, layout, tables int
	if err := db.QueryRow("SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return err
	}
	if err := db.QueryRow("PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if err := db.QueryRow("PRAGMA user_version").Scan(&layout); err != nil {
		return err
	}
	if tables > 0 {
		if id != cacheApplicationID || layout != cacheLayout {
			return errForeignCache
		}
		_, err := db.Exec("DELETE FROM track WHERE version <> ?", track.Version)
		return err
	}
	_, err := db.Exec(fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d;
		CREATE TABLE track (hash BLOB PRIMARY KEY, version INTEGER NOT NULL, data BLOB, problem TEXT NOT NULL, detail TEXT NOT NULL);
		CREATE TABLE cell (place INTEGER PRIMARY KEY, hash BLOB NOT NULL, data BLOB NOT NULL)`,
		cacheApplicationID, cacheLayout))
	return err
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

// get returns what decoding the file of the given hash gave; ok is false when that is not known.
func (c *cache) get(hash [32]byte) (r *track.Result, problem error, ok bool) {
	if c == nil {
		return nil, nil, false
	}
	var data []byte
	var kind, detail string
	err := c.db.QueryRow("SELECT data, problem, detail FROM track WHERE hash = ? AND version = ?", hash[:], track.Version).
		Scan(&data, &kind, &detail)
	if err != nil {
		return nil, nil, false
	}
	if kind != "" {
		known, ok := cachedProblems[kind]
		if !ok {
			return nil, nil, false
		}
		problem = rememberedError{known, detail}
	}
	if data != nil {
		if r, err = track.Parse(data); err != nil {
			return nil, nil, false
		}
	} else if problem == nil {
		return nil, nil, false
	}
	return r, problem, true
}

// put remembers what decoding gave, as far as that hangs on the bytes alone.
func (c *cache) put(hash [32]byte, r *track.Result, problem error) {
	if c == nil {
		return
	}
	kind, detail := "", ""
	if problem != nil {
		for name, known := range cachedProblems {
			if errors.Is(problem, known) {
				kind, detail = name, problem.Error()
			}
		}
		if kind == "" {
			return
		}
	}
	var data []byte
	if r != nil {
		data = track.Append(nil, r)
	}
	c.puts <- func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT OR REPLACE INTO track VALUES (?, ?, ?, ?, ?)", hash[:], track.Version, data, kind, detail)
		return err
	}
}

// placeOf numbers cells.
func placeOf(c layers.Cell) int64 {
	return int64(pmtiles.ZxyToID(c.Zoom, c.X, c.Y))
}

// getCell fills out with the tiles of a cell if they were made from what hash stands for.
func (c *cache) getCell(cell layers.Cell, hash [32]byte, fields int, out *cellResult) bool {
	if c == nil {
		return false
	}
	var data []byte
	err := c.db.QueryRow("SELECT data FROM cell WHERE place = ? AND hash = ?", placeOf(cell), hash[:]).Scan(&data)
	return err == nil && parseResult(data, fields, out) == nil
}

// putCell remembers the tiles of a cell in the place of those it had before.
func (c *cache) putCell(cell layers.Cell, hash [32]byte, result *cellResult) {
	if c == nil {
		return
	}
	data := appendResult(nil, result)
	c.puts <- func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT OR REPLACE INTO cell VALUES (?, ?, ?)", placeOf(cell), hash[:], data)
		return err
	}
}

// keepCells forgets all cells but those of the jobs.
func (c *cache) keepCells(jobs []cellJob) {
	if c == nil {
		return
	}
	keep := make(map[int64]bool, len(jobs))
	for i := range jobs {
		keep[placeOf(jobs[i].cell)] = true
	}
	c.puts <- func(tx *sql.Tx) error {
		rows, err := tx.Query("SELECT place FROM cell")
		if err != nil {
			return err
		}
		defer rows.Close()
		var gone []int64
		for rows.Next() {
			var place int64
			if err := rows.Scan(&place); err != nil {
				return err
			}
			if !keep[place] {
				gone = append(gone, place)
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for _, place := range gone {
			if _, err := tx.Exec("DELETE FROM cell WHERE place = ?", place); err != nil {
				return err
			}
		}
		return nil
	}
}

// write stores what is put in batches. The first error ends the storing, not the build.
func (c *cache) write() {
	defer c.done.Done()
	healthy := true
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
		if healthy {
			healthy = c.store(batch) == nil
		}
	}
}

func (c *cache) store(batch []cacheWrite) error {
	tx, err := c.db.BeginTx(context.Background(), nil)
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

// close waits for what is still to be stored and closes the file.
func (c *cache) close() {
	if c == nil {
		return
	}
	close(c.puts)
	c.done.Wait()
	c.db.Close()
}
