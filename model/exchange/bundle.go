package exchange

import (
	"bytes"
	"fmt"

	"beckon/model"
	"beckon/model/text"
)

// Export returns a campaign with everything it mentions, directly or through
// others, as one stream of YAML documents in canonical order: equal campaigns
// give equal bytes. Left out are the account's settings, which each account has
// of its own, and other campaigns whose engagements a behavior looks at; an
// import reports those. What a draft mentions and the catalog lacks is left for
// the import to report, too.
//
// The error says that there is no such campaign, or that a document cannot be
// written.
func Export(c *model.Catalog, campaignID string) ([]byte, error) {
	x := c.Index()
	campaign := x.Campaign(campaignID)
	if campaign == nil {
		return nil, fmt.Errorf("exporting a campaign: no campaign %s", text.Line(campaignID, 80))
	}
	out := &model.Catalog{}
	for _, d := range closure(x, campaign) {
		out.Add(d)
	}
	var b bytes.Buffer
	if err := model.Encode(&b, out); err != nil {
		return nil, fmt.Errorf("exporting campaign %s: %w", text.Line(campaignID, 80), err)
	}
	return b.Bytes(), nil
}

// closure returns a campaign and what it mentions, each once.
func closure(x *model.Index, campaign *model.Campaign) []model.Document {
	var out []model.Document
	seen := map[model.Document]bool{}
	var follow func(model.Document)
	follow = func(d model.Document) {
		if d == nil || seen[d] {
			return
		}
		seen[d] = true
		out = append(out, d)
		for _, r := range model.References(d) {
			if r.Kind != model.KindEngagement {
				follow(x.Document(r.Kind, r.ID))
			}
		}
	}
	follow(campaign)
	return out
}

// Options of an import.
type Options struct {
	// KeepPublished takes published campaigns as published; otherwise they
	// arrive as drafts.
	KeepPublished bool
	// Prefer is the choice to begin with for documents that differ from those
	// here; zero is [Rename], which changes nothing that is here.
	Prefer Choice
}

// Import reads a bundle, or any stream of catalog documents, and plans how it
// gets into a catalog. Nothing is written; the catalog is not changed. The name
// stands in errors, which are those of [model.DecodeDocuments], all at once: of
// a file with an error nothing is imported.
func Import(c *model.Catalog, name string, data []byte, o Options) (*Plan, error) {
	docs, err := model.DecodeDocuments(name, data)
	if err != nil {
		return nil, fmt.Errorf("importing campaigns: %w", err)
	}
	loaded, err := model.Collect(docs)
	if err != nil {
		return nil, fmt.Errorf("importing campaigns: %w", err)
	}
	if o.Prefer != "" && !o.Prefer.known() {
		return nil, fmt.Errorf("importing campaigns: %w: want rename, mine or theirs", ErrPlan)
	}
	p := newPlan(c, o)
	var wrong model.FileErrors
	for _, d := range loaded.Catalog.Documents() {
		h := d.Head()
		at := loaded.Sources.Place(h.Kind, h.ID, "")
		if (len(h.ID) > maxID || !kebab.MatchString(h.ID)) && len(wrong) < model.MaxFileErrors {
			wrong = append(wrong, &model.FileError{Source: at, Path: "id", Reason: text.Line(h.ID, 80) + " is no ID: want a to z, 0 to 9 and single hyphens, at most 64"})
			continue
		}
		if h.Kind == model.KindSettings {
			if at.File != "" {
				p.Findings = append(p.Findings, Finding{File: text.Line(name, 200), Path: "settings " + text.Line(h.ID, 80), Reason: "left out: an account has settings of its own"})
			}
			continue
		}
		p.add(d, at)
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("importing campaigns: %w", wrong)
	}
	if len(p.Items) == 0 {
		return nil, fmt.Errorf("importing campaigns: %s holds nothing to import", text.Line(name, 200))
	}
	p.settle()
	return p, nil
}
