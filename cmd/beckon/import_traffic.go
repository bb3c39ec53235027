package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"beckon/model/exchange"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
)

// catalogEndings are those of files that are catalogs or scenarios, unless a
// format is named.
var catalogEndings = []string{".yaml", ".yml", ".json", ""}

// isTraffic reports whether a path is one of recorded traffic.
func isTraffic(path string, f *replayFlags) bool {
	if f.format != "" || f.mapping != "" {
		return true
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return false
	}
	name := strings.ToLower(filepath.Base(path))
	for _, packed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	ending := filepath.Ext(name)
	for _, e := range catalogEndings {
		if ending == e {
			return false
		}
	}
	return true
}

// importTraffic reads recorded traffic into one journey of the store.
func importTraffic(ctx context.Context, w *world, s store.Store, path string, f *replayFlags) (document, *journey.Report, error) {
	in, err := f.input()
	if err != nil {
		return document{}, nil, err
	}
	if in.Key, err = personalKey(ctx, s, w.getenv("BECKON_KEY"), w.now()); err != nil {
		return document{}, nil, err
	}
	in.Stop = ctx.Err
	return trafficDocument(ctx, in, path)
}

// trafficDocument makes a document of all that is read of a file, in the native
// form. A journey of Beckon's own form has no line that cannot be read.
func trafficDocument(ctx context.Context, in journey.Options, path string) (document, *journey.Report, error) {
	journeys, err := journey.Sorted(in, path)
	if err != nil {
		return document{}, nil, fmt.Errorf("reading the traffic: %w", err)
	}
	defer journeys.Close()
	r := journeys.Report()
	if len(r.Formats) == 1 && r.Formats[0] == journey.FormatNative && len(r.Problems) > 0 {
		return document{}, r, fmt.Errorf("reading a journey: %w", r.Problems[0])
	}
	var body []byte
	for {
		st, err := journeys.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return document{}, r, fmt.Errorf("reading the traffic: %w", err)
		}
		for _, e := range st.Events {
			body = append(journey.AppendEvent(body, e), '\n')
		}
		if len(body) > store.MaxBody {
			return document{}, r, fmt.Errorf("%s: more than the %s bytes that the store keeps of a journey: take a part with --from and --to, or replay the file as it is",
				text.Line(path, 120), number(store.MaxBody))
		}
	}
	if len(body) == 0 {
		return document{}, r, fmt.Errorf("%s: no event in it", text.Line(path, 120))
	}
	id := filepath.Base(path)
	for _, packed := range []string{".gz", ".zst"} {
		id = strings.TrimSuffix(id, packed)
	}
	if in.Format == "" || in.Format == journey.FormatNative {
		if native, ok := strings.CutSuffix(id, ".jsonl"); ok && r.Formats[0] == journey.FormatNative {
			d, err := journeyDocument(native, body)
			return d, r, err
		}
	}
	d, err := journeyDocument(exchange.Slug(strings.TrimSuffix(id, filepath.Ext(id)), kindJourney), body)
	return d, r, err
}

// printImport says what was read and what not.
func printImport(w *world, id string, r *journey.Report) {
	in := replay.InputOf(r)
	printInput(w.out, &in, countedAs(r))
	fmt.Fprintf(w.out, "traffic   %s, %s, %s, %s to %s\n", many(r.Visitors, "visitor"), many(r.Visits, "visit"), many(r.Events, "event"), r.First, r.Last)
	printTypes(w.out, r)
	for _, note := range notes(r) {
		fmt.Fprintln(w.out, note)
	}
	fmt.Fprintf(w.out, "journey   %s\n", text.Line(id, 60))
}
