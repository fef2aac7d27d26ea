package trim

import (
	"encoding/binary"
	"fmt"
)

// Instructions of WebAssembly that are looked at.
const (
	opNop       = 0x01
	opBlock     = 0x02
	opLoop      = 0x03
	opIf        = 0x04
	opElse      = 0x05
	opEnd       = 0x0b
	opBr        = 0x0c
	opBrIf      = 0x0d
	opBrTable   = 0x0e
	opReturn    = 0x0f
	opCall      = 0x10
	opIndirect  = 0x11
	opLocalGet  = 0x20
	opLocalSet  = 0x21
	opLocalTee  = 0x22
	opGlobalGet = 0x23
	opGlobalSet = 0x24
	opI32Load   = 0x28
	opI64Load32 = 0x35 // the last of loads
	opI32Store  = 0x36
	opI64Store3 = 0x3e // the last of stores
	opMemSize   = 0x3f
	opMemGrow   = 0x40
	opI32Const  = 0x41
	opI64Const  = 0x42
	opF32Const  = 0x43
	opF64Const  = 0x44
	opI32Eqz    = 0x45
	opI32Add    = 0x6a
	opI64Add    = 0x7c
	opI32Wrap   = 0xa7
	opI64Extend = 0xad // of an unsigned number
	opLast      = 0xc4 // without more bytes
	opMore      = 0xfc

	noType = 0x40 // of a block that leaves nothing
)

// Locals of a function of Go's.
const (
	localPC = 0 // the block of the function to go on with, its parameter
	localSP = 1 // the stack pointer
)

// An instr is an instruction. Which of its fields count depends on op.
type instr struct {
	op     byte
	value  int64  // a constant, a local, a global, or the offset of a load or store
	raw    []byte // what follows op, if it is kept as it is
	label  int    // of a branch: the number of the instruction that opens what it leaves; -1 is the function
	labels []int  // those of a table of branches
	closed bool   // of a condition: raw has all of it, up to its end
	copies int    // how often it is written: 0 where it is left out, more of a block and its end
}

// trimCode returns a section of code that does the same in fewer bytes, and in less time.
func trimCode(body []byte) ([]byte, error) {
	r := reader{data: body}
	n := int(r.uleb())
	out := binary.AppendUvarint(make([]byte, 0, len(body)), uint64(n))
	for i := 0; i < n && !r.bad; i++ {
		before := r.take(int(r.uleb()))
		after, err := trimFunction(before)
		if err != nil {
			return nil, fmt.Errorf("function %d: %w", i, err)
		}
		out = binary.AppendUvarint(out, uint64(len(after)))
		out = append(out, after...)
	}
	if r.bad || len(r.data) > 0 {
		return nil, fmt.Errorf("%w: its code is cut off", ErrUnknown)
	}
	return out, nil
}

// trimFunction does so for a function, with its locals.
func trimFunction(body []byte) ([]byte, error) {
	r := reader{data: body}
	for range r.uleb() { // groups of locals of one type
		r.uleb()
		r.byte()
	}
	locals := body[:len(body)-len(r.data)]
	code, err := parseCode(&r)
	if err != nil {
		return nil, err
	}
	foldAddresses(code)
	if d, ok := findDispatch(code); ok {
		jumpAhead(code, d)
		widen(code, d)
	}
	leaveAtOnce(code)
	return appendCode(append([]byte(nil), locals...), code), nil
}

// parseCode reads instructions up to the end of the function.
func parseCode(r *reader) ([]instr, error) {
	var code []instr
	open := []int{-1}
	label := func() int {
		depth := int(r.uleb())
		if depth >= len(open) {
			r.bad = true
			return -1
		}
		return open[len(open)-1-depth]
	}
	for len(open) > 0 && !r.bad {
		in := instr{op: r.byte(), copies: 1}
		start := r.data
		raw := func() { in.raw = start[:len(start)-len(r.data)] }
		switch op := in.op; {
		case op == opBlock || op == opLoop || op == opIf:
			r.byte()
			raw()
			open = append(open, len(code))
		case op == opEnd:
			in.label = open[len(open)-1]
			open = open[:len(open)-1]
		case op == opBr || op == opBrIf:
			in.label = label()
		case op == opBrTable:
			n := int(r.uleb())
			if n > len(r.data) {
				r.bad = true
			}
			for i := 0; i <= n && !r.bad; i++ {
				in.labels = append(in.labels, label())
			}
		case op == opCall:
			r.uleb()
			raw()
		case op == opIndirect:
			r.uleb()
			r.uleb()
			raw()
		case op >= opLocalGet && op <= opGlobalSet:
			in.value = int64(r.uleb())
		case op >= opI32Load && op <= opI64Store3:
			r.uleb() // alignment
			raw()
			in.value = int64(r.uleb())
		case op == opMemSize || op == opMemGrow:
			r.byte()
			raw()
		case op == opI32Const || op == opI64Const:
			in.value = r.sleb()
		case op == opF32Const:
			r.take(4)
			raw()
		case op == opF64Const:
			r.take(8)
			raw()
		case op == opMore:
			switch more := r.uleb(); {
			case more < 8: // floats to integers
			case more == 10: // copying memory
				r.take(2)
			case more == 11: // filling memory
				r.take(1)
			default:
				return nil, fmt.Errorf("%w: instruction fc %x", ErrUnknown, more)
			}
			raw()
		case op <= opNop || op == opElse || op == opReturn || op == 0x1a || op == 0x1b || op >= opI32Eqz && op <= opLast:
		default:
			return nil, fmt.Errorf("%w: instruction %x", ErrUnknown, op)
		}
		code = append(code, in)
	}
	if r.bad || len(r.data) > 0 {
		return nil, fmt.Errorf("%w: its instructions are cut off", ErrUnknown)
	}
	return code, nil
}

// gone marks an instruction that is left out.
func (in *instr) gone() { in.copies = 0 }

// foldAddresses has loads and stores add the place of a variable on the stack themselves. Go extends the stack pointer to 64 bits, adds the place, and cuts the sum
// to 32 bits again.
func foldAddresses(code []instr) {
	for i := range code {
		if code[i].op != opLocalGet || code[i].value != localSP || i+4 >= len(code) || code[i+1].op != opI64Extend {
			continue
		}
		place, end := int64(0), i+2
		if code[i+2].op == opI64Const && code[i+3].op == opI64Add {
			place, end = code[i+2].value, i+4
		}
		if code[end].op != opI32Wrap || place < 0 || place >= 1<<31 {
			continue
		}
		for k := i + 1; k <= end; k++ {
			code[k].gone()
		}
		if place == 0 {
			continue
		}
		if use := addressUse(code, end+1); use >= 0 && code[use].value+place < 1<<31 {
			code[use].value += place
			continue
		}
		code[i+1] = instr{op: opI32Const, value: place, copies: 1}
		code[i+2] = instr{op: opI32Add, copies: 1}
	}
}

// addressUse returns the number of the load or store that takes what is on top of the operands' stack before instruction i as its address; -1
// if it is not clear.
func addressUse(code []instr, i int) int {
	above := 0 // operands over the address
	for ; i < len(code); i++ {
		switch op := code[i].op; {
		case op == opLocalGet || op == opGlobalGet || op >= opI32Const && op <= opF64Const:
			above++
		case op >= opI32Load && op <= opI64Load32:
			if above == 0 {
				return i
			}
		case op >= opI32Store && op <= opI64Store3:
			if above == 1 {
				return i
			}
			return -1
		case unary(op):
			if above == 0 {
				return -1
			}
		case op >= opI32Eqz && op <= opLast: // of two operands
			if above--; above < 1 {
				return -1
			}
		default:
			return -1
		}
	}
	return -1
}

// unary reports whether a numeric instruction has one operand.
func unary(op byte) bool {
	switch {
	case op == opI32Eqz, op == 0x50, op >= 0x67 && op <= 0x69, op >= 0x79 && op <= 0x7b, op >= 0x8b && op <= 0x91, op >= 0x99 && op <= 0x9f, op >= opI32Wrap && op <= opLast:
		return true
	}
	return false
}

// A dispatch is how a function of Go's goes on in the midst: it begins with as many blocks as there are places to go on at, all open, and a table that leaves
// one of them. Code that follows the end of a block is such a place. A loop around all leads from anywhere back to the table.
type dispatch struct {
	table int // the number of the instruction
	loop  int // the number of the loop; -1 where nothing leads back
}

// findDispatch returns the dispatch of a function; not ok where it has none.
func findDispatch(code []instr) (d dispatch, ok bool) {
	for i := range code {
		if code[i].op == opBrTable {
			if d.table > 0 {
				return d, false
			}
			d.table = i
		}
	}
	if d.table < 2 || code[d.table-1].op != opLocalGet || code[d.table-1].value != localPC {
		return d, false
	}
	first := d.table - 1
	for first > 0 && code[first-1].op == opBlock {
		first--
	}
	d.loop = -1
	if first > 0 && code[first-1].op == opLoop {
		d.loop = first - 1
	}
	for _, label := range code[d.table].labels {
		if label < first {
			return d, false
		}
	}
	return d, true
}

// jumpAhead has a function go on at a place that lies ahead without the table: by leaving the block that ends there.
func jumpAhead(code []instr, d dispatch) {
	if d.loop < 0 {
		return
	}
	ended := map[int]bool{}
	for i := range code {
		if code[i].op == opEnd {
			ended[code[i].label] = true
		}
		if i+2 >= len(code) || code[i].op != opI32Const || code[i+1].op != opLocalSet || code[i+1].value != localPC || code[i+2].op != opBr || code[i+2].label != d.loop {
			continue
		}
		places := code[d.table].labels
		if code[i].value < 0 || code[i].value >= int64(len(places)) {
			continue
		}
		block := places[code[i].value]
		if ended[block] {
			continue
		}
		code[i].gone()
		code[i+1].gone()
		code[i+2].label = block
		if i > 0 && i+3 < len(code) && code[i-1].op == opIf && code[i-1].raw[0] == noType && code[i+3].op == opEnd {
			code[i-1].gone()
			code[i+3].gone()
			code[i+2].op = opBrIf
		}
	}
}

// widen repeats blocks of a dispatch for those places that no code goes on at, so that the table is 0, 1, 2, 3, and so on. Then the tables of
// all functions begin alike.
func widen(code []instr, d dispatch) {
	entries := map[int]int{}
	next := d.table - 2 // the block that is opened last is the first place
	for _, label := range code[d.table].labels {
		if entries[label]++; entries[label] == 1 {
			if label != next {
				return
			}
			next--
		}
	}
	for i := range code {
		if n := entries[i]; n > 0 {
			code[i].copies = n
		} else if code[i].op == opEnd {
			if n := entries[code[i].label]; n > 0 {
				code[i].copies = n
			}
		}
	}
}

// leaveAtOnce has a function return where the stack of WebAssembly is unwound, instead of going to its end for that: there are as many ways to
// say how far that is as there are calls.
func leaveAtOnce(code []instr) {
	n := len(code)
	if n < 4 || code[n-2].op != opI32Const || code[n-2].value != 1 || code[n-3].op != opEnd {
		return
	}
	exit := code[n-3].label
	if exit < 0 || code[exit].op != opBlock {
		return
	}
	for i := range code {
		if code[i].op == opBr && code[i].label == exit {
			return
		}
	}
	for i := range code {
		if code[i].op == opBrIf && code[i].label == exit {
			code[i] = instr{op: opIf, raw: []byte{noType, opI32Const, 1, opReturn, opEnd}, closed: true, copies: 1}
		}
	}
	code[exit].gone()
	code[n-3].gone()
	code[n-2].gone()
}

// appendCode writes instructions.
func appendCode(out []byte, code []instr) []byte {
	var open []int // opened blocks, those repeated as often
	depth := func(label int) uint64 {
		for i := len(open) - 1; i >= 0; i-- {
			if open[i] == label {
				return uint64(len(open) - 1 - i)
			}
		}
		return uint64(len(open))
	}
	for i := range code {
		in := &code[i]
		if in.op == opNop {
			continue
		}
		for range in.copies {
			out = append(out, in.op)
			switch op := in.op; {
			case op == opBlock || op == opLoop || op == opIf:
				out = append(out, in.raw...)
				if !in.closed {
					open = append(open, i)
				}
			case op == opEnd:
				if len(open) > 0 {
					open = open[:len(open)-1]
				}
			case op == opBr || op == opBrIf:
				out = binary.AppendUvarint(out, depth(in.label))
			case op == opBrTable:
				out = binary.AppendUvarint(out, uint64(len(in.labels)-1))
				last, again := -1, 0
				for _, label := range in.labels {
					if label == last && code[label].copies > 1 {
						again++
					} else {
						last, again = label, 0
					}
					out = binary.AppendUvarint(out, depth(label)+uint64(again))
				}
			case op >= opLocalGet && op <= opGlobalSet:
				out = binary.AppendUvarint(out, uint64(in.value))
			case op >= opI32Load && op <= opI64Store3:
				out = append(out, in.raw...)
				out = binary.AppendUvarint(out, uint64(in.value))
			case op == opI32Const || op == opI64Const:
				out = appendSleb(out, in.value)
			default:
				out = append(out, in.raw...)
			}
		}
	}
	return out
}
