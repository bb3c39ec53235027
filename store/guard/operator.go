package guard

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"beckon/model/text"
	"beckon/store"
)

// Kind is the kind of operators' documents. Their ID is the operator's name.
const Kind = "operator"

const (
	maxName = 32 // bytes of an operator's name
	maxKeys = 32 // of one operator
)

// An Operator is one who may come in.
type Operator struct {
	Name     string
	Role     Role
	Disabled bool // he is known, and not let in
	Keys     []Key

	Revision store.Revision // of the document; 0: there is none yet
}

// body is an operator as he is kept.
type body struct {
	Role     Role     `json:"role"`
	Disabled bool     `json:"disabled,omitempty"`
	Keys     []string `json:"keys,omitempty"`
}

// CheckName says whether an operator may have a name: lower-case letters and
// digits, with dots, hyphens and underscores between them.
func CheckName(name string) error {
	for i, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && (i == 0 || i == len(name)-1 || !strings.ContainsRune("._-", r)) {
			return fmt.Errorf("%q cannot be an operator's name: want lower-case letters and digits, with . - _ between them", text.Line(name, 80))
		}
	}
	if name == "" || len(name) > maxName {
		return fmt.Errorf("an operator's name has 1 to %d characters", maxName)
	}
	return nil
}

// Encode returns the operator's document.
func (o Operator) Encode() ([]byte, error) {
	if err := CheckName(o.Name); err != nil {
		return nil, err
	}
	if _, err := ParseRole(string(o.Role)); err != nil {
		return nil, err
	}
	if len(o.Keys) > maxKeys {
		return nil, fmt.Errorf("%d keys of one operator, the limit is %d", len(o.Keys), maxKeys)
	}
	b := body{Role: o.Role, Disabled: o.Disabled}
	for _, k := range o.Keys {
		b.Keys = append(b.Keys, k.Line())
	}
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding an operator: %w", err)
	}
	return append(data, '\n'), nil
}

// Decode reads an operator's document. Only what [Operator.Encode] wrote is
// taken: a body that says a thing twice, or in a way that somebody else would
// read differently, says nothing.
func Decode(d store.Document) (Operator, error) {
	o := Operator{Name: d.ID, Revision: d.Revision}
	var b body
	if err := json.Unmarshal(d.Body, &b); err != nil {
		return o, fmt.Errorf("reading operator %s: %w", text.Line(d.ID, 80), err)
	}
	o.Role, o.Disabled = b.Role, b.Disabled
	for _, line := range b.Keys {
		keys, err := ParseKeys([]byte(line))
		if err != nil {
			return o, fmt.Errorf("reading operator %s: %w", text.Line(d.ID, 80), err)
		}
		o.Keys = append(o.Keys, keys...)
	}
	again, err := o.Encode()
	if err != nil {
		return o, fmt.Errorf("reading operator %s: %w", text.Line(d.ID, 80), err)
	}
	if !bytes.Equal(again, d.Body) {
		return o, fmt.Errorf("reading operator %s: the document is not as Beckon writes it", text.Line(d.ID, 80))
	}
	return o, nil
}

// Operators reads all operators, by name.
func Operators(ctx context.Context, s store.Store) ([]Operator, error) {
	docs, err := store.At(ctx, s, 0, Kind)
	if err != nil {
		return nil, fmt.Errorf("reading the operators: %w", err)
	}
	var out []Operator
	for _, d := range docs {
		o, err := Decode(d)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Find reads one operator. The error is [store.ErrNotFound] where there is none.
func Find(ctx context.Context, s store.Store, name string) (Operator, error) {
	d, err := s.Get(ctx, Kind, name)
	if err != nil {
		return Operator{}, fmt.Errorf("operator %s: %w", text.Line(name, 80), err)
	}
	return Decode(d)
}

// The errors of [SignedBy], for [errors.Is].
var (
	ErrUnknownKey = errors.New("nobody has this key")
	ErrDisabled   = errors.New("the operator is disabled")
	ErrExpired    = errors.New("the key has expired")
)

// SignedBy finds whose key one is, and whether it lets him in at an instant. A
// document that cannot be read lets nobody in, and keeps nobody else out.
func SignedBy(ctx context.Context, s store.Store, key ssh.PublicKey, now time.Time) (Operator, Key, error) {
	docs, err := store.At(ctx, s, 0, Kind)
	if err != nil {
		return Operator{}, Key{}, fmt.Errorf("reading the operators: %w", err)
	}
	wanted := key.Marshal()
	written := []byte(base64.StdEncoding.EncodeToString(wanted))
	for _, d := range docs {
		if !bytes.Contains(d.Body, written) { // strangers ask; reading all keys would be their work for us
			continue
		}
		o, err := Decode(d)
		if err != nil {
			continue
		}
		i := slices.IndexFunc(o.Keys, func(k Key) bool { return bytes.Equal(k.Public.Marshal(), wanted) })
		switch {
		case i < 0:
			continue
		case o.Disabled:
			return o, o.Keys[i], fmt.Errorf("%s: %w", o.Name, ErrDisabled)
		case !o.Keys[i].Expires.IsZero() && !now.Before(o.Keys[i].Expires):
			return o, o.Keys[i], fmt.Errorf("%s: %w", o.Name, ErrExpired)
		}
		return o, o.Keys[i], nil
	}
	return Operator{}, Key{}, ErrUnknownKey
}

// Write commits an operator, as he shall be, with one audit entry. It refuses a
// key that somebody else has, and to leave nobody who manages operators.
func Write(ctx context.Context, s store.Store, change store.Change, o Operator, entry store.AuditEntry) (store.Revision, error) {
	all, err := Operators(ctx, s)
	if err != nil {
		return 0, err
	}
	admins, had := 0, 0
	for _, other := range all {
		had += other.counts()
		if other.Name == o.Name {
			continue
		}
		admins += other.counts()
		for _, k := range o.Keys {
			if slices.ContainsFunc(other.Keys, k.same) {
				return 0, fmt.Errorf("%s has the key %s already: a key tells who signs with it", other.Name, k.Fingerprint())
			}
		}
	}
	if admins += o.counts(); admins == 0 && had > 0 {
		return 0, fmt.Errorf("%s is the last admin with a key who is let in: make another one first", o.Name)
	}
	body, err := o.Encode()
	if err != nil {
		return 0, err
	}
	entry.Kind, entry.ID = Kind, o.Name
	change.Writes = append(change.Writes, store.Put{Kind: Kind, ID: o.Name, Body: body, Base: o.Revision})
	change.Audit = append(change.Audit, entry)
	rev, err := s.Commit(ctx, change)
	if err != nil {
		return 0, fmt.Errorf("writing operator %s: %w", o.Name, err)
	}
	return rev, nil
}

// counts is 1 for who can manage operators, else 0.
func (o Operator) counts() int {
	if o.Role == Admin && !o.Disabled && len(o.Keys) > 0 {
		return 1
	}
	return 0
}
