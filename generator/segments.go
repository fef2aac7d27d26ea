package generator

import (
	"fmt"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/layers/segments"
)

// publishing are the segments of a configuration on their way to the archive. One is published only if the map shows a line all along it: what is hidden, cut off or filtered out
// would come back by it otherwise. nil publishes none.
type publishing struct {
	all []segments.Segment
	// of is the place of each one's [[segment]] in the configuration, line its number among those of that one, from 1; 0 where it is the only one.
	of, line []int
	ways     *segments.Ways
}

// publish takes what config.ReadSegments has read.
func publish(read [][]segments.Segment) *publishing {
	p := &publishing{}
	for i, some := range read {
		for k, s := range some {
			line := k + 1
			if len(some) == 1 {
				line = 0
			}
			p.all, p.of, p.line = append(p.all, s), append(p.of, i), append(p.line, line)
		}
	}
	if len(p.all) == 0 {
		return nil
	}
	p.ways = segments.NewWays(p.all)
	return p
}

// along returns what of the segments an activity with these runs shows.
func (p *publishing) along(runs []layers.Run) segments.Share {
	if p == nil {
		return nil
	}
	return p.ways.Along(runs)
}

// hidden tells whether a part of segment i lies in what is hidden for privacy zones.
func (p *publishing) hidden(i int, zones []activity.Zone) bool {
	for _, place := range p.all[i].Places() {
		for _, z := range zones {
			if z.Center.DistanceM(place) <= z.RadiusM+segments.PlaceM/2 {
				return true
			}
		}
	}
	return false
}

// shown returns the segments that the lines of a selection show all along, as the archive has them, and warns of the others. Whether a zone is the reason is not told, as logs may be public; nor are names.
func (p *publishing) shown(cfg *config.Config, s *selection, zones []activity.Zone) (texts, warnings []string) {
	if p == nil {
		return nil, nil
	}
	shares := make([]segments.Share, len(s.drawn))
	for rank, i := range s.drawn {
		shares[rank] = s.rows[i].along
	}
	for i, passed := range p.ways.Passed(shares) {
		if passed && !p.hidden(i, zones) {
			texts = append(texts, p.all[i].String())
		} else {
			warnings = append(warnings, p.refusal(cfg, i))
		}
	}
	return texts, named(warnings, "other segment that is left out", "other segments that are left out")
}

// refusal says that segment i is not published.
func (p *publishing) refusal(cfg *config.Config, i int) string {
	name := fmt.Sprintf("[[segment]] %d", p.of[i]+1)
	if p.line[i] > 0 {
		name = fmt.Sprintf("line %d of %s", p.line[i], name)
	}
	return cfg.FaultAt(fmt.Sprintf("segment[%d]", p.of[i]), "%s is left out: a part of it leads where this map shows no line within its tolerance, as nobody went there, or what is there is hidden, cut off or filtered out; "+
		"draw it anew on the page of this map", name).String()
}

// verifySegments returns what is wrong with the segments of an archive's metadata.
func (m *Metadata) verifySegments() (findings []string) {
	for i, text := range m.Segments {
		s, err := segments.Parse(text)
		if err == nil && s.String() != text {
			err = fmt.Errorf("it is not written as heatmapgen writes it")
		}
		if err != nil {
			findings = append(findings, fmt.Sprintf("segment %d of the metadata makes no sense: %v", i+1, err))
		}
	}
	return findings
}
