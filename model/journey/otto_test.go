package journey

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ottoSample = `{"session":0,"events":[{"aid":1517085,"ts":1659304800025,"type":"clicks"},{"aid":1649869,"ts":1659369893840,"type":"carts"},{"aid":1649869,"ts":1659369893841,"type":"carts"},{"aid":305831,"ts":1659370027105,"type":"orders"},{"aid":461689,"ts":1659370027105,"type":"orders"},{"aid":1,"ts":1659370027106,"type":"carts"}]}
{"session":2,"events":[]}
{"session":1,"events":[{"aid":2,"ts":1659304800025,"type":"clicks"}]}
`

// ottoMapping is the mapping by which a table of sessions is read.
func ottoMapping(t *testing.T) *Mapping {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "recorded", "mappings", "otto.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return mustMapping(t, string(src))
}

func TestSessionsAreReadAsByTheirMapping(t *testing.T) {
	t.Parallel()
	want, byMapping := mustRead(t, Options{Mapping: ottoMapping(t)}, ottoSample)
	got, r := mustRead(t, Options{}, ottoSample)
	if d := cmp.Diff(want, got); d != "" || len(got) != 9 {
		t.Errorf("%d events\n%s", len(got), d)
	}
	if d := cmp.Diff(byMapping.Skipped, r.Skipped); d != "" || r.Read != 2 || r.Skipped["no-event"] != (Count{1, 2, ""}) || !slices.Equal(r.Formats, []Format{FormatOtto}) {
		t.Errorf("%s\n%s", d, r)
	}
}

func TestSessionsThatAreNone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, line, want string }{
		{"no session", `{"events":[]}`, "in:4: session: missing"},
		{"no events", `{"session":1}`, "in:4: events: not a list"},
		{"events that are no list", `{"session":1,"events":{}}`, "in:4: events: not a list"},
		{"no object", `[1]`, "in:4: want an object, have a list"},
		{"an event of another type", `{"session":1,"events":[{"aid":1,"ts":1659304800025,"type":"clicks"},{"aid":2,"ts":1659304800025,"type":"wishes"}]}`, "in:4: events[1].type: want clicks, carts or orders: wishes"},
		{"no article", `{"session":1,"events":[{"ts":1659304800025,"type":"clicks"}]}`, "in:4: events[0].aid: missing"},
		{"an article that is no number", `{"session":1,"events":[{"aid":"a/b","ts":1659304800025,"type":"clicks"}]}`, "in:4: events[0].aid: want a number: a/b"},
		{"seconds", `{"session":1,"events":[{"aid":1,"ts":1659304800,"type":"clicks"}]}`, "in:4: events[0].ts: want milliseconds since 1970, from 2000 to 2100: 1659304800"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, r := mustRead(t, Options{}, ottoSample+tt.line+"\n")
			if len(r.Problems) != 1 || r.Problems[0].Error() != tt.want || len(got) != 9 {
				t.Errorf("%d events, %v; want %s", len(got), r.Problems, tt.want)
			}
		})
	}
}

func TestRecordedSessionsAreReadAsByTheirMapping(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(recorded(t, "otto-sessions/otto-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	want, _ := mustRead(t, Options{Mapping: ottoMapping(t)}, string(data))
	got, r := mustRead(t, Options{}, string(data))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	wants(t, r, map[string][2]int64{"sessions": {r.Visitors, 11}, "lines": {r.Read, 11}, "all lines": {r.Lines, 11}, "clicks": {r.Types["page"], 547},
		"views": {r.Types["prodView"], 547}, "carts": {r.Types["cart"], 29}, "orders": {r.Types["purchase"], 5}})
}

func FuzzOtto(f *testing.F) {
	f.Add([]byte(ottoSample))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzed(t, Options{Format: FormatOtto}, data, true) })
}
