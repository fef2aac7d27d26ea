package activity

import (
	"heatmapgen/internal/sorting"
)

// lend says of what stays whose name and sport it takes, and what labels. The sport is that of the highest authority, the name that of a service before
// that of a file; the record's own before others of its kind.
func (o *outings) lend() {
	var lent []int
	for i := range o.records {
		v := &o.verdicts[i]
		if v.Reason != DuplicateOther {
			continue
		}
		lent = append(lent, i)
		r, k := o.records[i], &o.verdicts[v.Of]
		prefer := func(mine, other int, own bool) bool {
			return mine > other || mine == other && !own && mine > 0
		}
		if s := o.records[k.SportOf]; r.Sport != SportUnknown && prefer(int(r.SportBy), int(s.SportBy), k.SportOf == v.Of || o.ranked(k.SportOf, i) < 0) {
			k.SportOf = i
		}
		if n := o.records[k.NameOf]; prefer(r.naming(), n.naming(), k.NameOf == v.Of || o.ranked(k.NameOf, i) < 0) {
			k.NameOf = i
		}
	}
	sorting.Func(lent, o.ranked)
	own := map[int]Labels{}
	for _, i := range lent {
		of := o.verdicts[i].Of
		if o.verdicts[of].Labels == nil {
			labels := o.records[of].Labels
			o.verdicts[of].Labels, own[of] = &labels, o.records[of].Own
		}
		o.verdicts[of].Labels.fillIn(o.records[i].Labels)
		own[of] = o.records[i].Own.Under(own[of])
	}
	for of, said := range own {
		*o.verdicts[of].Labels = o.verdicts[of].Labels.Under(said)
	}
}

// naming says how good a record's name is: 2 for that of a service, where athletes give names, 1 for another, 0 for none.
func (r *Record) naming() int {
	switch {
	case r.Name == "":
		return 0
	case r.Source == "strava" || r.Source == "intervals":
		return 2
	}
	return 1
}
