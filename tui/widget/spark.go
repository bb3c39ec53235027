package widget

import (
	"strings"

	"beckon/tui/theme"
)

// The heights of a small chart's cells, the lowest first.
const (
	heights      = "▁▂▃▄▅▆▇█"
	heightsASCII = ".:-=+*#@"
)

// Spark draws the last of the values, as many as there are cells, as one row of
// bars: the greatest of them is as high as a cell, and what is 0 or less is
// blank. It is as wide as the values are many, up to w.
func Spark(th *theme.Theme, look theme.Token, values []float64, w int) string {
	values = values[max(0, len(values)-max(0, w)):]
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	levels := []rune(heights)
	if th.Options().ASCII {
		levels = []rune(heightsASCII)
	}
	var b strings.Builder
	for _, v := range values {
		if v <= 0 || most <= 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(levels[min(len(levels)-1, int(v/most*float64(len(levels))))])
	}
	return th.Paint(look, b.String())
}
