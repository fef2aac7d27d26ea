package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFiles(t *testing.T) {
	files := fixture{
		"b.gpx":                    "not looked into",
		"a.FIT":                    "x",
		"2024/May/run.tcx.gz":      "x",
		"2024/May/RUN.Gpx.GZ":      "x",
		"2024/über den Fluss.gpx":  "x",
		"content/fit.bin":          fitHead,
		"content/gpx.xml":          gpxHead,
		"content/tcx":              tcxHead,
		"content/packed":           gzipped(t, gpxHead),
		"content/notes.txt":        "text about <gpx files",
		"content/empty":            "",
		"content/page.html":        "<html></html>",
		"content/broken.gz":        "\x1f\x8b",
		"parts/UploadedFiles1.zip": "PK\x03\x04",
		".hidden/c.gpx":            "litter",
		"__MACOSX/._b.gpx":         "litter",
		"Thumbs.db":                "litter",
	}
	want := []string{
		"files:2024/May/RUN.Gpx.GZ 2024/May/RUN.Gpx.GZ",
		"files:2024/May/run.tcx.gz 2024/May/run.tcx.gz",
		"files:2024/über den Fluss.gpx 2024/über den Fluss.gpx",
		"files:a.FIT a.FIT",
		"files:b.gpx b.gpx",
		"files:content/fit.bin content/fit.bin",
		"files:content/gpx.xml content/gpx.xml",
		"files:content/packed content/packed",
		"files:content/tcx content/tcx",
		"files:parts/UploadedFiles1.zip parts/UploadedFiles1.zip [zip inside that cannot be read]",
	}
	for name, path := range map[string]string{"zip": files.zip(t), "folder": files.folder(t)} {
		t.Run(name, func(t *testing.T) {
			l := list(t, OpenFiles, path)
			diff(t, lines(l), want)
			wantNotes(t, l, "4 files are not a recording")
			if got := content(t, &l.Entries[7]); got != files["content/packed"] {
				t.Errorf("the bytes are not as stored: %q", got)
			}
			for _, e := range l.Entries {
				if a := e.Activity; a.Source != "files" || a.Sport != "" || a.Name != "" || !a.Start.IsZero() {
					t.Errorf("%+v claims to know what only the file says", a)
				}
			}
		})
	}
}

// A name in a zip from a Mac and the same name on Linux differ in their bytes;
// the ID must not.
func TestFilesNamesAreNormalised(t *testing.T) {
	l := list(t, OpenFiles, fixture{"u\u0308ber.gpx": "x"}.zip(t))
	diff(t, lines(l), []string{"files:\u00fcber.gpx \u00fcber.gpx"})
	if got := content(t, &l.Entries[0]); got != "x" {
		t.Errorf("content %q", got)
	}
}

func TestSingleFile(t *testing.T) {
	for _, name := range []string{"run.gpx", "RUN.FIT.GZ"} {
		l := list(t, OpenFiles, tempFile(t, name, []byte("x")))
		diff(t, lines(l), []string{"files:" + name + " " + name})
		if got := content(t, &l.Entries[0]); got != "x" {
			t.Errorf("content %q", got)
		}
	}
	l := list(t, OpenFiles, tempFile(t, "notes.txt", []byte("x")))
	if len(l.Entries) != 0 {
		t.Errorf("entries %v", lines(l))
	}
	wantNotes(t, l, "1 file is not a recording")
}

// A zip may have been saved without its ending.
func TestFilesZipByContent(t *testing.T) {
	data, err := os.ReadFile(fixture{"a.gpx": "x"}.zip(t))
	if err != nil {
		t.Fatal(err)
	}
	l := list(t, OpenFiles, tempFile(t, "download", data))
	diff(t, lines(l), []string{"files:a.gpx a.gpx"})
}

func TestFilesHintsAtStrava(t *testing.T) {
	l := list(t, OpenFiles, under("export_1/", fixture{
		"activities.csv":   stravaTable,
		"activities/1.gpx": "x",
		"routes/1.gpx":     "x",
		"routes/2.gpx":     "x",
	}).zip(t))
	diff(t, lines(l), []string{"files:export_1/activities/1.gpx export_1/activities/1.gpx"})
	wantNotes(t, l, `type = "strava"`, "2 routes were left out", "1 file is not a recording")
}

func TestFilesErrors(t *testing.T) {
	tests := []struct{ name, path, want string }{
		{"no such path", filepath.Join(t.TempDir(), "tracks"), "there is no file or folder"},
		{"zip that broke off", tempFile(t, "a.zip", []byte("PK\x03\x04...")), "download it again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := OpenFiles(tt.path, DefaultLimits); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// The corpus of odd recordings, when it is at hand: the table of its own author
// must find its files here.
func TestFilesSharedCorpus(t *testing.T) {
	shared := os.Getenv("HEATMAPGEN_SHARED")
	if shared == "" {
		t.Skip("HEATMAPGEN_SHARED is not set: the corpus is not part of this repository")
	}
	l := list(t, OpenFiles, filepath.Join(shared, "corpus"))
	listed := map[string]bool{}
	for i := range l.Entries {
		e := &l.Entries[i]
		listed[e.Path] = true
		if e.Skip != nil {
			t.Errorf("%s: %v", e.Path, e.Skip)
		} else if n := len(content(t, e)); int64(n) != e.Size {
			t.Errorf("%s: %d bytes, want %d", e.Path, n, e.Size)
		}
	}
	oracle, err := os.ReadFile(filepath.Join(shared, "corpus", "ORACLE.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(oracle)), "\n")[1:]
	for _, row := range rows {
		if name, _, _ := strings.Cut(row, "\t"); !listed[name] {
			t.Errorf("%s is not listed", name)
		}
	}
	// The table has FIT, GPX and TCX.
	for _, row := range rows {
		name, _, _ := strings.Cut(row, "\t")
		delete(listed, name)
	}
	for name := range listed {
		if !strings.HasSuffix(name, ".kml") {
			t.Errorf("%s is listed, and ORACLE.tsv has it not", name)
		}
	}
}
