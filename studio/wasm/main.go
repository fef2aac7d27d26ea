//go:build js

// Wasm is the generator for JavaScript: a WebAssembly module that a page or node runs by Go's own wasm_exec.js. It
// sets globalThis.heatmapgen to an object of functions, of which all but the last return a promise:
//
//	check(path)            reads the configuration in the file path
//	build(path, options)   builds the site (build.go)
//	sample(path, options)  builds a site of some of the activities, for a first look (sample.go)
//	plan(path, options)    begins a build that several instances of the module take the steps of (job.go)
//	job(folder, options)   opens what plan has begun, for the other steps
//	audit(path, options)   attacks what the site that was built hides (audit.go)
//	guess(path)            tells of which type the source at a path is (guess.go)
//	sports(wanted, others) has the words of a configuration for what was chosen of the sports there are
//
// Files are those of globalThis.fs, by Go's package os: node's own, or what a page puts there before it starts the module
// (studio/worker/files.ts). So everything is where it is for the command: the secret and overrides.json beside the
// configuration, sources and the output where that says. What the module does not have in itself are files, too (beside.go).
//
// Every option may be left out:
//
//	signal       an AbortSignal that ends the work
//	now          the moment of the build in ms since 1970; the present one otherwise
//	progress     a function of the name of a stage, how much of it is done, of how much, and the unit
//	warn         a function of what a user must not miss
//	found        a function of what was found in the sources, before anything is painted (found.go)
//	newSecret, forgetZones, allowFewer  as the flags of these names of "heatmapgen build"
//
// Promises are rejected with an Error. Its kind is that of package generator's error (failure.go).
package main

import (
	"context"
	"path/filepath"
	"syscall/js"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// version is set by releases, as that of the command is, so that both give the same bytes.
var version = generator.DevVersion

func main() {
	js.Global().Set("heatmapgen", js.ValueOf(map[string]any{
		"version": version,
		"check":   function(check),
		"build":   function(build),
		"sample":  function(sample),
		"plan":    function(plan),
		"job":     function(openJob),
		"audit":   function(attack),
		"guess":   function(guess),
		"sports":  js.FuncOf(sports),
	}))
	select {} // functions are called for as long as the page lives
}

// A checked tells of a configuration that was read: its title, and the paths of the site's two files and of the secret.
type checked struct {
	Title   string `json:"title"`
	Archive string `json:"archive"`
	Page    string `json:"page"`
	Secret  string `json:"secret"`
}

func check(_ context.Context, path string, _ options) (any, error) {
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	return checked{
		Title: cfg.Title, Secret: generator.SecretPath(cfg),
		Archive: filepath.Join(cfg.Output, generator.ArchiveFile(cfg)), Page: filepath.Join(cfg.Output, generator.PageName),
	}, nil
}
