package main

import "io"

// output remembers the first error of writing, so that printing need not look
// at every line: what was lost is told once, at the end.
type output struct {
	w   io.Writer
	err error
}

// Write writes until something fails, and nothing after that.
func (o *output) Write(b []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(b)
	o.err = err
	return n, err
}
