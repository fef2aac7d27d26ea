package source

import (
	"bufio"
	"encoding/json"
	"errors"
	"math"
	"path"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/words"
)

// The export of a Garmin account has recordings as watches wrote them. What their owner made of them since stands in tables in DI_CONNECT/DI-Connect-Fitness: *_summarizedActivities.json has the names and sports of activities, *_gear.json
// their shoes and bikes. The numbers in the names of recordings are mostly those of uploads, so it is the moment when an activity began that tells which is which.

const (
	// garminNear is how far the moments in table and recording may be apart: both are the watch's, one of them in whole seconds.
	garminNear = 5 * time.Second
	// garminSameDay is the same for a recording that is called by the number of the activity.
	garminSameDay = 24 * time.Hour
)

// A garminTable is what the tables of one export say.
type garminTable struct {
	rows []garminRow // by start
	byID map[int64]*garminRow
	gear map[int64]string
}

// A garminRow is an activity of an export.
type garminRow struct {
	id      int64
	startMS int64 // since 1970, UTC
	name    string
	sport   activity.Sport
}

// isGarminTable tells whether a file is called as a table of activities is.
func isGarminTable(name string) bool {
	return strings.HasSuffix(strings.ToLower(path.Base(name)), "summarizedactivities.json")
}

// isGarminGear tells whether a file is called as a table of gear is.
func isGarminGear(name string) bool {
	base := strings.ToLower(path.Base(name))
	return base == "gear.json" || strings.HasSuffix(base, "_gear.json")
}

// garminRoot returns the folder whose recordings a table speaks of, with a slash behind, or "" for all of the tree.
func garminRoot(table string) string {
	if root, _, ok := strings.Cut("/"+table, "/DI_CONNECT/"); ok {
		return strings.TrimPrefix(root+"/", "/")
	}
	if dir := path.Dir(table); dir != "." {
		return dir + "/"
	}
	return ""
}

// tellGarmin lets the entries under the tables of Garmin's exports know what these say. Tables that say nothing, or of which there is no recording, are counted with what is no recording. Its error is a *ReadError.
func (l *Listing) tellGarmin(t *tree, odd *others) error {
	tables := map[string]*garminTable{}
	for i := range t.files {
		f := &t.files[i]
		if !isGarminTable(f.name) && !isGarminGear(f.name) {
			continue
		}
		root := garminRoot(f.name)
		if tables[root] == nil {
			tables[root] = &garminTable{gear: map[int64]string{}}
		}
		if err := tables[root].read(f); err != nil {
			return err
		}
	}
	told := map[string]bool{}
	for root, table := range tables {
		table.index()
		for i := range l.Entries {
			if e := &l.Entries[i]; len(table.rows) > 0 && e.Open != nil && strings.HasPrefix(e.Path, root) {
				base := path.Base(e.Path)
				e.Began = func(start time.Time) Told { return table.told(base, start) }
				told[root] = true
			}
		}
	}
	for i := range t.files {
		if f := &t.files[i]; isGarminTable(f.name) && !told[garminRoot(f.name)] {
			kind, err := f.sniff()
			if err != nil {
				return err
			}
			odd.add(f, kind)
		}
	}
	return nil
}

// read adds what a table says, as far as it can be read. Its error is a *ReadError.
func (t *garminTable) read(f *file) error {
	if f.refuse != nil {
		return nil
	}
	r, err := f.open()
	if isReadError(err) {
		return err
	}
	if err != nil {
		return nil
	}
	defer r.Close()
	d := json.NewDecoder(bufio.NewReader(r))
	if isGarminGear(f.name) {
		err = t.readGear(d)
	} else {
		err = t.readActivities(d)
	}
	if isReadError(err) {
		return err
	}
	return nil
}

// readActivities reads a list of objects, each with a list of activities: a file has as many of these as there are, one after the other.
func (t *garminTable) readActivities(d *json.Decoder) error {
	return members(d, func(key string) error {
		if key != "summarizedActivitiesExport" {
			return skipValue(d)
		}
		return elements(d, func() error {
			var row struct {
				ActivityID     any `json:"activityId"`
				Name           any `json:"name"`
				ActivityType   any `json:"activityType"`
				BeginTimestamp any `json:"beginTimestamp"`
				StartTimeGmt   any `json:"startTimeGmt"`
			}
			if err := decode(d, &row); err != nil {
				return err
			}
			r := garminRow{id: wholeOf(row.ActivityID), startMS: wholeOf(row.BeginTimestamp), name: oneLineOf(row.Name)}
			if r.startMS == 0 {
				r.startMS = wholeOf(row.StartTimeGmt)
			}
			kind, _ := row.ActivityType.(string)
			// One that stands for several activities is none of them, and of a sport without a name the recording knows more.
			if s := activity.SportNamed(kind); s.Listed() {
				r.sport = s
			}
			if r.startMS != 0 && !strings.EqualFold(kind, "multi_sport") {
				t.rows = append(t.rows, r)
			}
			return nil
		})
	})
}

// readGear reads the names of gear, and which activities were done with each.
func (t *garminTable) readGear(d *json.Decoder) error {
	var order []int64
	names := map[int64]string{}
	used := map[int64][]int64{}
	err := members(d, func(key string) error {
		switch key {
		case "gearDTOS":
			return elements(d, func() error {
				var g struct {
					GearPk          any `json:"gearPk"`
					DisplayName     any `json:"displayName"`
					CustomMakeModel any `json:"customMakeModel"`
				}
				if err := decode(d, &g); err != nil {
					return err
				}
				pk, name := wholeOf(g.GearPk), activity.GearNamed(oneLineOf(g.DisplayName))
				if name == "" {
					name = activity.GearNamed(oneLineOf(g.CustomMakeModel))
				}
				if pk != 0 && name != "" {
					order, names[pk] = append(order, pk), name
				}
				return nil
			})
		case "gearActivityDTOs":
			var by map[string][]struct {
				ActivityID any `json:"activityId"`
			}
			if err := decode(d, &by); err != nil {
				return err
			}
			for text, all := range by {
				pk, _ := strconv.ParseInt(text, 10, 64)
				for _, a := range all {
					if id := wholeOf(a.ActivityID); id != 0 {
						used[pk] = append(used[pk], id)
					}
				}
			}
			return nil
		}
		return skipValue(d)
	})
	// Of several pieces of an activity the one that is listed first.
	for _, pk := range order {
		for _, id := range used[pk] {
			if t.gear[id] == "" {
				t.gear[id] = names[pk]
			}
		}
	}
	return err
}

// index makes the rows findable, once all are read.
func (t *garminTable) index() {
	sort.SliceStable(t.rows, func(i, j int) bool { return t.rows[i].startMS < t.rows[j].startMS })
	t.byID = make(map[int64]*garminRow, len(t.rows))
	for i := range t.rows {
		if id := t.rows[i].id; id != 0 {
			t.byID[id] = &t.rows[i]
		}
	}
}

// numbers are those that may be of an activity.
var numbers = regexp.MustCompile(`\d{6,}`)

// told returns what the table says of the activity in a file of that name that began at a moment, which may be zero. Of several the nearest counts; of those that are equally near, what they have in common.
func (t *garminTable) told(file string, start time.Time) Told {
	var found []*garminRow
	for _, text := range numbers.FindAllString(file, -1) {
		id, _ := strconv.ParseInt(text, 10, 64)
		if r := t.byID[id]; r != nil && (start.IsZero() || r.apart(start) <= garminSameDay) {
			found = append(found, r)
		}
	}
	if len(found) == 0 && !start.IsZero() {
		from := sort.Search(len(t.rows), func(i int) bool { return t.rows[i].startMS >= start.Add(-garminNear).UnixMilli() })
		nearest := time.Duration(math.MaxInt64)
		for i := from; i < len(t.rows) && t.rows[i].startMS <= start.Add(garminNear).UnixMilli(); i++ {
			switch r := &t.rows[i]; {
			case r.apart(start) < nearest:
				nearest, found = r.apart(start), []*garminRow{r}
			case r.apart(start) == nearest:
				found = append(found, r)
			}
		}
	}
	return Told{
		Name:  common(found, func(r *garminRow) string { return r.name }),
		Sport: activity.Sport(common(found, func(r *garminRow) string { return string(r.sport) })),
		Gear:  common(found, func(r *garminRow) string { return t.gear[r.id] }),
	}
}

// apart is how long before or after a moment the activity began.
func (r *garminRow) apart(start time.Time) time.Duration {
	return time.UnixMilli(r.startMS).Sub(start).Abs()
}

// common returns what all rows say, "" where they differ.
func common(rows []*garminRow, of func(*garminRow) string) string {
	if len(rows) == 0 || slices.ContainsFunc(rows, func(r *garminRow) bool { return of(r) != of(rows[0]) }) {
		return ""
	}
	return of(rows[0])
}

// wholeOf returns a number, also one that is written as text; 0 for anything else, and for what is no whole number that can be told exactly.
func wholeOf(v any) int64 {
	switch v := v.(type) {
	case float64:
		if math.Abs(v) < 1<<53 {
			return int64(v)
		}
	case string:
		n, _ := strconv.ParseInt(v, 10, 64)
		return n
	}
	return 0
}

// oneLineOf returns a text on one line, "" for anything else.
func oneLineOf(v any) string {
	text, _ := v.(string)
	return strings.TrimSpace(words.OneLine(text))
}

// members calls each with the keys of an object, or of all objects in a list; each reads the value. Anything else ends the reading.
func members(d *json.Decoder, each func(key string) error) error {
	token, err := d.Token()
	list := err == nil && token == json.Delim('[')
	for {
		if list && d.More() {
			token, err = d.Token()
		}
		if err != nil || token != json.Delim('{') {
			return err
		}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return err
			}
			if err := each(key.(string)); err != nil {
				return err
			}
		}
		if token, err = d.Token(); !list {
			return err
		}
	}
}

// elements calls each before every element of a list, which it reads; a value that is no list is passed over.
func elements(d *json.Decoder, each func() error) error {
	token, err := d.Token()
	if err != nil || token != json.Delim('[') {
		return err
	}
	for d.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// decode reads a value into v, as far as it is of v's kind.
func decode(d *json.Decoder, v any) error {
	err := d.Decode(v)
	if other := (*json.UnmarshalTypeError)(nil); errors.As(err, &other) {
		return nil
	}
	return err
}

// skipValue passes over a value.
func skipValue(d *json.Decoder) error {
	var none json.RawMessage
	return d.Decode(&none)
}
