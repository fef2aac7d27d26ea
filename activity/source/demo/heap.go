package demo

// An item waits in a heap for its turn: the smallest key comes first.
type item struct {
	key float64
	id  int32
}

// A heap is a binary heap of items. container/heap would box every item, and
// the searches of a new athlete push a million of them.
type heap []item

func (h *heap) push(it item) {
	s := append(*h, it)
	i := len(s) - 1
	for i > 0 {
		up := (i - 1) / 2
		if s[up].key <= it.key {
			break
		}
		s[i] = s[up]
		i = up
	}
	s[i] = it
	*h = s
}

func (h *heap) pop() item {
	s := *h
	top, last := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	if len(s) == 0 {
		return top
	}
	i := 0
	for {
		down := 2*i + 1
		if down >= len(s) {
			break
		}
		if down+1 < len(s) && s[down+1].key < s[down].key {
			down++
		}
		if s[down].key >= last.key {
			break
		}
		s[i] = s[down]
		i = down
	}
	s[i] = last
	return top
}
