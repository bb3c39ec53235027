package journey

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"beckon/model"
	"beckon/model/text"
)

// Format is a form that events arrive in.
type Format string

// The formats. A table needs a [Mapping].
const (
	FormatNative     Format = "native"
	FormatCombined   Format = "combined"
	FormatSegment    Format = "segment"
	FormatSnowplow   Format = "snowplow"
	FormatGA4        Format = "ga4"
	FormatMatomo     Format = "matomo"
	FormatWebSession Format = "websession"
	FormatHAR        Format = "har"
	FormatOtto       Format = "otto"
	FormatTable      Format = "table"
)

// Formats lists the formats.
func Formats() []Format {
	return []Format{FormatNative, FormatCombined, FormatSegment, FormatSnowplow, FormatGA4, FormatMatomo, FormatWebSession, FormatHAR, FormatOtto, FormatTable}
}

// Options say how files are read. The zero value detects the format, leaves
// robots out and takes all times.
type Options struct {
	// Format is that of all files, or "" to detect it for each.
	Format Format
	// Mapping makes the files tables.
	Mapping *Mapping
	// Found are those of the files that were found in a directory, or by a pattern,
	// and not named each: one that is no traffic is left out, and the report's
	// FilesLeftOut says so. With Strict it is an error, as a file is that was named.
	Found map[string]bool
	// Host begins the URLs of a log, which has paths only; default
	// [DefaultHost].
	Host string
	// AskHost is asked for it where Host is empty, once the first path is to
	// become a URL; an error of it ends the import.
	AskHost func() (string, error)
	// Robots takes robots in as if they were visitors. Else a visit in which a
	// robot opened a page is left out whole.
	Robots bool
	// From and To bound the instants: From <= at < To. Zero is no bound.
	From, To Instant
	// Later is by how much everything happens later than it was recorded, or earlier
	// if it is negative: traffic as if it came at another time. Spans between events
	// are kept to the millisecond, over changes of daylight saving, too. From and To
	// bound the instants that were recorded.
	Later model.Duration
	// Strict stops at the first line that cannot be read.
	Strict bool
	// MaxRejects stops after so many rejected lines; 0 is 100 or 1 % of the
	// lines, whichever is more, and below 0 never stops.
	MaxRejects int
	// Visit cuts the visits that the report counts.
	Visit VisitRule
	// Places tells where addresses are, of events whose source does not.
	Places *Places
	// KeepPersonal leaves in what tells of a person, as it was recorded;
	// otherwise it is hidden, see the comment of the package.
	KeepPersonal bool
	// Key makes the hashes that stand for ids secret to whoever does not have
	// it; without one they can be guessed. One key gives one id the same hash.
	Key string
	// TempDir is where events are sorted that do not fit in RunBytes; default
	// the system's.
	TempDir string
	// RunBytes is about how much memory events may take; default 64 MiB.
	RunBytes int64
	// OnReject is told of every rejected line, with the line's beginning.
	OnReject func(p Problem, line []byte)
	// Stop is asked every thousand lines; an error ends the import with it.
	// A context's Err serves. With [ErrEnough] the input ends there, as far as it
	// was read, and the report's Truncated says so.
	Stop func() error
	// Lines ends the input after so many, as ErrEnough does; 0 is all of them.
	Lines int64
	// Progress is told of the bytes taken from the present file so far.
	Progress func(file string, bytes int64)
}

// ErrEnough is for [Options].Stop to return: what was read is all that there is.
var ErrEnough = errors.New("no more is read")

// Errors that stop an import.
var (
	// ErrTooManyRejects: more lines were rejected than MaxRejects.
	ErrTooManyRejects = errors.New("too many lines cannot be read")
	// ErrFormat: the format cannot be told, or is not the one named.
	ErrFormat = errors.New("format")
)

// role says how a record becomes an event when a visitor's records are in
// order.
type role uint8

const (
	plain          role = iota
	inferred            // dropped if it tells what is known: a page or an identity
	cartAdd             // the cart's products come to the cart
	cartRemove          // the cart's products leave the cart
	cartAddTold         // they come to it, and its total is then the one told
	cartRemoveTold      // they leave it, and its total is then the one told
	robotPage           // a page that a robot opened: it is in no journey
	robotMark           // says before a visitor's events that there is such a page
)

// record is an event on its way to its place in its journey.
type record struct {
	ev   *Event
	role role
	seq  int64 // place over all files
	// alone is an event that is all its line gave.
	alone bool
}

// importer turns lines into records and accounts for them.
type importer struct {
	o      Options
	rep    *Report
	sink   func(record) error
	mark   func(*Event) error // is told of robots' pages, if not nil
	dec    decoder
	trees  trees
	file   string  // of the present file, safe to show
	many   bool    // more files than one
	where  *string // file, where the report needs to name it
	lines  *lineReader
	seq    int64
	device robots
	who    hider
	geo    Geo    // of the page that is being told of
	format Format // of the present file
	// ids is of all files whose messages tell who is who, if there are any.
	ids *identities

	// The present line.
	n       int64
	pending []record
	marks   []*Event // pages of robots
	left    []string // reasons why events were left out
	skipped string   // why it gave nothing
	rejects *fault
}

// reader is one foreign format.
type reader interface {
	// line reads one line; it calls emit, skip or reject of its importer.
	line(b []byte) error
	// end is called after the last line of a file.
	end() error
}

func newImporter(o Options, sink func(record) error) *importer {
	im := &importer{o: o, rep: newReport(o.Visit), sink: sink, who: hider{key: []byte(o.Key), keep: o.KeepPersonal}}
	im.dec.unknown = func(field string) {
		if !o.KeepPersonal {
			field = scrub(field)
		}
		if _, ok := im.rep.Unknown[field]; ok || len(im.rep.Unknown) < maxUnknown {
			count(im.rep.Unknown, text.Line(field, 80), im.present(), im.n)
		}
	}
	return im
}

// present is the present file where the report needs to name it.
func (im *importer) present() string {
	if im.where == nil {
		return ""
	}
	return *im.where
}

// emit makes an event of the present line.
func (im *importer) emit(e *Event, r role) {
	robot := e.Type == PageView && im.leavesOut(e.Page.UserAgent)
	recorded := e.At
	e.Move(im.o.Later)
	switch {
	case im.o.From != 0 && recorded < im.o.From || im.o.To != 0 && recorded >= im.o.To:
		im.leave("outside")
		if robot { // and so is the rest of the visit
			im.marked(e)
		}
		return
	case robot:
		im.robot(e)
		return
	}
	if im.o.Places != nil && e.Type == PageView {
		im.place(e.Page)
	}
	if !im.o.KeepPersonal && (e.Type == PageView && e.Page.IP != "" || e.Type == CustomerInfo && e.Customer.CustomerID != "") {
		im.rep.note(hiddenNote)
	}
	im.hidePerson(e)
	e.Line = im.n
	im.pending = append(im.pending, record{ev: e, role: r})
}

// hidePerson hides what tells of a person in an event.
func (im *importer) hidePerson(e *Event) {
	if !im.o.KeepPersonal || im.format != FormatNative && im.format != "" { // else its texts are its own, or somebody else's
		im.who.hideIn(e, im.format)
	}
}

// leavesOut reports whether a user agent is that of a robot, and robots are
// left out.
func (im *importer) leavesOut(userAgent string) bool {
	return !im.o.Robots && im.device.robot(userAgent)
}

// leave leaves an event out.
func (im *importer) leave(reason string) {
	im.left = append(im.left, reason)
	im.skip(reason)
}

// skip says why the present line gives nothing.
func (im *importer) skip(reason string) {
	if im.skipped == "" {
		im.skipped = reason
	}
}

// reject refuses the present line, and what it gave already.
func (im *importer) reject(f *fault) {
	if im.rejects == nil {
		im.rejects = f
	}
}

// take reads one line with a reader and accounts for it.
func (im *importer) take(r reader, l line) error {
	im.n = im.lines.n
	im.begin()
	if f := unsound(l); f != nil {
		im.reject(f)
	} else if len(bytes.TrimSpace(l.b)) == 0 {
		im.skip("blank")
	} else if err := r.line(l.b); err != nil {
		return err
	}
	if im.rejects != nil && l.partial {
		im.rejects = &fault{reason: "truncated", field: im.rejects.field, detail: "the file ends within a line; " + im.rejects.detail}
	}
	return im.finish(l.b)
}

// unsound tells why no reader is given a line, or nil.
func unsound(l line) *fault {
	switch {
	case l.long:
		return &fault{reason: "too-long", detail: fmt.Sprintf("longer than %d bytes", maxLine), value: string(l.b[:min(len(l.b), 60)])}
	case bytes.IndexByte(l.b, 0) >= 0:
		return &fault{reason: "binary", detail: "a NUL byte"}
	case !utf8.Valid(l.b):
		return badUTF8(l.b)
	}
	return nil
}

// begin starts the account of a line.
func (im *importer) begin() {
	im.pending, im.marks, im.left, im.skipped, im.rejects = im.pending[:0], im.marks[:0], im.left[:0], "", nil
}

// finish accounts for the present line and hands its events on.
func (im *importer) finish(b []byte) error {
	if im.o.Lines > 0 && im.rep.Lines >= im.o.Lines {
		return ErrEnough
	}
	if im.o.Stop != nil && (im.rep.Lines+1)%1000 == 0 {
		if err := im.o.Stop(); err != nil {
			return err // of this line nothing was counted
		}
	}
	im.rep.Lines++
	if im.rejects != nil {
		return im.rejected(im.rejects, b)
	}
	if len(im.pending) == 0 {
		if im.skipped == "" {
			im.skipped = "no-event"
		}
		count(im.rep.Skipped, im.skipped, im.present(), im.n)
		return im.markRobots()
	}
	im.rep.Read++
	for _, reason := range im.left {
		im.rep.LeftOut[reason]++
	}
	for _, r := range im.pending {
		im.seq++
		r.seq, r.alone = im.seq, len(im.pending) == 1
		if err := im.sink(r); err != nil {
			return err
		}
	}
	return im.markRobots()
}

// rejected accounts for a rejected line and stops where it is one too many.
func (im *importer) rejected(f *fault, b []byte) error {
	count(im.rep.Rejected, f.reason, im.present(), im.n)
	p := im.told(f.at(im.file, im.n))
	if len(im.rep.Problems) < maxProblems {
		im.rep.Problems = append(im.rep.Problems, p)
	}
	if im.o.OnReject != nil {
		im.o.OnReject(p, b)
	}
	if im.o.Strict {
		return p
	}
	limit := int64(im.o.MaxRejects)
	if limit == 0 {
		limit = max(100, im.rep.Lines/100)
	}
	if limit > 0 && im.rep.RejectedLines() > limit {
		return fmt.Errorf("%s: %w: more than %d; the last is %w", im.file, ErrTooManyRejects, limit, p)
	}
	return nil
}

// read imports one file.
func (im *importer) read(name string, src io.Reader) error {
	im.file, im.where = text.Line(name, 120), new(string)
	if im.many {
		*im.where = im.file
	}
	var tell func(int64)
	if im.o.Progress != nil {
		tell = func(n int64) { im.o.Progress(name, n) }
	}
	plainText, done, err := decompress(src, tell)
	if err != nil {
		return fmt.Errorf("%s: %w", im.file, err)
	}
	defer done()
	br := bufio.NewReaderSize(plainText, sampleBytes)
	sample, err := br.Peek(sampleBytes)
	if len(sample) == 0 && err != io.EOF && broken(err) {
		return fmt.Errorf("%s: nothing can be read of it: %w", im.file, err)
	}
	if len(sample) == 0 && (err == io.EOF || err == nil) {
		return fmt.Errorf("%s: %w", im.file, errEmpty)
	}
	if err != nil && err != io.EOF && !broken(err) {
		return fmt.Errorf("%s: %w", im.file, err)
	}
	format, err := im.formatOf(sample, len(sample) < sampleBytes)
	if err != nil {
		return fmt.Errorf("%s: %w", im.file, err)
	}
	im.format = format
	im.rep.Formats = append(im.rep.Formats, format)
	im.lines = &lineReader{r: br}
	r, err := im.reader(format, sample)
	if err != nil {
		return err
	}
	before, problems, rejected := im.rep.understood(), len(im.rep.Problems), im.rep.RejectedLines()
	if err := im.all(r); err != nil {
		return err
	}
	if im.rep.understood() == before && im.rep.RejectedLines() > rejected && len(im.rep.Problems) > 0 {
		return fmt.Errorf("%s: %w: no line can be read as %s; the first problem is %w", im.file, ErrFormat, format, im.rep.Problems[min(problems, len(im.rep.Problems)-1)])
	}
	return nil
}

// broken reports whether a compressed stream broke off, or ends in what it is
// not compressed with: what came before is good.
func broken(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errTrailing)
}

// all reads all lines of the present file.
func (im *importer) all(r reader) error {
	if w, ok := r.(interface{ whole() error }); ok {
		err := w.whole()
		if errors.Is(err, ErrEnough) {
			im.rep.Truncated = append(im.rep.Truncated, fmt.Sprintf("%s was read up to what begins on line %d, and no further", im.file, im.n))
			return errors.Join(err, r.end())
		}
		if err != nil {
			return err
		}
		return r.end()
	}
	for {
		l, err := im.lines.next()
		if errors.Is(err, errTrailing) && len(l.b) > 0 { // the last line needs no end
			if err := im.take(r, l); err != nil {
				return err
			}
		} else if err != nil && len(l.b) > 0 { // the stream broke off within a line
			im.n = im.lines.n
			im.begin()
			im.reject(&fault{reason: "truncated", detail: "the file ends within a line"})
			if err := im.finish(l.b); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return r.end()
		}
		if err != nil {
			if err := im.brokeOff(err); err != nil {
				return err
			}
			return r.end()
		}
		if err := im.take(r, l); errors.Is(err, ErrEnough) {
			im.rep.Truncated = append(im.rep.Truncated, fmt.Sprintf("%s was read up to line %d, and no further", im.file, im.lines.n-1))
			return errors.Join(err, r.end())
		} else if err != nil {
			return err
		}
	}
}

// brokeOff notes a stream that ends too early; other errors are the caller's.
func (im *importer) brokeOff(err error) error {
	if !broken(err) {
		return fmt.Errorf("%s: after line %d: %w", im.file, im.lines.n, err)
	}
	if errors.Is(err, errTrailing) {
		if im.o.Strict {
			return fmt.Errorf("%s: after line %d: %w", im.file, im.lines.n, err)
		}
		im.rep.Truncated = append(im.rep.Truncated, fmt.Sprintf("%s goes on after line %d with what is not compressed, which is left out", im.file, im.lines.n))
		return nil
	}
	if im.o.Strict {
		return fmt.Errorf("%s: the compressed file breaks off after line %d", im.file, im.lines.n)
	}
	im.rep.Truncated = append(im.rep.Truncated, fmt.Sprintf("%s breaks off after line %d", im.file, im.lines.n))
	return nil
}

// reader returns the reader of a format.
func (im *importer) reader(f Format, sample []byte) (reader, error) {
	switch f {
	case FormatCombined:
		return &combinedReader{im: im}, nil
	case FormatSegment:
		r := &segmentReader{im: im, ids: im.identities()}
		if len(wholeFormats(sample)) > 0 {
			return wholeReader{reader: r, im: im, key: "batch", noun: "message"}, nil
		}
		return r, nil
	case FormatSnowplow:
		return &snowplowReader{im: im, ids: im.identities()}, nil
	case FormatGA4:
		return &ga4Reader{im: im, ids: im.identities()}, nil
	case FormatMatomo:
		r := &matomoReader{im: im, ids: im.identities(), who: combinedReader{im: im}}
		if len(wholeFormats(sample)) > 0 {
			return wholeReader{reader: r, im: im, key: "requests", noun: "request"}, nil
		}
		return r, nil
	case FormatWebSession:
		r := &webSessionReader{im: im, ids: im.identities()}
		if len(wholeFormats(sample)) > 0 {
			return sessionsReader{r}, nil
		}
		return r, nil
	case FormatHAR:
		return &harReader{im: im, titles: map[string]string{}, first: map[string]*document{}}, nil
	case FormatOtto:
		return &ottoReader{im: im}, nil
	case FormatTable:
		return newTableReader(im, im.o.Mapping), nil
	}
	return nativeReader{im}, nil
}

// nativeReader reads the native form.
type nativeReader struct{ im *importer }

func (r nativeReader) line(b []byte) error {
	e, f := r.im.dec.event(b)
	if f != nil {
		r.im.reject(f)
		return nil
	}
	r.im.emit(e, plain)
	return nil
}

func (r nativeReader) end() error { return nil }

// follow accounts for lines that belong to the present one.
func (im *importer) follow(lines int64) {
	for i := range lines {
		count(im.rep.Skipped, "continuation", im.present(), im.n+1+i)
	}
	im.rep.Lines += lines
}
