package source

import (
	"fmt"
	"maps"
	"slices"

	"heatmapgen/activity/track"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// others counts the files of a source that are no recordings which can be read: those of a kind that is known by their kind, with
// one of them for an example.
type others struct {
	plain int
	kinds map[string]*oddKind
}

type oddKind struct {
	track.Kind
	n       int
	example string
}

// add counts a file.
func (o *others) add(f *file, kind track.Kind) {
	if kind.Name == "" {
		o.plain++
		return
	}
	if o.kinds == nil {
		o.kinds = map[string]*oddKind{}
	}
	if o.kinds[kind.Name] == nil {
		o.kinds[kind.Name] = &oddKind{Kind: kind, example: f.name}
	}
	o.kinds[kind.Name].n++
}

// tell notes what was counted.
func (o *others) tell(l *Listing) {
	for _, name := range slices.Sorted(maps.Keys(o.kinds)) {
		k := o.kinds[name]
		text := fmt.Sprintf("%s is %s, which cannot be read: %s", words.OneLine(k.example), k.Name, k.Remedy)
		if k.n > 1 {
			text = fmt.Sprintf("%d files (%s, ...) are %s, which cannot be read: %s", k.n, words.OneLine(k.example), k.Names, k.Remedy)
		}
		l.note(message.New("kind-unreadable", text, message.Args{"n": k.n, "file": k.example, "kind": k.Unread}))
	}
	if o.plain > 0 {
		l.note(message.New("not-recordings", words.Plural(o.plain, "file is", "files are")+" not a recording", message.Args{"n": o.plain}))
	}
}
