package layers

var visitsField = Field{ID: "visits", Kind: Count, Unit: "visits", pen: penVisits}

// secondsField takes the place of visits where frequency is measured in time: seconds within a pixel, of MeanZoom where the zoom is deeper.
var secondsField = Field{ID: "visits", Kind: Sum, Unit: "s", sum: chSeconds, factor: 1, footprint: penFootprint}

// orange runs from a glow that a once-only route still shows in, over the
// product's orange, to near white.
var orange = Ramp{
	{0, RGBA{0xb8, 0x38, 0x08, 0xb4}},
	{0.25, RGBA{0xfc, 0x4c, 0x03, 0xd8}},
	{0.55, RGBA{0xff, 0x85, 0x2e, 0xf0}},
	{0.8, RGBA{0xff, 0xc4, 0x6b, 0xff}},
	{1, RGBA{0xff, 0xf6, 0xdc, 0xff}},
}

// topRoutes leaves the rare routes dark, so that the favourites stand out.
var topRoutes = Ramp{
	{0, RGBA{0x8a, 0x2a, 0x06, 0x50}},
	{0.12, RGBA{0xc8, 0x3c, 0x05, 0xa0}},
	{0.35, RGBA{0xfc, 0x4c, 0x03, 0xe0}},
	{0.65, RGBA{0xff, 0x95, 0x3a, 0xff}},
	{1, RGBA{0xff, 0xf6, 0xdc, 0xff}},
}

func frequencyLayers(seconds bool) []Layer {
	unit, from, what := "visits", number(1), "every outing counts once"
	if seconds {
		unit, from, what = "s", nil, "by the seconds spent"
	}
	return []Layer{
		{ID: "top", Group: "frequency", Title: "Top routes", Field: "visits", Unit: unit, Spread: Linear, From: number(0),
			Description: "Where you go most, " + what, Ramp: topRoutes},
		{ID: "all", Group: "frequency", Title: "All routes", Field: "visits", Unit: unit, Spread: Log, From: from,
			Description: "Everywhere you have been, " + what, Ramp: orange},
	}
}
