// Package engine decides which engagements a visitor is shown, and says why.
//
// It owns the compiled catalog, the state of a visit, the gates, the draw and
// the trace. It must not know a clock, a store, a file or a screen: time comes
// from events alone, and equal events give equal decisions.
//
// Begin reading at [Compile] and [Run.Step]; then, in the order data flows:
// run.go (a visitor's journey, what is due before an event), take.go (what one
// event does to a visit), facts.go and leaf_*.go (what conditions look at),
// dimension.go, rows.go and keyed.go (conditions as rows of bits, shared between
// engagements), evaluate.go (the gates), decide.go (the decision alone),
// draw.go (arbitration), window.go (when waiting lets an engagement in), wake.go
// (the next instant at which anything can change), outcome.go (what is kept of evaluations) and explain.go (the trace
// in words; truths.go without them).
//
// # Layout
//
// An engagement is a bit. Bits are numbered by zone and type, and then by the part of
// the site, so that the candidates a draw compares stand in few neighboring words: a
// page has members in no others. A dimension, what a
// condition looks at, has a row of bits for every value that makes a
// difference; a row is shared by all visitors and never changes. The rows of
// what is true now, ANDed, are whose conditions hold. What mixes dimensions
// (an any of a cart and a time) is left over and evaluated for those few whom
// all rows let pass, once for all who share a library item.
//
// Traffic brings more places, searches and pages than can be remembered, so that
// making a row must be cheap, too: what one value, leaf or page rule does to many
// engagements is a row itself, and a row is some of these, ORed and ANDed. What is
// met again and again stays remembered (recent.go).
//
// A row is looked up again only when an event changed the facts of its
// dimension, and time's rows when an evaluation comes. What hangs on rows is
// worked out again only if one of them is another row than before: who is in,
// when the slot of the calendar or a row of the audience changed; who is
// eligible (all but waiting), when that, the page, the sign-in or a row of the
// behavior did. Of those who are eligible their windows say when each is let in,
// so that an event or a tick before which nothing changed and no window opened
// is over at once; small catalogs tell candidates and prospects by windows, too,
// and never look at the rows of time.
//
// Two ways lead from there. With outcomes or a trace every engagement passes
// every gate. What stops prospects (limits, declines, a conversation, agents,
// what was closed) is one row that is made again when one of these changes, and
// zones are ranges of it; an evaluation therefore only notes who was a prospect,
// and account enters the gates they came to when that row changes or somebody
// asks. Control groups are asked for a word at a time. A visit's outcomes are a row
// a gate, those taken away from each who came further; nobody is listed. Without, who
// is displayed is all that is asked: words of zones that are taken are passed
// over, a class's words are worked out from the one that is first read on, by lines of
// the cache, words that a page has nobody in are never read, a class that has a
// candidate ends the search, and the best of every tier is found while the tiers
// present are. Both ways draw the same winner; a property of the tests holds
// them together event by event, and another what is remembered to what is
// worked out anew.
//
// When to wake is looked for only if a tick falls before the next event, and of
// many who are eligible only until one is let in by the first tick.
//
// # Where the time goes
//
// By profiles of BenchmarkDecide and BenchmarkMatches, compiling aside. Deciding
// alone among 10,000 campaigns: half displays (displayDrawn), of which numbering
// candidates (best) and ANDing rows (andRowsWider) are a quarter each; a tenth looks up
// rows whose facts changed (refreshStill). Two fifths of all that is waiting for memory
// and guessing wrong: five visits again and again, whose rows stay in the second cache,
// take 0.6 of the time of 200 (BenchmarkFew). With outcomes: a fifth ANDs rows, an eighth asks
// control groups (askAll), a tenth each settles the accounts of a visit (settle),
// draws, and looks for when to wake (nextEvaluation). Among 100 campaigns no
// function's own time is above a thirteenth: a sixth goes into looking at those who
// are eligible (accountFew), a sixth into bringing rows up to date, two thirds of that
// into finding them by what was told (lookUp), a tenth each into opening pages and
// what is due before an event (until). A run's first visits, whose rows are not known
// yet, are dominated by making them.
//
// What helped last, as the time it takes beside the code before, medians of three to
// fourteen pairs of turns, unless said, on two cores with others waiting:
//
//   - a zone's engagements of one type standing together whatever their tier, by the
//     part of the site: a page's are in 4 lines of each row instead of 11, and the best
//     of every tier is found in one go. Best of seven turns, among 100, 1,000 and 10,000
//     campaigns: deciding 0.98, 0.91 and 0.97, with outcomes 0.97, 0.93 and 1.0; while
//     others load the memory deciding among 10,000 takes 0.87.
//   - what a page repeats of the browser changing nothing; pages visited as bits and
//     addresses as numbers; facts cleared where they stand, once a visit; dimensions
//     listed with what is asked of them; rows looked at for their length while they are
//     ANDed; candidates worked out from the word asked for to the end of its run; who
//     stands in a draw asked for where there is somebody; one prospect of engagements
//     that ask for the same. Best of five turns, among 100, 1,000 and 10,000 campaigns:
//     deciding 0.92, 0.94 and 0.88, with outcomes 0.93, 0.94 and 0.93.
//   - outcomes as a row a gate instead of a list of engagements, account kept by
//     rows, too; control groups asked for 64 campaigns at once and rows ANDed sixteen
//     words at a time, where the machine has the registers; intervals found by steps;
//     before most events seen at once that nothing is due; a zone that is taken no
//     reason to evaluate. Medians of three turns, among 100, 1,000 and 10,000 campaigns:
//     deciding 0.88, 0.92 and 0.86, with outcomes 0.90, 0.73 and 0.54. On a machine
//     without those registers, with outcomes, best of five turns: 0.89, 0.85 and 0.71.
//   - rows made of what values and page rules do, and what is met again remembered
//     instead of all forgotten at once; bits of one part of the site standing together;
//     with outcomes, gates passed where the page has members alone. Visits that repeat
//     do not show it: 1.0 of the time deciding among 100 to 10,000 campaigns, with
//     outcomes 1.03, 1.05 and 0.9. Of 2,000 visitors of as many places and searches
//     (BenchmarkCrowd), deciding among 100, 1,000 and 10,000 campaigns takes 0.92, 0.82
//     and 0.28, with outcomes 0.98, 0.82 and 0.50; pages never seen before 0.86, 0.76
//     and 0.19.
//   - windows instead of walking the cuts of every dimension of time, nothing decided
//     before the first opens, and changed dimensions found by their facts: deciding
//     among 100 campaigns 0.67, among 1,000 0.81, among 10,000 0.91; in sparse
//     catalogs 0.60, 0.78 and 0.70; whole visits with outcomes 0.90 and 0.97, and no
//     better among 10,000.
//   - what mixes dimensions evaluated once for all who share it: a replay through the
//     demo shop's campaigns 600 times over 0.52 (processor time of 20,000 events).
//   - rows ANDed four words at a time by a loop in assembly that keeps eight words in
//     registers while all rows go by (bits_amd64.s): deciding among 1,000 campaigns
//     0.94, among 10,000 0.81, with outcomes 0.93 and 0.95. With it blocks of sixteen
//     words take 0.94 and 0.92 of the time of eight; thirty-two are no better.
//   - the same for ORs, and ANDs of two rows by the same loop: outcomes among 10,000
//     0.86.
//   - rows made by counting the leaves that are true, trees only where counting does not
//     say it all, and prospects' outcomes by digits, a word at a time: whole visits
//     with outcomes, a run's first among them, 0.89 among 1,000 and 0.77 among 10,000.
//     The digits alone are 0.91 among 10,000, and cannot be told among fewer.
//   - rows that are ANDed together standing together, instead of being gathered:
//     deciding among 100 campaigns 0.94, among 1,000 0.91, outcomes 0.92 and 0.94.
//   - intervals found without a branch: 0.95 among 100; by steps, see below.
//   - no number drawn for a lone tier, zones looked at only when one was taken or
//     freed, no ticks counted before a page's first: outcomes among 100 0.95.
//
// What was tried and did not help: ordering bits further, by what audiences and
// behaviors ask for (as many words to AND); finding who is ahead in a draw without a
// branch, and asking for the control group of the first alone (1.03); working out words
// up to the end of a zone's type alone (1.06 among 1,000); what control groups are worked
// out from beside what a display reads; large pages of memory; finding what was met again in a small table by key
// before a map is asked (1.02 to 1.05); candidates eight or twelve words at a time
// (1.04); looking by rows whether anybody is let in up to the next event, instead of
// for when, which is looked for again at every event then; ANDing rows word by word with an early end at
// an empty word (the guess at every word costs more than the rows it saves);
// blocks where a page has few words (sparse catalogs cost the same as word by
// word); leaving the row of the stopped out while nobody is; all outcomes of a word
// by digits, not the prospects' alone (1.2 of the time in sparse catalogs, where a word
// has one gate); asking all of a word who are in for their control groups, one after the other
// or without a branch; candidates without a branch on whether a word has any (1.07 in
// sparse catalogs); one word at a time where only the first is asked for (1.14); telling candidates by windows among 1,000 campaigns as well
// (1.4: whoever draws from many need not look at all); looking at four words first
// where all that is asked is whether a tier has anybody (1.07). None of these can be told from noise, or they are slower. Where there is no
// assembly, ANDing four rows at a time instead of three, or all rows of a
// block in registers (which the compiler spills), do not help either.
// Compiling by a profile takes 0.9 of the time among 100 and 1,000 campaigns and
// nothing off among 10,000, and makes everybody who builds the console compile all
// of it once more. Remembering rows by the order in which their facts came made
// them again and again: what a row hangs on is sorted.
//
// # Semantics
//
// The rules below are the domain reference's, with its open points resolved.
// Instants are milliseconds.
//
// Visits. journey.VisitRule cuts a visitor's events into visits. Everything
// but the visitor's history and control groups is reset with the visit: the
// page, the facts told by events, displays, declines, the conversation, the
// identity. Agents' states are not the visitor's and stay. A visit whose last
// event is not "leave" stays open on its last page until journey.VisitCut.End
// (never before its last event); what happens after the last event before
// that, an agents event included, is marked as being on an open page.
//
// Order. What is due at an instant (a tick, the end of a display's duration)
// happens before the event that arrives at that instant. Events of equal
// instants keep their order. At one instant a duration that ends comes before
// an evaluation.
//
// Evaluation. Everything is evaluated at once after every event of a visit
// but leave; a page starts the page's clock and unlocks the zones first. While
// a page is open it is evaluated again every Settings.EvaluateEvery counted
// from the page's start, or, if that is zero, at every instant at which the
// outcome of any gate changes. Before the first page of a visit nothing is on
// the screen and no entry point matches. Elapsed times are exact: "more than
// 25s" is false at 25.000 s and true at 25.001 s. Goals are looked at with the
// event itself, before the evaluation it causes. An agents event changes no
// visit's clocks; it causes an evaluation if a visit is open.
//
// Facts. What a page tells of the browser (user agent, language, address,
// place) holds for the visit until a later page tells otherwise; a page that
// does not tell keeps what was known. The referrer, the marketing source and
// the search keywords are those of the visit's first page
// (journey.ArrivalOf), unless a mrktInfo event tells the marketing source.
// ctmrinfo, mrktInfo and personal merge field by field; cart replaces; the
// others append. The number of visits and the time since the last visit are
// those of the first page of the visit that tells them (Visits, LastVisit,
// Returning, each for itself), else they are counted within the journey: the first visit of a
// journey is number 1. Returning, where told, wins over the number of visits
// (returning is a number above 1) for the condition visitor. Days since the
// last visit are whole 24-hour days from LastVisit, or from the last event of
// the journey's previous visit, to this visit's start; a first visit has none
// (unknown). Age and registration are taken at the UTC date of the visit's
// start. A birth date gives whole years.
//
// Carts. decreased is true while the last change of the visit's cart was from
// a total to a smaller one; emptied if besides the total is now zero. The
// first cart of a visit is no decrease. A purchase makes the cart known and
// empty (total 0, no items, no products) without a decrease. A cart that says
// it has items and lists no products leaves cartProducts unknown.
//
// Viewed products. Every product of a prodView is one view. Views are counted
// per product (by SKU, else by name, letters' case aside); those that match the
// lists, the price range and the stock count. A view without a price, a status
// or a quantity does not match a rule about it. Products whose SKU was
// purchased in the visit, before or after the view, do not count.
//
// Errors are counted per message or per code while unresolved. A resolved
// error clears those with its code; without a code those with its message;
// with neither those with its context.
//
// Flows. A flow is not started until a page matches its first required step.
// From then on it has a place, the step reached. A page that matches one of
// the next steps (those up to and including the next required one) moves the
// place to the first such; if that is the last step the flow is complete, and
// nothing triggers any more in the visit. Otherwise a page that matches the
// place's own step keeps the place, and ends an abandonment; a page that
// matches an earlier step moves the place back to the nearest such, and the
// flow is "back"; a page that matches a later step (beyond a required one not
// yet reached) keeps the place and ends an abandonment; any other page makes
// the flow "abandoned" and keeps the place. Moving forward ends back and
// abandoned; back ends abandoned and abandoned ends back.
//
// Time on an entry point is the time spent in the visit on all pages that
// match it, the present one included. A page that was visited counts for
// Visited from its load. Idle is the time since the visitor's last event. Page
// facts (scroll depth, the exit and about-to-abandon signals) end with the
// page. Signals are events for the condition event whatever their name; within
// is inclusive: a signal exactly that long ago still counts.
//
// Gates, in their fixed order; the first that fails is the decision's gate:
//
//   - draft: the campaign is not published. disabled: the engagement is.
//   - not-started: before the first day, in the campaign's zone. ended: after
//     the last. outside-hours: no special occasion covers the day and the
//     regular hours do not cover the instant. occasion-off: one covers the day
//     (its own zone's day) and is off or its shifts do not cover the instant.
//     The first line that covers the day decides, in the order of the
//     campaign's occasion lists. Wall clocks decide: on a day with a change of
//     daylight saving a shift lasts as long as its clock times say.
//   - audience: none of the campaign's audiences holds (no audience is no one).
//   - identity: the engagement is an authenticated conversation and nobody is
//     signed in. Identify signs in for the rest of the visit; pages of a
//     signed-in site all carry the identity, journeys tell the change.
//   - entry-point: none of the engagement's entry points matches the page.
//   - behavior: none of its behaviors holds. Past it the visit is a prospect
//     of the campaign.
//   - site-control, campaign-control: the visitor is in that control group.
//   - availability: a chat engagement has no creative to show for the state of
//     its skill's agents (the skill's own state if told, else all skills',
//     else the settings'). Online shows online. Busy shows busy if the creative
//     has a busy face (never for overlays); else online if IgnoreMaxWait; else
//     as offline. Offline shows offline unless OfflineOff. Embedded chats fall
//     back to online and never fail. Messaging and content always show online.
//   - delay: less than Delay has passed since the page's load.
//   - closed: the visitor declined this engagement in this visit.
//   - conversation-open: it is a conversation and one is open.
//   - display-limit: a proactive format, and the visit had as many proactive
//     displays (of the type, if split) as the settings allow.
//   - declined: a proactive format, a proactive engagement of its type was
//     declined in the visit, and the settings do not invite again.
//   - zone-locked: something was displayed in its zone since the page's load,
//     or a follower took it.
//   - lost-draw: another candidate of the zone was drawn.
//
// The draw. Of the candidates of one zone the best class wins: messaging, and
// chat shown online or busy; then content; then chat shown offline. Among
// them a tier is drawn by 70/20/10 over the tiers present, then the candidate
// with the highest number. Numbers are hashes of (seed, visitor, visit, zone)
// and, for the tier, the tiers present; for a candidate, its name. The same
// candidates therefore give the same winner all visit long.
//
// Displays. A display locks its zone until the next page, counts for the
// display limit if the format is proactive, and makes the engagement exposed.
// An accept (clicked) or a decline takes it off the screen; so does the end of
// its duration, counted from the first display of a chain, which is no
// decline. Answers to what is not on the screen are ignored. An accepted
// conversation engagement is interacted when a conversation starts that names
// it, or names none and it was the last accepted; content is interacted when
// it is clicked.
//
// Follow. What is on the screen when the visitor navigates, and follows, goes
// with him: on the next Follow.Pages pages, or on pages loaded no later than
// Follow.Time after the first display. It takes its zone at the page's load,
// before any candidate and whatever its other gates say, unless it is a
// conversation and one is open; then the chain ends. It is a view and no
// further display. Embedded engagements do not follow.
//
// Goals. A goal is reached for a campaign if the visit was exposed to the
// campaign before, or, in a control group, was a prospect of it. Sell by URL,
// lead by URL and other: a page that matches. Transaction: a purchase above
// MoreThan. Lead: a lead. Service: a status of a box with one of its topics.
// Page views: the page that makes the number. Interact: a conversation starts
// or content is clicked, once per visit. OncePerVisit counts the first only. A
// purchase with the order id, a lead with the lead id, a service update with
// the id, topic and status of an earlier one in the visit is a duplicate,
// whatever the goal; ids that are empty are never duplicates.
//
// Outcomes. For every visit and engagement: shown, or the furthest gate that
// any evaluation of the visit stopped at.
package engine
