package stravacsv

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Radii that are believed, in metres. A number misread must not become a zone that hides nothing, and a table that asks
// for more than a city is not the athlete's.
const (
	minRadiusM = 20
	maxRadiusM = 100_000
)

// A length is what the radius of a row says.
type length struct {
	// m is metres, minRadiusM to maxRadiusM; 0 when the text is not understood.
	m float64
	// unit says that the text names a unit, tooLong that it says more than maxRadiusM.
	unit, tooLong bool
}

// lengthPattern parts a radius into number and unit.
var lengthPattern = regexp.MustCompile(`^\s*([\d.,'’⁄/\s]*\d)\s*(\D*)$`)

// afterWhole is a fraction behind a whole number: "1½" would become "11⁄2".
var afterWhole = regexp.MustCompile(`(\d)([¼-¾⅐-⅞])`)

// lengthM reads a radius such as "0.50 kilometers", "0,50 Kilometer", "1/8 mile" or "400"; without a unit it is metres.
// Where the mark of a number may be that of decimals or of thousands, the reading that is believed is taken, and of two of
// them the larger, as it hides more.
func lengthM(s string) length {
	// Words that were not translated stand in markup in exports of 2022.
	s = html.UnescapeString(headingTag.ReplaceAllString(s, ""))
	m := lengthPattern.FindStringSubmatch(norm.NFKC.String(afterWhole.ReplaceAllString(s, "$1 $2")))
	if m == nil {
		return length{}
	}
	word := foldUnit(m[2])
	perUnit, known := unitM(word)
	if !known || word == "" && strings.TrimSpace(m[2]) != "" {
		return length{}
	}
	l := length{unit: word != ""}
	for _, v := range numberReadings(strings.TrimSpace(m[1])) {
		switch metres := v * perUnit; {
		case metres > maxRadiusM:
			l.tooLong = true
		case metres >= minRadiusM:
			l.m = max(l.m, metres)
		}
	}
	l.tooLong = l.tooLong && l.m == 0
	return l
}

var (
	fractionPattern = regexp.MustCompile(`^(?:(\d{1,3})\s+)?(\d{1,3})\s*[⁄/]\s*(\d{1,3})$`)
	decimalPattern  = regexp.MustCompile(`^\d*[.,]?\d+$`)
	// groupedPattern has one mark of thousands, held to be the same throughout by numberReadings.
	groupedPattern = regexp.MustCompile(`^([1-9]\d{0,2}(?:[.,'’\s]\d{3})+)([.,]\d+)?$`)
	groupMarks     = regexp.MustCompile(`[^\d]`)
)

// numberReadings returns what a positive number may mean: "1.600" is 1.6 and 1600.
func numberReadings(s string) (values []float64) {
	add := func(digits string) {
		if v, err := strconv.ParseFloat(digits, 64); err == nil {
			values = append(values, v)
		}
	}
	if m := fractionPattern.FindStringSubmatch(s); m != nil {
		whole, _ := strconv.ParseFloat("0"+m[1], 64)
		over, _ := strconv.ParseFloat(m[2], 64)
		under, _ := strconv.ParseFloat(m[3], 64)
		if under > 0 {
			values = append(values, whole+over/under)
		}
		return values
	}
	if decimalPattern.MatchString(s) {
		add(strings.Replace(s, ",", ".", 1))
	}
	if m := groupedPattern.FindStringSubmatch(s); m != nil {
		marks := groupMarks.FindAllString(m[1], -1)
		same := m[2] == "" || m[2][:1] != marks[0]
		for _, mark := range marks {
			same = same && mark == marks[0]
		}
		if same {
			add(groupMarks.ReplaceAllString(m[1], "") + strings.Replace(m[2], ",", ".", 1))
		}
	}
	return values
}

// A unit is a unit of length in all languages.
type unit struct {
	m float64
	// words are whole words, stems what words begin with, whatever the case and number: "километр", "километров". Accents
	// do not matter.
	words, stems []string
}

// units are what radii are given in. The metre is the SI's; foot, yard and mile are the international ones of 1959.
var units = []unit{
	{1000, []string{"km", "kms", "км", "χλμ", "กม", "קמ", "كم"},
		[]string{"kilom", "quilom", "chilom", "килом", "кілом", "χιλιομ", "キロ", "公里", "千米", "킬로", "קילומ", "كيلوم", "کیلوم", "กิโลเม", "किलोम"}},
	{1, []string{"m", "м", "mt", "mts", "mtr", "met", "μ", "米", "公尺", "ม"},
		[]string{"meter", "metr", "метр", "μετρ", "メートル", "미터", "מטר", "متر", "เมตร", "मीटर"}},
	{1609.344, []string{"mi", "mile", "miles", "milla", "millas", "mille", "milles", "miglio", "miglia", "milha", "milhas", "meile", "meilen",
		"mijl", "mijlen", "mil", "mila", "mily", "maili", "mailia", "merfold", "ми", "миля", "мили", "миль", "миле", "милю", "哩", "英里", "ميل"},
		[]string{"マイル", "마일", "μιλι", "מייל", "ไมล", "मील"}},
	{0.3048, []string{"ft", "foot", "feet", "pie", "pies", "pied", "pieds", "piede", "piedi", "pe", "pes", "fuß", "fuss", "fuße", "fusse", "voet", "voeten",
		"fot", "fod", "kaki", "stopa", "stopy", "stop", "ayak", "fit", "jalka", "jalkaa", "lab", "呎", "英尺"},
		[]string{"фут", "フィート", "フット", "피트", "ποδι", "רגל", "قدم", "ฟุต", "फुट", "फीट"}},
	{0.9144, []string{"yd", "yds", "verge", "verges", "iarda", "iarde", "jarda", "jardas", "jard", "jardy", "jardow", "码", "碼"},
		[]string{"yard", "ярд", "ヤード", "야드", "γιαρδ", "יארד", "يارد", "หลา", "jaardi"}},
}

// foldUnit reduces the word of a unit to its letters in lower case without accents, compatible forms ("㎞") written out.
func foldUnit(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(s))
}

// foldedUnits are units with all words and stems folded.
var foldedUnits = sync.OnceValue(func() []unit {
	folded := make([]unit, len(units))
	for i, u := range units {
		f := unit{m: u.m}
		for _, w := range u.words {
			f.words = append(f.words, foldUnit(w))
		}
		for _, s := range u.stems {
			f.stems = append(f.stems, foldUnit(s))
		}
		folded[i] = f
	}
	return folded
})

// unitM returns the metres of a unit by its folded word, and whether it is known; none is the metre.
func unitM(word string) (float64, bool) {
	if word == "" {
		return 1, true
	}
	for _, u := range foldedUnits() {
		for _, w := range u.words {
			if w == word {
				return u.m, true
			}
		}
		if beginsWithAny(word, u.stems) {
			return u.m, true
		}
	}
	return 0, false
}
