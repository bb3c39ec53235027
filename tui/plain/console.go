package plain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/app"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// Run talks with one operator until he quits or the input ends. The root is
// one whose session reads lines, see pane.Session. The error is one of reading
// or writing, or the context's.
func Run(ctx context.Context, root *app.Root, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &console{root: root, lines: newLines(ctx, in, out), ctx: ctx}
	c.work = newWork(ctx, func(m tea.Msg) tea.Cmd {
		_, cmd := root.Update(m)
		return cmd
	})
	c.Say("Beckon, line by line. help lists what can be done; a number chooses; quit ends.")
	c.work.finish(root.Start())
	c.talk()
	return c.err()
}

// console is one talk.
type console struct {
	*lines
	root *app.Root
	work *work
	ctx  context.Context

	place string       // what was read last
	said  pane.Reading // of that place
	// chosen is what was just chosen of the list: it is said where nothing else
	// tells that it was.
	chosen string
	asked  asked // where the form was left
}

// asked says where a form was when asking ended: it is asked again by itself
// only from elsewhere.
type asked struct {
	form pane.Questions
	part int
	path string
}

// lines are the input and the output.
type lines struct {
	out    io.Writer
	next   chan read
	ended  bool
	failed error
	kept   string // the next line, which came with the one before
	ctx    context.Context
}

type read struct {
	line string
	err  error
}

// longest bounds a line of the input.
const longest = text.MaxProse

// newLines reads on a goroutine of its own, so that a session that ends does
// not wait for an input that gives nothing.
func newLines(ctx context.Context, in io.Reader, out io.Writer) *lines {
	l := &lines{out: out, next: make(chan read), ctx: ctx}
	go func() {
		r := bufio.NewReaderSize(in, 4096)
		for {
			line, err := oneLine(r)
			select {
			case l.next <- read{line, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return l
}

// oneLine reads a line without its end. What is too long is cut off; the last
// line needs no end.
func oneLine(r *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		part, more, err := r.ReadLine()
		if err != nil {
			if b.Len() > 0 && errors.Is(err, io.EOF) {
				return b.String(), nil
			}
			return "", err
		}
		if b.Len()+len(part) <= longest+1 {
			b.Write(part)
		}
		if !more {
			return b.String(), nil
		}
	}
}

// Say implements pane.Lines.
func (l *lines) Say(line string) {
	if l.failed == nil {
		_, l.failed = fmt.Fprintln(l.out, text.Line(line, 4096))
	}
}

func (l *lines) say(format string, args ...any) { l.Say(fmt.Sprintf(format, args...)) }

// Read implements pane.Lines.
func (l *lines) Read() (string, bool) {
	if line := l.kept; line != "" {
		l.kept = ""
		return line, true
	}
	if l.ended || l.failed != nil {
		return "", false
	}
	select {
	case r := <-l.next:
		if r.err != nil {
			l.ended = true
			if !errors.Is(r.err, io.EOF) {
				l.failed = fmt.Errorf("reading a line: %w", r.err)
			}
			return "", false
		}
		return r.line, true
	case <-l.ctx.Done():
		l.ended = true
		return "", false
	}
}

func (c *console) err() error {
	switch {
	case c.failed != nil:
		return c.failed
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	}
	return nil
}

// talk goes on until somebody quits.
func (c *console) talk() {
	for !c.work.quit && c.failed == nil && c.ctx.Err() == nil {
		c.work.catchUp()
		c.hear()
		if d := c.root.Dialog(); d != nil {
			c.ask(d)
			continue
		}
		if c.ended {
			c.leave()
			return
		}
		r := c.reading()
		c.tell(r)
		if c.toAsk(r.Form) {
			c.fill(r)
			continue
		}
		c.Say(c.prompt(r))
		line, ok := c.Read()
		if !ok {
			continue // leaves in order, dialogs first
		}
		c.order(r, strings.TrimSpace(line))
	}
}

// prompt asks what to do, and says what an empty line does.
func (c *console) prompt(r pane.Reading) string {
	out := c.root.Screen().Title() + "?"
	if a, ok := c.root.Action(r.Next); ok && c.root.Why(r.Next) == "" {
		out += " Enter: " + strings.ToLower(a.Title[:1]) + a.Title[1:] + "."
	}
	return out
}

// do runs an action of the console.
func (c *console) do(id keymap.ID) { c.work.finish(c.root.Run(id)) }

// hear says the captions and the messages that came.
func (c *console) hear() {
	for _, caption := range c.root.Captions() {
		c.Say(caption)
	}
	for _, m := range c.root.Heard() {
		switch m.Level {
		case widget.Failure:
			c.say("Failed: %s", m.Text)
		case widget.Warning:
			c.say("Note: %s", m.Text)
		default:
			c.Say(m.Text)
		}
	}
}

// reading is what there is to read now.
func (c *console) reading() pane.Reading {
	s := c.root.Screen()
	r, ok := s.(pane.Readable)
	if !ok {
		return pane.Reading{Title: s.Title(), Lines: []string{"This screen cannot be read line by line."}}
	}
	out := r.Read()
	if out.Title == "" {
		out.Title = s.Title()
	}
	out.Lines = append(c.root.Notices(), out.Lines...)
	return out
}

// atOnce is how many choices are read without being asked for.
const atOnce = 20

// tell reads the place: all of it where it is another one, else what changed.
func (c *console) tell(r pane.Reading) {
	same := c.place == c.root.Screen().ID()+"\n"+r.Title
	before, chosen := c.said, c.chosen
	c.place, c.said, c.chosen = c.root.Screen().ID()+"\n"+r.Title, r, ""
	if !same {
		c.Say("")
		c.say("%s.", strings.TrimSuffix(r.Title, "."))
		for _, l := range r.Lines {
			c.Say(l)
		}
		c.list(r.Items)
		return
	}
	for _, l := range r.Lines {
		if !slices.Contains(before.Lines, l) {
			c.Say(l)
			chosen = "" // what changed tells that it was
		}
	}
	switch {
	case slices.Equal(before.Items, r.Items):
		if chosen != "" {
			c.say("Chosen: %s", chosen)
		}
		return
	case len(before.Items) != len(r.Items): // the numbers mean something else now
		c.say("%s now.", counted(len(r.Items), "choice"))
		c.list(r.Items)
		return
	}
	changed := 0
	for i, l := range r.Items {
		if slices.Contains(before.Items, l) {
			continue
		}
		if changed++; changed > atOnce {
			c.say("More has changed; list reads all.")
			break
		}
		c.say("%d %s", i+1, l)
	}
}

func (c *console) list(items []string) {
	for i, l := range items {
		if i == atOnce {
			c.say("%d more: list reads them, find WORD narrows.", len(items)-i)
			break
		}
		c.say("%d %s", i+1, l)
	}
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// toAsk tells whether a form is to be asked by itself: when it was just
// opened, and when something led to another place in it.
func (c *console) toAsk(f pane.Questions) bool {
	if f == nil || c.ended {
		return false
	}
	part, path := f.At()
	return c.asked != asked{f, part, path}
}

// manyParts is from how many parts on a form is asked part by part.
const manyParts = 3

// fill asks a form.
func (c *console) fill(r pane.Reading) {
	f := r.Form
	fresh := c.asked.form != f
	if part, _ := f.At(); fresh && part == 0 && len(f.Parts()) >= manyParts {
		c.leftAt(f)
		c.choosePart(f)
		return
	}
	got := f.Ask(c)
	c.leftAt(f)
	switch {
	case got.Held:
		c.asked = asked{} // it goes on there
		c.work.finish(got.Cmd)
	case got.Word != "":
		c.asked = asked{}
		c.fromForm(r, strings.TrimSpace(strings.TrimPrefix(got.Word, ":")))
	}
}

func (c *console) leftAt(f pane.Questions) {
	part, path := f.At()
	c.asked = asked{f, part, path}
}
