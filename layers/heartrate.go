package layers

var heartRateField = Field{ID: "heartrate", Kind: Mean, Unit: "bpm", sum: chHeartSum, weight: chHeartTime, factor: 1, footprint: penHeart}

var red = Ramp{
	{0, RGBA{0x6e, 0x12, 0x2b, 0xd0}},
	{0.35, RGBA{0xb8, 0x1f, 0x3c, 0xe8}},
	{0.7, RGBA{0xf2, 0x5c, 0x5c, 0xff}},
	{1, RGBA{0xff, 0xe3, 0xdc, 0xff}},
}

func heartRateLayers() []Layer {
	return []Layer{{ID: "heartrate", Group: "heartrate", Title: "Average heart rate", Field: "heartrate", Unit: "bpm", Spread: Linear,
		Description: "How hard your heart works here", Ramp: red}}
}
