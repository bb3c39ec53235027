package journey

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Limits on files.
const (
	maxLine      = 1 << 20  // bytes of a line; longer ones are rejected
	ratioFrom    = 16 << 20 // bytes read before the ratio of decompression counts
	maxRatio     = 200
	sampleBytes  = maxLine + 1 // looked at to tell the format
	zstdWindow   = 64 << 20
	bufferedRead = 64 << 10
)

var (
	errRatio  = errors.New("decompresses to more than 200 times its size: refused")
	errEmpty  = errors.New("the file is empty")
	errWindow = errors.New("needs more than 64 MiB of memory to decompress: refused")
	// errTrailing: what was compressed is whole, but more follows that is not.
	errTrailing = errors.New("what follows what is compressed is not")
)

// members reads gzip's members, one after the other, as the file of a log that
// was appended to has them. NULs behind one fill up a block and say nothing.
type members struct {
	r *bufio.Reader
	z *gzip.Reader
}

func newMembers(r *bufio.Reader) (*members, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	z.Multistream(false)
	return &members{r, z}, nil
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if err != io.EOF {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
		if err := m.next(); err != nil {
			return 0, err
		}
	}
}

// next goes to the next member; io.EOF if there is none.
func (m *members) next() error {
	for {
		b, err := m.r.Peek(1)
		if err != nil {
			return err
		}
		if b[0] != 0 {
			break
		}
		m.r.Discard(1)
	}
	if b, err := m.r.Peek(2); len(b) < 2 || b[0] != 0x1f || b[1] != 0x8b {
		if err != nil && err != io.EOF {
			return err
		}
		return errTrailing
	}
	if err := m.z.Reset(m.r); err != nil {
		return fmt.Errorf("gzip: %w", err)
	}
	m.z.Multistream(false)
	return nil
}

// counted counts what is read through it.
type counted struct {
	r    io.Reader
	n    int64
	tell func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.tell != nil && n > 0 {
		c.tell(c.n)
	}
	return n, err
}

// bounded fails where a compressed stream grows beyond all reason.
type bounded struct {
	r   io.Reader
	in  *counted
	out int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.out += int64(n)
	if b.out > ratioFrom && b.out > maxRatio*b.in.n {
		return 0, errRatio
	}
	switch {
	case errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded):
		err = errWindow
	case errors.Is(err, zstd.ErrMagicMismatch):
		err = errTrailing
	}
	return n, err
}

// Unpacked returns the text of a stream that is compressed with gzip or zstd, as far as
// it stays within reason, and what to close.
func Unpacked(r io.Reader) (io.Reader, func(), error) {
	text, done, err := decompress(r, nil)
	if _, is := text.(*bounded); err == nil && !is {
		return nil, nil, errors.New("not compressed with gzip or zstd")
	}
	return text, done, err
}

// decompress returns the text of a stream that may be gzip or zstd, told by
// its first bytes, and what to close. tell is told of the bytes taken from r.
func decompress(r io.Reader, tell func(int64)) (io.Reader, func(), error) {
	in := &counted{r: r, tell: tell}
	br := bufio.NewReaderSize(in, bufferedRead)
	magic, err := br.Peek(4)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	switch {
	case len(magic) == 0:
		return nil, nil, errEmpty
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := newMembers(br)
		if err != nil {
			return nil, nil, err
		}
		return &bounded{r: z, in: in}, func() { z.z.Close() }, nil
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}), len(magic) == 4 && magic[0]&0xf0 == 0x50 && bytes.Equal(magic[1:], []byte{0x2a, 0x4d, 0x18}): // a frame, or one to be skipped, as pzstd begins
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd: %w", err)
		}
		return &bounded{r: z, in: in}, z.Close, nil
	}
	return br, func() {}, nil
}

// lineReader cuts a stream into lines.
type lineReader struct {
	r   *bufio.Reader
	buf []byte
	n   int64 // of the last line, from 1
	// back holds lines that were read too far ahead, last first.
	back []line
}

// line is one line without its end.
type line struct {
	b       []byte // valid until the next call
	long    bool   // longer than maxLine; b is its beginning
	partial bool   // the stream ended without a line end
}

// next returns the next line, or io.EOF. A stream that breaks off gives what
// came before, partial, with its error.
func (l *lineReader) next() (line, error) {
	l.n++
	if k := len(l.back); k > 0 {
		out := l.back[k-1]
		l.back = l.back[:k-1]
		return out, nil
	}
	l.buf = l.buf[:0]
	out := line{}
	for {
		b, err := l.r.ReadSlice('\n')
		if err == nil && len(l.buf) == 0 && !out.long {
			out.b = trimEnd(b)
			break
		}
		if len(l.buf)+len(b) > maxLine+2 {
			out.long = true
			b = b[:min(len(b), max(0, 256-len(l.buf)))]
		}
		if !out.long || len(l.buf) < 256 {
			l.buf = append(l.buf, b...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		out.b, out.partial = trimEnd(l.buf), err != nil
		if err != nil && (err != io.EOF || len(l.buf) == 0) {
			if len(l.buf) == 0 {
				l.n--
			}
			return out, err
		}
		break
	}
	if out.long = out.long || len(out.b) > maxLine; out.long {
		out.b = out.b[:256]
	}
	out.b = bytes.TrimPrefix(out.b, []byte("\xef\xbb\xbf")) // also of a file that was appended
	return out, nil
}

// unread gives lines back, to be read again in their order.
func (l *lineReader) unread(lines []line) {
	for i := len(lines) - 1; i >= 0; i-- {
		l.back = append(l.back, lines[i])
	}
	l.n -= int64(len(lines))
}

func trimEnd(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
	}
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	return b
}
