//go:build js

package main

import (
	"context"
	"errors"
	"syscall/js"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// A module of WebAssembly has one thread, and so several instances of it, each in a worker of its own, share a build as processes do (generator/dist.go).
// Files of the job go from one to the other by JavaScript, which must have brought each instance what its step reads:
//
//	map       the plan
//	gather    the plan and what every map has made
//	paint     the same, what gather has made
//	preview   plan and draw, the parts that are coarse
//	compose   all

// planned tells of a plan.
type planned struct {
	// Activities is how many the sources list.
	Activities int `json:"activities"`
}

// plan begins a job for the configuration in the file path, in the folder that the option job names, with as many shards as the option shards.
func plan(ctx context.Context, path string, o options) (any, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	r, err := generator.Plan(ctx, cfg, generator.JobFolder(o.get("job").String()), o.get("shards").Int(), o.settings())
	if err == nil {
		err = ready()
	}
	if err != nil {
		return nil, err
	}
	return planned{r.Read}, nil
}

// gathered tells how the work was shared out.
type gathered struct {
	// Coarse is how many parts, from the first, a preview is made of; 0 where there can be none.
	Coarse int `json:"coarse"`
}

// openJob opens the job in a folder and returns an object that takes its steps. What the sources list and what is decoded is kept meanwhile. Of its functions
//
//	map(shard)             reads a shard
//	gather(coarse, parts)  judges what all have read, and shares the painting out into parts, of which coarse are of coarse zooms alone
//	paint(part)            paints a part
//	preview(folder)        makes a site of coarse zooms in a folder
//	compose()              makes the site
//	close()                releases what the job holds; nothing may be called afterwards
//
// all but the last return a promise.
func openJob(_ context.Context, folder string, o options) (any, error) {
	if err := ready(); err != nil {
		return nil, err
	}
	settings := o.settings()
	settings.Cached = true
	j, err := generator.OpenJob(generator.JobFolder(folder), settings)
	if err != nil {
		return nil, err
	}
	var functions []js.Func
	object := js.Global().Get("Object").New()
	set := func(name string, f func(args []js.Value) any) {
		functions = append(functions, js.FuncOf(func(_ js.Value, args []js.Value) any { return f(args) }))
		object.Set(name, functions[len(functions)-1])
	}
	step := func(name string, f func(ctx context.Context, args []js.Value) (any, error)) {
		set(name, func(args []js.Value) any {
			return promise(o.get("signal"), func(ctx context.Context) (any, error) {
				v, err := f(ctx, args)
				return v, errors.Join(err, zonesReady())
			})
		})
	}
	step("map", func(ctx context.Context, args []js.Value) (any, error) { return nil, j.Map(ctx, args[0].Int()) })
	step("gather", func(ctx context.Context, args []js.Value) (any, error) {
		_, coarse, err := j.GatherCoarse(ctx, args[0].Int(), args[1].Int())
		return gathered{coarse}, err
	})
	step("paint", func(ctx context.Context, args []js.Value) (any, error) { return nil, j.Paint(ctx, args[0].Int()) })
	step("preview", func(ctx context.Context, args []js.Value) (any, error) {
		r, err := j.Preview(ctx, args[0].String())
		if err != nil {
			return nil, err
		}
		return previewOf(r, args[0].String()), nil
	})
	step("compose", func(ctx context.Context, _ []js.Value) (any, error) {
		r, err := j.Compose(ctx)
		if err != nil {
			return nil, err
		}
		return builtOf(j.Config(), r)
	})
	set("close", func([]js.Value) any {
		j.Close()
		for _, f := range functions {
			f.Release()
		}
		return js.Undefined()
	})
	return object, nil
}
