package serve

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

// replaceArchive puts an archive of the same content in place, as a build does: written beside and renamed.
func replaceArchive(t *testing.T, dir string, when time.Time) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows replaces no file that is open")
	}
	path := filepath.Join(dir, "heatmap.pmtiles")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	temp := filepath.Join(dir, ".heatmap.pmtiles.tmp")
	if err := os.WriteFile(temp, file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(temp, when, when); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temp, path); err != nil {
		t.Fatal(err)
	}
}

// isOpen reports whether a file is still open, by reading from it.
func isOpen(o *opened) bool {
	_, _, err := o.Tile("visits", o.preview().z, o.preview().x, o.preview().y)
	return err == nil
}

func take(t *testing.T, s *shelf) *opened {
	t.Helper()
	o, err := s.take()
	if err != nil {
		t.Fatal(err)
	}
	o.preview()
	return o
}

func TestShelfKeepsTheArchiveOpen(t *testing.T) {
	s := newShelf(builtSite(t))
	s.keepOpen = true
	a := take(t, s)
	b := take(t, s)
	s.release(a)
	s.release(b)
	c := take(t, s)
	if a != b || a != c || !isOpen(c) {
		t.Error("one file is opened more than once")
	}
	s.close()
	if !isOpen(c) {
		t.Error("closed under a request")
	}
	s.release(c)
	if isOpen(c) {
		t.Error("still open at the end")
	}
	d := take(t, s)
	s.release(d)
	if isOpen(d) {
		t.Error("kept open after the end")
	}
}

func TestShelfOpensARebuiltArchive(t *testing.T) {
	dir := builtSite(t)
	s := newShelf(dir)
	s.keepOpen = true
	defer s.close()
	old := take(t, s)
	idle := take(t, s)
	s.release(idle)
	replaceArchive(t, dir, time.Now().Add(time.Second))
	fresh := take(t, s)
	if fresh == old || fresh.version == old.version {
		t.Fatal("the old archive is still shown")
	}
	if !isOpen(old) || !isOpen(fresh) {
		t.Error("closed under a request")
	}
	s.release(old)
	if isOpen(old) {
		t.Error("the old archive is open without a use")
	}
	s.release(fresh)
	if !isOpen(fresh) {
		t.Error("the new archive is closed")
	}
	if err := os.Remove(filepath.Join(dir, "heatmap.pmtiles")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.take(); !errors.Is(err, fs.ErrNotExist) || isOpen(fresh) {
		t.Errorf("after its removal: %v", err)
	}
}

// TestShelfLetsGo: where no file can be replaced that is open, none is open between requests.
func TestShelfLetsGo(t *testing.T) {
	s := newShelf(builtSite(t))
	s.keepOpen = false
	a := take(t, s)
	b := take(t, s)
	s.release(a)
	if a != b || !isOpen(b) {
		t.Error("closed under a request")
	}
	s.release(b)
	if isOpen(b) {
		t.Error("open between requests")
	}
	c := take(t, s)
	if !isOpen(c) {
		t.Error("not opened again")
	}
	s.release(c)
	s.close()
}

// TestRebuildUnderLoad has sixteen clients ask for tiles while the archive is replaced again and again. Every answer is whole
// and right, and the last one is of the last archive.
func TestRebuildUnderLoad(t *testing.T) {
	for _, keepOpen := range []bool{true, false} {
		t.Run(fmt.Sprintf("keepOpen=%v", keepOpen), func(t *testing.T) {
			dir := builtSite(t)
			tile := someTile(t, openArchive(t, dir), "visits")
			listener, err := Listen("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			site := newSiteHandler(Options{Dir: dir}, listener.Port())
			site.shelf.keepOpen = keepOpen
			defer site.shelf.close()
			server := &http.Server{Handler: site}
			go server.Serve(listener.listener)
			defer server.Close()

			address := listener.URL() + tilePath("all", tile)
			first, want := get(t, "GET", address, nil)
			done := make(chan struct{})
			var clients sync.WaitGroup
			client := http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
			for i := range 16 {
				path := address
				if i%4 == 3 {
					path = listener.URL() + "tiles/all.json"
				}
				clients.Go(func() {
					for {
						select {
						case <-done:
							return
						default:
						}
						resp, err := client.Get(path)
						if err != nil {
							t.Error(err)
							return
						}
						body, err := io.ReadAll(resp.Body)
						resp.Body.Close()
						if err != nil || resp.StatusCode != 200 || path == address && string(body) != want {
							t.Errorf("%s: status %d, %d bytes, %v", path, resp.StatusCode, len(body), err)
							return
						}
						time.Sleep(time.Millisecond)
					}
				})
			}
			start := time.Now()
			for i := range 10 {
				replaceArchive(t, dir, start.Add(time.Duration(i)*time.Second))
				time.Sleep(10 * time.Millisecond)
			}
			close(done)
			clients.Wait()
			client.CloseIdleConnections()
			last, _ := get(t, "GET", address, nil)
			info, err := os.Stat(filepath.Join(dir, "heatmap.pmtiles"))
			if err != nil {
				t.Fatal(err)
			}
			if got := last.Header.Get("ETag"); got == first.Header.Get("ETag") || got != `"`+versionOf(info)+`-all"` {
				t.Errorf("the last tile has ETag %s", got)
			}
		})
	}
}
