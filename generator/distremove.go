package generator

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"

	"heatmapgen/internal/scratch"
	"heatmapgen/internal/sorting"
)

// jobFile matches the names of the files of a job.
var jobFile = regexp.MustCompile(`^(plan|draw|squares|(map|work|paint)-[0-9]{5,})$`)

// RemoveJob removes the files of a job, whatever has become of it, the plan last, and the folder that they lie in where nothing else is there. It returns how many files it has removed. Files of others stay.
func RemoveJob(store JobStore) (removed int, err error) {
	names, err := store.Names()
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !jobFile.MatchString(name) })
	sorting.Func(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) // "plan" comes last
	})
	for _, name := range names {
		if err := store.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("removing %s from %s: %w", name, store, err)
		}
		removed++
	}
	if dir, ok := store.(jobFolder); ok {
		scratch.Sweep(string(dir))
		_ = os.Remove(string(dir)) // stays where somebody else's file is in it
	}
	return removed, nil
}
