package deploy

import (
	"context"
	"io"

	"gocloud.dev/blob"
)

// A history is what a bucket knows of earlier versions of its files. One that keeps them gives each a number, and has those
// of files that were replaced or removed; whoever knows a number can read that version if the file may be read at all.
type history interface {
	// id returns the number of the version that is described, "" where there are none.
	id(a *blob.Attributes) string
	// older lists the versions that no name leads to any more, of names that begin with prefix and hold no "/" behind it.
	// Names in it are whole.
	older(ctx context.Context, prefix string) ([]object, error)
	// read reads a part of a version.
	read(ctx context.Context, name, id string, offset, length int64) (io.ReadCloser, error)
	// remove deletes a version for good.
	remove(ctx context.Context, name, id string) error
	// removesCurrent reports whether it can be the one that the name leads to.
	removesCurrent() bool
}
