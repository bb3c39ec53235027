package model

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
)

// Checked is what [Check] found in the files of a catalog.
type Checked struct {
	// Catalog is what could be read, unfinished where something could not.
	Catalog *Catalog
	// Malformed is what cannot be read; nil if all of it can.
	Malformed FileErrors
	// Findings are all problems, malformed and otherwise, by file and line.
	Findings []Finding
}

// Finding is one thing that is wrong or doubtful in a file: either File or
// Problem is set.
type Finding struct {
	Source
	File    *FileError
	Problem *Problem
}

// Check reads files and directories as [Load] does and tells everything at
// once: what cannot be read, and what [ValidateAt] finds in all that can. A
// field that could not be read is not said to be missing too, nor is a document
// that may stand where nothing could be read.
func Check(now time.Time, paths ...string) *Checked {
	in := newLoader()
	lost := map[string]bool{}
	in.lost = func(text string) {
		for word := range idWords(text) {
			lost[word] = true
		}
	}
	for _, p := range paths {
		in.path(p)
	}
	in.out.Catalog.Sort()
	out := &Checked{Catalog: in.out.Catalog}
	blind := false // a file could not even be opened: whatever is missing may be there
	if err, ok := in.all.err().(FileErrors); ok {
		out.Malformed = err
		for _, e := range err {
			blind = blind || e.Err != nil
			out.Findings = append(out.Findings, Finding{Source: e.Source, File: e})
		}
	}
	x := in.out.Catalog.Index()
	v := newValidator(x, now)
	v.lost = func(r Reference) bool {
		id, _, _ := strings.Cut(r.ID, "/")
		if blind || lost[id] {
			return true
		}
		// An engagement of a campaign that was read in part may be what was not.
		return r.Kind == KindEngagement && in.out.Sources[DocumentKey{KindCampaign, id}].unread != nil
	}
	for _, p := range v.all() {
		l := in.out.Sources[DocumentKey{p.Kind, p.ID}]
		if !l.follows(p) {
			p.Draft = p.Draft && !slices.Contains(l.unread, "published")
			out.Findings = append(out.Findings, Finding{Source: in.out.Sources.PlaceOf(p), Problem: &p})
		}
	}
	for _, l := range in.loose {
		v := &validator{catalog: v.catalog, index: x, now: now, zones: v.zones, lost: v.lost}
		v.document(l.Document)
		for _, p := range v.out {
			if !l.follows(p) {
				out.Findings = append(out.Findings, Finding{Source: l.Place(p.Path), Problem: &p})
			}
		}
	}
	slices.SortStableFunc(out.Findings, func(a, b Finding) int {
		if a.counts() != b.counts() { // how many are not told comes behind those that are
			if a.counts() {
				return 1
			}
			return -1
		}
		return cmp.Or(strings.Compare(a.Source.File, b.Source.File), a.Line-b.Line, a.Column-b.Column)
	})
	return out
}

// counts reports whether it only tells how many others there are.
func (f Finding) counts() bool { return f.File != nil && f.File.more }

// idWords are the words of a text that may be ids.
func idWords(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(s); {
			if !idLetter(s[i]) {
				i++
				continue
			}
			start := i
			for i < len(s) && (idLetter(s[i]) || s[i] == '-' && i+1 < len(s) && idLetter(s[i+1])) {
				i++
			}
			if !yield(s[start:i]) {
				return
			}
		}
	}
}

func idLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// follows reports whether a problem is there only because a field of the
// document could not be read: it is at that field, below it, at the fields
// that hold it, or hangs on what it says.
func (l Located) follows(p Problem) bool {
	for _, path := range l.unread {
		outer, field := "", path
		if i := strings.LastIndexByte(path, '.'); i >= 0 {
			outer, field = path[:i], path[i+1:]
		}
		switch {
		case within(p.Path, path), outer != "" && p.Path == outer:
			return true
		case slices.Contains(hangs[p.Code], field) && (outer == "" || within(p.Path, outer)):
			return true
		}
	}
	return false
}

// hangs are the rules that ask for a field, or for none, because of what
// another field beside it or around it says.
var hangs = map[string][]string{
	"setting-unused":         {"format", "type", "hours", "status", "kind"},
	"window-missing":         {"type"},
	"url-missing":            {"type"},
	"div-missing":            {"format"},
	"busy-unsupported":       {"format", "type"},
	"hours-missing":          {"hours"},
	"schedule-missing":       {"hours"},
	"shift-missing":          {"status"},
	"goal-indicator-missing": {"type", "urls", "transaction", "leadEvent", "service", "pages"},
	"goal-indicator-both":    {"type"},
	"options-missing":        {"type"},
	"element-empty":          {"kind"},
	"html-format":            {"format"},
	"html-close":             {"format"},
}

// within reports whether a path is another or below it.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
