package intervals

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"heatmapgen/activity/source"
	"io"
)

// sumHead begins an index, before the SHA-256, in hex, of what follows sumTail.
const sumHead, sumTail = `{"sum":"`, `",`

// withSum puts a JSON object's checksum before its other members.
func withSum(text []byte) []byte {
	rest := text[1:]
	return fmt.Appendf(nil, "%s%x%s%s", sumHead, sha256.Sum256(rest), sumTail, rest)
}

// sumRight reports whether text is what withSum returned.
func sumRight(text []byte) bool {
	const n = len(sumHead) + 2*sha256.Size + len(sumTail)
	return len(text) > n && bytes.Equal(text, withSum(append([]byte("{"), text[n:]...)))
}

// checkContents is check for what is in the files. It takes down the hash of a file that came here before hashes were
// kept.
func (f *folder) checkContents(ctx context.Context, x *index) (bad []string, err error) {
	for _, e := range x.byID {
		if e.File == "" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return bad, err
		}
		sum, err := f.sum(e.File)
		if err != nil {
			return bad, fmt.Errorf("reading a file from intervals.icu: %w", err)
		}
		if e.SHA256 == "" {
			e.SHA256 = sum
		}
		if sum != e.SHA256 {
			bad = append(bad, e.File)
			e.stored, e.State = stored{}, statePending
		}
	}
	return bad, nil
}

// sum returns the hash of a file.
func (f *folder) sum(name string) (string, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// open opens a file whose reader ends with an error where the bytes are not those that were fetched.
func (f *folder) open(s stored) (io.ReadCloser, error) {
	file, err := source.OpenIn(f.root, f.root.Name(), s.File, s.Size)
	if err != nil || s.SHA256 == "" {
		return file, err
	}
	return &checkedFile{file, sha256.New(), s.SHA256}, nil
}

// A checkedFile is a file that is hashed as it is read.
type checkedFile struct {
	file io.ReadCloser
	hash hash.Hash
	want string
}

var errDamaged = errors.New(`the file is not the one that was fetched from intervals.icu: it was damaged or changed in the cache folder; the next "heatmapgen sync" fetches it again`)

// Read implements io.Reader.
func (c *checkedFile) Read(p []byte) (int, error) {
	n, err := c.file.Read(p)
	c.hash.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(c.hash.Sum(nil)) != c.want {
		err = errDamaged
	}
	return n, err
}

// Close implements io.Closer.
func (c *checkedFile) Close() error { return c.file.Close() }
