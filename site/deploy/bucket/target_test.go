package bucket

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for address, want := range map[string]string{
		"s3://bucket":                             "s3://bucket",
		"s3://bucket/":                            "s3://bucket",
		"s3://bucket/a/b/?region=eu-central-1":    "s3://bucket/a/b",
		"gs://bucket/a":                           "gs://bucket/a",
		"azblob://$web?storage_account=example":   "azblob://$web",
		"file:///var/www/map/":                    "/var/www/map",
		"file://localhost/var/www/../www/a%20map": "/var/www/a map",
	} {
		got, err := ParseTarget(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got.Scheme == "file" {
			want = filepath.FromSlash(want)
		}
		if got.String() != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}

func TestBadTargets(t *testing.T) {
	for address, want := range map[string]string{
		"":                                    "must begin with s3://",
		"https://example.org/map":             "must begin with s3://",
		"bucket/folder":                       "must begin with s3://",
		"s3:bucket":                           "two slashes",
		"file:/var/www":                       "three, as in",
		"s3://":                               "names no bucket",
		"s3:///folder":                        "names no bucket",
		"gs://bucket/a//b":                    "must not hold \"//\"",
		"gs://bucket/../b":                    "must not hold \"//\"",
		"gs://bucket?region=x":                "gs:// takes none",
		"s3://bucket?sig=SECRET":              "s3:// takes endpoint, region",
		"s3://bucket?%zz":                     "cannot be read after",
		"s3://bucket#SECRET":                  "#",
		"s3://KEY:SECRET@bucket/folder":       "must not hold a key or password",
		"s3://KEY:SECRET@[bucket":             "cannot be read",
		"s3://bucket?endpoint=s3.example.org": "must be the web address",
		"s3://bucket?endpoint=https://a:SECRET@s3.org":    "must be the web address",
		"s3://bucket?endpoint=https://s3.org/%3fk=SECRET": "must be the web address",
		"file://var/www":               "three slashes",
		"file://":                      "three slashes",
		"file:///var/www?create_dir=1": "file:// takes none",
	} {
		_, err := ParseTarget(address)
		if err == nil {
			t.Errorf("%s is taken for an address", address)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want ...%s...", address, err, want)
		}
		if strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: the error repeats the secret: %v", address, err)
		}
	}
}

// TestCompatibleServers: only those that are not Amazon's get settings they have not asked for.
func TestCompatibleServers(t *testing.T) {
	none := func(string) string { return "" }
	query := func(address string, getenv func(string) string) url.Values {
		target, err := ParseTarget(address)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(target.bucketURL(getenv))
		if err != nil {
			t.Fatal(err)
		}
		return u.Query()
	}
	if q := query("s3://b/x?region=eu-central-1", none); q.Encode() != "region=eu-central-1" {
		t.Errorf("Amazon's gets %v", q)
	}
	q := query("s3://b/x?endpoint=https://s3.example.org", none)
	if q.Get("use_path_style") != "true" || q.Get("request_checksum_calculation") != "when_required" || q.Get("response_checksum_validation") != "when_required" {
		t.Errorf("another one gets %v", q)
	}
	q = query("s3://b/x?endpoint=https://s3.example.org&s3ForcePathStyle=false&request_checksum_calculation=when_supported", func(name string) string { return name })
	if q.Has("use_path_style") || q.Get("request_checksum_calculation") != "when_supported" || q.Has("response_checksum_validation") {
		t.Errorf("what was asked for is overruled: %v", q)
	}
}
