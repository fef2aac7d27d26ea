package config

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// decoder fills a Config from a parsed document. It does what toml.Unmarshal
// does, but goes on after a mistake and knows the line of each.
type decoder struct {
	*faults
	// set holds the paths that the document gives a value of the right type.
	set map[string]bool
}

// table fills the struct v from the table at path.
func (d *decoder) table(v reflect.Value, doc map[string]any, path string) {
	fields := map[string]reflect.Value{}
	for i, key := range keysOf(v.Type()) {
		fields[key] = v.Field(i)
	}
	for _, key := range slices.Sorted(maps.Keys(doc)) {
		if field, ok := fields[key]; ok {
			d.value(field, doc[key], join(path, key))
		} else {
			d.unknown(path, key, keysOf(v.Type()))
		}
	}
}

// unknown records a key that the table at path does not have.
func (d *decoder) unknown(path, key string, known []string) {
	where := "outside of any table"
	if path != "" {
		where = "in " + heading(path)
	}
	d.at(join(path, key), "unknown key %q %s%s", key, where, hintForKey(key, known))
}

// value fills v from one value of the document and reports whether it could; if
// not, v is as before and the fault is recorded.
func (d *decoder) value(v reflect.Value, value any, path string) (ok bool) {
	switch target := v.Addr().Interface().(type) {
	case *string:
		*target, ok = typed(d, *target, value, path, "a string in quotes")
	case *bool:
		*target, ok = typed(d, *target, value, path, "true or false")
	case *int:
		var n int64
		if n, ok = typed(d, n, value, path, "a whole number"); ok {
			*target = int(n)
		}
	case *float64:
		*target, ok = d.number(*target, value, path)
	case **bool:
		var b bool
		if b, ok = typed(d, b, value, path, "true or false"); ok {
			*target = &b
		}
	case **float64:
		var n float64
		if n, ok = d.number(n, value, path); ok {
			*target = &n
		}
	case *time.Time:
		*target, ok = d.date(*target, value, path)
	case **LatLon:
		place := &LatLon{}
		if ok = d.value(reflect.ValueOf(place).Elem(), value, path); ok {
			*target = place
		}
	default:
		if v.Kind() == reflect.Slice {
			ok = d.list(v, value, path)
			break
		}
		var doc map[string]any
		if doc, ok = typed(d, doc, value, path, "a table, written ["+path+"]"); ok {
			d.table(v, doc, path)
		}
	}
	if ok {
		d.set[path] = true
	}
	return ok
}

// typed returns value as a T, or old and a fault that says what was wanted.
func typed[T any](d *decoder, old T, value any, path, want string) (T, bool) {
	if x, ok := value.(T); ok {
		return x, true
	}
	d.at(path, "%s must be %s, not %s", called(path), want, describe(value))
	return old, false
}

// number returns a float or a whole number as a float.
func (d *decoder) number(old float64, value any, path string) (float64, bool) {
	if n, ok := value.(int64); ok {
		return float64(n), true
	}
	if x, ok := value.(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
		d.at(path, "%s must be a finite number, not %v", called(path), x)
		return old, false
	}
	return typed(d, old, value, path, "a number")
}

// dateWanted is how messages ask for a date.
const dateWanted = "a date such as 2024-05-31"

// date returns a TOML date, or a string of the same form, as midnight UTC; the
// empty string is the zero time.
func (d *decoder) date(old time.Time, value any, path string) (time.Time, bool) {
	switch value := value.(type) {
	case string:
		if value == "" {
			return time.Time{}, true
		}
		t, err := time.Parse(time.DateOnly, value)
		if err != nil {
			d.at(path, "%s is %q; it must be %s", called(path), value, dateWanted)
			return old, false
		}
		return t, true
	case time.Time:
		if isLocalDate(value) {
			return time.Date(value.Year(), value.Month(), value.Day(), 0, 0, 0, 0, time.UTC), true
		}
	}
	d.at(path, "%s must be %s, not %s", called(path), dateWanted, describe(value))
	return old, false
}

// isLocalDate reports whether the toml package read t from a date without a
// time, which it tells by the name of the zone.
func isLocalDate(t time.Time) bool { return t.Location().String() == "date-local" }

// list replaces the slice v by the elements of an array or of [[tables]].
func (d *decoder) list(v reflect.Value, value any, path string) bool {
	var elements []any
	switch value := value.(type) {
	case []any:
		elements = value
	case []map[string]any:
		for _, doc := range value {
			elements = append(elements, doc)
		}
	default:
		want := "a list in [brackets]"
		if v.Type().Elem().Kind() == reflect.Struct {
			want = "a list of tables, each written [[" + path + "]]"
		}
		d.at(path, "%s must be %s, not %s", called(path), want, describe(value))
		return false
	}
	filled := reflect.MakeSlice(v.Type(), len(elements), len(elements))
	ok := true
	for i, element := range elements {
		ok = d.value(filled.Index(i), element, item(path, i)) && ok
	}
	if ok {
		v.Set(filled)
	}
	return ok
}

// describe says what a value of a document is.
func describe(value any) string {
	switch value := value.(type) {
	case string:
		if len(value) > 40 {
			return "a string"
		}
		return fmt.Sprintf("the string %q", value)
	case bool, int64, float64:
		return fmt.Sprint(value)
	case time.Time:
		switch {
		case isLocalDate(value):
			return "a date"
		case value.Location().String() == "time-local":
			return "a time of day"
		}
		return "a date with a time of day"
	case map[string]any:
		return "a table"
	case []map[string]any:
		return "a list of tables"
	}
	return "a list"
}

// keysOf returns the keys of a struct's fields in the order of the fields. Fields
// that are no keys (tagged "-") come last in a struct, so that the index of a key
// is that of its field.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("toml"); key != "-" {
			keys = append(keys, key)
		}
	}
	return keys
}

// hintForKey returns what to add to a message about an unknown key of a table
// with the given keys.
func hintForKey(key string, known []string) string {
	if hint := didYouMean(key, known); hint != "" {
		return hint
	}
	homes := homesOfKeys()
	near := key
	if len(homes[key]) == 0 {
		near = nearest(key, slices.Sorted(maps.Keys(homes)))
	}
	switch {
	case near == key:
		return fmt.Sprintf("; %q belongs %s", key, strings.Join(homes[key], " or "))
	case near != "":
		return fmt.Sprintf("; did you mean %q %s?", near, strings.Join(homes[near], " or "))
	}
	return "; the keys there are " + strings.Join(known, ", ")
}

// homesOfKeys returns, for every key of the schema, the tables that have it.
func homesOfKeys() map[string][]string {
	homes := map[string][]string{}
	var walk func(t reflect.Type, path, where string)
	walk = func(t reflect.Type, path, where string) {
		for i, key := range keysOf(t) {
			homes[key] = append(homes[key], where)
			path := join(path, key)
			switch f := t.Field(i).Type; {
			case f.Kind() == reflect.Struct && f != reflect.TypeFor[time.Time]():
				walk(f, path, "in ["+path+"]")
			case f == reflect.TypeFor[*LatLon]():
				walk(f.Elem(), path, "in ["+path+"]")
			case f.Kind() == reflect.Slice && f.Elem().Kind() == reflect.Struct:
				walk(f.Elem(), path, "in [["+path+"]]")
			}
		}
	}
	walk(reflect.TypeFor[Config](), "", "at the top of the file, before any table")
	return homes
}
