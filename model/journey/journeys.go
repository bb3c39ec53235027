package journey

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// maxStretch is the most events that are handed out at once.
const maxStretch = 4096

// Stretch is consecutive events of one visitor, in order: mostly the whole
// journey. A journey longer than a few thousand events comes in several, one
// after the other, so that memory stays bounded.
type Stretch struct {
	Visitor string
	Events  []*Event
	// First and Last say that the journey begins and ends here.
	First, Last bool
}

// Journeys hands out journeys, by visitor, events in order. It is not for
// concurrent use; one goroutine reads and hands stretches to others, all those
// of a visitor to the same one. Close it.
type Journeys struct {
	rep    *Report
	rule   VisitRule
	sort   *sorter
	merge  *merger
	human  pastRobots
	next   *Event // read ahead, of the next stretch
	state  journeyState
	closed bool
}

// Sorted reads files ("-" is standard input) and returns their journeys, those
// of all files together, by visitor in ascending order of bytes.
//
// Events of a visitor are in the order of their instants. Events of the same
// instant are ordered by what may cause what (agents, page, identity and
// facts, search, views, cart, error, signal, lead, service, purchase, answer,
// conversation, leave), then by what they say (the bytes of the canonical
// native form), and only if they are equal by their place in the input. So the
// order of lines never matters, not even in logs that tell no more than the
// second; what the order of such lines may have told is given up for that.
//
// What does not fit in memory is sorted on disk. All lines are read when
// Sorted returns; the [Report] of what could not be read is then complete but
// for events, visits and visitors.
func Sorted(o Options, paths ...string) (*Journeys, error) {
	return sorted(o, len(paths) > 1, func(im *importer) error {
		if len(paths) == 0 {
			return errors.New("no file to read")
		}
		same := foundAgain(o, paths)
		for i, p := range paths { // one that cannot be read is told before hours of reading the others
			if same[i] != "" || noFile(o, p) != "" {
				continue
			}
			if err := readable(p); err != nil {
				return err
			}
		}
		var first error // of those that are left out
		for i, p := range paths {
			if same[i] != "" {
				im.rep.leaveOut(text.Line(p, 120), "the same file as "+text.Line(same[i], 120))
				continue
			}
			left, err := im.openOrLeave(p)
			if err != nil {
				return err
			}
			if first == nil {
				first = left
			}
		}
		if len(im.rep.Formats) > 0 {
			return nil
		}
		if n := int64(len(im.rep.FilesLeftOut)) + im.rep.MoreFilesLeftOut; n > 1 {
			return fmt.Errorf("none of the %d files found is traffic; the first is %w", n, first)
		}
		return first
	})
}

// foundAgain tells of files that were found which one before them they are, as
// access.log is that of today: nobody asked for it twice.
func foundAgain(o Options, paths []string) map[int]string {
	if len(o.Found) == 0 || o.Strict {
		return nil
	}
	same := SameFiles(paths)
	for i := range same {
		if !o.Found[paths[i]] || noFile(o, paths[i]) != "" {
			delete(same, i)
		}
	}
	return same
}

// SameFiles tells, by their place, which files are one before them, by the same name,
// another one or a link, and which that is.
func SameFiles(paths []string) map[int]string {
	type kind struct{ size, written int64 }
	type seen struct {
		info os.FileInfo
		path string
	}
	out, before := map[int]string{}, map[kind][]seen{}
	for i, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			continue // reading it tells
		}
		k := kind{info.Size(), info.ModTime().UnixNano()}
		for _, s := range before[k] {
			if os.SameFile(s.info, info) {
				out[i] = s.path
				break
			}
		}
		if out[i] == "" {
			before[k] = append(before[k], seen{info, p})
		}
	}
	return out
}

// noFile tells why what was found is no file to read, "" if it is one. A link in a
// directory may lead anywhere.
func noFile(o Options, path string) string {
	if !o.Found[path] || o.Strict {
		return ""
	}
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no file behind the name"
	case err != nil: // reading it tells
	case info.IsDir():
		return "a link to a directory"
	case !info.Mode().IsRegular():
		return "a pipe, a socket or a device"
	case o.Mapping != nil && aboutFiles(path):
		return "it is written about the files"
	}
	return ""
}

// aboutFiles tells by its name that a file is prose about others. A mapping may read
// any text, line by line and word by word.
func aboutFiles(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return strings.HasPrefix(name, "readme") || strings.HasPrefix(name, "license") || strings.HasSuffix(name, ".md")
}

// openOrLeave is open, but for a file that was found and is no traffic: it counts
// nowhere, and left says why.
func (im *importer) openOrLeave(path string) (left, err error) {
	if !im.o.Found[path] || im.o.Strict {
		return nil, im.open(path)
	}
	name := text.Line(path, 120)
	if why := noFile(im.o, path); why != "" {
		im.rep.leaveOut(name, why)
		return fmt.Errorf("%s: %w: %s", name, ErrFormat, why), nil
	}
	was := im.rep.as()
	err = im.open(path)
	unknown := errors.Is(err, ErrFormat) || errors.Is(err, errEmpty) || errors.Is(err, errNoColumn) || errors.Is(err, ErrTooManyRejects)
	if !unknown || errors.Is(err, errAmbiguous) || im.rep.understood() != was.understood() {
		return nil, err
	}
	*im.rep = was
	why := strings.TrimPrefix(strings.TrimPrefix(err.Error(), name+": "), ErrFormat.Error()+": ")
	switch {
	case errors.Is(err, errUnknown):
		why = "its first lines are in no known format, and a table needs a mapping"
	case errors.Is(err, errNoColumn):
		_, why, _ = strings.Cut(why, name+" ")
	}
	im.rep.leaveOut(name, why)
	return err, nil
}

// readable tells why a file cannot be read. What is opened only once, a pipe, is
// left alone.
func readable(path string) error {
	if path == "-" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fmt.Errorf("%s: a directory; name its files", path)
	}
	return nil
}

// SortedReader is [Sorted] for a stream; name goes into errors.
func SortedReader(o Options, name string, r io.Reader) (*Journeys, error) {
	return sorted(o, false, func(im *importer) error { return im.read(name, r) })
}

// SortedEvents is [Sorted] for events that are in memory, of any order, and as
// they are. The report counts each as a line.
func SortedEvents(o Options, events []*Event) (*Journeys, error) {
	o.KeepPersonal = true
	return sorted(o, false, func(im *importer) error {
		for i, e := range events {
			im.n = int64(i + 1)
			im.begin()
			c := *e
			line := c.Line
			im.emit(&c, plain)
			if line != 0 && len(im.pending) > 0 {
				c.Line = line
			}
			if err := im.finish(nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func sorted(o Options, many bool, read func(*importer) error) (*Journeys, error) {
	if o.RunBytes <= 0 {
		o.RunBytes = 64 << 20
	}
	s := &sorter{in: o.TempDir, limit: o.RunBytes}
	im := newImporter(o, s.add)
	im.many = many
	im.mark = func(e *Event) error { // its place among the visitor's events, and before them all
		im.seq++
		return errors.Join(s.add(record{ev: e, role: robotMark, seq: im.seq}), s.add(record{ev: e, role: robotPage, seq: im.seq}))
	}
	j := &Journeys{rep: im.rep, rule: o.Visit, sort: s}
	err := read(im)
	if errors.Is(err, ErrEnough) {
		err = nil
	}
	if im.ids != nil {
		if err == nil {
			err = im.ids.resolve()
		}
		err = errors.Join(err, im.ids.spool.remove())
	}
	if err == nil {
		j.merge, err = s.sorted()
	}
	if err == nil {
		j.human = pastRobots{rule: o.Visit, next: j.merge.next, left: func(r *record) { j.rep.leftRobot(r, many) }}
	}
	if err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return j, nil
}

// Most is how many events there are at most: those of which it turns out that
// another one says the same are not handed out.
func (j *Journeys) Most() int64 { return j.sort.n }

// open imports a file, or standard input.
func (im *importer) open(path string) error {
	if path == "-" {
		return im.read("stdin", os.Stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	was, err := f.Stat()
	if err != nil {
		return err
	}
	if !was.Mode().IsRegular() {
		return im.read(path, f)
	}
	in := &steady{f: f, began: beginning(f)}
	if err := im.read(path, in); err != nil {
		return err
	}
	is, err := f.Stat()
	if err != nil {
		return nil // what was read was read
	}
	// A file that was cut off under its reader ends early, and nobody would know.
	// One that was written anew is half the old one and half the new.
	switch {
	case is.Size() < was.Size() && in.n < was.Size():
		im.rep.Truncated = append(im.rep.Truncated, fmt.Sprintf("%s became shorter while it was read", im.file))
	case is.Size() >= was.Size() && (in.anew || !bytes.HasPrefix(beginning(f), in.began)):
		im.rep.Truncated = append(im.rep.Truncated, fmt.Sprintf("%s was written anew while it was read", im.file))
	}
	return nil
}

// beginning is what a file begins with.
func beginning(f *os.File) []byte {
	first := make([]byte, 4096)
	n, _ := f.ReadAt(first, 0) // how far it goes is how much is known
	return first[:n]
}

// steady reads a file and notices where it was written anew meanwhile: what was
// read last no longer stands before what is read now. One that only grew is as it
// was, and one that was cut off ends.
type steady struct {
	f     *os.File
	n     int64
	began []byte
	last  []byte // the end of what was read
	anew  bool
}

// lastBytes by which a place in a file is known again.
const lastBytes = 256

// Read implements io.Reader.
func (s *steady) Read(p []byte) (int, error) {
	n, err := s.f.Read(p)
	if n > 0 && !s.anew {
		var now [lastBytes]byte
		is := now[:len(s.last)]
		if _, err := s.f.ReadAt(is, s.n-int64(len(is))); err == nil {
			s.anew = !bytes.Equal(is, s.last)
		}
		s.last = append(s.last[:0], p[max(0, n-lastBytes):n]...)
	}
	s.n += int64(n)
	return n, err
}

// Report tells what was read. It grows until Next returns io.EOF.
func (j *Journeys) Report() *Report { return j.rep }

// Close removes what is on disk.
func (j *Journeys) Close() error {
	if j.closed {
		return nil
	}
	j.closed = true
	if j.merge != nil {
		j.merge.close()
	}
	return j.sort.remove()
}

// Next returns the next stretch, or io.EOF after the last.
func (j *Journeys) Next() (Stretch, error) {
	e := j.next
	j.next = nil
	if e == nil {
		var err error
		if e, err = j.event(); err != nil {
			return Stretch{}, err
		}
	}
	st := Stretch{Visitor: e.Visitor, First: j.state.begins(e.Visitor), Events: []*Event{e}}
	j.state.visitor = e.Visitor
	for {
		e, err := j.event()
		if err == io.EOF {
			st.Last = true
			return st, nil
		}
		if err != nil {
			return Stretch{}, err
		}
		if e.Visitor != st.Visitor {
			j.next, st.Last = e, true
			return st, nil
		}
		if len(st.Events) == maxStretch {
			j.next = e
			return st, nil
		}
		st.Events = append(st.Events, e)
	}
}

// All ranges over the events of all journeys. It stops at the first error,
// which comes with a nil event.
func (j *Journeys) All() iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		for {
			st, err := j.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range st.Events {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// event returns the next event as the visitor's journey has it.
func (j *Journeys) event() (*Event, error) {
	for {
		if j.closed {
			return nil, errors.New("journeys are closed")
		}
		r, err := j.human.record()
		if err != nil {
			return nil, err
		}
		if e := j.state.take(j.rule, r); e != nil {
			if j.state.cart.mixed {
				j.rep.note("some carts have products in several currencies; a total counts those in the currency of the last, and the cart is partial")
			}
			j.count(e)
			return e, nil
		}
	}
}

// count counts an event that is handed out.
func (j *Journeys) count(e *Event) {
	p := j.rep
	p.Events++
	p.Types[e.Type.String()]++
	if p.First == 0 || e.At < p.First {
		p.First = e.At
	}
	p.Last = max(p.Last, e.At)
	p.Visits, p.Visitors = j.state.visits, j.state.visitors
}

// journeyState is what is known of the visitor at hand, to complete events that
// say only what changed or what is true at the time.
type journeyState struct {
	visitor string // of the stretch handed out last
	at      string // the visitor of the last record
	any     bool   // there was a record
	handed  bool   // there was a stretch

	cut      VisitCut
	visits   int64
	visitors int64
	url      string // page of the visit
	user     string // signed in, in the visit
	cart     runningCart
}

// begins reports whether a stretch of a visitor is the first of the journey.
func (s *journeyState) begins(visitor string) bool {
	first := !s.handed || s.visitor != visitor
	s.handed = true
	return first
}

// take returns the event of a record, or nil if it tells nothing new.
func (s *journeyState) take(rule VisitRule, r *record) *Event {
	e := r.ev
	if !s.any || e.Visitor != s.at {
		s.any, s.at = true, e.Visitor
		s.cut, s.url, s.user, s.cart = VisitCut{}, "", "", runningCart{}
		s.visitors++
	}
	starts := s.cut.Starts(rule, e)
	if r.role == inferred && !starts {
		if e.Type == PageView && e.Page.URL == s.url || e.Type == Identify && e.Identify.User == s.user {
			return nil
		}
	}
	s.cut = s.cut.Take(rule, e)
	if starts {
		s.visits++
		s.url, s.user = "", ""
	}
	switch e.Type {
	case PageView:
		s.url = e.Page.URL
	case Identify:
		s.user = e.Identify.User
	case Cart:
		return s.cart.take(e, r.role)
	case Purchase:
		s.cart.empty()
	}
	return e
}

// runningCart sums changes of a cart.
type runningCart struct {
	total    model.Money
	items    int
	currency string
	products []Product
	partial  bool // its beginning is unknown
	known    bool // a snapshot or a purchase told the whole
	mixed    bool // products came in another currency than those before
}

func (c *runningCart) empty() { *c = runningCart{known: true, products: c.products[:0]} }

// take applies a cart event and returns it as a snapshot.
func (c *runningCart) take(e *Event, r role) *Event {
	if r < cartAdd {
		*c = runningCart{total: e.Cart.Total, items: e.Cart.NumItems, currency: e.Cart.Currency, known: !e.Cart.Partial, partial: e.Cart.Partial}
		c.products = append(c.products, e.Cart.Products...)
		return e
	}
	c.in(e.Cart.Currency)
	for _, p := range e.Cart.Products {
		if r == cartAdd || r == cartAddTold {
			c.add(p)
		} else {
			c.remove(p)
		}
	}
	if r == cartAddTold || r == cartRemoveTold {
		c.tell(e.Cart.Total)
	}
	if !c.known || c.mixed {
		c.partial = true
	}
	out := *e
	out.Cart = &CartState{Total: c.total, NumItems: c.items, Currency: c.currency, Partial: c.partial}
	if len(c.products) > 0 {
		out.Cart.Products = append([]Product(nil), c.products...)
	}
	return &out
}

// in goes on in a currency. Amounts of different currencies have no sum: the
// prices so far are forgotten, the products stay.
func (c *runningCart) in(currency string) {
	if currency == "" {
		return
	}
	if c.currency != "" && c.currency != currency && len(c.products) > 0 {
		products := make([]Product, len(c.products))
		for i, p := range c.products {
			p.Price = nil
			products[i] = p
		}
		c.products, c.total, c.mixed = products, 0, true
	}
	c.currency = currency
}

// tell takes the total that the source has after a change. One that is the sum
// of what the changes put in says that there is nothing else in the cart, and
// none that it is empty.
func (c *runningCart) tell(total model.Money) {
	sum := runningCart{}
	for i := range c.products {
		sum.charge(&c.products[i], 1)
	}
	switch {
	case total == sum.total:
		c.known, c.partial = true, false
	case total == 0:
		c.empty()
	}
	c.total = total
}

// same reports whether two products are one: by SKU, else by name.
func same(a, b *Product) bool {
	if a.SKU != "" || b.SKU != "" {
		return a.SKU == b.SKU
	}
	return a.Name == b.Name
}

// Limits of a running cart, so that sums cannot overflow and hostile input
// cannot grow it.
const (
	maxCartProducts = 500
	maxCartTotal    = model.Money(999_999_999_999) * model.MoneyScale
)

// add puts a product in. Its own price counts, none counts as nothing.
func (c *runningCart) add(p Product) {
	for i := range c.products {
		if q := &c.products[i]; same(q, &p) {
			if p.Price != nil { // all pieces cost what the last one did
				c.charge(q, -1)
				q.Price = p.Price
				c.charge(q, 1)
			}
			more := p
			more.Price = q.Price
			q.Quantity = min(q.Quantity+p.Quantity, maxCount)
			c.charge(&more, 1)
			c.items = min(c.items+p.Quantity, maxCount)
			return
		}
	}
	c.items = min(c.items+p.Quantity, maxCount)
	if len(c.products) == maxCartProducts {
		c.partial = true
		return
	}
	c.charge(&p, 1)
	c.products = append(c.products, p)
}

// remove takes a product out, no more pieces than are in. What the changes did
// not put in was there before: the cart stays partial.
func (c *runningCart) remove(p Product) {
	for i := range c.products {
		q := &c.products[i]
		if !same(q, &p) {
			continue
		}
		n := min(p.Quantity, q.Quantity)
		gone := *q
		gone.Quantity = n
		c.charge(&gone, -1)
		c.items = max(0, c.items-n)
		if q.Quantity -= n; q.Quantity == 0 {
			c.products = append(c.products[:i], c.products[i+1:]...)
		}
		return
	}
	c.partial = true
}

// charge adds the product's price to the total, or takes it away.
func (c *runningCart) charge(p *Product, sign model.Money) {
	if p.Price == nil {
		return
	}
	if n := model.Money(p.Quantity); n > 0 && *p.Price <= maxCartTotal/n && *p.Price >= -maxCartTotal/n {
		c.total += sign * *p.Price * n
	}
	c.total = max(-maxCartTotal, min(maxCartTotal, c.total))
}
