package layers

import "slices"

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
		for _, count := range [...]int{Visits, Fresh12, Fresh36} {
			if l := &all[i]; l.Field == fields[count].ID {
				l.ofCrowd(s.Crowd, fields[count].Unit)
			}
		}
	}
	return all
}

// ofCrowd makes a layer of activities one of a crowd, whose least number is the lower end of the range where that is 1 otherwise.
func (l *Layer) ofCrowd(c Crowd, unit string) {
	l.Unit = unit
	if *l.From == 1 {
		l.From = number(float64(c.Least))
	}
	l.Description = crowdWords[l.ID][c.Athletes]
}

// crowdWords describe the layers of activities for a crowd, of activities and of athletes.
var crowdWords = map[string]map[bool]string{
	"top":     {false: "Where most activities went", true: "Where most athletes went"},
	"all":     {false: "Everywhere that enough activities share", true: "Everywhere that enough athletes share"},
	"fresh12": {false: "Activities of the last 12 months", true: "Athletes of the last 12 months"},
	"fresh36": {false: "Activities of the last 36 months", true: "Athletes of the last 36 months"},
}

func number(v float64) *float64 { return &v }
