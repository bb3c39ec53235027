// Package simulator is the screen that plays a visitor's journey and shows
// which engagements show, which do not, and why.
//
// It owns the play head, the transport and what is drawn at an instant. It
// decides nothing: everything it shows is what [replay.Player] answers for the
// head's position, and the player answers by a fresh replay. So whatever way
// led to an instant, the screen at it is the same; there is no state that
// playing could gather. Only the operator's own doings (answers, the seed) are
// kept, as further players, for undo and redo.
//
// What it needs of the world is [Source]; cmd satisfies it.
//
// Two runs of a journey stand side by side for the question what would be if:
// whatif.go asks what is otherwise and runs it, two.go moves both, two_draw.go
// and two_words.go show and tell in what they differ. The one run is out of
// reach meanwhile and stays as it is.
//
// Sessions see each other's simulators by way of [Stages] (stage.go, share.go). What
// one plays the others rebuild from its events, catalog and options; those on other
// hosts are told by way of an [Exchange] (mirror.go, packed.go).
//
// Begin with [Screen] in simulator.go; then look.go (what is derived at a
// position), transport.go (time), reading.go (long journeys), answer.go
// (answering as the visitor), and the panes: arrange.go (where they stand),
// why.go and narrow.go (the rows), trace.go and condition.go, follow.go
// (lanes), events.go, visitor.go and known.go, timeline.go.
//
// What the operator does to the journey: drive.go and cart.go (acting as the
// visitor), own.go (a journey from nothing), fields.go (an event's fields and
// its line), edit.go (an event of the journey), guise.go and hour.go (who, when
// and through which catalog), keep.go and scenarios.go, journeys.go.
package simulator
