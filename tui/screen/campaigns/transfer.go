package campaigns

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/exchange"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// transferTime is how long reading or writing a file may take.
const transferTime = time.Minute

// longestPath is how long a path may be, in runes.
const longestPath = 1000

func checkPath(path string) error {
	if strings.TrimSpace(path) == "" {
		return errors.New("a path is needed")
	}
	return nil
}

// fileName is a path's last part, fit to be shown.
func fileName(path string) string { return text.Line(filepath.Base(path), 60) }

// exported is how writing a file ended.
type exported struct {
	name string // of the campaign
	ask  Export
	done Exported
	err  error
}

// askExport asks where to write a campaign, again with what came of it where
// it could not be written.
func (s *Screen) askExport(k *model.Campaign, path, wrong string) {
	id, name := k.ID, label(k.Name, k.ID)
	if path == "" {
		path = id + ".yaml"
		if strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			path = "campaign.yaml"
		}
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Export " + name, Max: longestPath, Value: path, Wrong: wrong, Check: checkPath, Paths: s.ses.Paths,
		Label: "The file to write: .yaml for the campaign with all it mentions, .json for the account-config shape.",
		Then: func(path string) tea.Cmd {
			return s.export(name, Export{Campaign: id, Path: strings.TrimSpace(path)})
		}})
}

func (s *Screen) export(name string, e Export) tea.Cmd {
	keeper := s.keeper
	return s.ses.Shell.Work("writing "+fileName(e.Path), func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, transferTime)
		defer cancel()
		done, err := keeper.Export(ctx, e)
		return exported{name, e, done, err}
	})
}

func (s *Screen) exported(m exported) tea.Cmd {
	var there *FileExists
	switch {
	case errors.Is(m.err, context.Canceled):
		return nil
	case errors.As(m.err, &there):
		e := m.ask
		e.Replace = true
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Replace " + fileName(there.Path) + "?", Yes: "Replace", Danger: true,
			Body: fmt.Sprintf("There is a file at %s, written %s, %s. It is lost.", text.Line(there.Path, 300),
				s.ses.When(there.At), sized(there.Bytes)),
			Then: func() tea.Cmd { return s.export(m.name, e) }})
		return nil
	case m.err != nil:
		if k := s.w.campaign(m.ask.Campaign); k != nil {
			s.askExport(k, m.ask.Path, reason(m.err))
		} else {
			s.ses.Shell.Fail("exporting "+m.name, m.err)
		}
		return nil
	}
	said := fmt.Sprintf("%s is in %s, %s", m.name, text.Line(m.done.Path, 300), sized(int64(m.done.Bytes)))
	if len(m.done.LeftOut) == 0 {
		s.ses.Shell.Toast(widget.Info, said+".")
		return nil
	}
	lines := []widget.Line{widget.L(widget.T(said + ".")), widget.L(), widget.L(widget.T("What has no place in this shape was left out:"))}
	for _, l := range m.done.LeftOut {
		lines = append(lines, widget.L(widget.Cell{Text: s.ses.Theme.Bullet + " ", Look: theme.Muted}, widget.T(l)))
	}
	s.ses.Shell.Ask(&dialog.Reader{Title: "Exported " + m.name, Lines: lines})
	return nil
}

// reason is an error without the words that the dialog says already.
func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("no answer for %v", transferTime)
	}
	return err.Error()
}

// sized tells how large a file is.
func sized(bytes int64) string {
	switch {
	case bytes < 1<<10:
		return count(int(bytes), "byte")
	case bytes < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(bytes)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
}

// planned is a file that was read.
type planned struct {
	asked int
	path  string
	why   string // it was read again
	in    Incoming
	err   error
}

// askImport asks which file to read, again with what came of it where it could
// not be.
func (s *Screen) askImport(path, wrong string) {
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Import campaigns", Max: longestPath, Value: path, Wrong: wrong, Hint: "such as cart-rescue.yaml", Check: checkPath, Paths: s.ses.Paths,
		Label: "The file to read: .yaml that was exported, or .json of the account-config shape. Nothing is written before you saw what would be.",
		Then:  func(path string) tea.Cmd { return s.plan(strings.TrimSpace(path), "") }})
}

// plan reads a file; of several that are asked for the last one counts.
func (s *Screen) plan(path, why string) tea.Cmd {
	s.asked++
	asked, keeper := s.asked, s.keeper
	return s.ses.Shell.Work("reading "+fileName(path), func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, transferTime)
		defer cancel()
		in, err := keeper.Plan(ctx, path)
		if err == nil {
			err = ctx.Err()
		}
		return planned{asked, path, why, in, err}
	})
}

func (s *Screen) planned(m planned) tea.Cmd {
	switch {
	case m.asked != s.asked, errors.Is(m.err, context.Canceled):
	case m.err != nil:
		s.askImport(m.path, reason(m.err))
	default:
		s.showPlan(m.in, nil, m.why)
	}
	return nil
}

// tallied is what a plan comes to.
type tallied struct {
	fresh, same, renamed, kept int
	replaced                   []*exchange.Item
}

func tallyPlan(p *exchange.Plan) tallied {
	var t tallied
	for _, i := range p.Items {
		switch {
		case i.State == exchange.New:
			t.fresh++
		case i.State == exchange.Same:
			t.same++
		case i.Choice == exchange.Mine:
			t.kept++
		case i.Choice == exchange.Theirs:
			t.replaced = append(t.replaced, i)
		default:
			t.renamed++
		}
	}
	return t
}

func (t tallied) writes() int { return t.fresh + t.renamed + len(t.replaced) }

func (t tallied) words() string {
	var out []string
	add := func(n int, what string) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(t.fresh, "new")
	add(t.renamed, "beside what is here, under another ID")
	add(len(t.replaced), "in place of what is here")
	add(t.kept, "left out for what is here")
	add(t.same, "here already")
	return strings.Join(out, ", ")
}

// forAll is the line of a plan that chooses for all that differ.
type forAll struct{}

// showPlan shows what an import would do with every document, lets the operator
// choose for those that differ, and leads to the question. The mark begins on a
// document, or on the first line, which says why it is shown.
func (s *Screen) showPlan(in Incoming, at *exchange.Item, why string) {
	p := in.Plan
	t := tallyPlan(p)
	write := dialog.Item{Title: "Write " + count(t.writes(), "document") + " in one change", Detail: strings.TrimSpace(why + " " + sentence(t.words())), Key: "enter", Value: in}
	if t.writes() == 0 {
		write.Disabled = "there is nothing to write: " + t.words()
	}
	items := []dialog.Item{write}
	differ := t.renamed + t.kept + len(t.replaced)
	if differ > 1 {
		items = append(items, dialog.Item{Title: "Choose for all that differ", Key: fmt.Sprint(differ), Value: forAll{},
			Detail: "One answer for the documents that are here under the same ID and say something else."})
	}
	for _, group := range []struct {
		state exchange.State
		title string
	}{{exchange.Different, "Differs from what is here"}, {exchange.New, "New"}, {exchange.Same, "Here already"}} {
		for _, i := range p.Items {
			if i.State == group.state {
				items = append(items, itemLine(i, group.title))
			}
		}
	}
	for _, a := range p.Absent() {
		key, detail := "missing", "Nothing here answers to it: what mentions it cannot be published before that is changed."
		if a.Here {
			key, detail = "the one here", "The one that is here is meant."
		}
		items = append(items, dialog.Item{Title: kindLabel(a.Kind) + " " + label("", a.ID), Key: key, Group: "Did not come along",
			Detail: "Mentioned by " + string(a.Item.Kind) + " " + label("", a.Item.ID) + ". " + detail})
	}
	for _, l := range exchange.Lines(p.Findings) {
		l = strings.TrimPrefix(l, text.Line(in.Path, 200)+": ") // the title says which file
		items = append(items, dialog.Item{Title: l, Detail: l, Group: "No counterpart here"})
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "Import " + fileName(in.Path), Hint: "type to search", Items: items, Start: placeOf(items, at),
		Then: func(it dialog.Item) tea.Cmd {
			switch v := it.Value.(type) {
			case Incoming:
				s.confirmImport(in)
			case forAll:
				s.chooseAll(in)
			case *exchange.Item:
				if v.State == exchange.Different {
					s.chooseFor(in, v)
					return nil
				}
				s.showPlan(in, v, "")
			default:
				s.showPlan(in, nil, "")
			}
			return nil
		}})
}

// placeOf finds the line of a document.
func placeOf(items []dialog.Item, i *exchange.Item) int {
	return max(0, slices.IndexFunc(items, func(it dialog.Item) bool { return i != nil && it.Value == i }))
}

func itemLine(i *exchange.Item, group string) dialog.Item {
	it := dialog.Item{Title: kindLabel(i.Kind) + " " + label(i.Name, i.ID), Group: group, Value: i, Detail: sentence(strings.Join(i.Notes, "; "))}
	switch {
	case i.State == exchange.New && i.As == i.ID:
		it.Key = "new"
	case i.State == exchange.New:
		it.Key = "new, as " + text.Line(i.As, 64)
	case i.State == exchange.Same:
		it.Key = "the same"
	default:
		it.Key = choiceWords(i.Choice, i)
		it.Danger = i.Choice == exchange.Theirs
		it.Detail = strings.TrimSpace("Enter shows what differs, and chooses. " + it.Detail)
	}
	return it
}

// choiceWords say what becomes of a document that differs.
func choiceWords(c exchange.Choice, i *exchange.Item) string {
	switch c {
	case exchange.Mine:
		return "keep ours"
	case exchange.Theirs:
		return "replace ours"
	}
	if i != nil && i.Choice == exchange.Rename {
		return "beside ours, as " + text.Line(i.As, 64)
	}
	return "beside ours"
}

func kindLabel(k model.Kind) string { return strings.ReplaceAll(string(k), "-", " ") }

// sentence gives words a beginning and an end.
func sentence(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:] + "."
}

// choices are the answers to a document that differs.
func choices(now exchange.Choice, i *exchange.Item) []dialog.Item {
	var out []dialog.Item
	for _, c := range []struct {
		choice        exchange.Choice
		title, detail string
	}{
		{exchange.Rename, "Beside ours, under another ID", "What is here stays as it is; what came along mentions the new one."},
		{exchange.Mine, "Keep ours", "The file's is left out; what came along mentions the one that is here."},
		{exchange.Theirs, "Replace ours", "For everybody who uses it, at once where it is published. The history keeps what is here now."},
	} {
		it := dialog.Item{Title: c.title, Detail: c.detail, Danger: c.choice == exchange.Theirs, Value: c.choice, Group: "What becomes of it"}
		if c.choice == now {
			it.Key = "now"
			if i != nil && c.choice == exchange.Rename {
				it.Key = "now, as " + text.Line(i.As, 64)
			}
		}
		out = append(out, it)
	}
	return out
}

// shownDifferences is how many fields of a document are listed.
const shownDifferences = 200

// chooseFor shows how a document differs and asks what becomes of it.
func (s *Screen) chooseFor(in Incoming, i *exchange.Item) {
	items := choices(i.Choice, i)
	for n, d := range edit.Diff(i.Here, i.Incoming) {
		line := dialog.Item{Title: d.String(), Detail: "In the file: " + d.String() + " here.", Group: "In the file, against what is here"}
		if n == shownDifferences {
			line.Title, line.Detail = "and more", ""
		}
		items = append(items, line)
		if n == shownDifferences {
			break
		}
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: kindLabel(i.Kind) + " " + label(i.Name, i.ID), Hint: "type to search", Items: items,
		Then: func(it dialog.Item) tea.Cmd {
			if c, ok := it.Value.(exchange.Choice); ok {
				if err := in.Plan.Choose(i.Kind, i.ID, c); err != nil {
					s.ses.Shell.Fail("choosing", err)
				}
			}
			s.showPlan(in, i, "")
			return nil
		}})
}

func (s *Screen) chooseAll(in Incoming) {
	s.ses.Shell.Ask(&dialog.Picker{Title: "All that differ", Hint: "type to search", Items: choices("", nil),
		Then: func(it dialog.Item) tea.Cmd {
			if err := in.Plan.ChooseAll(it.Value.(exchange.Choice)); err != nil {
				s.ses.Shell.Fail("choosing", err)
			}
			s.showPlan(in, nil, "")
			return nil
		}})
}

// confirmImport asks before everything is written.
func (s *Screen) confirmImport(in Incoming) {
	t := tallyPlan(in.Plan)
	body := []string{sentence(t.words())}
	if len(t.replaced) > 0 {
		body = append(body, "", "Replaced, for everybody who uses it:")
		for n, i := range t.replaced {
			if n == 6 && len(t.replaced) > 7 {
				body = append(body, fmt.Sprintf("and %d more", len(t.replaced)-n))
				break
			}
			line := s.ses.Theme.Bullet + " " + kindLabel(i.Kind) + " " + label(i.Here.Head().Name, i.ID)
			if k, ok := i.Here.(*model.Campaign); ok && k.Published {
				line += ", which is published now and ends"
			}
			body = append(body, line)
		}
	}
	body = append(body, "", "Campaigns arrive as drafts. All of it is one change, which the history has as one.")
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Write " + count(t.writes(), "document") + " of " + fileName(in.Path) + "?", Yes: "Import", Danger: len(t.replaced) > 0,
		Body: strings.Join(body, "\n"),
		Then: func() tea.Cmd {
			s.importing = fileName(in.Path)
			ctx, keeper := s.ses.Ctx, s.keeper
			return func() tea.Msg {
				ctx, cancel := context.WithTimeout(ctx, transferTime)
				defer cancel()
				done, err := keeper.Import(ctx, in)
				return imported{in, done, err}
			}
		}})
}

// imported is how writing an import ended.
type imported struct {
	in   Incoming
	done Imported
	err  error
}

func (s *Screen) imported(m imported) tea.Cmd {
	s.importing = ""
	name := fileName(m.in.Path)
	var late *Outdated
	switch {
	case errors.As(m.err, &late):
		return s.plan(m.in.Path, "Nothing was written: "+late.Error()+".")
	case m.err != nil:
		if errors.Is(m.err, context.DeadlineExceeded) {
			m.err = fmt.Errorf("no answer for %v, it may or may not be written: %w", transferTime, m.err)
		}
		s.ses.Shell.Fail("importing "+name, m.err)
		return s.load() // what is kept now is not known
	case len(m.done.Changed) == 0:
		s.ses.Shell.Toast(widget.Info, "All of "+name+" is here already.")
		return nil
	}
	s.put(s.w.with(m.done.Changed))
	for _, ch := range m.done.Changed {
		if ch.Kind == model.KindCampaign {
			s.goTo(ch.ID)
			break
		}
	}
	s.ses.Shell.Toast(widget.Info, fmt.Sprintf("%s of %s written, revision %d.", count(len(m.done.Changed), "document"), name, m.done.Version.Revision))
	return s.check()
}
