//go:build js

package main

import (
	"context"
	"encoding/json"
	"errors"
	"syscall/js"
)

// options are what a caller gave, an object or undefined.
type options struct{ js.Value }

// get returns an option, undefined where there is none.
func (o options) get(name string) js.Value {
	if o.Type() != js.TypeObject {
		return js.Undefined()
	}
	return o.Get(name)
}

func (o options) bool(name string) bool { return o.get(name).Truthy() }

// call calls the function that is an option, where there is one.
func (o options) call(name string, args ...any) {
	if f := o.get(name); f.Type() == js.TypeFunction {
		f.Invoke(args...)
	}
}

// function makes f a function of JavaScript: of a path and options, returning a promise. What f returns becomes a plain
// object by way of its JSON, unless it is a js.Value.
func function(f func(ctx context.Context, path string, o options) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		path, o := "", options{js.Undefined()}
		if len(args) > 0 && args[0].Type() == js.TypeString {
			path = args[0].String()
		}
		if len(args) > 1 {
			o.Value = args[1]
		}
		return promise(o.get("signal"), func(ctx context.Context) (any, error) {
			if path == "" {
				return nil, errors.New("the path of the configuration is missing")
			}
			return f(ctx, path, o)
		})
	})
}

// promise returns a promise of what f returns. signal is an AbortSignal, or undefined.
func promise(signal js.Value, f func(ctx context.Context) (any, error)) js.Value {
	executor := js.FuncOf(func(_ js.Value, args []js.Value) any {
		resolve, reject := args[0], args[1]
		go func() {
			ctx, ended := until(signal)
			defer ended()
			v, err := f(ctx)
			if err != nil {
				reject.Invoke(failure(err))
				return
			}
			resolve.Invoke(plain(v))
		}()
		return nil
	})
	defer executor.Release()
	return js.Global().Get("Promise").New(executor)
}

// until returns a context that an AbortSignal cancels. Call ended in the end.
func until(signal js.Value) (ctx context.Context, ended func()) {
	ctx, cancel := context.WithCancel(context.Background())
	if signal.Type() != js.TypeObject {
		return ctx, cancel
	}
	if signal.Get("aborted").Bool() {
		cancel()
	}
	listener := js.FuncOf(func(js.Value, []js.Value) any {
		cancel()
		return nil
	})
	signal.Call("addEventListener", "abort", listener)
	return ctx, func() {
		signal.Call("removeEventListener", "abort", listener)
		listener.Release()
		cancel()
	}
}

// plain returns v as a value of JavaScript.
func plain(v any) js.Value {
	if v, ok := v.(js.Value); ok {
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only a mistake in the types of this package
	}
	return js.Global().Get("JSON").Call("parse", string(text))
}
