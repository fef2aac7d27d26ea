package config

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"heatmapgen/activity"
	"heatmapgen/layers"
)

// Layer is one [[layer]]: a layer of the user's own, of some of the activities, which the page paints from their lines.
type Layer struct {
	// ID is unique and none of LayerIDs.
	ID string `toml:"id"`
	// Title is shown in the page; the ID when not given. Description is a line below it, "" for none.
	Title       string `toml:"title"`
	Description string `toml:"description"`
	// Field is one of layers.OwnFields.
	Field string `toml:"field"`
	// Ramp is the name of one of layers.NamedRamps, Colours are those of another from its low to its high end; without either the field has its usual one.
	Ramp    string   `toml:"ramp"`
	Colours []string `toml:"colours"`
	// Scale is a layers.Spread, "" for that of the field, and Gamma the exponent of layers.Power, 0 for RecencyGamma.
	Scale string  `toml:"scale"`
	Gamma float64 `toml:"gamma"`
	// Months leaves the last so many months up to the day of the map; 0 is no limit.
	Months int `toml:"months"`
	// What follows is as in Filter; without Sports all are meant that the map has.
	Sports   []string  `toml:"sports"`
	From     time.Time `toml:"from"`
	To       time.Time `toml:"to"`
	Gear     []string  `toml:"gear"`
	Commute  *bool     `toml:"commute"`
	Kinds    []string  `toml:"kinds"`
	Hours    []int     `toml:"hours"`
	Weekdays []string  `toml:"weekdays"`
}

// Window returns which activities the layer is of, but for Months. Where its sports want none, they want all that they do not leave out, virtual ones included.
func (l *Layer) Window() *Filter {
	sports := slices.Clone(l.Sports)
	if !slices.ContainsFunc(sports, func(s string) bool { return !strings.HasPrefix(s, activity.Without) }) {
		sports = append(sports, string(activity.SportAll), string(activity.SportVirtual))
	}
	return &Filter{Sports: sports, From: l.From, To: l.To, Gear: l.Gear, Commute: l.Commute, Kinds: l.Kinds, Hours: l.Hours, Weekdays: l.Weekdays}
}

// Limits of layers.
const (
	// maxOwnLayers is more than anybody chooses from.
	maxOwnLayers = 24
	// maxLayerText is as much as a page shows of a title or a description.
	maxLayerText = 200
	maxMonths    = 1200
	maxColours   = 16
	maxGamma     = 100
)

// layerIDs returns the ids of all layers of the configuration.
func (c *Config) layerIDs() []string {
	ids := slices.Clone(LayerIDs)
	for i := range c.Layers {
		ids = append(ids, c.Layers[i].ID)
	}
	return ids
}

// layers checks the layers of the user's own.
func (c *checker) layers(cfg *Config) {
	if len(cfg.Layers) == 0 {
		return
	}
	switch {
	case cfg.OfCrowd():
		c.at("layer", "[[layer]] is painted from the lines of single activities, of which a map of many people shows nothing; remove it")
	case !cfg.Page.Tracks && c.set["page.tracks"]:
		c.at("page.tracks", "%s is false, but each [[layer]] is painted from the lines of the activities; remove one of the two", called("page.tracks"))
	case !cfg.Page.Tracks:
		c.at("page.activities", "%s is false, which leaves out the lines, too, but each [[layer]] is painted from them; remove one of the two", called("page.activities"))
	case len(cfg.Layers) > maxOwnLayers:
		c.at("layer", "there are %d [[layer]]; at most %d are read", len(cfg.Layers), maxOwnLayers)
	}
	taken := slices.Clone(LayerIDs)
	for i := range cfg.Layers {
		l := &cfg.Layers[i]
		c.layer(item("layer", i), l, taken)
		taken = append(taken, l.ID)
	}
}

// layer checks one [[layer]]; taken are the ids that others have.
func (c *checker) layer(at string, l *Layer, taken []string) {
	id := at + ".id"
	switch {
	case !c.set[id]:
		c.at(id, "[[layer]] has no %q; give it a short name such as %q", "id", "gravel")
	case !shortID.MatchString(l.ID) || len(l.ID) > maxLayerID:
		c.at(id, "%s is %q; it must be made of at most %d small letters, digits and hyphens", called(id), l.ID, maxLayerID)
	case slices.Contains(LayerIDs, l.ID):
		c.at(id, "%s is %q, which is one of the ten layers that there are anyway; give it another", called(id), l.ID)
	case slices.Contains(taken, l.ID):
		c.at(id, "%s is %q, which another [[layer]] has already", called(id), l.ID)
	}
	for key, text := range map[string]string{"title": l.Title, "description": l.Description} {
		path := join(at, key)
		if c.set[path] && key == "title" {
			c.notEmpty(path, text)
		}
		if n := len([]rune(text)); n > maxLayerText {
			c.at(path, "%s has %d characters; at most %d are shown", called(path), n, maxLayerText)
		}
	}
	c.field(at, l)
	c.window(at, l.Window())
	c.months(at, l)
}

// maxLayerID keeps links short.
const maxLayerID = 40

// field checks what a layer looks at and how.
func (c *checker) field(at string, l *Layer) {
	path := at + ".field"
	if strings.HasPrefix(l.Field, "fresh") && slices.Contains(LayerIDs, l.Field) {
		c.at(path, "%s is %q; that is %q with months = %s", called(path), l.Field, "visits", strings.TrimPrefix(l.Field, "fresh"))
		return
	}
	fields := layers.OwnFields()
	switch meant := map[string]string{"all": "visits", "top": "visits"}[l.Field]; {
	case meant != "":
		c.at(path, "%s is %q, which is a layer; the field that it looks at is %q", called(path), l.Field, meant)
		return
	case !slices.Contains(fields, l.Field):
		c.oneOf(path, l.Field, fields)
		return
	}
	two := layers.TwoSided(l.Field)
	if ramp := at + ".ramp"; c.set[ramp] {
		c.oneOf(ramp, l.Ramp, layers.RampNames())
		if _, sides, ok := layers.NamedRamp(l.Ramp); ok && sides != two {
			c.at(ramp, "%s is %q, %s; take one of %s", called(ramp), l.Ramp, rampSides[sides], quotedList(slices.DeleteFunc(layers.RampNames(), func(name string) bool {
				_, sides, _ := layers.NamedRamp(name)
				return sides != two
			})))
		}
	}
	c.colours(at+".colours", l.Colours, c.set[at+".ramp"])
	if scale := at + ".scale"; c.set[scale] {
		var fitting []string
		for _, s := range layers.SpreadsOf(l.Field) {
			fitting = append(fitting, string(s))
		}
		c.oneOf(scale, l.Scale, fitting)
	}
	if gamma := at + ".gamma"; c.set[gamma] {
		c.above(gamma, l.Gamma, 0, maxGamma)
		if l.Scale != string(layers.Power) {
			c.at(gamma, "%s is the exponent of scale = %q, which this layer has not; remove it, or set that", called(gamma), layers.Power)
		}
	}
}

// rampSides say which fields a ramp is for.
var rampSides = map[bool]string{true: "which has two sides, for fields around zero", false: "which goes one way, but this field has two sides of zero"}

var colour = regexp.MustCompile(`^#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?$`)

// colours checks the colours of a ramp; named tells that there is the name of one, too.
func (c *checker) colours(path string, colours []string, named bool) {
	switch n := len(colours); {
	case !c.set[path]:
		return
	case named:
		c.at(path, "[[layer]] has both %q and %q; keep one of them", "ramp", "colours")
	case n < 2 || n > maxColours:
		c.at(path, "%s has %d; give it 2 to %d, from the low end to the high one", called(path), n, maxColours)
	}
	for i, text := range colours {
		if at := item(path, i); !colour.MatchString(text) {
			c.at(at, "%s is %q; it must look like %q, or %q with an opacity", called(at), text, "#fc4c03", "#fc4c03cc")
		}
	}
}

// months checks the window that is told by its length.
func (c *checker) months(at string, l *Layer) {
	path := at + ".months"
	if !c.set[path] {
		return
	}
	c.whole(path, l.Months, 1, maxMonths)
	for _, key := range []string{"from", "to"} {
		if c.set[join(at, key)] {
			c.at(path, "[[layer]] has both %q and %q; keep one of them", "months", key)
		}
	}
}
