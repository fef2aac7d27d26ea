package audit

// What was learned from made-up athletes, of whom it is known where they live: by how much each clue makes a place likelier, as a factor of the
// logarithm of its likelihood. docs/privacy.md tells how it was learned and how well it does. lineattack.go and tileattack.go have the clues.
var (
	// A conditional logit over the places of the cell, fitted to 220 sites.
	lineWeights = map[string]float64{
		"quad": 1.954, "quadN": 0.078, "means": -0.464, "meansN": -0.274, "pointing": -2.202, "excess": 0.463,
		"excessWays": 0.692, "near": -0.177, "all": 1.145, "far": 0.201, "foot": 1.895,
	}
	tileWeights = map[string]float64{
		"quad": 0.9446, "quadN": 0.6082, "mean": -0.3521, "means": -0.3311, "meansN": -0.1673, "ways": 0.1512,
		"pointing": -0.3232, "footNear": -0.6144, "foot": 1.7601, "all": 0.9784,
	}
	// With a street map; the last is of sites without lines.
	streetWeights = map[string]float64{
		"quad": 1.4403, "quadN": 0.3404, "means": -0.4024, "meansN": -0.1459, "pointing": -2.2761, "excess": 0.2532, "excessWays": 0.596,
		"near": -0.0486, "all": 1.0347, "far": 0.175, "foot": 1.5743, "street": 0.0609, "dense": 0.5659, "denseWide": 1.4778,
		"detour": 0.0437, "detourWays": 0.5416,
	}
	tileStreetWeights = map[string]float64{
		"quad": 0.7747, "quadN": 1.2383, "mean": -0.7399, "means": -0.7705, "meansN": 0.1388, "ways": -0.3079, "pointing": 0.4072,
		"footNear": -0.1199, "foot": 1.9323, "all": 0.8728, "street": 0.0596, "dense": 0.5707, "denseWide": 1.5303,
	}
)
