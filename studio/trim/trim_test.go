package trim_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/studio/convolve"
	"heatmapgen/studio/trim"
)

// compiled returns the program in testdata as Go compiles it.
func compiled(t *testing.T) []byte {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no Go to compile with")
	}
	path := filepath.Join(t.TempDir(), "program.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./testdata/program")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	wasm, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

// output runs a module in Node and returns what it prints, and whether it ended well.
func output(t *testing.T, wasm []byte, args ...string) (text string, ok bool) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("no Node")
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "program.wasm")
	if err := os.WriteFile(path, wasm, 0o666); err != nil {
		t.Fatal(err)
	}
	starter := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec_node.js")
	out, err := exec.Command(node, append([]string{starter, path}, args...)...).CombinedOutput()
	return string(out), err == nil
}

func packed(t *testing.T, wasm []byte) int {
	t.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(wasm)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

// A trimmed program does what it did, and packed it weighs a fourth less.
func TestModule(t *testing.T) {
	before := compiled(t)
	after, err := trim.Module(before)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := trim.Module(before); err != nil || !bytes.Equal(again, after) {
		t.Error("trimmed twice, it is not the same")
	}
	want, ok := output(t, before)
	if !ok || strings.Count(want, "\n") < 15 {
		t.Fatal(want)
	}
	if got, ok := output(t, after); !ok || got != want {
		t.Errorf("trimmed, it prints\n%s\nnot\n%s", got, want)
	}
	got, ok := output(t, after, "fail")
	if ok || !strings.Contains(got, "panic: at the end") || !strings.Contains(got, "main.main()") || strings.Contains(got, "main.go") {
		t.Errorf("failing, it prints\n%s", got)
	}
	if was, is := packed(t, before), packed(t, after); is*100 > was*76 {
		t.Errorf("%d bytes, packed %d; trimmed %d, packed %d", len(before), was, len(after), is)
	}
}

func TestUnknown(t *testing.T) {
	wasm := compiled(t)
	other := bytes.Clone(wasm)
	magic := bytes.Index(other, []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8})
	other[magic]--
	many := bytes.Clone(wasm)
	binary.LittleEndian.PutUint16(many[magic+8:], 0xffff) // functions
	for name, damaged := range map[string][]byte{
		"nothing": nil, "text": []byte("<!doctype html>"), "not of Go": convolve.Module(), "cut off": wasm[:len(wasm)/2], "without data": wasm[:9],
		"another table": other, "more functions than records": many,
	} {
		if _, err := trim.Module(damaged); !errors.Is(err, trim.ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
