package engine_test

import (
	"testing"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

func TestMatchPageDecidesAsAnEntryPointDoes(t *testing.T) {
	t.Parallel()
	page := journey.Page{URL: "https://Shop.example/Cart/?step=2#top", Title: "Your cart"}
	for name, c := range map[string]struct {
		rule model.PageRule
		want engine.Truth
	}{
		"contains, letters' case aside":  {model.PageRule{URLRule: model.URLRule{Contains: "/cart"}}, engine.True},
		"exact keeps the path's case":    {model.PageRule{URLRule: model.URLRule{Exact: "shop.example/cart/?step=2"}}, engine.False},
		"a path alone":                   {model.PageRule{URLRule: model.URLRule{StartsWith: "/Cart"}}, engine.True},
		"a title":                        {model.PageRule{Title: &model.URLRule{Wildcard: "your*"}}, engine.True},
		"sections that nobody told":      {model.PageRule{Section: "checkout"}, engine.Unknown},
		"a regular expression that fits": {model.PageRule{URLRule: model.URLRule{Regex: `step=\d$`}}, engine.True},
	} {
		got, err := engine.MatchPage(c.rule, page)
		if err != nil || got != c.want {
			t.Errorf("%s: %v %v, want %v", name, got, err, c.want)
		}
	}
}

func TestMatchPageSaysWhatIsWrongWithTheRule(t *testing.T) {
	t.Parallel()
	for _, rule := range []model.PageRule{
		{},
		{URLRule: model.URLRule{Regex: "("}},
		{URLRule: model.URLRule{Exact: "a", Contains: "b"}},
		{Section: "a", Title: &model.URLRule{Exact: "b"}},
	} {
		if got, err := engine.MatchPage(rule, journey.Page{URL: "https://a.example/"}); err == nil || got != engine.Unknown {
			t.Errorf("%+v: %v %v, want an error", rule, got, err)
		}
	}
}
