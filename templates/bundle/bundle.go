package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// A file is one file of the bundle.
type file struct {
	name     string
	contents []byte
}

// engines are the oldest browsers the script is written down to: MapLibre itself
// needs WebGL 2 and modules of this age.
var engines = []api.Engine{
	{Name: api.EngineChrome, Version: "109"},
	{Name: api.EngineFirefox, Version: "115"},
	{Name: api.EngineSafari, Version: "16.4"},
}

// bundle builds all files of templates/dist from the sources in viewer.
func bundle(viewer string) ([]file, error) {
	root, err := filepath.Abs(viewer)
	if err != nil {
		return nil, err
	}
	worker, err := build(options(root, "./src/worker.ts", nil))
	if err != nil {
		return nil, fmt.Errorf("bundling the worker: %w", err)
	}
	coast, err := packCoastline(filepath.Join(root, "node_modules", "world-atlas", "land-50m.json"))
	if err != nil {
		return nil, fmt.Errorf("packing the coastlines: %w", err)
	}
	script, err := build(options(root, "./src/main.ts", map[string]string{
		"virtual:worker":    string(worker),
		"virtual:coastline": coast,
	}))
	if err != nil {
		return nil, fmt.Errorf("bundling the viewer: %w", err)
	}
	style, err := build(options(root, "./src/style.css", nil))
	if err != nil {
		return nil, fmt.Errorf("bundling the style: %w", err)
	}
	vectors, err := build(options(root, "maplibre-gl/dist/maplibre-gl-worker.mjs", nil))
	if err != nil {
		return nil, fmt.Errorf("bundling MapLibre's worker: %w", err)
	}
	notices, err := notices(root)
	if err != nil {
		return nil, fmt.Errorf("collecting licences: %w", err)
	}
	return []file{{"viewer.js", script}, {"viewer.css", style}, {"vectors.js", vectors}, {"NOTICES", notices}}, nil
}

// bundleStudio builds all files of studio/dist: the studio's page with its worker inside, and its style. They take the map's
// words, tokens and elements from viewer.
func bundleStudio(viewer string) ([]file, error) {
	root, err := filepath.Abs(viewer)
	if err != nil {
		return nil, err
	}
	worker, err := build(options(root, "../../studio/worker/worker.ts", nil))
	if err != nil {
		return nil, fmt.Errorf("bundling the studio's worker: %w", err)
	}
	script, err := build(options(root, "../../studio/page/main.ts", map[string]string{"virtual:worker": string(worker)}))
	if err != nil {
		return nil, fmt.Errorf("bundling the studio: %w", err)
	}
	style, err := build(options(root, "../../studio/page/style.css", nil))
	if err != nil {
		return nil, fmt.Errorf("bundling the studio's style: %w", err)
	}
	offline, err := build(options(root, "../../studio/page/offline.ts", nil))
	if err != nil {
		return nil, fmt.Errorf("bundling the studio's service worker: %w", err)
	}
	return []file{{"studio.js", script}, {"studio.css", style}, {"offline.js", offline}}, nil
}

// replaced is a package that the bundle has a stand-in for.
const replaced = "fflate"

func options(root, entry string, virtual map[string]string) api.BuildOptions {
	return api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{entry},
		Bundle:            true,
		Format:            api.FormatIIFE,
		Platform:          api.PlatformBrowser,
		Engines:           engines,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		// The licences in full stand in NOTICES.
		LegalComments: api.LegalCommentsNone,
		// MapLibre only asks where it was loaded from when no worker was named to it.
		LogOverride: map[string]api.LogLevel{"empty-import-meta": api.LogLevelSilent},
		TreeShaking: api.TreeShakingTrue,
		Alias:       map[string]string{replaced: "./src/archive/nofflate.ts"},
		Plugins:     []api.Plugin{virtualModules(virtual)},
	}
}

func build(opts api.BuildOptions) ([]byte, error) {
	result := api.Build(opts)
	var problems []error
	for _, m := range append(result.Errors, result.Warnings...) {
		at := ""
		if m.Location != nil {
			at = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		problems = append(problems, errors.New(at+m.Text))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return result.OutputFiles[0].Contents, nil
}

// virtualModules serves imports of "virtual:..." as texts.
func virtualModules(texts map[string]string) api.Plugin {
	return api.Plugin{Name: "virtual", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: "^virtual:"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: a.Path, Namespace: "virtual"}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "virtual"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			text, ok := texts[a.Path]
			if !ok {
				return api.OnLoadResult{}, fmt.Errorf("no virtual module %q", a.Path)
			}
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderText}, nil
		})
	}}
}

// bundleTests bundles every test and benchmark of the viewer for Node into dir, so that
// they run on versions of Node that cannot read TypeScript.
func bundleTests(viewer, dir string) error {
	root, err := filepath.Abs(viewer)
	if err != nil {
		return err
	}
	out, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	var tests []string
	for _, pattern := range []string{"*.test.ts", "*.bench.ts"} {
		found, err := filepath.Glob(filepath.Join(root, "test", pattern))
		if err != nil {
			return err
		}
		tests = append(tests, found...)
	}
	coast, err := packCoastline(filepath.Join(root, "node_modules", "world-atlas", "land-50m.json"))
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: root,
		EntryPoints:   tests,
		Outdir:        out,
		OutExtension:  map[string]string{".js": ".mjs"},
		Bundle:        true,
		Write:         true,
		Format:        api.FormatESModule,
		Platform:      api.PlatformNode,
		Target:        api.ES2022,
		Sourcemap:     api.SourceMapInline,
		Define:        map[string]string{"TESTDATA": fmt.Sprintf("%q", filepath.ToSlash(filepath.Join(root, "testdata")))},
		Plugins:       []api.Plugin{virtualModules(map[string]string{"virtual:coastline": coast, "virtual:worker": ""})},
	})
	if len(result.Errors) > 0 {
		var texts []string
		for _, m := range result.Errors {
			texts = append(texts, m.Text)
		}
		return fmt.Errorf("bundling the tests: %s", strings.Join(texts, "; "))
	}
	return nil
}
