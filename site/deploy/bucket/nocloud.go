//go:build nocloud

package bucket

import (
	"context"
	"errors"

	"gocloud.dev/blob"
)

var errNoClouds = errors.New("this heatmapgen was built without clouds (the build tag nocloud); take that of a release, or name a folder")

// Open returns an error.
func (t *Target) Open(context.Context) (*blob.Bucket, error) { return nil, errNoClouds }

// CodeOf returns nothing: no cloud answers.
func CodeOf(error) (code string, status int) { return "", 0 }

func messageOf(err error) string { return err.Error() }

func regionOf(error) string { return "" }
