package replay

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"beckon/model/engine"
	"beckon/model/journey"
)

//go:embed scenario.schema.json
var scenarioSchema []byte

// ScenarioSchema returns the JSON Schema (draft 2020-12) of a scenario. What an
// event takes is as in journey.Schema.
func ScenarioSchema() ([]byte, error) {
	var own, native map[string]json.RawMessage
	if err := json.Unmarshal(scenarioSchema, &own); err != nil {
		return nil, fmt.Errorf("reading the scenario's schema: %w", err)
	}
	if err := json.Unmarshal(journey.Schema(), &native); err != nil {
		return nil, fmt.Errorf("reading the journey's schema: %w", err)
	}
	var defs, events map[string]json.RawMessage
	if err := json.Unmarshal(own["$defs"], &defs); err != nil {
		return nil, fmt.Errorf("reading the scenario's schema: %w", err)
	}
	if err := json.Unmarshal(native["$defs"], &events); err != nil {
		return nil, fmt.Errorf("reading the journey's schema: %w", err)
	}
	for name, def := range events {
		if _, taken := defs[name]; !taken {
			defs[name] = def
		}
	}
	gates := make([]string, engine.GateCount)
	for g := range gates {
		gates[g] = engine.Gate(g).String()
	}
	gate, err := json.Marshal(map[string][]string{"enum": gates})
	if err != nil {
		return nil, fmt.Errorf("listing the gates: %w", err)
	}
	defs["gate"] = gate
	if own["$defs"], err = json.Marshal(defs); err != nil {
		return nil, fmt.Errorf("joining the schemas: %w", err)
	}
	out, err := json.MarshalIndent(own, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("joining the schemas: %w", err)
	}
	return out, nil
}
