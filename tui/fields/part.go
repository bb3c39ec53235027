package fields

import (
	"beckon/model"
	"beckon/model/edit"
)

// Part is what a document has only sometimes, as a whole: a survey, a creative
// for absent agents.
type Part struct {
	Title, Detail string
	Path          edit.Path
	// Fresh is what it begins with.
	Fresh any
}

// Given tells whether a document has the part.
func (p Part) Given(d model.Document) bool { return given(d, string(p.Path)) }

// Turn is the edit that gives the part, or takes it away, and what the step is
// called.
func (p Part) Turn(d model.Document) (label string, e edit.Edit) {
	if p.Given(d) {
		return "take away: " + p.Title, edit.Clear(p.Path)
	}
	return "add: " + p.Title, edit.Set(p.Path, p.Fresh)
}

// PartOf finds the part that a path lies in.
func PartOf(parts []Part, path string) (Part, bool) {
	for _, p := range parts {
		if p.Path.Holds(edit.Path(path)) {
			return p, true
		}
	}
	return Part{}, false
}

// states are the creatives of their own for absent and busy agents.
func states(at edit.Path, c *model.Creative) (offline, busy Part) {
	return Part{"Offline creative", "Drawn while no agent is there, instead of the online one.", at.Field("offline"), c.Online},
		Part{"Busy creative", "Drawn while agents have no capacity; without one the busy state is disabled.", at.Field("busy"), c.Online}
}

// Parts are what the item has only sometimes.
func (it Item) Parts() []Part {
	switch d := it.Now().(type) {
	case *model.Goal:
		return []Part{{"Purchases", "Counts the purchases that pages report.", "transaction", model.TransactionGoal{}}}
	case *model.Window:
		out := make([]Part, 0, len(surveys)+1)
		for _, s := range surveys {
			out = append(out, Part{s.title, s.detail, edit.Path(s.path),
				model.Survey{Questions: []model.Question{{ID: "question-1", Label: "What is it about?", Type: model.TextField}}}})
		}
		return append(out, Part{"A window of the page's own", "A method of the page opens it instead.", "api", model.WindowAPI{Method: "openChat"}})
	case *model.Template:
		offline, busy := states("creative", &d.Creative)
		return []Part{offline, busy}
	}
	return nil
}
