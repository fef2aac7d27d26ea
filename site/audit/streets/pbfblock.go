package streets

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// fields calls f for every field of a message, with its number or its bytes.
func fields(message []byte, f func(field protowire.Number, number uint64, content []byte) error) error {
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errDamaged
		}
		message = message[n:]
		var number uint64
		var content []byte
		switch kind {
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			content, n = protowire.ConsumeBytes(message)
		default:
			n = protowire.ConsumeFieldValue(field, kind, message)
		}
		if n < 0 {
			return errDamaged
		}
		message = message[n:]
		if err := f(field, number, content); err != nil {
			return err
		}
	}
	return nil
}

// A packedNumbers is a list of numbers, one behind the other; bad tells that one broke off.
type packedNumbers struct {
	left []byte
	bad  bool
}

func (p *packedNumbers) next() (v uint64, ok bool) {
	if len(p.left) == 0 {
		return 0, false
	}
	v, n := protowire.ConsumeVarint(p.left)
	if n < 0 {
		p.left, p.bad = nil, true
		return 0, false
	}
	p.left = p.left[n:]
	return v, true
}

// nextSigned is next for numbers in zigzag.
func (p *packedNumbers) nextSigned() (int64, bool) {
	v, ok := p.next()
	return protowire.DecodeZigZag(v), ok
}

// A node is a vertex and its id.
type node struct {
	id int64
	at Point
}

// A scale turns the numbers of a block into degrees. Its fields are in billionths of a degree.
type scale struct{ granularity, latOffset, lonOffset int64 }

func (s *scale) point(lat, lon int64) (Point, bool) {
	const nano = 1e-9
	return pointAt(nano*(float64(s.latOffset)+float64(s.granularity)*float64(lat)), nano*(float64(s.lonOffset)+float64(s.granularity)*float64(lon)))
}

// parts returns the groups of a block with its scale and its table of strings.
func parts(block []byte) (groups [][]byte, s scale, table []byte, err error) {
	s = scale{granularity: 100}
	err = fields(block, func(field protowire.Number, number uint64, content []byte) error {
		switch field {
		case 1:
			table = content
		case 2:
			groups = append(groups, content)
		case 17:
			s.granularity = int64(number)
		case 19:
			s.latOffset = int64(number)
		case 20:
			s.lonOffset = int64(number)
		}
		return nil
	})
	return groups, s, table, err
}

// nodesOf returns the nodes of a block that are near, and whether it has ways.
func nodesOf(block []byte, n near) (found []node, ways bool, err error) {
	groups, s, _, err := parts(block)
	if err != nil {
		return nil, false, err
	}
	keep := func(id, lat, lon int64) {
		if p, ok := s.point(lat, lon); ok && n.has(p) {
			found = append(found, node{id, p})
		}
	}
	for _, group := range groups {
		err := fields(group, func(field protowire.Number, _ uint64, content []byte) error {
			switch field {
			case 1:
				return plainNode(content, keep)
			case 2:
				return denseNodes(content, keep)
			case 3:
				ways = true
			}
			return nil
		})
		if err != nil {
			return nil, false, err
		}
	}
	return found, ways, nil
}

func plainNode(message []byte, keep func(id, lat, lon int64)) error {
	var id, lat, lon int64
	err := fields(message, func(field protowire.Number, number uint64, _ []byte) error {
		switch field {
		case 1:
			id = protowire.DecodeZigZag(number)
		case 8:
			lat = protowire.DecodeZigZag(number)
		case 9:
			lon = protowire.DecodeZigZag(number)
		}
		return nil
	})
	if err == nil {
		keep(id, lat, lon)
	}
	return err
}

// denseNodes reads three lists of equal length, each number the difference to the one before.
func denseNodes(message []byte, keep func(id, lat, lon int64)) error {
	var ids, lats, lons packedNumbers
	err := fields(message, func(field protowire.Number, _ uint64, content []byte) error {
		switch field {
		case 1:
			ids.left = content
		case 8:
			lats.left = content
		case 9:
			lons.left = content
		}
		return nil
	})
	if err != nil {
		return err
	}
	var id, lat, lon int64
	for {
		a, more := ids.nextSigned()
		if !more {
			break
		}
		b, hasLat := lats.nextSigned()
		c, hasLon := lons.nextSigned()
		if !hasLat || !hasLon {
			return errDamaged
		}
		id, lat, lon = id+a, lat+b, lon+c
		keep(id, lat, lon)
	}
	if ids.bad {
		return errDamaged
	}
	return nil
}

// A way is what of a way of the map is near.
type way struct {
	id      int64
	streets []Street
}

// waysOf returns the streets of a block along nodes.
func waysOf(block []byte, nodes map[int64]Point) ([]way, error) {
	groups, _, table, err := parts(block)
	if err != nil {
		return nil, err
	}
	var texts [][]byte
	err = fields(table, func(field protowire.Number, _ uint64, content []byte) error {
		if field == 1 {
			texts = append(texts, content)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var found []way
	for _, group := range groups {
		err := fields(group, func(field protowire.Number, _ uint64, content []byte) error {
			if field != 3 {
				return nil
			}
			w, err := oneWay(content, texts, nodes)
			if err == nil && len(w.streets) > 0 {
				found = append(found, w)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func oneWay(message []byte, texts [][]byte, nodes map[int64]Point) (w way, err error) {
	var keys, values, refs packedNumbers
	err = fields(message, func(field protowire.Number, number uint64, content []byte) error {
		switch field {
		case 1:
			w.id = int64(number)
		case 2:
			keys.left = content
		case 3:
			values.left = content
		case 8:
			refs.left = content
		}
		return nil
	})
	if err != nil {
		return w, err
	}
	var t tags
	for {
		k, more := keys.next()
		if !more {
			break
		}
		v, ok := values.next()
		if !ok || k >= uint64(len(texts)) || v >= uint64(len(texts)) {
			return w, errDamaged
		}
		t.set(string(texts[k]), string(texts[v]))
	}
	ok, homes := t.street()
	if keys.bad || !ok {
		if keys.bad {
			err = errDamaged
		}
		return w, err
	}
	var points []Point
	var isNear []bool
	for id := int64(0); ; {
		d, more := refs.nextSigned()
		if !more {
			break
		}
		id += d
		p, ok := nodes[id]
		points, isNear = append(points, p), append(isNear, ok)
	}
	if refs.bad {
		return w, errDamaged
	}
	w.streets = cut(nil, points, func(i int) bool { return isNear[i] }, homes)
	return w, nil
}
