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
// # Four eyes
//
// While the setting approval is on, what visitors see changes only once a second
// operator has approved exactly that, whoever writes it, an admin too. It is a
// setting of the account and not a field of campaigns: a field would be edited by
// those whom it holds, and would be part of what is asked about. A publisher turns
// it on; only an admin ends it.
//
// A change makes something live where, after it, a published campaign or any
// item that it uses, through other items too, is other than before: publishing,
// a change or a revert of what is published, an item under it, an import. To take
// a campaign back, to delete it, and what no visitor sees, takes no approval: it
// must be quick to stop something. The settings of the account take none either,
// but void what was asked about before.
//
// Whoever edits asks: a [Request] carries the change itself, how it differs from
// what is published, what the check finds and how the scenarios go, each with its
// digest. What is approved is one digest: SHA-256 over the canonical bytes of
// the campaigns and all that they use as they would be, the versions that are
// replaced, the settings that the engine reads, the scenarios that concern them,
// and the version of the engine ([Assess]). It is computed anew at every look and
// every write, so that an edit of any of these voids a request by itself, and
// what was published once cannot be published again from an old approval.
//
// A publisher or admin decides, and may think better of it until it is
// published. Nobody decides on a request of their own, nor approves a state
// whose last edit is theirs: of every document in it that no visitor sees yet,
// the author of the stored version is no second pair of eyes, whoever asked.
// Earlier authors are: they looked at what somebody else made of it since. Then
// any publisher publishes, whoever asked and whoever approved among them.
//
// Who sits at the store itself ([Rules].Here) has every role, because the file
// is his, and is held by approvals all the same, so that nothing goes live by
// oversight; his name is what his machine says.
//
// The look at what was approved and the write are one step among the guards that
// share a [Gate], which are all of one process. Two processes on one server of a
// store could still get in between them: each document that is written is
// compared, an item under it that is not written is not.
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
