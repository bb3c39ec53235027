package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/journey"
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/store/guard"
	"beckon/tui/screen/builder"
)

// completePatience is how long whoever presses the tab key waits for a store.
const completePatience = time.Second

// mostTold is how many words are told with what they are called: nobody reads
// more of them.
const mostTold = 200

// completer says what a shell offers at the tab key. It never fails: what cannot
// be read, or is in use, is not offered.
type completer struct {
	w   *world
	cmd *cobra.Command
	ctx context.Context
	cut string // what was typed so far
}

// completeValues lets a shell complete what commands and flags take, by the words
// that their help has for it.
func completeValues(w *world, cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() == "bool" {
			return
		}
		word, _ := pflag.UnquoteUsage(f)
		// It fails where a flag is registered twice, and none is.
		_ = cmd.RegisterFlagCompletionFunc(f.Name, func(cmd *cobra.Command, _ []string, cut string) ([]string, cobra.ShellCompDirective) {
			return complete(w, cmd, cut, func(c *completer) ([]string, cobra.ShellCompDirective) { return c.flag(f.Name, word) })
		})
	})
	if words := strings.Fields(cmd.Use)[1:]; cmd.ValidArgs == nil && !groups(cmd) {
		words = slices.DeleteFunc(words, func(word string) bool { return word == "[flags]" })
		cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, cut string) ([]string, cobra.ShellCompDirective) {
			return complete(w, cmd, cut, func(c *completer) ([]string, cobra.ShellCompDirective) { return c.argument(words, args) })
		}
	}
	for _, sub := range cmd.Commands() {
		completeValues(w, sub)
	}
}

func complete(w *world, cmd *cobra.Command, cut string, offer func(*completer) ([]string, cobra.ShellCompDirective)) ([]string, cobra.ShellCompDirective) {
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, completePatience)
	defer cancel()
	return offer(&completer{w: w, cmd: cmd, ctx: ctx, cut: cut})
}

const (
	noFiles = cobra.ShellCompDirectiveNoFileComp
	anyFile = cobra.ShellCompDirectiveDefault
)

// flag offers what a flag takes.
func (c *completer) flag(name, word string) ([]string, cobra.ShellCompDirective) {
	switch name {
	case "format":
		var out []string
		for _, f := range journey.Formats() {
			out = append(out, string(f))
		}
		return out, noFiles
	case "as":
		return []string{string(journey.FormatNative), string(journey.FormatSegment)}, noFiles
	case "by":
		return breakdownNames(), noFiles
	case "respond":
		return []string{"ignore", "accept", "decline"}, noFiles
	case "prefer":
		return []string{"rename", "mine", "theirs"}, noFiles
	case "store":
		return nil, anyFile
	case "catalog":
		return c.catalogs(), anyFile
	case "catalog-at":
		return c.revisions(""), noFiles
	case "tour", "campaign":
		return c.documents(string(model.KindCampaign)), noFiles
	case "engagement":
		return c.engagements(), noFiles
	case "journey":
		return c.documents(kindJourney), noFiles
	case "again":
		return c.documents(kindRun), noFiles
	case "role":
		return roleNames(), noFiles
	}
	switch word {
	case "DIR":
		return nil, cobra.ShellCompDirectiveFilterDirs
	case "FILE", "PATH":
		return nil, anyFile
	}
	return nil, noFiles
}

func roleNames() []string {
	return []string{string(guard.Viewer), string(guard.Editor), string(guard.Publisher), string(guard.Admin)}
}

// argument offers what a command takes behind the arguments that it has.
func (c *completer) argument(words, args []string) ([]string, cobra.ShellCompDirective) {
	words = slices.DeleteFunc(slices.Clone(words), func(word string) bool { return strings.HasPrefix(word, "--") || word == "DIR" })
	if f := c.cmd.Flags().Lookup("tour"); f != nil && f.NoOptDefVal != "" && f.Changed && len(args) == 0 {
		return c.documents(string(model.KindCampaign)), noFiles // its value may stand behind a space
	}
	if len(words) == 0 {
		return nil, noFiles
	}
	at, rest := len(args), strings.HasSuffix(strings.Trim(words[len(words)-1], "[]"), "...")
	if at >= len(words) {
		if !rest {
			return nil, noFiles
		}
		at = len(words) - 1
	}
	of := c.cmd.Name()
	if p := c.cmd.Parent(); p != nil && p.HasParent() {
		of = p.Name()
	}
	switch word := strings.TrimSuffix(strings.Trim(words[at], "[]"), "..."); word {
	case "FILE", "PATH", "FROM", "TO":
		return nil, anyFile
	case "BASE", "HEAD":
		return c.catalogs(), anyFile
	case "PRIORITY":
		return []string{string(model.High), string(model.Medium), string(model.Low)}, noFiles
	case "on|off":
		return []string{"on", "off"}, noFiles
	case "CAMPAIGN/ENGAGEMENT":
		return c.engagements(), noFiles
	case "ROLE":
		return roleNames(), noFiles
	case "KIND":
		kinds := libraryKinds()
		if c.cmd.Name() != "show" && c.cmd.Name() != "list" && c.cmd.Name() != "history" {
			kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == string(model.KindSettings) })
		}
		return kinds, noFiles
	case "NAME":
		switch {
		case of == "runs" && c.cmd.Name() != "keep":
			return c.documents(kindRun), noFiles
		case of == "operator" && c.cmd.Name() != "add":
			return c.operators(), noFiles
		}
	case "ID":
		switch {
		case of == "library" && len(args) > 0:
			return c.documents(args[0]), noFiles
		case of == "library":
			return c.documents(string(model.KindSchedule)), noFiles
		case of == "scenario" && c.cmd.Name() == "put":
			return c.documents(kindScenario), noFiles
		case of == string(model.KindCampaign), of == kindJourney, of == kindScenario:
			return c.documents(of), noFiles
		}
	case "REVISION":
		switch {
		case of == string(model.KindSettings):
			return c.versions(of, ""), noFiles
		case of == "library" && len(args) == 2:
			return c.versions(args[0], args[1]), noFiles
		case of == string(model.KindCampaign) && len(args) == 1:
			return c.versions(of, args[0]), noFiles
		}
	case "FIELD":
		if c.cmd.Name() == "sweep" {
			return c.fields()
		}
	}
	return nil, noFiles
}

// reading runs with the command's store, if it is there and free.
func (c *completer) reading(use func(store.Store)) (found bool) {
	url := ""
	if f := c.cmd.Flags().Lookup("store"); f != nil {
		url = f.Value.String()
	}
	path, err := storePath(c.w, url)
	if err != nil {
		return true
	}
	there, err := storeExists(c.ctx, c.w, path)
	if err != nil || !there {
		return err != nil || storeAsked(c.w, url)
	}
	var s store.Store
	if strings.HasPrefix(path, etcdScheme) {
		s, err = openStore(c.ctx, c.w, path)
	} else {
		s, err = boltstore.Open(c.ctx, path, boltstore.Options{ReadOnly: true, Patience: 100 * time.Millisecond})
	}
	if err != nil {
		return true
	}
	defer s.Close()
	use(s)
	return true
}

// catalog reads the catalog that a command would take for its campaigns.
func (c *completer) catalog() *model.Catalog {
	if f, ok := c.value("catalog").(pflag.SliceValue); ok && len(f.GetSlice()) > 0 {
		named := slices.Clone(f.GetSlice())
		slices.Sort(named)
		named = slices.Compact(named) // the line is read twice on its way here
		if len(named) == 1 && named[0] == "@demo" {
			demo, _ := fixtures.Catalog()
			return demo
		}
		if !namesCatalog(named) {
			loaded, _ := model.Load(named...)
			return loaded
		}
	}
	var stored *model.Catalog
	if c.shop() || !c.reading(func(s store.Store) { stored, _ = storedCatalog(c.ctx, s, 0) }) && c.value("catalog") != nil {
		stored, _ = fixtures.Catalog()
	}
	return stored
}

// shop reports whether a command is of the demo shop unless it has a store.
func (c *completer) shop() bool {
	name := c.cmd.Name()
	v := c.value("store")
	return (name == "demo" || name == "record") && (v == nil || v.String() == "")
}

func (c *completer) value(flag string) pflag.Value {
	if f := c.cmd.Flags().Lookup(flag); f != nil {
		return f.Value
	}
	return nil
}

// documents offers the documents of a kind.
func (c *completer) documents(kind string) []string {
	if kind == string(model.KindCampaign) && (c.shop() || c.value("catalog") != nil) {
		var out []string
		if cat := c.catalog(); cat != nil {
			for _, k := range cat.Campaigns {
				out = c.add(out, k.ID, k.Name)
			}
		}
		return out
	}
	var out []string
	c.reading(func(s store.Store) {
		stored, _ := store.At(c.ctx, s, 0, kind)
		for _, d := range stored {
			name := ""
			if isCatalogKind(kind) && len(out) < mostTold && strings.HasPrefix(d.ID, c.cut) {
				if doc, err := decodeStored(d); err == nil {
					name = doc.Head().Name
				}
			}
			out = c.add(out, d.ID, name)
		}
	})
	return out
}

// add offers a word if it begins as what was typed. What would be no word on a
// line is left out.
func (c *completer) add(out []string, word, called string) []string {
	if !strings.HasPrefix(word, c.cut) || strings.ContainsAny(word, "\t\r\n") {
		return out
	}
	if called = strings.Join(strings.Fields(called), " "); called == "" || len(out) >= mostTold {
		return append(out, word)
	}
	return append(out, cobra.CompletionWithDesc(word, called))
}

// engagements offers what is named CAMPAIGN/ENGAGEMENT.
func (c *completer) engagements() []string {
	var out []string
	if cat := c.catalog(); cat != nil {
		for _, k := range cat.Campaigns {
			for _, e := range k.Engagements {
				out = c.add(out, k.ID+"/"+e.ID, e.Name)
			}
		}
	}
	return out
}

// catalogs offers what a catalog may be named as, to who begins it with @: shells
// offer files only where there is no word, and most catalogs are files.
func (c *completer) catalogs() []string {
	if !strings.HasPrefix(c.cut, "@") {
		return nil
	}
	out := c.add(nil, "@demo", "the demo shop's")
	c.reading(func(s store.Store) {
		out = c.add(out, "@published", "the store's as it is now")
		drafts, _ := (&workshop{store: s, who: operator(c.w), now: c.w.now}).Drafts(c.ctx)
		for _, d := range drafts {
			out = c.draft(out, d)
		}
	})
	return append(out, c.revisions("@")...)
}

func (c *completer) draft(out []string, d builder.Draft) []string {
	docs := draftDocuments(d)
	if len(docs) == 0 {
		return out
	}
	return c.add(out, "@draft:"+docs[0].Head().ID, "with your draft of it")
}

// revisions offers the latest revisions of the store, newest first, with what each was for.
func (c *completer) revisions(before string) []string {
	var out []string
	c.reading(func(s store.Store) {
		now, err := s.Revision(c.ctx)
		if err != nil {
			return
		}
		commits, _ := s.Commits(c.ctx, now-min(now, 20), 20)
		for _, k := range slices.Backward(commits) {
			out = c.add(out, fmt.Sprintf("%s%d", before, k.Revision), k.Why)
		}
	})
	return out
}

// versions offers the revisions of a document.
func (c *completer) versions(kind, id string) []string {
	var out []string
	c.reading(func(s store.Store) {
		if id == "" {
			if stored, err := store.At(c.ctx, s, 0, kind); err == nil && len(stored) > 0 {
				id = stored[0].ID
			}
		}
		all, _ := s.History(c.ctx, kind, id, store.HistoryQuery{})
		for _, d := range all {
			out = c.add(out, fmt.Sprint(d.Revision), d.At.UTC().Format("2006-01-02 15:04")+" "+d.Author)
		}
	})
	return out
}

func (c *completer) operators() []string {
	var out []string
	c.reading(func(s store.Store) {
		all, _ := guard.Operators(c.ctx, s)
		for _, o := range all {
			out = c.add(out, o.Name, string(o.Role))
		}
	})
	return out
}

// fields offers the document in which a field is; the field is typed behind it.
func (c *completer) fields() ([]string, cobra.ShellCompDirective) {
	var out []string
	if cat := c.catalog(); cat != nil {
		for _, d := range cat.Documents() {
			h := d.Head()
			out = c.add(out, string(h.Kind)+"/"+h.ID+"/", h.Name)
		}
	}
	return out, noFiles | cobra.ShellCompDirectiveNoSpace
}
