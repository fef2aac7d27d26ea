// Package plain writes values of Go as bytes and reads them back, for files that the same program reads soon after: numbers, texts, moments, and
// structs, lists and pointers of those. There are no names in it and nothing that tells types, so whoever reads must have the very type that was
// written. What it cannot do encoding/gob can, which weighs a fiftieth of the module of WebAssembly.
package plain

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"
)

// ErrDamaged says that bytes are none that Append wrote of a type.
var ErrDamaged = errors.New("these bytes are not a value of that type")

var moment = reflect.TypeFor[time.Time]()

// Append appends v, all of whose fields are exported, to dst. It panics on a type that it does not know. Of a moment it keeps how far the
// zone is from UTC, as time.Time.MarshalBinary does.
func Append(dst []byte, v any) []byte { return appendValue(dst, reflect.ValueOf(v)) }

func appendValue(dst []byte, v reflect.Value) []byte {
	if v.Type() == moment {
		text, err := v.Interface().(time.Time).MarshalBinary()
		if err != nil {
			panic(err) // zones have whole seconds
		}
		return append(append(dst, byte(len(text))), text...)
	}
	switch kind := v.Kind(); {
	case kind == reflect.Bool:
		if v.Bool() {
			return append(dst, 1)
		}
		return append(dst, 0)
	case v.CanInt():
		return binary.AppendVarint(dst, v.Int())
	case v.CanUint():
		return binary.AppendUvarint(dst, v.Uint())
	case v.CanFloat():
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v.Float()))
	case kind == reflect.String:
		return append(binary.AppendUvarint(dst, uint64(v.Len())), v.String()...)
	case kind == reflect.Slice:
		if v.IsNil() {
			return append(dst, 0)
		}
		dst = binary.AppendUvarint(dst, uint64(v.Len())+1)
		fallthrough
	case kind == reflect.Array:
		for i := range v.Len() {
			dst = appendValue(dst, v.Index(i))
		}
		return dst
	case kind == reflect.Pointer:
		if v.IsNil() {
			return append(dst, 0)
		}
		return appendValue(append(dst, 1), v.Elem())
	case kind == reflect.Struct:
		for i := range v.NumField() {
			dst = appendValue(dst, v.Field(i))
		}
		return dst
	}
	panic(fmt.Sprintf("plain: a %s cannot be written", v.Type()))
}

// Read sets what to points to, which must be zero, to the value that data is of. It fails with ErrDamaged.
func Read(data []byte, to any) error {
	r := reader{data: data}
	r.value(reflect.ValueOf(to).Elem())
	if r.bad || len(r.data) > 0 {
		return ErrDamaged
	}
	return nil
}

// A reader reads data from its beginning. bad is set once something is not as Append writes it; then all that follows is zero.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.data)) {
		r.data, r.bad = nil, true
		return nil
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

// flag reads one byte that is 0 or 1.
func (r *reader) flag() bool {
	b := r.take(1)
	if len(b) == 1 && b[0] > 1 {
		r.bad = true
	}
	return len(b) == 1 && b[0] == 1
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.data, r.bad = nil, true
		return 0
	}
	r.data = r.data[n:]
	return v
}

func (r *reader) value(v reflect.Value) {
	if r.bad {
		return
	}
	if v.Type() == moment {
		size := r.take(1)
		if len(size) == 1 && v.Addr().Interface().(*time.Time).UnmarshalBinary(r.take(uint64(size[0]))) != nil {
			r.bad = true
		}
		return
	}
	switch kind := v.Kind(); {
	case kind == reflect.Bool:
		v.SetBool(r.flag())
	case v.CanInt():
		u := r.number()
		n := int64(u>>1) ^ -int64(u&1)
		if v.OverflowInt(n) {
			r.bad = true
			return
		}
		v.SetInt(n)
	case v.CanUint():
		n := r.number()
		if v.OverflowUint(n) {
			r.bad = true
			return
		}
		v.SetUint(n)
	case v.CanFloat():
		if b := r.take(8); len(b) == 8 {
			v.SetFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
	case kind == reflect.String:
		v.SetString(string(r.take(r.number())))
	case kind == reflect.Slice:
		n := r.number()
		if n == 0 {
			return
		}
		if n--; n > uint64(len(r.data)) { // every one takes a byte
			r.bad = true
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), int(n), int(n)))
		fallthrough
	case kind == reflect.Array:
		for i := range v.Len() {
			r.value(v.Index(i))
		}
	case kind == reflect.Pointer:
		if r.flag() {
			v.Set(reflect.New(v.Type().Elem()))
			r.value(v.Elem())
		}
	case kind == reflect.Struct:
		for i := range v.NumField() {
			r.value(v.Field(i))
		}
	default:
		panic(fmt.Sprintf("plain: a %s cannot be read", v.Type()))
	}
}
