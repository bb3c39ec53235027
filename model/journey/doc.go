// Package journey is what visitors do: the events of a visit, how events are
// cut into visits, the native reader and writer, and one file for each foreign
// format that recorded traffic arrives in.
//
// It owns the event types, the import report, the order of events, and what
// user agents, referrers and landing URLs tell. It must not know campaigns'
// conditions, decisions, stores or screens.
//
// Begin reading at [Event] and [VisitRule]; then at [Sorted], which is all that
// most callers need. Behind it, in the order data flows: lines.go (decompress
// and cut into lines), detect.go (tell the format), import.go (account for every
// line), the readers (decode.go and payload.go for the native form; combined.go,
// segment.go, snowplow.go with atomic.go, ga4.go, matomo.go, websession.go, har.go,
// otto.go, tableread.go), what several of them share (origin.go: events of a message;
// whole.go: files that are one JSON value), identities.go and stitch.go (who is
// who, where ids are joined late), sort.go (order with bounded memory) and
// journeys.go (hand out whole journeys, changes of carts summed to carts).
//
// # What every reader holds to
//
//   - Every line is read, skipped or rejected, under a stable reason with the
//     first line's number; see [Report]. A line is taken whole or not at all.
//   - Memory does not grow with the size of the input, nor with its order. What
//     grows with the number of joined ids of messages is the ids.
//   - Limits: lines of 1 MiB, nesting of 32, URLs of 8 KiB, the years 2000 to
//     2100, 200 times the size when decompressed.
//   - The order of lines never matters: see [Sorted].
//   - What is approximate is noted in the report.
//
// # Personal data
//
// The visitor of a log or a HAR is a hash, keyed by Options.Key; of a HAR neither
// cookies nor authorization are read, of Matomo's requests no token; ids that are e-mail
// addresses become hashes, and e-mail addresses, telephone numbers, names and
// street addresses in Segment traits are left out. A user's id and an IP
// address stay in the events, because conditions look at them.
package journey
