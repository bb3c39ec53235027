package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
)

// Commands change documents as the screens do: through the guard of whoever
// gives them, to a version that was read before, so that nothing of anybody
// else's is lost unseen.

// writtenOut is a document that was written.
type writtenOut struct {
	Kind     string          `json:"kind,omitempty"`
	ID       string          `json:"id"`
	From     string          `json:"from,omitempty"` // the ID that it had, or that of what it is a copy of
	Action   string          `json:"action"`
	Revision uint64          `json:"revision,omitempty"`
	Same     bool            `json:"nothingToChange,omitempty"`
	Problems []model.Problem `json:"problems,omitempty"`
}

// on is a command on the store of a reach, which has to be there.
func (r reach) on(do func(cmd *cobra.Command, s store.Store, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := r.guarded(cmd.Context())
		if err != nil {
			return err
		}
		defer s.Close()
		return do(cmd, s, args)
	}
}

// base says which version a change was made to.
type base struct {
	revision uint64
	replace  bool
}

func (b *base) flags(cmd *cobra.Command, replace bool) {
	cmd.Flags().Uint64Var(&b.revision, "if-revision", 0, "write only if what is there is of the revision `N`, as list and show --with-revision tell it")
	if replace {
		replaceFlag(cmd, &b.replace, "replace whatever is there", "overwrite")
	}
}

// of is the version that a change is to be made to. What is there already is
// not written over by somebody who does not say that he has read it. Named is
// the revision that came with the document.
func (b *base) of(cmd *cobra.Command, named *uint64, was store.Document) (store.Revision, error) {
	said := cmd.Flags().Changed("if-revision")
	switch {
	case b.replace && said:
		return 0, misuse("--replace and --if-revision: say one of them")
	case b.replace:
		return was.Revision, nil
	case said && named != nil && *named != b.revision:
		return 0, misuse(fmt.Sprintf("--if-revision %d, and the document says %d", b.revision, *named))
	case named != nil:
		return store.Revision(*named), nil
	case said:
		return store.Revision(b.revision), nil
	case was.Revision != 0:
		return 0, fmt.Errorf("there is a %s %s already, written by %s at revision %d: if that is what you have changed say --if-revision %[4]d, and --replace to replace whatever is there",
			was.Kind, text.Line(was.ID, 80), text.Line(was.Author, 80), was.Revision)
	}
	return 0, nil
}

// there reads a document; one that is not there has revision 0, and is nil unless
// it has defaults.
func there(ctx context.Context, s store.Store, kind, id string) (store.Document, model.Document, error) {
	was, err := s.Get(ctx, kind, id)
	if errors.Is(err, store.ErrNotFound) {
		was = store.Document{Kind: kind, ID: id}
		if kind == string(model.KindSettings) { // the defaults hold
			d := model.DefaultSettings()
			d.ID = id
			return was, &d, nil
		}
		return was, nil, nil
	}
	if err != nil {
		return was, nil, fmt.Errorf("reading the store: %w", err)
	}
	d, err := decodeStored(was)
	return was, d, err
}

// needed is there, of a document that has to be.
func needed(ctx context.Context, s store.Store, kind, id string) (store.Document, model.Document, error) {
	was, d, err := there(ctx, s, kind, id)
	if err == nil && d == nil {
		err = noDocument(ctx, s, kind, id)
	}
	return was, d, err
}

// versioned is a document with its version, as show tells it and put takes it.
type versioned struct {
	Revision *uint64         `json:"revision"`
	Document json.RawMessage `json:"document"`
}

// givenDocument reads one document from standard input, as YAML or JSON, and the
// revision that is told with it.
func givenDocument(w *world, kinds ...string) (model.Document, *uint64, error) {
	data, err := readInput(w, model.MaxFileBytes)
	if err != nil {
		return nil, nil, err
	}
	var v versioned
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if strict.Decode(&v) == nil && v.Revision != nil && v.Document != nil {
		data = v.Document
	} else {
		v.Revision = nil
	}
	d, err := oneDocument("standard input", string(data))
	if err != nil {
		return nil, nil, err
	}
	if kind := string(d.Head().Kind); !slices.Contains(kinds, kind) {
		return nil, nil, fmt.Errorf("standard input holds a %s: want one of %s", kind, strings.Join(kinds, ", "))
	}
	return d, v.Revision, nil
}

// readInput reads standard input up to a limit; nothing at all is no input.
func readInput(w *world, limit int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(w.in, int64(limit)+1))
	if err != nil {
		return nil, fmt.Errorf("reading standard input: %w", err)
	}
	if len(data) > limit {
		return nil, fmt.Errorf("reading standard input: more than %d KiB", limit>>10)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, misuse("there is nothing on standard input: COMMAND < FILE")
	}
	return data, nil
}

// writing is a document to be written in place of a version.
type writing struct {
	document model.Document
	before   model.Document // nil: there is none
	base     store.Revision
	why      string
}

// write writes a document of the catalog. What visitors see, or may see at once,
// has no errors and keeps its scenarios; a campaign that is not published may be
// unfinished. Whether visitors see a campaign is not changed by the way.
func (r reach) write(ctx context.Context, s store.Store, c writing) error {
	h := c.document.Head()
	kind := string(h.Kind)
	needs := guard.Editor
	if h.Kind == model.KindSettings {
		needs = guard.Publisher
	}
	if err := mayFirst(ctx, s, needs, "change the "+kind+" "+text.Line(h.ID, 80)); err != nil {
		return err
	}
	campaign, _ := c.document.(*model.Campaign)
	if campaign != nil {
		was, _ := c.before.(*model.Campaign)
		if published := was != nil && was.Published; published != campaign.Published {
			return fmt.Errorf("whether visitors see a campaign is not written with it: leave published %v, and say campaign publish, or unpublish", published)
		}
	}
	out := writtenOut{Kind: kind, ID: h.ID, Action: "create"}
	entry := store.AuditEntry{Kind: kind, ID: h.ID, Action: "create", New: h.Name}
	if c.base != 0 {
		out.Action, entry.Action, entry.New = "update", "update", ""
	}
	catalog, err := storedCatalog(ctx, s, 0)
	if err != nil {
		return err
	}
	if h.Kind == model.KindSettings && h.ID != catalog.Settings.ID {
		return fmt.Errorf("an account has its settings once: they are %s, and not %s", text.Line(catalog.Settings.ID, 80), text.Line(h.ID, 80))
	}
	next := catalog.With(c.document)
	if campaign != nil {
		out.Problems = model.ValidateCampaign(next, h.ID, r.w.now())
	} else {
		out.Problems = model.ValidateDocument(next, c.document)
	}
	if campaign == nil || campaign.Published {
		if err := refuseErrors(c.document, out.Problems); err != nil {
			return err
		}
	}
	if c.before != nil && edit.Equal(c.before, c.document) {
		if now, _, err := there(ctx, s, kind, h.ID); err == nil && now.Revision == c.base {
			out.Action, out.Same = "update", true
			return writeJSON(r.w.out, out)
		}
	}
	if campaign != nil && campaign.Published {
		if err := guardPublishing(ctx, s, r.w.now(), campaign); err != nil {
			return err
		}
	}
	change := store.Change{Author: r.who(), Why: clipped(c.why, store.MaxWhy), At: r.w.now().UTC()}
	if err := put(&change, c.document, uint64(c.base)); err != nil {
		return err
	}
	change.Audit = elements(ctx, s, c.base, c.document, entry)
	rev, err := s.Commit(ctx, change)
	if err != nil {
		return writeError(ctx, s, err)
	}
	out.Revision = uint64(rev)
	return writeJSON(r.w.out, out)
}

// refuseErrors is the error of a document that has some, with each of them.
func refuseErrors(d model.Document, found []model.Problem) error {
	wrong := model.Errors(found)
	if len(wrong) == 0 {
		return nil
	}
	all := make([]error, len(wrong))
	for i, p := range wrong {
		all[i] = errors.New(p.String())
	}
	h := d.Head()
	return fmt.Errorf("the %s %s has errors, nothing was written:\n%w", h.Kind, text.Line(h.ID, 80), errors.Join(all...))
}

// putCommand writes a whole document that is given on standard input.
func putCommand(r reach, what, example string, needs guard.Role, kinds ...string) *cobra.Command {
	var b base
	cmd := &cobra.Command{
		Use:   "put",
		Short: "Write " + what + " from standard input, as YAML or JSON",
		Long: "Put writes " + what + " that is given on standard input, as YAML or JSON, or as show --with-revision tells it: then it is written " +
			"only if nobody has written it since. What is there is not replaced without --if-revision or --replace.",
		Example: example,
		Args:    wantsNone,
		RunE: r.on(func(cmd *cobra.Command, s store.Store, _ []string) error {
			if err := mayFirst(cmd.Context(), s, needs, "write "+what); err != nil {
				return err
			}
			d, named, err := givenDocument(r.w, kinds...)
			if err != nil {
				return err
			}
			h := d.Head()
			was, before, err := there(cmd.Context(), s, string(h.Kind), h.ID)
			if err != nil {
				return err
			}
			to, err := b.of(cmd, named, was)
			if err != nil {
				return err
			}
			return r.write(cmd.Context(), s, writing{document: d, before: before, base: to, why: "put the " + string(h.Kind) + " " + calledOf(d)})
		}),
	}
	b.flags(cmd, true)
	return cmd
}

// calledOf is what people call a document.
func calledOf(d model.Document) string {
	if h := d.Head(); h.Name != "" {
		return text.Line(h.Name, 200)
	}
	return text.Line(d.Head().ID, 80)
}

// setIn writes one field of a document; no words clear it.
func (r reach) setIn(cmd *cobra.Command, s store.Store, b *base, was store.Document, before model.Document, field string, words []string) error {
	to := was.Revision
	if cmd.Flags().Changed("if-revision") {
		to = store.Revision(b.revision)
	}
	path, err := edit.ParsePath(field)
	if err != nil {
		return err
	}
	change := edit.Set(path, strings.Join(words, " "))
	if len(words) == 0 {
		change = edit.Clear(path)
	}
	after := edit.Clone(before)
	if _, err := change.Apply(after); err != nil {
		err = fmt.Errorf("the %s %s: %w", was.Kind, text.Line(was.ID, 80), err)
		if f, bad := edit.FieldOf(model.Kind(was.Kind), path); bad == nil && (f.Kind == edit.List || f.Kind == edit.Group) {
			err = fmt.Errorf("%w (lists and groups are written with put: show --with-revision gives what to change)", err)
		}
		return err
	}
	if after.Head().ID != before.Head().ID {
		return misuse("an ID is not set like other fields: what mentions it has to follow")
	}
	why := "set " + field + " of " + calledOf(before)
	if len(words) == 0 {
		why = "clear " + field + " of " + calledOf(before)
	}
	return r.write(cmd.Context(), s, writing{document: after, before: before, base: to, why: why})
}

// setHelp says how fields are named.
const setHelp = "A field is named as problems name it: name, timeFrame.end, engagements[0].disabled. The words behind it are its value, none clear it.\n" +
	"It is written to the version that is there now; --if-revision insists on one that was read before. Lists and groups are written with put."

// naming tells which document a command line names.
type naming func(ctx context.Context, s store.Store, args []string) (kind, id string, err error)

// onNamed is on for the document that a command line names. Who is not one of
// needs is refused before anything is read; "" is for what only reads.
func (r reach) onNamed(of naming, needs guard.Role, do func(cmd *cobra.Command, s store.Store, kind, id string, args []string) error) func(*cobra.Command, []string) error {
	return r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
		kind, id, err := of(cmd.Context(), s, args)
		if err != nil {
			return err
		}
		if needs != "" {
			if err := mayFirst(cmd.Context(), s, needs, "change the "+kind+" "+text.Line(id, 80)); err != nil {
				return err
			}
		}
		return do(cmd, s, kind, id, args)
	})
}

// showCommand tells of a document as it is, or was.
func showCommand(r reach, use, short string, args cobra.PositionalArgs, of naming) *cobra.Command {
	var at uint64
	var withRevision bool
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  args,
		RunE: r.onNamed(of, "", func(cmd *cobra.Command, s store.Store, kind, id string, _ []string) error {
			d, found, err := versionAt(cmd.Context(), s, kind, id, store.Revision(at))
			if err != nil {
				return err
			}
			data, err := model.EncodeDocumentJSON(found)
			if err != nil {
				return fmt.Errorf("encoding the %s: %w", kind, err)
			}
			if withRevision {
				rev := uint64(d.Revision)
				return writeJSON(r.w.out, versioned{&rev, data})
			}
			_, err = r.w.out.Write(harmlessJSON(data))
			return err
		}),
	}
	cmd.Flags().Uint64Var(&at, "at", 0, "show the version of the `REVISION`, which history lists")
	cmd.Flags().BoolVar(&withRevision, "with-revision", false, "tell the revision, too, as put takes it")
	return cmd
}

// versionAt reads a document as it was at a revision, 0 for now.
func versionAt(ctx context.Context, s store.Store, kind, id string, at store.Revision) (store.Document, model.Document, error) {
	if at == 0 {
		return needed(ctx, s, kind, id)
	}
	docs, err := s.History(ctx, kind, id, store.HistoryQuery{Before: at + 1, Limit: 1})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Document{}, nil, fmt.Errorf("reading the store: %w", err)
	}
	if len(docs) == 0 || docs[0].Deleted {
		return store.Document{}, nil, fmt.Errorf("there was no %s %s at revision %d", kind, text.Line(id, 80), at)
	}
	d, err := decodeStored(docs[0])
	return docs[0], d, err
}

// historyCommand lists the versions of a document.
func historyCommand(r reach, use, short string, args cobra.PositionalArgs, of naming) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  args,
		RunE: r.onNamed(of, "", func(cmd *cobra.Command, s store.Store, kind, id string, _ []string) error {
			docs, err := s.History(cmd.Context(), kind, id, store.HistoryQuery{})
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("reading the store: %w", err)
			}
			if len(docs) == 0 {
				return noDocument(cmd.Context(), s, kind, id)
			}
			out := []versionOut{}
			for _, d := range docs {
				out = append(out, versionOut{uint64(d.Revision), d.Author, d.At, d.Why, d.Deleted})
			}
			return writeJSON(r.w.out, out)
		}),
	}
}

// revertCommand writes an older version.
func revertCommand(r reach, use, short string, args cobra.PositionalArgs, needs guard.Role, of naming) *cobra.Command {
	var b base
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  args,
		RunE: r.onNamed(of, needs, func(cmd *cobra.Command, s store.Store, kind, id string, args []string) error {
			return r.revertTo(cmd, s, &b, kind, id, args[len(args)-1])
		}),
	}
	b.flags(cmd, false)
	return cmd
}

// setCommand writes one field of a document that the first words name.
func setCommand(r reach, use, what, example string, words int, needs guard.Role, of naming) *cobra.Command {
	var b base
	cmd := &cobra.Command{
		Use:     use,
		Short:   "Set one field of " + what,
		Long:    "Set writes one field of " + what + ".\n" + setHelp,
		Example: example,
		Args:    wants(words+1, 0, what+", a field and its value"),
		RunE: r.onNamed(of, needs, func(cmd *cobra.Command, s store.Store, kind, id string, args []string) error {
			was, before, err := needed(cmd.Context(), s, kind, id)
			if err != nil {
				return err
			}
			return r.setIn(cmd, s, &b, was, before, args[words], args[words+1:])
		}),
	}
	b.flags(cmd, false)
	return cmd
}

// revertTo writes a document as it was at a revision, in place of what is there
// now; one that was deleted is there again. A campaign stays published, or a
// draft, as it is now.
func (r reach) revertTo(cmd *cobra.Command, s store.Store, b *base, kind, id, revision string) error {
	var at store.Revision
	if _, err := fmt.Sscanf(revision, "%d", &at); err != nil || at == 0 || fmt.Sprint(at) != revision {
		return misuse(fmt.Sprintf("want a revision that history lists, not %s", text.Line(revision, 40)))
	}
	was, before, err := there(cmd.Context(), s, kind, id)
	if err != nil {
		return err
	}
	_, old, err := versionAt(cmd.Context(), s, kind, id, at)
	if err != nil {
		return err
	}
	after := edit.Clone(old)
	if k, ok := after.(*model.Campaign); ok {
		now, _ := before.(*model.Campaign)
		k.Published = now != nil && now.Published
	}
	to := was.Revision
	if cmd.Flags().Changed("if-revision") {
		to = store.Revision(b.revision)
	}
	return r.write(cmd.Context(), s, writing{document: after, before: before, base: to, why: fmt.Sprintf("revert %s to revision %d", calledOf(after), at)})
}

// delete takes a document away.
func (r reach) delete(cmd *cobra.Command, s store.Store, b *base, kind, id, name string, now store.Revision) error {
	to := now
	if cmd.Flags().Changed("if-revision") {
		to = store.Revision(b.revision)
	}
	rev, err := s.Commit(cmd.Context(), store.Change{Author: r.who(), Why: clipped("delete the "+kind+" "+name, store.MaxWhy), At: r.w.now().UTC(),
		Writes: []store.Write{store.Delete{Kind: kind, ID: id, Base: to}},
		Audit:  []store.AuditEntry{{Kind: kind, ID: id, Action: "delete", Old: name}}})
	if err != nil {
		if isCatalogKind(kind) {
			return writeError(cmd.Context(), s, err)
		}
		return fmt.Errorf("writing to the store: %w", err)
	}
	return writeJSON(r.w.out, writtenOut{Kind: kind, ID: id, Action: "delete", Revision: uint64(rev)})
}
