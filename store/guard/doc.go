// Package guard is the one place that says which operator may write what.
//
// An [Operator] is a document of the store, of the kind [Kind]: his keys and
// his [Role]. A [Guard] is the store as one operator may use it. Whoever acts
// for him, a screen or a command, is given the guard and not the store, so that
// nothing above decides about roles, and nothing forgets to. A refusal is a
// [*Refused] and says in a sentence what is missing.
//
// A viewer reads. An editor also writes what no visitor sees: drafts, campaigns
// that are not published, and items of the library that no published campaign
// uses, be it through another item. A publisher also writes what visitors see:
// he publishes, changes and takes back what is published, and changes the items
// under it and the settings. An admin also writes the operators. There is always
// an admin left.
//
// The role is read from the store at every write: it holds from the moment that
// an admin changed it, in sessions that are open, too. An operator without a
// role, because he was disabled or never was one, reads no more than a viewer
// does and writes nothing; it is for the one who serves him to end his session.
//
// A guard does not hide anything: what is in the store may be read by every
// operator, except the unfinished work of others.
//
// Begin with [New], then [Operator].
package guard
