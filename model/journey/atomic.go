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
	trees   trees // of cells
	found   []string
	data    []*node
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
	n, err := row.trees.within(s)
	if err != nil && row.fault == nil {
		row.fault = asFault(err)
		row.fault.field = strings.TrimSuffix(column+"."+row.fault.field, ".")
	}
	row.parsed[column] = n
	return n
}

// schema is one that has a meaning, in any version of its first model.
type schema struct {
	vendor, name string
	// What columns of it begin with, such as contexts_com_acme_item_1_0_0 and
	// contexts_com_acme_item_1.
	contexts, event string
}

func atomicSchema(vendor, name string) schema {
	column := "_" + strings.ReplaceAll(vendor, ".", "_") + "_" + name + "_1"
	return schema{vendor, name, "contexts" + column, "unstruct_event" + column}
}

// The schemas that have a meaning.
var (
	shopProduct     = atomicSchema(shopVendor, "product")
	shopCart        = atomicSchema(shopVendor, "cart")
	shopTransaction = atomicSchema(shopVendor, "transaction")
	shopEvent       = atomicSchema(shopVendor, "snowplow_ecommerce_action")
	oldAdd          = atomicSchema(snowplowVendor, "add_to_cart")
	oldRemove       = atomicSchema(snowplowVendor, "remove_from_cart")
	siteSearch      = atomicSchema(snowplowVendor, "site_search")
	siteError       = atomicSchema(snowplowVendor, "application_error")
)

// starting returns the columns that begin so; it is good until the next call.
func (row *atomicRow) starting(begin string) []string {
	if row.object == nil {
		if found, ok := row.schemas[begin]; ok {
			return found
		}
	}
	columns := row.columns
	if row.object != nil {
		columns = row.object.keys
	}
	found := row.found[:0]
	for _, c := range columns {
		if strings.HasPrefix(c, begin) && (len(c) == len(begin) || c[len(begin)] == '_') {
			found = append(found, c)
		}
	}
	row.found = found
	if row.object == nil {
		found = slices.Clone(found)
		row.schemas[begin] = found
	}
	return found
}

// entities returns the data of the entities of a schema; it is good until the
// next call.
func (row *atomicRow) entities(of *schema) []*node {
	out := row.data[:0]
	for _, c := range row.starting(of.contexts) {
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
		if of.names(n) {
			out = append(out, n.get("data"))
		}
	}
	row.data = out
	return out
}

// entity returns the first entity of a schema, or nil.
func (row *atomicRow) entity(of *schema) *node {
	if all := row.entities(of); len(all) > 0 {
		return all[0]
	}
	return nil
}

// ownData returns the data of the event itself, if it is of the schema.
func (row *atomicRow) ownData(of *schema) *node {
	for _, c := range row.starting(of.event) {
		n := row.json(c)
		if items := n.items(); len(items) > 0 {
			n = items[0]
		}
		if n != nil {
			return n
		}
	}
	if n := row.json("unstruct_event").get("data"); of.names(n) {
		return n.get("data")
	}
	return nil
}

// names reports whether a self-describing value is of the schema.
func (of *schema) names(n *node) bool {
	s := strings.TrimPrefix(n.get("schema").scalar(), "iglu:")
	v, rest, _ := strings.Cut(s, "/")
	if v != of.vendor {
		return false
	}
	have, _, _ := strings.Cut(rest, "/")
	return have == of.name
}
