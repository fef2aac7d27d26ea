package deploy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/internal/words"
	"heatmapgen/layers/lines"
)

// contents are what somebody who has an archive can see in it.
type contents struct {
	title  string
	meta   *generator.Metadata
	tracks *lines.Tracks // nil where the archive has none
}

// contents reads what the archive of a site shows.
func (s *Site) contents() (*contents, error) {
	site, err := generator.OpenSite(s.Archive)
	if err != nil {
		return nil, err
	}
	defer site.Close()
	tracks, err := site.Lines()
	if err != nil {
		return nil, err
	}
	return &contents{title: site.Title, meta: site.Meta, tracks: tracks}, nil
}

// beyond says what an archive shows that another one does not, "" when that is surely nothing. Tiles are not compared one by one: they are
// painted from the lines that stand beside them, so the same lines, painted by the same program in the same way, make the
// same tiles. Where anything of that is not known, it says so.
func (c *contents) beyond(than *contents) string {
	switch {
	case c.title != than.title:
		return "it has another title"
	case c.meta.Generator != than.meta.Generator:
		return "another version of heatmapgen made it"
	case !samePainting(c.meta.Painting, than.meta.Painting):
		return "it is painted otherwise"
	case len(c.meta.Activities.Name) > 0 && len(than.meta.Activities.Name) == 0:
		return "it has the names of activities"
	case c.meta.Summary == nil && than.meta.Summary != nil:
		return "it has the list of activities"
	case !within(c.meta.Segments, than.meta.Segments):
		return "it has segments that the new one has not"
	case !within(c.meta.Activities.Published(), than.meta.Activities.Published()):
		return "it tells more of each activity"
	case leastOf(c.meta) < leastOf(than.meta):
		return fmt.Sprintf("it shows places that fewer than %d share", leastOf(than.meta))
	}
	if field := c.fieldBeyond(than); field != "" {
		return field
	}
	switch {
	case c.tracks == nil:
		return "whether it shows more cannot be told, as it has no lines to compare"
	case than.tracks == nil:
		return "it has the lines of activities"
	case c.meta.Squares != nil && than.meta.Squares == nil:
		return "it has the squares that activities have been in"
	}
	left := map[[sha256.Size]byte]int{}
	names := len(c.meta.Activities.Name) > 0
	for _, a := range than.fingerprints(names) {
		left[a]++
	}
	more := 0
	for _, a := range c.fingerprints(names) {
		if left[a]--; left[a] < 0 {
			more++
		}
	}
	if more > 0 {
		return fmt.Sprintf("it has %s that the new one has not, or not so", words.Plural(more, "activity", "activities"))
	}
	return ""
}

// within tells whether every text of one list is in another.
func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(text string) bool { return !slices.Contains(all, text) })
}

// leastOf returns how many share what an archive shows; 0 where that is not told.
func leastOf(m *generator.Metadata) int {
	if m.Summary == nil {
		return 0
	}
	return m.Summary.Least
}

func samePainting(a, b *generator.PaintingMetadata) bool {
	return reflect.DeepEqual(a, b)
}

// fieldBeyond names a field, or a zoom of one, that has tiles here and none there.
func (c *contents) fieldBeyond(than *contents) string {
	type place struct {
		field string
		zoom  uint8
	}
	there := map[place]bool{}
	for _, f := range than.meta.Fields {
		for _, z := range f.Zooms {
			there[place{f.ID, z.Zoom}] = true
		}
	}
	for _, f := range c.meta.Fields {
		for _, z := range f.Zooms {
			if !there[place{f.ID, z.Zoom}] {
				return fmt.Sprintf("it has %s at zoom %d", words.OneLine(f.ID), z.Zoom)
			}
		}
	}
	return ""
}

// fingerprints returns one for each activity: of all that the archive tells of it, its name only where that is asked for.
func (c *contents) fingerprints(names bool) [][sha256.Size]byte {
	a := &c.meta.Activities
	all := make([][sha256.Size]byte, len(a.Day))
	h := sha256.New()
	for i := range all {
		h.Reset()
		sport := ""
		if k := at(a.Sport, i); k >= 0 && k < len(a.Sports) {
			sport = a.Sports[k]
		}
		name := ""
		if names && i < len(a.Name) {
			name = a.Name[i]
		}
		fmt.Fprintf(h, "%d %q %d %d %d %q\n", a.Day[i], sport, at(a.DistanceM, i), at(a.MovingS, i), at(a.AscentM, i), name)
		c.hashLine(h, i)
		h.Sum(all[i][:0])
	}
	return all
}

// at returns an element of a column, -1 where it ends before.
func at(column []int, i int) int {
	if i < len(column) {
		return column[i]
	}
	return -1
}

// hashLine adds the line of an activity.
func (c *contents) hashLine(h hash.Hash, activity int) {
	t := c.tracks
	var b []byte
	for v := t.First[activity]; v < t.First[activity+1]; v++ {
		b = binary.LittleEndian.AppendUint32(b[:0], uint32(t.X[v]))
		b = binary.LittleEndian.AppendUint32(b, uint32(t.Y[v]))
		for _, n := range []float32{t.Seconds[v], t.Moving[v], t.Metres[v], t.Rise[v], t.Steep[v], t.Hill[v], t.AltitudeM[v]} {
			if n != n {
				n = float32(math.NaN()) // one of many
			}
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(n))
		}
		joined := byte(0)
		if t.Joined[v] {
			joined = 1
		}
		h.Write(append(b, t.Heart[v], joined))
		for s, column := range t.Readings {
			if column != nil && column[v] > 0 {
				h.Write([]byte{byte(s), byte(column[v] >> 8), byte(column[v])})
			}
		}
	}
}

// maxCompared bounds the lines of an old archive that is fetched to be compared, in bytes.
const maxCompared = 64 << 20

// A part is an old archive in a place, read piece by piece.
type part struct {
	ctx   context.Context
	store store
	object
	fault error // of the place, not of what is in the file
}

// ReadAt implements io.ReaderAt.
func (p *part) ReadAt(b []byte, offset int64) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	got, err := p.store.readAt(p.ctx, p.object, offset, int64(len(b)))
	n := copy(b, got)
	if err != nil {
		p.fault = err
	} else if n < len(b) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// contentsAt reads what an archive in the place shows.
func (p *Place) contentsAt(ctx context.Context, o object) (*contents, error) {
	if folder := p.target.Folder; folder != "" {
		return (&Site{Archive: filepath.Join(folder, o.name)}).contents()
	}
	if strings.HasSuffix(o.name, ".mbtiles") {
		return nil, errors.New("an MBTiles archive in a bucket is not looked into")
	}
	file := &part{ctx: ctx, store: p.store, object: o}
	r, err := archive.NewReader(file, o.size)
	if err != nil {
		return nil, err
	}
	text, err := r.Metadata()
	if err != nil {
		return nil, err
	}
	title, meta, err := generator.ParseMetadata(text)
	if err != nil {
		return nil, err
	}
	c := &contents{title: title, meta: meta}
	if m := meta.Lines; m != nil {
		section, err := r.Section(archive.Section{Offset: m.Offset, Length: m.Length})
		if err != nil {
			return nil, err
		}
		if m.Length > maxCompared {
			return nil, errors.New("its lines are too many to be fetched for that")
		}
		// In one go: block by block it would be a request for each.
		data, err := io.ReadAll(section)
		if err != nil {
			return nil, err
		}
		blocks, err := archive.NewBlocks(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil, err
		}
		if c.tracks, err = generator.AllLines(blocks, meta); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// isHeatmap reports whether a file in the place is an archive of heatmapgen by what is in it.
func (p *Place) isHeatmap(ctx context.Context, o object) (bool, error) {
	if strings.HasSuffix(o.name, ".mbtiles") {
		head, err := p.store.readAt(ctx, o, 0, min(o.size, archive.MBTilesHead))
		return err == nil && archive.IsOurMBTiles(head), err
	}
	file := &part{ctx: ctx, store: p.store, object: o}
	r, err := archive.NewReader(file, o.size)
	var text []byte
	if err == nil {
		text, err = r.Metadata()
	}
	if file.fault != nil {
		return false, file.fault
	}
	var keys struct {
		Heatmapgen json.RawMessage `json:"heatmapgen"`
	}
	return err == nil && json.Unmarshal(text, &keys) == nil && bytes.HasPrefix(keys.Heatmapgen, []byte("{")), nil
}
