package model

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// ScenarioDir is the folder of a catalog's directory that holds its scenarios,
// which are no documents of it.
const ScenarioDir = "scenarios"

// Loaded is a catalog together with where each of its documents was read.
type Loaded struct {
	Catalog *Catalog
	Sources Sources
}

// Sources finds documents and fields in their files.
type Sources map[DocumentKey]Located

// DocumentKey names a document.
type DocumentKey struct {
	Kind Kind
	ID   string
}

// Place returns where a field of a document stands; the zero Source if the
// document was not read from a file.
func (s Sources) Place(kind Kind, id, field string) Source {
	l, ok := s[DocumentKey{kind, id}]
	if !ok {
		return Source{}
	}
	return l.Place(field)
}

// PlaceOf returns where a problem is.
func (s Sources) PlaceOf(p Problem) Source { return s.Place(p.Kind, p.ID, p.Path) }

// Load reads a catalog from files and directories. A directory is read with
// its subdirectories, *.yaml, *.yml and *.json in the order of their names;
// hidden files and the folder [ScenarioDir] are left out, and links are followed
// only to files inside the directory. The error, [FileErrors], tells everything that is wrong at once.
//
// Without a settings document the catalog has [DefaultSettings]; one that
// gives some fields keeps the defaults for the others.
func Load(paths ...string) (*Catalog, error) {
	l, err := LoadWithSources(paths...)
	if err != nil {
		return nil, err
	}
	return l.Catalog, nil
}

// LoadWithSources is [Load], and tells where everything was read.
func LoadWithSources(paths ...string) (*Loaded, error) {
	in := newLoader()
	for _, p := range paths {
		in.path(p)
	}
	return in.done()
}

// LoadFS reads a catalog from a file or directory of a file system.
func LoadFS(fsys fs.FS, root string) (*Catalog, error) {
	in := newLoader()
	in.tree(fsys, path.Clean(root), "")
	l, err := in.done()
	if err != nil {
		return nil, err
	}
	return l.Catalog, nil
}

// Collect makes a catalog of documents that were read one by one. Two
// documents of a kind with one ID are refused, naming both places.
func Collect(docs []Located) (*Loaded, error) {
	in := newLoader()
	in.take(docs)
	return in.done()
}

type loader struct {
	out   *Loaded
	all   complaints
	files int
	set   Located // the settings
	// loose documents were read and have no place in the catalog: they have no
	// ID, or one that another has.
	loose []Located
	// lost is told the text of what gave no document, if it is set.
	lost func(text string)
}

func (in *loader) miss(text string) {
	if in.lost != nil {
		in.lost(text)
	}
}

func newLoader() *loader {
	return &loader{out: &Loaded{Catalog: &Catalog{Settings: DefaultSettings()}, Sources: Sources{}}}
}

func (in *loader) fail(name string, err error) {
	in.all.add(&FileError{Source: Source{File: name}, Reason: reasonOf(err), Err: err})
}

// reasonOf says why a file could not be read without naming it again.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read"
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		return shown(p.Err.Error())
	}
	return shown(err.Error())
}

// path reads a file or directory of the operating system.
func (in *loader) path(name string) {
	info, err := os.Stat(name)
	if err != nil {
		in.fail(name, err)
		return
	}
	if !info.IsDir() {
		f, err := os.Open(name)
		if err != nil {
			in.fail(name, err)
			return
		}
		in.file(f, name)
		return
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		in.fail(name, err)
		return
	}
	defer root.Close()
	in.tree(root.FS(), ".", name)
}

// tree reads a directory, or a file, of a file system. The prefix stands
// before names in errors.
func (in *loader) tree(fsys fs.FS, root, prefix string) {
	named := func(p string) string {
		if prefix == "" {
			return p
		}
		return filepath.Join(prefix, filepath.FromSlash(p))
	}
	before := in.files
	var isFile bool
	err := fs.WalkDir(fsys, root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			in.fail(named(p), err)
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if p != root && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			if p != root && d.Name() == ScenarioDir {
				return fs.SkipDir
			}
			return nil
		}
		if isFile = p == root; !isFile && !isCatalogFile(p) {
			return nil
		}
		f, err := fsys.Open(p)
		if err != nil {
			in.fail(named(p), err)
			return nil
		}
		in.file(f, named(p))
		return nil
	})
	if err != nil {
		in.fail(named(root), err)
	} else if in.files == before && !isFile {
		in.all.add(&FileError{Source: Source{File: named(root)}, Reason: "holds no *.yaml, *.yml or *.json file"})
	}
}

func isCatalogFile(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(path.Ext(name)))
}

// file reads one open file and closes it.
func (in *loader) file(f fs.File, name string) {
	defer f.Close()
	in.files++
	info, err := f.Stat()
	if err != nil {
		in.fail(name, err)
		return
	}
	if !info.Mode().IsRegular() {
		in.all.add(&FileError{Source: Source{File: name}, Reason: "not a regular file"})
		return
	}
	var data bytes.Buffer
	data.Grow(int(min(max(info.Size(), 0), MaxFileBytes)) + bytes.MinRead)
	if _, err := data.ReadFrom(io.LimitReader(f, MaxFileBytes+1)); err != nil {
		in.fail(name, err)
		return
	}
	in.take(decodeDocuments(name, data.Bytes(), &in.all, in.miss))
}

// take puts documents into the catalog.
func (in *loader) take(docs []Located) {
	for _, l := range docs {
		h := l.Document.Head()
		key := DocumentKey{h.Kind, h.ID}
		if h.ID == "" && l.unread != nil && h.Kind != KindSettings {
			in.loose = append(in.loose, l)
			continue
		}
		first, again := in.out.Sources[key]
		if h.Kind == KindSettings && in.set.Document != nil {
			first, again = in.set, true
		}
		if again {
			at := l.Place("id")
			reason := fmt.Sprintf("given twice, first at %s", first.Place("id"))
			if h.Kind == KindSettings {
				reason = fmt.Sprintf("an account has one document of settings, the first is at %s", first.Source)
			}
			in.all.add(&FileError{Source: at, Document: string(h.Kind) + " " + shown(h.ID), Path: "id", Reason: reason})
			in.loose = append(in.loose, l)
			continue
		}
		if len(in.out.Sources) >= MaxDocuments {
			in.all.add(&FileError{Source: l.Source, Reason: fmt.Sprintf("more than %d documents", MaxDocuments)})
			return
		}
		if h.Kind == KindSettings {
			in.set = l
		}
		in.out.Sources[key] = l
		in.out.Catalog.Add(l.Document)
	}
}

func (in *loader) done() (*Loaded, error) {
	if err := in.all.err(); err != nil {
		return nil, err
	}
	in.out.Catalog.Sort()
	return in.out, nil
}
