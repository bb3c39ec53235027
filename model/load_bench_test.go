package model_test

import (
	"bytes"
	"fmt"
	"testing"

	"beckon/fixtures"
	"beckon/model"
)

// manyCampaigns are so many campaigns, those of the demo shop over and over.
func manyCampaigns(tb testing.TB, campaigns int) *model.Catalog {
	tb.Helper()
	c, err := fixtures.Catalog()
	if err != nil {
		tb.Fatal(err)
	}
	many := *c
	many.Campaigns = nil
	for i := range campaigns {
		k := *c.Campaigns[i%len(c.Campaigns)]
		k.ID = fmt.Sprintf("%s-%d", k.ID, i)
		many.Campaigns = append(many.Campaigns, &k)
	}
	return &many
}

// BenchmarkManyCampaigns tells what reading, checking and writing a file of 1000
// campaigns takes: as Encode writes it, and with a comment in each document, which
// is for the parser of all of YAML.
func BenchmarkManyCampaigns(b *testing.B) {
	c := manyCampaigns(b, 1000)
	var file bytes.Buffer
	if err := model.Encode(&file, c); err != nil {
		b.Fatal(err)
	}
	written := file.Bytes()
	commented := bytes.ReplaceAll(written, []byte("kind: campaign\n"), []byte("# one of many\nkind: campaign\n"))
	ending := bytes.ReplaceAll(written, []byte("kind: campaign\n"), []byte("kind: campaign # one of many\n"))
	for name, data := range map[string][]byte{"read/as written": written, "read/with lines of comments": commented, "read/with comments in lines": ending} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if docs, err := model.DecodeDocuments("c.yaml", data); err != nil || len(docs) < 1000 {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("validate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			model.Validate(c)
		}
	})
	b.Run("write", func(b *testing.B) {
		b.SetBytes(int64(len(written)))
		b.ReportAllocs()
		for b.Loop() {
			var out bytes.Buffer
			if err := model.Encode(&out, c); err != nil {
				b.Fatal(err)
			}
		}
	})
}
