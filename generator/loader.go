package generator

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"heatmapgen/activity/source"
	"heatmapgen/activity/track"
	"heatmapgen/generator/config"
)

// A loader reads and decodes files through the cache, within the limits of a configuration. Its methods may be called from several
// goroutines.
type loader struct {
	cache  *cache
	limits config.Limits

	// bytes and points are what was read and decoded in this pass over the candidates.
	bytes, points atomic.Int64
	// large is held by who reads a file of more than largeBytes, so that not all workers do at once.
	large sync.Mutex
}

const (
	// largeBytes is the size from which files are read and decoded one at a time.
	largeBytes = 32 << 20
	// maxPooled is the size above which a buffer is not kept for the next file.
	maxPooled = 16 << 20
)

var fileBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// sourceLimits returns what of the limits is asked of a source.
func sourceLimits(l *config.Limits) source.Limits {
	return source.Limits{FileBytes: int64(l.MaxFileMB) << 20, TotalBytes: int64(l.MaxTotalGB) << 30, Files: l.MaxActivities}
}

// begin begins a pass over the candidates.
func (l *loader) begin() {
	l.bytes.Store(0)
	l.points.Store(0)
}

// worked counts bytes that were read or unpacked. Its error ends the build.
func (l *loader) worked(bytes int64) error {
	if most := l.limits.MaxTotalGB; l.bytes.Add(bytes) > int64(most)<<30 {
		return &source.LimitError{Text: fmt.Sprintf("the recordings unpack to more than %d GB in all", most), Setting: "max_total_gb"}
	}
	return nil
}

// met counts the samples of a recording. Its error ends the build.
func (l *loader) met(points int) error {
	if most := l.limits.MaxTotalPoints; l.points.Add(int64(points)) > int64(most) {
		return &source.LimitError{Text: fmt.Sprintf("the recordings have more than %d points in all", most), Setting: "max_total_points"}
	}
	return nil
}

// file reads and decodes the file of size bytes that open opens, and returns the hash of its bytes. The error of a file beyond a limit is a
// *track.LimitError.
func (l *loader) file(open func() (io.ReadCloser, error), size int64) (*track.Result, [32]byte, error) {
	var hash [32]byte
	f, err := open()
	if err != nil {
		return nil, hash, err
	}
	defer f.Close()
	if size > largeBytes {
		l.large.Lock()
		defer l.large.Unlock()
	}
	buf := fileBuffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= maxPooled {
			fileBuffers.Put(buf)
		}
	}()
	// The size is no larger than a file may be, and what is read no longer than the size. Without room for all of it at once
	// a buffer would grow by doubling and hold a large file twice.
	if size > 0 {
		buf.Grow(int(size) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(f)
	if err != nil {
		return nil, hash, err
	}
	if err := l.worked(n); err != nil {
		return nil, hash, err
	}
	hash = sha256.Sum256(buf.Bytes())
	if r, problem, ok := l.cache.get(hash); ok {
		if most := l.limits.MaxFilePoints; r != nil && r.Counts.Points > most {
			// It was decoded under another limit, and what comes out must not hang on that.
			return nil, hash, track.TooManyPoints(most)
		}
		return r, hash, problem
	}
	r, problem := track.DecodeWithin(buf.Bytes(), track.Limits{
		Bytes: int64(l.limits.MaxFileMB) << 20, Points: l.limits.MaxFilePoints,
		Time:     time.Duration(l.limits.MaxFileSeconds) * time.Second,
		Unpacked: l.worked,
	})
	l.cache.put(hash, r, problem)
	return r, hash, problem
}
