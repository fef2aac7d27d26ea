// Package studio is the generator in a browser tab, as a site of a few static files: a page that takes a user's files, a worker in it that
// runs the generator compiled to WebAssembly (studio/wasm) on them, and the map that comes of it in a frame. Nothing a user drops leaves
// the tab.
//
// The page is TypeScript in the folders page and worker; the folder dist holds its bundle, made by "go run ./templates/bundle" and
// committed. [Make] compiles the module where there is Go and the source, [Embedded] has it in released programs, and
// [New] makes a site of it. The map itself is package templates'.
package studio

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"heatmapgen/internal/atomicfile"
	"heatmapgen/templates"
)

// A Module is the generator for JavaScript, and what it needs beside it.
type Module struct {
	// Wasm is the module, Convolve the one with its Gaussians, Exec the wasm_exec.js of the Go that compiled it.
	Wasm, Convolve, Exec []byte
	// Beside are the files that it reads when it needs them, by name; see package beside.
	Beside map[string][]byte
	// Notices are the licences of all of it.
	Notices []byte
}

// PageName is the page's file.
const PageName = "index.html"

// Files that keep their names, since browsers look for them at the address they were first at.
const (
	offlineName  = "offline.js"
	manifestName = "manifest.webmanifest"
	iconName     = "icon.svg"
	noticesName  = "NOTICES.txt"
)

var (
	//go:embed dist
	dist embed.FS
	//go:embed page.gohtml
	pageSource string

	pageTemplate = template.Must(template.New("page").Parse(pageSource))
)

// pieces tells the page's script where the generator is; worker/messages.ts has the same keys.
type pieces struct {
	Generator string            `json:"generator"`
	Convolve  string            `json:"convolve"`
	Exec      string            `json:"exec"`
	Beside    map[string]string `json:"beside"`
}

// A Site is the studio's files. Their names differ by what is in them, but for those that browsers look for where they were at first.
type Site struct {
	files []file // the page last
}

type file struct {
	name     string
	contents []byte
}

// Write writes the files into the folder dir, which it makes; the page comes last. Files of another studio that lie there are left, since
// whoever has its page open needs them.
func (s *Site) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of the studio: %w", err)
	}
	for _, f := range s.files {
		err := atomicfile.Write(filepath.Join(dir, f.name), atomicfile.Ordinary, func(w io.Writer) error {
			_, err := w.Write(f.contents)
			return err
		})
		if err != nil {
			return fmt.Errorf("writing the studio: %w", err)
		}
	}
	return nil
}

// types are those of the files by their endings; what systems think of them differs.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json", ".gzip": "application/octet-stream",
}

// ServeHTTP serves the files.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = PageName
	}
	i := slices.IndexFunc(s.files, func(f file) bool { return f.name == name })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(s.files[i].contents))
}

// hashed returns a file whose name tells what is in it: "studio.js" is called "studio.0123456789abcdef.js".
func hashed(name string, contents []byte) file {
	sum := sha256.Sum256(contents)
	base, ending, _ := strings.Cut(name, ".")
	return file{base + "." + hex.EncodeToString(sum[:8]) + "." + ending, contents}
}

// compressed is hashed for a piece of the generator. The page unpacks it itself: many hosts do not compress what they take for no text, and it is a third of the
// size. The ending is none that hosts know, lest one tells browsers to unpack it.
func compressed(name string, contents []byte) file { return hashed(name+".gzip", gzipped(contents)) }

func gzipped(contents []byte) []byte {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(contents)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err) // memory takes everything
	}
	return out.Bytes()
}

// New makes the studio of a module.
func New(m Module) (*Site, error) {
	read := func(name string) []byte {
		contents, err := dist.ReadFile("dist/" + name)
		if err != nil {
			panic(err) // it is embedded
		}
		return contents
	}
	script, style := hashed("studio.js", read("studio.js")), hashed("studio.css", read("studio.css"))
	wasm, gaussians, exec := compressed("heatmapgen.wasm", m.Wasm), compressed("convolve.wasm", m.Convolve), hashed("wasm_exec.js", m.Exec)
	where := pieces{Generator: wasm.name, Convolve: gaussians.name, Exec: exec.name, Beside: map[string]string{}}
	files := []file{script, style, wasm, gaussians, exec, {iconName, []byte(templates.Icon())}, {manifestName, manifest()}, {noticesName, m.Notices}}
	for _, name := range slices.Sorted(maps.Keys(m.Beside)) {
		f := compressed(name, m.Beside[name])
		where.Beside[name] = f.name
		files = append(files, f)
	}
	var page bytes.Buffer
	viewerScript, viewerStyle := templates.Sources()
	err := pageTemplate.Execute(&page, map[string]any{
		"Policy": policy(viewerScript, viewerStyle), "Script": script.name, "Style": style.name, "Pieces": where,
		"Icon": iconName, "Manifest": manifestName, "Notices": noticesName,
	})
	if err != nil {
		return nil, fmt.Errorf("rendering the studio's page: %w", err)
	}
	index := file{PageName, page.Bytes()}
	offline, err := offlineScript(read(offlineName), append(slices.Clone(files), index))
	if err != nil {
		return nil, err
	}
	return &Site{append(files, file{offlineName, offline}, index)}, nil
}

// policy returns the page's Content-Security-Policy. The map in the frame and the worker are Blobs, which have the policy of the page that
// made them: so neither can ask anybody else for anything. viewerScript and viewerStyle name the map's.
func policy(viewerScript, viewerStyle string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self' 'wasm-unsafe-eval' " + viewerScript,
		"style-src 'self' " + viewerStyle,
		"img-src 'self' data: blob:",
		"connect-src 'self' data: blob:",
		"worker-src 'self' blob:",
		"frame-src blob:",
		"manifest-src 'self' data:",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; ")
}

// manifest makes a web app of the page, which can be installed.
func manifest() []byte {
	type icon struct {
		Src   string `json:"src"`
		Sizes string `json:"sizes"`
		Type  string `json:"type"`
	}
	text, err := json.MarshalIndent(map[string]any{
		"name": "heatmapgen studio", "short_name": "heatmapgen", "start_url": "./", "scope": "./", "display": "standalone",
		"background_color": "#0f1216", "theme_color": "#0f1216", "icons": []icon{{iconName, "any", "image/svg+xml"}},
	}, "", "  ")
	if err != nil {
		panic(err) // texts alone
	}
	return append(text, '\n')
}

// offlineScript returns the service worker: what it keeps, as a line before its script (page/offline.ts).
func offlineScript(script []byte, files []file) ([]byte, error) {
	all := sha256.New()
	names := []string{"./"}
	for _, f := range files {
		fmt.Fprintf(all, "%s %d\n", f.name, len(f.contents))
		all.Write(f.contents)
		if f.name != PageName && f.name != noticesName {
			names = append(names, f.name)
		}
	}
	kept, err := json.Marshal(map[string]any{"name": "heatmapgen-studio-" + hex.EncodeToString(all.Sum(nil)[:8]), "files": names})
	if err != nil {
		return nil, fmt.Errorf("listing what is kept offline: %w", err)
	}
	return slices.Concat([]byte("self.kept="), kept, []byte(";\n"), script), nil
}
