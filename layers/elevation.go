package layers

var (
	steepnessField = Field{ID: "steepness", Kind: Mean, Unit: "%", sum: chSteepSum, weight: chGradeDist, factor: 100, footprint: penGrade}
	directionField = Field{ID: "direction", Kind: Mean, Unit: "%", sum: chGradeSum, weight: chGradeDist, factor: 100, footprint: penGrade}
	hillsField     = Field{ID: "hills", Kind: Mean, Unit: "m/100m", sum: chClimb, weight: chGradeDist, factor: 100, footprint: penGrade, hill: true}
)

var green = Ramp{
	{0, RGBA{0x1d, 0x6b, 0x3f, 0x40}},
	{0.35, RGBA{0x2b, 0xa8, 0x5a, 0xa0}},
	{0.7, RGBA{0x5f, 0xde, 0x7f, 0xe8}},
	{1, RGBA{0xe4, 0xff, 0xe0, 0xff}},
}

// greenPurple is green downhill and purple uphill; flats fade out.
var greenPurple = Ramp{
	{0, RGBA{0x4a, 0xe0, 0x8a, 0xff}},
	{0.3, RGBA{0x2f, 0x9e, 0x63, 0xd0}},
	{0.5, RGBA{0x8a, 0x90, 0x98, 0x38}},
	{0.7, RGBA{0x9a, 0x4f, 0xd0, 0xd0}},
	{1, RGBA{0xd6, 0x8c, 0xff, 0xff}},
}

var navyRed = Ramp{
	{0, RGBA{0x1c, 0x2f, 0x6b, 0x58}},
	{0.25, RGBA{0x3a, 0x4f, 0xb0, 0xb0}},
	{0.5, RGBA{0x9a, 0x4c, 0xb0, 0xe0}},
	{0.75, RGBA{0xe8, 0x4a, 0x5f, 0xff}},
	{1, RGBA{0xff, 0x8a, 0x70, 0xff}},
}

func elevationLayers() []Layer {
	return []Layer{
		{ID: "steepness", Group: "elevation", Title: "Steepness", Field: "steepness", Unit: "%", Spread: Linear,
			Description: "How steep it is, up or down", Ramp: green},
		{ID: "direction", Group: "elevation", Title: "Up vs down", Field: "direction", Unit: "%", Spread: Symmetric,
			Description: "Whether you mostly climb or mostly descend here", Ramp: greenPurple},
		{ID: "hills", Group: "elevation", Title: "Hill training", Field: "hills", Unit: "m/100m", Spread: Linear, From: number(0),
			Description: "Where you gain your metres of ascent", Ramp: navyRed},
	}
}
