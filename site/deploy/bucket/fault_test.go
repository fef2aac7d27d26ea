package bucket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"google.golang.org/api/googleapi"
)

// The clouds' own words, as their libraries hand them on. What a server that speaks S3 says is tested with a real one.
func TestExplain(t *testing.T) {
	for _, test := range []struct {
		address string
		err     error
		want    string
	}{
		{"gs://b", errors.New("google: could not find default credentials. See https://cloud.google.com/docs"), "there are no credentials; set GOOGLE_APPLICATION_CREDENTIALS"},
		{"gs://b", &googleapi.Error{Code: 404, Message: "The specified bucket does not exist.", Body: "x"}, `there is no bucket "b"`},
		{"gs://b", &googleapi.Error{Code: 403, Message: "a@b.iam.gserviceaccount.com does not have storage.objects.list access"}, "access is denied"},
		{"gs://b", &googleapi.Error{Code: 401, Message: "Invalid Credentials"}, "the credentials are refused"},
		{"gs://b", &googleapi.Error{Code: 503, Message: "Backend Error", Errors: []googleapi.ErrorItem{{Reason: "backendError"}}}, "the server says backendError (503): Backend Error"},
		{"gs://b", errors.New("storage: object doesn't exist"), "a file that is listed there cannot be read"},
		{"gs://b", errors.New("it broke"), "it broke"},
		{"azblob://c", errors.New("azureblob: Options.AccountName is required"), "there are no credentials; set AZURE_STORAGE_ACCOUNT"},
		{"azblob://c", &azcore.ResponseError{StatusCode: 404, ErrorCode: "ContainerNotFound"}, `there is no bucket "c"`},
		{"azblob://c", &azcore.ResponseError{StatusCode: 403, ErrorCode: "AuthorizationPermissionMismatch"}, "access is denied"},
		{"azblob://c", &azcore.ResponseError{StatusCode: 403, ErrorCode: "AuthenticationFailed"}, "the credentials are refused"},
		{"file:///a/b", fmt.Errorf("mkdir: %w", fs.ErrNotExist), "the folder that it lies in is not there"},
		{"file:///a/b", fmt.Errorf("mkdir: %w", fs.ErrPermission), "access is denied"},
	} {
		target, err := ParseTarget(test.address)
		if err != nil {
			t.Fatal(err)
		}
		got := target.Fault("looking at", fmt.Errorf("blob (key %q) (code=Unknown): %w", "x", test.err)).Error()
		if !strings.HasPrefix(got, "looking at "+target.String()+": "+test.want) {
			t.Errorf("%v is explained as\n  %s, want\n  %s", test.err, got, test.want)
		}
		if strings.ContainsAny(got, "\r\n") {
			t.Errorf("%v is explained in several lines", test.err)
		}
	}
	target, _ := ParseTarget("s3://b")
	if err := target.Fault("x", fmt.Errorf("put: %w", context.Canceled)); !errors.Is(err, context.Canceled) {
		t.Errorf("an interruption is %v", err)
	}
}

func TestScrub(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "very/secret+key")
	t.Setenv("AZURE_STORAGE_SAS_TOKEN", "sv=2024&sig=signed")
	for _, text := range []string{
		`Put "https://a.blob.core.windows.net/c/index.html?sv=2024&sig=signed": EOF`,
		"the string to sign was very/secret+key",
		"the query was sv=2024&sig=signed",
		"s3://bucket?token=signed",
		"https://user:signed@example.org/ refused",
		"key very%2Fsecret%2Bkey",
	} {
		if got := scrub(text); strings.Contains(got, "signed") || strings.Contains(got, "secret") {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	if got := scrub("RESPONSE 403\n----\n\tGET https://example.org/a?b\r\n"); got != "RESPONSE 403 ---- GET https://example.org/a" {
		t.Errorf("got %q", got)
	}
	if got := scrub(strings.Repeat("ä", 1000)); len(got) > 410 {
		t.Errorf("a long message stays %d bytes long", len(got))
	}
}
