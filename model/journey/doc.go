// Package journey is what visitors do: the events of a visit, how events are
// cut into visits, the native reader and writer, and one file for each foreign
// format that recorded traffic arrives in.
//
// It owns the event types, the import report, the order of events, and what
// user agents, referrers, landing URLs and, by a database (places.go), addresses
// tell. It must not know campaigns'
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
// What tells of a person is hidden when an event is read, before it is sorted,
// shown or kept anywhere, unless Options.KeepPersonal says otherwise; what
// conditions look at besides is derived first. See hide.go and personal.go.
//
//   - Ids of browsers, users, customers, visits and cookies become hashes, keyed
//     by Options.Key: one id the same hash wherever the key is the same, so that
//     what belongs together still does. Conditions on a customer's id are then
//     unknown. Only the names that journeys of Beckon's own form give visitors
//     stay, if they look like none of a person's.
//   - An address of the Internet becomes its network, 24 bits of it, 48 of IPv6.
//     A condition on addresses is true or false where that is the same for the
//     whole network, and else unknown.
//   - E-mail addresses, telephone numbers with their country, addresses and signed
//     tokens are taken out of every text; of URLs also user and password, and
//     the values of parameters such as email= and token=, or ids of clicks.
//   - Names, user names, contacts and the like are left out of traits and facts
//     of customers and persons. A date of birth becomes the age at the time.
//   - Cookies, authorization, bodies and Matomo's tokens are never read.
//   - What a report tells of a value that cannot be read is how it is written:
//     letters as x, digits as 9.
//
// With KeepPersonal ids that are e-mail addresses are still hashes, a log's and
// an archive's visitors too, and what Segment's traits tell of names, addresses
// and telephone numbers is left out.
package journey
