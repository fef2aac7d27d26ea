package generator

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/internal/words"
)

// A SourceReport is what one source of a configuration holds.
type SourceReport struct {
	// Activities is the number of activities with something to load, before any rule of [filter].
	Activities int
	// Skipped counts those without, by the reason.
	Skipped map[string]int
	// Zones is the number of privacy zones that an export lists and that are to be obeyed. ZoneFaults say which of them cannot
	// be, so that no build is made.
	Zones      int
	ZoneFaults []config.Fault
	// Warnings are what the user must not miss about them.
	Warnings []string
	// Notes are oddities in words for the user.
	Notes []string
}

// CheckSource lists the activities of the source of that index as a build does. It reads no recording. The error says what is wrong with
// the source as a whole. now is the moment of the check.
func CheckSource(ctx context.Context, cfg *config.Config, index int, now time.Time) (*SourceReport, error) {
	g := &gathering{}
	defer g.close()
	if err := g.add(ctx, cfg, index, cfg.Sources[index], buildDay(cfg, now)); err != nil {
		return nil, err
	}
	r := &SourceReport{Skipped: map[string]int{}, Zones: len(g.zones), ZoneFaults: g.zoneFaults, Warnings: g.warnings, Notes: g.notes}
	for i := range g.candidates {
		if s := g.candidates[i].skip; s != nil {
			r.Skipped[s.Reason]++
		} else {
			r.Activities++
		}
	}
	return r, nil
}

// CheckCache checks the database of decoded tracks in the folder dir without changing it. No database at all is no error.
func CheckCache(ctx context.Context, dir string) error {
	path := filepath.Join(dir, cacheFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	query := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)"}}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		query.Set("immutable", "1") // no build is at it; otherwise SQLite would leave files beside
	}
	uri, err := archive.SQLiteURI(path, query)
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	defer db.Close()
	var id, layout int
	var verdict string
	err = db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id)
	if err == nil {
		err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&layout)
	}
	if err == nil && (id != cacheApplicationID || layout != cacheLayout) {
		err = errForeignCache
	}
	if err == nil {
		err = db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict)
	}
	if err == nil && verdict != "ok" {
		err = errors.New(words.OneLine(verdict))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// ArchiveVersion returns the version that a page names an archive by: the first digits of the SHA-256 of the file, in hex.
func ArchiveVersion(path string) (string, error) { return fileHash(path) }

// ParseMetadata reads the JSON text of an archive's metadata: the title of the map and our own part. The error says what is
// wrong with it, such as that another program made the archive.
func ParseMetadata(text []byte) (title string, meta *Metadata, err error) {
	e, err := parseMetadata(text)
	if err != nil {
		return "", nil, err
	}
	return e.Name, e.Heatmapgen, nil
}
