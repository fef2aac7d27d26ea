package generator

import (
	"errors"

	"heatmapgen/activity/track"
	"heatmapgen/layers"
)

// cacheFile is the name of the cache in its folder.
const cacheFile = "tracks.sqlite"

// get returns what decoding the file of the given hash gave; ok is false when that is not known.
func (c *cache) get(hash [32]byte) (r *track.Result, problem error, ok bool) {
	key := trackKey(hash)
	ok = c.read(&key, func(content []byte) (err error) {
		r, problem, err = parseDecoded(content)
		return err
	})
	return r, problem, ok
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
	key := trackKey(hash)
	c.store(&key, seal(&key, func(dst []byte) []byte { return appendDecoded(dst, r, kind, detail) }))
}

// getCell fills out with the tiles of a cell if they were made from what hash stands for.
func (c *cache) getCell(cell layers.Cell, hash [32]byte, fields int, out *cellResult) bool {
	key := cellRowKey(cell, hash)
	return c.read(&key, func(content []byte) error { return parseResult(content, fields, out) })
}

// putCell remembers the tiles of a cell in the place of those it had before.
func (c *cache) putCell(cell layers.Cell, hash [32]byte, result *cellResult) {
	if c == nil {
		return
	}
	key := cellRowKey(cell, hash)
	c.store(&key, seal(&key, func(dst []byte) []byte { return appendResult(dst, result) }))
}
