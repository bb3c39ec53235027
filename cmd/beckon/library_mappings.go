package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"beckon/model/journey"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/mapping"
	"beckon/tui/screen/simulator"
)

var _ mapping.Source = (*library)(nil)

// sorted reads a file that an operator names: by the mapping that was chosen
// for it, in the format of its first lines, or, where no format claims it, by
// the one mapping of the store that fits its columns. The error is a
// [mapping.Needed] where it is a table and none does.
func (l *library) sorted(ctx context.Context, o journey.Options, path string) (*journey.Journeys, error) {
	files, err := filesNamed(path)
	if err != nil {
		return nil, err
	}
	o.Found = files.found
	if o.Mapping = l.chosenFor(path); o.Mapping != nil {
		return journey.Sorted(o, files.paths...)
	}
	journeys, err := journey.Sorted(o, files.paths...)
	if !errors.Is(err, journey.ErrFormat) {
		return journeys, err
	}
	by, none := l.byMapping(ctx, path)
	if none != nil {
		return nil, errors.Join(err, none)
	}
	o.Mapping = by
	return journey.Sorted(o, files.paths...)
}

// filesNamed are the files that an operator names at a screen: one, those of a
// directory, or those that a pattern fits. The keyboard's own input and what can
// be read once alone are refused: a screen reads its traffic again for the
// visits behind a number, and waiting for a writer cannot be ended.
func filesNamed(path string) (*trafficPaths, error) {
	if path == "-" {
		return nil, errors.New("standard input is this console's keyboard: beckon replay - reads it, and beckon watch --console - follows it")
	}
	path, err := underHome(path)
	if err != nil {
		return nil, err
	}
	files, err := trafficFiles([]string{path})
	if err != nil {
		return nil, err
	}
	for _, f := range files.paths {
		if files.found[f] { // reading it tells
			continue
		}
		switch info, err := os.Stat(f); {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: there is no such file", text.Line(f, 200))
		case err == nil && !info.Mode().IsRegular() && !info.IsDir():
			return nil, fmt.Errorf("%s: it is no file but a pipe or a device, which can be read once alone: beckon replay reads it", text.Line(f, 200))
		}
	}
	return files, nil
}

// firstOf reads the beginning of the first file that an operator names; of several
// that he did not name each, of the one that is most of a table. It says which.
func firstOf(path string) (string, []byte, error) {
	files, err := filesNamed(path)
	if err != nil {
		return "", nil, err
	}
	if name, rows, _ := tableAmong(files); name != "" {
		return name, rows, nil
	}
	rows, err := firstRows(files.paths[0])
	return files.paths[0], rows, err
}

// tableAmong looks among files that nobody named each for the one that is most of
// a table, the first of those that are so alike, and says how much of one it is. It
// stops at a file that was named, and finds none, "", where nothing is like a table.
func tableAmong(files *trafficPaths) (name string, rows []byte, regular float64) {
	for i, f := range files.paths {
		if i == mostTried || !files.found[f] || regular > aTable {
			break
		}
		if info, err := os.Stat(f); err != nil || !info.Mode().IsRegular() {
			continue
		}
		sample, err := firstRows(f)
		if err != nil {
			continue
		}
		if s, err := journey.NewSketch(sample); err == nil && s.Regular() > regular {
			name, rows, regular = f, sample, s.Regular()
		}
	}
	return name, rows, regular
}

// aTable is the share of lines with the same columns that prose does not have, and
// mostTried bounds the files of which one is looked for that can be a table.
const (
	aTable    = 0.9
	mostTried = 50
)

// byMapping is the mapping of the store that a file fits.
func (l *library) byMapping(ctx context.Context, path string) (*journey.Mapping, error) {
	t, err := l.Table(ctx, path)
	if err != nil {
		return nil, err
	}
	if _, err := journey.NewSketch(t.Sample); err != nil {
		return nil, fmt.Errorf("and it is no table: %w", err)
	}
	switch len(t.Fits) {
	case 0:
		return nil, &mapping.Needed{Path: path}
	case 1:
		return journey.ParseMapping(t.Fits[0].ID, t.Fits[0].Body)
	}
	n := &mapping.Needed{Path: path}
	for _, f := range t.Fits {
		n.Fits = append(n.Fits, f.ID)
	}
	return nil, n
}

// chosenFor is the mapping that the operator chose for a file, nil for none.
func (l *library) chosenFor(path string) *journey.Mapping {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.chosen[path]
}

// Table implements mapping.Source.
func (l *library) Table(ctx context.Context, path string) (mapping.Table, error) {
	o, err := l.fileOptions(ctx)
	if err != nil {
		return mapping.Table{}, err
	}
	file, sample, err := firstOf(path)
	if err != nil {
		return mapping.Table{}, err
	}
	o.Stop, o.Host = nil, l.said(path) // of this look alone, and a trial is short
	out := mapping.Table{Name: filepath.Base(file), ID: mappingID(file), Sample: sample, Chosen: l.chosenFor(path)}
	out.Try = func(m *journey.Mapping) *journey.Trial { return journey.Try(m, o, out.Name, sample) }
	stored, err := store.At(ctx, l.store, 0, kindMapping)
	if err != nil {
		return mapping.Table{}, fmt.Errorf("reading the store: %w", err)
	}
	for _, d := range stored {
		m, err := journey.ParseMapping(d.ID, d.Body)
		if err != nil {
			continue
		}
		if journey.Fits(m, sample) {
			out.Fits = append(out.Fits, mapping.Stored{ID: d.ID, Body: d.Body, Author: d.Author})
		}
	}
	if f, is := journey.ReadAsItIs(sample); is && out.Chosen == nil && len(out.Fits) == 0 {
		return out, fmt.Errorf("%s: it is %s and needs no mapping", text.Line(out.Name, 80), f.Called())
	}
	return out, nil
}

// Choose implements mapping.Source.
func (l *library) Choose(ctx context.Context, path string, body []byte) error {
	if l.elsewhere {
		return errElsewhere
	}
	m, err := journey.ParseMapping("the mapping", body)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.chosen == nil {
		l.chosen = map[string]*journey.Mapping{}
	}
	l.chosen[path] = m
	return nil
}

// Keep implements mapping.Source.
func (l *library) Keep(ctx context.Context, id string, body []byte, replace bool) error {
	if _, err := journey.ParseMapping(id, body); err != nil {
		return err
	}
	err := l.put(ctx, document{kindMapping, id, body}, replace, "keep the mapping "+id)
	if errors.Is(err, simulator.ErrTaken) {
		return mapping.ErrTaken
	}
	return err
}

// WriteMapping implements mapping.Source.
func (l *library) WriteMapping(ctx context.Context, path string, body []byte, replace bool) (string, error) {
	path, err := (&keeper{elsewhere: l.elsewhere}).filePath(path)
	if err != nil {
		return "", err
	}
	switch there, err := plainFile(path); {
	case err != nil:
		return "", err
	case there != nil && !replace:
		return path, mapping.ErrTaken
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return path, writeFile(path, func(out io.Writer) error {
		_, err := out.Write(body)
		return err
	})
}
