package activity

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// An Evidence says why two records are of one outing.
type Evidence struct {
	Kind EvidenceKind
	// Off is how far the clock of one is ahead of the other's, a multiple of a quarter of an hour.
	Off time.Duration
}

// An EvidenceKind is what two records have in common.
type EvidenceKind int

// The kinds of evidence. An outing is told by time: nobody is at two places at once, nor goes the same way twice in the same
// seconds.
const (
	SameFile      EvidenceKind = iota + 1 // equal bytes
	SameTime                              // at the same place at the same time
	SameShape                             // at the same place after the same time, to metres, by a clock that is off by whole quarters of an hour
	SamePositions                         // equal positions, and times in one of them at most
	SameListing                           // the source's times overlap, and what is known of the ways agrees
	SaidSame                              // the user says so
)

func (e Evidence) String() string {
	switch e.Kind {
	case SameFile:
		return "the same file"
	case SameTime:
		return "at the same time and place"
	case SameShape:
		return "the same way in the same seconds, by a clock " + offText(e.Off) + " off"
	case SamePositions:
		return "the same positions"
	case SameListing:
		return "at the same time, as listed"
	case SaidSame:
		return "you said so"
	}
	return ""
}

// offText writes how far a clock is off: "2 h", "5:45 h", "7168 days".
func offText(d time.Duration) string {
	d = d.Abs()
	switch {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d:%02d h", d/time.Hour, d%time.Hour/time.Minute)
}

// A likeness is how two records agree. All of it is the same seen from either.
type likeness struct {
	evidence Evidence
	// same tells that they are one outing, shares that they have a part in common at least, and equal that each has nearly all
	// of the other.
	same, shares, equal bool
	// loose tells of records at the same time and place that are not so to metres, as clocks are a little off, or much so that two outings seem to
	// be one.
	loose bool
}

// The bounds of what is the same, in the order they are used below.
const (
	// Two records are at one place when they are within placeM, or one is within alongM of where the other was up to lagS before
	// or after: clocks that nobody sets are off by a minute or two. They agree when they are at one place in agreeShare of their common
	// moments, and these are known in both to knownShare at least.
	placeM, alongM, lagS   = 150, 75, 90
	agreeShare, knownShare = 0.7, 0.3
	// Records that agree are one outing when they share sameShare of the time of the shorter, and equal when they share
	// equalShare of that of the longer. Else they have a part in common, if it is at least leastShareS long.
	sameShare, equalShare = 0.5, 0.8
	leastShareS           = 60

	// Of a clock that is off, up to as much as the zones of the Earth are apart (UTC-12 to UTC+14), or by the rounds of the GPS week
	// (offsetDays), the shape is asked: positions after the same time. Two recorders of one outing agree to the noise of receivers and
	// a few seconds of way: half of the moments within shapeM and shapeS of way, nine tenths within twice that, over
	// shapeShare of the shorter record, leastShapeS and leastShapeM. Two efforts over one loop are soon further apart.
	offsetS                  = 26 * 3600
	offsetRolloverS          = 1024 * 7 * 86400
	shapeM, shapeS           = 6, 2
	shapeWide                = 2
	shapeShare               = 0.8
	leastShapeS, leastShapeM = 600, 500
	// An even pace tells nothing, as another effort may have it too. Where the clock is not off by just what the local time there
	// is from UTC, the pace must change by irregular times what the two are apart, and by leastIrregularM: how far it is from even is the
	// standard deviation of the way from that of an even pace.
	irregular, leastIrregularM = 2, 0.3
	// mostNeighbours is how many records around the time of one are asked whether its clock is off.
	mostNeighbours = 200

	// Records without times are equal when their positions are, to shapeSpotM.
	shapeSpotM = 1.5
	// Records of which one has only the source's times have boxes that agree to boxM and ways to listedShare.
	boxM, listedShare = 100, 0.03
	// Boxes further apart than nearM have nothing in common.
	nearM = 1000
)

// Span returns the time a record takes, in ms since 1970: that of its samples, else what its source says. ok is false when nothing is
// known.
func (r *Record) Span() (firstMS, lastMS int64, ok bool) {
	if s := r.Sketch; s.timed() {
		return s.FirstMS, s.LastMS, true
	}
	if r.Activity.Start.IsZero() || r.Activity.MovingS <= 0 {
		return 0, 0, false
	}
	start := r.Activity.Start.UnixMilli()
	return start, start + int64(r.Activity.MovingS*1000), true
}

// near tells whether the boxes of two records come near each other.
func (r *Record) near(o *Record) bool {
	const margin = nearM / degreeM
	if r.South > o.North+margin || o.South > r.North+margin {
		return false
	}
	cos := max(0.01, cosDeg(max(math.Abs(r.South), math.Abs(r.North), math.Abs(o.South), math.Abs(o.North))))
	east, width, others := WrapLon(o.West-r.West), r.East-r.West+margin/cos, o.East-o.West+margin/cos
	if east < 0 {
		return -east <= others || east+360 <= width
	}
	return east <= width || 360-east <= others
}

// compare compares the records at the same times, and where they have none by what there is.
func (h *shaper) compare(r, o *Record) (l likeness) {
	if r.Sketch.timed() && o.Sketch.timed() {
		if !r.near(o) {
			return l
		}
		return h.together(r, o)
	}
	first, last, ok := r.Span()
	from, to, okay := o.Span()
	if !ok || !okay {
		return l
	}
	shared := min(last, to) - max(first, from)
	shorter, longer := min(last-first, to-from), max(last-first, to-from)
	if float64(shared) < sameShare*float64(shorter) || shared <= 0 {
		return l
	}
	if r.Samples > 0 && o.Samples > 0 && !r.alike(o) {
		return l
	}
	return likeness{evidence: Evidence{Kind: SameListing}, same: true, shares: true, equal: float64(shared) >= equalShare*float64(longer)}
}

// alike tells whether boxes and ways of two records agree.
func (r *Record) alike(o *Record) bool {
	cos := cosDeg(r.South)
	for _, d := range [4]float64{r.South - o.South, r.North - o.North, WrapLon(r.West-o.West) * cos, WrapLon(r.East-o.East) * cos} {
		if math.Abs(d)*degreeM > boxM {
			return false
		}
	}
	a, b := r.Outline.DistanceM, o.Outline.DistanceM
	return math.Abs(a-b) <= listedShare*max(a, b)
}

// samePositions tells whether the positions as recorded are equal, to what formats round.
func (s *Sketch) samePositions(o *Sketch) bool {
	if s == nil || o == nil || s.Recorded != o.Recorded {
		return false
	}
	cos := cosDeg(float64(s.Shape[0].Lat) * 1e-7)
	for k := range s.Shape {
		if apartM(s.Shape[k], o.Shape[k], cos) > shapeSpotM {
			return false
		}
	}
	return true
}

// together compares two timed records at the same moments.
func (h *shaper) together(r, other *Record) (l likeness) {
	s, o := r.Sketch, other.Sketch
	if unset(s.FirstMS) && unset(o.FirstMS) && !h.sameShape(r, other, 0) {
		return l
	}
	first, last := max(s.FirstMS, o.FirstMS), min(s.LastMS, o.LastMS)
	if last <= first {
		return l
	}
	step := max(s.StepS, o.StepS)
	from, to := ceilDiv(first, step*1000), floorDiv(last, step*1000)
	total := to - from + 1
	known, at, bad := 0, 0, 0
	cos, fromM, toM := 0.0, 0.0, 0.0
	h.apart = h.apart[:0]
	for k := from; k <= to; k++ {
		p, ok := s.at(k * step)
		q, okay := o.at(k * step)
		if !ok || !okay {
			continue
		}
		if known == 0 {
			cos, fromM = cosDeg(float64(p.Lat)*1e-7), float64(p.WayM)
		}
		known++
		d := apartM(p, q, cos)
		h.apart = append(h.apart, d)
		toM = float64(p.WayM)
		if d <= placeM || s.passes(q, k*step, cos) || o.passes(p, k*step, cos) {
			at++
		} else if bad++; 2*int64(bad) > total+1 {
			return l // not even half can agree
		}
	}
	if known == 0 || float64(known) < knownShare*float64(total) {
		return l
	}
	share := float64(at) / float64(known)
	shared := float64(last - first)
	shorter, longer := float64(min(s.LastMS-s.FirstMS, o.LastMS-o.FirstMS)), float64(max(s.LastMS-s.FirstMS, o.LastMS-o.FirstMS))
	slices.Sort(h.apart)
	l.evidence.Kind = SameTime
	l.loose = h.apart[known/2] > shapeM+shapeS*(toM-fromM)*1000/shared
	l.same = share >= agreeShare && shared >= sameShare*shorter
	l.shares = l.same || share >= agreeShare && known >= 2 && shared >= leastShareS*1000
	l.equal = l.same && shared >= equalShare*longer
	return l
}

// unset tells whether a recording seems to begin when clocks do that were never set: in the first hour of a year, or of a round of GPS
// weeks (22 August 1999, 7 April 2019). Several of them would overlap.
func unset(ms int64) bool {
	t := time.UnixMilli(ms).UTC()
	day := t.Format("01-02")
	return t.Hour() == 0 && (day == "01-01" || day == "08-22" && t.Year() == 1999 || day == "04-07" && t.Year() == 2019)
}

// passes tells whether the sketch leads by p around a moment.
func (s *Sketch) passes(p Spot, seconds int64, cos float64) bool {
	reach := max(1, lagS/s.StepS)
	for k := -reach; k < reach; k++ {
		a, ok := s.at(seconds + k*s.StepS)
		b, okay := s.at(seconds + (k+1)*s.StepS)
		if ok && okay && besideM(p, a, b, cos) <= alongM {
			return true
		}
	}
	return false
}

// besideM returns how far p is from the line from a to b, in metres.
func besideM(p, a, b Spot, cos float64) float64 {
	px, py := eastNorthM(a, p, cos)
	bx, by := eastNorthM(a, b, cos)
	share := 0.0
	if d := bx*bx + by*by; d > 0 {
		share = max(0, min(1, (px*bx+py*by)/d))
	}
	return math.Hypot(px-share*bx, py-share*by)
}

// A shaper compares sketches of clocks that are off. It keeps scratch memory between calls.
type shaper struct {
	apart, way, other, at []float64
}

// offset compares the records with o's clock taken to be ahead by some quarter of an hour, the nearest to right first, and returns what is
// found.
func (h *shaper) offset(r, o *Record) (l likeness) {
	s, t := r.Sketch, o.Sketch
	if !s.timed() || !t.timed() || s.StepS > quarterS || t.StepS > quarterS || !r.near(o) {
		return l
	}
	shorter := min(s.LastMS-s.FirstMS, t.LastMS-t.FirstMS)
	if shorter < leastShapeS*1000 {
		return l
	}
	least := int64(shapeShare * float64(shorter))
	// Ahead by off, o starts early enough and ends late enough to share that much.
	lowest, highest := t.FirstMS+least-s.LastMS, t.LastMS-least-s.FirstMS
	for off := ceilDiv(lowest, quarterS*1000) * quarterS; off*1000 <= highest; off += quarterS {
		if off == 0 || max(off, -off) > offsetS && max(off, -off) != offsetRolloverS || !h.sameShape(r, o, off) {
			continue
		}
		shared := min(s.LastMS, t.LastMS-off*1000) - max(s.FirstMS, t.FirstMS-off*1000)
		longer := max(s.LastMS-s.FirstMS, t.LastMS-t.FirstMS)
		return likeness{evidence: Evidence{SameShape, time.Duration(off) * time.Second}, same: true, shares: true, equal: float64(shared) >= equalShare*float64(longer)}
	}
	return l
}

// sameShape tells whether o is r by a clock that is ahead by off seconds.
func (h *shaper) sameShape(r, o *Record, off int64) bool {
	s, t := r.Sketch, o.Sketch
	step := max(s.StepS, t.StepS)
	from := ceilDiv(max(s.FirstMS, t.FirstMS-off*1000), step*1000)
	to := floorDiv(min(s.LastMS, t.LastMS-off*1000), step*1000)
	total := to - from + 1
	h.apart, h.way, h.at = h.apart[:0], h.way[:0], h.at[:0]
	cos, far := 0.0, int64(0)
	h.other = h.other[:0]
	for k := from; k <= to; k++ {
		p, ok := s.at(k * step)
		q, okay := t.at(k*step + off)
		if !ok || !okay {
			continue
		}
		if len(h.apart) == 0 {
			cos = cosDeg(float64(p.Lat) * 1e-7)
		}
		d := apartM(p, q, cos)
		if d > 1000 {
			if far++; 5*far > total {
				return false
			}
		}
		h.apart = append(h.apart, d)
		h.way = append(h.way, float64(p.WayM))
		h.at = append(h.at, float64((k-from)*step))
		h.other = append(h.other, float64(q.WayM))
	}
	n := len(h.apart)
	if n < 8 || float64(n) < knownShare*float64(total) || h.at[n-1]-h.at[0] < leastShapeS || h.way[n-1]-h.way[0] < leastShapeM {
		return false
	}
	within := shapeM + shapeS*(h.way[n-1]-h.way[0])/(h.at[n-1]-h.at[0])
	slices.Sort(h.apart)
	middle := h.apart[n/2]
	if middle > within || h.apart[n*9/10] > shapeWide*within {
		return false
	}
	return off == 0 || zoneOff(r, off) || zoneOff(o, off) || min(uneven(h.at, h.way), uneven(h.at, h.other)) >= max(leastIrregularM, irregular*middle)
}

// zoneOff tells whether the local time of a record is off seconds from UTC: local times written as UTC, or the other way round.
func zoneOff(r *Record, off int64) bool {
	_, zone := r.Activity.Start.Zone()
	return int64(zone) == off || int64(zone) == -off
}

// uneven returns the standard deviation of the ways at the given times from those of an even pace, the line of least squares.
func uneven(at, way []float64) float64 {
	n := float64(len(at))
	var t, w float64
	for i := range at {
		t += at[i] / n
		w += way[i] / n
	}
	var tt, tw, ww float64
	for i := range at {
		a, b := at[i]-t, way[i]-w
		tt += a * a
		tw += a * b
		ww += b * b
	}
	if tt > 0 {
		ww -= tw * tw / tt
	}
	return math.Sqrt(max(0, ww/n))
}
