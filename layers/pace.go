package layers

// paceField is the true mean speed: metres moved over seconds moving.
var paceField = Field{ID: "pace", Kind: Mean, Unit: "m/s", sum: chMoveDist, weight: chMoveTime, factor: 1, footprint: penMoving}

var blue = Ramp{
	{0, RGBA{0x1b, 0x3a, 0x8c, 0xd0}},
	{0.35, RGBA{0x2f, 0x6f, 0xd6, 0xe8}},
	{0.7, RGBA{0x5f, 0xb4, 0xf5, 0xff}},
	{1, RGBA{0xe6, 0xf7, 0xff, 0xff}},
}

func paceLayers() []Layer {
	return []Layer{{ID: "pace", Group: "pace", Title: "Average pace", Field: "pace", Unit: "m/s", Spread: Linear,
		Description: "How fast you move here", Ramp: blue}}
}
