package source

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// asNobody runs f without the rights of root over files, where the test has them: the user that the system asks about files is one of the
// thread.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	const nobody = 65534
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The thread is never unlocked, so it ends with the goroutine.
		runtime.LockOSThread()
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Error(err)
			return
		}
		f()
	}()
	<-done
}

// open lets everybody into a temporary folder, which is of the user who runs the test alone.
func openToAll(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// A file that may not be read is no broken file, a folder that may not be listed no empty one.
func TestWithoutPermission(t *testing.T) {
	for _, test := range []struct{ denied, want, remedy string }{
		{"sub/a.gpx", "cannot read sub/a.gpx in ", "this user has no permission (permission denied); give it to the user who runs heatmapgen"},
		{"sub/notes", "cannot read sub/notes in ", "this user has no permission"},
		{"sub/part.zip", "cannot read sub/part.zip in ", "this user has no permission"},
		{"sub", "cannot read sub in ", "or move that folder elsewhere"},
		{".", "cannot read ", "this user has no permission"},
	} {
		t.Run(test.denied, func(t *testing.T) {
			dir := fixture{"b.gpx": "x", "sub/a.gpx": "x", "sub/notes": "x", "sub/part.zip": fixture{"c.gpx": "x"}.zipText(t)}.folder(t)
			openToAll(t, dir)
			path := filepath.Join(dir, test.denied)
			if err := os.Chmod(path, 0); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(path, 0o755) })
			asNobody(t, func() {
				s, err := OpenFiles(dir, DefaultLimits)
				if err != nil {
					wantReadError(t, err, test.want, test.remedy)
					return
				}
				defer s.Close()
				l, err := s.List(t.Context())
				for i := 0; err == nil && i < len(l.Entries); i++ {
					_, err = read(&l.Entries[i])
				}
				wantReadError(t, err, test.want, test.remedy)
			})
		})
	}
}
