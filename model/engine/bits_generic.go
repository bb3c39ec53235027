//go:build !amd64 || purego

package engine

// wide says that the machine has registers of four words, and that there is
// code for them.
const wide = false

// wider says that it has registers of eight.
const wider = false

func andRows(*uint64, *uint64, *row, int, int, int) { panic("there is no wide machine") }

func andRowsWider(*uint64, *uint64, *row, int, int, int) (uint64, bool) {
	panic("there is no wider machine")
}

func wordsOf(*uint64, int) uint64 { panic("there is no wider machine") }

func foursOf(*uint64, int) uint64 { panic("there is no wide machine") }

func orRow(*uint64, *uint64, int) { panic("there is no wide machine") }

func andNotRow(*uint64, *uint64, int) { panic("there is no wide machine") }

func heldOutOf(uint64, *[64]uint64, *[64]uint64) uint64 { panic("there is no wider machine") }
