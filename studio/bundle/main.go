// Command bundle makes the parts of heatmapgen that run in a browser tab: the generator as a module of WebAssembly, and the
// files that lie beside it.
//
//	go run ./studio/bundle DIR                   writes them into the folder DIR
//	go run ./studio/bundle -version 1.2.3 DIR    as those of a release
//
// It runs from the module's root. The output depends on the sources and the release of Go alone.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	tzfrellite "github.com/ringsaturn/tzf-rel-lite"

	"heatmapgen/generator"
)

// moduleName is the name of the file with the module.
const moduleName = "heatmapgen.wasm"

func main() {
	version := flag.String("version", generator.DevVersion, "the `version` of heatmapgen")
	flag.Parse()
	err := fmt.Errorf("which folder? See go doc ./studio/bundle")
	if flag.NArg() == 1 {
		err = write(".", flag.Arg(0), *version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// write makes all files in the folder dir; root is that of the sources.
func write(root, dir, version string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := compile(root, filepath.Join(dir, moduleName), version); err != nil {
		return err
	}
	goroot, err := goRoot()
	if err != nil {
		return err
	}
	for name, from := range map[string]string{
		"zoneinfo.zip": filepath.Join(goroot, "lib", "time", "zoneinfo.zip"),
		"viewer.js":    filepath.Join(root, "templates", "dist", "viewer.js"),
		"viewer.css":   filepath.Join(root, "templates", "dist", "viewer.css"),
		"NOTICES":      filepath.Join(root, "templates", "dist", "NOTICES"),
	} {
		content, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), content, 0o666)
		}
		if err != nil {
			return err
		}
	}
	for name, content := range map[string][]byte{"timezone-squares.bin": tzfrellite.PreindexData, "timezone-borders.bin": tzfrellite.LiteCompressData} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// compile makes the module.
func compile(root, path, version string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version="+version, "-o", path, "./studio/wasm")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("compiling the module: %w", err)
	}
	return nil
}

// goRoot returns the folder of the release of Go that compiles the module.
func goRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	return strings.TrimSpace(string(out)), err
}
