package layers

var (
	recencyField = Field{ID: "recency", Kind: Date, Unit: "day", footprint: penFootprint}
	fresh12Field = Field{ID: "fresh12", Kind: Count, Unit: "visits", pen: penFresh12}
	fresh36Field = Field{ID: "fresh36", Kind: Count, Unit: "visits", pen: penFresh36}
)

// viridis by S. van der Walt and N. Smith (CC0), sampled at five places and
// opaque enough at its dark end to be seen on a dark map.
var viridis = Ramp{
	{0, RGBA{0x48, 0x28, 0x78, 0xc0}},
	{0.25, RGBA{0x3e, 0x4a, 0x89, 0xd8}},
	{0.5, RGBA{0x21, 0x91, 0x8c, 0xf0}},
	{0.75, RGBA{0x5e, 0xc9, 0x62, 0xff}},
	{1, RGBA{0xfd, 0xe7, 0x25, 0xff}},
}

func timeLayers(gamma float64) []Layer {
	return []Layer{
		{ID: "recency", Group: "time", Title: "Recency", Field: "recency", Unit: "day", Spread: Power, Gamma: gamma,
			Description: "When you were last here", Ramp: viridis},
		{ID: "fresh12", Group: "time", Title: "Fresh, 12 months", Field: "fresh12", Unit: "visits", Spread: Log, From: number(1),
			Description: "Visits in the last 12 months", Ramp: orange},
		{ID: "fresh36", Group: "time", Title: "Fresh, 36 months", Field: "fresh36", Unit: "visits", Spread: Log, From: number(1),
			Description: "Visits in the last 36 months", Ramp: orange},
	}
}
