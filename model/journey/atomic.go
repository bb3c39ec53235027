package journey

import (
	"slices"
	"strings"
)

// atomicRow is one enriched event of Snowplow: cells, or a JSON object.
type atomicRow struct {
	columns []string
	index   map[string]int
	cells   []string
	object  *node
	// parsed are the cells with JSON that were asked for, by column.
	parsed map[string]*node
	// schemas are the columns of entities and events, by their beginnings.
	schemas map[string][]string
	// differs says of a column that it does by delivery.
	differs []bool
	buf     []byte
	// fault is why a cell with JSON cannot be read.
	fault *fault
}

// bind names the cells.
func (row *atomicRow) bind(columns []string) {
	row.columns, row.index = columns, make(map[string]int, len(columns))
	row.parsed, row.schemas = map[string]*node{}, map[string][]string{}
	row.differs = make([]bool, len(columns))
	for i, c := range columns {
		row.index[c] = i
		row.differs[i] = slices.Contains(deliveryColumns, c)
	}
}

// get returns the text of a column, or "".
func (row *atomicRow) get(column string) string {
	if row.object != nil {
		return row.object.get(column).scalar()
	}
	i, ok := row.index[column]
	if !ok {
		return ""
	}
	if s := row.cells[i]; s != "null" {
		return s
	}
	return ""
}

// json returns the JSON in a column, or nil.
func (row *atomicRow) json(column string) *node {
	if row.object != nil {
		return row.object.get(column)
	}
	if n, ok := row.parsed[column]; ok {
		return n
	}
	s := row.get(column)
	if s == "" || s == "[]" || s == "{}" {
		return nil
	}
	n, err := parseTree([]byte(s))
	if err != nil && row.fault == nil {
		row.fault = asFault(err)
		row.fault.field = strings.TrimSuffix(column+"."+row.fault.field, ".")
	}
	row.parsed[column] = n
	return n
}

// withSchema returns the columns that hold a schema in any version of its first
// model, such as contexts_com_acme_item_1_0_0 and contexts_com_acme_item_1.
func (row *atomicRow) withSchema(kind, vendor, name string) []string {
	begin := kind + "_" + strings.ReplaceAll(vendor, ".", "_") + "_" + name + "_1"
	if row.object == nil {
		if found, ok := row.schemas[begin]; ok {
			return found
		}
	}
	columns := row.columns
	if row.object != nil {
		columns = row.object.keys
	}
	var found []string
	for _, c := range columns {
		if c == begin || strings.HasPrefix(c, begin+"_") {
			found = append(found, c)
		}
	}
	if row.object == nil {
		row.schemas[begin] = found
	}
	return found
}

// entities returns the data of the entities of a schema.
func (row *atomicRow) entities(vendor, name string) []*node {
	var out []*node
	for _, c := range row.withSchema("contexts", vendor, name) {
		n := row.json(c)
		switch {
		case n == nil:
		case n.kind == list:
			out = append(out, n.vals...)
		case n.kind == object:
			out = append(out, n)
		}
	}
	for _, n := range row.json("contexts").get("data").items() {
		if ofSchema(n, vendor, name) {
			out = append(out, n.get("data"))
		}
	}
	return out
}

// entity returns the first entity of a schema, or nil.
func (row *atomicRow) entity(vendor, name string) *node {
	if all := row.entities(vendor, name); len(all) > 0 {
		return all[0]
	}
	return nil
}

// ownData returns the data of the event itself, if it is of the schema.
func (row *atomicRow) ownData(vendor, name string) *node {
	for _, c := range row.withSchema("unstruct_event", vendor, name) {
		n := row.json(c)
		if items := n.items(); len(items) > 0 {
			n = items[0]
		}
		if n != nil {
			return n
		}
	}
	if n := row.json("unstruct_event").get("data"); ofSchema(n, vendor, name) {
		return n.get("data")
	}
	return nil
}

// ofSchema reports whether a self-describing value is of a schema.
func ofSchema(n *node, vendor, name string) bool {
	s := strings.TrimPrefix(n.get("schema").scalar(), "iglu:")
	v, rest, _ := strings.Cut(s, "/")
	if v != vendor {
		return false
	}
	have, _, _ := strings.Cut(rest, "/")
	return have == name
}
