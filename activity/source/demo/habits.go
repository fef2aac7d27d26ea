package demo

import "heatmapgen/activity"

// A habit is an outing the athlete makes again and again, or now and then: the
// stops, how often in each of the five years, and how hard.
type habit struct {
	name  string
	sport activity.Sport
	stops []string
	back  bool   // home the way one came
	years [5]int // times a year, the oldest first
	pace  float64
	taste *taste
	drill drill
}

const sportTrailRun activity.Sport = "Trail Run"

// A drill is what is done along the way besides going.
type drill uint8

const (
	steady  drill = iota
	laps          // fast laps on the track, jogged ones between
	repeats       // up and down the second leg, again and again
	tempo         // the middle third faster
	race          // everything faster
	boat          // the ferry between the two halves of the stops, at ""
)

// Paces in m/s on the flat: an easy run's, as the first year has it.
const (
	easy   = 2.72
	walk   = 1.45
	cruise = 175 // watts, of a ride
)

var habits = []habit{
	{"Along the lake", activity.SportRun, []string{"home", "narrows", "bay"}, true, [5]int{4, 4, 4, 4, 4}, easy, &runTaste, steady},
	{"Lake and river", activity.SportRun, []string{"home", "harbour", "abbey", "mouth", "bridge", "weir", "home"}, false, [5]int{3, 4, 4, 4, 4}, easy, &runTaste, steady},
	{"Evening lap", activity.SportRun, []string{"home", "harbour", "abbey", "home"}, false, [5]int{4, 3, 3, 2, 2}, easy * 1.05, &runTaste, steady},
	{"To the river mouth", activity.SportRun, []string{"home", "harbour", "mouth"}, true, [5]int{1, 1, 2, 2, 2}, easy * 1.06, &runTaste, tempo},
	{"Castle hill", activity.SportRun, []string{"home", "castle", "hill gate", "home"}, false, [5]int{2, 3, 2, 3, 2}, easy, &runTaste, steady},
	{"Track intervals", activity.SportRun, []string{"home", "harbour", "track", "home"}, false, [5]int{2, 3, 3, 3, 3}, easy, &runTaste, laps},
	{"Hard and the Rhine", activity.SportRun, []string{"home", "abbey", "mouth", "hard", "rhine", "canal north", "hard church", "bridge", "home"}, false, [5]int{0, 1, 3, 4, 5}, easy, &runTaste, steady},
	{"Lindau and back", activity.SportRun, []string{"home", "bay", "border", "lindau"}, true, [5]int{1, 2, 2, 2, 2}, easy, &runTaste, steady},
	{"Round Lindau", activity.SportRun, []string{"home", "bay", "border", "lindau west", "lindau", "hoerbranz", "bay", "home"}, false, [5]int{0, 1, 0, 1, 1}, easy, &runTaste, steady},
	{"Meadow loop", sportTrailRun, []string{"home", "hill gate", "meadow", "castle", "home"}, false, [5]int{1, 2, 2, 2, 2}, easy, &trailTaste, steady},
	{"Up the hill", sportTrailRun, []string{"home", "hill gate", "summit", "saddle", "narrows", "home"}, false, [5]int{2, 3, 3, 4, 4}, easy, &trailTaste, steady},
	{"Ridge", sportTrailRun, []string{"home", "hill gate", "summit", "saddle", "hochberg", "terrace", "bay", "home"}, false, [5]int{0, 1, 1, 2, 2}, easy, &trailTaste, steady},
	{"Long ridge", sportTrailRun, []string{"home", "meadow", "summit", "hochberg", "moggers", "terrace", "narrows", "home"}, false, [5]int{0, 0, 1, 0, 1}, easy, &trailTaste, steady},
	{"Ridge to Scheidegg", sportTrailRun, []string{"home", "summit", "hochberg", "moggers", "scheidegg"}, false, [5]int{0, 0, 0, 1, 0}, easy, &trailTaste, steady},
	{"Gorge", sportTrailRun, []string{"home", "castle", "weir", "gorge", "meadow", "hill gate", "home"}, false, [5]int{0, 1, 1, 1, 1}, easy, &trailTaste, steady},
	{"Tempo through the meadows", activity.SportRun, []string{"home", "bridge", "wet meadow", "canal", "canal north", "hard church", "bridge", "home"}, false, [5]int{1, 1, 2, 1, 2}, easy * 1.05, &runTaste, tempo},
	{"Hill repeats", activity.SportRun, []string{"home", "hill gate", "meadow", "home"}, false, [5]int{1, 1, 1, 2, 1}, easy * 0.97, &trailTaste, repeats},
	{"Bildstein", sportTrailRun, []string{"wolfurt", "bildstein", "schwarzach", "wolfurt"}, false, [5]int{0, 1, 1, 2, 2}, easy, &trailTaste, steady},
	{"Long run in the delta", activity.SportRun, []string{"hard", "fussach", "spit", "delta", "delta west", "hoechst", "rhine south", "canal north", "hard"}, false, [5]int{0, 0, 1, 2, 3}, easy, &runTaste, steady},
	{"Canal to the meadows", activity.SportRun, []string{"home", "bridge", "lauterach", "wet meadow", "wolfurt", "weir", "home"}, false, [5]int{1, 1, 1, 1, 1}, easy, &runTaste, steady},
	{"Wolfurt round", activity.SportRun, []string{"home", "bridge", "wolfurt", "weir", "castle", "home"}, false, [5]int{1, 1, 1, 1, 1}, easy, &runTaste, steady},
	{"Three Countries Marathon", activity.SportRun, []string{"lindau", "border", "bay", "harbour", "mouth", "hard", "fussach", "hoechst", "rhine south", "canal", "canal north", "hard church", "lauterach", "bridge", "track"}, false, [5]int{0, 0, 1, 1, 1}, easy * 1.08, &runTaste, race},
	{"Ten by the lake", activity.SportRun, []string{"track", "harbour", "narrows", "bay"}, true, [5]int{1, 1, 1, 1, 1}, easy * 1.14, &runTaste, race},
	{"Lunch run", activity.SportRun, []string{"office", "town south", "canal south", "office"}, false, [5]int{7, 5, 0, 0, 0}, easy, &runTaste, steady},
	{"Lunch run, canal", activity.SportRun, []string{"office", "canal", "schwarzach", "office"}, false, [5]int{3, 2, 0, 0, 0}, easy * 1.03, &runTaste, steady},
	{"Run home from work", activity.SportRun, []string{"office", "schwarzach", "wolfurt", "bridge", "home"}, false, [5]int{2, 1, 0, 0, 0}, easy, &runTaste, steady},

	{"Round the lake", activity.SportRide, []string{"home", "bay", "lindau west", "wasserburg", "friedrichs", "", "romanshorn", "rorschach", "delta west", "hoechst", "hard church", "home"}, false, [5]int{0, 1, 1, 0, 1}, cruise, &rideTaste, boat},
	{"Round the whole lake", activity.SportRide, []string{"home", "lindau west", "friedrichs", "meersburg", "", "ferry", "konstanz", "romanshorn", "rorschach", "hoechst", "home"}, false, [5]int{0, 0, 0, 1, 0}, cruise, &rideTaste, boat},
	{"Up the Rhine", activity.SportRide, []string{"home", "hard church", "rhine south", "diepoldsau", "feldkirch", "hohenems", "office", "home"}, false, [5]int{1, 1, 1, 1, 1}, cruise, &rideTaste, steady},
	{"Over the Bödele", activity.SportRide, []string{"home", "wolfurt", "alberschw", "egg", "boedele", "office", "home"}, false, [5]int{0, 1, 1, 2, 1}, cruise, &rideTaste, steady},
	{"Bregenzerwald", activity.SportRide, []string{"home", "weir", "langen", "sulzberg", "egg", "bezau", "au", "bezau", "egg", "alberschw", "wolfurt", "home"}, false, [5]int{0, 0, 1, 0, 1}, cruise, &rideTaste, steady},
	{"Appenzell", activity.SportRide, []string{"home", "hoechst", "heiden", "gais", "altstaetten", "lustenau", "home"}, false, [5]int{0, 1, 0, 1, 1}, cruise, &rideTaste, steady},
	{"To work", activity.SportRide, []string{"home", "lauterach", "office"}, false, [5]int{3, 2, 0, 0, 0}, cruise * 0.8, &rideTaste, steady},
	{"Behind Lindau", activity.SportRide, []string{"home", "hoerbranz", "hinterland", "lindau west", "border", "bay", "home"}, false, [5]int{0, 1, 1, 1, 1}, cruise, &rideTaste, steady},
	{"Reichenau", activity.SportRide, []string{"konstanz", "reichenau", "konstanz"}, false, [5]int{0, 0, 0, 0, 1}, cruise * 0.7, &rideTaste, steady},
	{"Bodanrück round", activity.SportRide, []string{"konstanz", "ferry", "wallhausen", "bodman", "allensbach", "konstanz"}, false, [5]int{0, 0, 0, 0, 1}, cruise * 0.8, &rideTaste, steady},

	{"Walk by the lake", activity.SportWalk, []string{"home", "harbour", "narrows"}, true, [5]int{1, 1, 1, 0, 1}, walk, &runTaste, steady},
	{"Walk to the abbey", activity.SportWalk, []string{"home", "abbey"}, true, [5]int{1, 0, 1, 0, 1}, walk, &runTaste, steady},
	{"Mainau", activity.SportWalk, []string{"konstanz", "ferry", "mainau"}, false, [5]int{0, 0, 0, 0, 1}, walk, &runTaste, steady},
	{"Lindau island", activity.SportWalk, []string{"lindau west", "lindau", "lindau west"}, false, [5]int{0, 1, 0, 1, 0}, walk, &runTaste, steady},
	{"Bodanrück", activity.SportHike, []string{"wallhausen", "ridge walk", "allensbach"}, false, [5]int{0, 0, 0, 0, 1}, walk, &trailTaste, steady},
	{"Säntis", activity.SportHike, []string{"alp gate", "ebenalp", "schaefler", "saentis", "tarn", "alp gate"}, false, [5]int{0, 0, 1, 0, 0}, walk, &trailTaste, steady},
	{"Ebenalp and tarn", activity.SportHike, []string{"alp gate", "tarn", "ebenalp", "alp gate"}, false, [5]int{1, 0, 0, 1, 0}, walk, &trailTaste, steady},
	{"Hoher Kasten", activity.SportHike, []string{"alp gate", "kasten", "alp gate"}, false, [5]int{0, 1, 0, 0, 0}, walk, &trailTaste, steady},
	{"Saxer Lücke", activity.SportHike, []string{"alp gate", "south tarn", "saxer", "alp gate"}, false, [5]int{0, 0, 0, 0, 1}, walk, &trailTaste, steady},
	{"Hochälpele", activity.SportHike, []string{"boedele", "hochaelpele", "karren", "office"}, false, [5]int{0, 1, 0, 1, 0}, walk, &trailTaste, steady},
	{"Brüggelekopf", activity.SportHike, []string{"schwarzach", "bildstein", "schneider", "brueggele", "alberschw"}, false, [5]int{0, 0, 1, 0, 1}, walk, &trailTaste, steady},
	{"Walk up the hill", activity.SportHike, []string{"home", "meadow", "summit", "terrace", "bay"}, false, [5]int{1, 1, 1, 1, 1}, walk, &trailTaste, steady},
}
