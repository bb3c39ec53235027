// Package library is the screen Library: what campaigns share. Goals,
// audiences, schedules, occasions, windows, entry points, behaviors and
// templates are listed, said in words with where each is used, and added,
// edited in a form, copied, renamed, deleted and made the default, all of it
// with undo.
//
// It owns what it shows of an item, the fields of each kind's form, and how a
// change is made, asked about, refused, taken back and told. It must not know
// how or where a catalog is kept, and it decides nothing: problems come from
// model.Index, what a change does to visitors from the [Keeper], who replays
// the journeys at hand.
//
// # What keeps the catalog
//
// The screen works on a [Keeper]. Who makes one keeps to this:
//
//   - Catalog reads one state of the store, and Catalog.Revision names it: what
//     is written behind it comes with Next, without a gap.
//   - Commit writes all documents of a [Change] and their audit entries in one
//     step, in the session's name and with the session's clock. A stale base is
//     a *[Conflict]; every other error counts as "perhaps saved", and the
//     catalog is read again.
//   - Next waits until something is written behind the revision, or the context
//     ends. What the screen wrote itself may come back; it is recognized by its
//     revision.
//   - Nobody changes a document afterwards: worlds share them.
//
// Other screens lead here with Shell.Show("library", "audience/cart-over-100").
//
// # Reading on
//
// Begin with screen.go: what there is, describing and drawing; follow.go reads
// the catalog and keeps up with it. actions.go is what the operator can do,
// change.go what a change is, write.go how it is looked into, asked about,
// written and taken back. editing.go is the form, fields.go what is in it.
// world.go is the catalog as it is known now, list.go the table, detail.go and
// words.go what is said of an item.
package library
