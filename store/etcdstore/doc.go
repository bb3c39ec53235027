// Package etcdstore keeps a [store.Store] in an etcd cluster, for operators on several machines. Every process that opens the same
// address works on the same store, without any of them being the server of the others; installations under different prefixes do not
// see each other.
//
// # What is in etcd
//
// All keys lie under the prefix of the installation, and every value in an envelope with a checksum over its place and itself
// (package wire).
//
//	format               the format of what is here
//	head                 the last revision, its sum in the chain of commits, and how many entries the audit has
//	commits/REVISION     one commit: who, when, why, its sum and the one before, which documents over which bases (record.go)
//	checkpoints/REVISION    what the index has of 256 commits up to that one, packed (checkpoint.go)
//	parts/TOKEN/NAME     what a commit is too large to hold itself: bodies of documents, entries of the audit, a long list of writes
//	staging/TOKEN        the parts of TOKEN are being written; it goes away by itself
//	scratch/OWNER 0 KEY  a scrap, replaced in place
//	presence/OPERATOR 0 SESSION  a session, for as long as its lease lives
//
// The commits are the store, and all else that can be asked for follows from them: which version of a document lived when, the
// history, the audit, the keys that were used. Each process keeps that as an index in memory (index.go), without bodies and audit,
// and reads on in the commits to bring it up to date. So nothing has to be kept in step by transactions that grow with what they
// write, and old revisions are read from keys that are never written again: what etcd itself remembers of the past is not needed, and
// may be compacted at any time.
//
// # How a store is opened
//
// The commits are read from checkpoints first, 4,096 by one request, and what is behind the last one as it was written. A checkpoint is
// one value with a SHA-256 over what the index has of 256 commits, fewer where they are large. Since commits never change, neither does
// it, none is ever too old, and whoever makes one makes the same: so it is put in one step, unless it is there, by the process whose
// commit was the last of it, by others if that one did not come to it, and by whoever opens a store that has less of them than it could.
// Nothing has to be kept in step, and it does not matter where a process is killed.
//
// Nothing hangs on checkpoints, either. One that is missing, damaged or of another store is skipped, with those behind it, and written
// again; where the head does not fit what they say, all commits are read. Those behind the head, which an older store has left, are
// removed. What verifies reads every commit from etcd and finds a checkpoint that says something else than they do.
//
// With 10,000 commits, on two cores that did much else, opening takes 43 ms and 4 requests where it were 357 ms and 100
// (BenchmarkOpen, medians of 3).
//
// # How a commit is written
//
// One transaction compares the head with the one that the bases were checked against, and puts commits and the next head. Who was
// slower is told with the refusal what was written meanwhile, so that the bases are checked again without asking. Of one process only
// one writes at a time, and takes with it what waits beside it and touches other documents (line.go): fifty that save at once are a few
// transactions, not fifty that make each other fail. Of several processes one makes the others fail; who failed tries again at
// once, and who wrote and met others lately waits by chance a moment, so that none is always too late (storetest.Fairness). A change is refused only by an index that has all
// that was acknowledged before the change began; and those who ask for that at the same time ask once.
//
// etcd takes 128 operations and 1.5 MiB a transaction, so that parts which fit go into the same one, and those of a larger change are
// written before, under a key with a lease that says so (staging). They are nothing until a commit names them. A change that is given up
// takes them away again; where a process dies, the lease ends and the next large change sweeps up.
//
// Measured on two cores that did much else, three members on them, before and with this: 32 writers of other documents in one process 160
// and 1,067 saves a second; 50 editors who count in one document, 100 saves each, 10 and 97 (5,000 saves in 52 s, 132,965 refusals told);
// 8 writers in each of two processes 90 and 514, of four 68 and 297.
//
// A transaction that was not answered may have been written, now or later. Its commit carries a token of the attempt, and asking again
// with the same compare cannot write twice: either the first has not been written and never will be, or the commit is there with the
// token. While that cannot be found out, the error is [store.ErrUnknown]; [store.ErrReadOnly] says that nothing was written.
//
// # What is read to verify
//
// [store.Verify] and [Store.Check] read every commit from etcd, with its parts: those of many commits by one request, since their sizes
// are known. The histories are asked for many documents at a time ([store.Historian]). With 9,984 commits of 512 documents that is 673
// requests and 2.5 s where it were 21,478 and 14.9 s, of Check 304 and 1.1 s where it were 20,098 and 14.3 s.
//
// # When members are away
//
// What is read is up to date: every read first asks the cluster for the head, by way of its quorum. When there is none, reads go on
// from the index and from whichever member still answers, which may be behind the last commits of others but never behind what this
// process has shown or written; [Store.Away] says so as long as it lasts. A goroutine asks once a second, so that it is noticed within
// three, and over within one.
//
// # With which etcd it was tried
//
// With 3.7.3, the server that the tests build: all of them. With 3.4.23 of Debian 12 (BECKON_ETCD_SERVER names another server to the
// tests): all but TestWhoIsLetInAndWhoIsNot, which comes as far as saves after the store's token has expired; then the tests' own client
// 3.7.3, whose token has expired too, signs in to the member of 3.4 again and again and, without a deadline, does not end. Who signs in with
// a password uses a later server. A member of 3.4 without a quorum says so in other words (codeOf).
//
// # What it costs who has a file
//
// Nothing of etcd runs, listens or dials before [Open] or [Exists]: a test of the program holds this. What is linked costs every start
// all the same. 78 packages of the client, gRPC and protocol buffers initialize themselves, most of them to register descriptors:
// 0.6 MB is allocated, 1.2 MB of pages is touched, and the program is larger by 12 MB. Measured with `beckon version`, 41 runs each in
// turns, without this package and with it, on two cores that did much else: 59 and 78 ms of CPU (median), 16.1 and 23.8 MB resident, of
// which the larger part is pages of the program's file. The tag grpcnotrace takes nothing of that away (79 ms, 23.2 MB). There is no
// more to take: nothing is imported here but the standard library, what the client links by itself, and our own (a test holds this,
// too), and a program that is linked statically initializes all that it has, used or not.
//
// Begin with open.go, then catchup.go, commit.go and read.go.
package etcdstore
