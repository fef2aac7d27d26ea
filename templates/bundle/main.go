// Command bundle makes templates/dist, the script and style that package
// templates embeds, from the TypeScript sources in templates/viewer.
//
// It needs the npm packages of templates/viewer (npm ci there) and runs from the
// module's root:
//
//	go run ./templates/bundle            writes templates/dist
//	go run ./templates/bundle -check     fails when templates/dist is not what the sources give
//	go run ./templates/bundle -tests DIR bundles the viewer's unit tests into DIR, for node --test
//
// The output depends on the sources, the lock file and the version of esbuild in
// go.mod alone: no paths, no dates. Packing of the coastlines is in coastline.go,
// the licences of what is bundled in notices.go.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

const (
	viewerDir = "templates/viewer"
	distDir   = "templates/dist"
)

func main() {
	check := flag.Bool("check", false, "compare with the committed bundle instead of writing it")
	tests := flag.String("tests", "", "bundle the unit tests into this `folder` instead")
	flag.Parse()
	if err := run(*check, *tests); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(check bool, tests string) error {
	if _, err := os.Stat(filepath.Join(viewerDir, "node_modules", "maplibre-gl")); err != nil {
		return fmt.Errorf("the npm packages are missing: run npm ci in %s, and this program from the module's root", viewerDir)
	}
	if tests != "" {
		return bundleTests(viewerDir, tests)
	}
	files, err := bundle(viewerDir)
	if err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(distDir, f.name)
		if check {
			have, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(have, f.contents) {
				return fmt.Errorf("%s differs from what the sources give: run go run ./templates/bundle and commit the result", path)
			}
			continue
		}
		if err := os.WriteFile(path, f.contents, 0o644); err != nil {
			return fmt.Errorf("writing the bundle: %w", err)
		}
		fmt.Printf("%s  %d bytes\n", path, len(f.contents))
	}
	return nil
}
