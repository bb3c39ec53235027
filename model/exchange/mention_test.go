package exchange

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/modeltest"
)

// What can be renamed is what the model knows as references, or a rename
// would leave some behind.
func TestMentionsAreTheReferences(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		for _, d := range modeltest.Catalog(t).Documents() {
			var got, want []model.DocumentKey
			mentions(d, func(k model.Kind, id *string) { got = append(got, model.DocumentKey{Kind: k, ID: *id}) })
			for _, r := range model.References(d) {
				want = append(want, model.DocumentKey{Kind: r.Kind, ID: r.ID})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func TestAnEngagementGoesWithItsCampaign(t *testing.T) {
	t.Parallel()
	r := renames{{Kind: model.KindCampaign, ID: "a"}: "b", {Kind: model.KindGoal, ID: "a"}: "c"}
	for _, c := range []struct {
		kind     model.Kind
		id, want string
	}{
		{model.KindEngagement, "a/e", "b/e"}, {model.KindEngagement, "ab/e", "ab/e"}, {model.KindEngagement, "a", "a"},
		{model.KindCampaign, "a", "b"}, {model.KindGoal, "a", "c"}, {model.KindWindow, "a", "a"},
	} {
		if got := r.of(c.kind, c.id); got != c.want {
			t.Errorf("%s %s goes by %s, want %s", c.kind, c.id, got, c.want)
		}
	}
}
