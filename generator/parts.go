package generator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"heatmapgen/activity"
	"heatmapgen/activity/track"
	"heatmapgen/internal/message"
	"heatmapgen/internal/sorting"
	"heatmapgen/internal/words"
)

// partID returns the id of activity n of a file that holds several, from 1: "files:a.gpx#2".
func partID(whole string, n int) string { return fmt.Sprintf("%s#%d", whole, n) }

// cutPartID takes an id apart that partID may have made.
func cutPartID(id string) (whole string, n int, ok bool) {
	k := strings.LastIndexByte(id, '#')
	if k < 0 {
		return id, 0, false
	}
	n, err := strconv.Atoi(id[k+1:])
	return id[:k], n, err == nil
}

// A splitter gathers the further activities of files that hold several, as they turn up while files are read in any order.
type splitter struct {
	mu    sync.Mutex
	found []furtherPart
	// leftOut says of files that are logs of a life what of them is no activity, by the id of the file.
	leftOut map[string]string
}

type furtherPart struct {
	of int // the candidate that was read
	candidate
}

// split makes a candidate the first of the activities in its file if there are several, and remembers the others. Only plain
// files are split: what a service lists is one activity, whatever the file is.
func (ga *gatherer) split(i int, c *candidate, res *track.Result, hash [32]byte) {
	if res.LeftOut != "" {
		ga.further.leave(c.ID, res.LeftOut)
	}
	if c.part != 0 || c.Source != "files" || len(res.Parts) < 2 {
		return
	}
	whole := *c
	whole.whole = c.ID
	ga.further.mu.Lock()
	defer ga.further.mu.Unlock()
	for k := range res.Parts {
		part := whole
		part.part, part.ID = k+1, partID(whole.whole, k+1)
		if g := res.Parts[k].Group; g > 0 {
			part.Group = fmt.Sprintf("%s#group%d", whole.whole, g)
		}
		part.apply(ga.said)
		if k == 0 {
			*c = part
			continue
		}
		part.decoded, part.hash = res, hash
		ga.further.found = append(ga.further.found, furtherPart{i, part})
	}
}

// leave remembers what was left out of a file.
func (s *splitter) leave(id, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leftOut == nil {
		s.leftOut = map[string]string{}
	}
	s.leftOut[id] = what
}

// notes says what was left out of which files.
func (s *splitter) notes() []message.Message {
	var notes []message.Message
	for _, id := range slices.Sorted(maps.Keys(s.leftOut)) {
		notes = append(notes, message.New("log-of-life", fmt.Sprintf("%s is a log of a life rather than a recording: %s", words.OneLine(id), s.leftOut[id]), message.Args{"file": id, "what": s.leftOut[id]}))
	}
	return notes
}

// take returns the activities that were found since the last call, in the order of the candidates they were found in.
func (s *splitter) take() []candidate {
	sorting.Func(s.found, func(a, b furtherPart) int { return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.part, b.part)) })
	taken := make([]candidate, len(s.found))
	for i := range s.found {
		taken[i] = s.found[i].candidate
	}
	s.found = nil
	return taken
}

// open returns what candidate i is, decoded, with the hash that stands for it.
func (ga *gatherer) open(i int, c *candidate) (*track.Result, [32]byte, error) {
	res, hash := c.decoded, c.hash
	var err error
	if res == nil {
		if res, hash, err = ga.load(c); err != nil {
			return nil, hash, err
		}
		ga.split(i, c, res, hash)
	}
	if c.part == 0 {
		return res, hash, nil
	}
	c.decoded = nil
	if c.part > len(res.Parts) {
		return nil, hash, fmt.Errorf("the file has changed while it was read: it holds %d activities, and this is number %d", len(res.Parts), c.part)
	}
	part := res.Part(c.part - 1)
	return part, track.PartHash(hash, c.part), part.Usable()
}

// startsIn returns where the wanted activities of a file begin.
func (ga *gatherer) startsIn(c *candidate, res *track.Result) (start *activity.LatLon) {
	results := []*track.Result{res}
	if c.Source == "files" && len(res.Parts) > 1 {
		results = results[:0]
		for k := range res.Parts {
			results = append(results, res.Part(k))
		}
	}
	for _, r := range results {
		a := c.Activity
		if complete(&a, r, c.set); r.Track.Len() > 0 && ga.filter.Check(&a) == activity.Kept {
			t, _ := activity.Clean(r.Track, a.Sport)
			return &activity.LatLon{Lat: t.Lat[0], Lon: t.Lon[0]}
		}
	}
	return nil
}
