package builder

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/fields"
	"beckon/tui/form"
	"beckon/tui/pane"
)

// work is one campaign under edit, and the library items that come with it.
type work struct {
	key   string // of its draft
	doc   *book
	stock *stock
	form  *form.Form
	step  step
	at    int // the engagement that steps 7 to 11 are about
	subs  []*sub

	adding   bool            // the gallery adds an engagement and does not dress the present one
	kept     uint64          // changes as they were when the draft was kept last
	drafted  bool            // there is a draft in the store
	keeping  bool            // the draft is on its way
	writing  bool            // the campaign is
	due      bool            // the draft is to be kept as soon as that has come back
	gone     string          // the ID of a campaign that was deleted and is looked at
	theirs   *theirs         // what somebody else wrote of the campaign since; nil: nothing
	promise  string          // what is said once the draft is kept as it is now
	lost     error           // why the draft could not be kept last; nil: it was
	accepted map[string]bool // warnings that were acknowledged
	seen     [steps]bool     // steps that were looked at
}

// sub is a library item under edit, on top of the campaign.
type sub struct {
	kind model.Kind
	doc  *book
	form *form.Form
	base uint64
	then func(id string) // takes the item where it was asked for; nil for one that is used already
	// field is where it was asked for: a path in what lies below it.
	field string
}

// scopeForm is the scope of all forms of the screen.
const scopeForm = "builder.form"

func newWork(ses *pane.Session, key string, h *edit.History, st *stock, add func(model.Kind, string, func(string)) tea.Cmd) *work {
	w := &work{key: key, stock: st, accepted: map[string]bool{}}
	w.doc = &book{history: h, free: func(name, now string) string { return st.freeID(model.KindCampaign, name, now) }}
	w.form = form.New(ses, scopeForm, w.doc, w.world(add), w.fields().Sections()...)
	w.form.Show(0)
	w.doc.after = w.follow
	return w
}

// world is what forms know besides their document.
func (w *work) world(add func(model.Kind, string, func(string)) tea.Cmd) form.World {
	return form.World{Library: w.stock.library, Add: add, Check: w.stock.check, Pages: w.stock.pages, Suggest: w.stock.suggest}
}

// follow keeps the forms about the present engagement when the campaign
// changes.
func (w *work) follow() {
	if n := len(w.campaign().Engagements); w.at >= n {
		w.at = max(0, n-1)
	}
}

// refresh makes the forms anew, because something else than their fields
// changed: the engagement that they are about, an item of the library.
func (w *work) refresh() {
	w.follow()
	w.form.SetSections(w.fields().Sections()...)
	if s := w.top(); s != nil {
		s.form.SetSections(w.sections(s)...)
	}
}

func (w *work) campaign() *model.Campaign { k, _ := w.doc.Document().(*model.Campaign); return k }

// base is the campaign as it was read or written last.
func (w *work) base() *model.Campaign { k, _ := w.doc.history.Base().(*model.Campaign); return k }

// engagement is the one that steps 7 to 11 are about, nil while there is none.
func (w *work) engagement() *model.Engagement {
	k := w.campaign()
	if w.at < 0 || w.at >= len(k.Engagements) {
		return nil
	}
	return k.Engagements[w.at]
}

func (w *work) name() string {
	if n := strings.TrimSpace(w.campaign().Name); n != "" {
		return n
	}
	return "New campaign"
}

// top is the item under edit, nil while the campaign itself is.
func (w *work) top() *sub {
	if len(w.subs) == 0 {
		return nil
	}
	return w.subs[len(w.subs)-1]
}

// current is the form that has the keys, nil where the step has none.
func (w *work) current() *form.Form {
	if s := w.top(); s != nil {
		return s.form
	}
	if w.step.About().Form {
		return w.form
	}
	return nil
}

// changes counts what was changed, in items under edit too.
func (w *work) changes() uint64 {
	n := w.doc.changes
	for _, s := range w.subs {
		n += s.doc.changes
	}
	return n
}

// unsaved tells whether the work differs from what is written.
func (w *work) unsaved() bool {
	return w.doc.Dirty() || len(w.items()) > 0 || slices.ContainsFunc(w.subs, func(s *sub) bool { return s.doc.Dirty() })
}

// items are those that are not written yet, with those under edit as they are.
func (w *work) items() []Item {
	out := w.stock.pending()
	for _, s := range w.subs {
		d := s.doc.Document()
		if !s.doc.Dirty() || d.Head().ID == "" {
			continue
		}
		it := Item{Document: d, Base: s.base}
		if i := slices.IndexFunc(out, func(o Item) bool { return keyOf(o.Document) == keyOf(d) }); i >= 0 {
			out[i] = it
		} else {
			out = append(out, it)
		}
	}
	return out
}

// goTo shows a step, whatever is missing before it.
func (w *work) goTo(s step) {
	if s < 0 || s >= steps {
		return
	}
	w.seen[w.step] = true
	w.step = s
	if n := s.Section(); n >= 0 {
		w.form.Show(n)
	}
}

// show leads to the field of a path.
func (w *work) show(path string) {
	w.subs = nil
	if i := fields.EngagementOf(path); i >= 0 && i < len(w.campaign().Engagements) && i != w.at {
		w.at = i
		w.refresh()
	}
	s := fields.StepOf(path)
	w.goTo(s)
	if s.About().Form {
		w.form.GoToPath(path)
	}
}

// standing says how far a step is.
type standing struct {
	missing, wrong, warnings int
	empty                    bool // nothing to be wrong with yet
}

// standings judge every step by what is wrong with the document.
func (w *work) standings() [steps]standing {
	var out [steps]standing
	k := w.campaign()
	for _, p := range w.stock.check(k) {
		if p.Code == "id-missing" && p.Path == "id" {
			continue // it follows from the name
		}
		o := &out[fields.StepOf(p.Path)]
		switch {
		case p.Severity == model.Warning:
			o.warnings++
		case strings.HasSuffix(p.Code, "-missing") || p.Code == "creative-empty" || p.Code == "element-empty":
			o.missing++
		default:
			o.wrong++
		}
	}
	if len(k.Engagements) == 0 {
		for s := stepGallery; s <= stepBehavior; s++ {
			out[s].empty = true
		}
	}
	for i, state := range w.form.States() {
		o := &out[fields.StepWith(i)]
		if unread := state.Errors - o.missing - o.wrong; unread > 0 && i == w.form.Shown() {
			o.wrong += min(unread, w.form.Unread())
		}
	}
	return out
}

// addEngagement puts an engagement made of a template at the end.
func (w *work) addEngagement(build func(*model.Engagement)) error {
	k := w.campaign()
	e := &model.Engagement{}
	build(e)
	if e.Type == model.Conversation {
		for _, win := range w.stock.catalog().Windows {
			if win.Default {
				e.Window = win.ID
			}
		}
	}
	if len(k.Engagements) == 0 && k.Name != "" {
		e.Name = k.Name // most campaigns have one
	}
	e.ID = engagementID(k, -1, e.Name)
	n := len(k.Engagements)
	if err := w.doc.do("add "+e.Name, edit.Insert(edit.Path("engagements").At(n), *e)); err != nil {
		return fmt.Errorf("adding the engagement: %w", err)
	}
	w.at = n
	w.refresh()
	return nil
}

// place puts a new item into the zone of the campaign that it is made for:
// hours that say 9 to 18 beside a time frame in Berlin mean Berlin's.
func (w *work) place(d model.Document) {
	switch d := d.(type) {
	case *model.Schedule:
		d.Zone = w.campaign().TimeFrame.Zone
	case *model.Occasion:
		d.Zone = w.campaign().TimeFrame.Zone
	}
}

// open puts an item on top, to be edited.
func (w *work) open(ses *pane.Session, d model.Document, base uint64, then func(string), add func(model.Kind, string, func(string)) tea.Cmd) error {
	h, err := edit.NewHistory(d, base)
	if err != nil {
		return fmt.Errorf("opening the %s: %w", kindWords(d.Head().Kind), err)
	}
	w.put(ses, h, base, then, add)
	return nil
}

// put puts the item of a history on top.
func (w *work) put(ses *pane.Session, h *edit.History, base uint64, then func(string), add func(model.Kind, string, func(string)) tea.Cmd) *sub {
	kind := h.Base().Head().Kind
	s := &sub{kind: kind, base: base, then: then}
	s.doc = &book{history: h, free: func(name, now string) string { return w.stock.freeID(kind, name, now) }}
	s.doc.fixed = h.Base().Head().ID != ""
	s.form = form.New(ses, scopeForm, s.doc, w.world(add), w.sections(s)...)
	w.subs = append(w.subs, s)
	return s
}

// finish takes the item on top into the stock and leaves it. One that nobody
// wrote anything into is left as if it had never been opened.
func (w *work) finish() (done *sub, taken bool) {
	s := w.top()
	if s == nil {
		return nil, false
	}
	w.subs = w.subs[:len(w.subs)-1]
	w.doc.changes += s.doc.changes
	d := s.doc.Document()
	if !s.doc.Dirty() || d.Head().ID == "" {
		w.refresh()
		return s, false
	}
	w.stock.take(Item{Document: d, Base: s.base})
	if s.then != nil {
		s.then(d.Head().ID)
	}
	w.doc.changes++ // the draft has to be kept, though the campaign may be as it was
	w.refresh()
	return s, true
}

// abandon leaves the item on top without taking it.
func (w *work) abandon() {
	s := w.top()
	w.subs = w.subs[:len(w.subs)-1]
	w.doc.changes += s.doc.changes + 1 // a draft may have it already
	w.refresh()
}
