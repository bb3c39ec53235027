package replay

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"beckon/model/engine"
	"beckon/model/text"
)

func TestATraceShowsForeignTextHarmlessly(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	const hostile = "\x1b]0;owned\a\u202e\u009b2J"
	x := engine.Explanation{Gate: engine.BehaviorGate, Margin: hostile, Gates: []engine.GateTrace{{Gate: engine.BehaviorGate, Text: hostile,
		Conditions: []engine.Node{{Label: hostile, Shared: hostile, Truth: engine.Unknown, Observed: hostile, Margin: hostile,
			Children: []engine.Node{{Label: hostile, Truth: engine.True}}}}}},
		Draw: &engine.Draw{Zone: hostile, Class: "content", Tiers: [3]float64{1}, Candidates: []engine.Candidate{{Class: "content"}}}}
	got := ExplainText(eng, x)
	for line := range strings.Lines(got) {
		if !text.Safe(strings.TrimSuffix(line, "\n")) {
			t.Errorf("not safe: %q", line)
		}
	}
	for _, want := range []string{"▸ ✗ behavior", "? ␛]0;owned", "✓ ␛", "draw of zone ␛"} {
		if want == "▸ ✗ behavior" {
			want = "▸ ✗ behavior "
		}
		if !strings.Contains(got, want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
}

func TestJUnitIsWellFormedWhateverItTells(t *testing.T) {
	t.Parallel()
	results := []Result{
		{Scenario: &Scenario{File: "a.yaml", Line: 1, Name: "passes"}},
		{Scenario: &Scenario{File: "a.yaml", Line: 9, Name: "fails <&> \x1b[31m \"quoted\""},
			Failures: []Failure{{Line: 12, Step: 3, Expected: "a/b on the screen", Happened: "nothing ]]> on the screen", Trace: "▸ ✗ audience\n"}}},
		{Scenario: &Scenario{File: "b.yaml", Line: 1, Name: "passes too"}},
	}
	var b bytes.Buffer
	if err := WriteJUnit(&b, results); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<testsuites name="beckon" tests="3" failures="1" errors="0">`, `<testsuite name="a.yaml" tests="2" failures="1" errors="0">`,
		`<testcase name="passes" classname="a.yaml" file="a.yaml" line="1"></testcase>`, "line 12: expected a/b on the screen; happened: nothing"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("missing %s in\n%s", want, b.String())
		}
	}
	for _, r := range b.String() {
		if r != '\n' && !unicode.IsGraphic(r) {
			t.Errorf("holds %U", r)
		}
	}
	d := xml.NewDecoder(&b)
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteJUnit(full{}, results); !errors.Is(err, errTest) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errTest }
