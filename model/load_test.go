package model_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"beckon/model"
)

func TestMistakesInFilesAreToldInTheirPlace(t *testing.T) {
	t.Parallel()
	const campaign = "kind: campaign\nid: a\nname: A\n"
	for _, tc := range []struct{ name, data, want string }{
		{"unknown field", campaign + "engagements:\n  - id: e\n    formatt: overlay\n", "f.yaml:6:5: campaign a: engagements[0].formatt: unknown field, did you mean format?"},
		{"unknown field, far from any", "kind: behavior\nid: a\nwhen: {age: {about: 3}}", "f.yaml:3:14: behavior a: when.age.about: unknown field, want min or max"},
		{"unknown choice", campaign + "priority: hihg\n", "f.yaml:4:11: campaign a: priority: want high, medium or low, did you mean high?: hihg"},
		{"unknown choice of a text field", "kind: window\nid: a\ntheme: ocaen", "f.yaml:3:8: window a: theme: want ocean, horizon or harmony, did you mean ocean?: ocaen"},
		{"unknown kind", "kind: campain\nid: a", "f.yaml:1:7: kind: want settings, goal, audience, schedule, occasion, window, entry-point, behavior, template or campaign, did you mean campaign?: campain"},
		{"no kind", "id: a", "f.yaml:1:1: kind: missing, want settings, goal, audience, schedule, occasion, window, entry-point, behavior, template or campaign"},
		{"no id", "kind: goal\nname: A", "f.yaml:1:1: goal: id: missing"},
		{"a field given twice", "kind: goal\nid: a\nname: A\nname: B", "f.yaml:4:1: goal a: name: given twice, first on line 3"},
		{"a field given twice but for case", "kind: goal\nid: a\nname: A\nNAME: B", "f.yaml:4:1: goal a: NAME: given twice, but for letters' case, first on line 3"},
		{"a list where text belongs", "kind: goal\nid: a\nname: [A]", "f.yaml:3:7: goal a: name: want text, found a list"},
		{"text where a list belongs", "kind: campaign\nid: a\naudiences: all", "f.yaml:3:12: campaign a: audiences: want a list, found a value: all"},
		{"text where fields belong", "kind: campaign\nid: a\ntimeFrame: always", "f.yaml:3:12: campaign a: timeFrame: want fields (start, end, zone, hours, from, to, …), found a value: always"},
		{"an empty item", "kind: campaign\nid: a\naudiences: [a, , b]", "f.yaml:3:16: not YAML"},
		{"a null item", "kind: campaign\nid: a\naudiences:\n  - a\n  -\n", "f.yaml:5:5: campaign a: audiences[1]: an empty item"},
		{"not a number", "kind: goal\nid: a\npages: many", "f.yaml:3:8: goal a: pages: want a whole number of at most 9 digits: many"},
		{"a fraction", "kind: goal\nid: a\npages: 1.5", "f.yaml:3:8: goal a: pages: want a whole number of at most 9 digits: 1.5"},
		{"a hexadecimal number", "kind: goal\nid: a\npages: 0x10", "f.yaml:3:8: goal a: pages: want a whole number of at most 9 digits: 0x10"},
		{"an octal number", "kind: goal\nid: a\npages: 010", "f.yaml:3:8: goal a: pages: want a whole number of at most 9 digits: 010"},
		{"a huge number", "kind: goal\nid: a\npages: 99999999999999999999", "f.yaml:3:8: goal a: pages: want a whole number of at most 9 digits: 99999999999999999999"},
		{"not a boolean", "kind: goal\nid: a\noncePerVisit: yes", "f.yaml:3:15: goal a: oncePerVisit: want true or false: yes"},
		{"infinite money", "kind: goal\nid: a\ntransaction: {moreThan: .inf}", "f.yaml:3:25: goal a: transaction.moreThan: want up to 12 digits, a point and up to 4 digits: .inf"},
		{"money that is no number", "kind: goal\nid: a\ntransaction: {moreThan: NaN}", "f.yaml:3:25: goal a: transaction.moreThan: want digits and one decimal point: NaN"},
		{"money with an exponent", "kind: goal\nid: a\ntransaction: {moreThan: 1e400}", "f.yaml:3:25: goal a: transaction.moreThan: want digits and one decimal point: 1e400"},
		{"money too large", "kind: goal\nid: a\ntransaction: {moreThan: 1234567890123}", "f.yaml:3:25: goal a: transaction.moreThan: want up to 12 digits, a point and up to 4 digits: 1234567890123"},
		{"a date that does not exist", campaign + "timeFrame: {start: 2026-02-30}", "f.yaml:4:20: campaign a: timeFrame.start: want a date such as 2026-03-01, from 2000 to 2100: 2026-02-30"},
		{"a time of day that does not exist", campaign + "timeFrame: {from: 24:30}", "f.yaml:4:19: campaign a: timeFrame.from: want a time of day such as 09:30 or 5:15 pm: 24:30"},
		{"a duration without unit", "kind: settings\nid: a\nevaluateEvery: 10", "f.yaml:3:16: settings a: evaluateEvery: want a duration such as 30s, 1m30s or 2d: 10"},
		{"anchors", "kind: goal\nid: &a b\nname: *a", "f.yaml:2:5: anchors, aliases and merge keys are not read: write it out"},
		{"tags", "kind: !!str goal\nid: a", "f.yaml:1:7: tags are not read"},
		{"a document that is a text", "hello", "f.yaml:1:1: want a document with kind, id and name, found a value"},
		{"broken YAML", "kind: goal\nid: [a", "f.yaml:2:5: not YAML"},
		{"the second document", "kind: goal\nid: a\n---\n# here\nkind: goal\nid: b\nnam: B\n", "f.yaml:7:1: goal b: nam: unknown field, did you mean name?"},
		{"an empty file", " \n", "f.yaml: an empty file"},
		{"comments alone", "# nothing\n---\n# yet\n", "f.yaml: holds no document"},
		{"binary", "kind: goal\x00", "f.yaml: a binary file, want YAML or JSON"},
		{"not UTF-8", "kind: goal\nid: \xff", "f.yaml:2:5: not UTF-8 at byte 15"},
		{"a raw control character", "kind: goal\nid: a\nname: \x1b[2J", `f.yaml:3:7: a control character (U+001B); write it as an escape in "double quotes"`},
		{"hostile names and values", "kind: goal\nid: a\n\"\\u001b]0;x\\u0007\": 1\ntype: \"\\u001b[2J\"", "f.yaml:3:1: goal a: "},
		{"too deep", "kind: goal\nid: a\nurls: " + strings.Repeat("[", 60) + strings.Repeat("]", 60), "f.yaml:3:47: nests deeper than 40 levels"},
		{"too many dashes", strings.Repeat("- ", 60) + "a", "f.yaml:1:81: nests deeper than 40 levels"},
		{"too many empty items", strings.Repeat("- # x\n", 1001), "f.yaml:1001:1: more than 1000 values left empty"},
		{"too many empty fields", "a: {" + strings.Repeat("a,", 1001) + "}", "f.yaml:1:2004: more than 1000 values left empty"},
		{"too many fields", strings.Repeat("a: b\n", 1001), "f.yaml:1001:2: more than 1000 fields in one place"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			docs, err := model.DecodeDocuments("f.yaml", []byte(tc.data))
			if err == nil {
				t.Fatalf("read without error: %v", docs)
			}
			got := err.Error()
			if !strings.HasPrefix(got, tc.want) {
				t.Fatalf("got  %s\nwant %s", got, tc.want)
			}
			if strings.ContainsFunc(got, func(r rune) bool { return r < 0x20 && r != '\n' || r >= 0x7f && r < 0xa0 }) {
				t.Fatalf("control characters in %q", got)
			}
		})
	}
}

func TestMistakesInJSONAreToldInTheirPlace(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, data, want string }{
		{"truncated", "{\n  \"kind\": \"goal\",\n", "f.json:3:1: not JSON: it ends too early"},
		{"a comma too many", "{\"kind\": \"goal\",}", "f.json:1:17: not JSON"},
		{"YAML", "kind: goal", "f.json:1:1: not JSON"},
		{"unknown field", "[\n{\"kind\": \"goal\", \"id\": \"a\",\n\t\"tpye\": \"sell\"}]", "f.json:3:2: goal a: tpye: unknown field, did you mean type?"},
		{"a field given twice", `{"kind": "goal", "id": "a", "id": "b"}`, `f.json:1:29: goal a: id: given twice, first on line 1`},
		{"half a character", `{"kind": "goal", "id": "a", "name": "x\ud83d"}`, "f.json:1:37: half of a surrogate pair is no character"},
		{"text after the end", `{"kind": "goal", "id": "a"} {}`, "f.json:1:29: more text after the end"},
		{"too deep", strings.Repeat("[", 50000), "f.json:1:41: nests deeper than 40 levels"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := model.DecodeDocuments("f.json", []byte(tc.data))
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Fatalf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
	for _, good := range []string{`"\ud83d\ude00"`, `"\\ud83d"`, `"\\\\ud83d \u00e9"`} {
		if _, err := model.DecodeDocuments("f.json", []byte(`{"kind": "goal", "id": "a", "name": `+good+`}`)); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func TestScalarsAreReadFromTheirText(t *testing.T) {
	t.Parallel()
	read := func(data string) model.Document {
		t.Helper()
		docs, err := model.DecodeDocuments("f.yaml", []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		return docs[0].Document
	}
	for text, want := range map[string]model.Money{"50.00": 500000, `"50.00"`: 500000, "50": 500000, "0.1": 1000, "999999999999.9999": 9999999999999999, "-3.5": -35000} {
		if got := read("kind: goal\nid: a\ntransaction: {moreThan: " + text + "}").(*model.Goal).Transaction.MoreThan; got != want {
			t.Errorf("money %s = %d, want %d", text, got, want)
		}
	}
	for text, want := range map[string]model.Clock{"09:30": model.ClockAt(9, 30), "9:30": model.ClockAt(9, 30), `"5:15 pm"`: model.ClockAt(17, 15), "5:15 pm": model.ClockAt(17, 15), "22:00": model.ClockAt(22, 0)} {
		if got := read("kind: campaign\nid: a\ntimeFrame:\n  from: " + text).(*model.Campaign).TimeFrame.From; got != want {
			t.Errorf("clock %s = %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]model.Duration{"1m30s": 90 * model.Second, "2d": 2 * model.DayLong, "0": 0, "0s": 0, "250ms": 250} {
		if got := read("kind: settings\nid: a\nevaluateEvery: " + text).(*model.Settings).Every(); got != want {
			t.Errorf("duration %s = %s, want %s", text, got, want)
		}
	}
	d := read("kind: behavior\nid: a\nname: 12\ndescription: true\nwhen: {visitorError: {codes: [404, 0x1f, 1.50, no]}}").(*model.Behavior)
	if d.Name != "12" || d.Description != "true" || !slices.Equal(d.When.VisitorError.Codes, []string{"404", "0x1f", "1.50", "no"}) {
		t.Errorf("text that looks like something else: %+v %v", d.Header, d.When.VisitorError.Codes)
	}
	if s := read("kind: settings\nid: a\nsiteControlGroup: 0\nzone:\n").(*model.Settings); s.Zone != "UTC" || s.Currency != "EUR" || s.SiteControl() != 0 {
		t.Errorf("fields not given lose their defaults: %+v", s)
	}
	if docs, err := model.DecodeDocuments("f.yaml", []byte("\ufeff--- # first\r\nkind: goal\r\nid: a\r\n...\r\n---\r\n{kind: goal, id: b}\r\n")); err != nil || len(docs) != 2 {
		t.Errorf("a stream with a mark, markers and CRLF: %d documents, %v", len(docs), err)
	}
}

func TestAllMistakesOfAllFilesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	twenty := `kind: campaign
id: a
nmae: A
publishd: yes
goal: [x]
audiences: y
priority: hihg
controlGroup: ten
timeFrame:
  strat: 2026-01-01
  end: 2026-13-01
  zone: {}
  hours: sometimes
  from: 25:00
engagements:
  - id: e
    format: overlay
    Format: toaster
    type: contents
    delay: soon
    duration: -5s
    follow: 3
    creative:
      position: middle
      online: {width: wide, elements: [{kind: lable}]}
      heigth: 3
`
	fsys := fstest.MapFS{
		"a.yaml":         {Data: []byte(twenty)},
		"b/good.yaml":    {Data: []byte("kind: goal\nid: g\nname: G\ntype: interact\n")},
		"b/c.json":       {Data: []byte(`{"kind": "goal", "id": "x", "pages": "3"}`)},
		"notes.txt":      {Data: []byte("not read")},
		".hidden/x.yaml": {Data: []byte("not read")},
	}
	_, err := model.LoadFS(fsys, ".")
	var all model.FileErrors
	if !errors.As(err, &all) {
		t.Fatalf("want FileErrors, got %v", err)
	}
	var got []string
	for _, e := range all {
		got = append(got, e.Source.String()+" "+e.Path)
	}
	want := []string{
		"a.yaml:3:1 nmae", "a.yaml:4:1 publishd", "a.yaml:5:7 goal", "a.yaml:6:12 audiences", "a.yaml:7:11 priority", "a.yaml:8:15 controlGroup",
		"a.yaml:10:3 timeFrame.strat", "a.yaml:11:8 timeFrame.end", "a.yaml:12:9 timeFrame.zone", "a.yaml:13:10 timeFrame.hours", "a.yaml:14:9 timeFrame.from",
		"a.yaml:18:5 engagements[0].Format", "a.yaml:19:11 engagements[0].type", "a.yaml:20:12 engagements[0].delay", "a.yaml:21:15 engagements[0].duration",
		"a.yaml:22:13 engagements[0].follow", "a.yaml:24:17 engagements[0].creative.position", "a.yaml:25:23 engagements[0].creative.online.width",
		"a.yaml:25:47 engagements[0].creative.online.elements[0].kind", "a.yaml:26:7 engagements[0].creative.heigth", "b/c.json:1:38 pages",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got):\n%s\n%v", diff, err)
	}
}

func TestEndlessMistakesAreCounted(t *testing.T) {
	t.Parallel()
	_, err := model.DecodeDocuments("f.yaml", []byte("["+strings.Repeat("{kind: x},", 1500)+"]"))
	var all model.FileErrors
	if !errors.As(err, &all) || len(all) != model.MaxFileErrors+1 || !strings.HasSuffix(err.Error(), "and 500 more problems") {
		t.Fatalf("%d problems: %.200v", len(all), err)
	}
}

func TestTheSameIDTwiceIsRefusedNamingBothPlaces(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"a.yaml": {Data: []byte("kind: goal\nid: g\n---\nkind: settings\nid: one\n")},
		"b.yaml": {Data: []byte("kind: audience\nid: g\n---\nname: G\nkind: goal\nid: g\n---\nkind: settings\nid: two\n")},
	}
	_, err := model.LoadFS(fsys, ".")
	want := "b.yaml:6:1: goal g: id: given twice, first at a.yaml:2:1\n" +
		"b.yaml:9:1: settings two: id: an account has one document of settings, the first is at a.yaml:4:1"
	if err == nil || err.Error() != want {
		t.Fatalf("got  %v\nwant %s", err, want)
	}
}

func TestDirectoriesAreReadWithinTheirBounds(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	write := func(name, data string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "b", "goal.yml"), "kind: goal\nid: g\n")
	write(filepath.Join(dir, "kept", "x.txt"), "kind: goal\nid: linked\n")
	write(filepath.Join(outside, "secret.yaml"), "kind: goal\nid: secret\n")
	for link, to := range map[string]string{"inside.yaml": "kept/x.txt", "loop": "."} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	c, err := model.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Goals) != 2 || c.Goals[0].ID != "g" || c.Goals[1].ID != "linked" {
		t.Fatalf("got %d goals", len(c.Goals))
	}
	if err := os.Symlink(filepath.Join(outside, "secret.yaml"), filepath.Join(dir, "out.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := model.Load(dir); err == nil || !strings.Contains(err.Error(), "out.yaml") {
		t.Fatalf("a link out of the directory: %v", err)
	}
	if _, err := model.Load(filepath.Join(dir, "nowhere"), filepath.Join(outside, "none.yaml")); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "no such file or directory") != 2 {
		t.Errorf("files that do not exist: %v", err)
	}
	if _, err := model.Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "holds no *.yaml") {
		t.Errorf("an empty directory: %v", err)
	}
}

func TestLongListsAreRead(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"[" + strings.Repeat("c-1, ", 3000) + "x]", strings.Repeat("\n    - c-1", 3000) + "\n    - x", strings.Repeat("\n  - 'c'", 3000) + "\n  - x"} {
		docs, err := model.DecodeDocuments("f.yaml", []byte("kind: audience\nid: a\nwhen:\n customerId:\n  in: "+list))
		if err != nil || len(docs[0].Document.(*model.Audience).When.CustomerID.In) != 3001 {
			t.Errorf("%.40s: %v", list, err)
		}
	}
}

func TestAGiganticFileIsRefused(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("# x\n", model.MaxFileBytes/4+1)
	if _, err := model.DecodeDocuments("f.yaml", []byte(big)); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("a large file: %v", err)
	}
	long := "kind: goal\nid: a\ndescription: " + strings.Repeat("x", model.MaxDocumentBytes)
	if _, err := model.DecodeDocuments("f.yaml", []byte(long)); err == nil || !strings.Contains(err.Error(), "more than 1048576") {
		t.Errorf("a large document: %.200v", err)
	}
}

func TestOneLongLineOfJSONIsReadInLinearTime(t *testing.T) {
	t.Parallel()
	data := "[" + strings.TrimSuffix(strings.Repeat(`{"kind":"goal","id":"a","name":"é"},`, 30_000), ",") + "]"
	docs, err := model.DecodeDocuments("f.json", []byte(data))
	if err != nil || len(docs) != 30_000 || docs[29_999].Source.Column != 2+29_999*36 {
		t.Fatalf("%d documents, the last at %v, %v", len(docs), docs[len(docs)-1].Source, err)
	}
}

func TestProblemsFindTheirPlaceInTheFiles(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"c.yaml": {Data: []byte("kind: campaign\nid: a\nname: A\nengagements:\n  - id: e\n    entryPoints:\n      - x\n      - y\n    follow: {pages: 1, time: 1m}\n")}}
	docs, err := model.DecodeDocuments("c.yaml", fsys["c.yaml"].Data)
	if err != nil {
		t.Fatal(err)
	}
	l, err := model.Collect(docs)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"": "c.yaml:1:1", "name": "c.yaml:3:1", "engagements[0]": "c.yaml:5:5", "engagements[0].entryPoints[1]": "c.yaml:8:9",
		"engagements[0].follow": "c.yaml:9:5", "engagements[0].follow.time": "c.yaml:9:24", "engagements[0].url": "c.yaml:5:5", "goal": "c.yaml:1:1",
		"engagements[7].url": "c.yaml:4:1",
	} {
		if got := l.Sources.Place(model.KindCampaign, "a", path).String(); got != want {
			t.Errorf("%q is at %s, want %s", path, got, want)
		}
	}
	for _, p := range model.Validate(l.Catalog) {
		if p.Kind == model.KindCampaign && l.Sources.PlaceOf(p).Line == 0 {
			t.Errorf("%v has no place", p)
		}
	}
}

func TestWriteDirIsReadBack(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	c := soundCatalog(t)
	for range 2 { // over itself as well
		if err := model.WriteDir(dir, c); err != nil {
			t.Fatal(err)
		}
	}
	again, err := model.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, again); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "campaigns", "rescue.yaml")); err != nil {
		t.Error(err)
	}
	c.Goals[0].ID = "../../escape"
	if err := model.WriteDir(filepath.Join(dir, "bad"), c); err == nil {
		t.Error("an id that leaves the directory was written")
	}
	if _, err := os.Stat(filepath.Join(dir, "bad")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was half-written")
	}
}

func TestWhatIsWrittenAlreadyIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	c := soundCatalog(t)
	goal := func() fs.FileInfo {
		t.Helper()
		if err := model.WriteDir(dir, c); err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(filepath.Join(dir, "goals", c.Goals[0].ID+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	first := goal()
	if !os.SameFile(first, goal()) {
		t.Error("a file was written anew that had not changed")
	}
	path := filepath.Join(dir, "goals", first.Name())
	for name, spoil := range map[string]func() error{
		"other bytes, as many": func() error { return os.WriteFile(path, make([]byte, first.Size()), 0o644) },
		"cut off":              func() error { return os.Truncate(path, first.Size()-1) },
		"a link": func() error {
			return errors.Join(os.Rename(path, path+".old"), os.Symlink(first.Name()+".old", path))
		},
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if info := goal(); !info.Mode().IsRegular() || info.Size() != first.Size() {
			t.Errorf("%s: it is %v of %d bytes", name, info.Mode(), info.Size())
		}
		if data, err := os.ReadFile(path); err != nil || data[0] == 0 {
			t.Errorf("%s: %q, %v", name, data, err)
		}
		os.Remove(path + ".old")
	}
}

func TestUnmarshalIsStrict(t *testing.T) {
	t.Parallel()
	var v struct {
		Name  string         `yaml:"name"`
		Every model.Duration `yaml:"every"`
		On    *bool          `yaml:"on"`
	}
	if err := model.Unmarshal("f.yaml", []byte("name: x\nevery: 1m\non: false"), &v); err != nil || v.Name != "x" || v.Every != model.Minute || v.On == nil || *v.On {
		t.Errorf("%+v, %v", v, err)
	}
	if err := model.Unmarshal("f.yaml", []byte("nam: x"), &v); err == nil || err.Error() != "f.yaml:1:1: nam: unknown field, did you mean name?" {
		t.Errorf("%v", err)
	}
	if err := model.Unmarshal("f.yaml", []byte("name: x\n---\nname: y"), &v); err == nil {
		t.Error("two documents were read")
	}
	if err := model.Unmarshal("f.yaml", []byte("name: x"), v); err == nil {
		t.Error("no pointer was filled")
	}
}

// Hostile texts must not cost more than a few seconds or a stack.
func FuzzDecodeDocuments(f *testing.F) {
	for _, s := range []string{sound, "", "a: b", "[", "{", "- - - a", "? a\n: b", "&a [*a]", "kind: goal\nid: \"\\ud800\"", "a: |\n  x\n b", "--- a\n...\n--- b", "%YAML 1.2\n---\na", "a: 'b\n\n c'",
		`{"kind":"goal","id":"x","name":"\ud83d\ude00"}`, "kind: behavior\nid: a\nwhen: {all: [{any: [{exitSignal: true}]}]}", "<<: {a: b}", "a: !!binary x", "\"a\": [1, 2.5, .nan, ~]", "\t- a", "a:\tb", "a: >\n\n x\n\n\ty"} {
		f.Add("f.yaml", []byte(s))
		f.Add("f.json", []byte(s))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		docs, err := model.DecodeDocuments(name, data)
		var all model.FileErrors
		if err != nil && (!errors.As(err, &all) || len(all) == 0 || err.Error() == "") {
			t.Fatalf("an error that tells nothing: %#v", err)
		}
		for _, l := range docs {
			encoded, err := model.EncodeDocument(l.Document)
			if err != nil {
				t.Fatalf("what was read cannot be written: %v", err)
			}
			again, err := model.DecodeDocuments("again.yaml", encoded)
			if err != nil || len(again) != 1 {
				t.Fatalf("what was written cannot be read: %v\n%s", err, encoded)
			}
			if diff := cmp.Diff(l.Document, again[0].Document); diff != "" {
				t.Fatalf("(-want +got):\n%s\n%s", diff, encoded)
			}
		}
		if l, err := model.Collect(docs); err == nil {
			model.ValidateAt(l.Catalog, time.Unix(1772445600, 0))
		}
	})
}
