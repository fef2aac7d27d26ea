package track

import (
	"math"
	"strconv"
	"strings"
)

// pow10 holds the powers of ten that a float64 represents exactly.
var pow10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// parseNumber reads a decimal number with blanks around it, to the very bits of
// strconv.ParseFloat, and NaN where that fails. A comma is the decimal point of
// programs that write numbers in the language of their user: "48,123". Up to 15 digits, digits and
// power of ten are both exact in a float64 and one division rounds once, hence
// correctly (Clinger, How to read floating point numbers accurately, 1990);
// everything else is left to strconv.
func parseNumber(b []byte) float64 {
	i := 0
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	start := i
	negative := false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		negative = b[i] == '-'
		i++
	}
	mantissa, digits, fraction := uint64(0), 0, 0
	for ; i < len(b); i++ {
		d := b[i] - '0'
		if d > 9 {
			break
		}
		mantissa = mantissa*10 + uint64(d)
		digits++
	}
	if i < len(b) && b[i] == '.' {
		point := i
		for i++; i < len(b); i++ {
			d := b[i] - '0'
			if d > 9 {
				break
			}
			mantissa = mantissa*10 + uint64(d)
		}
		fraction = i - point - 1
		digits += fraction
	}
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	if i < len(b) || digits == 0 || digits > 15 {
		return parseNumberSlow(b[start:])
	}
	v := float64(mantissa) / pow10[fraction]
	if negative {
		return -v
	}
	return v
}

func parseNumberSlow(b []byte) float64 {
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	text := string(b)
	if strings.Count(text, ",") == 1 && !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
