package model_test

import (
	"testing"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/modeltest"
)

func TestGeneratedCatalogsHaveNoErrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if bad := model.Errors(model.Validate(modeltest.Catalog(t))); len(bad) > 0 {
			t.Fatalf("%v", bad)
		}
	})
}
