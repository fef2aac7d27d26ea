package deploy

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"heatmapgen/site/deploy/bucket"
	"heatmapgen/site/deploy/bucket/s3test"
)

// A gateway is a server that speaks S3.
type gateway struct{ *s3test.Server }

func startGateway(t *testing.T) *gateway {
	t.Helper()
	return &gateway{s3test.Start(t)}
}

// place opens a folder of the bucket; settings are added to the address.
func (g *gateway) place(t *testing.T, address, settings string) *Place {
	t.Helper()
	p, err := g.open(address, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func (g *gateway) open(address, settings string) (*Place, error) {
	target, err := bucket.ParseTarget(address + "?endpoint=" + url.QueryEscape(g.URL) + settings)
	if err != nil {
		return nil, err
	}
	return OpenPlace(context.Background(), target)
}

func TestS3(t *testing.T) {
	g := startGateway(t)
	const region = "&region=" + s3test.Region

	t.Run("deploys", func(t *testing.T) {
		p := g.place(t, "s3://maps/my/map", region)
		put := func(s *Site, keep int, want ...string) {
			t.Helper()
			g.Changes()
			mustPut(t, p, s, keep)
			for i, w := range want {
				method, name, _ := strings.Cut(w, " ")
				want[i] = method + " maps/my/map/" + name
			}
			same(t, g.Changes(), want...)
		}
		// Others live there, too.
		for _, key := range []string{"my/map/heatmap.pmtiles", "my/map/heatmap.0123456789abcdef.pmtiles", "my/index.html", "index.html"} {
			if _, err := g.Client().PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("maps"), Key: aws.String(key), Body: strings.NewReader("mine")}); err != nil {
				t.Fatal(err)
			}
		}
		strangers := g.Keys(t)
		a, b, c := made(t, "a"), made(t, "b"), made(t, "c")
		put(a, 1, "PUT "+a.Name, "PUT index.html")
		put(a, 1)
		put(b, 1, "PUT "+b.Name, "PUT index.html")
		put(c, 1, "PUT "+c.Name, "PUT index.html", "DELETE "+a.Name)
		want := append([]string{"my/map/" + b.Name, "my/map/" + c.Name, "my/map/index.html"}, strangers...)
		slices.Sort(want)
		same(t, g.Keys(t), want...)

		page, o := g.Get(t, "my/map/index.html")
		if !bytes.Equal(page, c.Page) || *o.ContentType != "text/html; charset=utf-8" || *o.CacheControl != "no-cache" || o.ContentEncoding != nil && *o.ContentEncoding != "" {
			t.Errorf("the page is served with %v %v %v", *o.ContentType, *o.CacheControl, o.ContentEncoding)
		}
		archive, o := g.Get(t, "my/map/"+c.Name)
		if !bytes.Equal(archive, content(t, c)) || *o.ContentType != "application/vnd.pmtiles" || *o.CacheControl != "public, max-age=31536000, s-maxage=3600, immutable" {
			t.Errorf("the archive is served with %v %v", *o.ContentType, *o.CacheControl)
		}

		// A page with the wrong headers is sent again, an archive too.
		for _, key := range []string{"my/map/index.html", "my/map/" + c.Name} {
			content, _ := g.Get(t, key)
			if _, err := g.Client().PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("maps"), Key: aws.String(key), Body: bytes.NewReader(content)}); err != nil {
				t.Fatal(err)
			}
		}
		put(c, 1, "PUT "+c.Name, "PUT index.html")
	})

	// With and without Amazon's checksums, in one part and in several.
	for _, checksums := range []string{"", "&request_checksum_calculation=when_supported&response_checksum_validation=when_supported"} {
		t.Run("large archive"+checksums, func(t *testing.T) {
			content := make([]byte, 20<<20+123)
			random := rand.New(rand.NewPCG(1, uint64(len(checksums))))
			for i := 0; i < len(content); i += 1000 {
				content[i] = byte(random.Uint32())
			}
			s := raw(t, content)
			p := g.place(t, "s3://maps/large", region+checksums)
			mustPut(t, p, s, 1)
			got, o := g.Get(t, "large/"+s.Name)
			if !bytes.Equal(got, content) {
				t.Error("the archive is not what was sent")
			}
			if !strings.Contains(*o.ETag, "-") {
				t.Errorf("the archive went up in one part (ETag %s), so this tests nothing", *o.ETag)
			}
			same(t, mustPut(t, p, s, 1))
			// Sent in parts, it has no MD5; the size is looked at all the same.
			if _, err := g.Client().PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("maps"), Key: aws.String("large/" + s.Name), Body: bytes.NewReader(content[:1000]),
				ContentType: o.ContentType, CacheControl: o.CacheControl, Metadata: o.Metadata}); err != nil {
				t.Fatal(err)
			}
			same(t, mustPut(t, p, s, 1), "upload archive "+s.Name)
		})
	}

	t.Run("the page fails", func(t *testing.T) {
		p := g.place(t, "s3://maps/fault", region)
		old, next := made(t, "old"), made(t, "next")
		mustPut(t, p, old, 0)
		g.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			return r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, PageName) && s3test.Refuse(w, http.StatusForbidden, "AccessDenied")
		})
		_, err := put(t, p, next, 0)
		g.Intercept(nil)
		want := "uploading index.html to s3://maps/fault: access is denied; the credentials need permission to list the bucket and to read, write and delete objects in it"
		if err == nil || err.Error() != want {
			t.Errorf("the error is %v", err)
		}
		if page, _ := g.Get(t, "fault/index.html"); !bytes.Equal(page, old.Page) {
			t.Error("the old page is gone")
		}
		g.Get(t, "fault/"+old.Name)
		same(t, mustPut(t, p, next, 0), "upload page index.html", "remove archive "+old.Name)
	})

	t.Run("built anew", func(t *testing.T) {
		p := g.place(t, "s3://maps/anew", region)
		s := made(t, "archive")
		if err := os.WriteFile(s.Archive, []byte("ARCHIVE"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := put(t, p, s, 1); err == nil || !strings.HasSuffix(err.Error(), "built anew in the meantime; deploy again") {
			t.Errorf("the error is %v", err)
		}
		for _, key := range g.Keys(t) {
			if strings.HasPrefix(key, "anew/") {
				t.Errorf("%s is there", key)
			}
		}
	})

	t.Run("interrupted", func(t *testing.T) {
		p := g.place(t, "s3://maps/interrupted", region)
		s := made(t, "archive")
		plan, err := p.Plan(t.Context(), s, 1)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		err = plan.Run(ctx, nil, func(Step) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		same(t, mustPut(t, p, s, 1), "upload page index.html")
	})

	t.Run("errors", func(t *testing.T) {
		s := made(t, "archive")
		for _, test := range []struct {
			name, address, settings string
			endpoint                string // "" for the gateway
			environment             map[string]string
			answer                  func(w http.ResponseWriter, r *http.Request) bool
			want                    string
		}{
			{name: "no bucket", address: "s3://nobody/map", settings: region, want: `looking at s3://nobody/map: there is no bucket "nobody"; check the name, or make it first`},
			{name: "no region", address: "s3://maps", want: "no region is set; add ?region=..."},
			{name: "another region", address: "s3://maps", settings: "&region=us-west-2", want: "the bucket lies in another region, in eu-central-1; put the right one into the address as ?region=..."},
			{name: "no credentials", address: "s3://maps", settings: region, environment: map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
				want: "there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"},
			{name: "no such profile", address: "s3://maps", settings: region + "&profile=nobody", want: "there are no credentials; set AWS_ACCESS_KEY_ID"},
			{name: "unknown key", address: "s3://maps", settings: region, answer: func(w http.ResponseWriter, r *http.Request) bool {
				return s3test.Refuse(w, http.StatusForbidden, "InvalidAccessKeyId")
			}, want: "the credentials are refused (wrong or expired)"},
			{name: "wrong secret", address: "s3://maps", settings: region, environment: map[string]string{"AWS_SECRET_ACCESS_KEY": "hidden-secret"}, want: "the credentials are refused (wrong or expired)"},
			{name: "denied", address: "s3://maps", settings: region, answer: func(w http.ResponseWriter, r *http.Request) bool {
				return s3test.Refuse(w, http.StatusForbidden, "AccessDenied")
			}, want: "access is denied"},
			{name: "clock", address: "s3://maps", settings: region, answer: func(w http.ResponseWriter, r *http.Request) bool {
				return s3test.Refuse(w, http.StatusForbidden, "RequestTimeTooSkewed")
			}, want: "the clock of this computer is wrong by minutes; set it and try again"},
			{name: "elsewhere", address: "s3://maps", settings: region, answer: func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("X-Amz-Bucket-Region", "ap-south-1")
				return s3test.Refuse(w, http.StatusMovedPermanently, "PermanentRedirect")
			}, want: "the bucket lies in another region, in ap-south-1;"},
			{name: "anything else", address: "s3://maps", settings: region, answer: func(w http.ResponseWriter, r *http.Request) bool {
				return s3test.Refuse(w, http.StatusBadRequest, "Teapot")
			}, want: "looking at s3://maps: the server says Teapot (400): What it is about"},
			{name: "no server", address: "s3://maps", settings: region, endpoint: "http://127.0.0.1:9", want: "the server cannot be reached (endpoint 127.0.0.1:9): "},
		} {
			t.Run(test.name, func(t *testing.T) {
				for name, value := range test.environment {
					t.Setenv(name, value)
				}
				g.Intercept(test.answer)
				defer g.Intercept(nil)
				at := &gateway{&s3test.Server{URL: cmp.Or(test.endpoint, g.URL)}}
				p, err := at.open(test.address, test.settings)
				if err == nil {
					_, err = p.Plan(t.Context(), s, 1)
					p.Close()
				}
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Fatalf("the error is %v\nwant ...%s", err, test.want)
				}
				for _, secret := range []string{s3test.Key, s3test.Secret, "hidden", "\n"} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("the error holds %q: %v", secret, err)
					}
				}
			})
		}
	})
}
