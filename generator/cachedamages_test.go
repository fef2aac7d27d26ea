package generator

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// A damage spoils files, which it may change.
type damage struct {
	name  string
	spoil func(d *damageSite, rng *rand.Rand, f cacheFiles)
}

var damages = []damage{
	{"a flipped bit", func(_ *damageSite, rng *rand.Rand, f cacheFiles) { flip(rng, f[""], 1) }},
	{"flipped bits", func(_ *damageSite, rng *rand.Rand, f cacheFiles) { flip(rng, f[""], 2+rng.IntN(200)) }},
	{"flipped bits of the first page", func(_ *damageSite, rng *rand.Rand, f cacheFiles) { flip(rng, f[""][:pageLen(f)], 1+rng.IntN(8)) }},
	{"a run of zeros", func(_ *damageSite, rng *rand.Rand, f cacheFiles) { clear(stretch(rng, f[""], 1<<14)) }},
	{"a run of noise", func(_ *damageSite, rng *rand.Rand, f cacheFiles) { noise(rng, stretch(rng, f[""], 1<<14)) }},
	{"pages swapped", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		for range 1 + rng.IntN(3) {
			swap(page(rng, f[""]), page(rng, f[""]))
		}
	}},
	{"a page twice", func(_ *damageSite, rng *rand.Rand, f cacheFiles) { copy(page(rng, f[""]), page(rng, f[""])) }},
	{"pages of two caches mixed", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		b, other := f[""], d.other[""]
		size := pageLen(f)
		for at := size; at+size <= min(len(b), len(other)); at += size {
			if rng.IntN(2) == 0 {
				copy(b[at:at+size], other[at:])
			}
		}
	}},
	{"a page of another cache", func(d *damageSite, rng *rand.Rand, f cacheFiles) { copy(page(rng, f[""]), page(rng, d.other[""])) }},
	{"pages of an older cache", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		b, size := f[""], pageLen(f)
		for at := size; at+size <= min(len(b), len(d.fewer[""])); at += size {
			if rng.IntN(2) == 0 {
				copy(b[at:at+size], d.fewer[""][at:])
			}
		}
	}},
	{"the cache of another site", func(d *damageSite, _ *rand.Rand, f cacheFiles) { f[""] = bytes.Clone(d.other[""]) }},
	{"cut off", func(_ *damageSite, rng *rand.Rand, f cacheFiles) { f[""] = f[""][:rng.IntN(len(f[""]))] }},
	{"cut off at a page", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		size := pageLen(f)
		f[""] = f[""][:size*rng.IntN(len(f[""])/size)]
	}},
	{"too long", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		f[""] = append(f[""], stretch(rng, d.other[""], 1<<15)...)
	}},
	{"another length in the header", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		binary.BigEndian.PutUint32(f[""][28:], uint32(rng.IntN(2*len(f[""])/pageLen(f))))
	}},
	{"a list of unused pages that are in use", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		pages := len(f[""]) / pageLen(f)
		binary.BigEndian.PutUint32(f[""][32:], uint32(2+rng.IntN(pages-1)))
		binary.BigEndian.PutUint32(f[""][36:], uint32(pages/2+rng.IntN(pages/2)))
	}},
	{"a trunk of unused pages that are in use", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		b, size := f[""], pageLen(f)
		pages := len(b) / size
		// A new page at the end lists the others as free.
		trunk := make([]byte, size)
		n := min(pages-3, size/4-8)
		binary.BigEndian.PutUint32(trunk[4:], uint32(n))
		for i := range n {
			binary.BigEndian.PutUint32(trunk[8+4*i:], uint32(2+rng.IntN(pages-1)))
		}
		f[""] = append(b, trunk...)
		binary.BigEndian.PutUint32(f[""][28:], uint32(pages+1))
		binary.BigEndian.PutUint32(f[""][32:], uint32(pages+1))
		binary.BigEndian.PutUint32(f[""][36:], uint32(n+1))
	}},
	{"children of a page swapped", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		spoilTree(rng, f, 5, func(p []byte, cells []int) {
			a, b := cells[rng.IntN(len(cells))], cells[rng.IntN(len(cells))]
			swap(p[a:a+4], p[b:b+4])
		})
	}},
	{"a child that is another page", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		pages := len(f[""]) / pageLen(f)
		spoilTree(rng, f, 5, func(p []byte, cells []int) {
			binary.BigEndian.PutUint32(p[cells[rng.IntN(len(cells))]:], uint32(1+rng.IntN(pages)))
		})
	}},
	{"rows of a leaf swapped", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		spoilTree(rng, f, 13, func(p []byte, cells []int) {
			// Places of the pointers, in reverse order or any two of them.
			i, j := rng.IntN(len(cells)), rng.IntN(len(cells))
			swap(p[8+2*i:10+2*i], p[8+2*j:10+2*j])
		})
	}},
	{"another id of a row", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		spoilTree(rng, f, 13, func(p []byte, cells []int) {
			at := cells[rng.IntN(len(cells))]
			_, n := sqliteVarint(p[at:])
			_, m := sqliteVarint(p[at+n:])
			p[at+n+rng.IntN(m)] ^= 1 << rng.IntN(7)
		})
	}},
	{"a row that goes on elsewhere", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		pages := len(f[""]) / pageLen(f)
		// The first four bytes of an overflow page name the next one: any page's may be.
		for range 3 {
			binary.BigEndian.PutUint32(page(rng, f[""]), uint32(1+rng.IntN(pages)))
		}
	}},
	{"the roots of the tables swapped", sqlDamage("PRAGMA writable_schema = 1",
		"UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema) - rootpage")},
	{"one root for both tables", sqlDamage("PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET rootpage = (SELECT min(rootpage) FROM sqlite_schema)")},
	{"another root", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		sqlDamage("PRAGMA writable_schema = 1",
			fmt.Sprintf("UPDATE sqlite_schema SET rootpage = %d WHERE name = '%s'", 2+rng.IntN(len(f[""])/pageLen(f)-1), cacheTables[rng.IntN(2)]))(d, rng, f)
	}},
	{"another schema", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		table := cacheTables[rng.IntN(2)]
		form := []string{
			"CREATE TABLE %s (id INTEGER, data BLOB)", "CREATE TABLE %s (data BLOB, id INTEGER PRIMARY KEY)", "CREATE TABLE %s (x INTEGER PRIMARY KEY, y TEXT)",
			"CREATE TABLE %s (id INTEGER PRIMARY KEY, data BLOB AS (zeroblob(9)))", "CREATE TABLE %s (id INTEGER PRIMARY KEY, data BLOB) STRICT",
		}[rng.IntN(5)]
		sqlDamage("PRAGMA writable_schema = 1", fmt.Sprintf("UPDATE sqlite_schema SET sql = '"+form+"' WHERE name = '%s'", table, table))(d, rng, f)
	}},
	{"a trigger", sqlDamage("CREATE TRIGGER t AFTER INSERT ON cell BEGIN UPDATE track SET data = (SELECT data FROM track ORDER BY id LIMIT 1); END")},
	{"a view in the place of a table", sqlDamage("ALTER TABLE track RENAME TO kept", "CREATE VIEW track AS SELECT id, (SELECT data FROM kept LIMIT 1) AS data FROM kept")},
	{"an index", sqlDamage("CREATE INDEX i ON track (data)")},
	{"another version", sqlDamage("PRAGMA user_version = 2")},
	{"another application", sqlDamage("PRAGMA application_id = 7")},
	{"the data of two rows exchanged", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		table := cacheTables[rng.IntN(2)]
		sqlDamage("CREATE TEMP TABLE kept AS SELECT id, row_number() OVER (ORDER BY random()) AS n FROM "+table,
			"CREATE TEMP TABLE rows AS SELECT id, data FROM "+table,
			"UPDATE "+table+" SET data = (SELECT r.data FROM rows r, kept a, kept b WHERE a.id = "+table+".id AND r.id = b.id AND b.n = a.n % (SELECT count(*) FROM kept) + 1)")(d, rng, f)
	}},
	{"rows of one table in the other", sqlDamage("INSERT OR REPLACE INTO cell SELECT * FROM track", "CREATE TEMP TABLE kept AS SELECT data FROM cell LIMIT 1",
		"UPDATE track SET data = (SELECT data FROM kept)")},
	{"one row's data in all", sqlDamage("UPDATE track SET data = (SELECT data FROM track ORDER BY random() LIMIT 1)")},
	{"data of another type", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		value := []string{"'text'", "7", "zeroblob(5)", "zeroblob(1000)", "CAST(data AS TEXT)", "substr(data, 1, length(data) - 1)", "CAST(data || x'00' AS BLOB)"}[rng.IntN(7)]
		sqlDamage("UPDATE "+cacheTables[rng.IntN(2)]+" SET data = "+value)(d, rng, f)
	}},
	{"a bit of a row's data", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		at := rng.IntN(1500)
		sqlDamage(fmt.Sprintf("UPDATE %s SET data = CAST(substr(data, 1, %d) || char(unicode('a') + abs(random()) %% 20) || substr(data, %d) AS BLOB)", cacheTables[rng.IntN(2)], at, at+2))(d, rng, f)
	}},
	{"no database", func(_ *damageSite, rng *rand.Rand, f cacheFiles) {
		f[""] = make([]byte, rng.IntN(1<<16))
		if rng.IntN(2) == 0 {
			noise(rng, f[""])
		}
	}},

	{"a log that was left", func(d *damageSite, _ *rand.Rand, f cacheFiles) { f.become(d.killed) }},
	{"a damaged log", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		f.become(d.killed)
		spoilAnyhow(rng, f, "-wal")
	}},
	{"a log beside a damaged database", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		f.become(d.killed)
		spoilAnyhow(rng, f, "")
	}},
	{"the log of another cache", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		f["-wal"] = bytes.Clone(d.killed["-wal"])
		f[""] = bytes.Clone([][]byte{d.other[""], d.fewer[""], d.ended[""]}[rng.IntN(3)])
	}},
	{"a log with right sums of wrong pages", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		f.become(d.killed)
		f["-wal"] = forgeLog(rng, f["-wal"], d.other[""])
	}},
	{"a journal that was left", func(d *damageSite, _ *rand.Rand, f cacheFiles) { f.become(d.journal) }},
	{"a damaged journal", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		f.become(d.journal)
		spoilAnyhow(rng, f, "-journal")
	}},
	{"a journal beside a damaged database", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		f.become(d.journal)
		spoilAnyhow(rng, f, "")
	}},
	{"the journal of another cache", func(d *damageSite, rng *rand.Rand, f cacheFiles) {
		f["-journal"] = bytes.Clone(d.journal["-journal"])
		f[""] = bytes.Clone([][]byte{d.other[""], d.fewer[""], d.ended[""]}[rng.IntN(3)])
	}},
}

// become makes f a copy of other files.
func (f cacheFiles) become(other cacheFiles) {
	clear(f)
	for suffix, b := range other {
		f[suffix] = bytes.Clone(b)
	}
}

// pageLen returns the length of the pages of a database.
func pageLen(f cacheFiles) int {
	n := int(binary.BigEndian.Uint16(f[""][16:]))
	if n == 1 {
		n = 65536
	}
	return n
}

func page(rng *rand.Rand, b []byte) []byte {
	size := pageLen(cacheFiles{"": b})
	at := size * (1 + rng.IntN(len(b)/size-1)) // the first page is damaged by others
	return b[at : at+size]
}

func stretch(rng *rand.Rand, b []byte, most int) []byte {
	n := 1 + rng.IntN(min(len(b)-1, most))
	at := rng.IntN(len(b) - n + 1)
	return b[at : at+n]
}

func flip(rng *rand.Rand, b []byte, n int) {
	for range n {
		b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
	}
}

func noise(rng *rand.Rand, b []byte) {
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
}

func swap(a, b []byte) {
	kept := bytes.Clone(a)
	copy(a, b)
	copy(b, kept)
}

func spoilAnyhow(rng *rand.Rand, f cacheFiles, suffix string) {
	b := f[suffix]
	switch rng.IntN(5) {
	case 0:
		flip(rng, b, 1)
	case 1:
		flip(rng, b, 1+rng.IntN(500))
	case 2:
		clear(stretch(rng, b, 1<<14))
	case 3:
		noise(rng, stretch(rng, b, 1<<14))
	case 4:
		f[suffix] = b[:rng.IntN(len(b))]
	}
}

// spoilTree hands spoil a random page of a kind, 5 for an inner page and 13 for a leaf of a table, with the places of its
// cells (https://www.sqlite.org/fileformat2.html, section 1.6). It takes any page where there is none of the kind.
func spoilTree(rng *rand.Rand, f cacheFiles, kind byte, spoil func(page []byte, cells []int)) {
	size := pageLen(f)
	var pages [][]byte
	for at := size; at+size <= len(f[""]); at += size {
		p := f[""][at : at+size]
		if p[0] == kind && binary.BigEndian.Uint16(p[3:]) > 0 {
			pages = append(pages, p)
		}
	}
	if len(pages) == 0 {
		flip(rng, f[""], 20)
		return
	}
	p := pages[rng.IntN(len(pages))]
	head := 8
	if kind == 5 {
		head = 12
	}
	var cells []int
	for i := range int(binary.BigEndian.Uint16(p[3:])) {
		if at := int(binary.BigEndian.Uint16(p[min(head+2*i, size-2):])); at+20 < size {
			cells = append(cells, at)
		}
	}
	if len(cells) == 0 {
		flip(rng, p, 20)
		return
	}
	spoil(p, cells)
}

// sqliteVarint reads a number as SQLite writes it, and returns how many bytes it has.
func sqliteVarint(b []byte) (v uint64, n int) {
	for n < 8 {
		v = v<<7 | uint64(b[n]&0x7f)
		n++
		if b[n-1] < 0x80 {
			return v, n
		}
	}
	return v<<8 | uint64(b[n]), n + 1
}

// sqlDamage has SQLite itself do the damage, so that the file is in order and what it says is wrong.
func sqlDamage(queries ...string) func(*damageSite, *rand.Rand, cacheFiles) {
	return func(d *damageSite, _ *rand.Rand, f cacheFiles) {
		d.t.Helper()
		path := filepath.Join(d.t.TempDir(), "spoiled.sqlite")
		d.write(path, f[""])
		d.exec(path, strings.Join(append(queries, "PRAGMA wal_checkpoint(TRUNCATE)"), "; "))
		b, err := os.ReadFile(path)
		if err != nil {
			d.t.Fatal(err)
		}
		f[""] = b
	}
}

// forgeLog returns a log with some pages of another database in it, whose checksums are right (section 4.2 of the file
// format).
func forgeLog(rng *rand.Rand, log, other []byte) []byte {
	log = bytes.Clone(log)
	size := int(binary.BigEndian.Uint32(log[8:]))
	order := binary.ByteOrder(binary.LittleEndian)
	if binary.BigEndian.Uint32(log)&1 == 1 {
		order = binary.BigEndian
	}
	sum := func(s0, s1 uint32, b []byte) (uint32, uint32) {
		for i := 0; i+8 <= len(b); i += 8 {
			s0 += order.Uint32(b[i:]) + s1
			s1 += order.Uint32(b[i+4:]) + s0
		}
		return s0, s1
	}
	s0, s1 := sum(0, 0, log[:24])
	for at := 32; at+24+size <= len(log); at += 24 + size {
		frame := log[at : at+24+size]
		if rng.IntN(4) == 0 {
			copy(frame[24:], page(rng, other))
		}
		s0, s1 = sum(s0, s1, frame[:8])
		s0, s1 = sum(s0, s1, frame[24:])
		binary.BigEndian.PutUint32(frame[16:], s0)
		binary.BigEndian.PutUint32(frame[20:], s1)
	}
	return log
}
