package settings

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"beckon/model"
	"beckon/tui/app"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

var noon = time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC)

// safe is a keeper in memory, with other operators who write too.
type safe struct {
	mu       sync.Mutex
	settings model.Settings
	version  Version
	edits    []Edit
	changed  chan struct{}
	refuse   error
}

func newSafe() *safe {
	s := model.DefaultSettings()
	s.CustomerTypes, s.LinesOfBusiness, s.Skills = []string{"gold", "silver"}, []string{"Retail"}, []string{"service"}
	return &safe{settings: s, version: Version{Revision: 7, Author: "ben", Why: "first import", At: noon}, changed: make(chan struct{})}
}

func (k *safe) Settings(context.Context) (Loaded, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return Loaded{&model.Catalog{Revision: k.version.Revision, Settings: k.settings}, k.version}, nil
}

func (k *safe) Put(_ context.Context, e Edit) (Version, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refuse; err != nil {
		k.refuse = nil
		return Version{}, err
	}
	if e.Base != k.version.Revision {
		theirs := k.settings
		return Version{}, fmt.Errorf("commit: %w", &Conflict{Theirs: &theirs, Revision: k.version.Revision, Author: k.version.Author, Why: k.version.Why, At: k.version.At})
	}
	k.edits = append(k.edits, e)
	return k.save(*e.Settings, "ana", e.Why), nil
}

// save keeps settings; the lock is held.
func (k *safe) save(s model.Settings, who, why string) Version {
	k.settings = s
	k.version = Version{Revision: k.version.Revision + 1, Author: who, Why: why, At: noon}
	close(k.changed)
	k.changed = make(chan struct{})
	return k.version
}

// other lets another operator change the settings.
func (k *safe) other(change func(*model.Settings)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.settings
	change(&s)
	k.save(s, "ben", "so it is better")
}

func (k *safe) now() model.Settings {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.settings
}

func (k *safe) Next(ctx context.Context, after uint64) (News, error) {
	for {
		k.mu.Lock()
		news := News{Revision: k.version.Revision, Version: k.version}
		s, wait := k.settings, k.changed
		k.mu.Unlock()
		if news.Revision > after {
			news.Settings = &s
			return news, nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return News{}, ctx.Err()
		}
	}
}

// use drives the whole console with this screen alone.
func use(t *testing.T, size layout.Size, drive func(d *tuitest.Driver, k *safe)) {
	t.Helper()
	var k *safe
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		k = newSafe()
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		begin := time.Now()
		root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Now: func() time.Time { return noon.Add(time.Since(begin)) }}, New(k))
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		drive(d, k)
	})
}

// grace is longer than a dialog that opens by itself ignores keys.
const grace = time.Second

func TestTheSettingsAreSaidInWords(t *testing.T) {
	t.Parallel()
	use(t, layout.Size{W: 120, H: 44}, func(d *tuitest.Driver, _ *safe) {
		d.Expect("any number, conversations and content together", "nothing of the type for the rest of the visit", "5 of 100 visitors see no engagement at all",
			"after 30m without an event, or 6h after its start", "looked at every 10s", "within 31 days", "gold, silver  (2 of 110)", "revision 7")
	})
}

func TestTheyAreSplitSavedAndTakenBack(t *testing.T) {
	t.Parallel()
	use(t, layout.Size{W: 170, H: 45}, func(d *tuitest.Driver, k *safe) {
		d.Press("ctrl+z")
		d.Expect("nothing to take back")
		d.Press("e")
		d.Expect("Edit the settings", "counted together", "In words")
		d.ExpectNot("Conversations  ")
		d.Press("space")
		d.Expect("(•) counted apart", "Conversations", "not saved", "any number for conversations")
		d.Press("tab", "right", "right")
		d.Expect("at most 2 for conversations")
		d.Press("f2")
		d.Expect("Saved settings: 2 fields", "ana")
		if got := k.now(); !got.Displays.Split || got.Displays.Conversation != 2 || len(k.edits[0].Changes) != 2 || k.edits[0].Base != 7 {
			t.Fatalf("saved %+v by %+v", got.Displays, k.edits)
		}
		d.Press("e", "tab", "right", "f2")
		d.Expect("displays")
		if got := k.now(); got.Displays.Conversation != 3 {
			t.Fatalf("saved %+v", got.Displays)
		}
		d.Press("ctrl+z")
		d.Expect("Undone")
		d.Press("ctrl+z")
		if got := k.now(); !got.Displays.IsZero() {
			t.Errorf("undone: %+v", got.Displays)
		}
		d.Press("ctrl+y", "ctrl+y")
		d.Expect("Done again")
		if got := k.now(); got.Displays.Conversation != 3 {
			t.Errorf("done again: %+v", got.Displays)
		}
	})
}

func TestWhatIsWrongIsToldAtItsField(t *testing.T) {
	t.Parallel()
	use(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, k *safe) {
		d.Press("e")
		for range 4 {
			d.Press("tab")
		}
		d.Type("40")
		d.Press("f2")
		d.Expect("error to mend", "want 0 to 25")
		d.Press("esc")
		d.Expect("The settings are not saved")
		d.Type("drop")
		d.Press("enter")
		d.ExpectNot("Edit the settings")
		if len(k.edits) != 0 {
			t.Error("it was saved")
		}
	})
}

func TestChangesOfOthersAreTakenTogether(t *testing.T) {
	t.Parallel()
	use(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, k *safe) {
		d.Press("e", "space")
		k.other(func(s *model.Settings) { s.Currency = "CHF" })
		d.Wait(grace)
		d.Expect("ben changed the settings.")
		d.Press("f2")
		d.Expect("The settings were changed meanwhile", "CHF", "Nothing of it stands against your changes", "Save (enter)")
		d.Wait(grace)
		d.Press("y")
		if got := k.now(); got.Currency != "CHF" || !got.Displays.Split {
			t.Errorf("saved %+v", got)
		}
		k.other(func(s *model.Settings) { s.Currency = "SEK" })
		d.Wait(grace)
		d.Press("ctrl+z")
		d.Wait(grace)
		d.Expect("The settings were changed meanwhile", "currency: SEK", "Undo it (enter)")
		d.Press("y")
		if got := k.now(); got.Currency != "SEK" || got.Displays.Split {
			t.Errorf("undone %+v", got)
		}
	})
}

func TestAFailedWriteIsTold(t *testing.T) {
	t.Parallel()
	use(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, k *safe) {
		k.refuse = errors.New("the disk \x1b]0;stolen\x07 is full")
		d.Press("e", "space", "f2")
		d.Expect("saving the settings", "Edit the settings")
		if strings.Contains(d.Title(), "stolen") {
			t.Error("the error set the title")
		}
		d.Press("f2")
		d.Expect("Saved settings")
	})
}

func standing(t testing.TB, ses pane.Session) *Screen {
	t.Helper()
	k := newSafe()
	s := New(k)
	ses.Ctx, ses.Who, ses.Now = t.Context(), "ana", func() time.Time { return noon }
	if _, err := app.New(&ses, s); err != nil {
		t.Fatal(err)
	}
	s.ses = &ses
	data, err := k.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Update(loaded{data: data, index: data.Catalog.Index()})
	return s
}

// Sixteen colors, on a dark and on a light screen: looks and all.
func TestScreensOfSixteenColors(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 80, H: 21}
	for name, light := range map[string]bool{"dark16": false, "light16": true} {
		s := standing(t, pane.Session{})
		s.ses.Theme = theme.New(theme.Options{Profile: colorprofile.ANSI, Light: light})
		tuitest.GoldenLooks(t, "looks-words-"+name, size, s.Rows(size, true))
		s.Do(Change, nil)
		tuitest.GoldenLooks(t, "looks-form-"+name, size, s.Rows(size, true))
	}
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		size layout.Size
		ses  pane.Session
	}{{"80x24", layout.Size{W: 80, H: 21}, pane.Session{}}, {"120x40", layout.Size{W: 120, H: 37}, pane.Session{}},
		{"200x50", layout.Size{W: 200, H: 47}, pane.Session{}}, {"ascii", layout.Size{W: 80, H: 21}, pane.Session{NoColor: true, ASCII: true}}} {
		s := standing(t, tt.ses)
		tuitest.Golden(t, "words-"+tt.name, tt.size, s.Rows(tt.size, true))
		s.Do(Change, nil)
		// What is in the form is compared where forms are made.
		if rows := s.Rows(tt.size, true); frame.Check(rows, tt.size.W, tt.size.H) != nil || !strings.Contains(rows.Join(), "Edit the settings") {
			t.Errorf("%s: the form is drawn as\n%s", tt.name, rows.Join())
		}
	}
}

func TestItIsExactAtAnySizeAndForeignTextIsHarmless(t *testing.T) {
	t.Parallel()
	s := standing(t, pane.Session{})
	bad := *s.now
	bad.Name, bad.Zone, bad.Skills = "\x1b[2J\u202eevil\x07", "Nowhere/\x1b[31m", []string{"\x1b]0;x\x07", strings.Repeat("漢字", 200)}
	s.take(&bad, Version{Revision: 9, Author: "\x1b[5mben", Why: "\x07"})
	for range 2 {
		for _, size := range []layout.Size{{W: 1, H: 1}, {W: 60, H: 12}, {W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}} {
			if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
				t.Errorf("%v: %v", size, err)
			}
		}
		s.Do(Change, nil)
	}
}
