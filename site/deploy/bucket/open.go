//go:build !nocloud

package bucket

import (
	"context"
	"os"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // opens azblob://
	"gocloud.dev/blob/gcsblob"
	_ "gocloud.dev/blob/s3blob" // opens s3://
	"gocloud.dev/gcp"
)

// Open opens the bucket of an address that is none of a folder, which is to be closed. Its keys do not begin with the prefix by themselves. The error is what the cloud or its library said, for Fault.
func (t *Target) Open(ctx context.Context) (*blob.Bucket, error) {
	if t.Scheme == "gs" {
		return openGoogle(ctx, t.Bucket)
	}
	return blob.OpenBucket(ctx, t.bucketURL(os.Getenv))
}

// openGoogle opens a bucket of Google's. The library would, where there are no credentials, print a warning of its own and go on.
func openGoogle(ctx context.Context, name string) (*blob.Bucket, error) {
	credentials, err := gcp.DefaultCredentials(ctx)
	if err != nil {
		return nil, err
	}
	client, err := gcp.NewHTTPClient(gcp.DefaultTransport(), gcp.CredentialsTokenSource(credentials))
	if err != nil {
		return nil, err
	}
	return gcsblob.OpenBucket(ctx, client, name, nil)
}
