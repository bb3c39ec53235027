// Package serve runs one operator's program at the edge: it stands between a
// Bubble Tea model and a terminal that is not to be trusted, in either
// direction.
//
//		terminal -> Input -> Bubble Tea -> Events -> the model
//		terminal <- Output <- Bubble Tea <- Harden <- the model
//
//	  - [NewInput] filters what comes from a keyboard: a control sequence of more
//	    than 32 parameters ends a whole Bubble Tea v2 process, and a paste or a
//	    control string without end fills its memory.
//	  - [Events] clamps window sizes, thins out wheel and motion, and keeps the
//	    commands that would stop or leave the process from a remote session.
//	  - [Harden] catches the panics of a model and keeps a poisonous sequence in
//	    a view from the renderer, whose goroutine nobody can guard.
//	  - [NewOutput] lets out only the sequences that the program itself uses. It
//	    is the second line: text is made harmless where it is shown, and the
//	    count of what Output dropped is 0 unless something forgot to.
//	  - [Clamp], [Term] and [Environ] bound what a client says of itself.
//
// The package knows a tea.Model, not a screen, a store or a catalog. It may
// read clocks and the operating system, because it is the edge.
//
// Begin reading at [Local].
package serve
