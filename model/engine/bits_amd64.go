//go:build !purego

package engine

import "golang.org/x/sys/cpu"

// wide says that the machine has registers of four words.
var wide = cpu.X86.HasAVX2

// andRows is copyAnd where every row reaches up to hi.
//
//go:noescape
func andRows(to, from *uint64, rows *row, count, lo, hi int)

// orRow is or for rows of some words.
//
//go:noescape
func orRow(to, of *uint64, words int)

// andNotRow is andNot for rows of some words.
//
//go:noescape
func andNotRow(of, o *uint64, words int)
