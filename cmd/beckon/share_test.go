package main

import (
	"testing"

	"beckon/tui/serve"
)

// lookOn has pia show a simulator and vi look on, wherever either sits.
func lookOn(pia, vi *seat) {
	pia.t.Helper()
	pia.click("3 Simulator")
	pia.expect("event 1 of")
	pia.press("Z")
	pia.expect("You show this simulator; nobody looks on yet.")
	pia.press(".")
	pia.expect("event 2 of")

	vi.press("&")
	vi.expect("pia shows a simulator", "Enter joins the simulator.")
	vi.press("\r")
	vi.expect("pia shows this simulator; keys: pia. Z leaves.", "event 2 of")
	pia.expect("You show this simulator to 1 guest; keys: you.")
	pia.press(".")
	vi.expect("event 3 of") // live

	vi.press(".") // without the keys
	vi.expect("pia has the keys; Z leaves.", "event 3 of")
}

// handOver has pia give vi the keys, who takes a step.
func handOver(pia, vi *seat) {
	pia.t.Helper()
	pia.press("Z")
	pia.expect("Hand the keys to vi")
	pia.press("\r")
	vi.expect("keys: you. Z leaves.")
	pia.expect("keys: vi.")
	vi.press(".")
	vi.expect("event 4 of")
	pia.expect("event 4 of")
}

func TestASimulatorIsSharedAndItsKeysAreHandedOver(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	pia, vi := g.sit("pia"), g.sit("vi")
	lookOn(pia, vi)
	handOver(pia, vi)

	pia.press(",") // whatever the owner changes takes them back
	pia.press("-")
	pia.expect("keys: you.")
	vi.expect("keys: pia.")

	vi.cut() // changes nothing
	pia.expect("nobody looks on yet", "event 3 of")

	ed := g.sit("ed")
	ed.click("3 Simulator")
	ed.expect("event 1 of")
	ed.press("&")
	ed.expect("pia shows a simulator", "Enter joins the simulator.")
	ed.press("\r")
	ed.expect("event 3 of", "keys: pia.")
	pia.press("\x03\x03")
	if err := <-pia.over; err != nil {
		t.Errorf("quitting: %v", err)
	}
	ed.expect("pia shows the simulator no longer; your own journey is back.", "event 1 of")
}
