package serve

import (
	"io"
	"time"
)

// Defaults of [Limits]. No key, mouse report or reply of a terminal comes near
// them.
const (
	DefaultParams = 16       // parameters of a control sequence
	DefaultString = 64 << 10 // bytes of a control string
	DefaultPaste  = 1 << 20  // bytes of one bracketed paste

	maxParamBytes = 128     // parameter and intermediate bytes of a control sequence
	maxRead       = 4 << 10 // bytes taken at a time
	maxDigits     = 9       // digits of one parameter, so that none wraps around
	maxHeld       = 512     // more than what a read can pass beyond what it took

	// gap is the least pause of a limited rate. Bubble Tea keeps what it cannot
	// decode until the input is silent for 50 ms, so a stream without a pause
	// would fill its memory behind a single unknown sequence.
	gap = 60 * time.Millisecond
)

// A Cut says what an [Input] dropped.
type Cut string

// What an Input drops.
const (
	CutParams Cut = "control sequence with too many parameters"
	CutString Cut = "control string too long"
	CutPaste  Cut = "paste too long"
	CutBytes  Cut = "bytes that are not UTF-8"
)

// Limits bound what one operator's keyboard may send. The zero value has the
// defaults and no limit of the rate.
type Limits struct {
	Params int // parameters of a CSI or DCS sequence, at most 30; 0 is DefaultParams
	String int // bytes of an OSC, DCS, APC, PM or SOS string; 0 is DefaultString
	Paste  int // bytes of one bracketed paste; 0 is DefaultPaste

	// Rate is how many bytes a second are taken, after a burst of Burst bytes
	// (0 is four seconds' worth). What comes faster waits in the connection. 0
	// is no limit, as for a local terminal.
	Rate, Burst int

	// OnCut, if set, is told of every sequence, string, paste or stretch of
	// bytes that was cut, once each, in the goroutine that reads. It must not
	// block.
	OnCut func(Cut)
}

// Input is the filter between a keyboard and Bubble Tea, for local use too.
//
// It passes valid input byte for byte and at once: a lone ESC is never held
// back. It shortens what would hurt: parameters beyond the limit are left out
// of their sequence, a control string is cut at its limit, a bracketed paste at
// its own with its end sequence kept, and bytes that are no UTF-8 are dropped;
// among these are the 8-bit control codes, which no terminal in UTF-8 mode
// sends, and key records of the Windows console, which could smuggle any byte.
// Held back are only the first bytes of a rune until its last, because half a
// rune is read as something else, and a control sequence inside a paste, because
// half an end of a paste is not read as its end.
//
// The result does not depend on how the bytes are split over reads. An Input is
// for one reader.
type Input struct {
	r      io.Reader
	limits Limits
	bucket bucket
	buf    [maxRead]byte
	out    []byte // filtered and not yet read
	err    error  // of r, to be returned behind out

	state  inputState
	params int  // separators in the present sequence
	digits int  // bytes of its present parameter
	bytes  int  // bytes of the present sequence or string
	first  int  // first parameter of the present sequence
	odd    bool // it has a prefix or intermediate bytes
	dcs    bool // it opens a string
	behind int  // separators since a byte that may be an 8-bit introducer, or -1
	cut    bool // the present sequence or string was cut

	half    []byte // first bytes of a rune
	lo, hi  byte   // range of its next byte
	need    int    // bytes that it lacks
	garbage bool   // the last byte was no UTF-8

	paste  bool   // between the paste sequences
	pasted int    // bytes since its start
	full   bool   // the rest up to its end is dropped
	held   []byte // a control sequence inside it, so far
}

type inputState uint8

const (
	ground   inputState = iota
	escaped             // behind ESC
	sequence            // in the parameters of CSI or DCS
	str                 // in a control string
)

// The first parameters of CSI ~ around a bracketed paste.
const (
	pasteStart = 200
	pasteEnd   = 201
)

// File is what Bubble Tea asks of an input to use it as a terminal: *os.File.
type File interface {
	io.ReadWriteCloser
	Fd() uintptr
	Name() string
}

// terminalInput is an Input that can still be put into raw mode and waited for.
//
// Bubble Tea switches the terminal to raw mode by the descriptor of its input,
// and its cancelable reader waits on that descriptor before it calls Read. So
// the wrapper keeps the descriptor and changes Read alone. It follows that a
// Read may touch the file only once and must leave nothing behind: it returns
// 0 bytes where all that came was dropped, and never keeps output for later if
// p has room for maxRead bytes, which Bubble Tea's buffer has.
//
// On Windows the library reads the console by itself; there Input filters
// nothing and [Harden] and [Output] are what protects.
type terminalInput struct {
	File
	in *Input
}

func (t *terminalInput) Read(p []byte) (int, error) { return t.in.readOnce(p) }

// NewInput returns r with the filter applied. If r is a [File], so is the
// result, with the same descriptor; otherwise it is an [*Input].
func NewInput(r io.Reader, limits Limits) io.Reader {
	if limits.Params <= 0 || limits.Params > 30 {
		limits.Params = DefaultParams
	}
	if limits.String <= 0 {
		limits.String = DefaultString
	}
	if limits.Paste <= 0 {
		limits.Paste = DefaultPaste
	}
	if limits.Burst <= 0 {
		limits.Burst = 4 * limits.Rate
	}
	in := &Input{r: r, limits: limits, behind: -1, bucket: bucket{rate: limits.Rate, burst: limits.Burst}}
	if f, ok := r.(File); ok {
		return &terminalInput{File: f, in: in}
	}
	return in
}

// Read reads filtered input. It returns 0 bytes and no error only for an empty
// p.
func (in *Input) Read(p []byte) (int, error) {
	for {
		n, err := in.readOnce(p)
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
}

func (in *Input) readOnce(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(in.out) == 0 && in.err == nil {
		n, err := in.r.Read(in.buf[:max(1, min(maxRead, len(p))-maxHeld)])
		in.bucket.take(n)
		in.out, in.err = in.out[:0], err
		for _, b := range in.buf[:n] {
			in.decode(b)
		}
		if err != nil {
			in.release()
		}
	}
	n := copy(p, in.out)
	in.out = in.out[n:]
	if n == 0 {
		err := in.err
		in.err = nil
		return 0, err
	}
	return n, nil
}

// decode puts bytes together to runes, and drops what is none.
func (in *Input) decode(b byte) {
	if in.need > 0 {
		if b >= in.lo && b <= in.hi {
			in.half = append(in.half, b)
			in.lo, in.hi = 0x80, 0xbf
			if in.need--; in.need == 0 {
				in.garbage = false
				in.multibyte()
				in.half = in.half[:0]
			}
			return
		}
		in.need, in.half = 0, in.half[:0]
		in.invalid()
	}
	if b < 0x80 {
		in.garbage = false
		in.ascii(b)
		return
	}
	in.lo, in.hi = 0x80, 0xbf
	switch { // the table of well-formed byte sequences, Unicode 3.9
	case b >= 0xc2 && b <= 0xdf:
		in.need = 1
	case b >= 0xe0 && b <= 0xef:
		in.need = 2
		switch b {
		case 0xe0:
			in.lo = 0xa0
		case 0xed:
			in.hi = 0x9f
		}
	case b >= 0xf0 && b <= 0xf4:
		in.need = 3
		switch b {
		case 0xf0:
			in.lo = 0x90
		case 0xf4:
			in.hi = 0x8f
		}
	default:
		in.invalid()
		return
	}
	in.half = append(in.half, b)
}

func (in *Input) invalid() {
	if !in.garbage {
		in.garbage = true
		in.notice(CutBytes)
	}
}

// multibyte takes a whole rune beyond ASCII.
func (in *Input) multibyte() {
	switch in.state {
	case escaped, sequence: // no sequence goes on with it
		in.state = ground
		in.release()
	case str:
		if !in.lengthen(len(in.half)) {
			return
		}
		// Inside a string, a decoder that works on bytes takes the 9C in ✛ (E2 9C
		// 9B) for the end of the string and the 9B for a CSI.
		in.behind = -1
		if last := in.half[len(in.half)-1]; last == 0x9b || last == 0x90 {
			in.behind = 0
		}
	}
	in.emit(in.half...)
}

func (in *Input) ascii(b byte) {
	if b == 0x1b { // begins anew from any state
		in.release()
		in.state, in.bytes, in.cut, in.behind = escaped, 0, false, -1
		in.emit(b)
		return
	}
	switch in.state {
	case ground:
		in.emit(b)
	case escaped:
		in.escape(b)
	case sequence:
		in.parameter(b)
	case str:
		if b == 0x07 || b == 0x18 || b == 0x1a {
			in.state, in.behind = ground, -1
			in.emit(b)
			return
		}
		if in.behind >= 0 {
			if b < 0x30 || b > 0x3f {
				in.behind = -1
			} else if b == ';' || b == ':' {
				if in.behind++; in.behind >= in.limits.Params {
					in.once(CutParams)
					return
				}
			}
		}
		if in.lengthen(1) {
			in.emit(b)
		}
	}
}

// escape takes a byte behind ESC.
func (in *Input) escape(b byte) {
	if b >= 0x20 && b <= 0x2f { // intermediate: ESC SP [ still opens a sequence
		if in.bytes++; in.bytes > maxParamBytes {
			in.once(CutParams)
			return
		}
		in.emit(b)
		return
	}
	in.emit(b)
	switch b {
	case '[', 'P':
		in.state, in.dcs = sequence, b == 'P'
		in.params, in.digits, in.bytes, in.first, in.odd = 0, 0, 0, 0, false
		return
	case ']', 'X', '^', '_':
		in.state, in.bytes = str, 0
	default:
		in.state = ground
	}
	in.release()
}

// parameter takes a byte behind CSI or DCS.
func (in *Input) parameter(b byte) {
	if b >= 0x20 && b <= 0x3f {
		if in.bytes++; in.bytes == 1 && b >= '<' || b < '0' {
			in.odd = true
		}
		if in.digits++; b == ';' || b == ':' {
			in.params++
			in.digits = 0
		}
		if in.params >= in.limits.Params || in.bytes > maxParamBytes || in.digits > maxDigits {
			in.once(CutParams)
			return
		}
		if in.params == 0 && b >= '0' && b <= '9' {
			in.first = in.first*10 + int(b-'0')
		}
		in.emit(b)
		return
	}
	// The final byte, or one that breaks the sequence off.
	switch {
	case in.dcs && b >= 0x40 && b <= 0x7e:
		in.emit(b)
		in.state, in.bytes = str, 0
		in.release()
		return
	case !in.dcs && b == '_':
		b = 'z' // a key record of the Windows console becomes a sequence of no meaning
	}
	in.emit(b)
	in.state = ground
	if b != '~' || in.dcs || in.odd {
		in.release()
		return
	}
	switch {
	case in.first == pasteStart && !in.paste:
		in.paste, in.pasted, in.full = true, 0, false
	case in.first == pasteEnd && in.paste:
		in.paste, in.full = false, false
		in.out, in.held = append(in.out, in.held...), in.held[:0]
	default:
		in.release()
	}
}

// lengthen counts n bytes of a control string, and reports whether they fit.
func (in *Input) lengthen(n int) bool {
	if in.bytes += n; in.bytes > in.limits.String {
		in.once(CutString)
		return false
	}
	return true
}

// emit passes bytes on, or holds them as part of a control sequence inside a
// paste.
func (in *Input) emit(b ...byte) {
	switch {
	case !in.paste:
		in.out = append(in.out, b...)
	case in.state == escaped || in.state == sequence:
		in.held = append(in.held, b...)
	default:
		in.content(b)
	}
}

// release passes the control sequence that was held inside a paste: it is not
// the end of it.
func (in *Input) release() {
	if len(in.held) > 0 {
		in.content(in.held)
		in.held = in.held[:0]
	}
}

// content passes bytes of a paste, as long as they fit.
func (in *Input) content(b []byte) {
	if in.full {
		return
	}
	if in.pasted += len(b); in.pasted > in.limits.Paste {
		in.full = true
		in.notice(CutPaste)
		return
	}
	in.out = append(in.out, b...)
}

// once tells of a cut in the present sequence or string the first time.
func (in *Input) once(c Cut) {
	if !in.cut {
		in.cut = true
		in.notice(c)
	}
}

func (in *Input) notice(c Cut) {
	if in.limits.OnCut != nil {
		in.limits.OnCut(c)
	}
}

// A bucket of tokens limits a rate in bytes a second.
type bucket struct {
	rate, burst int
	tokens      float64
	at          time.Time
}

// take accounts for n bytes and sleeps as long as they were early, at least for
// gap. One take of maxRead bytes sleeps at most maxRead/rate seconds or gap.
func (b *bucket) take(n int) {
	if b.rate <= 0 || n <= 0 {
		return
	}
	now := time.Now()
	if b.at.IsZero() {
		b.tokens = float64(b.burst)
	} else {
		b.tokens = min(float64(b.burst), b.tokens+now.Sub(b.at).Seconds()*float64(b.rate))
	}
	b.at = now
	if b.tokens -= float64(n); b.tokens < 0 {
		time.Sleep(max(gap, time.Duration(-b.tokens/float64(b.rate)*float64(time.Second))))
	}
}
