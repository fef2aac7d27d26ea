package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// exportOf returns a zip of n runs, those of a seed.
func exportOf(t *testing.T, n int, seed uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		m, err := w.Create(fmt.Sprintf("run%03d.gpx", i))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(m, `<gpx version="1.1"><trk><type>running</type><trkseg>`)
		start := time.Date(2023, 1, 1+i, 8, 0, 0, 0, time.UTC)
		lat, lon, heading := 48.1, 9.2, r.Float64()*2*math.Pi
		for k := range 400 {
			heading += r.NormFloat64() * 0.1
			lat, lon = lat+2.7e-5*math.Cos(heading), lon+4e-5*math.Sin(heading)
			fmt.Fprintf(m, `<trkpt lat="%.7f" lon="%.7f"><time>%s</time></trkpt>`, lat, lon, start.Add(time.Duration(k)*time.Second).Format(time.RFC3339))
		}
		fmt.Fprint(m, `</trkseg></trk></gpx>`)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestZipThatIsRewritten builds from a zip that is rewritten at a random moment of the build, in place or by another file, by what a
// download or a sync client does. The site is that of the old zip or of the new one, or it stays. With HEATMAPGEN_PROOF=1 there are 300 builds.
func TestZipThatIsRewritten(t *testing.T) {
	rounds := 9
	if os.Getenv("HEATMAPGEN_PROOF") != "" {
		rounds = 300
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, data []byte) {
		if err := os.WriteFile(path(name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("heatmap.toml", []byte("[[source]]\ntype = \"files\"\npath = \"export.zip\"\n[render]\nmax_zoom = 10\nas_of = 2024-01-01\n"))
	build := func(meanwhile func()) (code int, said string) {
		cmd := exec.Command(program)
		cmd.Args = []string{"heatmapgen", "build", "--yes", "--quiet"}
		cmd.Dir = dir
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		meanwhile()
		err := cmd.Wait()
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), out.String()
	}
	site := func() string {
		text := ""
		for _, name := range []string{"site/heatmap.pmtiles", "site/index.html"} {
			data, err := os.ReadFile(path(name))
			if err != nil {
				t.Fatal(err)
			}
			text += string(data)
		}
		return text
	}
	must := func(export []byte) string {
		write("export.zip", export)
		if code, said := build(func() {}); code != 0 {
			t.Fatal(said)
		}
		return site()
	}
	const runs = 60
	old, fresh := exportOf(t, runs, 1), exportOf(t, runs, 2)
	base := must(exportOf(t, runs, 3))
	restore := func() {
		if err := os.RemoveAll(path("site")); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(path("site"), os.DirFS(path("base"))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(path("site"), path("base")); err != nil {
		t.Fatal(err)
	}
	// Scales hang on the site that is replaced, so each build begins with the same.
	restore()
	siteOfOld := must(old)
	restore()
	began := time.Now()
	siteOfFresh := must(fresh)
	took := time.Since(began)

	r := rand.New(rand.NewPCG(uint64(os.Getpid()), 7))
	count := map[string]int{}
	for round := range rounds {
		restore()
		write("export.zip", old)
		wait := time.Duration(r.Float64() * float64(took))
		how := round % 3
		code, said := build(func() {
			time.Sleep(wait)
			switch how {
			case 0: // truncated and written in pieces, as downloads are
				f, err := os.Create(path("export.zip"))
				if err != nil {
					t.Fatal(err)
				}
				for data := range bytes.Lines(fresh) {
					if _, err := f.Write(data); err != nil {
						t.Fatal(err)
					}
				}
				f.Close()
			case 1: // over the old bytes, from the start
				f, err := os.OpenFile(path("export.zip"), os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := f.Write(fresh); err != nil {
					t.Fatal(err)
				}
				if err := f.Truncate(int64(len(fresh))); err != nil {
					t.Fatal(err)
				}
				f.Close()
			case 2: // whole, under another name first
				write("new.zip", fresh)
				if err := os.Rename(path("new.zip"), path("export.zip")); err != nil {
					t.Fatal(err)
				}
			}
		})
		switch got := site(); {
		case code == 0 && got == siteOfOld:
			count["built of the old zip"]++
		case code == 0 && got == siteOfFresh:
			count["built of the new zip"]++
		case code == 1 && got == base && strings.Contains(said, "export.zip") && strings.Contains(said, "site/ is as it was"):
			count["refused, and the site stays"]++
		default:
			t.Errorf("round %d, rewritten in way %d after %v: exit code %d, the site of before: %v\n%s", round, how, wait, code, got == base, said)
		}
	}
	t.Logf("%d builds of %v: %v", rounds, took, count)
}
