package source

import (
	"maps"
	"slices"

	"heatmapgen/activity/track"
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
		if example := words.OneLine(k.example); k.n == 1 {
			l.note("%s is %s, which cannot be read: %s", example, k.Name, k.Remedy)
		} else {
			l.note("%d files (%s, ...) are %s, which cannot be read: %s", k.n, example, k.Names, k.Remedy)
		}
	}
	if o.plain > 0 {
		l.note("%s not a recording", words.Plural(o.plain, "file is", "files are"))
	}
}
