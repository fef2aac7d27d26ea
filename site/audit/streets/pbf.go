package streets

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"

	"github.com/klauspost/compress/zlib"
	"google.golang.org/protobuf/encoding/protowire"

	"heatmapgen/internal/sorting"
)

// OpenStreetMap's PBF (https://wiki.openstreetmap.org/wiki/PBF_Format) is blocks of some 8,000 nodes, ways or relations, each packed by
// itself. Where a node lies only its own block says, so the file is read twice: for the nodes that are near, then for the ways along them.
// The numbers of fields below are those of its fileformat.proto and osmformat.proto.

// What the format allows a block to have, in bytes.
const (
	maxBlobHeader = 64 << 10
	maxBlob       = 32 << 20
)

// errDamaged is a block that makes no sense.
var errDamaged = errors.New("it is damaged; fetch it anew")

// readPBF reads the streets of an extract, by their ids.
func readPBF(ctx context.Context, f io.ReadSeeker, n near) ([]Street, error) {
	var mu sync.Mutex
	nodes := map[int64]Point{}
	// Most blocks have nodes alone, and are not unpacked again.
	hasWays := map[int]bool{}
	err := eachBlock(ctx, f, func(int) bool { return true }, func(index int, block []byte) error {
		found, ways, err := nodesOf(block, n)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for _, x := range found {
			nodes[x.id] = x.at
		}
		if ways {
			hasWays[index] = true
		}
		if len(nodes) > maxPoints {
			return errTooMany
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []way
	err = eachBlock(ctx, f, func(index int) bool { return hasWays[index] }, func(_ int, block []byte) error {
		found, err := waysOf(block, nodes)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		all = append(all, found...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	// Blocks are read at the same time, so they come in any order.
	sorting.StableFunc(all, func(a, b way) int { return int(min(1, max(-1, a.id-b.id))) })
	var streets []Street
	for _, w := range all {
		streets = append(streets, w.streets...)
	}
	return streets, nil
}

// eachBlock calls f for the content of every block of data that is wanted, several at a time. Blocks are counted from 0.
func eachBlock(ctx context.Context, f io.ReadSeeker, wanted func(index int) bool, do func(index int, block []byte) error) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	type packed struct {
		index int
		blob  []byte
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan packed)
	var group sync.WaitGroup
	for range min(4, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for p := range work {
				block, err := unpack(p.blob)
				if err == nil {
					err = do(p.index, block)
				}
				if err != nil {
					stop(err)
				}
			}
		})
	}
	read := func() error {
		r := buffered(f)
		for index := 0; ; {
			kind, blob, err := nextBlob(r, func(kind string) bool { return kind != blobData || wanted(index) })
			switch {
			case err == io.EOF && index > 0:
				return nil
			case err != nil:
				return err
			case kind == blobHeader:
				if err := checkHeader(blob); err != nil {
					return err
				}
			case kind == blobData:
				if blob != nil {
					select {
					case work <- packed{index, blob}:
					case <-ctx.Done():
						return context.Cause(ctx)
					}
				}
				index++
			}
		}
	}
	err := read()
	close(work)
	group.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// The kinds of blocks; others are left alone.
const (
	blobHeader = "OSMHeader"
	blobData   = "OSMData"
)

// nextBlob reads the next blob, nil where it is not wanted. Its error is io.EOF at the end of the file.
func nextBlob(r interface {
	io.Reader
	Discard(int) (int, error)
}, wanted func(kind string) bool) (kind string, blob []byte, err error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return "", nil, err // io.EOF at the end
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxBlobHeader {
		return "", nil, errors.New("it is no OpenStreetMap extract in PBF, or damaged")
	}
	head := make([]byte, n)
	if _, err := io.ReadFull(r, head); err != nil {
		return "", nil, io.ErrUnexpectedEOF
	}
	length := uint64(maxBlob + 1)
	err = fields(head, func(field protowire.Number, number uint64, content []byte) error {
		switch field {
		case 1:
			kind = string(content)
		case 3:
			length = number
		}
		return nil
	})
	if err != nil || length > maxBlob || kind == "" {
		return "", nil, errors.New("it is no OpenStreetMap extract in PBF, or damaged")
	}
	if !wanted(kind) {
		if _, err := r.Discard(int(length)); err != nil {
			return "", nil, io.ErrUnexpectedEOF
		}
		return kind, nil, nil
	}
	blob = make([]byte, length)
	if _, err := io.ReadFull(r, blob); err != nil {
		return "", nil, io.ErrUnexpectedEOF
	}
	return kind, blob, nil
}

// unpack returns the content of a blob.
func unpack(blob []byte) ([]byte, error) {
	var content, raw []byte
	isRaw, other := false, false
	err := fields(blob, func(field protowire.Number, _ uint64, data []byte) error {
		switch field {
		case 1:
			raw, isRaw = data, true
		case 3:
			content = data
		case 4, 5, 6, 7:
			other = true
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case isRaw:
		return raw, nil
	case content == nil && other:
		return nil, errors.New("its blocks are not packed with zlib; write it anew (osmium cat map.osm.pbf -o other.osm.pbf)")
	}
	z, err := zlib.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, errDamaged
	}
	defer z.Close()
	block, err := io.ReadAll(io.LimitReader(z, maxBlob+1))
	if err != nil || len(block) > maxBlob {
		return nil, errDamaged
	}
	return block, nil
}

// checkHeader refuses a file that says it needs to be understood in ways that are not.
func checkHeader(blob []byte) error {
	block, err := unpack(blob)
	if err != nil {
		return err
	}
	return fields(block, func(field protowire.Number, _ uint64, content []byte) error {
		if field == 4 && !slices.Contains([]string{"OsmSchema-V0.6", "DenseNodes", "HistoricalInformation"}, string(content)) {
			return fmt.Errorf("it needs %q of its reader, which is not known here", content)
		}
		return nil
	})
}
