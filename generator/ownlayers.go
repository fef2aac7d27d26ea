package generator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/words"
	"heatmapgen/layers"
)

// An OwnLayer is a layer of the user's own (docs/format.md, "Layers of one's own"): pages paint it from the lines, so nothing is stored of it but which activities it is of.
type OwnLayer struct {
	layers.Layer
	// Activities has a bit for each activity, that of row a being bit a modulo 8 of byte a / 8, the lowest first: 1 where the layer is of it. Nil is all.
	Activities []byte `json:"activities,omitempty"`
}

// ownGroup is the group of all layers of the user's own.
const ownGroup = "own"

// ownLayers settles the layers of the user's own for a selection: how each looks, and which of what is drawn it is of. That is told here by all that is known of the activities, so
// that nothing of it has to be published.
func (b *build) ownLayers(sel *selection) []OwnLayer {
	var own []OwnLayer
	for i := range b.cfg.Layers {
		l := &b.cfg.Layers[i]
		bits, count := newWindow(l, b.today).members(sel)
		if count == len(sel.drawn) {
			bits = nil
		}
		own = append(own, OwnLayer{Layer: ownLook(b.cfg, l), Activities: bits})
	}
	return own
}

// emptyWindows warns of layers of the user's own that nothing which is drawn is in.
func (b *build) emptyWindows(sel *selection) (warnings []string) {
	for i := range b.cfg.Layers {
		if _, count := newWindow(&b.cfg.Layers[i], b.today).members(sel); count == 0 {
			warnings = append(warnings, emptyWindow(b.cfg, i, sel))
		}
	}
	return warnings
}

// ownLook returns how a layer of the user's own looks.
func ownLook(cfg *config.Config, l *config.Layer) layers.Layer {
	look := layers.OwnLayer(l.Field, cfg.Ranges.RecencyGamma, cfg.Render.Frequency == config.FrequencyTime)
	look.ID, look.Group, look.Title, look.Description = l.ID, ownGroup, l.Title, l.Description
	if r, _, ok := layers.NamedRamp(l.Ramp); ok {
		look.Ramp = r
	}
	if len(l.Colours) > 0 {
		colours := make([]string, len(l.Colours))
		for i, c := range l.Colours {
			colours[i] = strings.TrimPrefix(c, "#")
		}
		look.Ramp = layers.Evenly(layers.TwoSided(l.Field), colours...)
	}
	if l.Scale == "" {
		return look
	}
	// Ratios begin with a visit, even steps with none.
	if look.Spread == layers.Log && l.Scale != string(layers.Log) {
		look.From = nil
	}
	look.Spread, look.Gamma = layers.Spread(l.Scale), 0
	if look.Spread == layers.Power {
		if look.Gamma = l.Gamma; look.Gamma == 0 {
			look.Gamma = cfg.Ranges.RecencyGamma
		}
	}
	return look
}

// A window tells which activities a layer of the user's own is of.
type window struct {
	filter activity.Filter
	labels activity.LabelFilter
	// sensor is that of the layer, where read tells that it has one.
	sensor activity.Sensor
	read   bool
}

// newWindow returns the window of a layer in a map of the day today.
func newWindow(l *config.Layer, today time.Time) *window {
	f := l.Window()
	w := &window{filter: activity.Filter{From: activity.DayPtr(f.From), To: activity.DayPtr(f.To)}, labels: f.Labels()}
	for _, s := range f.Sports {
		w.filter.Sports = append(w.filter.Sports, activity.Sport(s))
	}
	w.sensor, w.read = activity.SensorOf(l.Field)
	if l.Months > 0 {
		w.filter.From, w.filter.To = activity.DayPtr(monthsBefore(today, l.Months).AddDate(0, 0, 1)), activity.DayPtr(today)
	}
	return w
}

// monthsBefore returns the same day of the month so many months before, the last of that month where it has no such day.
func monthsBefore(day time.Time, months int) time.Time {
	y, m, d := day.Date()
	last := time.Date(y, m-time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	return last.AddDate(0, 0, min(d, last.Day())-last.Day())
}

// has tells whether the window wants the activity of a row that is drawn. A date that lies after the day of the map is none.
func (w *window) has(r *row) bool {
	a := r.Activity
	if r.late {
		a.Start = time.Time{}
	}
	return w.filter.Check(&a) == activity.Kept && w.labels.Check(&a) == activity.Kept
}

// members returns which of what is drawn the window has, as OwnLayer.Activities, and how many they are. Of a layer of a sensor these have readings of it.
func (w *window) members(sel *selection) (bits []byte, count int) {
	bits = make([]byte, (len(sel.drawn)+7)/8)
	for a, i := range sel.drawn {
		if r := &sel.rows[i]; w.has(r) && (!w.read || r.sensors.Has(w.sensor)) {
			bits[a/8] |= 1 << (a % 8)
			count++
		}
	}
	return bits, count
}

// emptyWindow says that no activity that is drawn lies in the window of layer i.
func emptyWindow(cfg *config.Config, i int, sel *selection) string {
	l := &cfg.Layers[i]
	hint := ""
	gears := map[string]bool{}
	for _, k := range sel.drawn {
		gears[sel.rows[k].Gear] = true
	}
	delete(gears, "")
	for _, name := range l.Gear {
		is := func(known string) bool { return strings.EqualFold(known, name) }
		if known := slices.Sorted(maps.Keys(gears)); !strings.HasPrefix(name, activity.Without) && !slices.ContainsFunc(known, is) {
			hint = fmt.Sprintf("; none has the gear %q", words.OneLine(name))
			if near := config.Nearest(name, known, max(1, len(name)/3)); near != "" {
				hint += fmt.Sprintf(", the nearest is %q", words.OneLine(near))
			}
			break
		}
	}
	if s, ok := activity.SensorOf(l.Field); ok && hint == "" && !slices.ContainsFunc(sel.drawn, func(k int) bool { return sel.rows[k].sensors.Has(s) }) {
		hint = "; none has readings of " + s.String()
	}
	return cfg.FaultAt(fmt.Sprintf("layer[%d]", i), "[[layer]] %q is of none of the %s of the map%s", l.ID, words.Plural(len(sel.drawn), "activity", "activities"), hint).String()
}

// checkOwn returns what is wrong with the layers of the user's own, as sentences.
func (m *Metadata) checkOwn() (findings []string) {
	taken := map[string]bool{}
	for _, l := range m.Layers {
		taken[l.ID] = true
	}
	n := len(m.Activities.Day)
	for i := range m.OwnLayers {
		l := &m.OwnLayers[i]
		find := func(format string, args ...any) {
			findings = append(findings, fmt.Sprintf("the layer %s "+format, append([]any{words.OneLine(l.ID)}, args...)...))
		}
		if taken[l.ID] {
			find("is there twice")
		}
		taken[l.ID] = true
		if !layers.Live(l.Field) && !slices.ContainsFunc(m.Fields, func(f FieldMetadata) bool { return f.ID == l.Field }) {
			find("looks at %s, but there is no such field", words.OneLine(l.Field))
		}
		if len(l.Ramp) == 0 {
			find("has no colours")
		}
		if l.Activities == nil {
			continue
		}
		if want := (n + 7) / 8; len(l.Activities) != want {
			find("tells of %d bytes of activities, but %s take %d", len(l.Activities), words.Plural(n, "activity", "activities"), want)
		} else if n%8 != 0 && l.Activities[want-1]>>(n%8) != 0 {
			find("is of activities that there are not")
		}
	}
	return findings
}
