package model_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/modeltest"
)

func decode(t interface {
	Helper()
	Fatalf(string, ...any)
}, name string, data []byte) *model.Catalog {
	t.Helper()
	docs, err := model.DecodeDocuments(name, data)
	if err != nil {
		t.Fatalf("decoding what was encoded: %v\n%s", err, data)
	}
	l, err := model.Collect(docs)
	if err != nil {
		t.Fatalf("collecting what was encoded: %v\n%s", err, data)
	}
	return l.Catalog
}

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := modeltest.Catalog(t)
		var b bytes.Buffer
		if err := model.Encode(&b, c); err != nil {
			t.Fatalf("encoding: %v", err)
		}
		again := decode(t, "catalog.yaml", b.Bytes())
		c.Sort()
		if diff := cmp.Diff(c, again); diff != "" {
			t.Fatalf("decoded differs (-want +got):\n%s\n%s", diff, b.Bytes())
		}
		var second bytes.Buffer
		if err := model.Encode(&second, again); err != nil {
			t.Fatalf("encoding again: %v", err)
		}
		if !bytes.Equal(b.Bytes(), second.Bytes()) {
			t.Fatalf("encoding twice differs:\n%s", cmp.Diff(b.String(), second.String()))
		}
		var j bytes.Buffer
		if err := model.EncodeJSON(&j, c); err != nil {
			t.Fatalf("encoding as JSON: %v", err)
		}
		for _, name := range []string{"catalog.json", "catalog.yaml"} {
			if diff := cmp.Diff(c, decode(t, name, j.Bytes())); diff != "" {
				t.Fatalf("JSON read as %s differs (-want +got):\n%s\n%s", name, diff, j.Bytes())
			}
		}
	})
}

func TestAnyTextSurvivesTheCodec(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune(" \n\t\r-:#'\"|>{}[]&*!%@`,?~=<\\\u0085\u2028\ufeff\x00\x1b\u009b0123456789.eExXabnyNY_+")))
		s := rapid.StringOfN(runes, 0, 40, -1).Draw(t, "text")
		d := &model.Behavior{Header: model.Header{Kind: model.KindBehavior, ID: "b", Name: s, Description: s},
			When: model.Condition{SearchedFor: &model.KeywordCondition{Keywords: []string{s, "x"}}}}
		want := &model.Catalog{Settings: model.DefaultSettings(), Behaviors: []*model.Behavior{d}}
		for name, encode := range map[string]func(model.Document) ([]byte, error){"b.yaml": model.EncodeDocument, "b.json": model.EncodeDocumentJSON} {
			b, err := encode(d)
			if err != nil {
				t.Fatalf("encoding %q: %v", s, err)
			}
			if diff := cmp.Diff(want, decode(t, name, b)); diff != "" {
				t.Fatalf("%q differs (-want +got):\n%s\n%s", s, diff, b)
			}
		}
	})
}
