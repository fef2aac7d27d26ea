package studio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	tzfrellite "github.com/ringsaturn/tzf-rel-lite"

	"heatmapgen/templates"
)

// ErrNoSource says that there is no Go, or that the present folder is not in a clone of heatmapgen, so that nothing can be compiled.
var ErrNoSource = errors.New("there is no source to compile")

// modulePath is the Go module that Make compiles.
const modulePath = "heatmapgen"

// Make compiles the generator for JavaScript from the clone that the folder dir lies in, with the Go on the path. version is what the
// command calls itself, so that both make the same bytes. It fails with ErrNoSource where that cannot be.
func Make(ctx context.Context, dir, version string) (Module, error) {
	var m Module
	found, err := goCommand(ctx, dir, "list", "-m", "-f", "{{.Path}}\n{{.Dir}}")
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrNoSource, err)
	}
	path, root, _ := strings.Cut(strings.TrimSpace(string(found)), "\n")
	if path != modulePath {
		return m, fmt.Errorf("%w: the module here is %q", ErrNoSource, path)
	}
	temp, err := os.MkdirTemp("", "heatmapgen-studio-")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(temp)
	wasm := filepath.Join(temp, "heatmapgen.wasm")
	if _, err := goCommand(ctx, root, "build", "-trimpath", "-ldflags", "-s -w -X main.version="+version, "-o", wasm, "./studio/wasm"); err != nil {
		return m, fmt.Errorf("compiling the generator for JavaScript: %w", err)
	}
	if m.Wasm, err = os.ReadFile(wasm); err != nil {
		return m, err
	}
	goroot, err := goCommand(ctx, root, "env", "GOROOT")
	if err != nil {
		return m, err
	}
	lib := filepath.Join(strings.TrimSpace(string(goroot)), "lib")
	if m.Exec, err = os.ReadFile(filepath.Join(lib, "wasm", "wasm_exec.js")); err != nil {
		return m, err
	}
	m.Beside = templates.Files()
	m.Beside["timezone-squares.bin"], m.Beside["timezone-borders.bin"] = tzfrellite.PreindexData, tzfrellite.LiteCompressData
	m.Beside["zoneinfo.zip"], err = os.ReadFile(filepath.Join(lib, "time", "zoneinfo.zip"))
	return m, err
}

// goCommand runs Go in a folder, for JavaScript, and returns what it printed. Its error says what Go said.
func goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "CGO_ENABLED=0")
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(complaint.String()); text != "" {
			return nil, errors.New(text)
		}
		return nil, err
	}
	return out.Bytes(), nil
}
