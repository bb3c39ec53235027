// Package plain is the accessible mode: the console line by line, for screen
// readers and for terminals that can do no more. It moves no cursor, draws no
// box, needs no color and writes no line twice; input and output may be pipes.
//
// It owns the talk: what is read, what is asked, how an answer is understood.
// It is a second front end over the same console: package app routes, the
// screens of tui/screen act, and their dialogs and forms are asked as
// questions. So whatever the drawn console can do is here too, by the same
// code. It must not know a store, a screen in particular, or how anything is
// drawn.
//
// # What holds
//
//   - One question a line; choices are numbered, and a number, a name or a part
//     of it that no other has answers.
//   - While the place stays the same, only what changed there is read again.
//   - Going back is never refused. A wrong answer is told at its question, and
//     nothing that was answered before is lost by it.
//   - The end of the input leaves in order: what a screen keeps when it is left
//     is kept, and what would be lost is said.
//   - The names of keys are words here: a message that says "ctrl+z takes it
//     back" is true, for who types ctrl+z.
//
// A screen takes part by implementing pane.Readable, a form pane.Questions.
//
// # Reading on
//
// Begin with [Run] in console.go; orders.go understands what is typed where no
// question is open, dialogs.go asks the dialogs' questions, work.go runs
// commands.
package plain
