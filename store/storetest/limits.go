package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"beckon/store"
)

func invalidChanges(t *testing.T, s store.Store) {
	for name, spoil := range map[string]func(*store.Change){
		"author":      func(c *store.Change) { c.Author = "" },
		"author: ":    func(c *store.Change) { c.Author = "ana\x1b[31m" },
		"at":          func(c *store.Change) { c.At = time.Time{} },
		"writes":      func(c *store.Change) { c.Writes = nil },
		"write 2":     func(c *store.Change) { c.Writes = append(c.Writes, nil) },
		"kind":        func(c *store.Change) { c.Writes[0] = store.Put{ID: "a"} },
		"id":          func(c *store.Change) { c.Writes[0] = store.Put{Kind: "campaign"} },
		"id: control": func(c *store.Change) { c.Writes[0] = put("a\x00b", "", 0) },
		"U+009B":      func(c *store.Change) { c.Writes[0] = put("a\u009bb", "", 0) },
		"not valid":   func(c *store.Change) { c.Writes[0] = put("a\xff", "", 0) },
		"twice":       func(c *store.Change) { c.Writes = append(c.Writes, store.Delete{Kind: "campaign", ID: "a", Base: 1}) },
		"delete":      func(c *store.Change) { c.Writes[0] = store.Delete{Kind: "campaign", ID: "a"} },
		"audit 1":     func(c *store.Change) { c.Audit = []store.AuditEntry{{Kind: "campaign"}} },
		"key":         func(c *store.Change) { c.Key = "a\nb" },
		"why":         func(c *store.Change) { c.Why = "\xff" },
		"from":        func(c *store.Change) { c.From = "a\tb" },
	} {
		c := change(1, put("a", "x", 0))
		spoil(&c)
		if _, err := s.Commit(bg, c); !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want ErrInvalid that names it", name, err)
		}
	}
	same(t, "revision", must[store.Revision](t)(s.Revision(bg)), store.Revision(0))
}

func limits(t *testing.T, s store.Store) {
	long := strings.Repeat("x", store.MaxName)
	c := store.Change{Author: long, From: long, Key: long, Why: strings.Repeat("y", store.MaxWhy), At: start,
		Writes: []store.Write{store.Put{Kind: long, ID: long, Body: make([]byte, store.MaxBody)}},
		Audit:  []store.AuditEntry{{Kind: long, ID: long, Action: long, Element: long, Old: long, New: strings.Repeat("z", store.MaxBody)}}}
	mustCommit(t, s, c)
	same(t, "document", len(must[store.Document](t)(s.Get(bg, long, long)).Body), store.MaxBody)
	for name, spoil := range map[string]func(*store.Change){
		"author": func(c *store.Change) { c.Author = long + "x" },
		"from":   func(c *store.Change) { c.From = long + "x" },
		"key":    func(c *store.Change) { c.Key = long + "x" },
		"why":    func(c *store.Change) { c.Why = strings.Repeat("y", store.MaxWhy+1) },
		"kind":   func(c *store.Change) { c.Writes[0] = store.Put{Kind: long + "x", ID: "a"} },
		"id":     func(c *store.Change) { c.Writes[0] = put(long+"x", "", 0) },
		"body":   func(c *store.Change) { c.Writes[0] = put("a", strings.Repeat("b", store.MaxBody+1), 0) },
		"new": func(c *store.Change) {
			c.Audit = []store.AuditEntry{{Action: "a", New: strings.Repeat("z", store.MaxBody+1)}}
		},
		"change of": func(c *store.Change) {
			c.Writes = nil
			for i := range store.MaxChange/store.MaxBody + 1 {
				c.Writes = append(c.Writes, store.Put{Kind: "k", ID: fmt.Sprint(i), Body: make([]byte, store.MaxBody)})
			}
		},
	} {
		c := change(1, put("a", "x", 0))
		spoil(&c)
		if _, err := s.Commit(bg, c); !errors.Is(err, store.ErrTooLarge) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want ErrTooLarge that names it", name, err)
		}
	}
}
