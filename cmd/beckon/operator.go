package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
)

// maxKeyInput is how much is read of what should be some public keys.
const maxKeyInput = 64 << 10

// A reach is how a command gets at the store, and as whom: at this machine by
// its file, over a connection by the guard of the operator who sits there.
type reach struct {
	w      *world
	open   func(context.Context) (store.Store, error)
	there  func(context.Context) error // nil where open would make the store; it is asked before
	who    func() string
	remote bool
}

// openThere opens a store that is there: what only reads makes none.
func (r reach) openThere(ctx context.Context) (store.Store, error) {
	if r.there != nil {
		if err := r.there(ctx); err != nil {
			return nil, err
		}
	}
	return r.open(ctx)
}

// hereReach is the reach at this machine.
func hereReach(w *world, storeURL *string) reach {
	return reach{w: w, who: func() string { return operator(w) }, there: func(ctx context.Context) error { return storeThere(ctx, w, *storeURL) }, open: func(ctx context.Context) (store.Store, error) {
		path, err := storePath(w, *storeURL)
		if err != nil {
			return nil, err
		}
		return openStore(ctx, w, path)
	}}
}

// operatorCommand manages operators in a store of this machine. While a server
// holds it, the same commands go over SSH.
func operatorCommand(w *world) *cobra.Command {
	var storeURL string
	cmd := operatorCommands(hereReach(w, &storeURL))
	for _, sub := range cmd.Commands() {
		storeFlag(sub, &storeURL)
	}
	return cmd
}

func operatorCommands(r reach) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "operator",
		Short: "Say who may come in over SSH, and what they may do",
		Long: "Operators come in with their SSH keys. A viewer reads; an editor also writes what no visitor sees; a publisher also publishes " +
			"and changes what is published; an admin also manages operators.\nWhile a server holds the store, admins do it over SSH:\n" +
			"ssh HOST operator add ana --role editor < ana.pub",
		Args: wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(operatorListCommand(r), operatorAddCommand(r), operatorRemoveKeyCommand(r), operatorRoleCommand(r),
		operatorSwitchCommand(r, "disable", true), operatorSwitchCommand(r, "enable", false))
	return cmd
}

// operatorOut is an operator as he is told of.
type operatorOut struct {
	Name     string   `json:"name"`
	Role     string   `json:"role"`
	Disabled bool     `json:"disabled,omitempty"`
	Keys     []keyOut `json:"keys"`
}

type keyOut struct {
	Fingerprint string     `json:"fingerprint"`
	Kind        string     `json:"kind"`
	Comment     string     `json:"comment,omitempty"`
	From        string     `json:"from,omitempty"`
	Expires     *time.Time `json:"expires,omitempty"`
}

func tellOperator(o guard.Operator) operatorOut {
	out := operatorOut{Name: o.Name, Role: string(o.Role), Disabled: o.Disabled, Keys: []keyOut{}}
	for _, k := range o.Keys {
		told := keyOut{Fingerprint: k.Fingerprint(), Kind: k.Public.Type(), Comment: k.Comment, From: k.Sources}
		if !k.Expires.IsZero() {
			told.Expires = &k.Expires
		}
		out.Keys = append(out.Keys, told)
	}
	return out
}

func operatorListCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List operators, their roles and keys, as JSON",
		Args:  wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := r.openThere(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			all, err := guard.Operators(cmd.Context(), s)
			if err != nil {
				return err
			}
			out := []operatorOut{}
			for _, o := range all {
				out = append(out, tellOperator(o))
			}
			return writeJSON(r.w.out, out)
		},
	}
}

func operatorAddCommand(r reach) *cobra.Command {
	var role string
	use, wanted := "add NAME [FILE]", wants(1, 2, "an operator and, if not standard input, a file with keys")
	if r.remote {
		use, wanted = "add NAME", wants(1, 1, "an operator, and give keys on standard input")
	}
	cmd := &cobra.Command{
		Use:     use,
		Short:   "Add an operator, or further keys of one",
		Long:    "Add reads public keys, lines of an authorized_keys file, from a file or standard input. Of their options it knows from (addresses and networks), expiry-time (UTC) and restrict.",
		Example: "beckon operator add ana --role editor < ana.pub",
		Args:    wanted,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := guard.CheckName(args[0]); err != nil {
				return err
			}
			var keys []guard.Key
			var err error
			if len(args) > 1 && args[1] != "-" {
				keys, err = keysIn(args[1])
			} else {
				keys, err = keysFrom("", r.w.in)
			}
			if err != nil {
				return err
			}
			return r.change(cmd.Context(), args[0], true, func(o *guard.Operator) (store.AuditEntry, error) {
				return addKeys(o, keys, role)
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "of a new operator: `ROLE` is viewer (the default), editor, publisher or admin")
	return cmd
}

// addKeys gives keys to an operator, who gets a role if he is new.
func addKeys(o *guard.Operator, keys []guard.Key, role string) (store.AuditEntry, error) {
	entry := store.AuditEntry{Action: "update", Element: "keys"}
	if o.Revision == 0 {
		if role == "" {
			role = string(guard.Viewer)
		}
		var err error
		if o.Role, err = guard.ParseRole(role); err != nil {
			return entry, err
		}
		entry.Action, entry.Element = "create", "role"
		entry.New = role
	} else if role != "" && role != string(o.Role) {
		return entry, fmt.Errorf("%s is known, as %s: beckon operator role %s %s changes that", o.Name, o.Role, o.Name, text.Line(role, 40))
	}
	var added []string
	for _, k := range keys {
		if !slices.ContainsFunc(o.Keys, func(had guard.Key) bool { return bytes.Equal(had.Public.Marshal(), k.Public.Marshal()) }) {
			o.Keys = append(o.Keys, k)
			added = append(added, k.Fingerprint())
		}
	}
	if len(added) == 0 {
		return entry, errSame
	}
	if entry.Action == "update" {
		entry.New = strings.Join(added, " ")
	} else {
		entry.New += ", " + strings.Join(added, " ")
	}
	return entry, nil
}

func operatorRemoveKeyCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:   "remove-key NAME FINGERPRINT",
		Short: "Take a key away from an operator; list tells the fingerprints",
		Args:  wants(2, 2, "an operator and the fingerprint of a key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.change(cmd.Context(), args[0], false, func(o *guard.Operator) (store.AuditEntry, error) {
				i := slices.IndexFunc(o.Keys, func(k guard.Key) bool { return k.Fingerprint() == args[1] })
				if i < 0 {
					return store.AuditEntry{}, fmt.Errorf("%s has no key %s", o.Name, text.Line(args[1], 80))
				}
				o.Keys = slices.Delete(o.Keys, i, i+1)
				return store.AuditEntry{Action: "update", Element: "keys", Old: args[1]}, nil
			})
		},
	}
}

func operatorRoleCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:     "role NAME ROLE",
		Short:   "Change what an operator may do, at once",
		Example: "beckon operator role ana publisher",
		Args:    wants(2, 2, "an operator and a role (viewer, editor, publisher, admin)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			role, err := guard.ParseRole(args[1])
			if err != nil {
				return err
			}
			return r.change(cmd.Context(), args[0], false, func(o *guard.Operator) (store.AuditEntry, error) {
				entry := store.AuditEntry{Action: "update", Element: "role", Old: string(o.Role), New: string(role)}
				if o.Role == role {
					return entry, errSame
				}
				o.Role = role
				return entry, nil
			})
		},
	}
}

func operatorSwitchCommand(r reach, name string, disabled bool) *cobra.Command {
	short := map[bool]string{true: "Let an operator in no longer, and end his sessions", false: "Let an operator in again"}[disabled]
	return &cobra.Command{
		Use:   name + " NAME",
		Short: short,
		Args:  wants(1, 1, "one operator"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.change(cmd.Context(), args[0], false, func(o *guard.Operator) (store.AuditEntry, error) {
				yes := map[bool]string{true: "yes", false: "no"}
				entry := store.AuditEntry{Action: "update", Element: "disabled", Old: yes[o.Disabled], New: yes[disabled]}
				if o.Disabled == disabled {
					return entry, errSame
				}
				o.Disabled = disabled
				return entry, nil
			})
		},
	}
}

// keysIn reads the keys of a file. One that others may write to says nothing
// about who may come in.
func keysIn(path string) ([]guard.Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading keys: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading keys: %w", err)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return nil, fmt.Errorf("reading keys: others may write to %s (mode %04o): chmod go-w it, and look at what is in it", text.Line(path, 200), info.Mode().Perm())
	}
	return keysFrom(path, f)
}

func keysFrom(file string, in io.Reader) ([]guard.Key, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxKeyInput+1))
	if err != nil {
		return nil, fmt.Errorf("reading keys: %w", err)
	}
	return guard.ReadKeys(file, data)
}

// errSame ends a change that would change nothing.
var errSame = errors.New("nothing to change")

// change changes one operator, who may be a new one, and tells what came of it.
func (r reach) change(ctx context.Context, name string, mayBeNew bool, do func(*guard.Operator) (store.AuditEntry, error)) error {
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := mayFirst(ctx, s, guard.Admin, "manage operators"); err != nil {
		return err
	}
	o, err := guard.Find(ctx, s, name)
	switch {
	case errors.Is(err, store.ErrNotFound) && mayBeNew:
		o = guard.Operator{Name: name}
	case errors.Is(err, store.ErrNotFound):
		all, err := guard.Operators(ctx, s)
		if err != nil {
			return err
		}
		var known []nameable
		for _, o := range all {
			known = append(known, nameable{id: o.Name})
		}
		return noneSuch("operator", name, known)
	case err != nil:
		return err
	}
	entry, err := do(&o)
	if err != nil && !errors.Is(err, errSame) {
		return err
	}
	if err == nil {
		if _, err := guard.Write(ctx, s, store.Change{Author: r.who(), At: r.w.now().UTC()}, o, entry); err != nil {
			return err
		}
	}
	return writeJSON(r.w.out, tellOperator(o))
}
