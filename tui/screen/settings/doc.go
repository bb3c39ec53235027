// Package settings is the screen Settings: what holds for the whole account.
// It says the settings in words and edits them in a form, with undo of what was
// saved.
//
// It owns the words and the fields, and how a change is made, refused, taken
// back and told. It must not know how or where settings are kept: it works on a
// [Keeper]. Who makes one keeps to this: Settings reads one state of the store;
// Put writes the one document and its audit entries in one commit, in the
// session's name, and refuses a stale base with a *[Conflict]; every other
// error counts as "perhaps saved". Next tells what was written behind a
// revision, without a gap. Nobody changes a document afterwards.
//
// Begin with screen.go; write.go is how a change is made, words.go what is
// said, fields.go what is in the form.
package settings
