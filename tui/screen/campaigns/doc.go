// Package campaigns is the screen Campaigns: the list of all campaigns with
// the state that each is in, the whole of the selected one in words, and the
// switches that need no form: publish and unpublish, the priority, and each
// engagement on and off.
//
// It owns what it shows of a campaign (the sheets), the outline that folds it,
// and how a change is made, refused, taken back and told. It must not know how
// or where a catalog is kept, and it decides nothing: states come from
// model.TimeFrames, problems from model.ValidateAt by way of the keeper,
// conditions say themselves.
//
// # What keeps the catalog
//
// The screen works on a [Keeper]. Who makes one keeps to this:
//
//   - Catalog reads one state of the store, and Catalog.Revision names it: what
//     is written behind it comes with Next, without a gap. Versions has every
//     campaign's own revision, which Put is given as Base.
//   - Put writes the one document and the audit entry of the [Edit] in one
//     commit, in the session's name and with the session's clock. A stale base
//     is a *[Conflict] that carries the present version; every other error
//     counts as "perhaps saved", and the catalog is read again.
//   - Next waits until something is written behind the revision, or the context
//     ends. Documents that are no part of a catalog are left out, but News has
//     the last revision all the same. What the screen wrote itself may come
//     back; it is recognized by its revision. A document that cannot be decoded
//     is an error, which is shown, and asked for again after some seconds.
//   - Nobody changes a document afterwards: worlds share them.
//   - Export, Plan and Import carry campaigns to and from files, which the
//     screen never touches. Import writes one commit, and refuses with an
//     *[Outdated] to replace what was written behind the revision of the plan.
//
// Other screens lead here with Shell.Show("campaigns", path), a string such as
// "cart-rescue" or "cart-rescue/help-overlay".
//
// # Reading on
//
// Begin with screen.go: what there is, describing and drawing; follow.go reads
// the catalog and keeps up with it. actions.go is what the operator can do, write.go how it is done and taken back,
// change.go what a change is, transfer.go the way to files and back. world.go is the catalog as it is known now, worlds.go
// what the screens of a process make of it together, list.go the table, outline.go the widget of the two detail panes, and the
// files that end in _sheet.go say what is in them.
package campaigns
