package builder

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"beckon/model"
	"beckon/model/gallery"
	"beckon/model/journey"
	"beckon/tui/form"
)

// stock is the catalog as the builder sees it: what is kept, and over it the
// library items that came to be or changed here and are not written yet.
type stock struct {
	kept      *model.Catalog
	revisions map[model.DocumentKey]uint64
	pages     []journey.Page
	items     map[model.DocumentKey]Item // not written yet

	base      *model.Index // of what is kept
	index     *model.Index // of both; nil: to be made
	merged    *model.Catalog
	listed    func(model.Kind) []form.Option // of both; nil: to be made
	templates []*model.Template              // of the library and built in
}

// newStock indexes the catalog, which among ten thousand campaigns takes longer
// than a frame: it is for commands.
func newStock(l Loaded) *stock {
	return &stock{kept: l.Catalog, revisions: l.Revisions, pages: l.Pages, items: map[model.DocumentKey]Item{}, base: l.Catalog.Index()}
}

func keyOf(d model.Document) model.DocumentKey {
	return model.DocumentKey{Kind: d.Head().Kind, ID: d.Head().ID}
}

// take adds or replaces an item that is not written yet.
func (s *stock) take(it Item) {
	s.items[keyOf(it.Document)] = it
	s.changed()
}

// changed forgets what was made of the documents.
func (s *stock) changed() { s.index, s.merged, s.listed, s.templates = nil, nil, nil, nil }

// wrote notes what the store has now, without reading all of it again.
func (s *stock) wrote(docs []model.Document, gone ...model.DocumentKey) {
	if s.kept = over(s.kept, docs...); len(gone) > 0 {
		s.kept = without(s.kept, gone)
	}
	s.base = s.base.Over(s.kept, docs, gone...)
	s.changed()
}

// again is the same catalog for another campaign, without what is not written
// yet.
func (s *stock) again() *stock {
	return &stock{kept: s.kept, revisions: s.revisions, pages: s.pages, items: map[model.DocumentKey]Item{}, base: s.base}
}

// pending lists the items that are not written yet, in the order of kinds.
func (s *stock) pending() []Item {
	out := make([]Item, 0, len(s.items))
	for _, it := range s.items {
		out = append(out, it)
	}
	order := model.Kinds()
	slices.SortFunc(out, func(a, b Item) int {
		x, y := keyOf(a.Document), keyOf(b.Document)
		return cmp.Or(slices.Index(order, x.Kind)-slices.Index(order, y.Kind), strings.Compare(x.ID, y.ID))
	})
	return out
}

// catalog is what is kept with what is not written yet over it.
func (s *stock) catalog() *model.Catalog {
	if s.merged == nil {
		s.merged = over(s.kept, s.documents()...)
	}
	return s.merged
}

// documents are those that are not written yet.
func (s *stock) documents() []model.Document {
	docs := make([]model.Document, 0, len(s.items))
	for _, it := range s.pending() {
		docs = append(docs, it.Document)
	}
	return docs
}

func (s *stock) find() *model.Index {
	if s.index == nil {
		s.index = s.base
		if len(s.items) > 0 {
			s.index = s.base.Over(s.catalog(), s.documents())
		}
	}
	return s.index
}

// over is a catalog with documents in place of those of their IDs.
func over(c *model.Catalog, docs ...model.Document) *model.Catalog { return c.With(docs...) }

// without is a catalog without some of its documents.
func without(c *model.Catalog, gone []model.DocumentKey) *model.Catalog {
	out := &model.Catalog{Revision: c.Revision, Settings: c.Settings}
	for _, d := range c.Documents() {
		if _, settings := d.(*model.Settings); !settings && !slices.Contains(gone, keyOf(d)) {
			out.Add(d)
		}
	}
	return out
}

// check tells what is wrong with a document while it is edited, errors of the
// items among it that it mentions and that are not written yet.
func (s *stock) check(d model.Document) []model.Problem {
	out := s.find().ValidateDocument(d)
	if len(s.items) == 0 {
		return out
	}
	h := d.Head()
	for _, r := range model.References(d) {
		if wrong := s.firstError(model.DocumentKey{Kind: r.Kind, ID: r.ID}, nil); wrong != "" {
			out = append(out, model.Problem{Severity: model.Error, Kind: h.Kind, ID: h.ID, Path: r.Path, Code: "item-wrong", Message: wrong})
		}
	}
	return out
}

// firstError says what is wrong with an item that is not written yet, or with
// one that it mentions; empty: nothing is.
func (s *stock) firstError(key model.DocumentKey, on []model.DocumentKey) string {
	it, ok := s.items[key]
	if !ok || slices.Contains(on, key) {
		return ""
	}
	if errors := model.Errors(s.find().ValidateDocument(it.Document)); len(errors) > 0 {
		return errors[0].Message + ", in the " + kindWords(key.Kind) + " " + it.Document.Head().Name
	}
	for _, r := range model.References(it.Document) {
		if wrong := s.firstError(model.DocumentKey{Kind: r.Kind, ID: r.ID}, append(on, key)); wrong != "" {
			return wrong
		}
	}
	return ""
}

// mentioned lists the items that are not written yet and that a campaign uses,
// itself or through others.
func (s *stock) mentioned(k *model.Campaign) []Item {
	used := map[model.DocumentKey]bool{}
	var follow func(model.Document)
	follow = func(d model.Document) {
		for _, r := range model.References(d) {
			key := model.DocumentKey{Kind: r.Kind, ID: r.ID}
			if used[key] || r.Kind == model.KindEngagement {
				continue
			}
			used[key] = true
			if next := s.find().Document(r.Kind, r.ID); next != nil {
				follow(next)
			}
		}
	}
	follow(k)
	var out []Item
	for _, it := range s.pending() {
		if used[keyOf(it.Document)] || it.Base != 0 { // what was changed was meant
			out = append(out, it)
		}
	}
	return out
}

// library lists what references may point to.
func (s *stock) library(kind model.Kind) []form.Option {
	if s.listed == nil {
		s.listed = form.LibraryOf(s.catalog())
	}
	return s.listed(kind)
}

// suggest lists values for fields of free text.
func (s *stock) suggest(what string) []string {
	set := &s.kept.Settings
	switch what {
	case "skill":
		return set.Skills
	case "customer type":
		return set.CustomerTypes
	case "customer status":
		return set.CustomerStatuses
	case "line of business":
		return set.LinesOfBusiness
	}
	return nil
}

// gallery lists the templates of the library, then those built in.
func (s *stock) gallery() []*model.Template {
	if s.templates == nil {
		s.templates = append(slices.Clone(s.catalog().Templates), gallery.Templates()...)
	}
	return s.templates
}

// name is what people call a document, its ID where it is not there.
func (s *stock) name(kind model.Kind, id string) string {
	if d := s.find().Document(kind, id); d != nil && d.Head().Name != "" {
		return d.Head().Name
	}
	return id
}

// longestID is what an ID may have; a part is kept for a number behind it.
const longestID = 64

// slug makes an ID of a name: a to z, 0 to 9 and single hyphens. Where the name
// has none of these, it is the word given.
func slug(name, otherwise string) string {
	var b strings.Builder
	dash := false
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		case r == 'ß':
			b.WriteString("ss")
		case r == '\'' || r == '’' || unicode.Is(unicode.M, r):
		default:
			dash = true
		}
		if b.Len() >= longestID-6 {
			break
		}
	}
	if b.Len() == 0 {
		return otherwise
	}
	return strings.Trim(b.String(), "-")
}

// unused numbers an ID until nobody has it.
func unused(id string, taken func(string) bool) string {
	out := id
	for n := 2; taken(out); n++ {
		out = id + "-" + strconv.Itoa(n)
	}
	return out
}

// freeID makes an ID for a document of a kind that no other has, but perhaps
// the one that is named now.
func (s *stock) freeID(kind model.Kind, name, now string) string {
	return unused(slug(name, string(kind)), func(id string) bool {
		if id == now {
			return false
		}
		if s.find().Document(kind, id) != nil {
			return true
		}
		_, kept := s.revisions[model.DocumentKey{Kind: kind, ID: id}]
		return kept
	})
}
