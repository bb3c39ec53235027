package settings

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/dialog"
	"beckon/tui/fields"
	"beckon/tui/form"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// The actions of the screen.
const (
	Change keymap.ID = "settings.edit"
	Reload keymap.ID = "settings.reload"
	Save   keymap.ID = "settings.form.save"
)

// formScope is the form's.
const formScope = "settings.form"

// wordScope has what goes without a form.
const wordScope = "settings.words"

// Screen shows the account's settings and changes them.
type Screen struct {
	ses    *pane.Session
	keeper Keeper

	index    *model.Index // nil: not read yet
	now      *model.Settings
	version  Version
	problems []model.Problem
	revision uint64 // of the store, as far as it was followed
	gen      int
	loading  bool
	failed   error
	deaf     string

	words   widget.Lines
	said    said
	cutAt   *whereabouts // where the operator was before he was cut off
	editing *editing     // nil: no form is open
	history history
	saving  *write

	size     layout.Size
	unfollow context.CancelFunc
}

// said is what the words were written for.
type said struct {
	s    *model.Settings
	look uint32
}

// editing is the form that is open.
type editing struct {
	base    uint64
	history *edit.History
	form    *form.Form
}

var (
	_ pane.Screen    = (*Screen)(nil)
	_ pane.Typist    = (*Screen)(nil)
	_ pane.Paster    = (*Screen)(nil)
	_ pane.Clickable = (*Screen)(nil)
	_ pane.Pointed   = (*Screen)(nil)
	_ pane.Disabler  = (*Screen)(nil)
	_ pane.Filtering = (*Screen)(nil)
	_ pane.Located   = (*Screen)(nil)
	_ pane.Reporting = (*Screen)(nil)
	_ pane.Guarded   = (*Screen)(nil)
)

// New makes the screen on what keeps the settings.
func New(k Keeper) *Screen { return &Screen{keeper: k} }

// ID implements pane.Screen.
func (s *Screen) ID() string { return "settings" }

// Title implements pane.Screen.
func (s *Screen) Title() string { return "Settings" }

// Scopes implements pane.Screen.
func (s *Screen) Scopes() []keymap.Scope {
	forms := form.Scopes(formScope)
	forms[0].Actions = append(forms[0].Actions, keymap.Action{ID: Save, Needs: keymap.Publish, Title: "Save the settings", Hint: "save", Keys: []string{"f2", "s"},
		Help: "Saves what stands in the form; visitors get it at once."})
	return append([]keymap.Scope{
		{Name: "settings", Title: "Settings", Actions: []keymap.Action{
			{ID: Reload, Title: "Read the settings again", Keys: []string{"f5"}, Help: "Reads the settings again; changes of others come in by themselves."},
		}},
		{Name: wordScope, Title: "Settings in words", Actions: []keymap.Action{
			{ID: Change, Needs: keymap.Publish, Title: "Edit the settings", Hint: "edit", Keys: []string{"e"}, Help: "Opens the settings in a form."},
		}},
	}, forms...)
}

// Open implements pane.Screen: it reads the settings and follows their changes.
func (s *Screen) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	s.words.SetLines(widget.L(muted("Reading the settings" + ses.Theme.Ellipsis)))
	return s.load()
}

// loaded are the settings, read by a command.
type loaded struct {
	gen   int
	data  Loaded
	index *model.Index
	err   error
}

// retry asks to go on after reading or following failed.
type retry struct {
	gen  int
	load bool
}

const retryAfter = 5 * time.Second

// followed is what was written meanwhile.
type followed struct {
	gen  int
	news News
	err  error
}

func (s *Screen) load() tea.Cmd {
	s.gen++
	s.loading = true
	if s.unfollow != nil {
		s.unfollow()
	}
	gen, keeper := s.gen, s.keeper
	return s.ses.Shell.Work("reading the settings", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		data, err := keeper.Settings(ctx)
		if err == nil && data.Catalog == nil {
			err = errors.New("there is no catalog")
		}
		if err != nil {
			return loaded{gen: gen, err: err}
		}
		return loaded{gen, data, data.Catalog.Index(), nil}
	})
}

func (s *Screen) follow() tea.Cmd {
	if s.unfollow != nil {
		s.unfollow()
	}
	ctx, cancel := context.WithCancel(s.ses.Ctx)
	s.unfollow = cancel
	gen, keeper, after := s.gen, s.keeper, s.revision
	return pane.Wait(func() tea.Msg {
		defer cancel()
		news, err := keeper.Next(ctx, after)
		return followed{gen, news, err}
	})
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case loaded:
		if m.gen == s.gen {
			return s.loaded(m)
		}
	case followed:
		if m.gen == s.gen && s.ses.Ctx.Err() == nil {
			return s.followed(m)
		}
	case retry:
		switch {
		case m.gen != s.gen:
		case m.load:
			return s.load()
		default:
			return s.follow()
		}
	case written:
		return s.written(m)
	}
	return nil
}

func (s *Screen) loaded(m loaded) tea.Cmd {
	s.loading = false
	if m.err != nil {
		if s.failed == nil { // said once
			s.ses.Shell.Fail("reading the settings", m.err)
		}
		s.failed = m.err
		if s.now == nil {
			s.words.SetLines(widget.L(widget.T("The settings could not be read. f5 tries again.")))
		}
		gen := s.gen
		return pane.Wait(pane.Tick(s.ses.Ctx, retryAfter, retry{gen, true}))
	}
	s.failed, s.index, s.revision = nil, m.index, m.data.Catalog.Revision
	now := m.data.Catalog.Settings
	s.take(&now, m.data.Version)
	s.comeBack()
	return s.follow()
}

// take shows a version of the settings.
func (s *Screen) take(now *model.Settings, v Version) {
	s.now, s.version = now, v
	s.problems = s.index.ValidateDocument(now)
}

func (s *Screen) followed(m followed) tea.Cmd {
	if m.err != nil {
		if s.deaf == "" {
			s.ses.Shell.Fail("following what others change", m.err)
		}
		s.deaf = "changes of others are not seen now"
		gen := s.gen
		return pane.Wait(pane.Tick(s.ses.Ctx, retryAfter, retry{gen, false}))
	}
	s.deaf = ""
	if m.news.Reload {
		return s.load()
	}
	s.revision = max(s.revision, m.news.Revision)
	if n := m.news.Settings; n != nil && m.news.Version.Revision > s.version.Revision {
		s.take(n, m.news.Version)
		if m.news.Version.Author != s.ses.Who {
			s.ses.Shell.Toast(widget.Info, label(m.news.Version.Author)+" changed the settings.")
		}
	}
	return s.follow()
}

// Disabled implements pane.Disabler.
func (s *Screen) Disabled(id keymap.ID) string {
	if s.editing != nil {
		if id == Save && s.saving != nil {
			return "they are being saved"
		}
		return s.editing.form.Disabled(id)
	}
	switch id {
	case Change, keymap.Undo, keymap.Redo:
		switch {
		case s.now == nil:
			return "the settings are not read yet"
		case s.saving != nil:
			return "the last change is still being saved"
		}
	}
	switch {
	case id == keymap.Undo && len(s.history.undo) == 0:
		return "nothing to take back"
	case id == keymap.Redo && len(s.history.redo) == 0:
		return "nothing to do again"
	}
	return ""
}

// Do implements pane.Screen.
func (s *Screen) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	if id == Reload {
		return s.load(), true
	}
	if s.editing != nil {
		if id == Save {
			return s.save(), true
		}
		cmd, ok := s.editing.form.Do(id, arg)
		if !ok && id == keymap.Back {
			return s.leave(), true
		}
		return cmd, ok
	}
	switch id {
	case Change, keymap.Open:
		if s.now != nil {
			s.edit(s.now, s.version.Revision)
		}
		return nil, true
	case keymap.Undo:
		return s.again(undoing), true
	case keymap.Redo:
		return s.again(redoing), true
	}
	return nil, s.words.Do(id, arg) != widget.Ignored
}

// edit opens the form on a version.
func (s *Screen) edit(d *model.Settings, base uint64) {
	h, err := edit.NewHistory(d, base)
	if err != nil {
		s.ses.Shell.Fail("opening the form", err)
		return
	}
	s.open(h, base)
}

func (s *Screen) open(h *edit.History, base uint64) {
	now := func() *model.Settings {
		d, _ := h.Document().(*model.Settings)
		return d
	}
	s.editing = &editing{base: base, history: h,
		form: form.New(s.ses, formScope, h, form.World{Check: s.index.ValidateDocument}, fields.Settings(now)...)}
}

// leave closes the form, and asks first while something is unsaved.
func (s *Screen) leave() tea.Cmd {
	if !s.editing.form.Dirty() {
		s.editing = nil
		return nil
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "The settings are not saved", Hint: "type to search",
		Items: []dialog.Item{
			{Title: "Save them", Key: "f2", Detail: "Saves what stands in the form and closes it.", Value: 0},
			{Title: "Go on editing", Detail: "Goes back to the form.", Value: 1},
			{Title: "Drop what was changed", Danger: true, Detail: "Closes the form; what was changed in it is lost.", Value: 2},
		},
		Then: func(it dialog.Item) tea.Cmd {
			switch it.Value.(int) {
			case 0:
				return s.save()
			case 2:
				s.editing = nil
			}
			return nil
		}})
	return nil
}

// Edits implements pane.Editor.
func (s *Screen) Edits() (pane.Doc, bool) {
	return pane.Doc{Kind: string(model.KindSettings), ID: "settings", Name: "settings"}, s.editing != nil
}

// Filtered implements pane.Filtering: there is no list.
func (s *Screen) Filtered() pane.Filterable { return nil }

// Crumbs implements pane.Located.
func (s *Screen) Crumbs() []string {
	if s.editing != nil {
		return []string{"editing"}
	}
	return nil
}

// Status implements pane.Reporting.
func (s *Screen) Status() string {
	switch {
	case s.saving != nil:
		return "saving"
	case s.editing != nil && s.editing.form.Dirty():
		return "not saved"
	case s.failed != nil:
		return "not up to date: f5 reads again"
	case s.deaf != "":
		return s.deaf
	case s.now != nil && s.revision > 0:
		return fmt.Sprintf("revision %d", s.revision)
	}
	return ""
}

// Unsaved implements pane.Guarded.
func (s *Screen) Unsaved() string {
	switch {
	case s.saving != nil:
		return "the settings are still being saved."
	case s.editing != nil && s.editing.form.Dirty():
		return "the settings have changes that are not saved."
	}
	return ""
}

// Scope implements pane.Screen.
func (s *Screen) Scope() string {
	if s.editing != nil {
		return s.editing.form.Scope()
	}
	return wordScope
}

// columns are the form and, where there is room, the words beside it.
func (s *Screen) columns() []layout.Rect {
	body := layout.Rect{W: s.size.W, H: s.size.H}
	if s.editing == nil || len(layout.Columns(body, 2)) < 2 {
		return []layout.Rect{body}
	}
	return body.Columns(3, 2)
}

// Rows implements pane.Screen.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	s.size = size
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	th := s.ses.Theme
	cols := s.columns()
	if s.editing == nil {
		return s.wordsPane(th, size, focused, "Settings")
	}
	box := widget.Box{Title: "Edit the settings", Focused: focused}
	if s.editing.form.Dirty() {
		box.Note = "not saved"
	}
	parts := []frame.Rows{box.Rows(th, cols[0].Size(), s.editing.form.Rows(box.Inner(cols[0].Size()), focused))}
	if len(cols) > 1 {
		parts = append(parts, s.wordsPane(th, cols[1].Size(), false, "In words"))
	}
	return frame.Beside(parts...)
}

// wordsPane says the settings, those in the form while it is open.
func (s *Screen) wordsPane(th *theme.Theme, size layout.Size, focused bool, title string) frame.Rows {
	show, problems := s.now, s.problems
	if s.editing != nil {
		show, _ = s.editing.form.Document().(*model.Settings)
		problems = nil
	}
	if next := (said{show, th.Look()}); show != nil && next != s.said {
		s.said = next
		s.words.SetLines(words(s.ses, show, s.version, problems)...)
	}
	box := widget.Box{Title: title, Focused: focused}
	return box.Rows(th, size, s.words.Rows(th, box.Inner(size), focused))
}

// Hits implements pane.Clickable. It is asked after Rows.
func (s *Screen) Hits(h *frame.Hits) {
	cols := s.columns()
	if s.editing == nil {
		h.In(1, 1, s.words.Hits)
		return
	}
	h.In(1, 1, s.editing.form.Hits)
	if len(cols) > 1 {
		h.In(cols[1].X+1, 1, s.words.Hits)
	}
}

// Cursor implements pane.Pointed: the caret of the form.
func (s *Screen) Cursor() (x, y int, visible bool) {
	if s.editing == nil {
		return 0, 0, false
	}
	x, y, visible = s.editing.form.Cursor()
	return x + 1, y + 1, visible
}

// Type implements pane.Typist.
func (s *Screen) Type(k tea.Key) (tea.Cmd, bool) {
	if s.editing == nil {
		return nil, false
	}
	return s.editing.form.Type(k)
}

// Paste implements pane.Paster.
func (s *Screen) Paste(text string) tea.Cmd {
	if s.editing == nil {
		return nil
	}
	return s.editing.form.Paste(text)
}
