package templates_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// inflatesTo returns a gzip file of text followed by so many MiB of spaces. It takes no longer to make than a
// hundredth of them: deflate lets a block stand again and again.
func inflatesTo(t *testing.T, text string, mebibytes int) []byte {
	t.Helper()
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	// Blocks that end at a byte and look at nothing before them.
	block := func(content []byte) []byte {
		var b bytes.Buffer
		z, err := flate.NewWriter(&b, flate.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := z.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	file := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}
	file = append(file, block([]byte(text))...)
	file = append(file, bytes.Repeat(block(spaces), mebibytes)...)
	file = append(file, 1, 0, 0, 0xff, 0xff) // the last block is empty
	sum := crc32.ChecksumIEEE([]byte(text))
	for range mebibytes {
		sum = crc32.Update(sum, crc32.IEEETable, spaces)
	}
	file = binary.LittleEndian.AppendUint32(file, sum)
	return binary.LittleEndian.AppendUint32(file, uint32(len(text)+mebibytes<<20))
}

// withMetadata returns an archive with other metadata, a gzip file, in place of its own.
func withMetadata(t *testing.T, archive, metadata []byte) []byte {
	t.Helper()
	header, err := pmtiles.DeserializeHeader(archive[:pmtiles.HeaderV3LenBytes])
	if err != nil {
		t.Fatal(err)
	}
	header.MetadataOffset, header.MetadataLength = uint64(len(archive)), uint64(len(metadata))
	return append(append(pmtiles.SerializeHeader(header), archive[pmtiles.HeaderV3LenBytes:]...), metadata...)
}

// TestHostileArchives drops files on the page that unfold to far more than they are: each is told to be too large, and the
// page goes on to open a good one.
func TestHostileArchives(t *testing.T) {
	ctx := sharedBrowser(t)
	archive := readFile(t, makeArchive(t, fixture.Options{}))
	const heat = `"heatmapgen":{"format":1,"min_zoom":11,"max_zoom":14,"bounds":[8.36,48.96,8.5,49.05],"layers":[{"id":"all","field":"visits","scale":"log","ramp":[[0,"#000000"]]}]}`
	files := map[string][]byte{
		"/good": archive,
		// 2 MB that inflate to 400 MiB of good JSON.
		"/metadata": withMetadata(t, archive, inflatesTo(t, "{"+heat+"}", 400)),
		// 60 MiB of it, but twenty million lists.
		"/lists": withMetadata(t, archive, gzipped([]byte(`{"x":[`+strings.Repeat("[],", 20<<20)+`0],`+heat+`}`))),
	}
	site, err := browsertest.Site(plain, "")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", site)
	for path, content := range files {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { w.Write(content) })
	}
	server := httptest.NewServer(mux)
	defer server.Close()
	tab := open(t, ctx, little)
	load(t, tab, server.URL)
	for _, path := range []string{"/metadata", "/lists"} {
		if size := len(files[path]); size > 2<<20 {
			t.Errorf("%s has %d bytes: it is no small file", path, size)
		}
		dropFile(t, tab, path)
		until(t, tab, `heatmapgen.state().message === "large"`)
		dropFile(t, tab, "/good")
		until(t, tab, `heatmapgen.state().layer === "all"`)
	}
	told := strings.Join(tab.Errors(), "\n")
	for _, want := range []string{"ArchiveError: the metadata, inflated, in bytes: more than the 67108864", "ArchiveError: objects, keys and lists in the metadata: more than the 50000"} {
		if !strings.Contains(told, want) {
			t.Errorf("the console does not say %q, but %q", want, told)
		}
	}
	dropFile(t, tab, "/lists")
	until(t, tab, `heatmapgen.state().message === "large"`)
	picture(t, tab, "hostile")
}

// dropFile drops on the page what its host has under a path.
func dropFile(t *testing.T, tab *browsertest.Tab, path string) {
	t.Helper()
	await[bool](t, tab, `(async () => {
		const data = new DataTransfer();
		data.items.add(new File([await (await fetch("`+path+`")).arrayBuffer()], "any.name"));
		const page = document.getElementById("page");
		for (const type of ["dragenter", "dragover", "drop"]) page.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
		return true;
	})()`)
}
