package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/screen/simulator"
)

// journeyOut is a journey, or a scenario, in a list.
type journeyOut struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Events   int       `json:"events,omitempty"`
	Revision uint64    `json:"revision"`
	Author   string    `json:"author"`
	At       time.Time `json:"at"`
}

func journeyCommand(w *world) *cobra.Command {
	var storeURL string
	return onStore(journeyCommands(hereReach(w, &storeURL)), &storeURL)
}

func scenarioCommand(w *world) *cobra.Command {
	var storeURL string
	return onStore(scenarioCommands(hereReach(w, &storeURL)), &storeURL)
}

// journeyCommands read and change the journeys that a store keeps.
func journeyCommands(r reach) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "journey",
		Short: "Read and change the journeys of a store, which the Simulator plays",
		Args:  wantsNone,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	moved := func(use, short, verb string, do func(l *library, cmd *cobra.Command, id, name string) (simulator.Journey, error)) *cobra.Command {
		return &cobra.Command{
			Use:   use,
			Short: short,
			Args:  wants(2, 0, "one journey's id and a name"),
			RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
				if err := mayFirst(cmd.Context(), s, guard.Editor, verb+" the journey "+text.Line(args[0], 80)); err != nil {
					return err
				}
				if _, err := plainDocument(cmd, s, kindJourney, args[0]); err != nil {
					return err
				}
				j, err := do(newLibrary(s, r.who(), r.w.now), cmd, args[0], strings.Join(args[1:], " "))
				if errors.Is(err, simulator.ErrTaken) {
					return fmt.Errorf("there is a journey of this name already: %s", text.Line(strings.Join(args[1:], " "), 120))
				}
				if err != nil {
					return err
				}
				return r.tellWritten(cmd, s, kindJourney, j.ID, args[0], verb)
			}),
		}
	}
	cmd.AddCommand(plainListCommand(r, kindJourney, "List the journeys, as JSON"), plainShowCommand(r, kindJourney, "Give a journey as JSON Lines, on standard output"),
		plainPutCommand(r, kindJourney, "put NAME...", "Keep a journey from standard input, as JSON Lines of events", "beckon journey put Cart rescued again < journey.jsonl",
			func(name string, data []byte) (document, error) { return journeyDocument(journeyID(name), data) }),
		moved("copy ID NAME...", "Keep a copy of a journey under another name", "copy", func(l *library, cmd *cobra.Command, id, name string) (simulator.Journey, error) {
			return l.CopyJourney(cmd.Context(), id, name)
		}),
		moved("rename ID NAME...", "Give a journey another name", "rename", func(l *library, cmd *cobra.Command, id, name string) (simulator.Journey, error) {
			return l.RenameJourney(cmd.Context(), id, name)
		}),
		plainDeleteCommand(r, kindJourney))
	return cmd
}

// scenarioCommands read and change the scenarios that a store keeps.
func scenarioCommands(r reach) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scenario",
		Short: "Read and change the scenarios of a store, which guard publishing",
		Args:  wantsNone,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(plainListCommand(r, kindScenario, "List the scenarios, as JSON"), plainShowCommand(r, kindScenario, "Give a scenario as YAML, on standard output"),
		plainPutCommand(r, kindScenario, "put ID", "Keep a scenario from standard input, as YAML or JSON", "beckon scenario put cart-rescued < cart-rescued.yaml",
			func(id string, data []byte) (document, error) {
				found, err := replay.ParseScenario("standard input", data)
				if err != nil {
					return document{}, fmt.Errorf("the scenario cannot be read:\n%w", err)
				}
				if len(found) != 1 {
					return document{}, fmt.Errorf("standard input holds %s: want one", counted(len(found), "scenario"))
				}
				return scenarioDocument(id, found[0])
			}),
		plainDeleteCommand(r, kindScenario))
	return cmd
}

// plainDocument reads a document that is none of the catalog.
func plainDocument(cmd *cobra.Command, s store.Store, kind, id string) (store.Document, error) {
	d, err := s.Get(cmd.Context(), kind, id)
	if errors.Is(err, store.ErrNotFound) {
		return d, noDocument(cmd.Context(), s, kind, id)
	}
	if err != nil {
		return d, fmt.Errorf("reading the store: %w", err)
	}
	return d, nil
}

// tellWritten tells of a document that was just written.
func (r reach) tellWritten(cmd *cobra.Command, s store.Store, kind, id, from, action string) error {
	d, err := plainDocument(cmd, s, kind, id)
	if err != nil {
		return err
	}
	out := writtenOut{Kind: kind, ID: id, Action: action, Revision: uint64(d.Revision), Same: id == from}
	if id != from {
		out.From = from
	}
	return writeJSON(r.w.out, out)
}

func plainListCommand(r reach, kind, short string) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: short,
		Args:  wantsNone,
		RunE: r.on(func(cmd *cobra.Command, s store.Store, _ []string) error {
			docs, err := store.At(cmd.Context(), s, 0, kind)
			if err != nil {
				return fmt.Errorf("reading the store: %w", err)
			}
			out := []journeyOut{}
			for _, d := range docs {
				told := journeyOut{ID: d.ID, Name: title(d.ID), Revision: uint64(d.Revision), Author: d.Author, At: d.At}
				if kind == kindJourney {
					told.Events = bytes.Count(d.Body, []byte("\n"))
				} else if found, err := replay.ParseScenario(d.ID, d.Body); err == nil && len(found) > 0 {
					told.Name = found[0].Name
				}
				out = append(out, told)
			}
			return writeJSON(r.w.out, out)
		}),
	}
}

func plainShowCommand(r reach, kind, short string) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: short,
		Args:  wants(1, 1, "one "+kind+"'s id"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			d, err := plainDocument(cmd, s, kind, args[0])
			if err != nil {
				return err
			}
			body := d.Body
			if kind == kindJourney {
				body = harmlessJSON(body)
			}
			_, err = r.w.out.Write(body)
			return err
		}),
	}
}

func plainPutCommand(r reach, kind, use, short, example string, read func(name string, data []byte) (document, error)) *cobra.Command {
	var b base
	most := 1
	if strings.HasSuffix(use, "...") {
		most = 0
	}
	cmd := &cobra.Command{
		Use:     use,
		Short:   short,
		Example: example,
		Args:    wants(1, most, "what the "+kind+" is called"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			if err := mayFirst(cmd.Context(), s, guard.Editor, "keep a "+kind); err != nil {
				return err
			}
			data, err := readInput(r.w, model.MaxFileBytes)
			if err != nil {
				return err
			}
			doc, err := read(strings.Join(args, " "), data)
			if err != nil {
				return err
			}
			was, err := s.Get(cmd.Context(), kind, doc.id)
			if errors.Is(err, store.ErrNotFound) {
				was = store.Document{Kind: kind, ID: doc.id}
			} else if err != nil {
				return fmt.Errorf("reading the store: %w", err)
			}
			to, err := b.of(cmd, nil, was)
			if err != nil {
				return err
			}
			out := writtenOut{Kind: kind, ID: doc.id, Action: "create"}
			if to != 0 {
				out.Action = "update"
			}
			if to == was.Revision && to != 0 && bytes.Equal(was.Body, doc.body) {
				out.Same = true
				return writeJSON(r.w.out, out)
			}
			rev, err := s.Commit(cmd.Context(), store.Change{Author: r.who(), Why: clipped("put the "+kind+" "+doc.id, store.MaxWhy), At: r.w.now().UTC(),
				Writes: []store.Write{store.Put{Kind: kind, ID: doc.id, Body: doc.body, Base: to}},
				Audit:  []store.AuditEntry{{Kind: kind, ID: doc.id, Action: out.Action}}})
			if err != nil {
				return fmt.Errorf("writing to the store: %w", err)
			}
			out.Revision = uint64(rev)
			return writeJSON(r.w.out, out)
		}),
	}
	b.flags(cmd, true)
	return cmd
}

func plainDeleteCommand(r reach, kind string) *cobra.Command {
	var b base
	cmd := &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a " + kind + "; its history stays",
		Args:  wants(1, 1, "one "+kind+"'s id"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			if err := mayFirst(cmd.Context(), s, guard.Editor, "delete the "+kind+" "+text.Line(args[0], 80)); err != nil {
				return err
			}
			d, err := plainDocument(cmd, s, kind, args[0])
			if err != nil {
				return err
			}
			return r.delete(cmd, s, &b, kind, d.ID, "", d.Revision)
		}),
	}
	b.flags(cmd, false)
	return cmd
}
