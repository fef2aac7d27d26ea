package layers

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

func number(v float64) *float64 { return &v }
