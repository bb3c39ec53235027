// Package persona makes journeys of visitors who never were: first-time
// browsers, bargain hunters, people who abandon their carts, pay their bills,
// are in trouble or become leads, each with a device, a place, a way to have
// come and reasons to come back. Replays, demos and load tests get traffic
// without a log that holds anybody's data.
//
// It owns who the visitors are, what they do and when, the site they do it on
// (the demo shop, unless told otherwise), and what is measured of a log to make
// traffic like it. It must not know engines, decisions, stores or screens, and
// reads no clock: the start is given. Visitors answer nothing that a campaign
// shows, as they do not know what it shows; the policy of a replay answers.
//
// Begin reading at [New], which makes one visitor, and [Traffic], which makes
// many; then at visit.go, the words that the stories in story_*.go are told in.
//
// # Equal seeds, equal bytes
//
// Equal input gives equal events on every machine. Chance comes from PCG
// generators, one for who a visitor is and one for each visit, whose two words
// of state are the SplitMix64 hash of seed, visitor and visit; see [Traffic].
// Everything drawn is drawn in whole numbers: no float, whose last bit depends
// on the processor, comes near an event. Visitor i is the same whatever the
// number of visitors, so that a smaller run is a part of a larger one.
package persona
