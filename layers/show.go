package layers

import "heatmapgen/layers/raster"

// tile makes the tiles of some fields at place (tx, ty) of the cell.
func (p *Painter) tile(t Tile, tx, ty int, fields []int, emit func(Tile) error) error {
	bx := (tx*raster.TileSize + p.margin) / raster.BlockSize
	by := (ty*raster.TileSize + p.margin) / raster.BlockSize
	near := p.pen.Near(bx, by, p.soft.Radius)
	if near.Empty() {
		return nil
	}
	at := place{tx: tx, ty: ty, bx: bx, by: by}
	at.glow = p.print(penFootprint, &at, &near, &p.footprint, &at.blocks)
	if at.glow.Empty() {
		return nil
	}
	p.presenceKind = [2]int{}
	p.ownOf = penFootprint
	p.weightOf = [2]int{-1, -1}
	for _, i := range fields {
		var filled bool
		switch f := &p.fields[i]; f.Kind {
		case Count:
			filled = p.count(f, &p.quantisers[i], at)
		case Date:
			filled = p.date(&p.quantisers[i], at)
		default:
			filled = p.sumOrMean(f, &p.quantisers[i], at)
		}
		if !filled {
			continue
		}
		t.Field, t.Pix = i, &p.pix
		if err := emit(t); err != nil {
			return err
		}
	}
	return nil
}

// print softens a footprint into out, returns the blocks of want that it reaches and adds those to enough where there is enough of it for
// means and dates.
func (p *Painter) print(channel int, at *place, want *raster.BlockSet, out *raster.Plane, enough *raster.BlockSet) raster.BlockSet {
	glow := p.blurrer.Blur(p.pen, channel, at.bx, at.by, p.soft, want, out)
	rows(&glow, func(run int) {
		most := float32(0)
		line := out[run : run+raster.BlockSize]
		for i := range line {
			line[i] /= penRidge
			most = max(most, line[i])
		}
		if most >= leastGlow {
			enough[run/raster.TileSize/raster.BlockSize] |= 1 << (run % raster.TileSize / raster.BlockSize)
		}
	})
	return glow
}

// leastGlow is a softened footprint below which no mean and no date shows: the smallest presence
// is 1/8. Counts do: a rim of 0.01 that a hundred activities share is one visit.
const leastGlow = 0.04

// A place is a tile on the sheets: its first block, the blocks of it that any pen's glow reaches, and
// those where there is enough of it for means and dates.
type place struct {
	tx, ty       int // of the cell's tiles
	bx, by       int
	glow, blocks raster.BlockSet
}

// rows calls f for every run of 16 pixels in the blocks, with the index of its first.
func rows(blocks *raster.BlockSet, f func(at int)) {
	for y := 0; y < raster.TileSize; y++ {
		for x, set := 0, blocks[y/raster.BlockSize]; set != 0; x, set = x+1, set>>1 {
			if set&1 != 0 {
				f(y*raster.TileSize + x*raster.BlockSize)
			}
		}
	}
}

// count fills pix with a softened count. Where two activities or more cover a pixel it shows their number at least: the middle of a dot is
// softer than the ridge of a line, and so are a line's flanks, but nobody was there less often for that. Of a crowd the glow is that of a footprint, and where enough
// cover a pixel it shows what is told of their number.
func (p *Painter) count(f *Field, q *quantiser, where place) bool {
	blocks := p.blurrer.Blur(p.pen, f.pen, where.bx, where.by, p.soft, &where.glow, &p.a)
	if blocks.Empty() {
		return false
	}
	clear(p.pix[:])
	filled := false
	rows(&blocks, func(at int) {
		src, dst := p.a[at:at+raster.BlockSize], p.pix[at:at+raster.BlockSize]
		covered := p.pen.Row(where.bx+at%raster.TileSize/raster.BlockSize, where.by*raster.BlockSize+at/raster.TileSize, f.pen+p.told)
		for i, sum := range src {
			v := sum / penRidge
			if covered != nil && covered[i] >= p.toldFrom {
				v = max(v, covered[i])
			}
			if v >= q.least {
				dst[i] = uint8(q.value.Of(v) + 1)
				filled = true
			}
		}
	})
	return filled
}

// sumOrMean fills pix with a blurred sum, or with that over its blurred weight.
func (p *Painter) sumOrMean(f *Field, q *quantiser, at place) bool {
	kernel, hill := p.mean, 0
	if f.hill {
		kernel, hill = p.hill, 1
	}
	blocks := p.blurThin(f.sum, &at, kernel, &p.a)
	if f.Kind == Mean {
		if key := [2]int{f.weight, hill}; p.weightOf != key {
			p.weightBlocks = p.blurThin(f.weight, &at, kernel, &p.b)
			p.weightOf = key
		}
		blocks = p.weightBlocks
	}
	if blocks.Empty() {
		return false
	}
	p.fade(q, f.footprint, &at)
	clear(p.pix[:])
	filled := false
	rows(&blocks, func(at int) {
		dst, presence := p.pix[at:at+raster.BlockSize], p.presence[at:at+raster.BlockSize]
		sums, weights := p.a[at:at+raster.BlockSize], p.b[at:at+raster.BlockSize]
		for i, here := range presence {
			if here == 0 {
				continue
			}
			v := sums[i]
			if f.Kind == Mean {
				if weights[i] <= 0 {
					continue
				}
				v /= weights[i]
			} else if v <= 0 {
				continue
			}
			dst[i] = q.index(v*f.factor, here)
			filled = true
		}
	})
	return filled
}

// date fills pix with the newest day. Beyond the pen, on the rim of the glow, the day is
// the mean of the covered pixels around, weighted like the glow.
func (p *Painter) date(q *quantiser, at place) bool {
	p.blurrer.Blur(p.pen, penDay, at.bx, at.by, p.soft, &at.blocks, &p.a)
	p.fade(q, penFootprint, &at)
	clear(p.pix[:])
	filled := false
	x0, y0 := at.bx*raster.BlockSize, at.by*raster.BlockSize
	rows(&at.blocks, func(run int) {
		x, y := x0+run%raster.TileSize, y0+run/raster.TileSize
		for i := 0; i < raster.BlockSize; i++ {
			here := p.presence[run+i]
			if here == 0 {
				continue
			}
			day := p.pen.At(x+i, y, penDay)
			if day == 0 {
				day = p.a[run+i] / (p.footprint[run+i] * penRidge)
			}
			p.pix[run+i] = q.index(day+p.dayBase, here)
			filled = true
		}
	})
	return filled
}

// blurThin softens a channel of the thin sheet for the blocks of a place that show something, and returns those that it reaches.
func (p *Painter) blurThin(channel int, at *place, kernel raster.Kernel, out *raster.Plane) raster.BlockSet {
	if p.finer == 0 {
		return p.blurrer.BlurSums(p.thin, channel, at.bx, at.by, kernel, &at.blocks, out)
	}
	// The tile's part of the coarser zoom, and a pixel around it to go between.
	side := raster.TileSize >> p.finer
	x, y := p.margin+at.tx*side, p.margin+at.ty*side
	bx, by := (x-1)/raster.BlockSize, (y-1)/raster.BlockSize
	x, y = x-bx*raster.BlockSize, y-by*raster.BlockSize
	var want raster.BlockSet
	for b := (y - 1) / raster.BlockSize; b <= (y+side)/raster.BlockSize; b++ {
		for c := (x - 1) / raster.BlockSize; c <= (x+side)/raster.BlockSize; c++ {
			want[b] |= 1 << c
		}
	}
	reached := p.blurrer.BlurSums(p.thin, channel, bx, by, kernel, &want, &p.coarse)
	// Also where there is nothing: a sum of nothing over a weight is 0, and not what the field before left in out.
	raster.Magnify(&p.coarse, x, y, p.finer, &at.blocks, out)
	if reached.Empty() {
		return reached
	}
	return at.blocks
}

// fade fills presence from the softened footprint of a channel, for the presence levels of q.
func (p *Painter) fade(q *quantiser, channel int, at *place) {
	kind := [2]int{int(q.presence[presenceSteps]), channel}
	if p.presenceKind == kind {
		return
	}
	p.presenceKind = kind
	print := &p.footprint
	if channel != penFootprint {
		print = &p.own
		if p.ownOf != channel {
			p.ownOf = channel
			var enough raster.BlockSet
			reached := p.print(channel, at, &at.blocks, &p.own, &enough)
			for y := range reached {
				reached[y] = at.blocks[y] &^ reached[y]
			}
			rows(&reached, func(run int) { clear(p.own[run : run+raster.BlockSize]) })
		}
	}
	rows(&at.blocks, func(run int) {
		for i := run; i < run+raster.BlockSize; i++ {
			p.presence[i] = q.presenceOf(print[i])
		}
	})
}
