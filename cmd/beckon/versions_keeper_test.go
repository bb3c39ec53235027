package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"beckon/model"
	"beckon/store"
	"beckon/tui/layout"
	"beckon/tui/screen/builder"
	"beckon/tui/tuitest"
)

func TestTheVersionsOfACampaignAreReadInPages(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t), context.Background()
	k := &workshop{store: s, who: "ana", now: func() time.Time { return monday }}
	c := &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "spring", Name: "Spring"}}
	base := uint64(0)
	const saves = versionPage + 20
	for i := range saves {
		changed := *c
		changed.Description = fmt.Sprint("version ", i)
		rev, err := k.Write(ctx, builder.Change{Campaign: &changed, Base: base, Why: fmt.Sprint("save ", i)})
		if err != nil {
			t.Fatal(err)
		}
		base = rev
	}
	if _, err := k.Write(ctx, builder.Change{Campaign: c, Base: base, Delete: true, Why: "delete Spring",
		Audit: []builder.Entry{{Key: model.DocumentKey{Kind: model.KindCampaign, ID: "spring"}, Action: "delete", Old: "Spring"}}}); err != nil {
		t.Fatal(err)
	}
	// A version that no program of today can read is told, and hides no other.
	rev, err := s.Commit(ctx, store.Change{Author: "ben", Why: "from tomorrow", At: monday,
		Writes: []store.Write{store.Put{Kind: "campaign", ID: "spring", Body: []byte("kind: campaign\nid: spring\nfuture: yes\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(ctx, store.Change{Author: "ben", At: monday, Writes: []store.Write{store.Delete{Kind: "campaign", ID: "spring", Base: rev}},
		Audit: []store.AuditEntry{{Kind: "campaign", ID: "spring", Action: "delete", Old: "Spring"}}}); err != nil {
		t.Fatal(err)
	}
	key := model.DocumentKey{Kind: model.KindCampaign, ID: "spring"}
	before, n := uint64(0), 0
	for {
		page, err := k.Versions(ctx, key, before)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, v := range page {
			switch n {
			case 0, 2:
				if v.Document != nil || v.Unread != "" {
					t.Errorf("version %d is no deletion: %+v", n, v)
				}
			case 1:
				if v.Unread == "" || v.Why != "from tomorrow" {
					t.Errorf("version %d: %+v", n, v)
				}
			default:
				if d, ok := v.Document.(*model.Campaign); !ok || d.Description != fmt.Sprint("version ", saves+2-n) || v.Why != fmt.Sprint("save ", saves+2-n) || v.Author != "ana" {
					t.Fatalf("version %d: %+v", n, v)
				}
			}
			before = v.Revision
			n++
		}
	}
	if n != saves+3 {
		t.Errorf("%d versions", n)
	}
	if none, err := k.Versions(ctx, model.DocumentKey{Kind: model.KindCampaign, ID: "never"}, 0); err != nil || len(none) != 0 {
		t.Errorf("what was never saved has %d versions, %v", len(none), err)
	}
	gone, err := k.Gone(ctx)
	if err != nil || len(gone) != 1 || gone[0].ID != "spring" || gone[0].Name != "Spring" || gone[0].Version.Author != "ben" {
		t.Errorf("deleted: %+v, %v", gone, err)
	}
}

func TestACampaignIsDeletedAndBroughtBackInTheConsole(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, s store.Store) {
		d.Press("/")
		d.Type("cart rescue")
		d.Press("enter", "v")
		d.Wait(time.Second)
		d.Expect("Builder › Cart rescue", "Versions of Cart rescue", "the demo shop", "There is no difference")
		d.Press("esc", "ctrl+p")
		d.Type("delete the campaign")
		d.Press("enter", "y")
		d.Wait(time.Second)
		d.Expect("Deleted Cart rescue")
		d.Press("ctrl+p")
		d.Type("discard")
		d.Press("enter", "y")
		d.Wait(3 * time.Second)
		d.Press("esc", "t")
		d.Wait(time.Second)
		d.Expect("Deleted campaigns", "Cart rescue")
		d.Press("esc") // leads back to where it was opened
		d.Wait(time.Second)
		d.ExpectNot("Deleted campaigns")
		d.Expect("Nothing matches the filter") // of Campaigns
		d.Press("t")
		d.Wait(time.Second)
		d.Expect("Deleted campaigns", "Cart rescue")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("It was deleted")
		d.Press("down", "r", "f2")
		d.Wait(time.Second)
		d.Expect("Saved Cart rescue")
		if _, err := s.Get(context.Background(), "campaign", "cart-rescue"); err != nil {
			t.Error(err)
		}
	})
}
