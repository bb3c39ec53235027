package main

import (
	"io"
	"testing"
	"time"

	"beckon/tui/app"
	"beckon/tui/pane"
)

// A screen that cannot be read is missing for who sees no picture.
func TestEveryScreenCanBeReadLineByLine(t *testing.T) {
	t.Parallel()
	list := screens(nil, "ana", &world{out: io.Discard, now: time.Now})
	for _, s := range list {
		if _, ok := s.(pane.Readable); !ok {
			t.Errorf("the screen %s cannot be read line by line", s.Title())
		}
	}
	keys, err := app.Keys(list...)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		offered := 0
		for _, a := range keys.Actions(s.Scope()) {
			if !a.Drawn {
				offered++
			}
		}
		if offered == 0 {
			t.Errorf("nothing of the screen %s is offered line by line", s.Title())
		}
	}
}
