package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
)

// replayFlags are what a replay was asked for.
type replayFlags struct {
	store      string
	catalog    []string
	catalogAt  string
	format     string
	mapping    string
	host       string
	robots     bool
	strict     bool
	maxRejects int
	from, to   string
	later      string
	seed       uint64
	respond    string
	closePages bool
	personal   bool
	places     string
	json       bool
	trace      bool
	workers    int
	results    bool
	csv        bool
	by         []string
	campaign   string
	engagement string
	visits     string
	save       string
	repeat     string

	repeated *trafficPaths // of the saved run

	unkeyed  bool // ids are hashed without the store's key, as they once were
	storeKey bool // they were hashed with it
}

func replayCommand(w *world) *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay FILE...",
		Short: "Replay recorded traffic through a catalog: what would have been shown, and what not, and why",
		Long: "Replay reads recorded traffic and runs every visitor's journey through the campaigns of a catalog. It reads web server logs (NCSA combined), " +
			"messages of Segment and RudderStack, enriched events of Snowplow (TSV, CSV, JSON), the export of Google Analytics 4 to BigQuery as JSON lines, requests to the Tracking API of Matomo, web sessions that LivePerson exports, HTTP archives (HAR), sessions of the OTTO data set, tables (CSV, TSV, JSON lines) with a mapping, and journeys in Beckon's own form; also compressed with gzip or zstd. " +
			"The file - is standard input; a directory stands for the files in it, a pattern such as 'logs/*.gz' for those that are like it. Of those, files that are no traffic, or links to others, are left out and told by name and reason; with --strict, or named each, they are an error.\n\n" +
			"The catalog is that of --catalog, else that of the store that --store or BECKON_STORE names, which has to be there, or of the one in your data directory, else the demo shop's. " +
			"The same input gives the same bytes, whatever the number of workers. ctrl+c ends a replay early: what was replayed is printed, with the visitor up to whom it is complete; pressed again it ends at once.\n\n" +
			"Of every number the visits behind it can be listed with --visits. In tables and CSV accepted and converted are counts; rate is what of the displays was accepted, and what of the exposed converted (acceptedRate and conversionRate in CSV). Rates and lift count visits; intervals are of 95 %: Wilson's for a share, Newcombe's for incremental conversions, Katz's for their share and the uplift, Welch's for revenue.\n\n" +
			"Lines that cannot be read are counted and told; --strict and --max-rejects make them an error. A compressed file that breaks off is read as far as it goes and ends with exit code 2; " +
			"a plain file whose last line is cut has one line that cannot be read.\n\n" +
			"What tells of a person is hidden as it is read: ids become hashes by the key of the store, or by BECKON_KEY, if set, which nobody can guess without it, addresses their networks; e-mail addresses, telephone numbers, tokens and the like are left out. " +
			"Conditions on a customer's id, or on a part of a network, are then unknown. --keep-personal keeps addresses, ids and URLs as they were recorded.",
		Example: "beckon replay access.log\nbeckon replay --catalog fixtures/catalog --respond accept=0.1,decline=0.3 --json journeys.jsonl\nbeckon replay --map fixtures/recorded/mappings/eshop.yaml --catalog fixtures/recorded/eshop clicks.csv",
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.repeat == "":
				return wants(1, 0, "a file to replay, or - for standard input")(cmd, args)
			case len(args) > 0:
				return misuse("--again replays the files of the saved run: leave out " + text.Line(args[0], 80))
			}
			for _, name := range []string{"seed", "respond", "close-pages", "format", "map", "host", "robots", "strict", "max-rejects", "from", "to", "later", "catalog", "catalog-at", "by", "save"} {
				if cmd.Flags().Changed(name) {
					return misuse("--again replays as the saved run was: leave out --" + name)
				}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReplay(cmd.Context(), w, &f, args)
		},
	}
	flags := cmd.Flags()
	trafficFlags(cmd, &f)
	catalogFlag(cmd, &f.catalog)
	flags.StringVar(&f.catalogAt, "catalog-at", "", "take the store's catalog as it was at `WHEN`, an instant such as 2026-03-03T10:00:00Z, a day's beginning, or a revision")
	flags.BoolVar(&f.json, "json", false, "print JSON Lines: displays, responses, goals, visits, and a summary")
	flags.BoolVar(&f.trace, "trace", false, "with --json: print every engagement's gate at every evaluation, too")
	flags.BoolVar(&f.results, "results", false, "print all results as one JSON document, without records")
	flags.BoolVar(&f.csv, "csv", false, "print the results as a table for a spreadsheet; with one --by, that breakdown")
	flags.StringSliceVar(&f.by, "by", nil, "also tell the results by `WHAT`: "+strings.Join(breakdownNames(), ", ")+"; may be given several times")
	flags.StringVar(&f.campaign, "campaign", "", "tell of the campaign `ID` alone, with rates, lift and revenue")
	flags.StringVar(&f.engagement, "engagement", "", "with --by: break `CAMPAIGN/ENGAGEMENT` down, and tell of its campaign alone")
	flags.StringVar(&f.visits, "visits", "", "list the visits behind a `NUMBER`: CAMPAIGN/ENGAGEMENT:GATE, CAMPAIGN:exposed, :visits,country=DE, :visits,displays=3+; the numbers are "+strings.Join(replay.Selectable(), ", "))
	flags.StringVar(&f.save, "save", "", "save the results and all it takes to repeat the replay in the store as `NAME`; beckon runs lists them")
	flags.StringVar(&f.repeat, "again", "", "repeat the saved run `NAME`: say what of its files and catalog has changed, and fail if the results are not the same")
	return cmd
}

// readingFlags say how recorded traffic is read.
func (f *replayFlags) readingFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "", "the `FORMAT` of the files: "+formatNames()+" (default: told from the first lines)")
	flags.StringVar(&f.mapping, "map", "", "say what a table's columns are by the mapping in `FILE`")
	flags.StringVar(&f.host, "host", "", "what the `URL`s of a log begin with, https://www.example.com (default: http://localhost)")
	placesFlag(cmd, &f.places)
	flags.BoolVar(&f.robots, "robots", false, "take robots in, whose visits are left out otherwise")
	keepPersonalFlag(cmd, &f.personal)
	flags.BoolVar(&f.strict, "strict", false, "stop at the first line that cannot be read, and at a file of a directory that is no traffic")
	flags.IntVar(&f.maxRejects, "max-rejects", 0, "stop after `N` lines that cannot be read; -1 never (default: 100, or 1 % if that is more)")
	flags.StringVar(&f.from, "from", "", "leave out what came before `TIME`, an instant such as 2026-03-02T10:00:00Z, or a day")
	flags.StringVar(&f.to, "to", "", "leave out what came at `TIME` or later")
	laterFlag(flags, &f.later)
}

// laterFlag moves traffic to another time.
func laterFlag(flags *pflag.FlagSet, by *string) {
	flags.StringVar(by, "later", "", "take the traffic as if it had come `SPAN` later, such as 7d or 4w, or earlier, such as -7d; whole weeks keep days of the week")
}

// keepPersonalFlag leaves in what tells of persons.
func keepPersonalFlag(cmd *cobra.Command, keep *bool) {
	cmd.Flags().BoolVar(keep, "keep-personal", false, "keep addresses, ids of persons and URLs as they were recorded, instead of hiding what tells of a person")
}

// placesFlag names a database that tells where addresses are.
func placesFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "geoip", "", "tell countries, regions and cities, where the traffic does not, by the addresses and the database in `FILE` (MaxMind DB, such as GeoLite2 City)")
}

// formatNames lists the formats for a reader.
func formatNames() string {
	var names []string
	for _, f := range journey.Formats() {
		names = append(names, string(f))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

func runReplay(ctx context.Context, w *world, f *replayFlags, files []string) error {
	if err := f.output(); err != nil {
		return err
	}
	var was *savedRun
	var catalog *model.Catalog
	var from string
	var err error
	if f.repeat != "" {
		if was, catalog, files, err = f.again(ctx, w, f.repeat); err == nil {
			from = was.Catalog.From
		}
	} else {
		catalog, from, err = f.load(ctx, w)
	}
	if err != nil {
		return err
	}
	eng, err := compile(catalog, from)
	if err != nil {
		return err
	}
	var saving *savedRun
	if f.save != "" {
		if saving, err = f.saving(ctx, w, catalog, from, files); err != nil {
			return err
		}
	}
	t, err := openTraffic(ctx, w, f, &catalog.Settings, files)
	if err != nil {
		return err
	}
	defer t.journeys.Close()
	defer t.bar.clear()
	if saving != nil {
		saving.Options.StoreKey = f.storeKey
	}
	fmt.Fprintf(w.err, "catalog: %s, %s, %s\n", from, counted(len(eng.Campaigns()), "campaign"), counted(len(eng.Engagements()), "engagement"))
	results, err := f.replay(ctx, w, eng, t)
	switch {
	case results == nil:
	case t.cut && (saving != nil || was != nil):
		err = errors.Join(err, errors.New("the input was not read to its end: nothing is saved or compared"))
	case saving != nil:
		saving.Results = results
		err = errors.Join(err, f.saved(context.WithoutCancel(ctx), w, saving))
	case was != nil && err == nil:
		err = was.sameAs(w, f.repeat, results)
	}
	if err != nil {
		return err
	}
	return brokenOff(t.journeys.Report())
}

// brokenOff is the error of input that was not read to its end; what was read
// has been printed.
func brokenOff(r *journey.Report) error {
	var all []error
	for _, t := range r.Truncated {
		all = append(all, fmt.Errorf("the input is not whole: %s; what came before was read", text.Line(t, 300)))
	}
	return errors.Join(all...)
}

// namedAgain says of each file that is named again how often it counts. What was
// found in a directory is read once.
func namedAgain(files []string, found map[string]bool) []string {
	named := slices.DeleteFunc(slices.Clone(files), func(name string) bool { return found[name] })
	same := journey.SameFiles(named)
	times, last := map[string]int{}, map[string]string{}
	var order []string
	for i, name := range named {
		first := same[i]
		if first == "" {
			continue
		}
		if times[first]++; times[first] == 1 {
			order = append(order, first)
		}
		last[first] = name
	}
	var out []string
	for _, first := range order {
		often, as := "twice", "twice"
		if n := times[first] + 1; n > 2 {
			often, as = fmt.Sprintf("%d times", n), "as often"
		}
		out = append(out, fmt.Sprintf("%s is named %s, and all its events count %s", text.Line(last[first], 200), often, as))
	}
	return out
}

// output checks what is to be printed.
func (f *replayFlags) output() error {
	forms := 0
	for _, is := range []bool{f.json && f.visits == "", f.results, f.csv, f.visits != ""} {
		if is {
			forms++
		}
	}
	switch {
	case f.trace && (!f.json || f.visits != ""):
		return errors.New("--trace prints JSON records: add --json, without --visits")
	case (f.save != "" || f.repeat != "") && (f.json || f.visits != ""):
		return errors.New("--save and --again are of results: leave out --json and --visits")
	case forms > 1:
		return errors.New("--json, --results, --csv and --visits each print something else: choose one")
	case f.engagement != "" && (len(f.by) == 0 || f.save != "" || f.repeat != ""):
		return errors.New("--engagement is what --by breaks down: add --by, without --save and --again")
	case f.csv && len(f.by) > 1:
		return errors.New("--csv prints one table: give one --by")
	case f.csv && slices.ContainsFunc(f.by, func(by string) bool { return by == byPressure || by == byConditions || by == byDraws }):
		return errors.New("--csv --by takes a breakdown: country, device, source, page or time")
	}
	for _, by := range f.by {
		if !slices.Contains(breakdownNames(), by) {
			return fmt.Errorf("--by: want %s, not %q", strings.Join(breakdownNames(), ", "), text.Line(by, 40))
		}
	}
	return nil
}

// mostLooks bounds the looks at conditions, on the command line and in the
// console alike, so that both tell the same of the same traffic. A look evaluates
// every condition of one engagement, some 3 microseconds, so that all of them take
// about half a second of one core; of small traffic every visitor is looked at. A
// kept run looks at as many when it is repeated, so that another bound is another
// result.
const mostLooks = 200_000

// options are how the journeys are replayed, and what is counted.
func (f *replayFlags) options(ctx context.Context, eng *engine.Engine, t *traffic) replay.Options {
	o := t.options(ctx, f)
	if f.json && !f.results {
		return o
	}
	kept := f.save != "" || f.repeat != "" // the same whatever is printed
	r := &replay.ResultsOptions{Examples: 3, Each: f.campaign != "" && !kept || f.engagement != "" || (f.results || kept) && len(eng.Campaigns()) <= 100, EachEngagement: f.engagement != "", Draws: slices.Contains(f.by, byDraws)}
	switch {
	case kept:
		r.Rows = 100
	case f.results || f.csv:
		r.Rows = 1000
	}
	if slices.Contains(f.by, byConditions) {
		r.Conditions = int(1 + t.journeys.Report().Read*int64(len(eng.Engagements()))/mostLooks)
	}
	o.Results = r
	return o
}

// errInterrupted ends a replay that was stopped, after what there was is
// printed.
var errInterrupted = errors.New("interrupted")

// interrupted is the error of a run that was stopped.
func interrupted(s *replay.Summary) error {
	if s == nil || !s.Stopped {
		return nil
	}
	return fmt.Errorf("%w: the numbers are complete up to visitor %s", errInterrupted, text.Line(s.UpTo, 80))
}

// replay runs the journeys and prints what came of them.
func (f *replayFlags) replay(ctx context.Context, w *world, eng *engine.Engine, t *traffic) (*replay.Results, error) {
	if f.campaign != "" {
		if err := campaignNamed(eng, f.campaign); err != nil {
			return nil, fmt.Errorf("--campaign: %w", err)
		}
	}
	scope := f.campaign
	if f.engagement != "" {
		if err := engagementNamed(eng, f.engagement); err != nil {
			return nil, fmt.Errorf("--engagement: %w", err)
		}
		scope = f.engagement
	}
	report, journeys, bar := t.journeys.Report(), t.journeys, t.bar
	o := f.options(ctx, eng, t)
	whole := context.WithoutCancel(ctx) // an interruption stops it
	switch {
	case f.visits != "":
		return nil, f.find(whole, w, eng, journeys, o, bar)
	case f.json:
		return nil, f.records(whole, w, eng, journeys, o, bar)
	}
	s, err := replay.Run(whole, eng, journeys.All(), o, nil)
	bar.clear()
	if err != nil {
		return nil, fmt.Errorf("replaying: %w", err)
	}
	s.Input = replay.InputOf(report)
	s.Results.Input = s.Input
	switch {
	case f.results:
		err = writeJSON(w.out, s.Results)
	case f.csv:
		by := ""
		if len(f.by) > 0 {
			by = f.by[0]
		}
		err = writeResultsCSV(w.out, s.Results, by, scope)
	default:
		printTraffic(w.out, s, report)
		printResults(w.out, s.Results, f.by, scope)
		printNotes(w.out, report)
		if s.NothingFits() {
			fmt.Fprintf(w.out, "\n%s\n", nothingFitsNote(len(f.catalog) > 0, s.NoTimeFits()))
		}
	}
	if err != nil {
		return nil, err
	}
	return s.Results, interrupted(s)
}

// saving describes the replay that is to be saved, if it can be.
func (f *replayFlags) saving(ctx context.Context, w *world, c *model.Catalog, from string, args []string) (*savedRun, error) {
	if err := runName(f.save); err != nil {
		return nil, err
	}
	files, err := trafficFiles(args)
	if err != nil {
		return nil, err
	}
	if err := storeThere(ctx, w, f.store); err != nil {
		return nil, fmt.Errorf("--save: %w", err)
	}
	if err := withStore(ctx, w, f.store, func(s store.Store) error { return freeRun(ctx, s, f.save) }); err != nil {
		return nil, err
	}
	return runOf(w, f, c, from, files.paths, files.found)
}

// saved saves it, once it has results.
func (f *replayFlags) saved(ctx context.Context, w *world, r *savedRun) error {
	if err := r.unchanged(); err != nil {
		return err
	}
	if err := withStore(ctx, w, f.store, func(s store.Store) error { return saveRun(ctx, s, f.save, r, operator(w), w.now()) }); err != nil {
		return err
	}
	fmt.Fprintf(w.err, "saved the run %s\n", f.save)
	return nil
}

// find lists the visits behind a number.
func (f *replayFlags) find(ctx context.Context, w *world, eng *engine.Engine, journeys *journey.Journeys, o replay.Options, bar *progress) error {
	x, err := replay.ParseSelector(eng, f.visits)
	if err != nil {
		return fmt.Errorf("--visits: %w", err)
	}
	out := bufio.NewWriterSize(w.out, 1<<16)
	var line []byte
	n := int64(0)
	s, err := replay.Find(ctx, eng, journeys.All(), o, x, func(v replay.Found) error {
		n++
		if f.json {
			line = v.AppendJSON(line[:0])
		} else {
			line = fmt.Appendf(line[:0], "%s  visitor %s  visit %s", v.At, text.Line(v.Visitor, 200), text.Line(v.Visit, 300))
			if of := cmp.Or(v.Engagement, v.Campaign); of != "" {
				line = append(append(line, "  "...), text.Line(of, 300)...)
			}
			line = append(line, '\n')
		}
		_, err := out.Write(line)
		return err
	})
	bar.clear()
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	if err != nil {
		return fmt.Errorf("replaying: %w", err)
	}
	fmt.Fprintf(w.err, "%s behind %s\n", number(n), text.Line(f.visits, 120))
	return interrupted(s)
}

// records prints what happened as JSON Lines.
func (f *replayFlags) records(ctx context.Context, w *world, eng *engine.Engine, journeys *journey.Journeys, o replay.Options, bar *progress) error {
	report := journeys.Report()
	out := bufio.NewWriterSize(w.out, 1<<16)
	var line []byte
	idle, late := false, false
	s, err := replay.Run(ctx, eng, journeys.All(), o, func(r replay.Record) error {
		if s, ok := r.(*replay.Summary); ok {
			s.Input = replay.InputOf(report)
			idle, late = s.NothingFits(), s.NoTimeFits()
		}
		line = replay.AppendJSON(line[:0], r)
		_, err := out.Write(line)
		return err
	})
	bar.clear()
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	if err != nil {
		return fmt.Errorf("replaying: %w", err)
	}
	printProblems(w.err, report)
	if idle {
		fmt.Fprintln(w.err, nothingFitsNote(len(f.catalog) > 0, late))
	}
	return interrupted(s)
}

// input says how the files are to be read.
func (f *replayFlags) input() (journey.Options, error) {
	o := journey.Options{Format: journey.Format(f.format), Host: f.host, Robots: f.robots, Strict: f.strict, MaxRejects: f.maxRejects, KeepPersonal: f.personal}
	var err error
	if f.host != "" {
		if o.Host, err = journey.ParseHost(f.host); err != nil {
			return o, fmt.Errorf("--host: %w", err)
		}
	}
	if o.From, err = instantFlag("from", f.from); err != nil {
		return o, err
	}
	if o.To, err = instantFlag("to", f.to); err != nil {
		return o, err
	}
	if o.From != 0 && o.To != 0 && o.To <= o.From {
		return o, errors.New("--to is not after --from")
	}
	if f.later != "" {
		if o.Later, err = spanFlag(f.later); err != nil {
			return o, fmt.Errorf("--later: %w", err)
		}
	}
	if f.places != "" {
		if o.Places, err = journey.OpenPlaces(f.places); err != nil {
			return o, err
		}
	}
	if f.mapping != "" {
		if o.Mapping, err = readMapping(f.mapping); err != nil {
			return o, err
		}
	}
	return o, nil
}

// readMapping reads a mapping file.
func readMapping(path string) (*journey.Mapping, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the mapping: %w", err)
	}
	m, err := journey.ParseMapping(path, data)
	if err != nil {
		return nil, fmt.Errorf("the mapping cannot be used:\n%w", err)
	}
	return m, nil
}

// mostWeeks bounds by how many weeks traffic is moved: a century.
const mostWeeks = 5_200

// spanFlag reads a span of time, which may be negative, also in weeks.
func spanFlag(s string) (model.Duration, error) {
	span, earlier := strings.CutPrefix(s, "-")
	by, err := model.ParseDuration(span)
	if weeks, is := strings.CutSuffix(span, "w"); is {
		n, failed := strconv.ParseUint(weeks, 10, 32)
		if failed != nil || n > mostWeeks {
			return 0, fmt.Errorf("%s: want a span such as 7d or 4w, up to %d weeks", text.Line(s, 40), mostWeeks)
		}
		by, err = model.Duration(n)*7*model.DayLong, nil
	}
	if err != nil {
		return 0, err
	}
	if earlier {
		by = -by
	}
	return by, nil
}

// spanWritten writes a span as spanFlag reads it; nothing is 0.
func spanWritten(by model.Duration) string {
	switch {
	case by == 0:
		return ""
	case by < 0:
		return "-" + spanWritten(-by)
	case by%(7*model.DayLong) == 0:
		return fmt.Sprintf("%dw", by/(7*model.DayLong))
	}
	return by.String()
}

// instantFlag reads an instant, or a day, which begins at midnight UTC.
func instantFlag(name, s string) (journey.Instant, error) {
	if s == "" {
		return 0, nil
	}
	if d, err := model.ParseDate(s); err == nil {
		return journey.At(d.UTC()), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0, fmt.Errorf("--%s: want an instant such as 2026-03-02T10:00:00Z, or a day such as 2026-03-02, not %q", name, text.Line(s, 40))
	}
	return journey.At(t), nil
}
