// Command bundle makes templates/dist, the script and style that package
// templates embeds, from the TypeScript sources in templates/viewer, and
// studio/dist from those in studio.
//
// It needs the npm packages of templates/viewer (npm ci there) and runs from the
// module's root:
//
//	go run ./templates/bundle            writes templates/dist and studio/dist
//	go run ./templates/bundle -check     fails when they are not what the sources give
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
	studioDir = "studio/dist"
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
	for dir, make := range map[string]func(string) ([]file, error){distDir: bundle, studioDir: bundleStudio} {
		files, err := make(viewerDir)
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := put(filepath.Join(dir, f.name), f.contents, check); err != nil {
				return err
			}
		}
	}
	return nil
}

// put writes a file of a bundle, or compares it with what is there.
func put(path string, contents []byte, check bool) error {
	if check {
		have, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(have, contents) {
			return fmt.Errorf("%s differs from what the sources give: run go run ./templates/bundle and commit the result", path)
		}
		return nil
	}
	if err := os.WriteFile(path, contents, 0o644); err != nil {
		return fmt.Errorf("writing the bundle: %w", err)
	}
	fmt.Printf("%s  %d bytes\n", path, len(contents))
	return nil
}
