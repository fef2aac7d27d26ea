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
)
