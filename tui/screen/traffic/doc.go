// Package traffic is the screen Traffic: recorded visitors replayed through
// the catalog, all at once, and what the campaigns would have done to them.
//
// It owns which part of the results is looked at, and how numbers become rows
// and bars. It computes nothing that is in the results: counts, rates and
// intervals are those of [replay.Results], and a number leads to the visits
// behind it through the [Source], which replays again to list them.
//
// At the left stand the account, its campaigns and their engagements; at the
// right one of the views of whichever is selected. A view is a list of facts,
// each a row with its number, its share and a bar, so that every chart is a
// table, too. Enter on a fact lists the visits behind it, and enter on a visit
// has the Simulator play it.
//
// Begin with screen.go: what there is, and drawing; run.go replays; facts.go
// is what a view consists of, views.go which there are, one file for each
// family of them; visits.go lists visits; study.go is what is asked beyond one
// replay: compare.go tells two catalogs apart, rivals.go who takes what from
// whom, sweep.go what a threshold does.
package traffic
