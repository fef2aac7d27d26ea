package layers

import (
	"fmt"
	"slices"
)

// A Spread is the way values are spread over a ramp (docs/format.md, "From a value to a colour").
type Spread string

// The spreads.
const (
	Linear    Spread = "linear"
	Log       Spread = "log"
	Power     Spread = "power"
	Symmetric Spread = "symmetric"
)

// A Layer is one way of looking at a field.
type Layer struct {
	ID          string  `json:"id"`
	Group       string  `json:"group"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Field       string  `json:"field"`
	Unit        string  `json:"unit"`
	Spread      Spread  `json:"scale"`
	Gamma       float64 `json:"gamma,omitempty"`
	// From, where not nil, is the lower end of the range whatever the zoom.
	From *float64 `json:"from,omitempty"`
	Ramp Ramp     `json:"ramp"`
}

// DefaultLayer is the layer whose colours the outer archive's tiles carry.
const DefaultLayer = "all"

// Layers returns the ten layers in the order of the page. recencyGamma is the
// exponent of the recency layer; seconds tells that visits holds seconds.
func Layers(recencyGamma float64, seconds bool) []Layer {
	var all []Layer
	for _, group := range [][]Layer{
		frequencyLayers(seconds), paceLayers(), heartRateLayers(), elevationLayers(), timeLayers(recencyGamma),
	} {
		all = append(all, group...)
	}
	return all
}

// Layers returns the layers of maps of these settings in the order of the page. recencyGamma is the exponent of the recency layer, which maps of a crowd have not.
func (s *Settings) Layers(recencyGamma float64) []Layer {
	all := Layers(recencyGamma, s.Seconds)
	if !s.Crowd.On() {
		return all
	}
	fields := s.Fields()
	all = slices.DeleteFunc(all, func(l Layer) bool { return l.Field == fields[Recency].ID })
	for i := range all {
		l := &all[i]
		who := "activities"
		if s.Crowd.Athletes {
			who = athletesUnit
		}
		if words := crowdWords[l.ID]; words != "" {
			l.Description = fmt.Sprintf(words, who)
		}
		if l.ID == DefaultLayer && s.Crowd.Least > 1 {
			l.Description += fmt.Sprintf(", where %d or more share a place", s.Crowd.Least)
		}
		for _, count := range [...]int{Visits, Fresh12, Fresh36} {
			if l.Field != fields[count].ID || fields[count].Kind != Count {
				continue
			}
			// The colours begin with the least that shows.
			l.Unit = fields[count].Unit
			if *l.From == 1 {
				l.From = number(float64(s.Crowd.Least))
			}
		}
	}
	return all
}

// crowdWords describe layers for a crowd of activities or athletes, whose other descriptions speak of one reader's own activities.
var crowdWords = map[string]string{
	"top":       "Where most %s were",
	"all":       "All %s",
	"pace":      "The mean pace of %s that share a place",
	"heartrate": "The mean heart rate of %s that share a place",
	"direction": "Whether %s mostly climb or mostly descend here",
	"hills":     "Where %s gain their metres of ascent",
	"fresh12":   "The %s of the last 12 months",
	"fresh36":   "The %s of the last 36 months",
}

func number(v float64) *float64 { return &v }
