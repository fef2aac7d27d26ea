package trim

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// An image is a program's memory before it starts, from address 0.
type image []byte

// newImage lays segments out.
func newImage(segments []segment) image {
	size := 0
	for _, s := range segments {
		size = max(size, s.at+len(s.data))
	}
	memory := make(image, size)
	for _, s := range segments {
		copy(memory[s.at:], s.data)
	}
	return memory
}

func (m image) u32(at int) int { return int(binary.LittleEndian.Uint32(m[at:])) }

// word returns the pointer or length at an address, of 64 bits; -1 where it is none of a memory of WebAssembly.
func (m image) word(at int) int {
	v := binary.LittleEndian.Uint64(m[at:])
	if v > 1<<32 {
		return -1
	}
	return int(v)
}

func (m image) setU32(at, v int) { binary.LittleEndian.PutUint32(m[at:], uint32(v)) }

// The layout of Go's table of functions (runtime.pcHeader, runtime._func, and what package internal/abi has of both).
const (
	headerSize  = 72
	headerWords = 32 // of the header: where in it the offsets of tables begin

	// In the record of a function. Two lists follow it: the tables of values by instruction, and the data of the function.
	recPCSP    = 16
	recPCFile  = 20
	recPCLine  = 24
	recNPCData = 28
	recUnit    = 32
	recLine    = 36
	recNData   = 43
	recordSize = 44
	noData     = 1<<32 - 1
)

// magic begins the table: its version, the least size of an instruction, and the size of a pointer.
var magic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

// What is kept of a function's tables by instruction: which of its variables hold pointers, and what a failed check of bounds was of. Not kept: where it may be
// interrupted, which nothing does in WebAssembly, what was inlined, and which arguments are alive, for stack traces.
var keptTables = []bool{1: true, 4: true}

// What is kept of the data of a function: pointers among its arguments and its variables, objects on its stack, its deferred calls, and
// what it wraps. Not kept: what was inlined, and how arguments are printed.
var keptData = []bool{0: true, 1: true, 2: true, 4: true, 7: true}

func kept(list []bool, i int) bool { return i >= len(list) || list[i] }

// A table is Go's table of functions, by addresses in the memory.
type table struct {
	memory image
	header int
	n      int // functions

	units, files, values, records span // of compilation units, of files, of values by instruction, and the records of functions

	find int // where a function is found by its number
	end  int // of that
	data int // what the records' data are counted from

	funcs []function
}

// A span is a piece of memory.
type span struct{ at, size int }

func (s span) end() int { return s.at + s.size }

// A function is its record, and what is kept of it; offsets as in the record.
type function struct {
	at     int
	tables []int // 0 is none
	data   []int // noData is none
}

// trimFunctions takes out of a program's table of functions what only stack traces need.
func trimFunctions(memory image) error {
	t, err := findTable(memory)
	if err != nil {
		return err
	}
	if err := t.readFunctions(); err != nil {
		return err
	}
	if err := t.packData(); err != nil {
		return err
	}
	if err := t.packValues(); err != nil {
		return err
	}
	t.packRecords()
	t.coarsenFind()
	clear(memory[t.units.at:t.units.end()])
	clear(memory[t.files.at:t.files.end()])
	return nil
}

// findTable finds the table by its magic number, and the module's description (runtime.moduledata), which begins with pointers to it. All that is
// read of them must fit together, so that a release of Go with other tables is told.
func findTable(memory image) (*table, error) {
	for header := 0; ; header += len(magic) {
		k := bytes.Index(memory[header:], magic)
		if k < 0 {
			return nil, fmt.Errorf("%w: there is no table of functions", ErrUnknown)
		}
		header += k
		if header+headerSize > len(memory) {
			continue
		}
		if t := tableAt(memory, header); t != nil {
			return t, nil
		}
	}
}

func tableAt(memory image, header int) *table {
	t := &table{memory: memory, header: header, n: memory.word(header + 8)}
	var starts [5]int // names, units, files, values, records
	for i := range starts {
		offset := memory.word(header + headerWords + 8*i)
		if offset < 0 || offset > len(memory) {
			return nil
		}
		starts[i] = header + offset
	}
	pattern := binary.LittleEndian.AppendUint64(nil, uint64(header))
	pattern = binary.LittleEndian.AppendUint64(pattern, uint64(starts[0]))
	module := bytes.Index(memory, pattern)
	const slice, words = 24, 23 // bytes of a slice; words after the slices
	if module < 0 || module+8+6*slice+8*words > len(memory) {
		return nil
	}
	spans := [6]span{}
	for i, size := range []int{1, 4, 1, 1, 1, 8} {
		at := module + 8 + i*slice
		spans[i] = span{memory.word(at), memory.word(at+8) * size}
		if spans[i].at != starts[min(i, 4)] || spans[i].size < 0 || spans[i].end() > len(memory) {
			return nil
		}
	}
	if spans[5].size != 8*(t.n+1) || spans[5].size > spans[4].size {
		return nil
	}
	t.units, t.files, t.values, t.records = spans[1], spans[2], spans[3], spans[4]
	word := func(i int) int { return memory.word(module + 8 + 6*slice + 8*i) }
	t.find, t.data = word(0), word(21)
	t.end = word(22)
	if t.data < word(20) || t.find < t.data || t.end < t.find || t.end > len(memory) {
		return nil
	}
	return t
}

// A function is found by its number in buckets of runtime.findfuncbucket, of which only the first of each function is asked for: it has the
// place in the list of functions from where to look on.
const (
	findBucket = 20
	findStride = 16 * findBucket // the last function may have fewer
	findEvery  = 8               // functions that get one place
)

// readFunctions reads the records of all functions.
func (t *table) readFunctions() error {
	m := t.memory
	t.funcs = make([]function, t.n)
	first := m.u32(t.records.at)
	for i := range t.funcs {
		entry, at := m.u32(t.records.at+8*i), t.records.at+m.u32(t.records.at+8*i+4)
		if at+recordSize > t.records.end() || m.u32(at) != entry {
			return fmt.Errorf("%w: function %d has no record", ErrUnknown, i)
		}
		tables, data := m.u32(at+recNPCData), int(m[at+recNData])
		if tables > 8 || at+recordSize+4*(tables+data) > t.records.end() {
			return fmt.Errorf("%w: the record of function %d is cut off", ErrUnknown, i)
		}
		find := t.find + (entry-first)*findStride
		if entry < first || find+5 > t.end || m.u32(find)+int(m[find+4]) != i {
			return fmt.Errorf("%w: function %d is not found where it is looked for", ErrUnknown, i)
		}
		f := function{at: at}
		for k := range tables {
			offset := 0
			if kept(keptTables, k) {
				offset = m.u32(at + recordSize + 4*k)
			}
			f.tables = append(f.tables, offset)
		}
		for k := range data {
			offset := noData
			if kept(keptData, k) {
				offset = m.u32(at + recordSize + 4*(tables+k))
			}
			f.data = append(f.data, offset)
		}
		t.funcs[i] = f
	}
	return nil
}

// packData moves what is kept of the functions' data together.
func (t *table) packData() error {
	m := t.memory
	var starts []int // all there are
	for _, f := range t.funcs {
		tables := m.u32(f.at + recNPCData)
		for k := range f.data {
			if offset := m.u32(f.at + recordSize + 4*(tables+k)); offset != noData {
				starts = append(starts, offset)
			}
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	all := span{t.data, t.find - t.data}
	if len(starts) == 0 || starts[len(starts)-1] >= all.size {
		return fmt.Errorf("%w: data of functions lie elsewhere", ErrUnknown)
	}
	before := slices.Clone(m[all.at:all.end()])
	clear(m[all.at:all.end()])
	moved := map[int]int{}
	end := 0
	for _, f := range t.funcs {
		for k, offset := range f.data {
			if offset == noData {
				continue
			}
			to, ok := moved[offset]
			if !ok {
				next, _ := slices.BinarySearch(starts, offset+1)
				stop := all.size
				if next < len(starts) {
					stop = starts[next]
				}
				to = end + (offset-end)&7 // as it was aligned
				end = to + copy(m[all.at+to:], before[offset:stop])
				moved[offset] = to
			}
			f.data[k] = to
		}
	}
	return nil
}

// packValues moves what is kept of the tables of values together.
func (t *table) packValues() error {
	m := t.memory
	before := slices.Clone(m[t.values.at:t.values.end()])
	clear(m[t.values.at:t.values.end()])
	moved := map[int]int{0: 0}
	end := 1 // 0 is none
	move := func(offset int) (int, error) {
		if to, ok := moved[offset]; ok {
			return to, nil
		}
		size, ok := valuesSize(before, offset)
		if !ok {
			return 0, fmt.Errorf("%w: a table of values is cut off", ErrUnknown)
		}
		moved[offset] = end
		end += copy(m[t.values.at+end:], before[offset:offset+size])
		return moved[offset], nil
	}
	for _, f := range t.funcs {
		to, err := move(m.u32(f.at + recPCSP))
		if err != nil {
			return err
		}
		m.setU32(f.at+recPCSP, to)
		for k, offset := range f.tables {
			if f.tables[k], err = move(offset); err != nil {
				return err
			}
		}
	}
	return nil
}

// valuesSize returns how long the table at an offset is: pairs of numbers of seven bits a byte, and a zero that is not the first.
func valuesSize(values []byte, offset int) (size int, ok bool) {
	at := offset
	for first := true; at < len(values); first = false {
		if values[at] == 0 && !first {
			return at + 1 - offset, true
		}
		for range 2 {
			for at < len(values) && values[at]&0x80 != 0 {
				at++
			}
			at++
		}
	}
	return 0, false
}

// packRecords writes the records anew, one after the other, each no longer than what is kept needs.
func (t *table) packRecords() {
	m := t.memory
	list := span{t.records.at, 8 * (t.n + 1)}
	before := slices.Clone(m[t.records.at:t.records.end()])
	clear(m[list.end():t.records.end()])
	at := list.end()
	for i, f := range t.funcs {
		for len(f.tables) > 0 && f.tables[len(f.tables)-1] == 0 {
			f.tables = f.tables[:len(f.tables)-1]
		}
		for len(f.data) > 0 && f.data[len(f.data)-1] == noData {
			f.data = f.data[:len(f.data)-1]
		}
		copy(m[at:], before[f.at-t.records.at:][:recordSize])
		for _, field := range []int{recPCFile, recPCLine, recUnit, recLine} {
			m.setU32(at+field, 0)
		}
		m.setU32(at+recNPCData, len(f.tables))
		m[at+recNData] = byte(len(f.data))
		m.setU32(t.records.at+8*i+4, at-t.records.at)
		at += recordSize
		for _, offset := range slices.Concat(f.tables, f.data) {
			m.setU32(at, offset)
			at += 4
		}
	}
}

// coarsenFind has functions looked for from the first of a few, so that the buckets of these are the same.
func (t *table) coarsenFind() {
	m := t.memory
	first := m.u32(t.records.at)
	last := 0
	for i := range t.n {
		entry := m.u32(t.records.at + 8*i)
		end := min(t.find+(entry-first+1)*findStride, t.end)
		for at := t.find + last; at+5 <= end; at += findBucket {
			clear(m[at:min(at+findBucket, end)])
			m.setU32(at, i-i%findEvery)
		}
		last = end - t.find
	}
}
