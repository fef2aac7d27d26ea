//go:build js

package main

import (
	"context"
	"slices"
	"syscall/js"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/generator/config"
)

// guess returns the type of the source at a path, as a configuration names it: config.SourceStrava or config.SourceFiles.
func guess(ctx context.Context, path string, _ options) (any, error) {
	if source.IsStrava(ctx, path, source.DefaultLimits) {
		return config.SourceStrava, nil
	}
	return config.SourceFiles, nil
}

// sports returns what a configuration has as sports to take the wanted ones, args[0], and none of the others, args[1].
func sports(_ js.Value, args []js.Value) any {
	return plain(sportWords(sportsIn(args[0]), sportsIn(args[1])))
}

// sportsIn reads an array of names. What the table of sports does not have is activity.SportOther to a configuration.
func sportsIn(array js.Value) []activity.Sport {
	var all []activity.Sport
	for i := range array.Length() {
		s := activity.Sport(array.Index(i).String())
		if !s.Listed() {
			s = activity.SportOther
		}
		all = append(all, s)
	}
	return all
}

func sportWords(wanted, others []activity.Sport) []string {
	outdoors := func(s activity.Sport) bool { return !s.Virtual() }
	if slices.ContainsFunc(wanted, outdoors) && !slices.ContainsFunc(wanted, activity.Sport.Virtual) && !slices.ContainsFunc(others, outdoors) {
		return []string{} // every sport but virtual ones
	}
	words := []string{}
	for _, s := range wanted {
		words = append(words, string(s))
	}
	for _, s := range others {
		if slices.ContainsFunc(wanted, func(w activity.Sport) bool { return w.Covers(s) }) {
			words = append(words, activity.Without+string(s))
		}
	}
	return words
}
