package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// writeFile makes a file that appears whole or not at all: it is written
// beside its place, synced, and moved there.
func writeFile(path string, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("writing %s: %w", path, err)
		}
	}()
	b := bufio.NewWriter(f)
	if err := fill(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// replaceFlag lets a command put something in the place of what is there. It has
// one name wherever there is one; the name that it had before goes on to be
// understood.
func replaceFlag(cmd *cobra.Command, into *bool, usage, before string) {
	flags := cmd.Flags()
	flags.BoolVar(into, "replace", false, usage)
	flags.BoolVar(into, before, false, usage)
	_ = flags.MarkHidden(before) // it fails for a flag that is not there
}
