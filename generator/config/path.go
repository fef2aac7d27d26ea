package config

import (
	"fmt"
	"strconv"
	"strings"
)

// A path names one value of a file as "render.max_zoom", "source[1].path" or
// "privacy.zones[0]". Keys that are not bare in TOML's sense are quoted, so that
// no two values share a path.

// join returns the path of a key in the table at prefix ("" is the root).
func join(prefix, key string) string {
	if !bare(key) {
		key = strconv.Quote(key)
	}
	if prefix == "" {
		return key
	}
	return prefix + "." + key
}

// item returns the path of element i of the array at prefix.
func item(prefix string, i int) string { return fmt.Sprintf("%s[%d]", prefix, i) }

// parent returns the path around a path, "" for that of a top-level key.
func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

// bare reports whether a key needs no quotes in TOML.
func bare(key string) bool {
	for i := range len(key) {
		if !isBare(key[i]) {
			return false
		}
	}
	return key != ""
}

func isBare(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// called returns how messages name the value at a path of the schema, as the
// user would look for it: "max_zoom" in [render], "path" in [[source]].
func called(path string) string {
	if list, i, ok := cutIndex(path); ok {
		return fmt.Sprintf("item %d of %s", i+1, called(list))
	}
	table, key := split(path)
	if table == "" {
		return strconv.Quote(key)
	}
	return fmt.Sprintf("%q in %s", key, heading(table))
}

// cutIndex parts the path of an array's element into the array's and the index.
func cutIndex(path string) (list string, i int, ok bool) {
	open := strings.LastIndexByte(path, '[')
	if open < 0 || !strings.HasSuffix(path, "]") {
		return path, 0, false
	}
	i, err := strconv.Atoi(path[open+1 : len(path)-1])
	return path[:open], i, err == nil
}

// split parts the path of a table's key into the path of the table and the key.
func split(path string) (table, key string) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

// heading returns a table's path as the line that opens it: [render], [[source]].
func heading(table string) string {
	if !strings.HasSuffix(table, "]") {
		return "[" + table + "]"
	}
	return "[[" + schemaPath(table) + "]]"
}

// schemaPath returns a path without its array indices.
func schemaPath(path string) string {
	var b strings.Builder
	for rest := path; ; {
		before, after, found := strings.Cut(rest, "[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, rest, _ = strings.Cut(after, "]")
	}
}
