// Package convolve makes the module of WebAssembly with the Gaussians of layers/raster. Go compiles to no vectors of WebAssembly, and without them softening takes eight times as
// long; so one function is written here in WebAssembly's own instructions, numbered as in
// https://webassembly.github.io/spec/core/binary/instructions.html. It works on the memory of the Go module:
//
//	(import "go" "mem" (memory 1))
//	(func (export "convolve") (param $dst $src $set $stride $taps $n i32))
//
// sets, for each bit b of set and i from 0 to 15, dst[16*b+i] to the sum over j of taps[j] * src[j*stride + 16*b+i]. All are
// 32-bit numbers, n is at least 1. Even and odd taps are summed apart, multiplied and added one after the other, as
// layers/raster/convolve.go does it, whose bits these are.
package convolve

import "slices"

// Instructions.
const (
	opBlock, opLoop, opEnd, opBrIf, opBr      = 0x02, 0x03, 0x0b, 0x0d, 0x0c
	opGet, opSet, opTee                       = 0x20, 0x21, 0x22
	opConst, opEqz, opCtz                     = 0x41, 0x45, 0x68
	opAdd, opSub, opAnd, opShl                = 0x6a, 0x6b, 0x71, 0x74
	opVector                                  = 0xfd
	vLoad, vSplat, vStore, vConst, vMul, vAdd = 0x00, 0x09, 0x0b, 0x0c, 0xe6, 0xe4
	noResult                                  = 0x40
	typeI32, typeV128, typeFunc               = 0x7f, 0x7b, 0x60
)

// Locals: the parameters, and what follows them.
const (
	dst = iota
	src
	set
	stride
	taps
	n
	at   // bytes from the first block to this one
	from // where the next row is read
	tap  // where the next weight is
	left // taps that are left
	even // four vectors, of four pixels each
	odd  = even + 4
	w    = odd + 4 // the weight, four times
)

func get(local byte) []byte { return []byte{opGet, local} }
func put(local byte) []byte { return []byte{opSet, local} }
func number(i byte) []byte  { return []byte{opConst, i} } // below 64
func load(at byte) []byte   { return []byte{opVector, vLoad, 0, at} }
func store(at byte) []byte  { return []byte{opVector, vStore, 0, at} }
func simd(code byte) []byte { return []byte{opVector, code, 0x01} } // codes from 0x80 have a second byte
func code(parts ...any) (c []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			c = append(c, byte(p))
		case []byte:
			c = append(c, p...)
		}
	}
	return c
}

// addTap adds the next row, weighted, to four vectors, and goes on to the one after it.
func addTap(sums byte) []byte {
	c := code(get(tap), []byte{opVector, vSplat, 2, 0}, put(w))
	for k := range byte(4) {
		c = append(c, code(get(sums+k), get(w), get(from), load(16*k), simd(vMul), simd(vAdd), put(sums+k))...)
	}
	return append(c, code(
		get(from), get(stride), opAdd, put(from),
		get(tap), number(4), opAdd, put(tap),
		get(left), number(1), opSub, []byte{opTee, left},
	)...)
}

// convolveBody returns the instructions of the function.
func convolveBody() []byte {
	c := code(get(stride), number(2), opShl, put(stride)) // in bytes
	c = append(c, opBlock, noResult, opLoop, noResult)
	c = append(c, code(
		get(set), opEqz, opBrIf, 1,
		get(set), opCtz, number(6), opShl, []byte{opTee, at}, get(src), opAdd, put(from),
		get(set), get(set), number(1), opSub, opAnd, put(set),
		get(taps), put(tap), get(n), put(left),
	)...)
	for k := range byte(8) {
		c = append(c, opVector, vConst)
		c = append(c, make([]byte, 16)...)
		c = append(c, put(even+k)...)
	}
	c = append(c, opBlock, noResult, opLoop, noResult)
	c = append(c, code(addTap(even), opEqz, opBrIf, 1, addTap(odd), opBrIf, 0)...)
	c = append(c, opEnd, opEnd)
	for k := range byte(4) {
		c = append(c, code(get(dst), get(at), opAdd, get(even+k), get(odd+k), simd(vAdd), store(16*k))...)
	}
	return append(c, opBr, 0, opEnd, opEnd, opEnd)
}

// Module returns the module.
func Module() []byte {
	function := code(2, left-at+1, typeI32, w-even+1, typeV128, convolveBody())
	return slices.Concat(
		[]byte("\x00asm\x01\x00\x00\x00"),
		section(1, code(1, typeFunc, n+1, slices.Repeat([]byte{typeI32}, n+1), 0)),
		section(2, code(1, name("go"), name("mem"), 0x02, 0x00, 1)),
		section(3, []byte{1, 0}),
		section(7, code(1, name("convolve"), 0x00, 0)),
		section(10, code(1, sized(function))),
	)
}

func section(id byte, content []byte) []byte { return append([]byte{id}, sized(content)...) }

func name(text string) []byte { return sized([]byte(text)) }

// sized puts the length before bytes, as LEB128.
func sized(content []byte) []byte {
	var c []byte
	size := len(content)
	for ; size >= 0x80; size >>= 7 {
		c = append(c, byte(size)|0x80)
	}
	return append(append(c, byte(size)), content...)
}
