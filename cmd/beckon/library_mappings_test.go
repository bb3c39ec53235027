package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

func TestATableIsOpenedByTheMappingOfTheStoreThatItFits(t *testing.T) {
	t.Parallel()
	s := filled(t)
	l := newLibrary(s, "ana", func() time.Time { return monday })
	path := filepath.Join(t.TempDir(), "clicks.csv")
	if err := os.WriteFile(path, []byte("who,at,url\nx,2026-03-02T10:15:00Z,https://shop.example/?email=ada%40example.org\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	put := func(id, visitor string) {
		t.Helper()
		body := "visitor: \"{" + visitor + "}\"\nat: \"{at}\"\nevents: [{page: {url: \"{url}\"}}]\n"
		if _, _, err := putSince(t.Context(), s, store.Change{Author: "ana", Why: "a mapping", At: monday}, []document{{kindMapping, id, []byte(body)}}, anyRevision); err != nil {
			t.Fatal(err)
		}
	}
	read := func(want string) {
		t.Helper()
		rec, err := l.ReadFile(t.Context(), path, "")
		switch {
		case want == "" && (err != nil || len(rec.Visitors) != 1 || strings.Contains(rec.Visitors[0].Events[0].Page.URL, "ada")):
			t.Errorf("%+v %v", rec, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%v, want %s", err, want)
		}
	}
	read("no mapping of the store fits its columns: beckon map --save FILE makes one")
	put("other", "somebody")
	read("no mapping of the store fits")
	put("clicks", "who")
	read("")
	put("again", "who")
	read("several mappings of the store fit: again, clicks")
}

// openFile has a screen open a file.
func openFile(t *testing.T, d *tuitest.Driver, screen, path string) {
	t.Helper()
	d.Press(tabOf(t, screen))
	d.Wait(time.Second)
	d.Press("O")
	d.Paste(path)
	d.Press("enter")
	d.Wait(2 * time.Second)
}

// Who opens a table for the first time is led to its mapping, and from there to
// the numbers, in Traffic and in the Simulator; the next table with these
// columns is read at once.
func TestATableAsksForItsMappingAndIsReplayed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, data string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	head := "year;month;day;order;country;session ID;page 1 (main category);page 2 (clothing model);colour;location;model photography;price;price 2;page\n"
	days := write("d.csv", head+"2008;4;1;1;29;1;1;5;1;5;1;28;2;1\n2008;4;1;2;29;1;2;71;1;6;1;33;2;1\n2008;4;11;1;16;2;2;67;9;5;1;57;1;2\n")
	more := write("e.csv", head+"2008;5;1;1;29;7;1;5;1;5;1;28;2;1\n")
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, s store.Store) {
		openFile(t, d, "traffic", days)
		d.Expect("Mapping › d.csv", "Of the first 4 lines: 3 read, 1 skipped, 0 rejected")
		d.Press("s", "enter")
		d.Wait(2 * time.Second)
		d.Expect("Traffic › ", "revision 2", "Another time: ")
		if doc, err := s.Get(context.Background(), kindMapping, "d"); err != nil || doc.Author != "ana" {
			t.Errorf("%v %v", doc.Author, err)
		}
		// By one key the mapping is there again, to be changed.
		d.Press("m")
		d.Wait(time.Second)
		d.Expect("Mapping › d.csv", "session ID")
		d.Press("esc")
		openFile(t, d, "simulator", more)
		d.Expect("Simulator › e.csv")
	})
}

// Prose beside a table has commas, too, and is not what is meant.
func TestATableIsFoundBesideWhatIsWrittenOfIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, data := range map[string]string{
		"README.md":  "# Clicks, April\n\nOne line is a click, and has\nwho, when and where. Times are local,\nof the shop.\nNothing else is known.\n",
		"clicks.csv": "visitor;time;url\na;2026-03-02T10:15:00Z;https://shop.example/\nb;2026-03-02T10:16:00Z;https://shop.example/cart\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, _ store.Store) {
		openFile(t, d, "traffic", dir)
		d.Expect("Mapping › clicks.csv", "CSV, 3 columns")
		d.Press("r")
		d.Wait(2 * time.Second)
		d.Expect("Replayed 2 visits of 2 visitors")
	})
}

func TestASimulatorsTableAsksForItsMapping(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.csv")
	if err := os.WriteFile(path, []byte("who,at,url\nx,2026-03-02T10:15:00Z,https://shop.example/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, s store.Store) {
		openFile(t, d, "simulator", path)
		d.Expect("Mapping › c.csv", "no column is the visitor")
		d.Press("enter")
		d.Type("who")
		d.Press("enter", "r")
		d.Wait(2 * time.Second)
		d.Expect("Simulator › c.csv", "The mapping is used for this session")
		if _, err := s.Get(context.Background(), kindMapping, "c"); err == nil {
			t.Error("it was saved")
		}
	})
}
