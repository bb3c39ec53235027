package journey

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"beckon/model/text"
)

// ErrFollow is wrapped where a format cannot be followed while it is written.
var ErrFollow = errors.New("cannot be followed")

// Follow reads a stream as it grows and hands out every event as its line is
// complete, in the order of lines: nothing is sorted, and nothing waits for the
// stream's end. It takes the native form and logs; the other formats say only
// at their end who is who. It returns at the end of the stream; the report is
// of the lines so far whenever each is called.
func Follow(o Options, name string, r io.Reader, each func(*Event, *Report) error) (*Report, error) {
	if o.MaxRejects == 0 {
		o.MaxRejects = -1 // it goes on for long
	}
	var im *importer
	robots := robotsFollowed{rule: o.Visit, known: map[string]VisitCut{}}
	im = newImporter(o, func(rec record) error {
		if robots.has(rec.ev) {
			im.rep.leftRobot(&rec, false)
			return nil
		}
		return each(rec.ev, im.rep)
	})
	im.mark = func(e *Event) error { robots.mark(e); return nil }
	im.file, im.where = text.Line(name, 120), new(string)
	im.dec.alone = true
	br := bufio.NewReaderSize(r, bufferedRead)
	if packed(br) {
		return im.rep, fmt.Errorf("%s: compressed with gzip or zstd, which %w: nothing of it can be read before it is complete; replay reads it", im.file, ErrFollow)
	}
	sample, format, err := im.firstLines(br)
	switch {
	case err != nil:
		return im.rep, fmt.Errorf("%s: %w", im.file, err)
	case sample == nil:
		return im.rep, nil
	}
	if format != FormatNative && format != FormatCombined {
		return im.rep, fmt.Errorf("%s: the format %s %w: want native or combined", im.file, format, ErrFollow)
	}
	im.format = format
	im.rep.Formats = append(im.rep.Formats, format)
	im.lines = &lineReader{r: bufio.NewReaderSize(io.MultiReader(bytes.NewReader(sample), br), bufferedRead)}
	rd, err := im.reader(format, sample)
	if err != nil {
		return im.rep, err
	}
	return im.rep, im.all(rd)
}

// packed reports whether a stream begins like one that is compressed. No line
// that can be read is shorter than the two bytes that it waits for.
func packed(r *bufio.Reader) bool {
	b, _ := r.Peek(2)
	return len(b) == 2 && (b[0] == 0x1f && b[1] == 0x8b || b[0] == 0x28 && b[1] == 0xb5)
}

// firstLines reads up to the first line that tells the format. A log that begins
// with what is none, because it was cut or somebody wrote into it, is given some
// lines more. A nil sample: the stream ended before its first line.
func (im *importer) firstLines(r *bufio.Reader) (sample []byte, f Format, err error) {
	var sound []byte
	for n := range looked {
		b, err := firstLine(r)
		if err != nil {
			return nil, "", err
		}
		if b == nil {
			break
		}
		sample = append(sample, b...)
		if bytes.IndexByte(b, 0) >= 0 && n < looked-1 {
			continue
		}
		sound = append(sound, b...)
		if f, err = im.formatOf(sound, false); err == nil || im.o.Format != "" {
			return sample, f, err
		}
	}
	if sample == nil {
		return nil, "", nil
	}
	f, err = im.formatOf(sound, true)
	return sample, f, err
}

// firstLine reads up to the end of the first line that is not blank; nil where
// the stream ends before. A line of any length is cut.
func firstLine(r *bufio.Reader) ([]byte, error) {
	var out []byte
	for {
		b, err := r.ReadSlice('\n')
		out = append(out, b...)
		if len(bytes.TrimSpace(out)) > 0 && (err == nil || len(out) >= sampleBytes) {
			return out, nil
		}
		if len(out) >= maxLine {
			return nil, errEmpty
		}
		switch {
		case err == io.EOF && len(out) == 0:
			return nil, nil
		case err == io.EOF:
			return out, nil
		case err != nil && err != bufio.ErrBufferFull:
			return nil, err
		}
	}
}

// Weight is about how many bytes of memory an event takes.
func Weight(ev *Event) int64 { return weight(&record{ev: ev}) }
