package form

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Condition is a whole condition: rows of condition, operator and value in
// groups of all, any or none, and below them what it means in plain words.
type Condition struct {
	// Audience offers the conditions of audiences, else those of behaviors.
	Audience bool
	// Always is what an empty condition is called: "everyone".
	Always string
}

var groupKinds = []Option{
	{Value: "all", Title: "all of"}, {Value: "any", Title: "any of"}, {Value: "exclude", Title: "none of"},
}

// offered lists the conditions to choose from, by category, groups last.
func (k Condition) offered() []Option {
	var out, groups []Option
	for _, l := range model.Leaves() {
		o := Option{Value: l.Name, Title: l.Title, Group: string(l.Category), Detail: leafHelp(l.Name)}
		switch {
		case l.Category == model.Grouping:
			o.Detail = "A group of conditions."
			groups = append(groups, o)
		case l.Audience() == k.Audience:
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b Option) int { return rank(a.Group) - rank(b.Group) })
	return append(out, groups...)
}

// leafHelp is what is said of a condition.
func leafHelp(name string) string { return inWords(model.Describe(model.Condition{}, name), name) }

func rank(category string) int {
	return slices.Index([]string{string(model.VisitorProfile), string(model.Navigation), string(model.ECommerce), string(model.VisitorJourney)}, category)
}

func (k Condition) stops(f *Form, at Field) []stop {
	e := conditionEditor{f: f, kind: k, root: at.Path, name: at.noun()}
	c, _ := held[model.Condition](f, at.Path)
	var out []stop
	if at.Label != "" {
		out = append(out, f.caption(at))
	}
	if !c.IsZero() {
		out = append(out, e.node(treeOf(c, at.Path, nil), 0)...)
	}
	add, b := f.buttonAt(at.Path, "add", "+ add a condition", func() tea.Cmd { return e.choose("Add a condition", "", e.appendOne) })
	add.path, b.list, b.take = at.Path, k.offered, e.appendOne
	b.begin = func(typed string) bool {
		e.choose("Add a condition", typed, e.appendOne)
		return false
	}
	add.help = "Enter adds a condition at the end; typing looks for it. While there is none it holds always."
	out = append(out, add)
	always := k.Always
	if always == "" {
		always = "always"
	}
	return append(out, stop{key: at.Path + "#means", note: func() []widget.Line {
		c, _ := held[model.Condition](f, at.Path)
		s := c.Sentence()
		if c.IsZero() {
			s = always
		}
		return []widget.Line{{Cells: []widget.Cell{{Text: "Means: ", Look: theme.Muted}, {Text: s, Look: theme.Strong}}, Hang: 7}}
	}})
}

// conditionEditor knows how to rearrange one condition.
type conditionEditor struct {
	f    *Form
	kind Condition
	root string
	name string
}

// choose lets a condition be chosen, of those that what is typed already finds.
func (e conditionEditor) choose(title, typed string, then func(string)) tea.Cmd {
	p := e.f.picker(title, "type to search", e.kind.offered(), func(v string) tea.Cmd {
		then(v)
		return nil
	})
	p.Paste(typed)
	e.f.ask(p)
	return nil
}

// change rearranges the condition as one step. What is half typed goes with
// its condition, and the focus goes to the node that do gives.
func (e conditionEditor) change(label string, do func(root *node) (after, focus *node)) {
	e.f.leave()
	c, _ := held[model.Condition](e.f, e.root)
	root := treeOf(c, e.root, nil)
	if c.IsZero() {
		root = nil
	}
	after, focus := do(root)
	key := e.root + "#add"
	var now model.Condition
	var places map[*node]string
	if after != nil {
		after.up = nil
		now = after.condition()
		places = map[*node]string{}
		after.paths(e.root, places)
		if to, ok := places[focus]; ok {
			key = to + "#kind"
		}
	}
	moved := map[string]string{}
	for n, to := range places {
		if n.was != "" {
			moved[n.was] = to
		}
	}
	e.f.relocate(func(path string) (string, bool) { return e.follow(path, moved) })
	edit := setting(e.root, now)
	if after == nil {
		edit = clearing(e.root)
	}
	e.f.step(label, edit)
	e.f.goToKey(key)
}

// follow gives the path that a path has become: that of the nearest node
// around it that is still there.
func (e conditionEditor) follow(path string, moved map[string]string) (string, bool) {
	if !within(path, e.root) || path == e.root {
		return path, true
	}
	best := ""
	for was := range moved {
		if within(path, was) && len(was) > len(best) {
			best = was
		}
	}
	if best == "" {
		return path, false
	}
	rest := path[len(best):]
	for _, g := range groupKinds {
		if strings.HasPrefix(rest, "."+g.Value+"[") {
			return path, false // a condition of the group that is gone
		}
	}
	return moved[best] + rest, true
}

// appendOne adds a condition at the end of the outermost group.
func (e conditionEditor) appendOne(name string) {
	e.change("add "+leafTitle(name), func(root *node) (*node, *node) {
		n := treeOf(start(name), "", nil)
		n.forget()
		return e.behind(root, nil, n), n
	})
	e.intoValue()
}

// behind puts a node behind another one, or at the end.
func (e conditionEditor) behind(root, before, n *node) *node {
	switch {
	case root == nil:
		return n
	case before != nil && before.group != "":
		before.insert(len(before.kids), n)
		return root
	case root.group == "" || root.group == "exclude" && before == nil:
		root = root.wrap("all", root)
	}
	if before == nil || before.up == nil {
		root.insert(len(root.kids), n)
		return root
	}
	before.up.insert(before.place()+1, n)
	return root
}

// intoValue moves the focus from a new row's head to its first value.
func (e conditionEditor) intoValue() {
	s := e.f.current()
	if s == nil || !strings.HasSuffix(s.key, "#kind") {
		return
	}
	for i := e.f.place + 1; i < len(e.f.stops); i++ {
		next := &e.f.stops[i]
		if next.control == nil || !within(next.path, s.path) {
			return
		}
		if _, menu := next.control.(*wayChoice); !menu || e.f.plainly {
			e.f.enter(i, 1)
			return
		}
	}
}

func (e conditionEditor) ops(n *node) *rowOps {
	at := n.was
	with := func(label string, do func(root, n *node) (*node, *node)) func() {
		return func() {
			e.change(label, func(root *node) (*node, *node) { return do(root, root.find(at)) })
		}
	}
	o := &rowOps{noun: "condition",
		add: func() {
			e.choose("Add a condition", "", func(name string) {
				e.change("add "+leafTitle(name), func(root *node) (*node, *node) {
					fresh := treeOf(start(name), "", nil)
					fresh.forget()
					return e.behind(root, root.find(at), fresh), fresh
				})
				e.intoValue()
			})
		},
		remove: with("delete a condition", func(root, n *node) (*node, *node) {
			beside := n.up
			if beside != nil && len(beside.kids) > 1 {
				i := n.place()
				beside = beside.kids[max(0, i-1)]
				if i == 0 {
					beside = n.up.kids[1]
				}
			}
			return n.detach(root), beside
		}),
		copy: with("duplicate a condition", func(root, n *node) (*node, *node) {
			twin := n.copied()
			if n.up == nil {
				root = n.wrap("all", root)
			}
			n.up.insert(n.place()+1, twin)
			return root, twin
		}),
	}
	if n.depth()+n.height() <= model.MaxConditionDepth {
		o.group = with("group a condition", func(root, n *node) (*node, *node) { return n.wrap("any", root), n.up })
	}
	if n.group != "" && (n.up != nil || len(n.kids) == 1) {
		o.ungroup = with("dissolve a group", func(root, n *node) (*node, *node) {
			first := n.kids[0]
			root, _ = n.dissolve(root)
			return root, first
		})
	} else if n.group == "" && n.up != nil && (n.up.up != nil || len(n.up.kids) == 1) {
		o.ungroup = with("dissolve a group", func(root, n *node) (*node, *node) {
			root, _ = n.up.dissolve(root)
			return root, n
		})
	}
	if n.up != nil {
		move := func(by int) func() {
			return with("move a condition", func(root, n *node) (*node, *node) {
				root, _ = n.step(by, root)
				return root, n
			})
		}
		if n.up.up != nil || n.place() > 0 {
			o.up = move(-1)
		}
		if n.up.up != nil || n.place()+1 < len(n.up.kids) {
			o.down = move(1)
		}
	}
	return o
}

// node lists the stops of a condition and what is below it.
func (e conditionEditor) node(n *node, indent int) []stop {
	ops := e.ops(n)
	if n.group != "" {
		return e.group(n, ops, indent)
	}
	set := n.alone.Set()
	title := "choose a condition"
	if len(set) > 0 {
		titles := make([]string, len(set))
		for i, name := range set {
			titles[i] = leafTitle(name)
		}
		title = strings.Join(titles, " and ")
	}
	at := n.was
	head, b := e.f.buttonAt(at, "kind", title, func() tea.Cmd {
		return e.choose("Change the condition", "", func(name string) { e.rename(at, name) })
	})
	head.path, head.row, head.indent, head.width = at, ops, indent, 26
	head.help = leafHelp(strings.Join(set, ""))
	b.list, b.take, b.look, b.turns = e.kind.offered, func(name string) { e.rename(at, name) }, theme.Strong, true
	if len(set) == 0 {
		b.look = theme.Warn
	}
	out := []stop{head}
	for _, name := range set {
		out = append(out, e.leaf(name, at, ops, indent)...)
	}
	return out
}

// rename makes another condition of the one at a path.
func (e conditionEditor) rename(at, name string) {
	e.change("change to "+leafTitle(name), func(root *node) (*node, *node) {
		n := root.find(at)
		fresh := treeOf(start(name), "", n.up)
		fresh.forget()
		if n.up == nil {
			return fresh, fresh
		}
		n.up.kids[n.place()] = fresh
		return root, fresh
	})
	e.intoValue()
}

func (e conditionEditor) group(n *node, ops *rowOps, indent int) []stop {
	key := n.was + "#kind"
	c := keep(e.f, key, func() *groupChoice {
		c := &groupChoice{choice{base: base{f: e.f, path: n.was}, name: "group", list: groupKinds}}
		c.get = func(path string) (string, bool) {
			for _, g := range groupKinds {
				if e.f.count(below(path, g.Value)) > 0 {
					return g.Value, true
				}
			}
			return "", false
		}
		c.set = func(path, value string) []Edit {
			cond, _ := held[model.Condition](e.f, path)
			t := treeOf(cond, "", nil)
			t.group = value
			return []Edit{setting(path, t.condition())}
		}
		return c
	})
	out := []stop{{key: key, path: n.was, control: c, row: ops, indent: indent, width: 36,
		help: "All of them have to hold, any one, or none. Conditions go into the group with move (f6, f7) and out of it too."}}
	for _, k := range n.kids {
		out = append(out, e.node(k, indent+1)...)
	}
	return out
}

// groupChoice is the kind of a group. What stands in the group changes its
// paths with it.
type groupChoice struct{ choice }

func (c *groupChoice) choose(value string) {
	from, list := c.seen, c.path
	if value == from || value == "" {
		return
	}
	c.f.relocate(func(path string) (string, bool) {
		if rest, ok := strings.CutPrefix(path, below(list, from)+"["); ok {
			return below(list, value) + "[" + rest, true
		}
		return path, true
	})
	c.choice.choose(value)
}

func (c *groupChoice) do(id action, arg any) (tea.Cmd, bool) {
	if id == clearField {
		return nil, true
	}
	return c.choice.doWith(c.choose, id, arg)
}

// wayChoice is the operator of a condition; it remembers what was chosen while
// there is no value yet.
type wayChoice struct {
	choice
	way string
}

// leaf lists the stops of one condition: its operator and its values.
func (e conditionEditor) leaf(name, at string, ops *rowOps, indent int) []stop {
	f := e.f
	fields := f.leafFields(name, at)
	var out []stop
	if list := ways[name]; list != nil {
		key := at + "#way"
		w := keep(f, key, func() *wayChoice {
			w := &wayChoice{}
			w.choice = choice{base: base{f: f, path: at}, name: "operator", menu: true}
			w.get = func(path string) (string, bool) {
				w.way = e.present(name, path, w.way)
				return w.way, true
			}
			w.set = func(path, to string) []Edit {
				edits := e.switched(name, path, w.way, to)
				w.way = to
				return edits
			}
			return w
		})
		w.list = nil
		for _, h := range list {
			w.list = append(w.list, Option{Value: h.title})
		}
		w.load()
		out = append(out, stop{key: key, path: below(at, name), control: w, row: ops, indent: indent, beside: true, width: 18, help: helpOf(f.doc.Document(), below(at, name))})
		shown := wayOf(name, w.way)
		fields = slices.DeleteFunc(fields, func(fd Field) bool {
			part := strings.TrimPrefix(fd.Path, below(at, name)+".")
			return governed(name, part) && !slices.Contains(shown.fields, part)
		})
		if slices.Contains(shown.fields, "decreased") || slices.Contains(shown.fields, "emptied") {
			fields = nil // the operator says it all
		}
		if len(shown.fields) == 1 && len(fields) > 0 && strings.HasSuffix(fields[0].Path, "."+shown.fields[0]) {
			fields[0].Label = "" // the operator has said it
		}
	}
	for i, fd := range fields {
		if fd.Label == "" || fd.Label == "and" {
			fd.name = lower(leafTitle(name))
		}
		list := f.expand(fd)
		for _, s := range list {
			if i == 0 && len(list) == 1 {
				s.beside = true // on the row of the condition, where there is room
			}
			s.indent += indent + 1
			if s.row == nil {
				s.row = ops
			}
			out = append(out, s)
		}
	}
	return out
}

func wayOf(name, title string) how {
	for _, h := range ways[name] {
		if h.title == title {
			return h
		}
	}
	return ways[name][0]
}

// governed tells whether the operator decides if a field is shown.
func governed(name, part string) bool {
	return slices.ContainsFunc(ways[name], func(h how) bool { return slices.Contains(h.fields, part) })
}

// given lists the governed fields that have a value.
func (e conditionEditor) given(name, at string) []string {
	var out, looked []string
	for _, h := range ways[name] {
		for _, part := range h.fields {
			if slices.Contains(looked, part) {
				continue
			}
			looked = append(looked, part)
			if v, err := edit.Get(e.f.doc.Document(), edit.Path(below(below(at, name), part))); err == nil && v.Given {
				out = append(out, part)
			}
		}
	}
	return out
}

// present is the operator that shows every value there is: the one that was
// chosen last if it does.
func (e conditionEditor) present(name, at, last string) string {
	given := e.given(name, at)
	fits := func(h how) bool {
		return !slices.ContainsFunc(given, func(p string) bool { return !slices.Contains(h.fields, p) })
	}
	if i := slices.IndexFunc(ways[name], func(h how) bool { return h.title == last }); i >= 0 && fits(ways[name][i]) {
		return last
	}
	for _, h := range ways[name] {
		if fits(h) {
			return h.title
		}
	}
	return ways[name][0].title
}

// switched takes a condition from one operator to another: what both have
// stays, a single bound goes along, the rest is taken away.
func (e conditionEditor) switched(name, at, from, to string) []Edit {
	was, now := wayOf(name, from), wayOf(name, to)
	path := func(part string) string { return below(below(at, name), part) }
	var edits []Edit
	for _, part := range e.given(name, at) {
		if slices.Contains(now.fields, part) {
			continue
		}
		if v, ok := e.f.value(path(part)); ok && len(was.fields) == 1 && len(now.fields) == 1 && bound(part) && bound(now.fields[0]) {
			edits = append(edits, setting(path(now.fields[0]), v))
		}
		edits = append(edits, clearing(path(part)))
	}
	for _, flag := range []string{"decreased", "emptied"} {
		if slices.Contains(now.fields, flag) {
			edits = append(edits, setting(path(flag), "true"))
		}
	}
	return edits
}

func bound(part string) bool {
	return slices.Contains([]string{"min", "max", "moreThan", "atLeast", "atMost"}, part)
}

func leafTitle(name string) string {
	if l, ok := model.LeafNamed(name); ok {
		return l.Title
	}
	return name
}
