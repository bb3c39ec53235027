//go:build !amd64 || purego

package engine

// wide says that the machine has registers of four words, and that there is
// code for them.
const wide = false

func andRows(*uint64, *uint64, *row, int, int, int) { panic("there is no wide machine") }

func orRow(*uint64, *uint64, int) { panic("there is no wide machine") }

func andNotRow(*uint64, *uint64, int) { panic("there is no wide machine") }
