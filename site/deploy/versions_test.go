package deploy

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"heatmapgen/site/deploy/bucket/s3test"
)

// keepVersions has the bucket keep old versions from now on, or not any more.
func (g *gateway) keepVersions(t *testing.T, status types.BucketVersioningStatus) {
	t.Helper()
	_, err := g.Client().PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{Bucket: aws.String("maps"), VersioningConfiguration: &types.VersioningConfiguration{Status: status}})
	if err != nil {
		t.Fatal(err)
	}
}

// versions lists all versions of archives under a prefix whose content can still be had: their keys, sorted.
func (g *gateway) versions(t *testing.T, prefix string) []string {
	t.Helper()
	list, err := g.Client().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String("maps"), Prefix: &prefix})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, v := range list.Versions {
		keys = append(keys, strings.TrimPrefix(*v.Key, prefix))
	}
	slices.Sort(keys)
	return keys
}

// copyThere puts an object there as another tool would.
func (g *gateway) copyThere(t *testing.T, key string, content []byte) {
	t.Helper()
	if _, err := g.Client().PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("maps"), Key: &key, Body: bytes.NewReader(content)}); err != nil {
		t.Fatal(err)
	}
}

func (g *gateway) removeThere(t *testing.T, key string) {
	t.Helper()
	if _, err := g.Client().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("maps"), Key: &key}); err != nil {
		t.Fatal(err)
	}
}

// withoutVersion hides the numbers of versions.
type withoutVersion struct{ http.ResponseWriter }

func (w *withoutVersion) WriteHeader(status int) {
	w.Header().Del("X-Amz-Version-Id")
	w.ResponseWriter.WriteHeader(status)
}

// TestS3Hiding does in a bucket what TestNothingMoreStays does in a folder, by reading parts of the old archive.
func TestS3Hiding(t *testing.T) {
	g := startGateway(t)
	for name, pair := range hiding() {
		t.Run(name, func(t *testing.T) {
			folder := "hiding " + name
			p := g.place(t, "s3://maps/"+strings.ReplaceAll(folder, " ", "-"), "&region="+s3test.Region)
			old, next := heatmap(t, pair.old), heatmap(t, pair.next)
			mustPut(t, p, old, 9)
			same(t, mustPut(t, p, next, 9), "upload archive "+next.Name, "upload page index.html", "remove archive "+old.Name)
		})
	}
	for name, change := range showing {
		t.Run(name, func(t *testing.T) {
			s := usual
			change(&s)
			p := g.place(t, "s3://maps/showing-"+strings.ReplaceAll(name, " ", "-"), "&region="+s3test.Region)
			old, next := heatmap(t, usual), heatmap(t, s)
			mustPut(t, p, old, 1)
			same(t, mustPut(t, p, next, 1), "upload archive "+next.Name, "upload page index.html")
		})
	}
	t.Run("leftovers", func(t *testing.T) {
		more := usual
		more.names = []string{"a", "b", "c"}
		database := more
		database.format = "mbtiles"
		for name, content := range map[string][]byte{
			"heatmap.pmtiles": content(t, heatmap(t, more)), "heatmap.mbtiles": content(t, heatmap(t, database)), "heatmap.0123456789abcdef.pmtiles": content(t, heatmap(t, more)),
			"heatmap.1111111111111111.pmtiles": []byte("PMTiles\x03 of somebody else"), "heatmap.1111111111111111.mbtiles": []byte("SQLite format 3\x00"), "other.pmtiles": content(t, heatmap(t, more)),
		} {
			g.copyThere(t, "leftovers/"+name, content)
		}
		p := g.place(t, "s3://maps/leftovers", "&region="+s3test.Region)
		next := heatmap(t, usual)
		mustPut(t, p, next, 9)
		var left []string
		for _, key := range g.Keys(t) {
			if name, found := strings.CutPrefix(key, "leftovers/"); found {
				left = append(left, name)
			}
		}
		same(t, left, sorted(next.Name, PageName, "heatmap.1111111111111111.pmtiles", "heatmap.1111111111111111.mbtiles", "other.pmtiles")...)
	})
	t.Run("a database in a bucket is not looked into", func(t *testing.T) {
		s := usual
		s.format = "mbtiles"
		p := g.place(t, "s3://maps/database", "&region="+s3test.Region)
		old, next := heatmap(t, s), made(t, "next")
		mustPut(t, p, old, 1)
		plan, err := p.Plan(t.Context(), next, 1)
		if err != nil || len(plan.Kept) > 0 || !strings.Contains(plan.Steps[2].Why, "cannot be told: an MBTiles archive in a bucket") {
			t.Errorf("the plan is %+v, %v", plan, err)
		}
	})
	t.Run("removing is denied", func(t *testing.T) {
		more := usual
		more.names = []string{"a", "b", "c"}
		old, next := heatmap(t, more), heatmap(t, usual)
		p := g.place(t, "s3://maps/denied", "&region="+s3test.Region)
		mustPut(t, p, old, 1)
		for code, why := range map[string]string{
			"AccessDenied": "access is denied; the credentials need permission", "InvalidRetentionPeriod": "the server says",
		} {
			g.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
				return r.Method == http.MethodDelete && s3test.Refuse(w, http.StatusForbidden, code) && true
			})
			_, err := put(t, p, next, 1)
			g.Intercept(nil)
			if code == "InvalidRetentionPeriod" {
				why = "access is denied" // by the status
			}
			var left *LeftError
			if !errors.As(err, &left) || !strings.Contains(err.Error(), "s3://maps/denied still has what may show more than it does: "+old.Name) || !strings.Contains(err.Error(), why) {
				t.Errorf("the error is %v", err)
			}
		}
		same(t, mustPut(t, p, next, 1), "remove archive "+old.Name)
	})
}

// TestS3Versions: in a bucket that keeps what is removed, nothing that shows more is kept.
func TestS3Versions(t *testing.T) {
	g := startGateway(t)
	g.keepVersions(t, types.BucketVersioningStatusEnabled)
	more := usual
	more.names = []string{"a", "b", "c"}
	old, next := heatmap(t, more), heatmap(t, usual)

	t.Run("removed", func(t *testing.T) {
		p := g.place(t, "s3://maps/v", "&region="+s3test.Region)
		mustPut(t, p, old, 1)
		same(t, mustPut(t, p, next, 1), "upload archive "+next.Name, "upload page index.html", "remove archive "+old.Name)
		same(t, g.versions(t, "v/heatmap."), strings.TrimPrefix(next.Name, "heatmap."))
		same(t, mustPut(t, p, next, 1))
	})

	t.Run("removed by others or by hand", func(t *testing.T) {
		p := g.place(t, "s3://maps/hand", "&region="+s3test.Region)
		mustPut(t, p, old, 1)
		// As versions of heatmapgen did that knew nothing of versions, and as people do.
		g.removeThere(t, "hand/"+old.Name)
		g.copyThere(t, "hand/heatmap.pmtiles", content(t, old))
		g.copyThere(t, "hand/heatmap.pmtiles", []byte("mine"))
		g.copyThere(t, "hand/heatmap.mbtiles", []byte("mine"))
		g.removeThere(t, "hand/heatmap.mbtiles")
		g.copyThere(t, "hand/sub/heatmap.pmtiles", content(t, old))
		g.removeThere(t, "hand/sub/heatmap.pmtiles")
		did := mustPut(t, p, next, 1)
		slices.Sort(did)
		same(t, did, sorted("upload archive "+next.Name, "upload page index.html", "remove old version "+old.Name, "remove old version heatmap.pmtiles")...)
		same(t, g.versions(t, "hand/"), sorted(next.Name, PageName, PageName, "heatmap.pmtiles", "heatmap.mbtiles", "sub/heatmap.pmtiles")...)
		if got, _ := g.Get(t, "hand/heatmap.pmtiles"); string(got) != "mine" {
			t.Errorf("the file of somebody else is %.20q", got)
		}
	})

	t.Run("there and back", func(t *testing.T) {
		p := g.place(t, "s3://maps/back", "&region="+s3test.Region)
		later := made(t, "later")
		mustPut(t, p, next, 1)
		mustPut(t, p, later, 0)
		mustPut(t, p, next, 0)
		same(t, mustPut(t, p, next, 0))
		same(t, g.versions(t, "back/heatmap."), strings.TrimPrefix(next.Name, "heatmap."))
		// Removed and kept by the bucket, but the same as what is there: no matter.
		g.copyThere(t, "back/"+next.Name, content(t, next))
		same(t, mustPut(t, p, next, 0), "upload archive "+next.Name)
		same(t, mustPut(t, p, next, 0))
	})

	t.Run("what comes to light is somebody else's", func(t *testing.T) {
		p := g.place(t, "s3://maps/light", "&region="+s3test.Region)
		g.copyThere(t, "light/heatmap.pmtiles", []byte("mine"))
		g.copyThere(t, "light/heatmap.pmtiles", content(t, old))
		same(t, mustPut(t, p, next, 0), "upload archive "+next.Name, "upload page index.html", "remove archive heatmap.pmtiles")
		if got, _ := g.Get(t, "light/heatmap.pmtiles"); string(got) != "mine" {
			t.Errorf("it is %.20q", got)
		}
	})

	deny := func(method, query string) {
		g.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			return r.Method == method && r.URL.Query().Has(query) && s3test.Refuse(w, http.StatusForbidden, "AccessDenied")
		})
	}
	t.Run("not to be removed for good", func(t *testing.T) {
		p := g.place(t, "s3://maps/kept", "&region="+s3test.Region)
		mustPut(t, p, old, 1)
		deny(http.MethodDelete, "versionId")
		_, err := put(t, p, next, 1)
		var left *LeftError
		if !errors.As(err, &left) || !strings.Contains(err.Error(), "the old version ") || !strings.Contains(err.Error(), " of "+old.Name+" (it has the names of activities): access is denied") {
			t.Errorf("the error is %v", err)
		}
		// Under its own name it is gone at least.
		if slices.Contains(g.Keys(t), "kept/"+old.Name) {
			t.Error("the old archive is still there")
		}
		if _, err := put(t, p, next, 1); !errors.As(err, &left) || !strings.Contains(err.Error(), "the old version ") {
			t.Errorf("the second time the error is %v", err)
		}
		g.Intercept(nil)
		same(t, mustPut(t, p, next, 1), "remove old version "+old.Name)
		same(t, g.versions(t, "kept/heatmap."), strings.TrimPrefix(next.Name, "heatmap."))
	})

	t.Run("not to be removed for good, but harmless", func(t *testing.T) {
		p := g.place(t, "s3://maps/harmless", "&region="+s3test.Region)
		first, second := made(t, "first"), made(t, "second")
		mustPut(t, p, first, 0)
		deny(http.MethodDelete, "versionId")
		defer g.Intercept(nil)
		same(t, mustPut(t, p, second, 0), "upload archive "+second.Name, "upload page index.html", "remove archive "+first.Name)
		same(t, mustPut(t, p, second, 0), "remove old version "+first.Name)
		// One that is not: that was not looked at before.
		third := usual
		third.outings = third.outings[1:]
		_, err := put(t, p, heatmap(t, third), 0)
		var left *LeftError
		if !errors.As(err, &left) || len(left.Left) != 2 || !strings.Contains(left.Left[0], "of "+second.Name+" (it has 1 activity that the new one has not, or not so)") {
			t.Errorf("the error is %v", err)
		}
	})

	t.Run("not to be listed", func(t *testing.T) {
		p := g.place(t, "s3://maps/unlisted", "&region="+s3test.Region)
		mustPut(t, p, old, 1)
		deny(http.MethodGet, "versions")
		defer g.Intercept(nil)
		plan, err := p.Plan(t.Context(), next, 1)
		if err != nil || len(plan.Notes) != 1 || !strings.HasPrefix(plan.Notes[0], "s3://maps/unlisted keeps old versions of files. Whether archives that were removed are among them could not be seen: access is denied") {
			t.Fatalf("the plan is %+v, %v", plan, err)
		}
		if err := plan.Run(t.Context(), nil, func(Step) {}); err != nil {
			t.Fatal(err)
		}
		g.Intercept(nil)
		same(t, g.versions(t, "unlisted/heatmap."), strings.TrimPrefix(next.Name, "heatmap."))
		// Most buckets keep none, and most accounts may not ask.
		g.copyThere(t, "unknown/heatmap.pmtiles", content(t, old))
		g.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Has("versions") {
				return s3test.Refuse(w, http.StatusForbidden, "AccessDenied")
			}
			w = &withoutVersion{w}
			g.Behind.ServeHTTP(w, r)
			return true
		})
		if plan, err := g.place(t, "s3://maps/unknown", "&region="+s3test.Region).Plan(t.Context(), next, 1); err != nil || len(plan.Notes) > 0 || len(plan.Steps) != 3 {
			t.Errorf("the plan is %+v, %v", plan, err)
		}
	})

	t.Run("a server without versions", func(t *testing.T) {
		p := g.place(t, "s3://maps/none", "&region="+s3test.Region)
		mustPut(t, p, old, 1)
		g.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			q := r.URL.Query()
			return (q.Has("versions") || q.Has("versionId")) && s3test.Refuse(w, http.StatusNotImplemented, "NotImplemented")
		})
		defer g.Intercept(nil)
		plan, err := p.Plan(t.Context(), next, 1)
		if err != nil || len(plan.Notes) > 0 {
			t.Fatalf("the plan is %+v, %v", plan, err)
		}
		if err := plan.Run(t.Context(), nil, func(Step) {}); err != nil {
			t.Error(err)
		}
	})

	t.Run("interrupted", func(t *testing.T) {
		p := g.place(t, "s3://maps/between", "&region="+s3test.Region)
		mustPut(t, p, old, 1)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		g.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodDelete && r.URL.Query().Has("versionId") {
				cancel()
				return s3test.Refuse(w, http.StatusServiceUnavailable, "SlowDown")
			}
			return false
		})
		plan, err := p.Plan(ctx, next, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := plan.Run(ctx, nil, func(Step) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		g.Intercept(nil)
		same(t, mustPut(t, p, next, 1), "remove archive "+old.Name)
		same(t, g.versions(t, "between/heatmap."), strings.TrimPrefix(next.Name, "heatmap."))
	})

	t.Run("suspended", func(t *testing.T) {
		p := g.place(t, "s3://maps/suspended", "&region="+s3test.Region)
		mustPut(t, p, old, 1)
		g.keepVersions(t, types.BucketVersioningStatusSuspended)
		mustPut(t, p, next, 1)
		mustPut(t, p, made(t, "later"), 0)
		for _, key := range g.versions(t, "suspended/heatmap.") {
			if strings.HasSuffix(old.Name, key) || strings.HasSuffix(next.Name, key) {
				t.Errorf("a version of heatmap.%s is there", key)
			}
		}
	})
}

// TestS3LateToShow: a store may say for a moment that it has not what it has just taken.
func TestS3LateToShow(t *testing.T) {
	g := startGateway(t)
	site := heatmap(t, usual)
	p := g.place(t, "s3://maps/late", "&region="+s3test.Region)
	refused := 0
	g.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodHead || refused == 2 {
			return false
		}
		refused++
		return s3test.Refuse(w, http.StatusNotFound, "NoSuchKey")
	})
	same(t, mustPut(t, p, site, 1), "upload archive "+site.Name, "upload page index.html")
	if refused != 2 {
		t.Errorf("it was asked %d times in vain", refused)
	}
}
