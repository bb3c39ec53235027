package exchange_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/model/modeltest"
	"beckon/model/text"
)

func encoded(t interface{ Fatal(...any) }, c *model.Catalog) string {
	var b bytes.Buffer
	if err := model.Encode(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func read(t interface{ Fatal(...any) }, source string) *model.Catalog {
	docs, err := model.DecodeDocuments("test", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	l, err := model.Collect(docs)
	if err != nil {
		t.Fatal(err)
	}
	return l.Catalog
}

// bare is a catalog of settings alone.
func bare(s model.Settings) *model.Catalog { return &model.Catalog{Settings: s} }

func TestImportOfAnExportIsTheSameCatalog(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := modeltest.Catalog(t)
		if len(c.Campaigns) == 0 {
			return
		}
		id := rapid.SampledFrom(c.Campaigns).Draw(t, "campaign").ID
		data, err := exchange.Export(c, id)
		if err != nil {
			t.Fatal(err)
		}
		// Into where it came from: nothing to write.
		p, err := exchange.Import(c, "bundle.yaml", data, exchange.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if docs, err := p.Documents(); err != nil || len(docs) != 0 {
			t.Fatalf("%d documents to write: %v", len(docs), err)
		}
		for _, i := range p.Items {
			if i.State != exchange.Same {
				t.Fatalf("%s %s is %s", i.Kind, i.ID, i.State)
			}
		}
		// Into an empty account: the same documents, and the same bytes again.
		p, err = exchange.Import(bare(c.Settings), "bundle.yaml", data, exchange.Options{KeepPublished: true})
		if err != nil {
			t.Fatal(err)
		}
		there, err := p.Catalog()
		if err != nil {
			t.Fatal(err)
		}
		again, err := exchange.Export(there, id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(data), string(again)); diff != "" {
			t.Fatal(diff)
		}
		if len(there.Documents()) != len(p.Items)+1 {
			t.Fatalf("%d documents of %d, and the settings", len(there.Documents()), len(p.Items))
		}
		for _, a := range p.Absent() {
			if a.Kind != model.KindEngagement || strings.HasPrefix(a.ID, id+"/") {
				t.Fatalf("%s %s did not come with the bundle", a.Kind, a.ID)
			}
		}
		for _, problem := range model.Validate(there) {
			if problem.Severity == model.Error && problem.Code != "reference-missing" {
				t.Fatal(problem)
			}
		}
	})
}

func TestWhateverIsChosenTheImportHoldsTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := modeltest.Catalog(t), modeltest.Catalog(t)
		if len(from.Campaigns) == 0 {
			return
		}
		before := encoded(t, to)
		data, err := exchange.Export(from, rapid.SampledFrom(from.Campaigns).Draw(t, "campaign").ID)
		if err != nil {
			t.Fatal(err)
		}
		p, err := exchange.Import(to, "bundle.yaml", data, exchange.Options{KeepPublished: rapid.Bool().Draw(t, "published")})
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 6).Draw(t, "choices") {
			i := rapid.SampledFrom(p.Items).Draw(t, "item")
			c := rapid.SampledFrom([]exchange.Choice{exchange.Rename, exchange.Mine, exchange.Theirs}).Draw(t, "choice")
			if err := p.Choose(i.Kind, i.ID, c); err != nil {
				t.Fatal(err)
			}
		}
		after, err := p.Catalog()
		if err != nil {
			t.Fatal(err)
		}
		if encoded(t, to) != before {
			t.Fatal("the catalog itself was changed")
		}
		absent := map[string]bool{}
		for _, a := range p.Absent() {
			absent[string(a.Kind)+" "+a.ID] = true
		}
		// What is here stays, but for what was replaced by choice.
		x := after.Index()
		for _, d := range to.Documents() {
			h := d.Head()
			i := p.Item(h.Kind, h.ID)
			if replaced := i != nil && i.Writes() && i.As == i.ID; replaced {
				if i.Choice != exchange.Theirs {
					t.Fatalf("%s %s was replaced by the choice %s", h.Kind, h.ID, i.Choice)
				}
				continue
			}
			if h.Kind != model.KindSettings && x.Document(h.Kind, h.ID) != d {
				t.Fatalf("%s %s is not what it was", h.Kind, h.ID)
			}
		}
		// What is written mentions what is there, or is told of.
		docs, err := p.Documents()
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			for _, r := range model.References(d) {
				found := x.Document(r.Kind, r.ID) != nil
				if r.Kind == model.KindEngagement {
					_, e := x.Engagement(r.ID)
					found = e != nil
				}
				if !found && !absent[string(r.Kind)+" "+r.ID] {
					t.Fatalf("%s %s mentions %s %s, which is nowhere", d.Head().Kind, d.Head().ID, r.Kind, r.ID)
				}
			}
		}
		for _, problem := range model.Validate(after) {
			if problem.Code == "id-duplicate" || problem.Code == "name-duplicate" || problem.Code == "id-invalid" {
				t.Fatal(problem)
			}
		}
	})
}

const shopBundle = `kind: goal
id: ordered
name: Ordered
type: sell
transaction: {}
---
kind: audience
id: everyone
name: Everyone
---
kind: entry-point
id: cart
name: Cart
include:
  - contains: /cart
---
kind: behavior
id: lingering
name: Lingering
when:
  all:
    - timeOnEntryPoint:
        entryPoints: [cart]
        moreThan: 30s
    - exclude:
        - engaged:
            engagements: [rescue/help, other/offer]
            statuses: [declined]
---
kind: window
id: desk
name: Desk
---
kind: campaign
id: rescue
name: Rescue
published: true
goal: ordered
audiences: [everyone]
timeFrame:
  start: 2026-03-01
engagements:
  - id: help
    name: Help
    format: overlay
    type: conversation
    entryPoints: [cart]
    behaviors: [lingering]
    window: desk
`

func plan(t *testing.T, c *model.Catalog, o exchange.Options) *exchange.Plan {
	t.Helper()
	p, err := exchange.Import(c, "bundle.yaml", []byte(shopBundle), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestImportedCampaignsArriveAsDraftsUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		c, err := plan(t, bare(model.DefaultSettings()), exchange.Options{KeepPublished: keep}).Catalog()
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Campaigns[0].Published; got != keep {
			t.Errorf("published: %t, want %t", got, keep)
		}
	}
}

func TestRenamingOneDocumentRenamesWhatMentionsIt(t *testing.T) {
	t.Parallel()
	here := read(t, strings.Replace(shopBundle, "contains: /cart", "contains: /basket", 1))
	before := encoded(t, here)
	p := plan(t, here, exchange.Options{})
	want := map[string]string{"goal ordered": "ordered", "audience everyone": "everyone", "window desk": "desk",
		"entry-point cart": "cart-2", "behavior lingering": "lingering-2", "campaign rescue": "rescue-2"}
	for _, i := range p.Items {
		if got := i.As; got != want[string(i.Kind)+" "+i.ID] {
			t.Errorf("%s %s goes by %s", i.Kind, i.ID, got)
		}
	}
	c, err := p.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	x := c.Index()
	b := x.Behavior("lingering-2")
	if got := b.When.All[0].TimeOnEntryPoint.EntryPoints; !slices.Equal(got, []string{"cart-2"}) {
		t.Errorf("the behavior looks at %v", got)
	}
	if got := b.When.All[1].Exclude[0].Engaged.Engagements; !slices.Equal(got, []string{"rescue-2/help", "other/offer"}) {
		t.Errorf("the behavior looks at %v", got)
	}
	if b.Name != "Lingering (2)" {
		t.Errorf("the behavior is named %q, as the other is", b.Name)
	}
	e := x.Campaign("rescue-2").Engagements[0]
	if e.EntryPoints[0] != "cart-2" || e.Behaviors[0] != "lingering-2" || e.Window != "desk" {
		t.Errorf("the engagement mentions %v, %v and %s", e.EntryPoints, e.Behaviors, e.Window)
	}
	for _, d := range here.Documents() {
		if x.Document(d.Head().Kind, d.Head().ID) == nil {
			t.Errorf("%s is gone", d.Head().ID)
		}
	}

	// Keeping what is here makes everything the same again.
	if err := p.Choose(model.KindEntryPoint, "cart", exchange.Mine); err != nil {
		t.Fatal(err)
	}
	if docs, err := p.Documents(); err != nil || len(docs) != 0 {
		t.Errorf("%d documents to write: %v", len(docs), err)
	}
	// Taking theirs changes the one item and nothing else.
	if err := p.Choose(model.KindEntryPoint, "cart", exchange.Theirs); err != nil {
		t.Fatal(err)
	}
	if docs, err := p.Documents(); err != nil || len(docs) != 1 || docs[0].Head().ID != "cart" {
		t.Errorf("%d documents to write: %v", len(docs), err)
	}
	if encoded(t, here) != before {
		t.Error("the catalog was changed")
	}
}

func TestRenameTakesFreeIDsOnly(t *testing.T) {
	t.Parallel()
	here := read(t, "kind: goal\nid: sold\nname: Sold\ntype: interact\n---\nkind: goal\nid: ordered\nname: Mine\ntype: interact\n")
	p := plan(t, here, exchange.Options{})
	for name, c := range map[string]struct {
		kind   model.Kind
		id, to string
	}{
		"taken here":        {model.KindGoal, "ordered", "sold"},
		"its own":           {model.KindGoal, "ordered", "ordered"},
		"no kebab":          {model.KindGoal, "ordered", "Not Kebab"},
		"no ID":             {model.KindGoal, "ordered", ""},
		"too long":          {model.KindGoal, "ordered", strings.Repeat("a", 65)},
		"not of the import": {model.KindGoal, "nothing", "new"},
	} {
		if err := p.Rename(c.kind, c.id, c.to); !errors.Is(err, exchange.ErrPlan) || !text.Safe(err.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := p.Rename(model.KindGoal, "ordered", "bought"); err != nil {
		t.Fatal(err)
	}
	c, err := p.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Campaigns[0].Goal; got != "bought" {
		t.Errorf("the campaign's goal is %s", got)
	}
	if err := p.Choose(model.KindGoal, "ordered", "whatever"); !errors.Is(err, exchange.ErrPlan) {
		t.Errorf("an unknown choice: %v", err)
	}
}

func TestEngagementsThatDidNotComeAreTold(t *testing.T) {
	t.Parallel()
	got := plan(t, bare(model.DefaultSettings()), exchange.Options{}).Absent()
	if len(got) != 1 || got[0].ID != "other/offer" || got[0].Kind != model.KindEngagement || got[0].Here ||
		got[0].Path != "when.all[1].exclude[0].engaged.engagements[1]" || got[0].Item.ID != "lingering" {
		t.Fatalf("got %+v", got)
	}
	here := read(t, "kind: campaign\nid: other\nname: Other\ngoal: g\naudiences: [a]\ntimeFrame: {start: 2026-01-01}\nengagements:\n  - {id: offer, name: Offer, format: overlay, type: content, entryPoints: [e], behaviors: [b]}\n")
	if got := plan(t, here, exchange.Options{}).Absent(); len(got) != 1 || !got[0].Here {
		t.Fatalf("got %+v", got)
	}
}

func TestALineOfBusinessIsSetOnce(t *testing.T) {
	t.Parallel()
	here := read(t, strings.Replace(shopBundle, "published: true", "lob: Sales", 1))
	p, err := exchange.Import(here, "b.yaml", []byte(strings.Replace(shopBundle, "published: true", "lob: Service", 1)), exchange.Options{Prefer: exchange.Theirs})
	if err != nil {
		t.Fatal(err)
	}
	docs, err := p.Documents()
	if err != nil || len(docs) != 1 || docs[0].(*model.Campaign).LOB != "Sales" {
		t.Fatalf("%d documents: %v", len(docs), err)
	}
	if notes := p.Item(model.KindCampaign, "rescue").Notes; len(notes) != 1 || !strings.Contains(notes[0], "Sales") {
		t.Errorf("notes %q", notes)
	}
}

func TestWhatCannotBeReadImportsNothing(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"nothing":               "",
		"settings alone":        "kind: settings\nid: account\nname: Account\n",
		"an unknown field":      shopBundle + "  - id: x\n    nmae: X\n",
		"a document twice":      shopBundle + "---\n" + shopBundle,
		"a field twice":         "kind: goal\nid: a\nid: b\nname: A\ntype: interact\n",
		"text that is no UTF-8": "kind: goal\nid: a\nname: \xff\n",
		"an ID that is none":    "kind: goal\nid: \"\\e[31m\"\nname: A\ntype: interact\n",
	} {
		p, err := exchange.Import(bare(model.DefaultSettings()), "bundle.yaml", []byte(data), exchange.Options{})
		if err == nil || p != nil || !strings.HasPrefix(err.Error(), "importing campaigns: ") || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := exchange.Export(bare(model.DefaultSettings()), "a\x1b[31m"); err == nil || !text.Safe(err.Error()) {
		t.Errorf("no such campaign: %v", err)
	}
}

func TestSettingsOfABundleAreLeftOut(t *testing.T) {
	t.Parallel()
	p, err := exchange.Import(bare(model.DefaultSettings()), "b.yaml", []byte("kind: settings\nid: account\nname: Account\nzone: Asia/Tokyo\n---\n"+shopBundle), exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Findings) != 1 || p.Item(model.KindSettings, "account") != nil {
		t.Errorf("findings %v", p.Findings)
	}
	if c, err := p.Catalog(); err != nil || c.Settings.Zone != "UTC" {
		t.Errorf("zone %q: %v", c.Settings.Zone, err)
	}
}

func FuzzImport(f *testing.F) {
	f.Add(shopBundle)
	f.Add(strings.Replace(shopBundle, "rescue", "ordered", 3))
	f.Add("[{\"kind\":\"goal\",\"id\":\"ordered\",\"name\":\"\\u001b\",\"type\":\"interact\"}]")
	here := read(f, strings.Replace(shopBundle, "contains: /cart", "contains: /basket", 1))
	f.Fuzz(func(t *testing.T, data string) {
		p, err := exchange.Import(here, "bundle.yaml", []byte(data), exchange.Options{})
		if err != nil {
			return
		}
		c, err := p.Catalog()
		if err != nil {
			t.Fatal(err)
		}
		p.Absent()
		for _, i := range p.Items {
			for _, n := range i.Notes {
				if !text.Safe(n) {
					t.Fatalf("a note %q", n)
				}
			}
		}
		encoded(t, c)
	})
}
