package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"
)

// Commit is a [Change] as a store accepted it, and its place in the chain. Committed again, in order, to a store that stands where
// this one stood, the changes make the same commits with the same sums.
//
// Of the audit entries only what the caller had filled in is set. At is in UTC, and each write's base is the revision that it
// replaced.
type Commit struct {
	Revision Revision
	Change
	Sum Sum
}

// Sum is a link of the chain that the commits of a store make: [NextSum] of the sum before and of all that the commit holds. Whoever
// noted one can tell later whether the commits up to it are still those that they were. The zero value is the sum of an empty store.
//
// A chain is no signature. Who can write the file of a store can compute all sums anew; what he cannot do is make a sum that was noted
// elsewhere come out again.
type Sum [sha256.Size]byte

// String returns the sum in hexadecimal.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// Head is the end of a store's chain: what to note to find out later whether anything up to here was changed or cut off.
type Head struct {
	Revision Revision
	Sum      Sum
}

// String returns REVISION:SUM, which [ParseHead] reads.
func (h Head) String() string { return fmt.Sprintf("%d:%v", h.Revision, h.Sum) }

// ParseHead reads a head as Head.String writes it. A sum alone will do: the revision is 0 then, which says that it is not known.
func ParseHead(s string) (Head, error) {
	var h Head
	number, sum, both := strings.Cut(strings.TrimSpace(s), ":")
	if both {
		rev, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return h, fmt.Errorf("the head %q does not begin with a revision", s)
		}
		h.Revision = Revision(rev)
	} else {
		sum = number
	}
	b, err := hex.DecodeString(sum)
	if err != nil || len(b) != len(h.Sum) {
		return h, fmt.Errorf("the head %q has no sum of %d hexadecimal digits", s, 2*len(h.Sum))
	}
	copy(h.Sum[:], b)
	return h, nil
}

// chainDomain begins what is hashed, so that no sum of anything else is the sum of a commit. Another layout has another number.
const chainDomain = "beckon commit 1\n"

// NextSum links a change that became a revision to the commits before. Every store computes its sums with it, over the change as it
// accepted it. It is SHA-256 over this, numbers big endian, a string being its length in bytes (uint32) and its bytes:
//
//	"beckon commit 1\n"   16 bytes
//	sum before            32 bytes, of the commit before; zeros before the first
//	revision              uint64
//	at                    seconds since 1970 int64, nanoseconds uint32
//	author, from, why, key    strings
//	number of writes      uint32
//	each write            'P' or 'D' (1 byte), kind, id (strings), base uint64; after a 'P' the body (string)
//	number of entries     uint32
//	each audit entry      kind, id, action, element, old, new (strings)
//
// The number and the other fields that a store adds to an audit entry follow from these and from the commits before.
func NextSum(before Sum, rev Revision, c Change) Sum {
	d := digest{Hash: sha256.New()}
	d.Write([]byte(chainDomain))
	d.Write(before[:])
	d.number(uint64(rev))
	d.time(c.At)
	d.strings(c.Author, c.From, c.Why, c.Key)
	d.count(len(c.Writes))
	for _, w := range c.Writes {
		ref, base := Target(w)
		put, isPut := w.(Put)
		mark := byte('D')
		if isPut {
			mark = 'P'
		}
		d.Write([]byte{mark})
		d.strings(ref.Kind, ref.ID)
		d.number(uint64(base))
		if isPut {
			d.bytes(put.Body)
		}
	}
	d.count(len(c.Audit))
	for _, e := range c.Audit {
		d.strings(e.Kind, e.ID, e.Action, e.Element, e.Old, e.New)
	}
	return Sum(d.Sum(nil))
}

// digest writes the parts of a commit into a hash, which takes everything.
type digest struct{ hash.Hash }

func (d digest) number(n uint64) { d.Write(binary.BigEndian.AppendUint64(nil, n)) }

// count is wide enough for what [Change.Validate] allows.
func (d digest) count(n int) { d.Write(binary.BigEndian.AppendUint32(nil, uint32(n))) }

func (d digest) time(t time.Time) {
	d.number(uint64(t.Unix()))
	d.count(t.Nanosecond())
}

func (d digest) bytes(b []byte) {
	d.count(len(b))
	d.Write(b)
}

func (d digest) strings(all ...string) {
	for _, s := range all {
		d.bytes([]byte(s))
	}
}
