// Package store is the contract for keeping what operators write: documents with every version they ever had, who wrote each
// version, when and why, an audit of single values, and a stream of changes for the consoles that look on.
//
// The contract in one paragraph: a document is a kind, an id and bytes that the store never looks into. A [Change] writes any
// number of documents in one step, and every write names the revision that it replaces; a stale one is refused with a
// [*ConflictError] that carries both versions, so nothing is ever lost by being late. All of a change is kept or none of it, and
// a [Store.Commit] that returned without an error is on disk. Revisions are numbers that grow by commits of the whole store, so one
// number names a state of all documents, and [Store.List] reads any of them again.
//
// # What was changed behind its back
//
// Every commit carries a [Sum] over all that it holds and over the sum of the commit before ([NextSum]). [Verify] computes them all
// again and compares the documents, the history and the audit with the commits, so that whatever was changed, dropped or put elsewhere
// since is found and named. A chain that was computed anew from some commit on, or that lost its end, fits itself; that is found by
// whoever noted a [Head] before.
//
// # What has no past
//
// A draft is written every few seconds while somebody types, and nobody will ever ask what it was a minute ago: it carries its own
// past inside. As a document it would add a version for each pause in the typing, for good, and wake every console that watches.
// So drafts are no documents. They are scraps ([Scratch]): a value under an owner and a key, replaced in place, without revision,
// history, audit or watch, and without a conflict, because an owner is one person. What holds for documents otherwise holds for
// scraps: whole or not at all, on disk when it returned, checked when it is read, part of every snapshot.
//
// A commit does not drop scraps. Who publishes a draft commits first and drops the scrap then; what dies in between leaves a draft
// that says what the document says already, which its reader recognizes, drops and does not offer. The price of one transaction
// for both would be a second kind of write in every [Change], and in every implementation.
//
// A store over a server keeps scraps beside its documents, under a prefix that neither its revisions nor its watches go by.
//
// # Who is there
//
// Operators who work at the same time want to know of each other. Each session announces itself ([Presence]): who it is, since when,
// and in bytes that mean nothing to the store what it looks at and edits. That is kept for as long as it is repeated, in no file and
// with no past. Whoever looks on waits for the next state of all; there is no list of events that could be missed.
//
// Processes on several hosts that work in one store also tell each other what is true at the moment, such as what a simulator plays that
// operators of both look at ([Exchange]). That is for stores over a server alone: a file has one process.
//
// The package knows no catalog: what is in a document, what may be published and who may do it is decided above. It reads no clock
// either; the time of a change is given by whoever makes it. It must not import a screen, an engine or an implementation; of the
// model it takes only model/text, for names in errors.
//
// Begin with [Store] and [Change] in store.go. Package storetest is the suite that every implementation passes; package
// boltstore is the embedded one.
package store
