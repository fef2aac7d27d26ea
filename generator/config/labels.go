package config

import (
	"slices"
	"strings"
	"time"

	"heatmapgen/activity"
)

// labels checks the rules of the table at path on what activities are labelled with, and on when they start.
func (c *checker) labels(path string, f *Filter) {
	for i, name := range f.Gear {
		if strings.TrimSpace(strings.TrimPrefix(name, activity.Without)) == "" {
			c.notEmpty(item(path+".gear", i), "")
		}
	}
	var kinds []string
	for _, k := range activity.Kinds() {
		kinds = append(kinds, string(k))
	}
	for i, kind := range f.Kinds {
		c.oneOf(item(path+".kinds", i), strings.TrimPrefix(kind, activity.Without), kinds)
	}
	hours := path + ".hours"
	switch n := len(f.Hours); {
	case c.set[hours] && n != 2 && n != 0:
		c.at(hours, "%s must be the first and the last hour, such as [22, 4] for starts from 22:00 to 4:59", called(hours))
	default:
		for i, hour := range f.Hours {
			c.whole(item(hours, i), hour, 0, 23)
		}
	}
	names := make([]string, 7)
	for d := range names {
		names[d] = time.Weekday((d + 1) % 7).String()
	}
	for i, name := range f.Weekdays {
		if _, ok := weekdayNamed(name); !ok {
			c.oneOf(item(path+".weekdays", i), name, names)
		}
	}
}

// weekdayNamed returns the day of the week of an English name, in any case.
func weekdayNamed(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) {
			return d, true
		}
	}
	return 0, false
}

// Labels returns the rules on what activities are labelled with.
func (f *Filter) Labels() activity.LabelFilter {
	l := activity.LabelFilter{Gear: f.Gear, Kinds: f.Kinds}
	if f.Commute != nil {
		l.Commute = activity.AnswerOf(*f.Commute)
	}
	if len(f.Hours) == 2 {
		for hour := f.Hours[0]; ; hour = (hour + 1) % 24 {
			l.Hours = append(l.Hours, hour)
			if hour == f.Hours[1] {
				break
			}
		}
	}
	for _, name := range f.Weekdays {
		if d, ok := weekdayNamed(name); ok {
			l.Weekdays = append(l.Weekdays, d)
		}
	}
	return l
}

// publish checks what the list of activities is to tell.
func (c *checker) publish(p *Page) {
	for i, id := range p.Publish {
		at := item("page.publish", i)
		switch word := strings.ToLower(id); {
		case slices.Contains(PublishIDs, id):
		case word == "weekday" || word == "weekdays":
			c.at(at, "%s is %q, which the day of an activity tells already; remove it", called(at), id)
		case word == "name" || word == "names":
			c.at(at, `%s is %q; names are published by "publish_names" in [privacy]`, called(at), id)
		case strings.Contains(word, "note") || strings.Contains(word, "description"):
			c.at(at, "%s is %q, which is never read, let alone published; remove it", called(at), id)
		default:
			c.oneOf(at, id, PublishIDs)
		}
	}
}
