package intervals

// What must not leave the folder: ids, indices and links that somebody made for that.

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"heatmapgen/activity/source/intervals/icutest"
)

func TestHostileIDs(t *testing.T) {
	hostile := []string{
		"../../../etc/passwd", "..", ".", "", "/etc/passwd", `..\..\boot.ini`, `C:\x`, "CON", "nul.fit", "i1:stream", strings.Repeat("9", 199),
		strings.Repeat("i", 5000), "a\x00b", "a\nb", "I120", "index", "i120.fit", "-rf", "%2e%2e%2f", "héllo", "i120 ", "~", "12345678901234567890123",
	}
	var activities []icutest.Activity
	for _, id := range hostile {
		activities = append(activities, run(20, func(a *icutest.Activity) { a.ID = id; a.FIT = icutest.FIT("of " + id) }))
	}
	b := newBench(t, append(activities, run(20))...)
	outside := filepath.Join(filepath.Dir(b.dir), "outside.fit")
	if err := os.WriteFile(outside, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := b.mustSync()
	form := regexp.MustCompile(`^(i?[0-9]{1,20}|x[0-9a-f]{32})\.fit$`)
	for name := range b.files() {
		if name != indexName && !form.MatchString(name) {
			t.Errorf("a file is called %q", name)
		}
	}
	if around, _ := os.ReadDir(filepath.Dir(b.dir)); len(around) != 2 {
		t.Errorf("files beside the folder: %v", around)
	}
	// "", ".", "..", the far too long one and those with control characters are refused.
	if want := len(hostile) - 6 + 1; r.New != want || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "6 activities that cannot be understood") {
		t.Errorf("%d files, want %d; notes %q", r.New, want, r.Notes)
	}
	for _, e := range b.entries() {
		id := strings.TrimPrefix(e.Activity.ID, "intervals:")
		f, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(f)
		f.Close()
		if id != "i120" && string(text) != string(icutest.FIT("of "+id)) {
			t.Errorf("%q has the file %q", id, text)
		}
	}
}

// A hostile index, such as one in a cache folder that somebody passed on.
func TestHostileIndex(t *testing.T) {
	b := newBench(t, run(20))
	b.mustSync()
	mine := []string{filepath.Join(filepath.Dir(b.dir), "i7.fit"), filepath.Join(b.dir, "notes.txt")}
	for _, name := range mine {
		if err := os.WriteFile(name, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"notes.txt", "../i7.fit", "/etc/passwd", "index.json", "i1.fit/../../i7.fit", "..", "."} {
		text := fmt.Sprintf(`{"version":1,"full":"2026-06-01T00:00:00Z","activities":[null,{"id":"i7","day":"2026-05-30","state":"file","file":%q,"size":4}]}`, file)
		if err := os.WriteFile(filepath.Join(b.dir, indexName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, e := range b.entries() {
			if e.Open != nil {
				t.Errorf("file %q can be opened", file)
			}
		}
		b.mustSync() // deletes i7, which is not listed
	}
	for _, name := range mine {
		if text, err := os.ReadFile(name); err != nil || string(text) != "mine" {
			t.Errorf("%s is %q, %v", name, text, err)
		}
	}
}

// A link in the folder must not lead out of it.
func TestLinkOutOfTheFolder(t *testing.T) {
	b := newBench(t, run(20))
	b.mustSync()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(b.dir, "i120.fit")
	os.Remove(name)
	if err := os.Symlink(secret, name); err != nil {
		t.Skip(err)
	}
	if e := b.entries()[0]; e.Open != nil {
		t.Error("the link can be opened")
	}
	b.mustSync()
	if text, _ := os.ReadFile(secret); string(text) != "secret" {
		t.Error("the fetch wrote through the link")
	}
}
