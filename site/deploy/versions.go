//go:build !nocloud

package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/storage"
	azblob "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
	"google.golang.org/api/iterator"

	"heatmapgen/site/deploy/bucket"
)

// historyOf returns the history of a bucket, nil for a folder, which has none.
func historyOf(b *blob.Bucket, name string) history {
	var amazon *s3.Client
	var google *storage.Client
	var azure *container.Client
	switch {
	case b.As(&amazon):
		return &amazonHistory{amazon, name}
	case b.As(&google):
		return &googleHistory{google.Bucket(name)}
	case b.As(&azure):
		return &azureHistory{azure}
	}
	return nil
}

// notOffered reports whether a server has nothing like what it was asked for, as many that speak S3 have no versions.
func notOffered(err error) bool {
	code, status := bucket.CodeOf(err)
	switch code {
	case "NotImplemented", "MethodNotAllowed", "VersioningNotConfigured":
		return true
	}
	return status == http.StatusNotImplemented || status == http.StatusMethodNotAllowed
}

// notThere reports whether what was asked for is gone.
func notThere(err error) bool {
	_, status := bucket.CodeOf(err)
	return status == http.StatusNotFound || errors.Is(err, storage.ErrObjectNotExist)
}

// amazonHistory is that of S3 and what speaks like it.
type amazonHistory struct {
	client *s3.Client
	bucket string
}

func (h *amazonHistory) id(a *blob.Attributes) string {
	var head s3.HeadObjectOutput
	a.As(&head)
	return aws.ToString(head.VersionId)
}

func (h *amazonHistory) older(ctx context.Context, prefix string) ([]object, error) {
	var found []object
	pages := s3.NewListObjectVersionsPaginator(h.client, &s3.ListObjectVersionsInput{Bucket: &h.bucket, Prefix: &prefix, Delimiter: aws.String("/")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			if aws.ToBool(v.IsLatest) {
				continue
			}
			o := object{name: aws.ToString(v.Key), size: aws.ToInt64(v.Size), modified: aws.ToTime(v.LastModified), id: aws.ToString(v.VersionId), old: true}
			if hostedVersion(o.name[strings.LastIndexByte(o.name, '/')+1:]) != "" {
				head, err := h.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &h.bucket, Key: v.Key, VersionId: v.VersionId})
				if err != nil {
					return nil, err
				}
				o.version = head.Metadata[versionKey]
			}
			found = append(found, o)
		}
	}
	return found, nil
}

func (h *amazonHistory) read(ctx context.Context, name, id string, offset, length int64) (io.ReadCloser, error) {
	o, err := h.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &h.bucket, Key: &name, VersionId: &id, Range: aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+length-1))})
	if err != nil {
		return nil, err
	}
	return o.Body, nil
}

func (h *amazonHistory) remove(ctx context.Context, name, id string) error {
	_, err := h.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &h.bucket, Key: &name, VersionId: &id})
	return err
}

func (*amazonHistory) removesCurrent() bool { return true }

// googleHistory is that of Google Cloud Storage, where every file has a generation, also where only the last one is kept.
type googleHistory struct{ bucket *storage.BucketHandle }

func (h *googleHistory) id(a *blob.Attributes) string {
	var attrs storage.ObjectAttrs
	a.As(&attrs)
	return strconv.FormatInt(attrs.Generation, 10)
}

func (h *googleHistory) older(ctx context.Context, prefix string) ([]object, error) {
	var found []object
	for all := h.bucket.Objects(ctx, &storage.Query{Prefix: prefix, Delimiter: "/", Versions: true}); ; {
		v, err := all.Next()
		if errors.Is(err, iterator.Done) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if !v.Deleted.IsZero() {
			found = append(found, object{name: v.Name, size: v.Size, modified: v.Updated, version: v.Metadata[versionKey], id: strconv.FormatInt(v.Generation, 10), old: true})
		}
	}
}

// generation returns a version of a file.
func (h *googleHistory) generation(name, id string) (*storage.ObjectHandle, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	return h.bucket.Object(name).Generation(n), err
}

func (h *googleHistory) read(ctx context.Context, name, id string, offset, length int64) (io.ReadCloser, error) {
	o, err := h.generation(name, id)
	if err != nil {
		return nil, err
	}
	return o.NewRangeReader(ctx, offset, length)
}

func (h *googleHistory) remove(ctx context.Context, name, id string) error {
	o, err := h.generation(name, id)
	if err != nil {
		return err
	}
	return o.Delete(ctx)
}

func (*googleHistory) removesCurrent() bool { return true }

// azureHistory is that of Azure Blob Storage.
type azureHistory struct{ container *container.Client }

func (h *azureHistory) id(a *blob.Attributes) string {
	var properties azblob.GetPropertiesResponse
	a.As(&properties)
	return value(properties.VersionID)
}

func (h *azureHistory) older(ctx context.Context, prefix string) ([]object, error) {
	var found []object
	pages := h.container.NewListBlobsHierarchyPager("/", &container.ListBlobsHierarchyOptions{Prefix: &prefix, Include: container.ListBlobsInclude{Versions: true, Metadata: true}})
	for pages.More() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Segment.BlobItems {
			// Only the current version says whether it is that.
			if v.VersionID == nil || value(v.IsCurrentVersion) {
				continue
			}
			o := object{name: value(v.Name), id: *v.VersionID, old: true}
			if p := v.Properties; p != nil {
				o.size, o.modified = value(p.ContentLength), value(p.LastModified)
			}
			o.version = value(v.Metadata[versionKey])
			found = append(found, o)
		}
	}
	return found, nil
}

func (h *azureHistory) read(ctx context.Context, name, id string, offset, length int64) (io.ReadCloser, error) {
	version, err := h.container.NewBlobClient(name).WithVersionID(id)
	if err != nil {
		return nil, err
	}
	o, err := version.DownloadStream(ctx, &azblob.DownloadStreamOptions{Range: azblob.HTTPRange{Offset: offset, Count: length}})
	if err != nil {
		return nil, err
	}
	return o.Body, nil
}

func (h *azureHistory) remove(ctx context.Context, name, id string) error {
	version, err := h.container.NewBlobClient(name).WithVersionID(id)
	if err != nil {
		return err
	}
	_, err = version.Delete(ctx, nil)
	return err
}

func (*azureHistory) removesCurrent() bool { return false }

// value returns what a pointer leads to, the zero value for nil.
func value[T int64 | string | bool | time.Time](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
