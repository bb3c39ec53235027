package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
	libraryscreen "beckon/tui/screen/library"
)

// itemOut is an item of the library, or the settings, in a list.
type itemOut struct {
	Kind     string    `json:"kind"`
	ID       string    `json:"id"`
	Name     string    `json:"name,omitempty"`
	Revision uint64    `json:"revision"`
	Author   string    `json:"author"`
	At       time.Time `json:"at"`
}

// libraryKinds are the kinds of a catalog beside campaigns.
func libraryKinds() []string {
	return slices.DeleteFunc(catalogKinds(), func(k string) bool { return k == string(model.KindCampaign) })
}

// itemKinds are those of the library's items.
func itemKinds() []string {
	return slices.DeleteFunc(libraryKinds(), func(k string) bool { return k == string(model.KindSettings) })
}

// kindNamed is a kind of a list, as somebody named it.
func kindNamed(s string, kinds []string) (string, error) {
	if !slices.Contains(kinds, s) {
		return "", misuse(fmt.Sprintf("there is no kind %s in the library: want one of %s", text.Line(s, 40), strings.Join(kinds, ", ")))
	}
	return s, nil
}

// libraryCommand changes the library of a store of this machine.
func libraryCommand(w *world) *cobra.Command {
	var storeURL string
	return onStore(libraryCommands(hereReach(w, &storeURL)), &storeURL)
}

// onStore lets every command below one choose its store.
func onStore(cmd *cobra.Command, storeURL *string) *cobra.Command {
	for _, sub := range cmd.Commands() {
		storeFlag(sub, storeURL)
	}
	return cmd
}

// libraryCommands read and change the library: at this machine, and over SSH.
func libraryCommands(r reach) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "library",
		Short: "Read and change the library, and read the settings",
		Args:  wantsNone,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	item := wants(2, 2, "a kind and an id")
	among := func(kinds []string) naming {
		return func(_ context.Context, _ store.Store, args []string) (string, string, error) {
			kind, err := kindNamed(args[0], kinds)
			return kind, args[1], err
		}
	}
	cmd.AddCommand(libraryListCommand(r),
		showCommand(r, "show KIND ID", "Show an item, as JSON", item, among(libraryKinds())),
		historyCommand(r, "history KIND ID", "List the latest versions of an item, as JSON", item, among(libraryKinds())),
		putCommand(r, "an item of the library", "beckon library show audience shoppers --with-revision > shoppers.json\nbeckon library put < shoppers.json", guard.Editor, itemKinds()...),
		setCommand(r, "set KIND ID FIELD [VALUE...]", "an item of the library", "beckon library set audience shoppers name Everybody in the shop", 2, guard.Editor, among(itemKinds())),
		revertCommand(r, "revert KIND ID REVISION", "Make an item as it was at a revision that history lists; one that was deleted is there again",
			wants(3, 3, "a kind, an id and a revision"), guard.Editor, among(itemKinds())),
		libraryChangeCommand(r, "duplicate KIND ID [NAME...]", "Make an item that is as another one", wants(2, 0, "a kind, an id and, if you like, a name"), "duplicate",
			func(l libraryscreen.Loaded, k model.DocumentKey, rest []string) (libraryscreen.Change, error) {
				return l.Duplicate(k, strings.Join(rest, " "))
			}),
		libraryChangeCommand(r, "id KIND ID NEW", "Give an item another ID, and every mention of it", wants(3, 3, "a kind, an id and the new one"), "id",
			func(l libraryscreen.Loaded, k model.DocumentKey, rest []string) (libraryscreen.Change, error) {
				if !model.IsKebab(rest[0]) {
					return libraryscreen.Change{}, misuse("an ID has lower-case letters, digits and single hyphens between them: " + text.Line(rest[0], 80))
				}
				return l.Renumber(k, rest[0])
			}),
		libraryChangeCommand(r, "default ID", "Make a window the one that new engagements take", wants(1, 1, "one window's id"), "default",
			func(l libraryscreen.Loaded, k model.DocumentKey, _ []string) (libraryscreen.Change, error) {
				return l.MakeDefault(k.ID)
			}),
		libraryChangeCommand(r, "delete KIND ID", "Delete an item that nothing uses; its history stays", item, "delete",
			func(l libraryscreen.Loaded, k model.DocumentKey, _ []string) (libraryscreen.Change, error) {
				return l.Delete(k)
			}),
	)
	return cmd
}

func libraryListCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:   "list [KIND]",
		Short: "List the library's items, as JSON",
		Args:  wants(0, 1, "a kind, such as audience"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			kinds := libraryKinds()
			if len(args) > 0 {
				kind, err := kindNamed(args[0], kinds)
				if err != nil {
					return err
				}
				kinds = []string{kind}
			}
			docs, err := store.At(cmd.Context(), s, 0, kinds...)
			if err != nil {
				return fmt.Errorf("reading the store: %w", err)
			}
			out := []itemOut{}
			for _, d := range docs {
				found, err := decodeStored(d)
				if err != nil {
					return err
				}
				out = append(out, itemOut{d.Kind, d.ID, found.Head().Name, uint64(d.Revision), d.Author, d.At})
			}
			return writeJSON(r.w.out, out)
		}),
	}
}

// libraryChangeCommand makes a change as the Library screen makes it.
func libraryChangeCommand(r reach, use, short string, args cobra.PositionalArgs, action string,
	plan func(l libraryscreen.Loaded, k model.DocumentKey, rest []string) (libraryscreen.Change, error)) *cobra.Command {
	var b base
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  args,
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			if action == "default" {
				args = append([]string{string(model.KindWindow)}, args...)
			}
			kind, err := kindNamed(args[0], itemKinds())
			if err != nil {
				return err
			}
			if err := mayFirst(cmd.Context(), s, guard.Editor, "change the "+kind+" "+text.Line(args[1], 80)); err != nil {
				return err
			}
			k := &libraryKeeper{store: s, who: r.who(), now: r.w.now}
			l, err := k.Catalog(cmd.Context())
			if err != nil {
				return err
			}
			key := model.DocumentKey{Kind: model.Kind(kind), ID: args[1]}
			if now := l.Versions[key].Revision; cmd.Flags().Changed("if-revision") && now != b.revision {
				return fmt.Errorf("the %s %s is of revision %d, and not of %d", kind, text.Line(key.ID, 80), now, b.revision)
			}
			change, err := plan(l, key, args[2:])
			if err != nil {
				return err
			}
			v, err := k.Commit(cmd.Context(), change)
			if err != nil {
				return err
			}
			out := writtenOut{Kind: kind, ID: change.Writes[0].ID, Action: action, Revision: v.Revision}
			if out.ID != key.ID {
				out.From = key.ID
			}
			return writeJSON(r.w.out, out)
		}),
	}
	b.flags(cmd, false)
	return cmd
}
