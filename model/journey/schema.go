package journey

import (
	_ "embed"
)

//go:embed event.schema.json
var schemaJSON string

// Schema returns the JSON Schema (draft 2020-12) of one line of the native
// form. Readers of other programs may check against it; [ParseEvent] is stricter
// where a schema cannot say it, and warns of fields that the schema does not
// know instead of refusing them.
func Schema() []byte { return []byte(schemaJSON) }

// schemaNode is what a mapping's payload is checked against.
type schemaNode struct {
	props    map[string]*schemaNode // nil: no object
	names    []string               // of props, in the schema's order
	required []string
	items    *schemaNode // nil: no list
	open     bool        // takes further fields
	number   bool        // takes a number and no other text
}

// want names what the node takes.
func (n *schemaNode) want() string {
	switch {
	case n.props != nil:
		return "an object"
	case n.items != nil:
		return "a list"
	}
	return "text"
}

// payloadFields returns the payload of every event that a mapping can make, by
// name: the schema's, with cartAdd and cartRemove.
func payloadFields() map[string]*schemaNode {
	root, err := parseTree([]byte(schemaJSON))
	if err != nil {
		panic("journey: embedded schema: " + err.Error()) // a test parses it
	}
	defs, out := root.get("$defs"), map[string]*schemaNode{}
	for i := PageView; i <= Leave; i++ {
		n := schemaOf(defs, defs.get(i.String()))
		delete(n.props, "type")
		if n.props == nil {
			n.props = map[string]*schemaNode{}
		}
		out[i.String()] = n
	}
	change := &schemaNode{props: map[string]*schemaNode{}, required: []string{"products"}}
	for _, k := range []string{"currency", "products"} {
		change.props[k] = out["cart"].props[k]
		change.names = append(change.names, k)
	}
	out["cartAdd"], out["cartRemove"] = change, change
	return out
}

// schemaOf reads one schema, following references.
func schemaOf(defs, n *node) *schemaNode {
	if ref := n.get("$ref").scalar(); ref != "" {
		n = defs.get(ref[len("#/$defs/"):])
	}
	out := &schemaNode{open: n.get("additionalProperties") != nil}
	switch n.get("type").scalar() {
	case "integer", "number":
		out.number = true
	}
	for _, o := range n.get("oneOf").items() { // amounts are numbers, or text that is one
		out.number = out.number || o.get("type").scalar() == "number"
	}
	if items := n.get("items"); items != nil {
		out.items = schemaOf(defs, items)
	}
	for _, r := range n.get("required").items() {
		out.required = append(out.required, r.text)
	}
	if p := n.get("properties"); p != nil {
		out.props = map[string]*schemaNode{}
		for i, k := range p.keys {
			if k != "type" {
				out.names = append(out.names, k)
			}
			out.props[k] = schemaOf(defs, p.vals[i])
		}
	} else if out.open {
		out.props = map[string]*schemaNode{}
	}
	return out
}
