package journey

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/s2"
)

// maxRuns is how many sorted runs are merged at once.
const maxRuns = 64

// sorter puts records in order with bounded memory: runs that are sorted in
// memory go to disk and are merged at the end.
//
// The order is: visitor, marks of robots, instant, causal rank, the event's canonical bytes,
// place in the input. Files with a resolution of seconds have many equal
// instants, and their order must not depend on the order of lines; so what
// the events themselves say decides, and their place only between events that
// are equal in everything. See rank.
type sorter struct {
	dir   string // of the runs; "" until the first
	in    string // where dir is made
	limit int64  // bytes of memory for a run

	mem  []record
	size int64
	n    int64 // records that were taken
	runs []run
	made int
}

// run is a sorted file.
type run struct {
	path  string
	level int   // how many merges it is the result of
	n     int64 // records
}

// rank orders events of one instant of one visitor by what can cause what:
// the world, the page, who the visitor is, what he does on the page, what
// he answers, what ends.
func rank(r *record) int {
	switch r.ev.Type {
	case Agents:
		return 0
	case PageView:
		if r.role == inferred {
			return 2
		}
		return 1
	case Identify:
		if r.role == inferred {
			return 4
		}
		return 3
	case CustomerInfo:
		return 5
	case MarketingInfo:
		return 6
	case Personal:
		return 7
	case SearchInfo:
		return 8
	case ProductView:
		return 9
	case Cart:
		switch r.role {
		case cartAdd, cartAddTold:
			return 10
		case cartRemove, cartRemoveTold:
			return 11
		}
		return 12
	case Error:
		return 13
	case Signal:
		return 14
	case Lead:
		return 15
	case Service:
		return 16
	case Purchase:
		return 17
	case Respond:
		return 18
	case Conversation:
		return 19
	}
	return 20
}

// compare orders two records.
func compare(a, b *record) int {
	if c := strings.Compare(a.ev.Visitor, b.ev.Visitor); c != 0 {
		return c
	}
	if am, bm := a.role == robotMark, b.role == robotMark; am != bm { // before everything of the visitor's
		if am {
			return -1
		}
		return 1
	}
	if a.ev.At != b.ev.At {
		return cmp.Compare(a.ev.At, b.ev.At)
	}
	if ra, rb := rank(a), rank(b); ra != rb {
		return cmp.Compare(ra, rb)
	}
	if c := bytes.Compare(AppendEvent(nil, a.ev), AppendEvent(nil, b.ev)); c != 0 {
		return c
	}
	return cmp.Compare(a.seq, b.seq)
}

// weight is about how many bytes of memory a record takes.
func weight(r *record) int64 {
	n := 256 + len(r.ev.Visitor)
	switch e := r.ev; e.Type {
	case PageView:
		n += 320 + len(e.Page.URL) + len(e.Page.Title)/2 + len(e.Page.Referrer)/2 + 16*len(e.Page.Sections)
	case Cart:
		n += 96 + 200*len(e.Cart.Products)
	case Purchase:
		n += 128 + 200*len(e.Purchase.Products)
	case ProductView:
		n += 64 + 200*len(e.ProductView.Products)
	default:
		n += 160
	}
	if r.ev.Type == Identify {
		n += 64 * len(r.ev.Identify.Traits)
	}
	return int64(n)
}

// add takes a record.
func (s *sorter) add(r record) error {
	s.n++
	s.mem = append(s.mem, r)
	s.size += weight(&r)
	if s.size < s.limit {
		return nil
	}
	return s.spill()
}

// sortMem sorts what is in memory.
func (s *sorter) sortMem() {
	slices.SortFunc(s.mem, func(a, b record) int { return compare(&a, &b) })
}

// spill writes the records in memory as a run.
func (s *sorter) spill() error {
	s.sortMem()
	i := 0
	err := s.write(0, func() (*record, error) {
		if i == len(s.mem) {
			return nil, io.EOF
		}
		i++
		return &s.mem[i-1], nil
	})
	if err != nil {
		return err
	}
	clear(s.mem)
	s.mem, s.size = s.mem[:0], 0
	return s.compact()
}

// compact merges runs of a level where there are too many of them.
func (s *sorter) compact() error {
	for level := 0; ; level++ {
		n := 0
		for _, r := range s.runs {
			if r.level == level {
				n++
			}
		}
		if n == 0 {
			return nil
		}
		if n < maxRuns {
			continue
		}
		var old, keep []run
		for _, r := range s.runs {
			if r.level == level {
				old = append(old, r)
			} else {
				keep = append(keep, r)
			}
		}
		m, err := s.merge(old, nil)
		if err != nil {
			return err
		}
		s.runs = keep
		err = s.write(level+1, m.next)
		m.close()
		if err != nil {
			return err
		}
		for _, r := range old {
			if err := os.Remove(r.path); err != nil {
				return err
			}
		}
	}
}

// write makes a run of the records that next gives until io.EOF.
func (s *sorter) write(level int, next func() (*record, error)) (err error) {
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp(s.in, "beckon-sort-"); err != nil {
			return fmt.Errorf("sorting on disk: %w", err)
		}
	}
	s.made++
	path := filepath.Join(s.dir, fmt.Sprintf("run-%06d", s.made))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("sorting on disk: %w", err)
	}
	w, n := newRecordWriter(f), int64(0)
	for ; ; n++ {
		r, err := next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = w.write(r)
		}
		if err != nil {
			f.Close()
			return fmt.Errorf("sorting on disk: %w", err)
		}
	}
	if err := errors.Join(w.close(), f.Close()); err != nil {
		return fmt.Errorf("sorting on disk: %w", err)
	}
	s.runs = append(s.runs, run{path: path, level: level, n: n})
	return nil
}

// sorted returns all records in order. The sorter must not be used meanwhile.
func (s *sorter) sorted() (*merger, error) {
	s.sortMem()
	return s.merge(s.runs, s.mem)
}

// remove removes what is on disk.
func (s *sorter) remove() error {
	s.mem = nil
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// merger merges runs.
type merger struct {
	heads heads
	files []*os.File
	cur   record // handed out last
	err   error
}

// head is the next record of a run.
type head struct {
	r    record
	file *recordReader // nil: mem
	left int64         // records of the file to come
	mem  []record
}

type heads []*head

func (h heads) Len() int           { return len(h) }
func (h heads) Less(i, j int) bool { return compare(&h[i].r, &h[j].r) < 0 }
func (h heads) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *heads) Push(x any)        { *h = append(*h, x.(*head)) }
func (h *heads) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func (s *sorter) merge(runs []run, mem []record) (*merger, error) {
	m := &merger{}
	if len(mem) > 0 {
		m.heads = append(m.heads, &head{mem: mem})
	}
	for _, r := range runs {
		f, err := os.Open(r.path)
		if err != nil {
			m.close()
			return nil, fmt.Errorf("sorting on disk: %w", err)
		}
		m.files = append(m.files, f)
		m.heads = append(m.heads, &head{file: newRecordReader(f), left: r.n})
	}
	live := m.heads[:0]
	for _, h := range m.heads {
		ok, err := h.advance()
		if err != nil {
			m.close()
			return nil, err
		}
		if ok {
			live = append(live, h)
		}
	}
	m.heads = live
	heap.Init(&m.heads)
	return m, nil
}

// advance steps to the run's next record; false at its end.
func (h *head) advance() (bool, error) {
	if h.file == nil {
		if len(h.mem) == 0 {
			return false, nil
		}
		h.r, h.mem[0], h.mem = h.mem[0], record{}, h.mem[1:]
		return true, nil
	}
	if h.left == 0 {
		return false, nil
	}
	h.left--
	err := h.file.read(&h.r)
	if err == io.EOF {
		err = errRun
	}
	if err != nil {
		return false, fmt.Errorf("sorting on disk: %w", err)
	}
	return true, nil
}

// next returns the next record, valid until the next call, or io.EOF.
func (m *merger) next() (*record, error) {
	if m.err != nil {
		return nil, m.err
	}
	if len(m.heads) == 0 {
		return nil, io.EOF
	}
	h := m.heads[0]
	m.cur = h.r
	ok, err := h.advance()
	switch {
	case err != nil:
		m.err = err
		return nil, err
	case ok:
		if len(m.heads) > 1 {
			heap.Fix(&m.heads, 0)
		}
	default:
		heap.Pop(&m.heads)
	}
	return &m.cur, nil
}

func (m *merger) close() {
	for _, f := range m.files {
		f.Close()
	}
	m.files, m.heads = nil, nil
}

// aloneBit is that of a record's first byte which says that it is alone.
const aloneBit = 0x80

// recordWriter writes records to a file: length, role, place and line, then
// the event in the native form.
type recordWriter struct {
	z      *s2.Writer
	w      *bufio.Writer
	n, buf []byte
}

func newRecordWriter(f io.Writer) *recordWriter {
	z := s2.NewWriter(f, s2.WriterConcurrency(1), s2.WriterBlockSize(256<<10))
	return &recordWriter{z: z, w: bufio.NewWriterSize(z, 64<<10)}
}

func (w *recordWriter) write(r *record) error {
	first := byte(r.role)
	if r.alone {
		first |= aloneBit
	}
	w.buf = append(w.buf[:0], first)
	w.buf = binary.AppendVarint(w.buf, r.seq)
	w.buf = binary.AppendVarint(w.buf, r.ev.Line)
	w.buf = AppendEvent(w.buf, r.ev)
	w.n = binary.AppendUvarint(w.n[:0], uint64(len(w.buf)))
	if _, err := w.w.Write(w.n); err != nil {
		return err
	}
	_, err := w.w.Write(w.buf)
	return err
}

func (w *recordWriter) close() error { return errors.Join(w.w.Flush(), w.z.Close()) }

// recordReader reads what a recordWriter wrote.
type recordReader struct {
	r   *bufio.Reader
	dec decoder
	buf []byte
}

func newRecordReader(f io.Reader) *recordReader {
	return &recordReader{r: bufio.NewReaderSize(s2.NewReader(f, s2.ReaderMaxBlockSize(256<<10)), 32<<10), dec: decoder{unknown: func(string) {}}}
}

var errRun = errors.New("a file of sorted events is damaged")

func (r *recordReader) read(to *record) error {
	n, err := binary.ReadUvarint(r.r)
	if err != nil {
		return err // io.EOF at the end
	}
	if n > 16*maxLine {
		return errRun
	}
	r.buf = slices.Grow(r.buf[:0], int(n))[:n]
	if _, err := io.ReadFull(r.r, r.buf); err != nil {
		return errors.Join(errRun, err)
	}
	b := r.buf
	if len(b) < 3 {
		return errRun
	}
	role, alone := role(b[0]&^aloneBit), b[0]&aloneBit != 0
	seq, k := binary.Varint(b[1:])
	if k <= 0 {
		return errRun
	}
	b = b[1+k:]
	line, k := binary.Varint(b)
	if k <= 0 {
		return errRun
	}
	e, f := r.dec.event(b[k:])
	if f != nil {
		return errors.Join(errRun, f)
	}
	e.Line = line
	*to = record{ev: e, role: role, seq: seq, alone: alone}
	return nil
}
