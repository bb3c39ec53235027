package replay

import (
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"beckon/model/text"
)

// Bounds of what a report tells of a file that could not be read.
const (
	problemRunes    = 2000
	maxProblemLines = 1000
)

// WriteJUnit writes results as JUnit XML, a suite for each file in the order
// given. What could not be read is an error of its file. It tells no times: a
// scenario's time is its own.
func WriteJUnit(w io.Writer, results []Result, unread ...*Unread) error {
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
		Error   *failure `xml:"error"`
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
	suiteOf := func(path string) (*suite, string) {
		file := text.Line(filepath.ToSlash(path), valueRunes)
		s := byFile[file]
		if s == nil {
			s = &suite{Name: file}
			byFile[file] = s
			out.Suites = append(out.Suites, s)
		}
		return s, file
	}
	for _, r := range results {
		s, file := suiteOf(r.Scenario.File)
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
	for _, u := range unread {
		s, file := suiteOf(u.File)
		lines := text.Lines(u.Error(), problemRunes, maxProblemLines)
		c := testcase{Name: "the file can be read", Class: file, File: file, Line: 1}
		c.Error = &failure{Message: strings.Join(lines[:min(1, len(lines))], ""), Text: strings.Join(lines, "\n")}
		s.Tests++
		s.Errors++
		out.Tests++
		out.Errors++
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
