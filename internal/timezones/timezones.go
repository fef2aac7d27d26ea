// Package timezones tells in which time zone a place lies.
//
// It goes by two tables of tzf-rel-lite (https://github.com/ringsaturn/tzf-rel-lite): squares that lie in one zone as a whole, and,
// for places near borders, the borders themselves (OpenStreetMap's, simplified), which take a while to unpack. tables.go
// reads them; in a build for browsers they lie beside the module.
package timezones

import (
	"cmp"
	"fmt"
	"sync"
)

// The names of the tables.
const (
	squaresName = "timezone-squares.bin"
	bordersName = "timezone-borders.bin"
)

// At returns the name of the time zone at a position in degrees as the IANA database has it, out at sea one such as
// "Etc/GMT+9"; "" where none is known.
func At(lat, lon float64) string {
	if t, err := squares(); err == nil {
		if name := t.at(lat, lon); name != "" {
			return name
		}
	}
	if all, err := borders(); err == nil {
		return within(all, lat, lon)
	}
	return ""
}

// Check returns an error where the tables are not there, or one could not be read when it was needed, so that At knew less than
// it should. That is only where they are not in the program itself.
func Check() error {
	for _, name := range []string{squaresName, bordersName} {
		if err := checkFile(name); err != nil {
			return fmt.Errorf("looking for the table of time zones %s: %w", name, err)
		}
	}
	failed.Lock()
	defer failed.Unlock()
	return failed.err
}

// failed keeps the first error of reading a table.
var failed struct {
	sync.Mutex
	err error
}

var (
	squares = sync.OnceValues(func() (*squareTable, error) { return read(squaresName, parseSquares) })
	borders = sync.OnceValues(func() ([]border, error) { return read(bordersName, parseBorders) })
)

func read[T any](name string, parse func([]byte) (T, error)) (table T, err error) {
	data, err := file(name)
	if err == nil {
		table, err = parse(data)
	}
	if err != nil {
		err = fmt.Errorf("reading the table of time zones %s: %w", name, err)
		failed.Lock()
		failed.err = cmp.Or(failed.err, err)
		failed.Unlock()
	}
	return table, err
}
