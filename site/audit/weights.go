package audit

// What was learned from made-up athletes, of whom it is known where they live: by how much each clue makes a place likelier, as a factor of the
// logarithm of its likelihood. docs/privacy.md tells how and how well.
var (
	lineWeights = map[string]float64{}
	tileWeights = map[string]float64{}
)
