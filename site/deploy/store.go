package deploy

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/scratch"
	"heatmapgen/site/deploy/bucket"
)

// store is all that a deploy asks of a place. Names are relative to it. Its errors are what the cloud said.
type store interface {
	// list returns the files whose names begin with prefix, with size and time only.
	list(ctx context.Context, prefix string) ([]object, error)
	// stat returns a file that is there. Whether it is must come from list: without permission, some clouds say of every
	// file that there is none.
	stat(ctx context.Context, name string) (object, error)
	// read returns the content of a file that is there.
	read(ctx context.Context, name string) ([]byte, error)
	// write puts a file in its place once it is complete; until then, and after an error, what was there stays.
	write(ctx context.Context, name string, from io.Reader, about about) error
	// readAt returns a part of a file that is there, or of an old version of one: length bytes from offset, fewer where it ends.
	readAt(ctx context.Context, o object, offset, length int64) ([]byte, error)
	// remove deletes a file, or an old version of one, so that nothing of it can be read any more. Its error is a *hiddenError where only
	// its name leads nowhere any more.
	remove(ctx context.Context, o object) error
	// older returns the old versions that the place keeps of files whose names begin with prefix.
	older(ctx context.Context, prefix string) ([]object, error)
	// keepsHeaders reports whether files have headers.
	keepsHeaders() bool
	close() error
}

// An object is a file in a place.
type object struct {
	name     string
	size     int64
	modified time.Time
	md5      []byte  // nil where the place does not tell
	headers  headers // empty where the place keeps none
	version  string  // of an archive that a deploy made: the digits of its hash
	id       string  // the number of this version of the file, "" where the place keeps no old ones
	old      bool    // it was replaced or removed, and is kept as an old version
}

// A hiddenError says that a file was removed from its name, but that the bucket keeps it as an old version.
type hiddenError struct{ err error }

func (e *hiddenError) Error() string { return e.err.Error() }
func (e *hiddenError) Unwrap() error { return e.err }

// about is what a place is told of a file.
type about struct {
	headers headers
	md5     []byte // of the content; other content is refused
	version string // of an archive
}

// versionKey is the name under which a bucket keeps the version of an archive with it, which also tells
// the files of a deploy from those of others.
const versionKey = "heatmapgen"

// blobStore is the store of a bucket, or of a folder.
type blobStore struct {
	blob    *blob.Bucket // nil for a folder that is not there yet
	history history      // nil for a folder
	prefix  string
	folder  string // "" for a bucket
}

// openStore opens a place. A folder that is not there yet is made by the first write, if the one it lies in is there.
func openStore(ctx context.Context, t *bucket.Target) (store, error) {
	b := &blobStore{prefix: t.Prefix, folder: t.Folder}
	var err error
	if b.folder == "" {
		b.blob, err = t.Open(ctx)
	} else if _, err = os.Stat(b.folder); errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat(filepath.Dir(b.folder))
	} else {
		b.blob, err = openFolder(b.folder)
	}
	if err != nil {
		return nil, err
	}
	if b.folder == "" {
		b.history = historyOf(b.blob, t.Bucket)
	}
	return b, nil
}

// openFolder opens a folder as a bucket. The library could keep headers in files beside the files, but a web server would publish
// those.
func openFolder(path string) (*blob.Bucket, error) {
	return fileblob.OpenBucket(path, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
}

func (b *blobStore) close() error {
	if b.blob == nil {
		return nil
	}
	return b.blob.Close()
}

func (b *blobStore) keepsHeaders() bool { return b.folder == "" }

func (b *blobStore) list(ctx context.Context, prefix string) ([]object, error) {
	if b.blob == nil {
		return nil, nil
	}
	var found []object
	files := b.blob.List(&blob.ListOptions{Prefix: b.prefix + prefix, Delimiter: "/"})
	for {
		o, err := files.Next(ctx)
		if err == io.EOF {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if !o.IsDir {
			found = append(found, object{name: strings.TrimPrefix(o.Key, b.prefix), size: o.Size, modified: o.ModTime})
		}
	}
}

func (b *blobStore) stat(ctx context.Context, name string) (object, error) {
	a, err := b.blob.Attributes(ctx, b.prefix+name)
	if err != nil {
		return object{}, err
	}
	o := object{name: name, size: a.Size, modified: a.ModTime, md5: a.MD5}
	if b.folder == "" {
		o.headers = headers{a.ContentType, a.CacheControl}
		o.version = a.Metadata[versionKey]
		if b.history != nil {
			o.id = b.history.id(a)
		}
		return o, nil
	}
	// Nothing is kept with a file, but its content is at hand.
	if hostedVersion(name) != "" {
		o.version, err = fileVersion(filepath.Join(b.folder, name))
	}
	return o, err
}

// fileVersion returns the digits that stand in the name of an archive with the content of a file.
func fileVersion(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sha := sha256.New()
	if _, err := io.Copy(sha, f); err != nil {
		return "", err
	}
	return versionOf(sha.Sum(nil)), nil
}

// maxPage is a size that no page of ours has: the rest of a larger file is not read.
const maxPage = 32 << 20

func (b *blobStore) read(ctx context.Context, name string) ([]byte, error) {
	r, err := b.blob.NewReader(ctx, b.prefix+name, nil)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxPage))
}

func (b *blobStore) write(ctx context.Context, name string, from io.Reader, about about) error {
	if b.blob == nil {
		err := os.Mkdir(b.folder, 0o777)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if b.blob, err = openFolder(b.folder); err != nil {
			return err
		}
	}
	if b.folder != "" {
		return writeFile(ctx, filepath.Join(b.folder, name), from, about.md5)
	}
	// Closing a writer completes the file, unless its context has ended.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	options := &blob.WriterOptions{ContentType: about.headers.contentType, CacheControl: about.headers.cacheControl, ContentMD5: about.md5}
	if about.version != "" {
		options.Metadata = map[string]string{versionKey: about.version}
	}
	w, err := b.blob.NewWriter(ctx, b.prefix+name, options)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, from); err != nil {
		cancel()
		_ = w.Close()
		return err
	}
	err = w.Close()
	if err != nil && strings.Contains(err.Error(), "ContentMD5 you specified") {
		return errAnew
	}
	return err
}

// errAnew is what an archive is refused for whose content is not what it was when the deploy began.
var errAnew = errors.New("the archive was built anew in the meantime; deploy again")

// writeFile puts a file of a folder in its place. The library would leave half a file beside it when the process is killed.
func writeFile(ctx context.Context, path string, from io.Reader, sum []byte) error {
	scratch.Sweep(filepath.Dir(path))
	staged, err := atomicfile.Stage(path, 0o644, func(f *os.File) error {
		h := md5.New()
		if _, err := io.Copy(io.MultiWriter(f, h), &until{ctx, from}); err != nil {
			return err
		}
		if sum != nil && !bytes.Equal(sum, h.Sum(nil)) {
			return errAnew
		}
		return nil
	})
	if err != nil {
		return err
	}
	return staged.Replace()
}

// An until reads until its context ends.
type until struct {
	ctx context.Context
	io.Reader
}

func (u *until) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if ended := u.ctx.Err(); ended != nil {
		return 0, ended
	}
	return n, err
}

func (b *blobStore) readAt(ctx context.Context, o object, offset, length int64) ([]byte, error) {
	var r io.ReadCloser
	var err error
	if o.old {
		r, err = b.history.read(ctx, b.prefix+o.name, o.id, offset, length)
	} else {
		r, err = b.blob.NewRangeReader(ctx, b.prefix+o.name, offset, length, nil)
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, length))
}

func (b *blobStore) remove(ctx context.Context, o object) error {
	key := b.prefix + o.name
	forGood := func() error {
		if err := b.history.remove(ctx, key, o.id); err != nil && !notThere(err) {
			return err
		}
		return nil
	}
	var err error
	if o.id != "" && (o.old || b.history.removesCurrent()) {
		if err = forGood(); err == nil || o.old || ctx.Err() != nil {
			return err
		}
	}
	// What cannot be removed for good is taken from its name at least.
	if err := b.blob.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return err
	}
	if o.id != "" && !b.history.removesCurrent() {
		err = forGood()
	}
	if err == nil || notOffered(err) {
		return nil
	}
	return &hiddenError{err}
}

func (b *blobStore) older(ctx context.Context, prefix string) ([]object, error) {
	if b.history == nil {
		return nil, nil
	}
	found, err := b.history.older(ctx, b.prefix+prefix)
	if err != nil && notOffered(err) {
		return nil, nil
	}
	for i := range found {
		found[i].name = strings.TrimPrefix(found[i].name, b.prefix)
	}
	return found, err
}
