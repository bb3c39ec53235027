package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"beckon/model"
	"beckon/model/text"
)

// errArguments is wrapped where a command was called the wrong way.
var errArguments = errors.New("wrong arguments")

// misuse is a wrong call in plain words.
type misuse string

func (m misuse) Error() string { return string(m) }

func (m misuse) Is(target error) bool { return target == errArguments }

// wants returns a check that from least to most arguments are given (most 0:
// any number).
func wants(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return misuse(fmt.Sprintf("name %s: %s", what, typed(cmd, cmd.UseLine())))
		case most > 0 && len(args) > most:
			return misuse(fmt.Sprintf("one too many: %s (%s takes %s)", text.Line(args[most], 80), typed(cmd, cmd.CommandPath()), what))
		}
		return nil
	}
}

// wantsNone is the check of commands without arguments.
func wantsNone(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands():
		var names []string
		for _, sub := range cmd.Commands() {
			names = append(names, sub.Name())
		}
		hint := ""
		if near := model.Nearest(args[0], names); near != "" {
			hint = ", did you mean " + near + "?"
		}
		return misuse(fmt.Sprintf("unknown command %q%s (%s lists them)", text.Line(args[0], 80), hint, typed(cmd, cmd.CommandPath()+" --help")))
	}
	return misuse(fmt.Sprintf("%s takes no arguments: %s", typed(cmd, cmd.CommandPath()), text.Line(args[0], 80)))
}

// flagError says in plain words what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		want := map[string]string{"int": "a whole number", "int64": "a whole number", "uint64": "a whole number from 0", "bool": "true or false",
			"duration": "a span with its unit, such as 30s, 5m or 1h30m"}[bad.GetFlag().Value.Type()]
		if want != "" {
			return misuse(fmt.Sprintf("--%s: want %s, not %q", bad.GetFlag().Name, want, text.Line(bad.GetValue(), 40)))
		}
	}
	if bad, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		name, _ := pflag.UnquoteUsage(bad.GetFlag())
		return misuse(fmt.Sprintf("--%s: wants a value, %s", bad.GetFlag().Name, name))
	}
	if bad, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return misuse(fmt.Sprintf("unknown flag: %s (%s lists them)", dashed(bad), typed(cmd, cmd.CommandPath()+" --help")))
	}
	return err
}

func dashed(e *pflag.NotExistError) string {
	name := text.Line(e.GetSpecifiedName(), 40)
	if e.GetSpecifiedShortnames() != "" {
		return "-" + name
	}
	return "--" + name
}
