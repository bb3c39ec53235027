package persona_test

import (
	"fmt"
	"time"

	"beckon/model/journey"
	"beckon/model/persona"
)

// One visitor, for a demo: the same seed is the same visitor.
func ExampleNew() {
	start := journey.At(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
	visitor := persona.New(persona.BillPayer, 3, start)
	visitor.Visits = 1
	for _, e := range visitor.Events() {
		what := e.Type.String()
		if e.Page != nil {
			what += " " + e.Page.Title
		}
		fmt.Println(what)
	}
	// Output:
	// page Your account
	// identify
	// ctmrinfo
	// page Bills
	// page Bill paid
	// service
}
