package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"heatmapgen/activity"
)

// An export of Apple Health (export.zip) has the routes of workouts as GPX files without a sport, in
// apple_health_export/workout-routes. Beside that folder lies export.xml, which says for each workout what it was and which file
// its route is.
const (
	routesFolder = "workout-routes"
	healthTable  = "export.xml"
)

// healthSports maps the workoutActivityType of HealthKit, less its prefix.
var healthSports = map[string]activity.Sport{
	"Running": activity.SportRun, "Walking": activity.SportWalk, "Cycling": activity.SportRide, "Hiking": activity.SportHike,
	"Swimming": activity.SportSwim, "HandCycling": "Handcycle", "Rowing": "Rowing", "PaddleSports": "Canoe", "Sailing": "Sail",
	"SurfingSports": "Surfing", "CrossCountrySkiing": "Nordic Ski", "DownhillSkiing": "Alpine Ski", "Snowboarding": "Snowboard",
	"SkatingSports": "Inline Skate", "Golf": "Golf", "Soccer": "Soccer", "Tennis": "Tennis", "WheelchairRunPace": "Wheelchair",
	"WheelchairWalkPace": "Wheelchair", "Elliptical": "Elliptical", "Climbing": "Rock Climbing",
}

// isRoute tells whether a file is the route of a workout of Apple Health.
func isRoute(name string) bool {
	return path.Base(path.Dir(name)) == routesFolder && strings.EqualFold(path.Ext(name), ".gpx")
}

// routeSports returns the sports of the routes of a tree by their paths, none where it is no export of Apple Health. Its error is
// a *ReadError.
func (t *tree) routeSports(limits Limits) (map[string]activity.Sport, error) {
	for i := range t.files {
		if !isRoute(t.files[i].name) {
			continue
		}
		root := path.Dir(path.Dir(t.files[i].name))
		k, ok := t.find(path.Join(root, healthTable))
		if !ok {
			return nil, nil
		}
		f := &t.files[k]
		// It has all steps and heart beats of years and is never held, so its size alone is no reason against it.
		if f.refuse != nil && !f.onlyLarge(limits) {
			t.note("%s was not read (%s: %s): the sports of the workouts come from their speeds", f.name, f.refuse.Reason, f.refuse.Detail)
			return nil, nil
		}
		r, err := f.raw()
		if isReadError(err) {
			return nil, in(f.name, err)
		}
		if err != nil {
			return nil, nil
		}
		defer r.Close()
		sports := map[string]activity.Sport{}
		workouts, err := readWorkouts(r)
		if isReadError(err) {
			return nil, in(f.name, err)
		}
		for name, sport := range workouts {
			sports[path.Join(root, name)] = sport
		}
		return sports, nil
	}
	return nil, nil
}

// readWorkouts reads an export.xml through and returns the sports of the workouts by the paths of their routes. It looks at tags
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
			sport = healthSports[strings.TrimPrefix(attribute(tag, "workoutActivityType"), "HKWorkoutActivityType")]
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
