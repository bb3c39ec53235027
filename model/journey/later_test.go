package journey

import (
	"strings"
	"testing"

	"beckon/model"
)

// Traffic that is taken as if it came later is the same traffic, every instant of it
// moved: what is left out of it, the order and the visits are those that were recorded.
func TestLaterTrafficIsTheSameAtAnotherTime(t *testing.T) {
	t.Parallel()
	from, err := ParseInstant("2026-03-02T08:00:01Z")
	if err != nil {
		t.Fatal(err)
	}
	sample := strings.Join(append(robotsSample,
		`{"visitor":"c","at":"2026-03-02T23:30:00.001Z","type":"page","url":"https://shop.example/","lastVisit":"2026-02-28T10:00:00Z"}`), "\n") + "\n"
	for name, o := range map[string]Options{"all": {}, "robots too": {Robots: true}, "a part": {From: from}} {
		was, before := mustRead(t, o, sample)
		later := strings.NewReplacer("2026-03-02T", "2026-03-30T", "2026-02-28T", "2026-03-28T")
		for i := range was {
			was[i] = later.Replace(was[i])
		}
		o.Later = 28 * model.DayLong
		got, r := mustRead(t, o, sample)
		if strings.Join(got, "\n") != strings.Join(was, "\n") || r.Visits != before.Visits || r.Read != before.Read || r.Skipped["robot"] != before.Skipped["robot"] {
			t.Errorf("%s: %s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(was, "\n"))
		}
		if len(got) == 0 || !strings.Contains(strings.Join(got, ""), "2026-03-30T23:30:00.001Z") {
			t.Errorf("%s: nothing was moved: %s", name, got)
		}
		o.Later = -28 * model.DayLong
		if back, _ := mustRead(t, o, sample); !strings.Contains(strings.Join(back, ""), `"at":"2026-02-02T23:30:00.001Z"`) || !strings.Contains(strings.Join(back, ""), "2026-01-31T10:00:00") {
			t.Errorf("%s: not earlier: %s", name, back)
		}
	}
}
