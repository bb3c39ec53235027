package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sameAsAny fails where the reader of plain documents gives other nodes than the
// parser of all of YAML, or any where that refuses.
func sameAsAny(t interface {
	Helper()
	Fatalf(string, ...any)
}, s string) bool {
	t.Helper()
	p := yamlPart{text: s, line: 7}
	plain := readPlain(p)
	if plain == nil {
		return false
	}
	want, err := parseAny(p)
	if err != nil {
		t.Fatalf("read as plain, and refused by the parser (%d:%d: %s):\n%s", err.line, err.column, err.reason, s)
	}
	if diff := cmp.Diff(want, plain, cmp.AllowUnexported(node{})); diff != "" {
		t.Fatalf("nodes differ (-parser +plain):\n%s\n%s", diff, s)
	}
	return true
}

func TestPlainDocumentsAreReadAsTheParserReadsThem(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"fields":                       "kind: goal\nid: a\npages: 5\n",
		"no end of the last line":      "kind: goal\nid: a",
		"fields in fields":             "a:\n  b:\n    c: d\n  e: f\ng: h\n",
		"deep by other steps":          "a:\n   b:\n     c: d\ng: h\n",
		"a list":                       "a:\n  - b\n  - c\nd: e\n",
		"a list under its name":        "a:\n- b\n- c\nd: e\n",
		"a list of fields":             "a:\n  - b: c\n    d:\n      e: f\n  - b: g\n",
		"fields below an item's name":  "a:\n  - b:\n      c: d\n    e: f\n",
		"a list below an item's name":  "a:\n  - b:\n      - c\n  - d\n",
		"a list at the top":            "- a: b\n  c: d\n- a: e\n",
		"empty lines and comments":     "# one\n\na: b\n\n  # two\nc:\n  # three\n  d: e\n\n# four\n",
		"nothing in it":                "a: {}\nb: []\nc:\n  - {}\n  - []\n",
		"quotes":                       "a: \"b: c # d\"\ne: 'f \" g'\nh: \"\"\ni: \"\\\"\\\\\\n\\t\"\nj: ''\n",
		"a block":                      "a: |\n  b\n   c\n\n  d\ne: f\n",
		"a block without its end":      "a: |-\n  b\n  c\ne: f\n",
		"a block in a list":            "a:\n  - |\n    b\n    # c\n  - d\n",
		"a block at the end":           "a: |-\n  b",
		"a comment after a block":      "a: |\n  b\n# c\nd: e\n",
		"numbers and words":            "a: 1\nb: -5\nc: 007\nd: 0o17\ne: 1_000\nf: true\ng: no\nh: 12.50\ni: 0x1f\nj: 1e9\nk: 2026-01-31\nl: 09-30\nm: 31s\nn: .5x\n",
		"marks in a text":              "a: b, c; d & e * f | g > h % i @ j ~ k ? l ! m = n + o ^ p\nq: r's \"s\" (t) <u> v.w/x_y-z\nurl: https://a.example/b?c=d&e=f\nu: äöü €5 £6 日本\n",
		"a name of any letters":        "null: a\ntrue: b\nA1: c\n",
		"a field twice, for who reads": "a: b\na: c\n",
		"comments at line ends":        "a: b # c\nd: # e\n  f: \"g # h\" # i\n  j: 'k # l'  # m\nn:\n  - o # p\n  - {} # q\n",
		"lines end as on Windows":      "a: b\r\n\r\nc:\r\n  - d\r\n  - e: \"f\"\r\ng: h\r\n",
		"lists in brackets":            "a: [b, \"c, ] d\", 5,e]\nf:\n  - [ g ]\n  - h: [i, j k] # l\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !sameAsAny(t, s) && name != "numbers and words" {
				t.Fatalf("is not read as plain:\n%s", s)
			}
		})
	}
}

// pieces are what lines of YAML are made of, and what is not.
var pieces = []string{
	"a", "b", "kind", "id", "goal", "a: ", "b:", "c: ", "- ", "-", "? ", ": ", ":", " #", "# x", "\n", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", " ", "  ", "|", "|-", ">", "|+", "|2",
	"{}", "[]", "{", "}", "[", "]", ",", "\"", "'", "\"x\"", "'y'", "\\n", "\\", "\\x41", "&a", "*a", "!t", "<<", "~", "null", "Null", "true", "no", "1", "-1", "0o17", "1_000", "1.5", ".inf", ".5", "1e3", "0x1F", "12:30:45",
	"2026-01-02", "2026-01-02T10:00:00Z", "://", "https://x.example/y", "é", "日", "\u00a0", "\u200d", "€", "\t", "\r\n", "---", "...", "%", "@", "`", "=", "(", "/", "_", "+", "$", "^", "e", "E5", "x",
}

func TestWhateverIsReadAsPlainIsReadSoByTheParser(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sameAsAny(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 14).Draw(t, "pieces"), ""))
	})
	// Lines that are whole: more of these are plain.
	values := rapid.OneOf(rapid.SampledFrom(pieces), rapid.StringMatching(`[a-zA-Z0-9 /_().,+$%&=?!'"*;<>@|~^:#-]{1,9}`), rapid.SampledFrom([]string{"x", "\"y\"", "'z'", "{}", "[]", "|", "|-", "x y", "[a]", "[a, \"b\", 1]", "[ x y,z ]", "[\"a, b\" , c]", "[a,]", "[a, [b]]", "[a: b]", "['a']"}))
	rapid.Check(t, func(t *rapid.T) {
		var out strings.Builder
		ends := rapid.SampledFrom([][]string{{"\n"}, {"\n"}, {"\r\n"}, {"\n", "\r\n"}}).Draw(t, "ends")
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			out.WriteString(strings.Repeat(" ", rapid.SampledFrom([]int{0, 0, 0, 2, 2, 2, 4, 4, 1, 3, 6}).Draw(t, "indent")))
			out.WriteString(rapid.SampledFrom([]string{"", "", "- ", "- ", "# ", "a: ", "a: ", "-  "}).Draw(t, "dash"))
			out.WriteString(rapid.SampledFrom([]string{"a:", "b: ", "c: ", "d: ", "e: ", "", "f:  ", "\"g\": "}).Draw(t, "name"))
			out.WriteString(rapid.OneOf(rapid.Just(""), values).Draw(t, "value"))
			out.WriteString(rapid.SampledFrom([]string{"", "", "", " # x", "  #", "# y", " # \"", " # 'z", " "}).Draw(t, "comment"))
			out.WriteString(rapid.SampledFrom(ends).Draw(t, "end"))
		}
		sameAsAny(t, out.String())
	})
}

// wholeFileByParser reads every part by the parser of all of YAML, one after the
// other.
func decodedByParser(name, text string) ([]Located, error) {
	var all complaints
	var parts []readPart
	for _, p := range splitYAML(text) {
		root, err := parseAny(p)
		if err != nil {
			all.add(&FileError{Source: Source{name, err.line, err.column}, Reason: err.reason})
			continue
		}
		parts = append(parts, filePart{yamlPart: p, root: root}.read(name))
	}
	var docs []Located
	for _, p := range parts {
		for _, d := range p.docs {
			all.addAll(&d.wrong)
			if d.ok && d.unread == nil {
				docs = append(docs, d.Located)
			}
		}
	}
	return docs, all.err()
}

func TestFaultsOfManyDocumentsAreToldAsIfReadOneByOne(t *testing.T) {
	t.Parallel()
	good := []string{
		"kind: goal\nid: g%\nname: G\ntype: page-views\npages: 5\n",
		"kind: audience\nid: a%\nname: A\nwhen:\n  all:\n    - visitor: returning\n    - daysSinceLastVisit:\n        min: 30\n",
		"kind: campaign\nid: c%\nname: C\nengagements:\n  - id: e\n    name: E\n    format: overlay\n",
	}
	faults := []string{"nme: x\n", "name: again\n", "Name: again\n", "pages: many\n", "when: [\n", "\tx: y\n", "type: &a b\n", "when:\n  al: x\n", "- x\n", "description: |\n  x\n y\n", "kind: gaol\n", "\"open\n"}
	rapid.Check(t, func(t *rapid.T) {
		var out strings.Builder
		for i := range rapid.IntRange(1, 70).Draw(t, "documents") {
			d := strings.ReplaceAll(rapid.SampledFrom(good).Draw(t, "document"), "%", string(rune('a'+i%26)))
			if rapid.IntRange(0, 3).Draw(t, "faulty") == 0 {
				lines := strings.SplitAfter(d, "\n")
				at := rapid.IntRange(0, len(lines)-1).Draw(t, "at")
				d = strings.Join(slices.Insert(lines, at, rapid.SampledFrom(faults).Draw(t, "fault")), "")
			}
			out.WriteString(rapid.SampledFrom([]string{"---\n", "---\n", "--- # x\n", "...\n---\n"}).Draw(t, "marker"))
			out.WriteString(d)
		}
		want, wrong := decodedByParser("x.yaml", out.String())
		got, err := DecodeDocuments("x.yaml", []byte(out.String()))
		if a, b := errorText(wrong), errorText(err); a != b {
			t.Fatalf("errors differ (-one by one +as read):\n%s\n%s", cmp.Diff(a, b), out.String())
		}
		if len(got) != len(want) {
			t.Fatalf("%d documents, want %d", len(got), len(want))
		}
		for i := range got {
			if diff := cmp.Diff(want[i].Document, got[i].Document); diff != "" {
				t.Fatalf("document %d differs:\n%s", i, diff)
			}
			for _, path := range []string{"", "id", "name", "engagements[0].format", "when.all[1].daysSinceLastVisit.min", "none"} {
				if a, b := want[i].Place(path), got[i].Place(path); a != b {
					t.Fatalf("%s of document %d is at %v, want %v", path, i, b, a)
				}
			}
		}
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
