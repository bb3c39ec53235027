// Package journey is what visitors do: the events of a visit, how events are
// cut into visits, the native reader and writer, and one file for each foreign
// format that recorded traffic arrives in.
//
// It owns the event types, the import report and the order of events. It must
// not know campaigns' conditions, decisions, stores or screens.
//
// Begin reading at [Event]; then at the readers. Whatever the source, a replay
// sees events ordered by visitor, instant and place in the file.
package journey
