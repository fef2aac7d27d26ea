// Program does what a Go program needs its table of functions for: it grows stacks, collects garbage with pointers on them, switches between
// goroutines in the midst of functions, defers, panics and recovers. It prints what came of it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync"
)

type node struct {
	left, right *node
	name        string
}

func (n *node) size() int {
	if n == nil {
		return 0
	}
	return 1 + n.left.size() + n.right.size()
}

func grow(depth int) *node {
	if depth == 0 {
		return nil
	}
	var pad [40]*node // on the stack, found by the garbage collector alone
	for i := range pad {
		pad[i] = &node{name: strings.Repeat("x", i)}
	}
	if depth%7 == 0 {
		runtime.GC()
	}
	n := &node{left: grow(depth - 1), right: pad[depth%40]}
	for i, p := range pad {
		if len(p.name) != i {
			panic("lost a pointer")
		}
	}
	return n
}

func recovered(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return "nothing"
}

type adder struct{ sum int }

func (a adder) Add(b int) int { return a.sum + b }

func choose(a, b, quit chan int) (sum int) {
	for {
		select {
		case v := <-a:
			sum += v
		case v := <-b:
			sum -= 2 * v
		case <-quit:
			return sum
		}
	}
}

func main() {
	fmt.Println(grow(300).size())
	var list []int
	var missing map[string]int
	var empty *node
	zero := len(list)
	fmt.Println(recovered(func() { fmt.Println(list[3+zero]) }))
	fmt.Println(recovered(func() { fmt.Println(list[zero:][5:]) }))
	fmt.Println(recovered(func() { missing["a"] = 1 }))
	fmt.Println(recovered(func() { fmt.Println(empty.name) }))
	fmt.Println(recovered(func() { fmt.Println(1 / zero) }))
	fmt.Println(recovered(func() { panic(fmt.Errorf("wrapped: %w", os.ErrNotExist)) }))
	fmt.Println(recovered(func() {
		defer func() { panic(fmt.Sprint("again, after ", recover())) }()
		panic("first")
	}))
	for i := range 3 {
		defer fmt.Println("deferred", i)
	}

	a, b, quit := make(chan int), make(chan int, 3), make(chan int)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if i%2 == 0 {
				a <- grow(i).size()
			} else {
				b <- i
			}
			runtime.Gosched()
		})
	}
	go func() { wg.Wait(); close(quit) }()
	fmt.Println(choose(a, b, quit))

	add := reflect.ValueOf(adder{40}).MethodByName("Add")
	fmt.Println(add.Call([]reflect.Value{reflect.ValueOf(2)})[0].Int())
	made := reflect.MakeFunc(reflect.TypeFor[func(string) string](), func(in []reflect.Value) []reflect.Value {
		runtime.GC()
		return []reflect.Value{reflect.ValueOf(strings.ToUpper(in[0].String()))}
	}).Interface().(func(string) string)
	fmt.Println(made("made"))

	var v map[string][]float64
	fmt.Println(json.Unmarshal([]byte(`{"b": [1, 2.5], "a": []}`), &v), v)
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	sort.Slice(words, func(i, j int) bool { return words[i] < words[j] })
	text, err := json.Marshal(words)
	fmt.Println(string(text), err, errors.Is(fmt.Errorf("%w", os.ErrExist), os.ErrExist))

	pc, _, _, ok := runtime.Caller(0)
	fmt.Println(runtime.FuncForPC(pc).Name(), ok)
	if len(os.Args) > 1 {
		panic("at the end")
	}
}
