package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
)

func schemaCommand(w *world) *cobra.Command {
	schemas := map[string]func() ([]byte, error){
		"catalog":  model.Schema,
		"journey":  func() ([]byte, error) { return journey.Schema(), nil },
		"scenario": replay.ScenarioSchema,
	}
	return &cobra.Command{
		Use:       "schema catalog|journey|scenario",
		Short:     "Print the JSON Schema of a kind of file",
		Args:      wants(1, 1, "one of catalog, journey and scenario"),
		ValidArgs: []string{"catalog", "journey", "scenario"},
		RunE: func(_ *cobra.Command, args []string) error {
			schema, ok := schemas[args[0]]
			if !ok {
				return misuse(fmt.Sprintf("no schema of %q: want catalog, journey or scenario", text.Line(args[0], 40)))
			}
			b, err := schema()
			if err != nil {
				return fmt.Errorf("making the schema of a %s: %w", args[0], err)
			}
			if len(b) > 0 && b[len(b)-1] != '\n' {
				b = append(b, '\n')
			}
			_, err = w.out.Write(b)
			return err
		},
	}
}
