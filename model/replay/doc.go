// Package replay drives journeys through the engine: many at once for a
// report, one at a time for the Simulator, and short written ones with
// expectations as tests.
//
// It owns how simulated visitors answer, the records and the summary of a
// replay, scenario files, and the text of a trace. It decides nothing: every
// decision is the engine's, and the same drive (drive.go) stands under all
// three. It must not know a clock, a store or a screen.
//
// Begin reading at [Run] for recorded traffic, [Player] for one journey that
// is looked at from all sides, [ParseScenario] and [Scenario.Run] for tests.
//
// # Driving, comparing, keeping
//
// A player never changes. [Player.Act] drives the visitor by hand ([OpenPage],
// [ChangeCart] and the other actions), [Player.Delete], [Player.Replace] and
// [Player.Move] edit what happened, [Player.As] has somebody else make the same
// journey, [Player.AsIf] and [Player.Shift] at another time, [Player.WithSeed],
// [Player.WithEngine] and [Player.InControl] under other conditions. Each gives
// a further player and the position to look from; to undo is to keep the one
// before. [WhatIf] tells in what two players differ, and [Player.Keep] makes a
// [Scenario] of what was played, which [EncodeScenario] writes. Long journeys
// are opened in slices, [Player.Prepare], and then looked at from anywhere
// within a frame.
//
// A kept scenario decides as its player did. What scenarios say of the source's
// visits (the step visit), of answers to what is not on the screen (on-screen:
// false) and of simulated answers (respond) is there for that.
//
// # Records
//
// [Run] hands out records in the order of visitors, then of instants; [AppendJSON]
// writes one as a line of JSON. Fields come in the order below; those marked
// with ? are left out where there is nothing to tell. Instants are UTC with
// milliseconds. Engagements go by their full name, "campaign/engagement".
// Records carry no line numbers, so that shuffled input gives equal bytes;
// only gate records do, and the summary's input.
//
//	display   visitor visit at campaign engagement zone state url? openPage?
//	response  visitor visit at campaign engagement zone action url? simulated? openPage?
//	goal      visitor visit at campaign goal value? currency? control? engaged? duplicate? repeated? url?
//	gate      visitor visit at campaign engagement gate margin? trueAt? cause line? draw? openPage?
//	visit     visitor visit start end events pages displays shown prospects control
//	summary   visitors visits events engagements campaigns input
//
// The state of a display is the face of its creative: online, busy or offline.
// The action of a response is accept, decline or timeout; the last is no
// answer of the visitor but the end of the engagement's duration. A display
// that follows the visitor to the next page is no further display and no
// further record. The cause of a gate is event or tick. openPage marks what
// happened after the last event of a visit while its last page was taken to be
// open until the idle limit.
//
// Gate records come with Options.Trace only: of every engagement at each
// evaluation that an event caused, and at ticks of those whose gate changed.
// With the trace on or off all other records are equal.
//
// A visit record lists the engagements that were shown in the visit, the
// campaigns that it was a prospect of, and those in whose control group (or in
// the site's) it was a prospect.
//
// The summary comes last. For each engagement: visits; shown, the visits that
// were shown it; displays; prospects, the visits that passed its behavior,
// control groups included; control, those of them in a control group; gates,
// the visits by the furthest gate that stopped it. visits = shown + the sum of
// gates. For each campaign: visits, prospects, control, displays, goals
// reached by visits exposed to it, controlGoals reached by its control groups,
// and duplicates left out. The input: lines; read, those that became events;
// skipped and rejected by reason with the first line of each; lines = read +
// skipped + rejected.
//
// # Results
//
// [Run] with Options.Results counts what a campaign would have done: [Results]
// says what is counted and how, and its JSON form has the names of its fields.
// Shares come with Wilson's interval, incremental conversions with Newcombe's
// (method 10), their share and the relative uplift with Katz's, incremental
// revenue with Welch's, all of 95 %. Rates and lift count visits: one that
// reaches its goal twice converted once. A visit is counted where it began, so
// a goal of the next day is of the day of its visit. Figures have six decimals;
// amounts are text, exact however large, one sum a currency.
//
// Of a breakdown the first 5,000 names are kept apart, in the order of visitors,
// and the rows listed are exact; what came after is in other, and bounded says
// so. [Find] lists the visits behind any of the numbers, exactly, by a run of
// its own.
package replay
