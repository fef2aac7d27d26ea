package licences

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a program is compiled from is found by the compiler's own list, whatever system it is for.
func TestOf(t *testing.T) {
	works, err := Of(t.Context(), ".", []Program{{"heatmapgen/studio/wasm", "js", "wasm"}}, "github.com/ringsaturn/tzf-rel-lite")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, w := range works {
		paths = append(paths, w.Name)
		if _, err := os.Stat(w.Dir); err != nil || w.Version == "" {
			t.Errorf("%+v: %v", w, err)
		}
	}
	if !strings.HasPrefix(paths[0], "Go") || len(paths) > 12 {
		t.Errorf("works are %q", paths)
	}
	// FIT is read in browsers; SQLite and the command line are not there.
	list := strings.Join(paths, " ")
	for module, want := range map[string]bool{"github.com/tormoder/fit": true, "github.com/ringsaturn/tzf-rel-lite": true, "modernc.org/sqlite": false, "github.com/spf13/cobra": false} {
		if strings.Contains(list, module) != want {
			t.Errorf("%s: %v, in %q", module, !want, list)
		}
	}
	if _, err := Of(t.Context(), ".", []Program{{"heatmapgen/nothing", "linux", "amd64"}}); err == nil {
		t.Error("there are modules of a program that is not there")
	}
}

// All files of a module that say how it may be passed on are written, and one that has none ends it.
func TestWrite(t *testing.T) {
	golang, module, bare := t.TempDir(), t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(golang, "LICENSE"):           "of Go",
		filepath.Join(module, "LICENSE.md"):        "licence\r\nof a module\r\n",
		filepath.Join(module, "NOTICE"):            "its notice\n",
		filepath.Join(module, "README"):            "nothing of it",
		filepath.Join(bare, "relicensing.go"):      "package relicensing",
		filepath.Join(bare, "README.md"):           "no licence",
		filepath.Join(module, "licenses", "other"): "",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := Write(&out, []Work{{"Go", "go1.26", golang}, {"example.org/m", "v1.0.0", module}}); err != nil {
		t.Fatal(err)
	}
	line := strings.Repeat("-", 72)
	want := "\n" + line + "\n\nGo go1.26\n\nof Go\n\n" + line + "\n\nexample.org/m v1.0.0\n\nlicence\nof a module\n\nits notice\n"
	if out.String() != want {
		t.Errorf("written is\n%s\nnot\n%s", out.String(), want)
	}
	out.Reset()
	if err := Write(&out, []Work{{"Go", "go1.26", golang}, {"example.org/bare", "v1.0.0", bare}}); err == nil || out.Len() > 0 {
		t.Errorf("a module without a licence: %v, written %q", err, out.String())
	}
}
