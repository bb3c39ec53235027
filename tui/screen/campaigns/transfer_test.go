package campaigns

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/tui/app"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

// put lets the keeper have a file.
func (s *shelf) put(path, data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = map[string]file{}
	}
	s.files["/home/ana/"+path] = file{[]byte(data), noon.Add(-time.Hour)}
}

func (s *shelf) read(path string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.files["/home/ana/"+path].data)
}

// answer replaces what a prompt holds, and gives it.
func answer(d *tuitest.Driver, text string) {
	d.Press("ctrl+u")
	d.Type(text)
	d.Press("enter")
}

func TestACampaignIsExportedByKeyFromEveryPane(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "cart rescue")
		for i, keys := range [][]string{nil, {"enter"}, {"G", "enter"}} {
			d.Press(keys...)
			d.Press("x")
			d.Expect("Export Cart rescue", "cart-rescue.yaml")
			path := fmt.Sprintf("out-%d.yaml", i)
			answer(d, path)
			d.Expect("Cart rescue is in /home/ana/"+path, "KiB.")
			if got := s.read(path); !strings.Contains(got, "\nid: cart-rescue\n") || !strings.Contains(got, "kind: goal") {
				t.Errorf("the file holds %q", got)
			}
		}
	})
}

func TestAnExportAsksBeforeItReplacesAFile(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, s *shelf) {
		s.put("cart-rescue.yaml", "mine")
		pick(d, "cart rescue")
		d.Press("x", "enter")
		d.Expect("Replace cart-rescue.yaml?", "/home/ana/cart-rescue.yaml, written", "10:00 UTC, 4 bytes. It is lost.")
		d.Press("enter") // no
		if got := s.read("cart-rescue.yaml"); got != "mine" {
			t.Errorf("written over: %q", got)
		}
		d.Press("x", "enter", "y")
		d.Expect("Cart rescue is in /home/ana/cart-rescue.yaml")
		if got := s.read("cart-rescue.yaml"); got == "mine" {
			t.Error("not written")
		}
	})
}

func TestAnExportTellsWhatHasNoPlaceInTheFileAndWhatWentWrong(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, s *shelf) {
		s.refuse = errDisk
		pick(d, "service desk")
		d.Press("esc")
		pick(d, "every page")
		d.Press("x")
		answer(d, "over/there.json")
		d.Expect("Export Chat on every page", "over/there.json", "is full")
		d.Press("enter")
		d.Expect("Exported Chat on every page", "/home/ana/over/there.json", "What has no place in this shape was left out:", "no counterpart over there")
		d.Press("esc", "x")
		answer(d, "  ")
		d.Expect("a path is needed")
	})
}

func TestAnImportShowsWhatItWouldDoAndWritesAfterOneQuestion(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "cart rescue")
		d.Press("x", "enter", "esc")
		bundle := s.read("cart-rescue.yaml")
		s.put("theirs.yaml", strings.Replace(strings.Replace(bundle, "name: Cart rescue\n", "name: Cart saver\n", 1), "priority: high", "priority: low", 1))

		d.Press("i")
		answer(d, "cart-rescue.yaml")
		d.Expect("Import cart-rescue.yaml", "Write 0 documents", "Not now: there is nothing to write")
		d.Press("enter", "esc")

		d.Press("i")
		answer(d, "theirs.yaml")
		d.Expect("Write 1 document in one change", "Differs from what is here", "campaign Cart saver", "beside ours, as cart-rescue-2", "Here already")
		d.Press("down", "enter")
		d.Expect("What becomes of it", "priority: low, was high", "name: Cart saver, was Cart rescue")
		d.Press("esc")
		if s.imports != 0 || s.writes() != 0 {
			t.Fatal("written before the question")
		}

		d.Press("i")
		answer(d, "theirs.yaml")
		d.Press("enter")
		d.Expect("Write 1 document of theirs.yaml?", "Campaigns arrive as drafts.")
		d.Press("enter") // no
		if s.imports != 0 {
			t.Fatal("written without a yes")
		}
		d.Press("i")
		answer(d, "theirs.yaml")
		d.Press("enter", "y")
		d.Expect("1 document of theirs.yaml written, revision 8", "Campaigns › Cart saver", "○ draft")
		if here := s.at("cart-rescue"); here.Name != "Cart rescue" || here.Priority != model.High || !here.Published {
			t.Errorf("what was here is %+v", here)
		}
		if came := s.at("cart-rescue-2"); came == nil || came.Name != "Cart saver" || came.Published {
			t.Errorf("what came is %+v", came)
		}
	})
}

func TestWhatDiffersIsKeptOrReplacedAsChosen(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "cart rescue")
		d.Press("x", "enter", "esc")
		s.put("theirs.yaml", strings.Replace(s.read("cart-rescue.yaml"), "priority: high", "priority: low", 1))
		d.Press("i")
		answer(d, "theirs.yaml")
		d.Press("down", "enter", "down", "enter")
		d.Expect("keep ours", "Write 0 documents")
		d.Press("enter", "down", "down", "enter")
		d.Expect("replace ours", "Write 1 document", "Enter shows what differs") // the mark stayed on it
		d.Press("home", "enter")
		d.Expect("! Write 1 document of theirs.yaml?", "Replaced, for everybody who uses it:", "campaign Cart rescue, which is published now and ends")
		d.Press("y")
		d.Expect("1 document of theirs.yaml written")
		if k := s.at("cart-rescue"); k.Priority != model.Low || k.Published {
			t.Errorf("%+v", k)
		}
	})
}

func TestAnImportWhosePlanIsOlderThanWhatIsThereIsShownAnew(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "cart rescue")
		d.Press("x", "enter", "esc")
		s.put("theirs.yaml", strings.Replace(s.read("cart-rescue.yaml"), "priority: high", "priority: low", 1))
		d.Press("i")
		answer(d, "theirs.yaml")
		d.Press("down", "enter", "down", "down", "enter", "home", "enter")
		s.other("cart-rescue", func(k *model.Campaign) { k.Goal = "newsletter-signup" })
		d.Press("y")
		d.Expect("Nothing was written: ben wrote the campaign cart-rescue meanwhile, at", "revision 8.",
			"Import theirs.yaml", "beside ours, as cart-rescue-2")
		if k := s.at("cart-rescue"); s.imports != 0 || k.Priority != model.High || k.Goal != "newsletter-signup" {
			t.Errorf("%+v", k)
		}
	})
}

func TestAFileThatCannotBeImportedIsAskedForAgain(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, s *shelf) {
		s.put("torn.yaml", "kind: campaign\nid: [")
		s.put("hostile.yaml", "kind: goal\nid: x\nname: \"\\e]0;stolen\\a\"\nfrobnicate: 1\n")
		d.Press("i")
		for path, want := range map[string]string{"nowhere.yaml": "there is no file at", "torn.yaml": "importing campaigns", "hostile.yaml": "frobnicate"} {
			answer(d, path)
			d.Expect("Import campaigns", path, want)
		}
		d.Press("esc", "i", "enter")
		d.Expect("a path is needed")
		d.Press("esc")
		if strings.Contains(d.Sent(), "\x1b]0;stolen") {
			t.Error("the file acts on the terminal")
		}
		s.put("good.yaml", "kind: goal\nid: fresh\nname: \"Fresh \\e[2J\"\ntype: interact\n")
		d.Press("i")
		answer(d, "good.yaml")
		d.Expect("goal Fresh ␛")
		s.refuse = errDisk
		d.Press("enter", "y")
		d.Expect("importing good.yaml", "is full")
		if s.imports != 0 || strings.Contains(d.Sent(), "\x1b[2J\x1b") {
			t.Error("written, or the file acts on the terminal")
		}
	})
}

func TestAccountConfigTellsWhatHasNoCounterpart(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, s *shelf) {
		s.put("account.json", account)
		d.Press("i")
		answer(d, "account.json")
		d.Expect("campaign Late help", "No counterpart here", "$.somethingNew: no counterpart here")
		d.Press("end", "enter") // a line to read leads back
		d.Expect("Import account.json")
		d.Press("enter", "y")
		d.Expect("Campaigns › Late help")
	})
}

const account = `{"id":900101,"name":"Late help","description":"","type":0,"status":1,"goalId":700201,"visitorProfiles":[],"controlGroup":{"percentage":10},
 "priority":0.5,"weight":0.7,"startDate":"2025-03-01 00:00:00","expirationDate":"2027-06-30 23:59:59","timeZone":"Europe/Berlin",
 "engagementIds":[],"engagements":[],"somethingNew":"kept"}`

func TestAnImportUnderWayIsGuarded(t *testing.T) {
	t.Parallel()
	root, s := standing(t, shop(t), look{})
	root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.importing = "x.yaml"
	if s.Unsaved() == "" || s.Status() != "importing x.yaml" || s.Disabled(FromFile) == "" {
		t.Errorf("%q %q %q", s.Unsaved(), s.Status(), s.Disabled(FromFile))
	}
	root.Update(imported{Incoming{Path: "/tmp/x.yaml"}, Imported{}, context.DeadlineExceeded})
	if s.Unsaved() != "" || s.Disabled(FromFile) != "" || !s.loading {
		t.Error("not over, or what is kept is not read again")
	}
	root.Update(planned{asked: s.asked + 1, path: "other.yaml", err: errors.New("late")})
	root.Update(planned{asked: s.asked, err: context.Canceled})
	root.Update(exported{err: context.Canceled})
	if n := strings.Join(root.Frame(), "\n"); strings.Contains(n, "Import campaigns") || strings.Contains(n, "Export") {
		t.Error("a result that nobody waits for opened a dialog")
	}
}

func TestGoldenTransfers(t *testing.T) {
	t.Parallel()
	c := shop(t)
	bundle, err := exchange.Export(c, "cart-rescue")
	if err != nil {
		t.Fatal(err)
	}
	theirs := strings.NewReplacer("name: Cart rescue\n", "name: Cart saver\n", "priority: high", "priority: low", "name: Order placed\n", "name: Something sold\n").Replace(string(bundle))
	incoming := func(path, data string) Incoming {
		shelf := newShelf(c)
		shelf.put(path, data)
		in, err := shelf.Plan(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	for _, size := range []layout.Size{small, wide} {
		for name, show := range map[string]func(*app.Root, *Screen){
			"export": func(root *app.Root, _ *Screen) { press(root, "down", "x") },
			"export-exists": func(root *app.Root, _ *Screen) {
				root.Update(exported{name: "Cart rescue", err: &FileExists{"/home/ana/cart.yaml", 4200, noon}})
			},
			"export-leftout": func(root *app.Root, _ *Screen) {
				root.Update(exported{name: "Cart rescue", done: Exported{"/home/ana/cart.json", 4200, []string{"schedule office-hours: no counterpart over there: left out"}}})
			},
			"import": func(root *app.Root, _ *Screen) { press(root, "i") },
			"import-wrong": func(root *app.Root, s *Screen) {
				root.Update(planned{asked: s.asked, path: "torn.yaml", err: errors.New("importing campaigns: torn.yaml:3:1: the document breaks off")})
			},
			"import-plan": func(root *app.Root, s *Screen) {
				root.Update(planned{asked: s.asked, in: incoming("theirs.yaml", theirs)})
			},
			"import-json": func(root *app.Root, s *Screen) {
				root.Update(planned{asked: s.asked, in: incoming("account.json", account)})
			},
			"import-choose": func(root *app.Root, s *Screen) {
				root.Update(planned{asked: s.asked, in: incoming("theirs.yaml", theirs)})
				press(root, "down", "down", "enter")
			},
			"import-confirm": func(root *app.Root, s *Screen) {
				root.Update(planned{asked: s.asked, in: incoming("theirs.yaml", theirs)})
				press(root, "down", "enter", "down", "down", "enter", "enter")
			},
		} {
			root, s := standing(t, c, look{})
			root.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			root.View()
			show(root, s)
			root.View()
			tuitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size.W, size.H), size, root.Frame())
		}
	}
}
