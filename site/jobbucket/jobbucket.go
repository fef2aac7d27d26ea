// Package jobbucket keeps the files of a spread build in a bucket, where the steps need no folder in common. Package generator, which makes them, knows nothing of clouds.
package jobbucket

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"heatmapgen/generator"
	"heatmapgen/site/deploy/bucket"
)

// A Store is a folder of a bucket, as a generator.JobStore. Its errors are sentences without secrets.
type Store struct {
	// ctx is that of the process whose steps use the store: requests end with it.
	ctx    context.Context
	target *bucket.Target
	blob   *blob.Bucket
}

// Open opens the folder of a bucket, which need not hold anything. All requests of the store end with ctx. It is to be closed.
func Open(ctx context.Context, target *bucket.Target) (*Store, error) {
	b, err := target.Open(ctx)
	if err != nil {
		return nil, target.Fault("opening", err)
	}
	return &Store{ctx, target, b}, nil
}

// Close gives back what the store holds.
func (s *Store) Close() error { return s.blob.Close() }

// String returns the address without its settings.
func (s *Store) String() string { return s.target.String() }

// Create puts an object in its place when all of it is there; until then, and after an error, what was there before stays.
func (s *Store) Create(name string, write func(io.Writer) error) error {
	// Closing a writer completes the object, unless its context has ended.
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	doing := "writing " + name + " to"
	w, err := s.blob.NewWriter(ctx, s.target.Prefix+name, &blob.WriterOptions{ContentType: "application/octet-stream", CacheControl: "private, no-store"})
	if err != nil {
		return s.target.Fault(doing, err)
	}
	upload := &uploader{w: w}
	if err := write(upload); err != nil {
		cancel()
		_ = w.Close()
		if upload.err != nil {
			return s.target.Fault(doing, upload.err)
		}
		return err // of what was to be written
	}
	if err := w.Close(); err != nil {
		return s.target.Fault(doing, err)
	}
	return nil
}

// An uploader remembers what went wrong with the upload.
type uploader struct {
	w   io.Writer
	err error
}

func (u *uploader) Write(p []byte) (int, error) {
	n, err := u.w.Write(p)
	if err != nil {
		u.err = err
	}
	return n, err
}

// Open opens an object. The error is fs.ErrNotExist, for errors.Is, where there is none.
func (s *Store) Open(name string) (generator.JobFile, error) {
	a, err := s.blob.Attributes(s.ctx, s.target.Prefix+name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("%s/%s: %w", s, name, fs.ErrNotExist)
	}
	if err != nil {
		return nil, s.target.Fault("reading "+name+" from", err)
	}
	return &file{store: s, name: name, size: a.Size}, nil
}

// Names lists the folder.
func (s *Store) Names() (names []string, err error) {
	files := s.blob.List(&blob.ListOptions{Prefix: s.target.Prefix, Delimiter: "/"})
	for {
		o, err := files.Next(s.ctx)
		if err == io.EOF {
			return names, nil
		}
		if err != nil {
			return nil, s.target.Fault("looking at", err)
		}
		if !o.IsDir {
			names = append(names, strings.TrimPrefix(o.Key, s.target.Prefix))
		}
	}
}

// Remove removes an object. Old versions that a bucket keeps stay.
func (s *Store) Remove(name string) error {
	err := s.blob.Delete(s.ctx, s.target.Prefix+name)
	if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return s.target.Fault("removing "+name+" from", err)
	}
	return nil
}

// A file is an object that is read.
type file struct {
	store *Store
	name  string
	size  int64
	// whole reads the object from its beginning, nil before the first Read.
	whole io.ReadCloser
}

func (f *file) Name() string { return f.store.String() + "/" + f.name }

// Read reads the object from its beginning, all in one request.
func (f *file) Read(p []byte) (int, error) {
	if f.whole == nil {
		r, err := f.store.blob.NewReader(f.store.ctx, f.store.target.Prefix+f.name, nil)
		if err != nil {
			return 0, f.fault(err)
		}
		f.whole = r
	}
	n, err := f.whole.Read(p)
	if err != nil && err != io.EOF {
		err = f.fault(err)
	}
	return n, err
}

// ReadAt asks for a range of the object.
func (f *file) ReadAt(p []byte, offset int64) (int, error) {
	want := min(int64(len(p)), f.size-offset)
	if want <= 0 {
		return 0, io.EOF
	}
	r, err := f.store.blob.NewRangeReader(f.store.ctx, f.store.target.Prefix+f.name, offset, want, nil)
	if err != nil {
		return 0, f.fault(err)
	}
	defer r.Close()
	n, err := io.ReadFull(r, p[:want])
	if err != nil {
		return n, f.fault(err)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) fault(err error) error { return f.store.target.Fault("reading "+f.name+" from", err) }

// Close ends the reading.
func (f *file) Close() error {
	if f.whole == nil {
		return nil
	}
	return f.whole.Close()
}
