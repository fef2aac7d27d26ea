// Command bundle makes the parts of heatmapgen that run in a browser tab: the generator as a module of WebAssembly, a small
// one with its Gaussians, and the files that lie beside them.
//
//	go run ./studio/bundle DIR                     writes them into the folder DIR
//	go run ./studio/bundle -version 1.2.3 DIR      as those of a release
//	go run ./studio/bundle -embed -version 1.2.3   writes studio/module, for programs built with the tag studio
//	go run ./studio/bundle -notices                prints the licences of all that is in a release
//
// It runs from the module's root. The output depends on the sources and the release of Go alone.
package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"heatmapgen/generator"
	"heatmapgen/studio"
)

// The names of the modules, the generator and its Gaussians, and of Go's own script that starts the generator.
const (
	moduleName   = "heatmapgen.wasm"
	convolveName = "convolve.wasm"
	execName     = "wasm_exec.js"
)

func main() {
	version := flag.String("version", generator.DevVersion, "the `version` of heatmapgen")
	embed := flag.Bool("embed", false, "write what a release has in itself")
	notices := flag.Bool("notices", false, "print the licences of all that is in a release")
	flag.Parse()
	err := fmt.Errorf("which folder? See go doc ./studio/bundle")
	switch {
	case *embed && flag.NArg() == 0:
		err = pack(".", *version)
	case *notices && flag.NArg() == 0:
		err = writeNotices(os.Stdout, ".")
	case !*embed && !*notices && flag.NArg() == 1:
		err = write(".", flag.Arg(0), *version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// write makes all files in the folder dir; root is that of the sources.
func write(root, dir, version string) error {
	m, err := studio.Make(context.Background(), root, version)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	files := maps.Clone(m.Beside)
	files[moduleName], files[convolveName], files[execName] = m.Wasm, m.Convolve, m.Exec
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// pack makes the module for a program that is to have it in itself; root is the folder of the sources.
func pack(root, version string) error {
	m, err := studio.Make(context.Background(), root, version)
	if err != nil {
		return err
	}
	return studio.Pack(filepath.Join(root, "studio"), m)
}
