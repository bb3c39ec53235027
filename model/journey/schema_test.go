package journey

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheSchemaKnowsWhatTheReaderKnows holds the schema and the reader's names
// together, object by object.
func TestTheSchemaKnowsWhatTheReaderKnows(t *testing.T) {
	t.Parallel()
	if !json.Valid(Schema()) {
		t.Fatal("the schema is not JSON")
	}
	fields := payloadFields()
	same := func(path string, n *schemaNode, names []string) {
		t.Helper()
		a, b := slices.Sorted(slices.Values(n.names)), slices.Sorted(slices.Values(names))
		if d := cmp.Diff(a, b); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	}
	for i := PageView; i <= Leave; i++ {
		same(i.String(), fields[i.String()], eventNames[i][len(envelopeNames):])
	}
	same("geo", fields["page"].props["geo"], geoNames)
	same("purchase.cart", fields["purchase"].props["cart"], orderCartNames)
	item := fields["cart"].props["products"].items
	same("item", item, itemNames)
	same("product", item.props["product"], productNames)
	info := fields["ctmrinfo"].props["info"]
	same("ctmrinfo.info", info, customerNames)
	same("date", info.props["registrationDate"], dateNames)
	same("mrktInfo.info", fields["mrktInfo"].props["info"], marketingNames)
	person := fields["personal"].props["personal"]
	same("personal", person, personNames)
	same("age", person.props["age"], ageNames)
	contact := person.props["contacts"].items
	same("contact", contact, contactNames)
	same("address", contact.props["address"], addressNames)
	same("lead", fields["lead"].props["lead"], leadNames)
	same("service", fields["service"].props["service"], serviceNames)
	same("error", fields["error"].props["error"], errorNames)
}

func TestTypeNamesGoBothWays(t *testing.T) {
	t.Parallel()
	for i := PageView; i <= Leave; i++ {
		if ParseType(i.String()) != i {
			t.Errorf("%v", i)
		}
	}
	if ParseType("") != None || ParseType("Page") != None || None.String() != "" || Type(99).String() != "" {
		t.Error("names that are none")
	}
}
