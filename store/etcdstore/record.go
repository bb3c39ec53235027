package etcdstore

import (
	"fmt"
	"time"

	"beckon/store"
	"beckon/store/internal/wire"
)

const formatNumber = 1

const (
	// requestBytes is what one request carries of ours: etcd takes 1.5 MiB with all that is around it.
	requestBytes = 1280 << 10
	// requestOps is how many operations a request has: etcd takes 128.
	requestOps = 100
	// pieceBytes is the largest value. A body of the largest size in its envelope is one.
	pieceBytes = store.MaxBody + 64
	// inlineBytes is how long a list of writes may be that lies in the commit itself.
	inlineBytes = 32 << 10
	// maxWrites bounds what a commit may name.
	maxWrites = 100_000
)

// head is the value of the head.
type head struct {
	revision store.Revision
	sum      store.Sum
	entries  uint64 // of the audit
}

func (h head) seal() string {
	b := wire.AppendUint(nil, uint64(h.revision))
	b = append(b, h.sum[:]...)
	return string(wire.Seal(placeHead, nil, wire.AppendUint(b, h.entries)))
}

func openHead(value []byte) (head, error) {
	b, err := wire.Unseal(placeHead, nil, value)
	if err != nil {
		return head{}, err
	}
	r := wire.Reader{B: b}
	h := head{revision: store.Revision(r.Uint())}
	copy(h.sum[:], r.Bytes(uint64(len(h.sum))))
	h.entries = r.Uint()
	return h, r.End()
}

func sealFormat(n uint64) string {
	return string(wire.Seal(placeFormat, nil, wire.AppendUint(nil, n)))
}

func openFormat(value []byte) (uint64, error) {
	b, err := wire.Unseal(placeFormat, nil, value)
	if err != nil {
		return 0, err
	}
	r := wire.Reader{B: b}
	n := r.Uint()
	return n, r.End()
}

// commit is a value of commits; the revision is in the key.
type commit struct {
	token      token
	prior, sum store.Sum // of the chain, before and with it
	before     uint64    // how many entries the audit had before it

	author, from, why, key string
	at                     time.Time

	entries     uint64 // how many it added to the audit, and
	auditPieces uint64 // in how many pieces they lie
	listPieces  uint64 // in how many pieces the list of writes lies; 0: it is here
	writes      []write
}

// write is one document that a commit wrote.
type write struct {
	ref     store.Ref
	base    store.Revision
	deleted bool
	size    uint64 // of the body
}

func (c commit) seal(rev store.Revision) []byte {
	b := append([]byte{}, c.token[:]...)
	b = append(append(b, c.prior[:]...), c.sum[:]...)
	b = wire.AppendTime(wire.AppendUint(b, c.before), c.at)
	b = wire.AppendStrings(b, c.author, c.from, c.why, c.key)
	for _, n := range []uint64{c.entries, c.auditPieces, c.listPieces} {
		b = wire.AppendUint(b, n)
	}
	if c.listPieces == 0 {
		b = append(b, encodeWrites(c.writes)...)
	}
	return wire.Seal(placeCommits, []byte(commitName(rev)), b)
}

// openCommit reads a commit; its writes are missing where listPieces is not 0.
func openCommit(rev store.Revision, value []byte) (commit, error) {
	b, err := wire.Unseal(placeCommits, []byte(commitName(rev)), value)
	if err != nil {
		return commit{}, err
	}
	var c commit
	r := wire.Reader{B: b}
	copy(c.token[:], r.Bytes(uint64(len(c.token))))
	copy(c.prior[:], r.Bytes(uint64(len(c.prior))))
	copy(c.sum[:], r.Bytes(uint64(len(c.sum))))
	c.before, c.at = r.Uint(), r.Time()
	for _, s := range []*string{&c.author, &c.from, &c.why, &c.key} {
		*s = r.String()
	}
	c.entries, c.auditPieces, c.listPieces = r.Uint(), r.Uint(), r.Uint()
	if r.Err != nil || c.listPieces > 0 {
		return c, r.End()
	}
	c.writes, err = decodeWrites(r.B)
	return c, err
}

func encodeWrites(writes []write) []byte {
	var b []byte
	for _, w := range writes {
		b = wire.AppendStrings(b, w.ref.Kind, w.ref.ID)
		b = wire.AppendBool(wire.AppendUint(b, uint64(w.base)), w.deleted)
		b = wire.AppendUint(b, w.size)
	}
	return b
}

func decodeWrites(b []byte) (writes []write, err error) {
	r := wire.Reader{B: b}
	for len(r.B) > 0 && r.Err == nil {
		writes = append(writes, readWrite(&r))
	}
	return writes, r.End()
}

func readWrite(r *wire.Reader) write {
	return write{ref: store.Ref{Kind: r.String(), ID: r.String()}, base: store.Revision(r.Uint()), deleted: r.Bool(), size: r.Uint()}
}

func encodeEntries(entries []store.AuditEntry) []byte {
	var b []byte
	for _, e := range entries {
		b = wire.AppendStrings(b, e.Kind, e.ID, e.Action, e.Element, e.Old, e.New)
	}
	return b
}

func decodeEntries(b []byte) (entries []store.AuditEntry, err error) {
	r := wire.Reader{B: b}
	for len(r.B) > 0 && r.Err == nil {
		var e store.AuditEntry
		for _, s := range []*string{&e.Kind, &e.ID, &e.Action, &e.Element, &e.Old, &e.New} {
			*s = r.String()
		}
		entries = append(entries, e)
	}
	return entries, r.End()
}

// part is a value of parts, in its envelope.
type part struct {
	name  string
	value []byte
}

func (p part) size() int { return len(p.name) + len(p.value) }

// pack makes what is to be written of a change, all but its place in the chain.
func pack(t token, c store.Change) (commit, []part, error) {
	if len(c.Writes) > maxWrites {
		return commit{}, nil, fmt.Errorf("writes: %d documents, the limit of this store is %d: %w", len(c.Writes), maxWrites, store.ErrTooLarge)
	}
	out := commit{token: t, author: c.Author, from: c.From, why: c.Why, key: c.Key, at: c.At.UTC(), entries: uint64(len(c.Audit))}
	var parts []part
	for i, w := range c.Writes {
		ref, base := store.Target(w)
		put, isPut := w.(store.Put)
		out.writes = append(out.writes, write{ref: ref, base: base, deleted: !isPut, size: uint64(len(put.Body))})
		if isPut {
			name := t.body(i)
			parts = append(parts, part{name, wire.Seal(placeParts, []byte(name), put.Body)})
		}
	}
	if len(c.Audit) > 0 {
		pieces := inPieces(t.audit(), encodeEntries(c.Audit))
		out.auditPieces = uint64(len(pieces))
		parts = append(parts, pieces...)
	}
	if list := encodeWrites(out.writes); len(list) > inlineBytes {
		pieces := inPieces(t.manifest(), list)
		out.listPieces = uint64(len(pieces))
		parts = append(parts, pieces...)
	}
	return out, parts, nil
}

// inPieces seals a payload that may be larger than a value, and cuts it.
func inPieces(name string, payload []byte) (pieces []part) {
	value := wire.Seal(placeParts, []byte(name), payload)
	for len(value) > 0 {
		n := min(len(value), pieceBytes)
		pieces = append(pieces, part{pieceName(name, len(pieces)), value[:n]})
		value = value[n:]
	}
	return pieces
}

func pieceName(name string, i int) string { return fmt.Sprintf("%s%04x", name, i) }

func sealScrap(e store.Scrap) []byte {
	b := wire.AppendTime(make([]byte, 0, len(e.Body)+16), e.At.UTC())
	return wire.Seal(placeScratch, []byte(pair(e.Owner, e.Key)), append(b, e.Body...))
}

func openScrap(name string, value []byte) (store.Scrap, error) {
	b, err := wire.Unseal(placeScratch, []byte(name), value)
	if err != nil {
		return store.Scrap{}, err
	}
	owner, key, _ := splitPair(name)
	r := wire.Reader{B: b}
	e := store.Scrap{Owner: owner, Key: key, At: r.Time()}
	if r.Err == nil {
		e.Body = r.Rest()
	}
	return e, r.End()
}

func sealPresent(p store.Present) []byte {
	b := wire.AppendString(wire.AppendTime(nil, p.Since.UTC()), p.From)
	return wire.Seal(placePresence, []byte(pair(p.Operator, p.Session)), append(b, p.Body...))
}

func openPresent(name string, value []byte) (store.Present, error) {
	b, err := wire.Unseal(placePresence, []byte(name), value)
	if err != nil {
		return store.Present{}, err
	}
	operator, session, _ := splitPair(name)
	r := wire.Reader{B: b}
	p := store.Present{Operator: operator, Session: session, Since: r.Time(), From: r.String()}
	if r.Err == nil {
		p.Body = r.Rest()
	}
	return p, r.End()
}
