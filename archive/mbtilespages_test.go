package archive

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// A pageReader reads tables of an MBTiles file without SQLite, from what docs/format.md says and the SQLite file
// format: as a reader by ranges does.
type pageReader struct {
	t    *testing.T
	data []byte
}

func (p *pageReader) page(n int) []byte { return p.data[(n-1)*mbtilesPageSize : n*mbtilesPageSize] }

// varint reads a big-endian varint of SQLite.
func varint(b []byte) (v uint64, n int) {
	for n < 8 {
		v = v<<7 | uint64(b[n]&0x7f)
		n++
		if b[n-1] < 0x80 {
			return v, n
		}
	}
	return v<<8 | uint64(b[8]), 9
}

// rows calls visit for each row of the table with the given root.
func (p *pageReader) rows(root int, visit func(id int64, columns []any)) {
	page := p.page(root)
	head := page
	if root == 1 {
		head = page[100:]
	}
	cells := int(binary.BigEndian.Uint16(head[3:]))
	switch head[0] {
	case 5:
		for i := range cells {
			cell := page[binary.BigEndian.Uint16(head[12+2*i:]):]
			p.rows(int(binary.BigEndian.Uint32(cell)), visit)
		}
		p.rows(int(binary.BigEndian.Uint32(head[8:])), visit)
	case 13:
		for i := range cells {
			cell := page[binary.BigEndian.Uint16(head[8+2*i:]):]
			length, n := varint(cell)
			id, m := varint(cell[n:])
			visit(int64(id), columnsOf(p.payload(cell[n+m:], int(length))))
		}
	default:
		p.t.Fatalf("page %d is of type %d", root, head[0])
	}
}

// payload follows the overflow pages of a cell; the formula is that of section 1.6.
func (p *pageReader) payload(cell []byte, length int) []byte {
	const usable, most, least = mbtilesPageSize, mbtilesPageSize - 35, (mbtilesPageSize-12)*32/255 - 23
	if length <= most {
		return cell[:length]
	}
	local := least + (length-least)%(usable-4)
	if local > most {
		local = least
	}
	all := append([]byte{}, cell[:local]...)
	for next := binary.BigEndian.Uint32(cell[local:]); next != 0; {
		page := p.page(int(next))
		all = append(all, page[4:min(usable, 4+length-len(all))]...)
		after := binary.BigEndian.Uint32(page)
		if after != 0 && after != next+1 {
			p.t.Errorf("overflow page %d goes on in page %d", next, after)
		}
		next = after
	}
	return all
}

// columnsOf takes a record apart (section 2.1).
func columnsOf(b []byte) []any {
	end, at := varint(b)
	body := b[end:]
	var columns []any
	for at < int(end) {
		kind, n := varint(b[at:])
		at += n
		switch {
		case kind == 0:
			columns = append(columns, nil)
		case kind <= 6:
			size := []int{0, 1, 2, 3, 4, 6, 8}[kind]
			v := int64(int8(body[0]))
			for _, c := range body[1:size] {
				v = v<<8 | int64(c)
			}
			columns, body = append(columns, v), body[size:]
		case kind == 8 || kind == 9:
			columns = append(columns, int64(kind-8))
		case kind >= 12 && kind%2 == 0:
			columns, body = append(columns, body[:(kind-12)/2]), body[(kind-12)/2:]
		case kind >= 13:
			columns, body = append(columns, string(body[:(kind-13)/2])), body[(kind-13)/2:]
		}
	}
	return columns
}

// TestMBTilesPages reads files whose metadata end up in the first page, in more of them, and in overflow pages, with tiles
// small and large, and compares all there is with what was written.
func TestMBTilesPages(t *testing.T) {
	var enc TileEncoder
	rng := rand.New(rand.NewPCG(5, 6))
	var idats [][]byte
	for i := range 4 {
		pix := synthTile(synthScenes[i], 1)
		for k := range i * 20_000 {
			pix[k] = byte(rng.IntN(200))
		}
		idat, _ := enc.Encode(nil, pix)
		idats = append(idats, idat)
	}
	for _, long := range []int{10, 31_900, 32_400, 32_600, 32_700, 32_734, 33_000, 100_000, 300_000} {
		t.Run(fmt.Sprint(long), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.mbtiles")
			w, err := Create(path, 2, Options{Format: MBTiles, FieldIDs: []string{"a", "b"}, BlockSets: testBlockSets})
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abort()
			want := map[string][]byte{}
			for field := range 2 {
				for i := range uint32(200) {
					tile := Tile{Field: field, Zoom: 15, X: 17000 + i%20, Y: 11000 + i/20, IDAT: idats[i*i%31%4], MaxIndex: 255}
					if err := w.Add(tile); err != nil {
						t.Fatal(err)
					}
					png := GreyPNG(nil, tile.IDAT)
					if field == 0 {
						png = PalettedPNG(nil, tile.IDAT, testPalette(15))
					}
					want[fmt.Sprint(field, tile.X, tile.Y)] = png
				}
			}
			c := testContents()
			text := `{"x":"` + strings.Repeat("y", long) + `"}`
			c.Metadata = func(*Layout) ([]byte, error) {
				return json.Marshal(map[string]any{"name": "n", "attribution": strings.Repeat("z", 200), "ours": json.RawMessage(text)})
			}
			blocks := testBlocks()
			addTestBlocks(t, w, blocks)
			if _, err := w.Finish(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			p := &pageReader{t, data}
			roots := map[string]int{}
			p.rows(1, func(_ int64, c []any) { roots[c[1].(string)] = int(c[3].(int64)) })
			if roots["metadata"] != 2 || roots["tiles_b"] != roots["tiles"]+1 || roots["lines"] != roots["tiles"]+2 || roots["tiles"] > 7+long/mbtilesPageSize {
				t.Errorf("roots %v", roots)
			}
			rows := map[string]string{}
			p.rows(2, func(_ int64, c []any) { rows[c[0].(string)] = c[1].(string) })
			if rows["ours"] != text || rows["format"] != "png" || rows["name"] != "n" {
				t.Errorf("metadata: %.100v", rows)
			}
			got := map[string][]byte{}
			for field, table := range []string{"tiles", "tiles_b"} {
				last := int64(-1)
				p.rows(roots[table], func(id int64, c []any) {
					zoom, x, y := pmtiles.IDToZxy(uint64(id))
					if id <= last || c[0] != nil || c[1] != int64(zoom) || c[2] != int64(x) || c[3] != int64(1<<zoom-1-y) {
						t.Errorf("after tile id %d: %d, %v", last, id, c[:4])
					}
					last = id
					got[fmt.Sprint(field, x, y)] = c[4].([]byte)
				})
			}
			if !maps.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("%d tiles, and not those that were written", len(got))
			}
			p.rows(roots["lines"], func(id int64, c []any) {
				if len(blocks) == 0 || uint64(id) != pmtiles.ZxyToID(blocks[0].z, blocks[0].x, blocks[0].y) || !bytes.Equal(c[4].([]byte), blocks[0].data) {
					t.Fatalf("the block of id %d is another", id)
				}
				blocks = blocks[1:]
			})
			if len(blocks) > 0 {
				t.Errorf("%d blocks are missing", len(blocks))
			}
		})
	}
}
