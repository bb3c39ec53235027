package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"

	"beckon/store"
	"beckon/store/internal/wire"
)

// The layout of a bbolt file (version 2), as far as it must be right before bbolt may touch the file. Numbers are in the order of
// the machine.
const (
	boltMagic      = 0xED0CDAED
	boltVersion    = 2
	boltNoFreelist = ^uint64(0)

	pageHeader     = 16 // id uint64, flags uint16, count uint16, overflow uint32
	pageBranch     = 0x01
	pageLeaf       = 0x02
	pageMeta       = 0x04
	pageFreelist   = 0x10
	elementSize    = 16 // branch: pos, ksize uint32, page uint64; leaf: flags, pos, ksize, vsize uint32
	elementBucket  = 0x01
	bucketHeader   = 16 // root page, sequence uint64
	metaSumOffset  = 72
	metaSize       = 80
	deepestTree    = 64
	largestValue   = 1 << 30
	largestPage    = 64 << 10
	smallestPage   = 1 << 10
	smallestOfFile = 4
)

var native = binary.NativeEndian

// meta is one of the two header pages of a bbolt file.
type meta struct {
	pageSize int64
	root     uint64
	freelist uint64
	pages    uint64 // the high water mark: no live page is at or above it
	tx       uint64
}

func readMeta(r io.ReaderAt, offset int64) (meta, bool) {
	b := make([]byte, metaSize)
	if _, err := r.ReadAt(b, offset); err != nil {
		return meta{}, false
	}
	h := fnv.New64a()
	h.Write(b[pageHeader:metaSumOffset])
	m := meta{
		pageSize: int64(native.Uint32(b[24:])),
		root:     native.Uint64(b[32:]),
		freelist: native.Uint64(b[48:]),
		pages:    native.Uint64(b[56:]),
		tx:       native.Uint64(b[64:]),
	}
	ok := native.Uint64(b)*uint64(m.pageSize) == uint64(offset) && native.Uint16(b[8:]) == pageMeta &&
		native.Uint32(b[16:]) == boltMagic && native.Uint32(b[20:]) == boltVersion && native.Uint64(b[metaSumOffset:]) == h.Sum64() &&
		m.pageSize >= smallestPage && m.pageSize <= largestPage && m.pageSize&(m.pageSize-1) == 0
	return m, ok
}

// readMetas returns the header page that bbolt will go by, and whether both of them hold.
func readMetas(r io.ReaderAt) (m meta, both bool, err error) {
	first, ok := readMeta(r, 0)
	if ok {
		second, ok := readMeta(r, first.pageSize)
		if !ok {
			return first, false, nil
		}
		if second.tx > first.tx {
			first = second
		}
		return first, true, nil
	}
	for size := int64(smallestPage); size <= largestPage; size *= 2 {
		if second, ok := readMeta(r, size); ok && second.pageSize == size {
			return second, false, nil
		}
	}
	return meta{}, false, errors.New("it is no store of Beckon, or both of its header pages were overwritten")
}

// inspect reads every live page of a bbolt file without bbolt and without a memory map, and says what does not hold: a page of
// the wrong kind, in two places or beyond the end, elements that do not lie in order and without a gap, keys out of order, a value
// whose envelope does not match. What passes can be opened by bbolt without a panic. It costs one reading of the live pages.
//
// A file of a newer format than known is refused as such, whatever its values look like. Both says whether both header pages hold.
func inspect(place string, r io.ReaderAt, size int64, known int) (both bool, err error) {
	fail := func(reason string) (bool, error) { return both, &store.CorruptError{Place: place, Reason: reason} }
	if size == 0 {
		return fail("the file is empty")
	}
	m, both, err := readMetas(r)
	if err != nil {
		return fail(err.Error())
	}
	if m.pages < smallestOfFile || m.pages > uint64(size/m.pageSize) {
		return fail(fmt.Sprintf("cut short: its header speaks of %d pages of %d bytes, the file has %d bytes", m.pages, m.pageSize, size))
	}
	in := inspection{place: place, r: r, meta: m, known: known, seen: make([]bool, m.pages)}
	if m.freelist != boltNoFreelist {
		if err := in.freelist(m.freelist); err != nil {
			return both, err
		}
	}
	if err := in.page("", m.root, nil, nil, 0); err != nil {
		return both, err
	}
	return both, in.value
}

type inspection struct {
	place string
	r     io.ReaderAt
	meta  meta
	known int
	seen  []bool
	value error // the first value that does not hold; the walk goes on, as the format may explain it
}

func (in *inspection) corrupt(bucket string, format string, args ...any) error {
	return &store.CorruptError{Place: in.place, Bucket: bucket, Reason: fmt.Sprintf(format, args...)}
}

// read returns a page with its overflow, and marks it as used.
func (in *inspection) read(bucket string, id uint64) ([]byte, error) {
	if id < 2 || id >= in.meta.pages {
		return nil, in.corrupt(bucket, "page %d does not exist", id)
	}
	head := make([]byte, in.meta.pageSize)
	if _, err := in.r.ReadAt(head, int64(id)*in.meta.pageSize); err != nil {
		return nil, in.corrupt(bucket, "page %d cannot be read: %v", id, err)
	}
	if got := native.Uint64(head); got != id {
		return nil, in.corrupt(bucket, "page %d says that it is page %d", id, got)
	}
	overflow := uint64(native.Uint32(head[12:]))
	if overflow >= in.meta.pages-id {
		return nil, in.corrupt(bucket, "page %d reaches beyond the end", id)
	}
	for i := id; i <= id+overflow; i++ {
		if in.seen[i] {
			return nil, in.corrupt(bucket, "page %d is used twice", i)
		}
		in.seen[i] = true
	}
	if overflow == 0 {
		return head, nil
	}
	page := make([]byte, int64(overflow+1)*in.meta.pageSize)
	if _, err := in.r.ReadAt(page, int64(id)*in.meta.pageSize); err != nil {
		return nil, in.corrupt(bucket, "page %d cannot be read: %v", id, err)
	}
	return page, nil
}

func (in *inspection) freelist(id uint64) error {
	page, err := in.read("", id)
	if err != nil {
		return err
	}
	if flags := native.Uint16(page[8:]); flags != pageFreelist {
		return in.corrupt("", "page %d holds no list of free pages", id)
	}
	count, ids := uint64(native.Uint16(page[10:])), page[pageHeader:]
	if count == 0xFFFF {
		count, ids = native.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids)/8) {
		return in.corrupt("", "the list of free pages is longer than its page")
	}
	for i := range count {
		if free := native.Uint64(ids[8*i:]); free < 2 || free >= in.meta.pages {
			return in.corrupt("", "free page %d does not exist", free)
		}
	}
	return nil
}

// page walks the tree below a page. All keys must be at least low and below high, where these are set.
func (in *inspection) page(bucket string, id uint64, low, high []byte, depth int) error {
	if depth > deepestTree {
		return in.corrupt(bucket, "the tree is too deep at page %d", id)
	}
	page, err := in.read(bucket, id)
	if err != nil {
		return err
	}
	switch native.Uint16(page[8:]) {
	case pageLeaf:
		if bucket != "" && native.Uint16(page[10:]) == 0 {
			return in.corrupt(bucket, "page %d is an empty leaf", id) // bbolt frees such pages
		}
		_, err := in.leaf(bucket, id, page, low, high)
		return err
	case pageBranch:
		return in.branch(bucket, id, page, low, high, depth)
	}
	return in.corrupt(bucket, "page %d is neither branch nor leaf", id)
}

func (in *inspection) branch(bucket string, id uint64, page, low, high []byte, depth int) error {
	count := int(native.Uint16(page[10:]))
	if count == 0 {
		return in.corrupt(bucket, "page %d is an empty branch", id)
	}
	type child struct {
		key  []byte
		page uint64
	}
	children := make([]child, count)
	next := pageHeader + count*elementSize
	for i := range children {
		at := pageHeader + i*elementSize
		if at+elementSize > len(page) {
			return in.corrupt(bucket, "page %d has more elements than it holds", id)
		}
		start, size := at+int(native.Uint32(page[at:])), int(native.Uint32(page[at+4:]))
		if start != next || size == 0 || size > len(page)-start {
			return in.corrupt(bucket, "element %d of page %d does not lie where it should", i, id)
		}
		next = start + size
		children[i] = child{page[start:next], native.Uint64(page[at+8:])}
		if err := in.order(bucket, id, i, children[i].key, low, high); err != nil {
			return err
		}
	}
	for i, c := range children {
		top := high
		if i+1 < count {
			top = children[i+1].key
			if bytes.Compare(c.key, top) >= 0 {
				return in.corrupt(bucket, "the keys of page %d are out of order", id)
			}
		}
		if err := in.page(bucket, c.page, c.key, top, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// leaf walks over the elements of a page, and returns where the last one ends.
func (in *inspection) leaf(bucket string, id uint64, page, low, high []byte) (end int, err error) {
	count := int(native.Uint16(page[10:]))
	next := pageHeader + count*elementSize
	if next > len(page) {
		return 0, in.corrupt(bucket, "page %d has more elements than it holds", id)
	}
	var before []byte
	for i := range count {
		at := pageHeader + i*elementSize
		flags := native.Uint32(page[at:])
		start, ksize, vsize := at+int(native.Uint32(page[at+4:])), int(native.Uint32(page[at+8:])), int(native.Uint32(page[at+12:]))
		if start != next || ksize == 0 || ksize > largestValue || vsize > largestValue || ksize+vsize > len(page)-start {
			return 0, in.corrupt(bucket, "element %d of page %d does not lie where it should", i, id)
		}
		next = start + ksize + vsize
		key, value := page[start:start+ksize], page[start+ksize:next]
		if err := in.order(bucket, id, i, key, low, high); err != nil {
			return 0, err
		}
		if i > 0 && bytes.Compare(before, key) >= 0 {
			return 0, in.corrupt(bucket, "the keys of page %d are out of order", id)
		}
		before = key
		switch {
		case bucket == "" && flags == elementBucket:
			err = in.bucket(string(key), value)
		case bucket != "" && flags == 0:
			err = in.envelope(bucket, key, value)
		default:
			err = in.corrupt(bucket, "element %d of page %d is of an unknown kind", i, id)
		}
		if err != nil {
			return 0, err
		}
	}
	return next, nil
}

func (in *inspection) envelope(bucket string, key, value []byte) error {
	if wrong := wire.Check(bucket, key, value); wrong != nil {
		if in.value == nil {
			in.value = &store.CorruptError{Place: in.place, Bucket: bucket, Key: string(key), Reason: wrong.Error()}
		}
		return nil
	}
	if bucket == bucketMeta && bytes.Equal(key, formatKey) {
		format, err := decodeFormat(in.place, value)
		if err == nil && format > in.known {
			err = &store.NewerFormatError{Place: in.place, Found: format, Known: in.known}
		}
		return err
	}
	return nil
}

func (in *inspection) order(bucket string, id uint64, i int, key, low, high []byte) error {
	if low != nil && bytes.Compare(key, low) < 0 || high != nil && bytes.Compare(key, high) >= 0 {
		return in.corrupt(bucket, "key %d of page %d belongs elsewhere", i, id)
	}
	return nil
}

// bucket walks one of the top buckets; a small one lies inside its own value.
func (in *inspection) bucket(name string, value []byte) error {
	if len(value) < bucketHeader {
		return in.corrupt(name, "its header is cut")
	}
	if root := native.Uint64(value); root != 0 {
		return in.page(name, root, nil, nil, 0)
	}
	page := value[bucketHeader:]
	if len(page) < pageHeader || native.Uint16(page[8:]) != pageLeaf {
		return in.corrupt(name, "its only page is no leaf")
	}
	end, err := in.leaf(name, 0, page, nil, nil)
	if err == nil && end != len(page) {
		err = in.corrupt(name, "its only page ends early")
	}
	return err
}
