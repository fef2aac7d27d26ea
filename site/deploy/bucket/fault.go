package bucket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"

	"heatmapgen/internal/atomicfile"
)

// Fault returns err, which happened while doing something with a place, as one sentence without secrets that says
// what to do.
func (t *Target) Fault(doing string, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s %s: %w", doing, t, context.Canceled)
	}
	return fmt.Errorf("%s %s: %s", doing, t, t.Explain(err))
}

// Explain says what went wrong and what to do.
func (t *Target) Explain(err error) string {
	code, status := CodeOf(err)
	text := err.Error()
	has := func(parts ...string) bool {
		for _, part := range parts {
			if code == part || strings.Contains(text, part) {
				return true
			}
		}
		return false
	}
	var network *net.OpError
	var dns *net.DNSError
	switch {
	case has("Missing Region", "Invalid region: ", `the region "" is wrong`, "the region '' is wrong"):
		return `no region is set; add ?region=... to the address (with an endpoint, the region its provider names; any word such as "auto" where it names none)`
	case has("RequestTimeTooSkewed", "RequestExpired"):
		return "the clock of this computer is wrong by minutes; set it and try again"
	case has("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "IncorrectEndpoint"), status == http.StatusMovedPermanently:
		return "the bucket lies in another region" + regionOf(err) + "; put the right one into the address as ?region=..."
	case has("no EC2 IMDS role found", "failed to retrieve credentials", "failed to refresh cached credentials", "get credentials:", "could not find default credentials",
		"DefaultAzureCredential", "failed to get shared config profile", "static credentials are empty", "AccountName is required"):
		return "there are no credentials; " + t.credentials()
	case has("NoSuchBucket", "ContainerNotFound", "bucket doesn't exist", "bucket does not exist"):
		return fmt.Sprintf("there is no bucket %q; check the name, or make it first", t.Bucket)
	case has("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "TokenRefreshRequired", "AuthenticationFailed", "InvalidAuthenticationInfo", "invalid_grant", "cannot fetch token", "private key should be"), status == http.StatusUnauthorized:
		return "the credentials are refused (wrong or expired); " + t.credentials()
	case has("object lock", "retention policy", "retentionPolicyNotMet", "BlobImmutableDueToPolicy", "BlobImmutableDueToLegalHold", "objectUnderActiveHold"):
		return "a retention rule or hold of the bucket keeps it; end that, or wait until it has run out"
	case has("AccessDenied", "AuthorizationPermissionMismatch", "AuthorizationFailure", "AllAccessDisabled"), status == http.StatusForbidden:
		return "access is denied; the credentials need permission to list the bucket and to read, write and delete objects in it"
	case has("NoSuchKey", "BlobNotFound", "object doesn't exist"):
		return "a file that is listed there cannot be read; the credentials may lack the permission to read objects, or it went at this moment"
	case errors.Is(err, fs.ErrNotExist) && t.Folder != "":
		return "the folder that it lies in is not there; make it, or mount it, first"
	case atomicfile.DiskFull(err) && t.Folder != "":
		return "the disk is full; make room and try again"
	case errors.Is(err, fs.ErrPermission) && t.Folder != "":
		return "access is denied; you must be allowed to write into the folder"
	case errors.As(err, &dns), has("no such host"):
		return "there is no server of that name; check the address" + t.network()
	case errors.As(err, &network):
		return "the server cannot be reached" + t.network() + ": " + scrub(network.Err.Error())
	}
	if code != "" && status != 0 {
		return scrub(fmt.Sprintf("the server says %s (%d): %s", code, status, messageOf(err)))
	}
	return scrub(text)
}

// credentials says where credentials for the place come from.
func (t *Target) credentials() string {
	switch t.Scheme {
	case "s3":
		return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
	case "gs":
		return "set GOOGLE_APPLICATION_CREDENTIALS, or run \"gcloud auth application-default login\""
	case "azblob":
		return "set AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN, or run \"az login\""
	}
	return "see docs/deploy.md"
}

// network names the endpoint, if the address has one, for errors about reaching it.
func (t *Target) network() string {
	u, err := url.Parse(t.query.Get("endpoint"))
	if err != nil || u.Host == "" {
		return ""
	}
	return " (endpoint " + u.Host + ")"
}

var (
	addressQuery = regexp.MustCompile(`([a-z0-9]+://[^\s"'?]+)\?[^\s"']*`)
	authority    = regexp.MustCompile(`([a-z0-9]+://)[^\s"'/@]+@`)
	wrapping     = regexp.MustCompile(`^blob(?: \(key ".*?"\))? \(code=\w+\): `)
	breaks       = regexp.MustCompile(`\s*[\r\n]+\s*|\s{2,}`)
)

// secretNames are the variables of the environment that hold secrets of the clouds.
var secretNames = []string{
	"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGEBLOB_CONNECTIONSTRING", "AZURE_CLIENT_SECRET",
}

// scrub returns a message of a library as one line without what signs requests: the queries of addresses, and whatever
// the environment holds as a secret.
func scrub(text string) string {
	for _, name := range secretNames {
		if secret := os.Getenv(name); len(secret) >= 4 {
			text = strings.ReplaceAll(text, secret, "...")
			text = strings.ReplaceAll(text, url.QueryEscape(secret), "...")
		}
	}
	text = wrapping.ReplaceAllString(text, "")
	text = addressQuery.ReplaceAllString(text, "$1")
	text = authority.ReplaceAllString(text, "$1")
	text = strings.TrimSpace(breaks.ReplaceAllString(text, " "))
	const most = 400
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}
