package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/model/text"
	"beckon/store"
)

// This file is a campaign's way between a store and files. The command and
// the console's keeper both go it.

// isJSON reports whether a file's ending says that it has the account-config
// shape.
func isJSON(path string) bool { return strings.EqualFold(filepath.Ext(path), ".json") }

// packCampaign encodes a campaign with what it mentions, as YAML or as
// account-config JSON, and tells what has no place in the latter.
func packCampaign(ctx context.Context, s store.Store, c *model.Catalog, id string, asJSON bool) ([]byte, []string, error) {
	if !asJSON {
		data, err := exchange.Export(c, id)
		return data, nil, err
	}
	kept, err := keptForeign(ctx, s, store.Revision(c.Revision))
	if err != nil {
		return nil, nil, err
	}
	data, lost, err := exchange.ExportJSON(c, id, kept)
	return data, exchange.Lines(lost), err
}

// keptForeign reads what is kept of foreign objects beside the documents.
func keptForeign(ctx context.Context, s store.Store, at store.Revision) ([]exchange.Foreign, error) {
	docs, err := store.At(ctx, s, at, exchange.KindForeign)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	var out []exchange.Foreign
	for _, d := range docs {
		f, err := exchange.DecodeForeign(d.Kind+"/"+d.ID, d.Body)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// errNoFile refuses a path that names something else than a file.
var errNoFile = errors.New("is no file")

// plainFile tells of a path whether there is a file; what is there and is no
// file, a directory or a device, is an error.
func plainFile(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s %w but a directory: name a file in it", path, errNoFile)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s %w", path, errNoFile)
	}
	return info, nil
}

// writeCampaign writes what was packed; a file that is there is replaced.
func writeCampaign(path string, data []byte) error {
	if _, err := plainFile(path); err != nil {
		return fmt.Errorf("writing a campaign: %w", err)
	}
	return writeFile(path, func(f io.Writer) error {
		_, err := f.Write(data)
		return err
	})
}

// readBounded reads a file as far as the one who decodes it takes it and a byte
// more, by which it is refused.
func readBounded(path string) ([]byte, error) {
	limit := int64(model.MaxFileBytes)
	if isJSON(path) {
		limit = exchange.MaxJSONBytes
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a campaign: %w", err)
	}
	defer f.Close()
	// What need not be read to be refused is not; what has no size, a pipe, is.
	if info, err := f.Stat(); err == nil && info.Size() > limit {
		return nil, fmt.Errorf("importing campaigns: %s: larger than %d MiB", text.Line(path, 200), limit>>20)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("reading a campaign: %w", err)
	}
	return data, nil
}

// planImport reads the files, one of YAML or any number of JSON, and plans how
// they get into a catalog of the store.
func planImport(ctx context.Context, s store.Store, c *model.Catalog, names []string, o exchange.Options) (*exchange.Plan, error) {
	var files []exchange.File
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		data, err := readBounded(name)
		if err != nil {
			return nil, err
		}
		files = append(files, exchange.File{Name: name, Data: data})
	}
	return planFiles(ctx, s, c, files, o)
}

// planFiles is planImport for what was read.
func planFiles(ctx context.Context, s store.Store, c *model.Catalog, files []exchange.File, o exchange.Options) (*exchange.Plan, error) {
	json := 0
	for _, f := range files {
		if isJSON(f.Name) {
			json++
		}
	}
	switch {
	case json == len(files):
		kept, err := keptForeign(ctx, s, store.Revision(c.Revision))
		if err != nil {
			return nil, err
		}
		return exchange.ImportJSON(c, kept, files, o)
	case len(files) == 1:
		return exchange.Import(c, files[0].Name, files[0].Data, o)
	}
	return nil, errors.New("name one YAML file, or JSON files alone")
}

// planDocuments are what a plan writes, given the documents of it, as the store
// has them.
func planDocuments(plan *exchange.Plan, list []model.Document) ([]document, error) {
	var docs []document
	for _, d := range list {
		body, err := model.EncodeDocument(d)
		if err != nil {
			return nil, fmt.Errorf("encoding the campaign: %w", err)
		}
		docs = append(docs, document{string(d.Head().Kind), d.Head().ID, body})
	}
	for _, f := range plan.Foreign() {
		docs = append(docs, document{exchange.KindForeign, f.Key(), f.Encode()})
	}
	return docs, nil
}

// whyImport is the reason that the history keeps.
func whyImport(path string) string { return "import of " + text.Line(filepath.Base(path), 200) }
