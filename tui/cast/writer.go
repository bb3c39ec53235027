package cast

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// Header is the first line of a recording.
type Header struct {
	Width, Height int
	Started       time.Time
	Title         string
	Term          string // the kind of terminal that was drawn for
}

// Writer writes a recording. Every line is written at once and whole, so that a
// file that breaks off is valid up to its last line. After the first error
// nothing more is written, and [Writer.Err] tells it.
type Writer struct {
	since func() time.Duration

	mu     sync.Mutex
	w      io.Writer
	line   bytes.Buffer
	rest   []byte // the beginning of a character whose end has not come yet
	last   time.Duration
	width  int
	height int
	err    error
}

// NewWriter writes the header. The clock tells the time since the start.
func NewWriter(w io.Writer, h Header, since func() time.Duration) (*Writer, error) {
	c := &Writer{w: w, since: since, width: h.Width, height: h.Height}
	c.put(struct {
		Version   int               `json:"version"`
		Width     int               `json:"width"`
		Height    int               `json:"height"`
		Timestamp int64             `json:"timestamp"`
		Title     string            `json:"title,omitempty"`
		Env       map[string]string `json:"env"`
	}{2, h.Width, h.Height, h.Started.Unix(), h.Title, map[string]string{"TERM": h.Term}})
	return c, c.err
}

// put writes a line.
func (c *Writer) put(v any) {
	if c.err != nil {
		return
	}
	c.line.Reset()
	enc := json.NewEncoder(&c.line)
	enc.SetEscapeHTML(false)
	if c.err = enc.Encode(v); c.err != nil {
		return
	}
	if _, err := c.w.Write(c.line.Bytes()); err != nil {
		c.err = fmt.Errorf("recording: %w", err)
	}
}

// event writes a line of a kind at the present time.
func (c *Writer) event(kind, data string) {
	c.last = max(c.last, c.since()) // a clock that was set back does not turn time around
	seconds := strconv.FormatFloat(c.last.Seconds(), 'f', 6, 64)
	c.put([]any{json.RawMessage(seconds), kind, data})
}

// Write records output. It always takes all of it: what cannot be recorded is
// told by Err, and stops no console.
func (c *Writer) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := p
	if len(c.rest) > 0 {
		b = append(c.rest, p...)
	}
	whole := len(b)
	for i := max(0, len(b)-utf8.UTFMax); i < len(b); i++ {
		if utf8.RuneStart(b[i]) && !utf8.FullRune(b[i:]) {
			whole = i
			break
		}
	}
	if whole > 0 {
		c.event("o", string(b[:whole]))
	}
	c.rest = append([]byte(nil), b[whole:]...)
	return len(p), nil
}

// Resize records another size of the window.
func (c *Writer) Resize(width, height int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if width == c.width && height == c.height {
		return
	}
	c.width, c.height = width, height
	c.event("r", strconv.Itoa(width)+"x"+strconv.Itoa(height))
}

// Length is the time of the last line.
func (c *Writer) Length() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// Err is why recording stopped, nil if it did not.
func (c *Writer) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Both is a terminal whose output is recorded, too: what the guard of a
// program writes to. Kept is the recording behind a guard of its own, which
// nobody announces copies to: a clipboard is not recorded, nor written by who
// plays it.
type Both struct {
	Terminal *os.File
	Kept     io.Writer
}

// Write writes to the terminal and records what it took.
func (b *Both) Write(p []byte) (int, error) {
	n, err := b.Terminal.Write(p)
	_, _ = b.Kept.Write(p[:n]) // it never fails
	return n, err
}

// Fd is the terminal's.
func (b *Both) Fd() uintptr { return b.Terminal.Fd() }

// Watch makes a model whose window is recorded as it changes.
func Watch(m tea.Model, c *Writer) tea.Model { return watched{m, c} }

type watched struct {
	tea.Model
	kept *Writer
}

// Update implements tea.Model.
func (w watched) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		w.kept.Resize(size.Width, size.Height)
	}
	next, cmd := w.Model.Update(msg)
	w.Model = next
	return w, cmd
}
