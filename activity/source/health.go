package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
)

// An export of Apple Health (export.zip) has the routes of workouts as GPX files without a sport, in
// apple_health_export/workout-routes. Beside that folder lies export.xml, called so in the language of the phone, which says for
// each workout what it was and which file its route is.
const (
	routesFolder = "workout-routes"
	healthPrefix = "HKWorkoutActivityType"
)

// isRoute tells whether a file is the route of a workout of Apple Health.
func isRoute(name string) bool {
	return path.Base(path.Dir(name)) == routesFolder && strings.EqualFold(path.Ext(name), ".gpx")
}

// healthSports adds the sports of the routes of an export of Apple Health by their paths. Its error is a *ReadError.
func (t *tree) healthSports(sports map[string]activity.Sport, limits Limits) error {
	seen := map[string]bool{}
	for i := range t.files {
		root := path.Dir(path.Dir(t.files[i].name))
		if !isRoute(t.files[i].name) || seen[root] {
			continue
		}
		seen[root] = true
		f, err := t.healthTable(root, limits)
		if err != nil {
			return err
		}
		if f == nil {
			continue
		}
		r, err := f.raw()
		if isReadError(err) {
			return in(f.name, err)
		}
		if err != nil {
			continue
		}
		workouts, err := readWorkouts(r)
		r.Close()
		if isReadError(err) {
			return in(f.name, err)
		}
		for name, sport := range workouts {
			sports[path.Join(root, name)] = sport
		}
	}
	return nil
}

// healthTable returns the table of an export of Apple Health, nil where there is none: the XML file in its folder that begins
// as one. Its name is in the language of the phone (exportar.xml, eksport.xml), unlike that of the folder. Its error is a
// *ReadError.
func (t *tree) healthTable(root string, limits Limits) (*file, error) {
	for i := range t.files {
		f := &t.files[i]
		if path.Dir(f.name) != root || !strings.EqualFold(path.Ext(f.name), ".xml") {
			continue
		}
		// It has all steps and heart beats of years and is never held, so its size alone is no reason against it.
		if f.refuse != nil && !f.onlyLarge(limits) {
			if path.Base(f.name) == "export.xml" {
				t.notes = append(t.notes, message.New("health-table-unread", fmt.Sprintf("%s was not read (%s: %s): the sports of the workouts come from their speeds", f.name, f.refuse.Reason, f.refuse.Detail),
					message.Args{"file": f.name, "reason": f.refuse.Reason}))
			}
			continue
		}
		r, err := f.raw()
		if isReadError(err) {
			return nil, in(f.name, err)
		}
		if err != nil {
			continue
		}
		head, err := readHead(r, nil, sniffBytes)
		r.Close()
		if isReadError(err) {
			return nil, in(f.name, err)
		}
		if bytes.Contains(head, []byte("<!DOCTYPE HealthData")) || bytes.Contains(head, []byte("<HealthData")) {
			return f, nil
		}
	}
	return nil, nil
}

// readWorkouts reads such a table through and returns the sports of the workouts by the paths of their routes. It looks at tags
// alone; what is broken ends it early with an error, and the sports so far count.
func readWorkouts(r io.Reader) (map[string]activity.Sport, error) {
	sports := map[string]activity.Sport{}
	b := bufio.NewReaderSize(r, 1<<16)
	var sport activity.Sport
	for {
		tag, err := b.ReadSlice('>')
		if err == io.EOF {
			return sports, nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return sports, err
		}
		tag = tag[bytes.LastIndexByte(tag, '<')+1:]
		switch {
		case bytes.HasPrefix(tag, []byte("Workout ")):
			sport = activity.SportNamed(strings.TrimPrefix(attribute(tag, "workoutActivityType"), healthPrefix))
		case bytes.HasPrefix(tag, []byte("/Workout>")):
			sport = activity.SportUnknown
		case bytes.HasPrefix(tag, []byte("FileReference ")):
			if name, ok := cleanName(strings.TrimPrefix(attribute(tag, "path"), "/")); ok && sport != activity.SportUnknown {
				sports[name] = sport
			}
		}
	}
}

// attribute returns the value of an attribute of a tag, "" where it has none.
func attribute(tag []byte, name string) string {
	_, rest, ok := bytes.Cut(tag, []byte(" "+name+`="`))
	if !ok {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(value)
}
