package doctor

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestRemoteLimits: an archive on a host cannot make a visit load without end.
func TestRemoteLimits(t *testing.T) {
	content := make([]byte, maxRead+1)
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}))
	defer host.Close()
	u, err := parseAddress(host.URL + "/heatmap.pmtiles")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name     string
		length   int
		step     int64 // between the beginnings of what is read
		complete int   // reads that are answered
	}{
		{"few large parts", maxRead, 1, 2},
		{"many small parts", 1, readAhead + 1, maxReads},
		{"one part that is too large", maxRead + 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := &visit{client: newClient(Options{})}
			defer v.client.close()
			v.arch.size = int64(len(content))
			f := &remoteFile{ctx: t.Context(), v: v, u: u}
			for i := range test.complete {
				if _, err := f.ReadAt(make([]byte, test.length), int64(i)*test.step); err != nil {
					t.Fatalf("read %d: %v", i, err)
				}
			}
			_, err := f.ReadAt(make([]byte, test.length), int64(test.complete)*test.step%(maxRead/2))
			if err == nil || !strings.Contains(err.Error(), "more than an archive of heatmapgen needs") {
				t.Errorf("error %v", err)
			}
		})
	}
}
