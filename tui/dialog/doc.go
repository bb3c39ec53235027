// Package dialog asks the operator something on top of the screen.
//
// Dialogs stand in a [Stack]. The top one gets every key, paste and click;
// nothing behind it reacts. It is always clamped to the screen. What destroys
// starts on the safe answer, and the key that confirms is never the key that
// opened the dialog, so that a key held down or pressed twice destroys
// nothing. A dialog that opens by itself ignores keys that are already on
// their way.
//
// What a dialog concludes it tells its Then function, which runs on the
// program's goroutine, like Update, and may change state.
//
// Begin with [Confirm], [Prompt], [Picker] and [Sheet]; screens open them with
// Session.Shell.Ask.
package dialog
