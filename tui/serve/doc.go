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
//	    a view from the renderer, whose goroutine nobody can guard. It has the
//	    screen drawn anew where the renderer holds on to too many views.
//	  - [NewOutput] lets out only the sequences that the program itself uses. It
//	    is the second line: text is made harmless where it is shown, and the
//	    count of what Output dropped is 0 unless something forgot to.
//	  - [Clamp], [Term] and [Environ] bound what a client says of itself.
//
// # Over SSH
//
// A [Server] gives every session its own program, behind the same filters. It
// is written on golang.org/x/crypto/ssh, not on charm.land/wish/v2. Of wish
// v2.0.3, over charm.land/ssh v0.4.2, two clients decided that: one that sends a
// window-change between pty-req and shell, whose shell is never answered because
// the request loop waits for a channel that is full; and one that closes its
// channel and keeps the connection, whose program runs on for ever because its
// context is the connection's. Beside these it keeps env requests without a
// bound, says yes to agent forwarding, counts output as activity, and has no
// bound on sessions; each would have to be worked around from outside. Its answer
// to a malformed pty-req is right.
//
// Identity is what [Config].Operator says of the key that signed; the login name
// means nothing. What an operator may do is not decided here.
//
// What a session may cost the others is bounded: the bytes that it sends, the
// sizes that it asks for, ten a second, and what the consoles of its operator work
// together, a quarter of a core where he may have five of them. Its input is read
// here and not by Bubble Tea, whose reader waits for ever behind a program that
// ended.
//
// A session ends by its operator, by its idle limit, by a fault of its program,
// by a client that does not read or answer, or with the server; in every case the
// terminal is put back where there is one, and Console.End is called.
//
// The package knows a tea.Model, not a screen, a store or a catalog. It may
// read clocks and the operating system, because it is the edge.
//
// Begin reading at [Local], then [Server].
package serve
