package layers

import (
	"iter"
	"math"
	"slices"

	"heatmapgen/layers/raster"
)

// A Crowd says how a map of many people's activities is painted (docs/layers.md, "A crowd"). The zero value is a map that is none.
type Crowd struct {
	// Least is how many must share a pixel for it to show anything, and the step that numbers are told in; 1 shows everything. Above 0 for a map of a crowd.
	Least int
	// Athletes tells that athletes are counted, not activities.
	Athletes bool
}

// On tells whether the map is one of a crowd.
func (c Crowd) On() bool { return c.Least > 0 }

// crowdWeights are the channels of thin lines that are denominators, or sums that stand alone: whoever leaves something there knows what the channels of its
// group are about.
var crowdWeights = [...]int{chMoveTime, chHeartTime, chGradeDist, chSeconds}

// crowdGroups are the channels that a place among crowdWeights decides on.
var crowdGroups = [len(crowdWeights)][]int{{chMoveDist, chMoveTime}, {chHeartSum, chHeartTime}, {chSteepSum, chGradeSum, chGradeDist, chClimb}, {chSeconds}}

// Further channels of the sheets of a crowd.
const (
	crowdKnow         = thinChannels // and on: by how many there is something in a channel of crowdWeights
	crowdThinChannels = thinChannels + len(crowdWeights)
	penTold           = penChannels // and on: the numbers to tell of penVisits, penFresh36 and penFresh12
	crowdPenChannels  = penChannels + 3
)

// crowdPrints are the channels of the pen sheet that a crowd is counted in.
var crowdPrints = [...]int{penVisits, penFresh36, penFresh12, penMoving, penHeart, penGrade}

// A crowd is what a painter needs besides to count those who share a pixel.
type crowd struct {
	masks [len(crowdPrints)]raster.Mask // of whoever is drawn
	own   *raster.Sums                  // and the sums
	// steps are the numbers of steps beyond exactSteps that are told.
	steps []float32
}

// mostSteps is more than there can be: single precision tells whole numbers up to it apart.
const mostSteps = 1 << 24

func newCrowd() *crowd {
	c := &crowd{own: raster.NewSums(0, thinChannels)}
	for n := exactSteps; n < mostSteps; n = nextStep(n) {
		c.steps = append(c.steps, float32(n))
	}
	return c
}

// told returns the number of steps that is told of a whole number of them: the greatest that is not above it.
func (c *crowd) told(steps float32) float32 {
	if steps <= exactSteps {
		return steps
	}
	at, exact := slices.BinarySearch(c.steps, steps)
	if exact {
		return steps
	}
	return c.steps[at-1]
}

// drawCrowd is draw for a crowd: it counts who shares what on the sheets, which eraseUnshared is still to make fit to be shown.
func (p *Painter) drawCrowd(on *canvases, pieces iter.Seq[*Piece], sums bool) {
	c := p.crowd
	someone, who := false, 0
	for piece := range pieces {
		if !someone || !p.settings.Crowd.Athletes || piece.Who != who {
			if someone {
				p.joinCrowd()
			}
			someone, who = true, piece.Who
			for i := range c.masks {
				c.masks[i].Reset(on.size)
			}
			c.own.Reset(on.thinSize)
		}
		var to *raster.Sums
		if sums {
			to = c.own
		}
		segments, known := p.trace(piece, on, to)
		for i, channel := range crowdPrints {
			switch {
			case channel == penFresh36 && !piece.Fresh36, channel == penFresh12 && !piece.Fresh12:
			case channel <= penFresh12, known[channel] == segments:
				c.masks[i].Add(&p.mask)
			case known[channel] > 0:
				p.tracePart(&c.masks[i], piece, channel, on)
			}
		}
	}
	if someone {
		p.joinCrowd()
	}
}

// joinCrowd counts whoever was drawn.
func (p *Painter) joinCrowd() {
	for i, channel := range crowdPrints {
		p.crowd.masks[i].Press(p.pen, raster.Stamp{Counts: []int{channel}, Newest: penDay})
	}
	p.thin.Pool(p.crowd.own, crowdWeights[:], crowdKnow)
}

// eraseUnshared erases from the sheets what too few share. On the pen sheet numbers give way to footprints, and what is told of them stands in channels of its own.
func (p *Painter) eraseUnshared() {
	least := float32(p.settings.Crowd.Least)
	for b := range p.pen.Written() {
		for _, channel := range crowdPrints {
			n := b.Channel(channel)
			for i, v := range n {
				steps := float32(math.Floor(float64(v / least)))
				n[i] = min(1, steps)
				if channel <= penFresh12 {
					b.Channel(penTold + channel)[i] = p.crowd.told(steps) * least
				}
			}
		}
		copy(b.Channel(penFootprint), b.Channel(penVisits))
	}
	for b := range p.thin.Written() {
		for k, group := range crowdGroups {
			for i, n := range b.Channel(crowdKnow + k) {
				if n >= int64(p.settings.Crowd.Least) {
					continue
				}
				for _, channel := range group {
					b.Channel(channel)[i] = 0
				}
			}
		}
	}
}
