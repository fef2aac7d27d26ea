// Package legend writes what stands at the ends of a layer's colours, one way for every picture, tile set and list that is
// made of a finished site. The page writes the same in the reader's language (viewer/src).
package legend

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"heatmapgen/generator"
	"heatmapgen/layers"
)

// Narrow is the space between a number and its unit: it does not break.
const Narrow = "\u00a0"

// A Manner is how speeds are told.
type Manner int

// The manners: minutes a kilometre, km/h, minutes per 100 m.
const (
	Running Manner = iota
	Riding
	Swimming
)

// End is an end of a layer's range in words, as the page has it. value is in the field's unit; speeds are told in the
// manner given; a standstill has no words.
func End(l *layers.Layer, value float64, manner Manner) string {
	switch l.Unit {
	case "visits", "athletes":
		n := int(math.Round(value))
		if n == 1 {
			return "1" + Narrow + strings.TrimSuffix(l.Unit, "s")
		}
		return humanize.Comma(int64(n)) + Narrow + l.Unit
	case "s":
		return duration(value)
	case "m/s":
		if !(value > 0) {
			return ""
		}
		if manner == Riding {
			return Number(value*3.6) + Narrow + "km/h"
		}
		way, unit := 1000., "min/km"
		if manner == Swimming {
			way, unit = 100, "min/100"+Narrow+"m"
		}
		s := int(math.Round(way / value))
		return fmt.Sprintf("%d:%02d%s%s", s/60, s%60, Narrow, unit)
	case "bpm":
		return Number(math.Round(value)) + Narrow + "bpm"
	case "%":
		if l.Spread == layers.Symmetric && value > 0 {
			return "+" + Number(value) + Narrow + "%"
		}
		return Number(value) + Narrow + "%"
	case "m/100m":
		return Number(value) + Narrow + "m per 100" + Narrow + "m"
	case "day":
		return time.Unix(int64(math.Round(value))*86400, 0).UTC().Format("2" + Narrow + "Jan" + Narrow + "2006")
	}
	return Number(value)
}

// Number writes v with at most one decimal.
func Number(v float64) string {
	text := humanize.Commaf(math.Round(v*10)/10 + 0) // + 0 turns -0 into 0
	return strings.ReplaceAll(text, "-", "\u2212")
}

// duration is a time in its largest whole unit.
func duration(seconds float64) string {
	switch {
	case seconds < 60:
		return Number(seconds) + Narrow + "s"
	case seconds < 3600:
		return Number(seconds/60) + Narrow + "min"
	}
	return Number(seconds/3600) + Narrow + "h"
}

// MannerOf returns how speeds are told of what an archive is of.
func MannerOf(m *generator.Metadata) Manner {
	switch m.Speeds() {
	case generator.SpeedsRide:
		return Riding
	case generator.SpeedsSwim:
		return Swimming
	}
	return Running
}
