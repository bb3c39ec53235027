// Package tuitest tests the console the way an operator uses it.
//
// [Run] starts a whole program on a virtual screen inside a synctest bubble:
// the bytes of keys go in, the program's bytes are drawn by a terminal
// emulator, and time is simulated, so that a test reads like a user and never
// waits. [Golden] compares finished rows with a file, without any terminal.
//
// The package is for tests alone.
package tuitest
