package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// State says how an incoming document compares with what is here.
type State string

// The states. A document whose own fields are the same but which mentions
// something that is renamed is different: it would mean something else.
const (
	New       State = "new"
	Same      State = "same"
	Different State = "different"
)

// Choice says what becomes of a document that is different.
type Choice string

// The choices.
const (
	// Rename writes the incoming document under another ID, and whatever came
	// with it mentions that one. What is here stays as it is.
	Rename Choice = "rename"
	// Mine keeps what is here; whatever came with it mentions that.
	Mine Choice = "mine"
	// Theirs replaces what is here, for everybody who uses it.
	Theirs Choice = "theirs"
)

// ErrPlan is wrapped by every refusal of a choice.
var ErrPlan = errors.New("not possible")

// Item is one incoming document. Its fields are for reading; [Plan.Choose] and
// [Plan.Rename] change them.
type Item struct {
	Kind model.Kind
	// ID and Name as they came.
	ID, Name string
	State    State
	// Choice matters where the state is different.
	Choice Choice
	// As and NameAs are what the document will go by. A name that is taken in
	// its library gets a number.
	As, NameAs string
	// Incoming is the document as it came, Here the one of the same kind and ID
	// that is in the catalog, or nil. Neither may be changed.
	Incoming, Here model.Document
	// Source is where it was read.
	Source model.Source
	// Notes say in words what else happens to it, fit to be shown.
	Notes []string

	renamed string // the ID that was asked for
	equal   bool   // to Here, references as they came
}

// Writes reports whether the plan writes the document.
func (i *Item) Writes() bool {
	return i.State == New || i.State == Different && i.Choice != Mine
}

func (i *Item) key() model.DocumentKey { return model.DocumentKey{Kind: i.Kind, ID: i.ID} }

// Finding is one thing in a file that an import could not take over.
type Finding struct {
	// File and Path say where: "$.engagements[0].subType".
	File, Path string
	// Value as it was written, made harmless and cut.
	Value string
	// Empty reports that the value says nothing: null, "", 0, false, [] or {}.
	Empty bool
	// Reason says what becomes of it.
	Reason string
}

// String returns "file: path: reason: value".
func (f Finding) String() string {
	parts := make([]string, 0, 4)
	for _, s := range []string{f.File, f.Path, f.Reason, f.Value} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// Plan says what an import would do. It is settled anew after every choice;
// [Plan.Documents] gives what is to be written, in one change.
type Plan struct {
	// Items in canonical order.
	Items []*Item
	// Findings tell what has no counterpart here.
	Findings []Finding

	options Options
	here    *model.Catalog
	index   *model.Index
	byKey   map[model.DocumentKey]*Item
	named   map[libraryName][]string // IDs here, by name; nil until asked for
	foreign []Foreign                // by the IDs as they came
}

func newPlan(c *model.Catalog, o Options) *Plan {
	if o.Prefer == "" {
		o.Prefer = Rename
	}
	return &Plan{options: o, here: c, index: c.Index(), byKey: map[model.DocumentKey]*Item{}}
}

func (p *Plan) add(d model.Document, at model.Source) {
	h := d.Head()
	i := &Item{Kind: h.Kind, ID: h.ID, Name: h.Name, Choice: p.options.Prefer, Incoming: d, Source: at, Here: p.index.Document(h.Kind, h.ID)}
	i.equal = i.Here != nil && sameDocument(d, i.Here, !p.options.KeepPublished)
	p.Items = append(p.Items, i)
	p.byKey[i.key()] = i
}

// sameDocument compares what would be written. Where campaigns arrive as
// drafts, whether they are published makes no difference.
func sameDocument(a, b model.Document, drafts bool) bool {
	if ca, ok := a.(*model.Campaign); ok && drafts {
		if cb, ok := b.(*model.Campaign); ok {
			x, y := *ca, *cb
			x.Published, y.Published = false, false
			a, b = &x, &y
		}
	}
	x, err := model.EncodeDocument(a)
	y, err2 := model.EncodeDocument(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// Item returns the item of a kind and the ID it came with, or nil.
func (p *Plan) Item(k model.Kind, id string) *Item {
	return p.byKey[model.DocumentKey{Kind: k, ID: id}]
}

// Choose says what becomes of a document that is different. For one that is
// not, the choice is kept in case another choice makes it so.
func (p *Plan) Choose(k model.Kind, id string, c Choice) error {
	i := p.Item(k, id)
	if i == nil {
		return fmt.Errorf("choosing for %s %s: %w: it is not part of the import", k, text.Line(id, 80), ErrPlan)
	}
	if !c.known() {
		return fmt.Errorf("choosing for %s %s: %w: want rename, mine or theirs", k, text.Line(id, 80), ErrPlan)
	}
	i.Choice, i.renamed = c, ""
	p.settle()
	return nil
}

// ChooseAll makes one choice for every document.
func (p *Plan) ChooseAll(c Choice) error {
	if !c.known() {
		return fmt.Errorf("choosing for all: %w: want rename, mine or theirs", ErrPlan)
	}
	for _, i := range p.Items {
		i.Choice, i.renamed = c, ""
	}
	p.settle()
	return nil
}

func (c Choice) known() bool { return c == Rename || c == Mine || c == Theirs }

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

const maxID = 64

// Rename gives a document that is new or different an ID of the operator's
// choice. It is refused if the ID is not kebab-case or taken.
func (p *Plan) Rename(k model.Kind, id, to string) error {
	refuse := func(why string) error {
		return fmt.Errorf("renaming %s %s to %s: %w: %s", k, text.Line(id, 80), text.Line(to, 80), ErrPlan, why)
	}
	i := p.Item(k, id)
	switch {
	case i == nil:
		return refuse("it is not part of the import")
	case len(to) > maxID || !kebab.MatchString(to):
		return refuse("want a to z, 0 to 9 and single hyphens, at most 64")
	case i.State == Same:
		return refuse("it is here already")
	case to != id && p.index.Document(k, to) != nil:
		return refuse("it is taken here")
	case to == id && i.Here != nil:
		return refuse("that is its name already")
	}
	for _, other := range p.Items {
		if other != i && other.Kind == k && (other.ID == to || other.As == to) {
			return refuse("another document of the import has it")
		}
	}
	i.Choice, i.renamed = Rename, to
	p.settle()
	return nil
}

// settle works out states, IDs, names and notes from the choices. Renaming one
// document makes those that mention it different, which may rename them.
func (p *Plan) settle() {
	for _, i := range p.Items {
		switch {
		case i.Here == nil:
			i.State = New
		case i.equal:
			i.State = Same
		default:
			i.State = Different
		}
		i.As = i.ID
	}
	var to renames
	for again := true; again; {
		to, again = p.names(), false
		for _, i := range p.Items {
			if i.State == Same && to.touch(i.Incoming) {
				i.State, again = Different, true
			}
		}
	}
	for _, i := range p.Items {
		i.As = to.of(i.Kind, i.ID)
	}
	p.nameNames()
	for _, i := range p.Items {
		i.Notes = p.notes(i)
	}
}

// names finds an ID for everything that is renamed.
func (p *Plan) names() renames {
	to, taken := renames{}, map[model.DocumentKey]bool{}
	for _, i := range p.Items {
		taken[i.key()] = true
		if i.renamed != "" {
			taken[model.DocumentKey{Kind: i.Kind, ID: i.renamed}] = true
		}
	}
	for _, i := range p.Items {
		switch {
		case i.renamed != "" && i.State != Same:
			to[i.key()] = i.renamed
		case i.State == Different && i.Choice == Rename:
			id := freeID(i.ID, func(id string) bool {
				return taken[model.DocumentKey{Kind: i.Kind, ID: id}] || p.index.Document(i.Kind, id) != nil
			})
			taken[model.DocumentKey{Kind: i.Kind, ID: id}] = true
			to[i.key()] = id
		}
	}
	return to
}

// freeID returns "cart-2", or the next that is not taken.
func freeID(id string, taken func(string) bool) string {
	for n := 2; ; n++ {
		tail := fmt.Sprintf("-%d", n)
		next := strings.TrimRight(cut(id, maxID-len(tail)), "-") + tail
		if !taken(next) {
			return next
		}
	}
}

// cut shortens a text to so many bytes, between characters.
func cut(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	return strings.ToValidUTF8(s[:bytes], "")
}

// libraryName is a name within its library, letters' case aside.
type libraryName struct {
	kind model.Kind
	fold string
}

func foldName(k model.Kind, s string) libraryName {
	return libraryName{k, strings.ToLower(strings.TrimSpace(s))}
}

// nameNames gives a number to names that are taken in their library.
func (p *Plan) nameNames() {
	owner := map[libraryName]string{} // of what comes
	replaced := map[model.DocumentKey]bool{}
	for _, i := range p.Items {
		if i.Writes() {
			replaced[model.DocumentKey{Kind: i.Kind, ID: i.As}] = true
		}
	}
	if p.named == nil {
		p.named = map[libraryName][]string{}
		for _, d := range p.here.Documents() {
			h := d.Head()
			n := foldName(h.Kind, h.Name)
			p.named[n] = append(p.named[n], h.ID)
		}
	}
	taken := func(n libraryName) bool {
		return owner[n] != "" || slices.ContainsFunc(p.named[n], func(id string) bool { return !replaced[model.DocumentKey{Kind: n.kind, ID: id}] })
	}
	for _, i := range p.Items {
		if i.NameAs = i.Name; !i.Writes() || strings.TrimSpace(i.Name) == "" {
			continue
		}
		for n := 2; taken(foldName(i.Kind, i.NameAs)); n++ {
			tail := fmt.Sprintf(" (%d)", n)
			runes := []rune(i.Name)
			i.NameAs = string(runes[:min(len(runes), 120-len(tail))]) + tail
		}
		owner[foldName(i.Kind, i.NameAs)] = i.As
	}
}

func (p *Plan) notes(i *Item) []string {
	if !i.Writes() {
		return nil
	}
	var out []string
	if i.As != i.ID {
		out = append(out, "goes by "+text.Line(i.As, 80))
	}
	if i.NameAs != i.Name {
		out = append(out, "is named "+text.Line(i.NameAs, 140)+": the other name is taken")
	}
	campaign, ok := i.Incoming.(*model.Campaign)
	if !ok {
		return out
	}
	if campaign.Published && !p.options.KeepPublished {
		out = append(out, "arrives as a draft")
		if here, _ := i.Here.(*model.Campaign); here != nil && here.Published && i.State == Different && i.Choice == Theirs {
			out = append(out, "the published campaign here ends with it")
		}
	}
	if lob := p.keptLOB(i); lob != "" && lob != campaign.LOB {
		out = append(out, "keeps the line of business "+text.Line(lob, 80)+": it is set once")
	}
	return out
}

// keptLOB is the line of business that a campaign which replaces another takes
// over. Domain 1.9.
func (p *Plan) keptLOB(i *Item) string {
	if here, ok := i.Here.(*model.Campaign); ok && i.State == Different && i.Choice == Theirs {
		return here.LOB
	}
	return ""
}

func (p *Plan) renames() renames {
	to := renames{}
	for _, i := range p.Items {
		if i.As != i.ID {
			to[i.key()] = i.As
		}
	}
	return to
}

// Documents returns what the plan writes, in canonical order and in the
// caller's own copies: to be written in one change, or not at all. It is empty
// if all of it is here already.
func (p *Plan) Documents() ([]model.Document, error) {
	var out []model.Document
	to := p.renames()
	for _, i := range p.Items {
		if !i.Writes() {
			continue
		}
		d, err := clone(i.Incoming)
		if err != nil {
			return nil, fmt.Errorf("importing %s %s: %w", i.Kind, text.Line(i.ID, 80), err)
		}
		to.in(d)
		h := d.Head()
		h.ID, h.Name = i.As, i.NameAs
		if c, ok := d.(*model.Campaign); ok {
			c.Published = c.Published && p.options.KeepPublished
			if lob := p.keptLOB(i); lob != "" {
				c.LOB = lob
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// clone copies a document through its written form, so that nothing is shared.
func clone(d model.Document) (model.Document, error) {
	b, err := model.EncodeDocument(d)
	if err != nil {
		return nil, err
	}
	docs, err := model.DecodeDocuments("import", b)
	if err != nil {
		return nil, err
	}
	if len(docs) != 1 {
		return nil, fmt.Errorf("%d documents of one", len(docs))
	}
	return docs[0].Document, nil
}

// Catalog returns the catalog as it would be: to validate it, and to show what
// would change. The documents that the plan leaves alone are those of the
// catalog it was made for, which is not changed.
func (p *Plan) Catalog() (*model.Catalog, error) {
	docs, err := p.Documents()
	if err != nil {
		return nil, err
	}
	written := map[model.DocumentKey]bool{}
	for _, d := range docs {
		written[model.DocumentKey{Kind: d.Head().Kind, ID: d.Head().ID}] = true
	}
	out := &model.Catalog{Revision: p.here.Revision, Settings: p.here.Settings}
	for _, d := range p.here.Documents() {
		if h := d.Head(); h.Kind != model.KindSettings && !written[model.DocumentKey{Kind: h.Kind, ID: h.ID}] {
			out.Add(d)
		}
	}
	for _, d := range docs {
		out.Add(d)
	}
	out.Sort()
	return out, nil
}

// Absent is a mention of something that did not come with the import.
type Absent struct {
	// Item is the document that mentions it, Path the field.
	Item *Item
	Path string
	// Kind and ID of what is mentioned; an engagement's ID is its path.
	Kind model.Kind
	ID   string
	// Here reports that the catalog has one of this ID, which is then meant.
	Here bool
}

// Absent lists what written documents mention and the import does not hold:
// above all engagements that a behavior looks at, whose campaigns stay behind.
// Where nothing here answers to the ID, the document cannot be published
// before it is changed.
func (p *Plan) Absent() []Absent {
	came := map[model.DocumentKey]bool{}
	for _, i := range p.Items {
		came[i.key()] = true
		if c, ok := i.Incoming.(*model.Campaign); ok {
			for _, e := range c.Engagements {
				came[model.DocumentKey{Kind: model.KindEngagement, ID: c.Path(e)}] = true
			}
		}
	}
	var out []Absent
	for _, i := range p.Items {
		if !i.Writes() {
			continue
		}
		for _, r := range model.References(i.Incoming) {
			key := model.DocumentKey{Kind: r.Kind, ID: r.ID}
			if came[key] && !p.stays(r) {
				continue
			}
			a := Absent{Item: i, Path: r.Path, Kind: r.Kind, ID: r.ID}
			if r.Kind == model.KindEngagement {
				_, e := p.index.Engagement(r.ID)
				a.Here = e != nil
			} else {
				a.Here = p.index.Document(r.Kind, r.ID) != nil
			}
			if came[key] && a.Here {
				continue // kept as it is here, and here it is
			}
			out = append(out, a)
		}
	}
	return out
}

// stays reports whether a mentioned engagement's campaign came and is not
// written, so that the one here is meant.
func (p *Plan) stays(r model.Reference) bool {
	if r.Kind != model.KindEngagement {
		return false
	}
	campaign, _, _ := strings.Cut(r.ID, "/")
	i := p.Item(model.KindCampaign, campaign)
	return i != nil && !i.Writes()
}
