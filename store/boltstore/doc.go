// Package boltstore keeps a [store.Store] in one bbolt file: the embedded default.
//
// One process holds the file; a second one is told who does ([store.InUseError]), from the small file NAME.owner beside it. The
// file has mode 0600 and lies in a directory of mode 0700.
//
// # What is in the file
//
// Six buckets and a seventh with the format. Every value lies in an envelope (package wire) with a checksum over its bucket, its
// key and itself, because bbolt has none on its data pages.
//
//	meta     "format" -> format of the file
//	docs     kind 0 id -> the revision of the newest version, and whether that is a deletion
//	history  kind 0 id 0 revision -> one version of a document
//	commits  revision -> its sum, who, when, why, which documents and which entries of the audit
//	audit    number -> one entry
//	keys     idempotency key -> revision
//	scratch  owner 0 key -> a scrap: what has no past (scratch.go)
//
// A version is kept once, in history; docs only points at it.
//
// Format 1 had drafts among the documents. Bringing it up to date makes scraps of those that live and takes all their versions out
// of the history (migrate.go); the numbers of commits stay, some of which name no document then. Format 2 had commits without sums:
// they are computed from what is there when the file is brought up to date, and vouch for it from then on.
//
// # Where it may break, and what happens then
//
// bbolt panics on a damaged file, in a goroutine of its own where nobody can catch it. So [Open] first reads every live page
// itself and checks structure and checksums (inspect.go). A file that was not closed, which its owner file tells, is before that
// opened and fully checked by a child process that may die of it ([Probe], [ProbeMain]); so is a snapshot before it is sent and
// before it replaces anything. Every transaction runs behind a guard that turns panics and memory faults into [store.ErrCorrupt]
// (guard.go).
//
// A commit that failed while it wrote may be visible all the same. The store then takes no more writes ([store.ErrReadOnly]) and
// goes on reading, until [Store.Reopen] has read the file again.
//
// No read transaction outlives the call that opened it, since bbolt cannot reuse a page that a reader might still see: watches
// re-read from history, pages of a list are transactions of their own, and a snapshot goes to a local file before it goes anywhere
// slow.
//
// Begin with open.go, then commit.go and read.go.
package boltstore
