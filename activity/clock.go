package activity

// longestMS is a gap within a recording, in milliseconds (30 days), that none has: on one side of it the clock was wrong.
const longestMS = 30 * 24 * 3600 * 1000

// BeganMS returns when a recording began, in milliseconds since 1970, where its clock was set on the way by months or years: the
// first time of the samples by the clock that most of them have. ok is false where it was not, and the first time is right as far
// as can be told.
func (t *Track) BeganMS() (ms int64, ok bool) {
	type run struct {
		first int64
		n     int
	}
	var runs []run
	last := int64(NoTime)
	for _, at := range t.TimeMS {
		if at == NoTime {
			continue
		}
		if last == NoTime || max(at-last, last-at) > longestMS {
			runs = append(runs, run{first: at})
		}
		runs[len(runs)-1].n++
		last = at
	}
	if len(runs) < 2 {
		return 0, false
	}
	most := 0
	for k := range runs {
		if runs[k].n > runs[most].n {
			most = k
		}
	}
	return runs[most].first, true
}
