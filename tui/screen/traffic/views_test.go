package traffic

import (
	"strings"
	"testing"
	"time"

	"beckon/model/replay"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

func TestATimeWithoutVisitsIsTold(t *testing.T) {
	t.Parallel()
	labels := func(by string, at ...string) string {
		facts := []fact{heading("By " + by)}
		for _, a := range at {
			facts = append(facts, counted(a, 1, 0))
		}
		var out []string
		for _, f := range gapped(facts, by) {
			out = append(out, f.label)
		}
		return strings.Join(out, ", ")
	}
	for want, got := range map[string]string{
		"By day, 2026-03-02, 2026-03-03":                                               labels(replay.ByDay, "2026-03-02", "2026-03-03"),
		"By day, 2026-03-02, 1 day without a visit, 2026-03-04":                        labels(replay.ByDay, "2026-03-02", "2026-03-04"),
		"By day, 2026-02-27, 2 days without a visit, 2026-03-02":                       labels(replay.ByDay, "2026-02-27", "2026-03-02"),
		"By hour, 2026-03-29T01:00:00+01:00, 2026-03-29T03:00:00+02:00, 3 others":      labels(replay.ByHour, "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "3 others"), // the hour between is none
		"By hour, 2026-03-02T22:00:00Z, 8 hours without a visit, 2026-03-03T07:00:00Z": labels(replay.ByHour, "2026-03-02T22:00:00Z", "2026-03-03T07:00:00Z"),
	} {
		if got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

func TestEveryNumberOfContactPressureLeadsToItsVisits(t *testing.T) {
	t.Parallel()
	r := &Report{Results: &replay.Results{Visits: 9, Pressure: replay.Pressure{Visits: make([]int64, 33)}}}
	r.Pressure.Visits[0], r.Pressure.Visits[3], r.Pressure.Visits[32] = 5, 3, 1
	rows := map[string]string{"0 displays": "0", "3 displays": "3", "32 or more displays": "32+"}
	if head := pressure(r, &scope{path: "cart-rescue"})[0].label; !strings.Contains(head, "of all campaigns") {
		t.Errorf("of a campaign it is headed %q", head)
	}
	for _, f := range pressure(r, &scope{}) {
		name, is := rows[f.label]
		if !is {
			continue
		}
		delete(rows, f.label)
		if unit := f.unit(views()[7]); (unit == "visit") != (f.number == "1") {
			t.Errorf("%s: %s %s", f.label, f.number, unit)
		}
		if f.query == nil || f.query.What != "visits" || len(f.query.Where) != 1 || f.query.Where[0] != (replay.Narrowing{By: replay.ByDisplays, Name: name}) {
			t.Errorf("%s leads to %+v", f.label, f.query)
		}
	}
	if len(rows) > 0 {
		t.Errorf("not there: %v", rows)
	}
}

func TestListsAndTheirKeysAreCalledWhatTheyAre(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 80, H: 24}, src, func(d *tuitest.Driver, _ *stage) {
		src.hold = make(chan struct{})
		d.Press("r")
		d.Expect("x stop")
		close(src.hold)
		d.Wait(time.Second)
		d.ExpectNot("x stop")
		d.Expect("answers as recorded")
		d.Press("tab")
		d.Press("down", "down", "down", "down", "down", "down", "down", "down")
		d.Expect("Displays: ")
		d.Press("enter") // displays, of which a visit may have several
		d.Wait(time.Second)
		d.Expect(" 149 displays ", "At, UTC")
	})
}

func TestBarsThatAreNoneHaveNoAxis(t *testing.T) {
	t.Parallel()
	for most, want := range map[int64]string{0: "", 3: "3"} {
		for _, f := range scaled([]fact{counted("a day", most, 9), counted("another", 0, 9)}) {
			if f.axis != want || want == "" && f.bar > 0 {
				t.Errorf("against %d the axis of %s goes to %q, its bar %v", most, f.label, f.axis, f.bar)
			}
		}
	}
}

func TestWhatIsLeftOfAReplayIsToldByItsOwnSpeed(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 80, H: 24}, src, func(d *tuitest.Driver, _ *stage) {
		src.reads, src.hold = make(chan struct{}), make(chan struct{})
		d.Press("r")
		d.Wait(time.Minute)
		d.Expect("Reading: ")
		close(src.reads) // half of it is replayed at once, and no more
		d.Wait(10*time.Second + every)
		d.Expect("34 events a second", "about 10s left")
		close(src.hold)
	})
}
