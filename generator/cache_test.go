package generator

import (
	"crypto/sha256"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"heatmapgen/activity/track"
)

// sqliteError makes SQLite fail in a file and returns what it says.
func sqliteError(t *testing.T, path string, queries ...string) error {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, q := range queries {
		if _, err := db.Exec(q); err != nil {
			return err
		}
	}
	t.Fatalf("SQLite does all of %q", queries)
	return nil
}

// Damage has the cache thrown away; that it cannot be used now does not.
func TestWhatDamageIs(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	locked := filepath.Join(dir, "locked")
	db, err := sql.Open("sqlite", locked)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE t (x); BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		err    error
		damage bool
	}{
		{"no database", sqliteError(t, text, "SELECT * FROM sqlite_schema", "CREATE TABLE t (x)"), true},
		{"no such table", sqliteError(t, filepath.Join(dir, "a"), "DELETE FROM cell"), true},
		{"another schema", sqliteError(t, filepath.Join(dir, "b"), "CREATE TABLE cell (id, CHECK (id > 5))", "INSERT INTO cell VALUES (1)"), true},
		{"full", sqliteError(t, filepath.Join(dir, "c"), "CREATE TABLE t (x)", "PRAGMA max_page_count = 3", "INSERT INTO t VALUES (zeroblob(100000))"), false},
		{"locked", sqliteError(t, locked, "CREATE TABLE u (x)"), false},
		{"no folder", sqliteError(t, filepath.Join(dir, "none", "d"), "CREATE TABLE t (x)"), false},
		{"a bad row", &rowError{errSeal}, true},
		{"the system", os.ErrPermission, false},
	} {
		if isDamage(tt.err) != tt.damage {
			t.Errorf("%s: damage %t (%v)", tt.name, !tt.damage, tt.err)
		}
	}
}

// A full disk ends the use of the cache, and nothing else.
func TestCacheThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	c, err := openCache(dir)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256([]byte("file"))
	c.put(hash, nil, track.ErrEmpty)
	c.close()
	if c, err = openCache(dir); err != nil {
		t.Fatal(err)
	}
	if _, problem, ok := c.get(hash); !ok || problem.Error() != track.ErrEmpty.Error() {
		t.Fatalf("what was put is %v, %t", problem, ok)
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(c.path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the cache can be read by others: %v, %v", info.Mode(), err)
		}
	}
	full := sqliteError(t, filepath.Join(t.TempDir(), "full"), "CREATE TABLE t (x)", "PRAGMA max_page_count = 3", "INSERT INTO t VALUES (zeroblob(100000))")
	c.failed(c.db, full)
	if _, _, ok := c.get(hash); ok {
		t.Error("the cache is still used")
	}
	c.put(sha256.Sum256([]byte("another")), nil, track.ErrEmpty)
	c.close()
	c.close()
	if notes := c.takeNotes(); len(notes) != 1 || !strings.Contains(notes[0], "cannot be used") || len(c.takeNotes()) != 0 {
		t.Errorf("notes %q", notes)
	}
	if c, err = openCache(dir); err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if _, _, ok := c.get(hash); !ok {
		t.Error("the cache was thrown away")
	}
	if notes := c.takeNotes(); len(notes) > 0 {
		t.Errorf("notes %q", notes)
	}
}

// What is damaged twice in one build is not trusted a third time.
func TestCacheDamagedTwice(t *testing.T) {
	c, err := openCache(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	hash := sha256.Sum256([]byte("file"))
	key := trackKey(hash)
	spoil := func() {
		t.Helper()
		row := seal(&key, func(dst []byte) []byte { return appendDecoded(dst, nil, "empty", "nothing in it") })
		row[len(row)-1] ^= 1
		if _, err := c.db.Exec("INSERT OR REPLACE INTO track VALUES (?, ?)", key.id(), row); err != nil {
			t.Fatal(err)
		}
		if _, _, ok := c.get(hash); ok {
			t.Error("a damaged row is used")
		}
	}
	old := c.db
	spoil()
	if c.db == nil || c.db == old {
		t.Fatal("the cache is not made anew")
	}
	if _, _, ok := c.get(hash); ok {
		t.Error("the new cache has the row")
	}
	spoil()
	if c.db != nil {
		t.Error("the cache is made anew again")
	}
	if _, err := os.Stat(c.path); err == nil {
		t.Error("the damaged cache is still there")
	}
	if notes := strings.Join(c.takeNotes(), "\n"); !strings.Contains(notes, "made anew") || !strings.Contains(notes, "once more") || !strings.Contains(notes, "its checksum is wrong") {
		t.Errorf("notes %q", notes)
	}
}

// A row is read only under its own key.
func TestSealedRows(t *testing.T) {
	content := []byte("what decoding gave")
	key := trackKey(sha256.Sum256([]byte("a")))
	row := seal(&key, func(dst []byte) []byte { return append(dst, content...) })
	if hash, got, err := unseal(trackTable, key.id(), row); err != nil || hash != key.hash || string(got) != string(content) {
		t.Fatalf("%q, %v", got, err)
	}
	for i := range row {
		for bit := range 8 {
			row[i] ^= 1 << bit
			if _, _, err := unseal(trackTable, key.id(), row); err == nil {
				t.Fatalf("bit %d of byte %d does not matter", bit, i)
			}
			row[i] ^= 1 << bit
		}
	}
	for name, err := range map[string]error{
		"of another table": errorOf(unseal(cellTable, key.id(), row)),
		"of another id":    errorOf(unseal(trackTable, key.id()+1, row)),
		"cut off":          errorOf(unseal(trackTable, key.id(), row[:len(row)-1])),
		"empty":            errorOf(unseal(trackTable, key.id(), nil)),
	} {
		if err == nil {
			t.Errorf("a row %s is taken", name)
		}
	}
}

// errorOf returns the error of unseal.
func errorOf(_ [32]byte, _ []byte, err error) error { return err }
