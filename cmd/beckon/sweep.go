package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/model/sheet"
	"beckon/model/text"
)

func sweepCommand(w *world) *cobra.Command {
	var f replayFlags
	var values []string
	var span string
	cmd := &cobra.Command{
		Use:   "sweep FIELD FILE...",
		Short: "Replay traffic with one threshold at several values: displays, visitors, contact pressure",
		Long: "Sweep replays the same traffic once for every value of one field of the catalog, all in one pass, and tells what each value comes to: displays, visits and visitors, and how much a visit is shown at most.\n\n" +
			"FIELD is KIND/ID/PATH: the kind and ID of a document and the path of a field in it, as files and beckon check spell it: " +
			"behavior/lingering-at-the-cart/when.all[0].timeOnEntryPoint.atLeast, campaign/cart-rescue/engagements[0].delay, settings/account/displays.limit. " +
			"The values are those of --values, or those of --range: 20..200:20 is 20, 40 and so on up to 200; what stands behind the numbers stays, as in 10s..60s:10s.",
		Example: "beckon sweep settings/account/displays.limit --values 0,1,2,3 week.jsonl\nbeckon sweep campaign/cart-rescue/controlGroup --range 0..25:5 --campaign cart-rescue week.jsonl",
		Args:    wants(2, 0, "a field and a file to replay"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSweep(cmd.Context(), w, &f, values, span, args[0], args[1:])
		},
	}
	trafficFlags(cmd, &f)
	flags := cmd.Flags()
	catalogFlag(cmd, &f.catalog)
	flags.StringSliceVar(&values, "values", nil, "the `VALUES`, with commas between them")
	flags.StringVar(&span, "range", "", "the values `FROM..TO:STEP`")
	flags.StringVar(&f.campaign, "campaign", "", "count the displays of the campaign `ID` (default: the field's campaign, else all)")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.BoolVar(&f.csv, "csv", false, "print a table for a spreadsheet")
	return cmd
}

// fieldOf finds the document and the field that an argument names.
func fieldOf(c *model.Catalog, s string) (model.Document, edit.Path, error) {
	kind, rest, ok := strings.Cut(s, "/")
	id, field, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 {
		return nil, "", fmt.Errorf("FIELD: want KIND/ID/PATH such as settings/account/displays.limit, not %s", text.Line(s, 80))
	}
	path, err := edit.ParsePath(field)
	if err != nil {
		return nil, "", fmt.Errorf("FIELD: %w", err)
	}
	if kind == string(model.KindSettings) {
		set := c.Settings
		if _, err := edit.Get(&set, path); err != nil {
			return nil, "", fmt.Errorf("FIELD: %w", err)
		}
		return &set, path, nil
	}
	var all []nameable
	for _, d := range c.Documents() {
		h := d.Head()
		if string(h.Kind) != kind {
			continue
		}
		if all = append(all, nameable{h.ID, h.Name}); h.ID != id {
			continue
		}
		if _, err := edit.Get(d, path); err != nil {
			return nil, "", fmt.Errorf("FIELD: %w", err)
		}
		return d, path, nil
	}
	return nil, "", fmt.Errorf("FIELD: the catalog has no %s %s%s", text.Line(kind, 40), text.Line(id, 80), alike(id, all))
}

func runSweep(ctx context.Context, w *world, f *replayFlags, values []string, span, field string, files []string) error {
	switch {
	case f.json && f.csv:
		return misuse("--json and --csv each print something else: choose one")
	case (len(values) == 0) == (span == ""):
		return errors.New("say which values: --values 1,2,3, or --range 20..200:20")
	case len(values) > replay.MostSides:
		return fmt.Errorf("--values: %s; up to %d can be replayed side by side", counted(len(values), "value"), replay.MostSides)
	}
	if span != "" {
		var err error
		if values, err = replay.ParseValues(span); err != nil {
			return fmt.Errorf("--range: %w", err)
		}
	}
	catalog, from, err := loadCatalog(ctx, w, f.catalog, f.store)
	if err != nil {
		return err
	}
	doc, path, err := fieldOf(catalog, field)
	if err != nil {
		return err
	}
	var engines []*engine.Engine
	index := catalog.Index()
	for _, v := range values {
		d, err := valued(index, doc, path, strings.TrimSpace(v))
		if err != nil {
			return err
		}
		eng, err := compile(with(catalog, d), from+" with "+text.Line(v, 40))
		if err != nil {
			return err
		}
		engines = append(engines, eng)
	}
	if k, ok := doc.(*model.Campaign); ok && f.campaign == "" {
		f.campaign = k.ID
	}
	if f.campaign != "" {
		if err := campaignNamed(engines[0], f.campaign); err != nil {
			return fmt.Errorf("--campaign: %w", err)
		}
	}
	t, err := openTraffic(ctx, w, f, &catalog.Settings, files)
	if err != nil {
		return err
	}
	defer t.journeys.Close()
	defer t.bar.clear()
	fmt.Fprintf(w.err, "catalog: %s, %s at %s\n", from, text.Line(field, 80), counted(len(values), "value"))
	points, s, err := replay.Sweep(context.WithoutCancel(ctx), values, engines, f.campaign, t.journeys.All(), t.options(ctx, f))
	t.bar.clear()
	if err != nil {
		return fmt.Errorf("replaying: %w", err)
	}
	if err := f.writeSweep(w, field, points); err != nil {
		return err
	}
	if err := interrupted(s); err != nil {
		return err
	}
	return brokenOff(t.journeys.Report())
}

// with is a catalog with a document instead of its own.
func with(c *model.Catalog, d model.Document) *model.Catalog {
	if s, ok := d.(*model.Settings); ok {
		out := *c
		out.Settings = *s
		return &out
	}
	return c.With(d)
}

func (f *replayFlags) writeSweep(w *world, field string, points []replay.SweepPoint) error {
	switch {
	case f.json:
		return writeJSON(w.out, struct {
			Field    string              `json:"field"`
			Campaign string              `json:"campaign,omitempty"`
			Points   []replay.SweepPoint `json:"points"`
		}{field, f.campaign, points})
	case f.csv:
		out := sheet.NewWriter(w.out)
		out.Head("field", "value", "campaign", "displays", "visits", "visitors", "accepted", "converted", "allDisplays", "displaysPerVisit", "most")
		for _, p := range points {
			per := ""
			if p.PerVisit != nil {
				per = p.PerVisit.String()
			}
			out.Row(sheet.Text(field), sheet.Text(p.Value), sheet.Text(f.campaign), sheet.Int(p.Displays), sheet.Int(p.Exposed), sheet.Int(p.ExposedVisitors), sheet.Int(p.Accepted),
				sheet.Int(p.Converted), sheet.Int(p.AllDisplays), sheet.Number(per), sheet.Int(p.Most))
		}
		return out.Flush()
	}
	what := "of all campaigns"
	if f.campaign != "" {
		what = "of " + text.Line(f.campaign, 40)
	}
	fmt.Fprintf(w.out, "%s: displays, visits and visitors %s\n\n", text.Line(field, 78), what)
	t := columns{head: []string{"value", "displays", "visits", "visitors", "a visit", "most", ""}, right: []bool{true, true, true, true, true, true, false}}
	most := slices.MaxFunc(points, func(a, b replay.SweepPoint) int { return int(max(-1, min(1, a.Displays-b.Displays))) }).Displays
	for _, p := range points {
		per := "-"
		if p.PerVisit != nil {
			per = fmt.Sprintf("%.2f", float64(*p.PerVisit))
		}
		t.rows = append(t.rows, []string{text.Line(p.Value, 80), number(p.Displays), number(p.Exposed), number(p.ExposedVisitors), per, number(p.Most),
			strings.Repeat("#", int(24*p.Displays/max(most, 1)))})
	}
	t.write(w.out, "")
	_, err := fmt.Fprintln(w.out, "\na visit, most: displays of all campaigns to a visit that is shown anything")
	return err
}
