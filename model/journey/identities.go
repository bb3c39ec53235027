package journey

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// identities is what the messages of all files tell of who is who, and which of
// them came before. It holds their events until all files are read, as only
// then both are known. All formats whose messages tell a browser's id and a
// user's share one.
type identities struct {
	im  *importer
	who stitcher
	// visitors are the names of those whose ids were joined already.
	visitors map[[2]string]string
	seen     map[[2]uint64]delivery
	first    map[uint64]uint64 // content of the first message with an id
	drop     map[int64]bool    // places of records of messages that came again earlier
	spool    spool
	sink     func(record) error
	fresh    []fresh // of the present line
	said     digest  // of the present message
}

// delivery is a message that was read.
type delivery struct {
	at    Instant
	from  int64 // place of its first record
	n     int32 // of its records
	alone bool  // on its line
	line  int64
	file  *string
}

// fresh is a message of the present line, and the one that it replaces.
type fresh struct {
	delivery
	key  [2]uint64
	old  delivery
	over bool // old is replaced
}

// maxDeliveries is how many messages are remembered to tell duplicates.
const maxDeliveries = 1 << 19

// identities begins a file whose messages tell who is who.
func (im *importer) identities() *identities {
	if im.ids == nil {
		im.ids = &identities{im: im, seen: map[[2]uint64]delivery{}, first: map[uint64]uint64{}, drop: map[int64]bool{},
			visitors: map[[2]string]string{}, spool: spool{in: im.o.TempDir, limit: im.o.RunBytes}}
	}
	r := im.ids
	r.sink, im.sink = im.sink, r.spool.add
	return r
}

// visitor joins the ids of a browser and of a user, of which one may be empty,
// and names whom they are of until all are known.
func (r *identities) visitor(anonymous, user string) string {
	ids := [2]string{anonymous, user}
	if known, ok := r.visitors[ids]; ok {
		return known
	}
	r.who.join(anonymous, user)
	if len(r.visitors) >= maxMemo {
		clear(r.visitors)
	}
	name := key(anonymous, user)
	r.visitors[ids] = name
	return name
}

// end ends a file.
func (r *identities) end() error {
	r.im.sink = r.sink
	return nil
}

// begin begins a line.
func (r *identities) begin() { r.fresh = r.fresh[:0] }

// duplicate skips a message that was read before, or the one before if that
// has a later instant, so that the order of lines does not matter. Its records
// are the pending ones from before on. It is the same message if the id and
// the content are, which leaves out what differs by delivery.
func (r *identities) duplicate(id string, at Instant, before int, content func(*digest)) {
	d := &r.said
	d.said = d.said[:0]
	d.text(id)
	of := d.sum()
	content(d)
	now := fresh{key: [2]uint64{of, d.sum()}, delivery: delivery{at: at, from: r.im.seq + int64(before) + 1,
		n: int32(len(r.im.pending) - before), file: r.im.where, line: r.im.n}}
	now.old, now.over = r.seen[now.key]
	for i := len(r.fresh) - 1; i >= 0; i-- {
		if d := &r.fresh[i]; d.key == now.key { // of the same batch
			now.old, now.over = d.delivery, true
			break
		}
	}
	if now.over && now.old.at <= now.at {
		r.im.pending = r.im.pending[:before]
		r.im.leave("duplicate")
		return
	}
	r.fresh = append(r.fresh, now)
}

// remember keeps the messages of a line that was read.
func (r *identities) remember(alone bool) {
	for _, d := range r.fresh {
		d.alone = alone
		switch old := d.old; {
		case d.over: // it is the earlier one that is left out
			for i := range int64(old.n) {
				r.drop[old.from+i] = true
			}
			if old.alone {
				r.im.rep.Read--
				count(r.im.rep.Skipped, "duplicate", *old.file, old.line)
			} else {
				r.im.rep.LeftOut["duplicate"] += int64(old.n)
			}
		case r.first[d.key[0]] != 0 && r.first[d.key[0]] != d.key[1]:
			r.im.rep.note("some messages share an id with another message of other content; all are kept")
		}
		if len(r.seen) >= maxDeliveries {
			clear(r.seen)
			clear(r.first)
			r.im.rep.note("duplicates more than " + strconv.Itoa(maxDeliveries) + " messages apart are not seen")
		}
		r.first[d.key[0]], r.seen[d.key] = d.key[1], d.delivery
	}
}

// digest gathers what a message says. Equal messages have equal sums in every
// run.
type digest struct{ said []byte }

// text adds a text and where it ends.
func (d *digest) text(s string) {
	d.said = append(binary.AppendUvarint(d.said, uint64(len(s))), s...)
}

// sum is a hash of all that was added.
func (d *digest) sum() uint64 { return xxhash.Sum64(d.said) }

// content adds a value, its keys in order, leaving some keys of the outermost
// object out.
func (d *digest) content(n *node, leaveOut func(string) bool) {
	d.said = append(d.said, byte(n.kind))
	d.text(n.text)
	d.said = binary.AppendUvarint(d.said, uint64(len(n.vals)))
	if n.kind != object {
		for _, v := range n.vals {
			d.content(v, nil)
		}
		return
	}
	var room [32]int
	order := room[:0]
	for i := range n.vals {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(n.keys[a], n.keys[b]) })
	for _, i := range order {
		if leaveOut == nil || !leaveOut(n.keys[i]) {
			d.text(n.keys[i])
			d.content(n.vals[i], nil)
		}
	}
}

// resolve names the visitors and hands all events on, when all files are read.
func (r *identities) resolve() error {
	r.seen, r.first, r.visitors = nil, nil, nil // room for the events
	var last, name string
	return r.spool.each(func(rec record) error {
		if r.drop[rec.seq] {
			return nil
		}
		if rec.ev.Visitor != last {
			last = rec.ev.Visitor
			name = r.who.name(last)[len(anonymousKey):]
		}
		rec.ev.Visitor = name
		return r.im.sink(rec)
	})
}

// element names a field of an element of a list.
func element(list string, i int, field string) string {
	return strings.TrimSuffix(list+"["+strconv.Itoa(i)+"]."+field, ".")
}
