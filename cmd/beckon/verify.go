package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"beckon/store"
)

// verifyCommand verifies a store of this machine. While a server holds it, the
// same command goes over SSH.
func verifyCommand(w *world) *cobra.Command {
	var storeURL string
	cmd := verifyCommands(hereReach(w, &storeURL))
	storeFlag(cmd, &storeURL)
	return cmd
}

func verifyCommands(r reach) *cobra.Command {
	var noted string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Find out whether history or audit of a store were changed behind its back",
		Long: "Every change of a store carries a sum over all that it holds and over the change before it. Verify computes all sums anew and compares " +
			"documents, history and audit with the changes. It prints the head, the last revision and its sum: note it elsewhere, and " +
			"--head finds out later whether anything up to there was cut off, or changed with its sums.\n" +
			"Exit code 1 if something does not hold.",
		Example: "beckon verify\nbeckon verify --head 42:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var heads []store.Head
			if noted != "" {
				h, err := store.ParseHead(noted)
				if err != nil {
					return misuse(err.Error())
				}
				heads = append(heads, h)
			}
			s, err := r.openThere(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			found, err := store.Verify(cmd.Context(), s, heads...)
			if err != nil {
				return fmt.Errorf("verifying the store: %w", err)
			}
			if asJSON {
				return writeVerified(r.w, verifiedOf(found))
			}
			return tellVerified(r.w, found)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&noted, "head", "", "a `HEAD` that was noted before, REVISION:SUM or the sum alone: it must still be there")
	return cmd
}

// verifiedOut is what was found, and what does not hold, the first of it told.
type verifiedOut struct {
	File     string   `json:"file,omitempty"` // of a backup
	Head     string   `json:"head"`
	Changes  uint64   `json:"changes"`
	Versions uint64   `json:"versions"`
	Entries  uint64   `json:"entries"`
	Holds    bool     `json:"holds"`
	Faults   int      `json:"faults"`
	First    []string `json:"first"`
}

func verifiedOf(found store.Verified) verifiedOut {
	out := verifiedOut{Head: fmt.Sprint(found.Head), Changes: uint64(found.Commits), Versions: uint64(found.Versions), Entries: uint64(found.Entries),
		Holds: found.Total == 0, Faults: found.Total, First: []string{}}
	for _, f := range found.Faults {
		out.First = append(out.First, fmt.Sprint(f))
	}
	return out
}

// writeVerified is [tellVerified] as JSON.
func writeVerified(w *world, out verifiedOut) error {
	if err := writeJSON(w.out, out); err != nil {
		return err
	}
	if !out.Holds {
		return errNo
	}
	return nil
}

// tellVerified prints what was found; the answer is no where something was.
func tellVerified(w *world, found store.Verified) error {
	fmt.Fprintf(w.out, "head      %v\n", found.Head)
	fmt.Fprintf(w.out, "verified  %s, %s of documents, %s of the audit\n", counted(int(found.Commits), "change"), counted(int(found.Versions), "version"), entries(found.Entries))
	if found.Total == 0 {
		fmt.Fprintln(w.out, "all of it fits")
		return nil
	}
	if found.Total == 1 {
		fmt.Fprintln(w.out, "1 thing does not hold:")
	} else {
		fmt.Fprintf(w.out, "%s things do not hold, the first at:\n", number(int64(found.Total)))
	}
	for _, f := range found.Faults {
		fmt.Fprintln(w.out, " ", f)
	}
	if more := found.Total - len(found.Faults); more > 0 {
		fmt.Fprintf(w.out, "  and %s more\n", number(int64(more)))
	}
	return errNo
}

// entries counts entries of the audit.
func entries(n uint64) string {
	if n == 1 {
		return "1 entry"
	}
	return number(int64(n)) + " entries"
}
