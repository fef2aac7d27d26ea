package studio

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	tzfrellite "github.com/ringsaturn/tzf-rel-lite"

	"heatmapgen/internal/licences"
	"heatmapgen/studio/convolve"
	"heatmapgen/studio/trim"
	"heatmapgen/templates"
)

// ErrNoSource says that there is no Go, or that the present folder is not in a clone of heatmapgen, so that nothing can be compiled.
var ErrNoSource = errors.New("there is no source to compile")

// modulePath is the Go module that Make compiles.
const modulePath = "heatmapgen"

// Program is the generator for JavaScript, as Make compiles it.
var Program = licences.Program{Package: modulePath + "/studio/wasm", OS: "js", Arch: "wasm"}

// zonesPackage has the tables of time zones that lie beside the module.
const zonesPackage = "github.com/ringsaturn/tzf-rel-lite"

// seldom are packages, as patterns, whose functions are called seldom enough that nothing is lost where none is put into another: the module is
// a fiftieth smaller, and builds as fast. What decodes, paints and packs is not among them, nor is encoding/binary.
var seldom = []string{
	"fmt", "log", "encoding/...", "net/...", "regexp/...", "text/...", "github.com/BurntSushi/...",
	"heatmapgen/activity/source/...", "heatmapgen/generator/...", "heatmapgen/internal/atomicfile", "heatmapgen/site/...", "heatmapgen/studio/...", "heatmapgen/templates",
}

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
	build := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version=" + version}
	for _, packages := range seldom {
		build = append(build, "-gcflags="+packages+"=-l")
	}
	build = append(build, "-gcflags=encoding/binary=")
	if _, err := goCommand(ctx, root, append(build, "-o", wasm, Program.Package)...); err != nil {
		return m, fmt.Errorf("compiling the generator for JavaScript: %w", err)
	}
	compiled, err := os.ReadFile(wasm)
	if err != nil {
		return m, err
	}
	if m.Wasm, err = trim.Module(compiled); errors.Is(err, trim.ErrUnknown) {
		m.Wasm = compiled // by a later Go: larger, but as good
	} else if err != nil {
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
	zones, err := os.ReadFile(filepath.Join(lib, "time", "zoneinfo.zip"))
	if err != nil {
		return m, err
	}
	m.addBeside(zones)
	m.Notices, err = notices(ctx, root)
	return m, err
}

// DataNotice says where the data come from that the generator knows time zones by.
const DataNotice = "Borders of time zones come from OpenStreetMap (© OpenStreetMap contributors, ODbL) by way of timezone-boundary-builder and tzf-rel-lite, " +
	"rules of time zones from IANA (public domain)."

// notices returns the licences of all that a studio has in it; root is the clone.
func notices(ctx context.Context, root string) ([]byte, error) {
	works, err := licences.Of(ctx, root, []licences.Program{Program}, zonesPackage)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBufferString(templates.Notices())
	out.WriteString("\nThe generator contains the following. " + DataNotice + "\n")
	err = licences.Write(out, works)
	return out.Bytes(), err
}

// addBeside sets what lies beside the module: what the program itself has of it, and Go's rules of time zones.
func (m *Module) addBeside(zones []byte) {
	m.Convolve = convolve.Module()
	m.Beside = templates.Files()
	m.Beside["timezone-squares.bin"], m.Beside["timezone-borders.bin"] = tzfrellite.PreindexData, tzfrellite.LiteCompressData
	m.Beside[zonesName] = zones
}

// Names of files beside the module that the program does not have itself, and in a packed module of those of the module.
const (
	zonesName     = "zoneinfo.zip"
	packedName    = "module/heatmapgen.wasm.gzip"
	execName      = "module/wasm_exec.js"
	packedNotices = "module/NOTICES"

	packedZonesName = "module/" + zonesName
)

// Pack writes into the folder dir what Unpack reads: of a module all that the program does not have itself, as the folder "module".
func Pack(dir string, m Module) error {
	if err := os.MkdirAll(filepath.Join(dir, "module"), 0o777); err != nil {
		return err
	}
	for name, content := range map[string][]byte{packedName: gzipped(m.Wasm), execName: m.Exec, packedNotices: m.Notices, packedZonesName: m.Beside[zonesName]} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Unpack reads what Pack wrote into the folder packed.
func Unpack(packed fs.FS) (m Module, err error) {
	wasm, err := fs.ReadFile(packed, packedName)
	if err != nil {
		return m, err
	}
	z, err := gzip.NewReader(bytes.NewReader(wasm))
	if err != nil {
		return m, fmt.Errorf("unpacking the generator: %w", err)
	}
	if m.Wasm, err = io.ReadAll(z); err != nil {
		return m, fmt.Errorf("unpacking the generator: %w", err)
	}
	if m.Exec, err = fs.ReadFile(packed, execName); err != nil {
		return m, err
	}
	if m.Notices, err = fs.ReadFile(packed, packedNotices); err != nil {
		return m, err
	}
	zones, err := fs.ReadFile(packed, packedZonesName)
	if err != nil {
		return m, err
	}
	m.addBeside(zones)
	return m, nil
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
