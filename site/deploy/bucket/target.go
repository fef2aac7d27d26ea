// Package bucket finds and opens buckets of S3 and what speaks like it, Google's and Azure's, alike, and explains what they say went wrong. An address never holds a secret, and no error does.
// It knows nothing of what is kept there.
package bucket

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// schemes are the kinds of place there are.
var schemes = []string{"s3", "gs", "azblob", "file"}

// settings are what may stand after the "?" of an address, by scheme: those of the bucket library that concern where a bucket
// is and who asks. None is a secret.
var settings = map[string][]string{
	"s3": {"endpoint", "region", "profile", "use_path_style", "s3ForcePathStyle", "request_checksum_calculation", "response_checksum_validation",
		"role", "role_session_name", "role_external_id", "role_duration", "web_identity_token_file",
		"accelerate", "dualstack", "fips", "ssetype", "kmskeyid", "hostname_immutable", "disable_https"},
	"azblob": {"storage_account", "domain", "protocol", "localemu"},
}

// A Target is the address of a place, taken apart.
type Target struct {
	Scheme string     // "s3", "gs", "azblob" or "file"
	Bucket string     // its name; "" for a folder
	Prefix string     // "" or ending in "/"; "" for a folder
	Folder string     // for scheme "file"
	query  url.Values // settings of the bucket library
}

// An AddressError says what is wrong with an address; it never repeats a part that could be secret.
type AddressError struct{ message string }

func (e *AddressError) Error() string { return e.message }

// ParseTarget reads an address such as "s3://bucket/prefix?region=eu-central-1", "gs://bucket",
// "azblob://container/prefix" or "file:///var/www/map". An error is an *AddressError.
func ParseTarget(address string) (*Target, error) {
	t, err := parseTarget(address)
	if err != nil {
		return nil, &AddressError{err.Error()}
	}
	return t, nil
}

func parseTarget(address string) (*Target, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New(`the address cannot be read; it must look like "s3://bucket/folder"`)
	}
	if !slices.Contains(schemes, u.Scheme) {
		return nil, errors.New(`the address must begin with s3://, gs://, azblob:// or file:///, such as "s3://bucket/folder"`)
	}
	if !strings.HasPrefix(address, u.Scheme+"://") {
		return nil, errors.New(`the address must have two slashes after the colon, such as "s3://bucket/folder"; that of a folder three, as in "file:///var/www/map"`)
	}
	if u.User != nil {
		return nil, errors.New("the address must not hold a key or password; credentials come from the environment (docs/deploy.md)")
	}
	if u.Fragment != "" {
		return nil, errors.New(`the address must not hold a "#"`)
	}
	t := &Target{Scheme: u.Scheme}
	if t.query, err = url.ParseQuery(u.RawQuery); err != nil {
		return nil, errors.New(`the address cannot be read after its "?"`)
	}
	for key := range t.query {
		if !slices.Contains(settings[u.Scheme], key) {
			known := "takes none"
			if len(settings[u.Scheme]) > 0 {
				known = "takes " + strings.Join(settings[u.Scheme], ", ")
			}
			return nil, fmt.Errorf(`the address has a setting after the "?" that is not known; %s:// %s`, u.Scheme, known)
		}
	}
	if endpoint := t.query.Get("endpoint"); endpoint != "" {
		e, err := url.Parse(endpoint)
		if err != nil || e.Scheme != "https" && e.Scheme != "http" || e.Host == "" || e.User != nil || e.RawQuery != "" {
			return nil, errors.New(`the endpoint in the address must be the web address of a server alone, such as "https://s3.example.org"`)
		}
	}
	if u.Scheme == "file" {
		if u.Host != "" && u.Host != "localhost" || u.Path == "" {
			return nil, errors.New(`the address of a folder has three slashes and a whole path: "file:///var/www/map"`)
		}
		path := u.Path
		// "file:///C:/maps" is how a drive of Windows is written.
		if os.PathSeparator != '/' {
			path = strings.TrimPrefix(path, "/")
		}
		t.Folder = filepath.Clean(filepath.FromSlash(path))
		return t, nil
	}
	if u.Host == "" {
		return nil, fmt.Errorf(`the address names no bucket; it must look like "%s://bucket/folder"`, u.Scheme)
	}
	t.Bucket = u.Host
	for part := range strings.SplitSeq(strings.Trim(u.Path, "/"), "/") {
		if part == "." || part == ".." || part == "" && strings.Trim(u.Path, "/") != "" {
			return nil, errors.New(`the folder in the address must not hold "//", "." or ".."`)
		}
	}
	if t.Prefix = strings.Trim(u.Path, "/"); t.Prefix != "" {
		t.Prefix += "/"
	}
	return t, nil
}

// String returns the address without its settings.
func (t *Target) String() string {
	if t.Scheme == "file" {
		return t.Folder
	}
	return t.Scheme + "://" + t.Bucket + strings.TrimSuffix("/"+t.Prefix, "/")
}

// bucketURL returns the address by which the bucket library opens the bucket. For servers that speak S3 but are not
// Amazon's, it takes the settings that all of them understand unless others are given: the bucket in the path instead
// of the host name, and checksums only where S3 asks for them.
func (t *Target) bucketURL(getenv func(string) string) string {
	query := url.Values{}
	for key, values := range t.query {
		query[key] = values
	}
	if t.Scheme == "s3" && query.Get("endpoint") != "" {
		if !query.Has("use_path_style") && !query.Has("s3ForcePathStyle") {
			query.Set("use_path_style", "true")
		}
		for key, name := range map[string]string{
			"request_checksum_calculation": "AWS_REQUEST_CHECKSUM_CALCULATION",
			"response_checksum_validation": "AWS_RESPONSE_CHECKSUM_VALIDATION",
		} {
			if !query.Has(key) && getenv(name) == "" {
				query.Set(key, "when_required")
			}
		}
	}
	return (&url.URL{Scheme: t.Scheme, Host: t.Bucket, RawQuery: query.Encode()}).String()
}
