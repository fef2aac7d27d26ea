package track

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"heatmapgen/activity"
)

// A Part is one of several activities in one file: a session of FIT or a file of a chain, an Activity of TCX, a track of GPX.
type Part struct {
	// From and To bound its samples in the Result's Track, To excluded; they are equal where it has no position.
	From, To int
	// The rest is as in Result.
	Sport                       activity.Sport
	Name                        string
	Start                       time.Time
	Zone                        string
	DistanceM, MovingS, AscentM float64
	Commute                     activity.Answer
	// Group numbers the outing that the part was done in with others, as a triathlon, from 1; 0 is none.
	Group int
}

// pieceGapMS is the longest time between two tracks of a GPX file which are taken for pieces of one outing, if they do not call
// themselves different things: a rest, after which some apps begin a new track.
const pieceGapMS = 10 * 60_000

// Part returns the activity k of a file of several, from 0, as if it had a file of its own. Its Track shares memory with
// that of r. Where it has no position, Usable says so.
func (r *Result) Part(k int) *Result {
	p := &r.Parts[k]
	t := r.Track
	cut := &activity.Track{
		Lat: t.Lat[p.From:p.To:p.To], Lon: t.Lon[p.From:p.To:p.To], TimeMS: slice(t.TimeMS, p), AltM: slice(t.AltM, p), SpeedMS: slice(t.SpeedMS, p), HR: slice(t.HR, p),
	}
	for s, column := range t.Readings {
		cut.Readings[s] = slice(column, p)
	}
	first, _ := slices.BinarySearch(t.Starts, p.From+1)
	for _, at := range t.Starts[first:] {
		if at >= p.To {
			break
		}
		cut.Starts = append(cut.Starts, at-p.From)
	}
	return &Result{
		Track: cut, Sport: p.Sport, Name: p.Name, Commute: p.Commute, Start: p.Start, Zone: p.Zone, DistanceM: p.DistanceM, MovingS: p.MovingS, AscentM: p.AscentM,
		Counts: Counts{Points: p.To - p.From, WithPosition: p.To - p.From, Segments: 1 + len(cut.Starts)}, Warning: r.Warning, Format: r.Format,
	}
}

// PartHash returns the hash that stands for part k of the file with the given one.
func PartHash(file [32]byte, k int) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "part %d of %x", k, file))
}

func slice[T any](column []T, p *Part) []T {
	if column == nil {
		return nil
	}
	return column[p.From:p.To:p.To]
}

// An openPart is the part that is being read.
type openPart struct {
	Part
	open   bool
	points int // of the file so far, without those of plans
	tally  []sportShare
	before Part // the sums of the file so far
}

// beginPart ends the part that was read so far, if it has any sample, and begins another.
func (c *columns) beginPart(r *Result) {
	c.endPart(r)
	c.part = openPart{open: true, points: c.counts.Points - c.planned,
		before: Part{DistanceM: r.DistanceM, MovingS: r.MovingS, AscentM: r.AscentM}}
	c.part.From = len(c.lat)
	c.partMS, c.lastMS, c.half = activity.NoTime, activity.NoTime, noSample
}

// endPart ends the part that is being read, if there is one.
func (c *columns) endPart(r *Result) {
	p := &c.part
	if !p.open {
		return
	}
	p.open = false
	if c.counts.Points-c.planned == p.points {
		return
	}
	p.To = len(c.lat)
	p.Sport = mostOf(p.tally)
	if c.partMS != activity.NoTime {
		p.Start = time.UnixMilli(c.partMS).UTC()
	}
	p.DistanceM, p.MovingS, p.AscentM = r.DistanceM-p.before.DistanceM, r.MovingS-p.before.MovingS, r.AscentM-p.before.AscentM
	c.parts = append(c.parts, p.Part)
}

// joinPieces makes one part of those that are pieces of one outing: each goes on where the one before ended within pieceGapMS, or
// neither has times, and they name no different sports or titles.
func (c *columns) joinPieces() {
	kept := c.parts[:0]
	for _, p := range c.parts {
		if n := len(kept); n > 0 && c.goesOn(&kept[n-1], &p) {
			last := &kept[n-1]
			last.To = p.To
			if last.Sport == activity.SportUnknown {
				last.Sport = p.Sport
			}
			if last.Name == "" {
				last.Name = p.Name
			}
			continue
		}
		kept = append(kept, p)
	}
	c.parts = kept
}

func (c *columns) goesOn(a, b *Part) bool {
	if a.Sport != b.Sport && a.Sport != activity.SportUnknown && b.Sport != activity.SportUnknown || a.Name != b.Name && a.Name != "" && b.Name != "" {
		return false
	}
	end, start := int64(activity.NoTime), int64(activity.NoTime)
	for i := a.To - 1; i >= a.From && end == activity.NoTime; i-- {
		end = c.timeMS[i]
	}
	for i := b.From; i < b.To && start == activity.NoTime; i++ {
		start = c.timeMS[i]
	}
	if end == activity.NoTime || start == activity.NoTime {
		return end == start && (a.Start.IsZero() || b.Start.IsZero() || a.Start.Equal(b.Start))
	}
	return start >= end && start-end <= pieceGapMS
}

// virtual says that the part being read was recorded in the world of a game.
func (c *columns) virtual(sessions []fitSession) {
	for i := range sessions {
		sessions[i].Sport = sessions[i].Sport.AsVirtual()
	}
	for _, tally := range [][]sportShare{c.tally, c.part.tally} {
		for i := range tally {
			tally[i].sport = tally[i].sport.AsVirtual()
		}
	}
	if len(c.tally) == 0 {
		c.credit(activity.SportVirtual, 1)
	}
}

// A fitSession is what one session of a FIT file says.
type fitSession struct {
	Part
	startMS int64
}

// splitPart makes a part of each session of the FIT file whose samples the open part has: those from its start until the next begins.
func (c *columns) splitPart(sessions []fitSession, group int) {
	c.part.open = false
	at := c.part.From
	for k := range sessions {
		p := sessions[k].Part
		p.From, p.Group = at, group
		for at < len(c.lat) && (k+1 == len(sessions) || c.timeMS[at] == activity.NoTime || c.timeMS[at] < sessions[k+1].startMS) {
			at++
		}
		p.To = at
		p.Start = time.UnixMilli(sessions[k].startMS).UTC()
		if p.To > p.From && c.timeMS[p.From] != activity.NoTime {
			p.Start = time.UnixMilli(c.timeMS[p.From]).UTC()
		}
		c.parts = append(c.parts, p)
		if at > 0 && at < len(c.lat) && (len(c.starts) == 0 || c.starts[len(c.starts)-1] < at) {
			c.starts = append(c.starts, at)
		}
	}
}

// appendParts and parts store the parts of a Result: their number and what Part has, in its order.
func appendParts(dst []byte, parts []Part) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(parts)))
	for i := range parts {
		p := &parts[i]
		dst = binary.AppendUvarint(dst, uint64(p.From))
		dst = binary.AppendUvarint(dst, uint64(p.To-p.From))
		for _, text := range []string{string(p.Sport), p.Name, p.Zone} {
			dst = append(binary.AppendUvarint(dst, uint64(len(text))), text...)
		}
		ms := int64(activity.NoTime)
		if !p.Start.IsZero() {
			ms = p.Start.UnixMilli()
		}
		dst = binary.AppendVarint(dst, ms)
		dst = appendFloats(dst, p.DistanceM, p.MovingS, p.AscentM)
		dst = binary.AppendUvarint(dst, uint64(p.Group))
		dst = binary.AppendUvarint(dst, uint64(p.Commute))
	}
	return dst
}

func (p *blobReader) parts(samples int) []Part {
	n := p.count(len(p.b))
	if n == 0 || p.bad {
		return nil
	}
	parts := make([]Part, 0, min(n, 1024))
	for range n {
		var q Part
		q.From = p.count(samples)
		q.To = q.From + p.count(samples-q.From)
		q.Sport, q.Name, q.Zone = activity.Sport(p.text()), p.text(), p.text()
		if ms := unzigzag(p.uvarint()); ms != activity.NoTime {
			p.bad = p.bad || ms < minTimeMS || ms > maxTimeMS
			q.Start = time.UnixMilli(ms).UTC()
		}
		q.DistanceM, q.MovingS, q.AscentM = p.float(), p.float(), p.float()
		q.Group = p.count(n)
		q.Commute = activity.Answer(p.count(int(activity.Yes)))
		if p.bad {
			return nil
		}
		parts = append(parts, q)
	}
	return parts
}
