package text

import (
	"math"
	"testing"
)

func TestNumbersAreWrittenToBeRead(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -999: "-999", -1000: "-1,000", -1234567: "-1,234,567",
		math.MinInt64: "-9,223,372,036,854,775,808"} {
		if got := Number(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 visits", 1: "1 visit", 1200: "1,200 visits"} {
		if got := Many(n, "visit"); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
