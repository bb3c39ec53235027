package replay

import (
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"

	"beckon/model/text"
)

// WriteJUnit writes results as JUnit XML, a suite for each file in the order
// given. It tells no times: a scenario's time is its own.
func WriteJUnit(w io.Writer, results []Result) error {
	type failure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	type testcase struct {
		Name    string   `xml:"name,attr"`
		Class   string   `xml:"classname,attr"`
		File    string   `xml:"file,attr"`
		Line    int      `xml:"line,attr"`
		Failure *failure `xml:"failure"`
	}
	type suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	type suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Suites   []*suite `xml:"testsuite"`
	}
	out := suites{Name: "beckon"}
	byFile := map[string]*suite{}
	for _, r := range results {
		file := text.Line(filepath.ToSlash(r.Scenario.File), valueRunes)
		s := byFile[file]
		if s == nil {
			s = &suite{Name: file}
			byFile[file] = s
			out.Suites = append(out.Suites, s)
		}
		c := testcase{Name: text.Line(r.Scenario.Name, valueRunes), Class: file, File: file, Line: r.Scenario.Line}
		if !r.Passed() {
			f := r.Failures[0]
			c.Failure = &failure{Message: fmt.Sprintf("line %d: expected %s; happened: %s", f.Line, f.Expected, f.Happened), Text: r.Text()}
			s.Failures++
			out.Failures++
		}
		s.Tests++
		out.Tests++
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	return nil
}
