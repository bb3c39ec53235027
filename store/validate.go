package store

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// The limits of every store.
const (
	MaxBody      = 1 << 20  // bytes of a document, and of one value in the audit
	MaxName      = 200      // bytes of a kind, an id, an author, a place, a key, an action, an element
	MaxWhy       = 4 << 10  // bytes of a reason
	MaxChange    = 64 << 20 // bytes of a whole change
	DefaultLimit = 1000     // documents, versions or entries of a page whose query sets no limit
)

// Validate says whether a change keeps the rules, before anything is compared or written. Every store calls it first. Names are
// valid UTF-8 without control characters, a document is written at most once, and the limits hold. The error is [ErrInvalid] or
// [ErrTooLarge] and names the field.
func (c Change) Validate() error {
	if err := CheckName("author", c.Author); err != nil {
		return err
	}
	if c.At.IsZero() {
		return fmt.Errorf("at: the time of the change is missing: %w", ErrInvalid)
	}
	for _, f := range []struct{ field, s string }{{"from", c.From}, {"key", c.Key}} {
		if err := checkText(f.field, f.s, MaxName, true); err != nil {
			return err
		}
	}
	if err := checkText("why", c.Why, MaxWhy, false); err != nil {
		return err
	}
	if len(c.Writes) == 0 && len(c.Audit) == 0 {
		return fmt.Errorf("writes: there is nothing to write: %w", ErrInvalid)
	}
	seen := make(map[Ref]bool, len(c.Writes))
	for i, w := range c.Writes {
		if err := checkWrite(w, seen); err != nil {
			return fmt.Errorf("write %d: %w", i+1, err)
		}
	}
	for i, e := range c.Audit {
		if err := e.check(); err != nil {
			return fmt.Errorf("audit %d: %w", i+1, err)
		}
	}
	if total := c.Size(); total > MaxChange {
		return fmt.Errorf("change of %d bytes, the limit is %d: %w", total, MaxChange, ErrTooLarge)
	}
	return nil
}

// Size returns the bytes of the bodies and of the values in the audit, of which [MaxChange] is the limit.
func (c Change) Size() int {
	total := 0
	for _, w := range c.Writes {
		if put, ok := w.(Put); ok {
			total += len(put.Body)
		}
	}
	for _, e := range c.Audit {
		total += len(e.Old) + len(e.New)
	}
	return total
}

func checkWrite(w Write, seen map[Ref]bool) error {
	if w == nil {
		return fmt.Errorf("neither a put nor a delete: %w", ErrInvalid)
	}
	ref, base := Target(w)
	if err := CheckName("kind", ref.Kind); err != nil {
		return err
	}
	if err := CheckName("id", ref.ID); err != nil {
		return err
	}
	if seen[ref] {
		return fmt.Errorf("%v is written twice: %w", ref, ErrInvalid)
	}
	seen[ref] = true
	switch w := w.(type) {
	case Put:
		if len(w.Body) > MaxBody {
			return fmt.Errorf("%v: body of %d bytes, the limit is %d: %w", ref, len(w.Body), MaxBody, ErrTooLarge)
		}
		return nil
	case Delete:
		if base == 0 {
			return fmt.Errorf("%v: a delete names the revision that it takes away: %w", ref, ErrInvalid)
		}
		return nil
	}
	return fmt.Errorf("%T is neither a put nor a delete: %w", w, ErrInvalid)
}

func (e AuditEntry) check() error {
	if err := CheckName("action", e.Action); err != nil {
		return err
	}
	for _, f := range []struct{ field, s string }{{"kind", e.Kind}, {"id", e.ID}, {"element", e.Element}} {
		if err := checkText(f.field, f.s, MaxName, true); err != nil {
			return err
		}
	}
	for _, f := range []struct{ field, s string }{{"old", e.Old}, {"new", e.New}} {
		if err := checkText(f.field, f.s, MaxBody, false); err != nil {
			return err
		}
	}
	return nil
}

// CheckName says whether s may be a kind, an id or an author: not empty, at most [MaxName] bytes, valid UTF-8, no control
// characters. The error is [ErrInvalid] or [ErrTooLarge] and names the field.
func CheckName(field, s string) error {
	if s == "" {
		return fmt.Errorf("%s: empty: %w", field, ErrInvalid)
	}
	return checkText(field, s, MaxName, true)
}

func checkText(field, s string, limit int, line bool) error {
	if len(s) > limit {
		return fmt.Errorf("%s: %d bytes, the limit is %d: %w", field, len(s), limit, ErrTooLarge)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s: not valid UTF-8: %w", field, ErrInvalid)
	}
	if line {
		for _, r := range s {
			if unicode.IsControl(r) {
				return fmt.Errorf("%s: control character %U: %w", field, r, ErrInvalid)
			}
		}
	}
	return nil
}
