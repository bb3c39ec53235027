package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"beckon/model/text"
)

// progress is a line on a terminal's stderr that says how far a command is.
// On anything but a terminal it says nothing. It is for one goroutine at a
// time.
type progress struct {
	w     *world
	drawn time.Time
	shown bool
	sizes map[string]int64
	// When replaying was first told of, and after how many events.
	began   time.Time
	beganAt int64
}

func newProgress(w *world) *progress { return &progress{w: w, sizes: map[string]int64{}} }

// reading tells of the bytes taken from a file.
func (p *progress) reading(file string, n int64) {
	if p.w.errWidth == 0 {
		return
	}
	size, known := p.sizes[file]
	if !known {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
		p.sizes[file] = size
	}
	name := text.Line(file, 40)
	if size == 0 {
		p.draw(fmt.Sprintf("reading %s  %s kB", name, number(n/1024)), -1)
		return
	}
	p.draw("reading "+name, float64(n)/float64(size))
}

// replaying tells of the visitors done.
func (p *progress) replaying(visitors, events, of int64) {
	if p.w.errWidth == 0 {
		return
	}
	done := -1.0
	if of > 0 {
		done = float64(events) / float64(of)
	}
	now := p.w.now()
	if p.began.IsZero() {
		p.began, p.beganAt = now, events
	}
	what := fmt.Sprintf("replaying  %s visitors, %s events", number(visitors), number(events))
	if took := now.Sub(p.began).Seconds(); took >= 1 && events > p.beganAt {
		rate := float64(events-p.beganAt) / took
		what = fmt.Sprintf("%s visitors, %s events/s", number(visitors), number(int64(rate)))
		if of > events {
			what += ", " + (time.Duration(float64(of-events)/rate) * time.Second).String() + " left"
		}
	}
	p.draw(what, done)
}

// generating tells of the visits made, and how far through the span they are.
func (p *progress) generating(visits int64, done int) {
	if p.w.errWidth == 0 {
		return
	}
	p.draw(fmt.Sprintf("generating  %s visits", number(visits)), float64(done)/1000)
}

// copying tells of the changes of a store done.
func (p *progress) copying(done, of int64) {
	if p.w.errWidth == 0 {
		return
	}
	p.draw(fmt.Sprintf("copying  %s of %s", number(done), number(of)), float64(done)/float64(max(of, 1)))
}

// draw writes the line over the one before, at most some times a second.
func (p *progress) draw(what string, done float64) {
	now := p.w.now()
	if p.shown && now.Sub(p.drawn) < 100*time.Millisecond {
		return
	}
	p.drawn, p.shown = now, true
	line := what
	if done >= 0 {
		const cells = 24
		full := int(min(done, 1) * cells)
		line = fmt.Sprintf("[%s%s] %3.0f %%  %s", strings.Repeat("#", full), strings.Repeat(".", cells-full), min(done, 1)*100, what)
	}
	fmt.Fprintf(p.w.err, "\r\x1b[K%s", text.Line(line, max(0, p.w.errWidth-2)))
}

// clear takes the line away.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w.err, "\r\x1b[K")
		p.shown = false
	}
}
