package track

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exportFiles returns the activity files of the export of 500, as they lie in
// the zip, of the kind that ends in suffix.
func exportFiles(b *testing.B, suffix string) (files [][]byte) {
	b.Helper()
	z, err := zip.OpenReader(filepath.Join(shared(b), "data", "export_500.zip"))
	if err != nil {
		b.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, suffix) {
			continue
		}
		in, err := f.Open()
		if err != nil {
			b.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, data)
	}
	return files
}

// unpack returns the files unpacked and their size.
func unpack(b *testing.B, files [][]byte) (plain [][]byte, size int) {
	b.Helper()
	for _, data := range files {
		text, u, _, err := gunzip(data)
		if err != nil {
			b.Fatal(err)
		}
		plain = append(plain, append([]byte(nil), text...))
		size += len(text)
		u.free()
	}
	return plain, size
}

func BenchmarkDecodeExport(b *testing.B) {
	for _, kind := range []string{"gpx", "tcx"} {
		files := exportFiles(b, kind+".gz")
		plain, size := unpack(b, files)
		for name, files := range map[string][][]byte{kind: plain, kind + ".gz": files} {
			b.Run(name, func(b *testing.B) {
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					for _, data := range files {
						if _, err := Decode(data); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

func BenchmarkDecodeFIT(b *testing.B) {
	for _, name := range []string{
		"tormoder-fit/testdata/me/activity-small-fenix2-run.fit",
		"tormoder-fit/testdata/bpg/garmin.fit",
		"muktihari-fit/testdata/big_activity.fit",
	} {
		data, err := os.ReadFile(filepath.Join(shared(b), "corpus", name))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(filepath.Base(name), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
