//go:build !purego

package engine

import "golang.org/x/sys/cpu"

// wide says that the machine has registers of four words.
var wide = cpu.X86.HasAVX2

// wider says that it has registers of eight, which multiply.
var wider = cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ

// andRows is copyAnd where every row reaches up to hi.
//
//go:noescape
func andRows(to, from *uint64, rows *row, count, lo, hi int)

// andRowsWider is copyAndTell where the first two rows reach up to hi; short
// reports that one of the others does not, and nothing can be said.
//
//go:noescape
func andRowsWider(to, from *uint64, rows *row, count, lo, hi int) (told uint64, short bool)

// wordsOf is words for up to 64.
//
//go:noescape
func wordsOf(of *uint64, words int) uint64

// foursOf is words for a multiple of four up to 64.
//
//go:noescape
func foursOf(of *uint64, words int) uint64

// orRow is or for rows of some words.
//
//go:noescape
func orRow(to, of *uint64, words int)

// andNotRow is andNot for rows of some words.
//
//go:noescape
func andNotRow(of, o *uint64, words int)

// heldOutOf returns of which campaigns a visitor is in the control group, by their
// hashes and how many draws are in it, 64 at a time.
//
//go:noescape
func heldOutOf(visitor uint64, campaigns, draws *[64]uint64) uint64
