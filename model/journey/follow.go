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
	im = newImporter(o, func(rec record) error { return each(rec.ev, im.rep) })
	im.file, im.where = text.Line(name, 120), new(string)
	br := bufio.NewReaderSize(r, bufferedRead)
	sample, err := firstLine(br)
	if err != nil {
		return im.rep, fmt.Errorf("%s: %w", im.file, err)
	}
	if sample == nil {
		return im.rep, nil
	}
	format, err := im.formatOf(sample, false)
	if err != nil {
		return im.rep, fmt.Errorf("%s: %w", im.file, err)
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
