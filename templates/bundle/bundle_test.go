package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// npmPackages skips a test where the npm packages are missing, but not where CI is
// set: there they are part of the test's ground.
func npmPackages(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(filepath.Join("..", "viewer", "node_modules", "maplibre-gl")); err != nil {
		if os.Getenv("CI") == "" {
			t.Skip("the npm packages are missing: run npm ci in templates/viewer")
		}
		t.Fatal(err)
	}
}

func TestBundleIsWhatTheSourcesGive(t *testing.T) {
	npmPackages(t)
	root, err := filepath.Abs(filepath.Join("..", "viewer"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := bundle(root)
	if err != nil {
		t.Fatal(err)
	}
	compareBundle(t, root, filepath.Join("..", "dist"), files)
	// In an HTML page these would end the script early, or keep it from ending.
	for _, f := range files {
		for _, bad := range []string{"</script", "<!--"} {
			if strings.HasSuffix(f.name, ".js") && bytes.Contains(bytes.ToLower(f.contents), []byte(bad)) {
				t.Errorf("%s contains %q", f.name, bad)
			}
		}
	}
}

func TestStudioBundleIsWhatTheSourcesGive(t *testing.T) {
	npmPackages(t)
	root, err := filepath.Abs(filepath.Join("..", "viewer"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := bundleStudio(root)
	if err != nil {
		t.Fatal(err)
	}
	compareBundle(t, root, filepath.Join("..", "..", "studio", "dist"), files)
}

// compareBundle compares the files of a bundle with those in the folder dir, and looks for what must not be in them. root is that of the viewer.
func compareBundle(t *testing.T, root, dir string, files []file) {
	t.Helper()
	for _, f := range files {
		have, err := os.ReadFile(filepath.Join(dir, f.name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, f.contents) {
			t.Errorf("%s differs: run go run ./templates/bundle and commit the result", filepath.Join(dir, f.name))
		}
		for _, bad := range []string{filepath.Dir(root), "node_modules", "\r"} {
			if bytes.Contains(f.contents, []byte(bad)) {
				t.Errorf("%s contains %q", f.name, bad)
			}
		}
	}
}

// MapLibre's worker weighs a third of the page and has nothing to do in it without vectors (see src/main.ts), so it stays out of the viewer.
func TestMapLibresWorkerIsLeftOut(t *testing.T) {
	npmPackages(t)
	root, err := filepath.Abs(filepath.Join("..", "viewer"))
	if err != nil {
		t.Fatal(err)
	}
	worker, err := os.ReadFile(filepath.Join(root, "node_modules", "maplibre-gl", "dist", "maplibre-gl-worker.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := bundle(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"_geoJSONIndex", "loadVectorTile", "demWorkerSources", "getClustersInRange"} {
		if !bytes.Contains(worker, []byte(name)) {
			t.Errorf("MapLibre's worker has no %s any more: name something else of its own", name)
		}
		if bytes.Contains(files[0].contents, []byte(name)) {
			t.Errorf("%s contains %s of MapLibre's worker", files[0].name, name)
		}
	}
}

// TestViewer checks the viewer's types and runs its own unit tests in Node.
func TestViewer(t *testing.T) {
	npmPackages(t)
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "" {
			t.Skip("no Node")
		}
		t.Fatal(err)
	}
	viewer := filepath.Join("..", "viewer")
	t.Run("types", func(t *testing.T) {
		cmd := exec.Command(node, filepath.Join("node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", ".")
		cmd.Dir = viewer
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("units", func(t *testing.T) {
		dir := t.TempDir()
		if err := bundleTests(viewer, dir); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.test.mjs"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no tests: %v", err)
		}
		if out, err := exec.Command(node, append([]string{"--test", "--test-reporter=spec"}, files...)...).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

// unpack reads what packCoastline writes.
func unpack(t *testing.T, text string) [][]point {
	t.Helper()
	at := 0
	next := func() (v int64) {
		for shift := 0; ; shift += 5 {
			d := strings.IndexByte(alphabet, text[at])
			if d < 0 {
				t.Fatalf("%q is no digit", text[at])
			}
			at++
			v |= int64(d&31) << shift
			if d < 32 {
				return v
			}
		}
	}
	signed := func() int64 {
		v := next()
		return v>>1 ^ -(v & 1)
	}
	var lines [][]point
	var p point
	for at < len(text) {
		var line []point
		for range next() {
			p.x += signed()
			p.y += signed()
			line = append(line, p)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestPackCoastline(t *testing.T) {
	// Units of a tenth of a degree from -180, -90: a square of 10 degrees with a
	// needless point, a rock, a line along the edge of the sheet and one across it.
	const topo = `{"type":"Topology","transform":{"scale":[0.1,0.1],"translate":[-180,-90]},"objects":{},"arcs":[
		[[1900,1300],[50,0],[50,0],[0,100],[-100,0],[0,-100]],
		[[1000,1000],[1,0],[0,1],[-1,-1]],
		[[3600,1500],[0,-100],[0,-100]],
		[[3599,1400],[-3599,0],[200,0]]
	]}`
	path := filepath.Join(t.TempDir(), "land.json")
	if err := os.WriteFile(path, []byte(topo), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := packCoastline(path)
	if err != nil {
		t.Fatal(err)
	}
	u := int64(unitsPerDegree)
	want := []point{{10 * u, 40 * u}, {20 * u, 40 * u}, {20 * u, 50 * u}, {10 * u, 50 * u}, {10 * u, 40 * u}}
	across := []point{{-180 * u, 50 * u}, {-160 * u, 50 * u}}
	got := unpack(t, text)
	if len(got) != 2 || !slices.Equal(got[0], want) || !slices.Equal(got[1], across) {
		t.Errorf("got %v, want %v and %v", got, want, across)
	}
}

func TestPackCoastlineErrors(t *testing.T) {
	if _, err := packCoastline(filepath.Join(t.TempDir(), "none.json")); err == nil {
		t.Error("a missing file was read")
	}
	path := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := packCoastline(path); err == nil {
		t.Error("a broken file was read")
	}
}

func TestReadWork(t *testing.T) {
	const mit = "Permission is hereby granted.\n"
	for _, c := range []struct {
		name, file, text string
		want             work
	}{
		{"a licence file", "LICENSE", "The MIT License (MIT)\n\nCopyright (c) 2020 Somebody\n\nPermission is\nhereby granted.\n",
			work{holders: []string{"Copyright (c) 2020 Somebody"}, terms: "Permission is\nhereby granted.\n"}},
		{"a section of the README", "README.md", "# Thing\n\nText.\n\n## License (MIT)\n\nCopyright (c) 2011 Else\n\n" + mit,
			work{holders: []string{"Copyright (c) 2011 Else"}, terms: mit}},
		{"the first of two licences", "LICENSE.md", "Copyright (c) 2020 X\n\n" + mit + "\n===== Apache License 2.0 =====\nMuch more.\n",
			work{holders: []string{"Copyright (c) 2020 X"}, terms: mit}},
		{"terms that speak of copyright", "LICENSE", "The above copyright notice shall be kept.\n",
			work{terms: "The above copyright notice shall be kept.\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := readWork(dir)
			if err != nil {
				t.Fatal(err)
			}
			if got.terms != c.want.terms || !slices.Equal(got.holders, c.want.holders) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if _, err := readWork(t.TempDir()); err == nil {
		t.Error("a package without a licence went through")
	}
	if !sameTerms("It is \"so\",\nmy friend", "it is so my\n friend") || sameTerms("must", "must not") {
		t.Error("sameTerms compares something else than words")
	}
}
