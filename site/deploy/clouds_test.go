package deploy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"gocloud.dev/blob/azureblob"
	"gocloud.dev/blob/gcsblob"
	"gocloud.dev/gcp"

	"heatmapgen/site/deploy/bucket"
)

// A cloud is a bucket "maps" that keeps old versions of files. It answers as Google's and Azure's documentation says that they do: only what
// looking, reading and removing asks of them. S3 is tested with a real server.
type cloud struct {
	mu    sync.Mutex
	files []*cloudFile
	log   []string // removals
	deny  string   // removals of which nothing comes
}

// A cloudFile is a version of a file.
type cloudFile struct {
	name, id, mark string
	content        string
	current        bool
}

// put puts a file there, over what was there.
func (c *cloud) put(name, mark, content string) {
	c.hide(name)
	c.files = append(c.files, &cloudFile{name, fmt.Sprint(1000 + len(c.files)), mark, content, true})
}

// hide removes a file from its name.
func (c *cloud) hide(name string) {
	for _, f := range c.files {
		if f.name == name {
			f.current = false
		}
	}
}

// find returns a version of a file, the current one by default.
func (c *cloud) find(name, id string) *cloudFile {
	for _, f := range c.files {
		if f.name == name && (f.id == id || id == "" && f.current) {
			return f
		}
	}
	return nil
}

// remove does what a DELETE asks for and reports the status.
func (c *cloud) remove(name, id string) int {
	c.log = append(c.log, strings.TrimSuffix(name+" "+id, " "))
	f := c.find(name, id)
	switch {
	case c.deny != "" && id != "":
		return http.StatusForbidden
	case f == nil:
		return http.StatusNotFound
	case id == "":
		c.hide(name)
	default:
		c.files = slices.DeleteFunc(c.files, func(g *cloudFile) bool { return g == f })
	}
	return 0
}

// serveRange answers with a part of a version.
func serveRange(w http.ResponseWriter, r *http.Request, f *cloudFile) {
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(f.content))
}

// google answers as Google Cloud Storage does.
func (c *cloud) google(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fail := func(status int, reason string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error": {"code": %d, "message": %q, "errors": [{"reason": %q}]}}`, status, reason, reason)
	}
	type item struct {
		Name        string            `json:"name"`
		Bucket      string            `json:"bucket"`
		Size        string            `json:"size"`
		Generation  string            `json:"generation"`
		Updated     string            `json:"updated"`
		TimeDeleted string            `json:"timeDeleted,omitempty"`
		Metadata    map[string]string `json:"metadata,omitempty"`
	}
	itemOf := func(f *cloudFile) item {
		i := item{f.name, "maps", strconv.Itoa(len(f.content)), f.id, "2026-01-01T00:00:00Z", "", map[string]string{versionKey: f.mark}}
		if !f.current {
			i.TimeDeleted = "2026-02-01T00:00:00Z"
		}
		return i
	}
	q := r.URL.Query()
	if name, found := strings.CutPrefix(r.URL.Path, "/storage/v1/b/maps/o/"); found {
		f := c.find(name, q.Get("generation"))
		switch {
		case r.Method == http.MethodDelete:
			if status := c.remove(name, q.Get("generation")); status != 0 {
				fail(status, c.deny)
			} else {
				w.WriteHeader(http.StatusNoContent)
			}
		case f == nil:
			fail(http.StatusNotFound, "notFound")
		case q.Get("alt") == "media":
			serveRange(w, r, f)
		default:
			_ = json.NewEncoder(w).Encode(itemOf(f))
		}
		return
	}
	if name, found := strings.CutPrefix(r.URL.Path, "/maps/"); found { // where it reads
		if f := c.find(name, q.Get("generation")); f != nil {
			serveRange(w, r, f)
			return
		}
	}
	if r.URL.Path != "/storage/v1/b/maps/o" {
		fail(http.StatusNotFound, "unknown "+r.URL.Path)
		return
	}
	items := []item{}
	for _, f := range c.files {
		rest, in := strings.CutPrefix(f.name, q.Get("prefix"))
		if in && !strings.Contains(rest, q.Get("delimiter")) && (f.current || q.Get("versions") == "true") {
			items = append(items, itemOf(f))
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"items": items})
}

// azure answers as Azure Blob Storage does.
func (c *cloud) azure(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fail := func(status int, code string) {
		w.Header().Set("x-ms-error-code", code)
		w.WriteHeader(status)
	}
	q := r.URL.Query()
	if name, found := strings.CutPrefix(r.URL.Path, "/maps/"); found {
		f := c.find(name, q.Get("versionid"))
		switch {
		case r.Method == http.MethodDelete:
			if f != nil && f.current && q.Has("versionid") {
				fail(http.StatusForbidden, "OperationNotAllowedOnRootBlob")
			} else if status := c.remove(name, q.Get("versionid")); status != 0 {
				fail(status, map[bool]string{true: "BlobNotFound", false: c.deny}[status == http.StatusNotFound])
			} else {
				w.WriteHeader(http.StatusAccepted)
			}
		case f == nil:
			fail(http.StatusNotFound, "BlobNotFound")
		default:
			w.Header().Set("x-ms-version-id", f.id)
			w.Header().Set("x-ms-meta-"+versionKey, f.mark)
			w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
			w.Header().Set("x-ms-creation-time", "Thu, 01 Jan 2026 00:00:00 GMT")
			w.Header().Set("ETag", `"`+f.id+`"`)
			if r.Header.Get("Range") == "" {
				r.Header.Set("Range", r.Header.Get("x-ms-range"))
			}
			serveRange(w, r, f)
		}
		return
	}
	if q.Get("comp") != "list" {
		fail(http.StatusBadRequest, "Unknown")
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	fmt.Fprint(w, `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="maps"><Blobs>`)
	for _, f := range c.files {
		rest, in := strings.CutPrefix(f.name, q.Get("prefix"))
		if !in || strings.Contains(rest, q.Get("delimiter")) || !f.current && !strings.Contains(q.Get("include"), "versions") {
			continue
		}
		fmt.Fprintf(w, `<Blob><Name>%s</Name><VersionId>%s</VersionId>`, f.name, f.id)
		if f.current {
			fmt.Fprint(w, `<IsCurrentVersion>true</IsCurrentVersion>`)
		}
		fmt.Fprintf(w, `<Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified><Content-Length>%d</Content-Length></Properties><Metadata><%s>%s</%s></Metadata></Blob>`,
			len(f.content), versionKey, f.mark, versionKey)
	}
	fmt.Fprint(w, `</Blobs></EnumerationResults>`)
}

// TestCloudVersions: what Google's and Azure's clouds keep of removed files is found, looked into and removed for good.
func TestCloudVersions(t *testing.T) {
	const digits = "0123456789abcdef"
	const ours, other = "map/heatmap." + digits + ".pmtiles", "map/heatmap.pmtiles"
	for name, open := range map[string]func(t *testing.T, c *cloud) *blobStore{
		"gs": func(t *testing.T, c *cloud) *blobStore {
			server := httptest.NewServer(http.HandlerFunc(c.google))
			t.Cleanup(server.Close)
			t.Setenv("STORAGE_EMULATOR_HOST", strings.TrimPrefix(server.URL, "http://"))
			b, err := gcsblob.OpenBucket(t.Context(), gcp.NewAnonymousHTTPClient(http.DefaultTransport), "maps", nil)
			if err != nil {
				t.Fatal(err)
			}
			return &blobStore{blob: b, history: historyOf(b, "maps"), prefix: "map/"}
		},
		"azblob": func(t *testing.T, c *cloud) *blobStore {
			server := httptest.NewServer(http.HandlerFunc(c.azure))
			t.Cleanup(server.Close)
			client, err := container.NewClientWithNoCredential(server.URL+"/maps", nil)
			if err != nil {
				t.Fatal(err)
			}
			b, err := azureblob.OpenBucket(t.Context(), client, nil)
			if err != nil {
				t.Fatal(err)
			}
			return &blobStore{blob: b, history: historyOf(b, "maps"), prefix: "map/"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := &cloud{}
			c.put(ours, digits, "the first archive")
			c.hide(ours)
			c.put(other, "", "another one")
			c.put(other, "", "in its place")
			c.put("map/sub/heatmap.pmtiles", "", "elsewhere")
			c.hide("map/sub/heatmap.pmtiles")
			b := open(t, c)
			defer b.close()

			older, err := b.older(t.Context(), "heatmap.")
			if err != nil || len(older) != 2 {
				t.Fatalf("old versions: %+v, %v", older, err)
			}
			for i, want := range []object{{name: strings.TrimPrefix(ours, "map/"), size: 17, version: digits, id: "1000", old: true}, {name: "heatmap.pmtiles", size: 11, id: "1001", old: true}} {
				got := older[i]
				got.modified = time.Time{}
				if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
					t.Errorf("old version %d is\n  %+v, want\n  %+v", i, got, want)
				}
			}
			if part, err := b.readAt(t.Context(), older[0], 4, 5); err != nil || string(part) != "first" {
				t.Errorf("a part of it: %q, %v", part, err)
			}
			current, err := b.stat(t.Context(), "heatmap.pmtiles")
			if err != nil || current.id != "1002" || current.old {
				t.Errorf("the current one is %+v, %v", current, err)
			}
			if part, err := b.readAt(t.Context(), current, 3, 3); err != nil || string(part) != "its" {
				t.Errorf("a part of it: %q, %v", part, err)
			}

			// Nothing of what is removed is kept.
			for _, o := range append(older, current) {
				if err := b.remove(t.Context(), o); err != nil {
					t.Fatal(err)
				}
			}
			if len(c.files) != 1 || c.files[0].content != "elsewhere" {
				t.Errorf("left are %v, after %q", c.files, c.log)
			}
			if err := b.remove(t.Context(), current); err != nil {
				t.Errorf("once more: %v", err)
			}

			// What may not be removed for good is at least not there under its name.
			c.put(ours, digits, "the last archive")
			c.deny = map[string]string{"gs": "retentionPolicyNotMet", "azblob": "BlobImmutableDueToPolicy"}[name]
			last, err := b.stat(t.Context(), strings.TrimPrefix(ours, "map/"))
			if err != nil {
				t.Fatal(err)
			}
			err = b.remove(t.Context(), last)
			if _, hidden := err.(*hiddenError); !hidden {
				t.Errorf("the error is %v", err)
			} else if got := (&bucket.Target{Scheme: name}).Explain(err); !strings.HasPrefix(got, "a retention rule or hold of the bucket keeps it") {
				t.Errorf("it is explained as %s", got)
			}
			if f := c.find(ours, ""); f != nil {
				t.Error("the file is still there")
			}
		})
	}
}
