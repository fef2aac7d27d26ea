//go:build !nocloud

package bucket

import (
	"errors"
	"regexp"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"google.golang.org/api/googleapi"
)

// CodeOf returns the code by which a cloud calls an error and the status of its answer; "" and 0 where there is none.
func CodeOf(err error) (code string, status int) {
	var api smithy.APIError
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	var s3 *awshttp.ResponseError
	if errors.As(err, &s3) {
		status = s3.HTTPStatusCode()
	}
	var azure *azcore.ResponseError
	if errors.As(err, &azure) {
		return azure.ErrorCode, azure.StatusCode
	}
	var google *googleapi.Error
	if errors.As(err, &google) {
		for _, item := range google.Errors {
			code = item.Reason
		}
		return code, google.Code
	}
	return code, status
}

// messageOf returns what a cloud says about an error, without what libraries put around it.
func messageOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	var google *googleapi.Error
	if errors.As(err, &google) {
		return google.Message
	}
	return err.Error()
}

var (
	expectedRegion = regexp.MustCompile(`expecting ['"]([a-z0-9-]+)['"]`)
	regionName     = regexp.MustCompile(`^[a-z0-9-]+$`)
)

// regionOf returns ", in " and the right region, where the answer tells it.
func regionOf(err error) string {
	region := ""
	if m := expectedRegion.FindStringSubmatch(err.Error()); m != nil {
		region = m[1]
	}
	var s3 *awshttp.ResponseError
	if errors.As(err, &s3) && s3.Response != nil && s3.Response.Response != nil {
		if h := s3.Response.Header.Get("X-Amz-Bucket-Region"); regionName.MatchString(h) {
			region = h
		}
	}
	if region == "" {
		return ""
	}
	return ", in " + region
}
