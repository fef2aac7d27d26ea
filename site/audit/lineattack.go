package audit

import (
	"math"

	"heatmapgen/activity"
)

// The lines of a site, seen from a disc. In metres:
const (
	// An end belongs to the disc where it lies up to beyondM beyond its border; 60 m within it and 40 m further for what lines are simplified by.
	beyondM, withinM, besidesM = 200, 60, 40
	// Ends so near are those of one way out.
	sameWayM = 110
	// A line is followed from its end so far, to see where it points.
	followM = 450
	// Lines are looked at in steps.
	stepM = 45
	// What lies up to nearM beyond the border is near.
	nearM = 700
	// footM is the side of the squares that are counted as visited.
	footM = 60
)

// A lineView is what the lines tell about a disc.
type lineView struct {
	// ends are the first and last vertices of activities at the border, and back where followM of their lines lead to, with the way to there.
	ends, back []xy
	way        []float64
	// all are points along all lines, far the farthest point of each line from the disc.
	all, far []xy
}

// view looks at the lines from a disc, as far as reachM away.
func (s *Sketch) view(d *disc, reachM float64) *lineView {
	v := &lineView{}
	t := s.tracks
	for a := range t.Activities() {
		from, to := t.First[a], t.First[a+1]
		if from == to || d.middle.DistanceM(place(t, from)) > reachM {
			continue
		}
		line := make([]xy, 0, to-from)
		for i := from; i < to; i++ {
			line = append(line, d.flat(place(t, i)))
		}
		v.end(d, line, t.Joined[from:to])
		v.end(d, reversed(line), reversedJoints(t.Joined[from:to]))
		v.follow(d, line, t.Joined[from:to])
	}
	return v
}

func reversed(line []xy) []xy {
	r := make([]xy, len(line))
	for i, p := range line {
		r[len(line)-1-i] = p
	}
	return r
}

// reversedJoints returns which vertices of a reversed line are joined to the next.
func reversedJoints(joined []bool) []bool {
	r := make([]bool, len(joined))
	for i := range len(joined) - 1 {
		r[len(joined)-2-i] = joined[i]
	}
	return r
}

// end adds the beginning of a line where it lies at the border.
func (v *lineView) end(d *disc, line []xy, joined []bool) {
	r := line[0].length()
	if r < d.radiusM-withinM || r > d.radiusM+beyondM+besidesM {
		return
	}
	back, way := line[0], 0.0
	for i := 0; i+1 < len(line) && joined[i] && way < followM; i++ {
		step := line[i].to(line[i+1])
		if way+step > followM {
			back, way = between(line[i], line[i+1], (followM-way)/step), followM
			break
		}
		back, way = line[i+1], way+step
	}
	v.ends, v.back, v.way = append(v.ends, line[0]), append(v.back, back), append(v.way, way)
}

// follow adds points along a line.
func (v *lineView) follow(d *disc, line []xy, joined []bool) {
	var far xy
	ended := true
	left := 0.0
	for i := range line {
		if ended {
			far, left = line[i], 0
		}
		if line[i].length() > far.length() {
			far = line[i]
		}
		ended = i+1 == len(line) || !joined[i]
		if ended {
			v.far = append(v.far, far)
			continue
		}
		step := line[i].to(line[i+1])
		for ; left < step; left += stepM {
			v.all = append(v.all, between(line[i], line[i+1], left/step))
		}
		left -= step
	}
}

// effective is how many ends speak independently, of groups of these sizes.
func effective(size []float64) float64 {
	// The sum over the groups of the squares of their sizes is that over the ends of their sizes.
	var squares float64
	for _, n := range size {
		squares += n
	}
	return float64(len(size)) * float64(len(size)) / squares
}

// byLines weighs the places of a cell by what the lines tell.
func byLines(d disc, v *lineView, learned func(string, []float64)) *guesser {
	g := newGuesser(d, learned)
	g.lines(v, lineWeights)
	return g
}

// lines adds the clues of the lines.
func (g *guesser) lines(v *lineView, w map[string]float64) {
	d := g.disc
	g.central("quad", w, 1)
	if size, groups := crowdsOf(v.ends, sameWayM); groups >= 2 {
		soft := softened(size, groups)
		weigh := func(i int) float64 { return soft[i] }
		many := effective(size) / 8
		g.central("quadN", w, many)
		ends := mean(v.ends, weigh)
		g.towards("means", w, ends)
		g.towards("meansN", w, ends.times(many))
		pointing := make([]xy, len(v.ends))
		for i := range pointing {
			u := v.ends[i].minus(v.back[i])
			pointing[i] = u.times(1 / max(1, u.length()))
		}
		g.towards("pointing", w, crossing(v.ends, pointing, soft, 0.15))
		// How much farther the line is from a place than the way along it, which runners rarely take: a detour of up to 500 m counts.
		g.weigh("excess", w, func(p xy) float64 {
			var s float64
			for i, e := range v.ends {
				s -= max(0, min(500, p.to(e)+v.way[i]-p.to(v.back[i]))) / 150 * soft[i]
			}
			return s
		})
		g.weigh("excessWays", w, func(p xy) float64 {
			var s float64
			for i, e := range v.ends {
				s -= max(0, min(150, p.to(e)+v.way[i]-p.to(v.back[i]))) / 150 / size[i]
			}
			return s
		})
	}
	if len(v.all) == 0 {
		return
	}
	even := func(int) float64 { return 1 }
	g.towards("near", w, mean(nearOf(v.all, d.radiusM+nearM), even))
	g.towards("all", w, mean(v.all, even))
	g.towards("far", w, mean(v.far, even))
	g.towards("foot", w, mean(footprint(v.all), even))
}

// softened returns the weights of ends in groups of these sizes: many ends of one way out tell less than as many of different ones.
func softened(size []float64, groups int) []float64 {
	soft := make([]float64, len(size))
	var sum float64
	for i, n := range size {
		soft[i] = 1 / math.Sqrt(n)
		sum += soft[i]
	}
	for i := range soft {
		soft[i] *= 1.2 * float64(groups) / sum
	}
	return soft
}

// nearOf returns the points within a distance of the middle.
func nearOf(points []xy, withinM float64) []xy {
	var near []xy
	for _, p := range points {
		if p.length() < withinM {
			near = append(near, p)
		}
	}
	return near
}

// footprint returns the corners of the squares that have a point in them, each once.
func footprint(points []xy) []xy {
	type square struct{ x, y int }
	seen := map[square]bool{}
	var corners []xy
	for _, p := range points {
		s := square{int(math.Floor(p.x / footM)), int(math.Floor(p.y / footM))}
		if !seen[s] {
			seen[s] = true
			corners = append(corners, xy{float64(s.x) * footM, float64(s.y) * footM})
		}
	}
	return corners
}

// reachM is how far around a disc lines and tiles are looked at: what is farther away comes from journeys and tells nothing of a home.
const reachM = 12_000

// byLinesOf attacks a disc with the lines of a site.
func (s *Sketch) byLinesOf(cover activity.Zone) Guess {
	d := disc{cover.Center, cover.RadiusM}
	return byLines(d, s.view(&d, reachM), nil).guess()
}
