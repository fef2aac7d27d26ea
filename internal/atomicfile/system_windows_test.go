package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestReplaceOfAFileInUse holds a file open the way most programs do, for good and then for a moment.
func TestReplaceOfAFileInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := Write(path, 0o644, text("old")); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	err = Write(path, 0o644, text("new"))
	var use *InUseError
	if !errors.As(err, &use) || use.Path != path || !strings.Contains(err.Error(), "another program has it open") {
		t.Errorf("error %v", err)
	}
	if got := read(t, path); got != "old" {
		t.Errorf("%q is left", got)
	}
	onlyFile(t, filepath.Dir(path), "file")

	time.AfterFunc(200*time.Millisecond, func() { f.Close() })
	if err := Write(path, 0o644, text("new")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "new" {
		t.Errorf("%q, want the new file", got)
	}
}
