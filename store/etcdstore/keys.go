package etcdstore

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"beckon/store"
)

// keys makes the keys of one installation; it is their prefix, with a slash at either end.
type keys string

// The places that a checksum names: those of the keys without the prefix, so that an installation may be copied to another one.
const (
	placeFormat      = "format"
	placeHead        = "head"
	placeCommits     = "commits"
	placeParts       = "parts"
	placeCheckpoints = "checkpoints"
	placeScratch     = "scratch"
	placePresence    = "presence"
	placePostings    = "postings"
)

func (k keys) format() string { return string(k) + placeFormat }
func (k keys) head() string   { return string(k) + placeHead }

// Digits of one width keep the order of numbers.
func commitName(rev store.Revision) string { return fmt.Sprintf("%020d", uint64(rev)) }

func (k keys) commit(rev store.Revision) string {
	return string(k) + placeCommits + "/" + commitName(rev)
}

// commitsEnd is behind every commit.
func (k keys) commitsEnd() string { return string(k) + placeCommits + "/:" }

func (k keys) checkpoints() string { return string(k) + placeCheckpoints + "/" }

// checkpoint is named after the last commit that it has.
func (k keys) checkpoint(last store.Revision) string { return k.checkpoints() + commitName(last) }
func (k keys) checkpointsEnd() string                { return k.checkpoints() + ":" }

func (k keys) parts() string           { return string(k) + placeParts + "/" }
func (k keys) part(name string) string { return k.parts() + name }
func (k keys) staging(t token) string  { return string(k) + "staging/" + t.String() }
func (k keys) scraps() string          { return string(k) + placeScratch + "/" }
func (k keys) scratch(owner, name string) string {
	return k.scraps() + pair(owner, name)
}

// behindOwner is behind all scraps of an owner: behind the zero that ends its name.
func (k keys) behindOwner(owner string) string { return k.scraps() + owner + "\x01" }

func (k keys) presence() string { return string(k) + placePresence + "/" }
func (k keys) present(operator, session string) string {
	return k.presence() + pair(operator, session)
}

func (k keys) posting(name string) string { return string(k) + placePostings + "/" + name }

// Names hold no control characters, so a zero byte between two keeps their order.
func pair(a, b string) string { return a + "\x00" + b }

func splitPair(s string) (a, b string, ok bool) { return strings.Cut(s, "\x00") }

// token names one attempt to commit, and the parts that it wrote.
type token [16]byte

func newToken() (t token) {
	rand.Read(t[:]) // does not fail
	return t
}

func (t token) String() string { return hex.EncodeToString(t[:]) }

// The names of parts, behind the prefix for parts.
func (t token) body(write int) string { return fmt.Sprintf("%v/b%08x", t, write) }
func (t token) audit() string         { return t.String() + "/a" }
func (t token) manifest() string      { return t.String() + "/m" }

// tokenOf returns whose part one is.
func tokenOf(name string) (t token, ok bool) {
	digits, _, _ := strings.Cut(name, "/")
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(t) {
		return t, false
	}
	return token(b), true
}
