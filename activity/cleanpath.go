package activity

import "math"

const (
	// heldS is the longest time in seconds a position is taken for held and not for standing.
	heldS = 180
	// heldShortS is the longest hold that is taken for one whatever the move after it.
	heldShortS = 3
)

// held sets positions that repeat while the way went on: the move after them is too long for its own time and usual for
// all of it. They are put on the line between, where the time says.
func (c *cleaner) held() {
	t, n := c.t, c.t.Len()
	if !c.timed || c.typicalMS == 0 {
		return
	}
	starts := t.Starts
	moved := false
	for i := 1; i < n; {
		if c.way[i] > 0.1 || !sameSpot(t, i-1, i) {
			i++
			continue
		}
		from := i - 1
		for i < n && sameSpot(t, from, i) {
			i++
		}
		// Samples from to i-1 are one spot.
		for len(starts) > 0 && starts[0] <= from {
			starts = starts[1:]
		}
		if i == n || len(starts) > 0 && starts[0] <= i {
			continue
		}
		hold, last, way := c.seconds(from, i-1), c.seconds(i-1, i), c.way[i]
		if !(hold > 0 && last > 0 && hold <= heldS) {
			continue
		}
		whole := way / (hold + last)
		if whole < minMovingMS || whole > min(c.limits.PeakMS, 3*c.typicalMS) {
			continue
		}
		if way/last <= 1.5*c.typicalMS && (hold > heldShortS || whole < c.typicalMS/2) {
			continue
		}
		t = c.edit()
		lon := WrapLon(t.Lon[i] - t.Lon[from])
		for k := from + 1; k < i; k++ {
			part := c.seconds(from, k) / (hold + last)
			t.Lat[k] = RoundDeg(t.Lat[from] + part*(t.Lat[i]-t.Lat[from]))
			t.Lon[k] = RoundDeg(WrapLon(t.Lon[from] + part*lon))
		}
		c.done[FaultHeld] += i - 1 - from
		moved = true
	}
	if moved {
		c.distances()
		c.values = c.values[:0]
	}
}

const (
	vehicleWindowS = 30  // a speed is kept up when it is so over this many seconds
	vehicleLeastS  = 60  // and a ride lasts at least so long
	vehicleStopS   = 300 // a stop within the ride
	vehicleMS      = 120 // faster is no train but a stray sample
	vehicleLongS   = 180 // so long nobody keeps it up at all,
	vehicleTimes   = 2.5 // if it is so many times as fast as the rest
	vehicleMost    = 0.9 // a track of which more than this part is too fast has another sport than it says
)

// vehicles cuts out what is too fast for the sport for long, and at some time too fast at all, or for minutes and much faster than
// the rest: the car home, a train or a bus on the way. No line is drawn across it.
func (c *cleaner) vehicles() {
	n := c.t.Len()
	if c.limits.SustainedMS == 0 || !c.timed {
		return
	}
	any := false
	for i := 1; i < n && !any; i++ {
		dt := c.seconds(i-1, i)
		any = dt > 0 && c.way[i] > dt*c.limits.SustainedMS
	}
	if !any {
		return
	}
	type ride struct {
		from, to int
		peak     bool
	}
	var rides []ride
	// Sample b is the first so long behind a that a speed is kept up; nothing between may be out of a train's reach.
	b, stray := 1, 0
	for a := 0; a < n-1; a++ {
		b = max(b, a+1)
		for b < n && !(c.seconds(a, b) >= vehicleWindowS) {
			b++
		}
		if b == n {
			break
		}
		for stray = max(stray, a); stray < b; stray++ {
			if dt := c.seconds(stray, stray+1); !(c.way[stray+1] <= vehicleMS*max(dt, 1)) {
				break
			}
		}
		if stray < b {
			a = stray
			stray++
			continue
		}
		dt := c.seconds(a, b)
		v := c.between(a, b) / dt
		if dt > 4*vehicleWindowS || v <= c.limits.SustainedMS {
			continue
		}
		peak := v > c.limits.PeakMS
		if k := len(rides) - 1; k >= 0 && (a <= rides[k].to || c.seconds(rides[k].to, a) <= vehicleStopS) {
			rides[k].to, rides[k].peak = max(b, rides[k].to), rides[k].peak || peak
			continue
		}
		rides = append(rides, ride{a, b, peak})
	}
	whole := c.seconds(0, n-1)
	total := 0.0
	drop := c.dropping()
	var cut []int // first samples behind a ride
	usual := c.onFoot()
	faster := max(2*usual, 2)
	for _, r := range rides {
		took := c.seconds(r.from, r.to)
		if took < vehicleLeastS {
			continue
		}
		if !r.peak {
			way := 0.0
			for i := r.from + 1; i <= r.to; i++ {
				way += c.way[i]
			}
			if v := way / took; took < vehicleLongS || v <= c.limits.SustainedMS || v <= vehicleTimes*usual {
				continue
			}
		}
		// The window blurs the ends: from where it is as fast as nobody walks.
		speed := func(i int) float64 { return c.way[i] / max(c.seconds(i-1, i), 1) }
		for r.from < r.to && speed(r.from+1) < faster {
			r.from++
		}
		for r.from > 0 && speed(r.from) >= faster {
			r.from--
		}
		for r.to > r.from && speed(r.to) < faster {
			r.to--
		}
		for r.to+1 < n && speed(r.to+1) >= faster {
			r.to++
		}
		total += c.seconds(r.from, r.to)
		for i := r.from + 1; i < r.to; i++ {
			drop[i] = true
		}
		cut = append(cut, r.to)
	}
	if len(cut) == 0 || !(total <= vehicleMost*whole) {
		return
	}
	kept := 0
	for i, k := 0, 0; i < n && k < len(cut); i++ {
		if i == cut[k] {
			cut[k] = kept
			k++
		}
		if !drop[i] {
			kept++
		}
	}
	c.compact(FaultVehicle)
	for _, at := range cut {
		if at > 0 {
			c.breakAt(at)
			c.done[FaultBroken]++
		}
	}
	c.measure()
}

// onFoot is the usual speed of the slower half in m/s: where a train is on the way, that of the walk.
func (c *cleaner) onFoot() float64 {
	c.values = c.values[:0]
	for i := 1; i < c.t.Len(); i++ {
		if dt := c.seconds(i-1, i); dt > 0 && c.way[i] >= minMovingMS*dt && c.way[i] <= c.limits.SustainedMS*dt {
			c.values = append(c.values, c.way[i]/dt)
		}
	}
	return middle(c.values)
}

const (
	// untimedM is the way in metres between two samples that is believed where no times are known.
	untimedM = 2000
	// strayS is how long samples may be out of reach of the rest and be taken for stray, in seconds; in the middle of the
	// track twice as long, as they are out of reach on both sides.
	strayS            = 30
	strayLeast        = 6   // samples, however far they are apart in time
	strayStill        = 0.2 // what a sample counts that stands still, as a receiver without reception does
	strayStillMost    = 5   // however long it stands: nothing is lost that leads anywhere
	strayNull         = 0.01
	nullIslandDeg     = 0.01
	strayBack         = 64 // how many chunks back the way is looked for
	strayMost         = 0.6
	lateLookback      = 3 // samples
	chunkStillM       = 30
	spikeLeastM       = 6
	spikeLong         = 5 // samples
	spikeMost         = 0.3
	spikeFasterThan   = 4 // times the usual
	spikeAccelFaster  = 2.5
	spikeLeastSpeedMS = 3
)

// reachable tells whether the way from sample i to sample j can have been made. A fix may have come late: up to three
// samples before i may be what the time counts from.
func (c *cleaner) reachable(i, j int, limitMS float64) bool {
	dt := c.seconds(i, j)
	d := c.between(i, j)
	if dt != dt {
		return d <= untimedM
	}
	if d <= limitMS*max(math.Abs(dt), minClockS) {
		return true
	}
	for k := i - 1; k >= 0 && k >= i-lateLookback; k-- {
		dt := c.seconds(k, j)
		if !(dt > 0) || dt > maxLateS || c.way[k+1] > limitMS*max(c.seconds(k, k+1), minClockS) {
			return false
		}
		// The way of all of them must be usual, so that a spike does not pass.
		if c.typicalMS > 0 && c.between(k, j) <= dt*min(limitMS, lateFaster*c.typicalMS) {
			return true
		}
	}
	return false
}

// stray drops islands of samples that cannot have been reached, by a path of least cost over the chunks between jumps:
// leaving out a sample costs 1, a jump as much as half a minute of samples. Where it would drop most of a track, that is not
// what it says it is; then all of it stays, and falls apart at the jumps.
func (c *cleaner) stray() {
	limit := c.limits.PeakMS
	chunks := c.chunks(limit)
	if len(chunks) == 1 {
		return
	}
	jump := min(max(strayS/c.usualS, strayLeast), strayS)
	kept := leastCost(chunks, jump, func(i, j int) bool { return c.reachable(i, j, limit) })
	drop := c.dropping()
	left := 0
	for k, ch := range chunks {
		for i := ch.from; i < ch.to; i++ {
			drop[i] = !kept[k]
		}
		if kept[k] {
			left += ch.to - ch.from
		}
	}
	if float64(left) >= strayMost*float64(c.t.Len()) {
		c.compact(FaultStray)
		c.measure()
	}
}

// A chunk is samples [from, to) without a jump between them; leaving them out costs cost.
type chunk struct {
	from, to int
	cost     float64
}

// chunks cuts the track where the next sample cannot be reached.
func (c *cleaner) chunks(limitMS float64) []chunk {
	t := c.t
	n := t.Len()
	var all []chunk
	from, way := 0, 0.0
	for i := 1; i <= n; i++ {
		if i < n {
			dt := c.seconds(i-1, i)
			if dt != dt && c.way[i] <= untimedM || c.way[i] <= limitMS*max(math.Abs(dt), minClockS) || c.reachable(i-1, i, limitMS) {
				way += c.way[i]
				continue
			}
		}
		cost := float64(i - from)
		switch lat, lon := t.Lat[from], t.Lon[from]; {
		case math.Abs(lat) < nullIslandDeg && math.Abs(lon) < nullIslandDeg || lat == 0 || lon == 0:
			cost *= strayNull
		case way < chunkStillM && i-from > 1:
			cost = min(cost*strayStill, strayStillMost)
		}
		all = append(all, chunk{from, i, cost})
		from, way = i, 0
	}
	return all
}

// leastCost returns which chunks stay on the path of least cost: what is left out costs its own, and going on from a chunk to
// one that it does not reach costs jump. reach takes the last sample of a chunk and the first of another.
func leastCost(chunks []chunk, jump float64, reach func(i, j int) bool) []bool {
	m := len(chunks)
	sum := make([]float64, m+1) // cost of all before
	for k, ch := range chunks {
		sum[k+1] = sum[k] + ch.cost
	}
	cost, before := make([]float64, m), make([]int, m)
	// far is the chunk from which a jump is cheapest: cost less what was left out so far.
	far := -1
	for k := range chunks {
		cost[k], before[k] = sum[k], -1 // the first that stays
		if far >= 0 {
			if v := cost[far] - sum[far+1] + sum[k] + jump; v < cost[k] {
				cost[k], before[k] = v, far
			}
		}
		for j := k - 1; j >= 0 && j >= k-strayBack; j-- {
			v := cost[j] + sum[k] - sum[j+1]
			if v < cost[k] && reach(chunks[j].to-1, chunks[k].from) {
				cost[k], before[k] = v, j
			}
		}
		if far < 0 || cost[k]-sum[k+1] < cost[far]-sum[far+1] {
			far = k
		}
	}
	last, best := -1, math.Inf(1)
	for k := range chunks {
		if v := cost[k] + sum[m] - sum[k+1]; v < best {
			last, best = k, v
		}
	}
	kept := make([]bool, m)
	for k := last; k >= 0; k = before[k] {
		kept[k] = true
	}
	return kept
}

// spikes drops up to five samples that lead away and back at once, faster than anything else in the track.
func (c *cleaner) spikes() {
	n := c.t.Len()
	if !c.timed {
		return
	}
	suspect := false
	for i := 1; i < n-1 && !suspect; i++ {
		suspect = c.way[i] >= spikeLeastM && c.away(i) > 0
	}
	if !suspect {
		return
	}
	c.values = c.values[:0]
	for i := 1; i < n; i++ {
		if dt := c.seconds(i-1, i); dt > 0 && c.way[i] >= minMovingMS*dt {
			c.values = append(c.values, c.way[i]/dt)
		}
	}
	if c.pairMS = middle(c.values); c.pairMS == 0 {
		return
	}
	drop := c.dropping()
	dropped := 0
	for i := 1; i < n-1; i++ {
		if c.way[i] < spikeLeastM {
			continue
		}
		k := c.away(i)
		if k == 0 {
			continue
		}
		out, back := c.way[i]/max(c.seconds(i-1, i), minClockS), c.way[i+k]/max(c.seconds(i+k-1, i+k), minClockS)
		slower := min(out, back)
		accel := (out + back) / max((c.seconds(i-1, i+k))/2, minClockS)
		fast := slower >= max(spikeFasterThan*c.pairMS, spikeLeastSpeedMS) ||
			slower >= spikeAccelFaster*c.pairMS && accel > c.limits.AccelMS2
		if !fast {
			continue
		}
		for b := i; b < i+k; b++ {
			drop[b] = true
			dropped++
		}
		i += k
	}
	if float64(dropped) <= spikeMost*float64(n) {
		c.compact(FaultSpike)
		c.measure()
	}
}

// away returns for how many samples from sample i on the track is away from sample i-1, until it is back near that; 0 when it is
// not, or that takes long.
func (c *cleaner) away(i int) int {
	n := c.t.Len()
	out := c.way[i]
	if !(c.seconds(i-1, i) >= 0) {
		return 0
	}
	for k := 1; k <= spikeLong && i+k < n; k++ {
		if c.way[i+k] < out/4 {
			continue
		}
		if c.between(i-1, i+k) < max(out, c.way[i+k])/2 && c.seconds(i-1, i+k) <= 120 {
			return k
		}
		if k == 1 && c.way[i+k] > 3*out {
			return 0
		}
	}
	return 0
}
